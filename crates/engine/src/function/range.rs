//! Aggregations over the arguments themselves. NULL is left out everywhere.

use std::{borrow::Cow, collections::HashMap};

use super::{
    Args, Function,
    args::{number_of, text_of},
    math::finite,
};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::open("rangeavg", 1, |args| mean(&numbers(args)).and_then(finite)),
    Function::open("rangecorrel", 4, correl),
    Function::open("rangecount", 1, |args| count(args, |_, value| !value.is_null())),
    Function::open("rangefractile", 2, fractile),
    Function::open("rangekurtosis", 1, kurtosis),
    Function::open("rangemax", 1, |args| {
        numbers(args).into_iter().reduce(f64::max).and_then(finite)
    }),
    Function::open("rangemaxstring", 1, |args| {
        texts(args).into_iter().max().map(Value::text)
    }),
    Function::open("rangemin", 1, |args| {
        numbers(args).into_iter().reduce(f64::min).and_then(finite)
    }),
    Function::open("rangeminstring", 1, |args| {
        texts(args).into_iter().min().map(Value::text)
    }),
    Function::open("rangemissingcount", 1, |args| {
        count(args, |args, value| !is_number(args, value))
    }),
    Function::open("rangemode", 1, mode),
    Function::open("rangenullcount", 1, |args| {
        count(args, |_, value| value.is_null())
    }),
    Function::open("rangenumericcount", 1, |args| count(args, is_number)),
    Function::open("rangeonly", 1, only),
    Function::open("rangeskew", 1, skew),
    Function::open("rangestdev", 1, |args| deviation(&numbers(args)).and_then(finite)),
    Function::open("rangesum", 1, |args| finite(numbers(args).iter().sum())),
    Function::open("rangetextcount", 1, |args| {
        count(args, |args, value| !value.is_null() && !is_number(args, value))
    }),
];

fn is_number(args: &Args<'_>, value: &Value) -> bool {
    number_of(value, args.locale()).is_some()
}

fn numbers(args: &Args<'_>) -> Vec<f64> {
    args.values()
        .iter()
        .filter_map(|value| number_of(value, args.locale()))
        .collect()
}

fn texts(args: &Args<'_>) -> Vec<String> {
    args.values()
        .iter()
        .filter_map(|value| Some(text_of(value, args.locale())?.into_owned()))
        .collect()
}

fn count(args: &Args<'_>, counts: fn(&Args<'_>, &Value) -> bool) -> Option<Value> {
    Some(Value::num(
        args.values().iter().filter(|value| counts(args, value)).count() as f64,
    ))
}

/// Whether two values are the same: by number if both have one, else by text.
fn same(args: &Args<'_>, left: &Value, right: &Value) -> bool {
    super::operator::compare(left, right, args.locale()).is_eq()
}

/// The value that all arguments have.
fn only(args: &Args<'_>) -> Option<Value> {
    let mut values = args.values().iter().filter(|value| !value.is_null());
    let first = values.next()?;
    for value in values {
        // The first one is read again for each of the others.
        args.spend(first.n_text_bytes())?;
        if !same(args, first, value) {
            return None;
        }
    }
    Some(first.clone())
}

/// What makes values the same: the number that a value has or reads as, else its text.
#[derive(PartialEq, Eq, Hash)]
enum Same<'v> {
    Num(u64),
    Text(Cow<'v, str>),
}

/// The most frequent value; several equally frequent ones are none.
fn mode(args: &Args<'_>) -> Option<Value> {
    let mut counts: HashMap<Same<'_>, (usize, &Value)> = HashMap::new();
    for value in args.values() {
        let Some(text) = text_of(value, args.locale()) else {
            continue;
        };
        let same = match number_of(value, args.locale()) {
            // Zero has two signs and is one number.
            Some(num) => Same::Num((num + 0.0).to_bits()),
            None => Same::Text(text),
        };
        counts.entry(same).or_insert((0, value)).0 += 1;
    }
    let most = counts.values().map(|(n_seen, _)| *n_seen).max()?;
    let mut winners = counts.into_values().filter(|(n_seen, _)| *n_seen == most);
    let winner = winners.next()?;
    winners.next().is_none().then(|| winner.1.clone())
}

/// The value at a fraction of the way through the sorted arguments, between neighbours if need be.
fn fractile(args: &Args<'_>) -> Option<Value> {
    let fraction = args.num(0)?;
    let mut sorted: Vec<f64> = args
        .values()
        .iter()
        .skip(1)
        .filter_map(|value| number_of(value, args.locale()))
        .collect();
    if !(0.0..=1.0).contains(&fraction) || sorted.is_empty() {
        return None;
    }
    sorted.sort_by(f64::total_cmp);
    let position = fraction * (sorted.len() - 1) as f64;
    let below = sorted.get(position.floor() as usize)?;
    let above = sorted.get(position.ceil() as usize)?;
    finite(below + (above - below) * position.fract())
}

fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

/// The sample's standard deviation.
fn deviation(numbers: &[f64]) -> Option<f64> {
    let mean = mean(numbers)?;
    let squares: f64 = numbers.iter().map(|num| (num - mean).powi(2)).sum();
    (numbers.len() > 1).then(|| (squares / (numbers.len() - 1) as f64).sqrt())
}

/// The sum of the deviations from the mean in units of the standard deviation, to a power.
fn moment(numbers: &[f64], power: i32) -> Option<f64> {
    let (mean, deviation) = (mean(numbers)?, deviation(numbers)?);
    (deviation > 0.0).then(|| {
        numbers
            .iter()
            .map(|num| ((num - mean) / deviation).powi(power))
            .sum()
    })
}

fn skew(args: &Args<'_>) -> Option<Value> {
    let numbers = numbers(args);
    let n = numbers.len() as f64;
    finite(n / ((n - 1.0) * (n - 2.0)) * moment(&numbers, 3)?)
}

fn kurtosis(args: &Args<'_>) -> Option<Value> {
    let numbers = numbers(args);
    let n = numbers.len() as f64;
    let scale = n * (n + 1.0) / ((n - 1.0) * (n - 2.0) * (n - 3.0));
    finite(scale * moment(&numbers, 4)? - 3.0 * (n - 1.0).powi(2) / ((n - 2.0) * (n - 3.0)))
}

/// The correlation of the pairs that the arguments make.
fn correl(args: &Args<'_>) -> Option<Value> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for pair in args.values().chunks_exact(2) {
        if let (Some(x), Some(y)) = (
            number_of(&pair[0], args.locale()),
            number_of(&pair[1], args.locale()),
        ) {
            left.push(x);
            right.push(y);
        }
    }
    let (mean_left, mean_right) = (mean(&left)?, mean(&right)?);
    let product: f64 = left
        .iter()
        .zip(&right)
        .map(|(x, y)| (x - mean_left) * (y - mean_right))
        .sum();
    finite(product / (left.len() as f64 - 1.0) / (deviation(&left)? * deviation(&right)?))
}
