//! Conditions, choices and NULL.

use super::{
    Args, Function,
    args::{number_of, text_of},
    operator, wildcard,
};
use crate::{format::default_text, value::Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::open("alt", 1, alt),
    Function::new("class", 2, 4, class),
    Function::open("coalesce", 1, coalesce),
    Function::new("emptyisnull", 1, 1, empty_is_null),
    Function::new("false", 0, 0, |_| Some(Value::FALSE)),
    Function::new("if", 2, 3, choose),
    Function::new("isnull", 1, 1, |args| Some(Value::bool(args.value(0).is_null()))),
    Function::new("isnum", 1, 1, |args| Some(Value::bool(is_num(args)))),
    Function::new("istext", 1, 1, |args| {
        Some(Value::bool(
            matches!(args.value(0), Value::Text(_)) && !is_num(args),
        ))
    }),
    Function::open("match", 2, |args| position(args, matches_exactly)),
    Function::open("mixmatch", 2, |args| position(args, matches_ignoring_case)),
    Function::new("null", 0, 0, |_| None),
    Function::open("pick", 2, pick),
    Function::new("true", 0, 0, |_| Some(Value::TRUE)),
    Function::open("wildmatch", 2, |args| position(args, matches_wildcard)),
];

fn choose(args: &Args<'_>) -> Option<Value> {
    let chosen = if args.value(0).is_true() { 1 } else { 2 };
    Some(args.value(chosen).clone())
}

/// The first argument that is a number, else the last argument.
fn alt(args: &Args<'_>) -> Option<Value> {
    let number = args
        .values()
        .iter()
        .find(|value| number_of(value, args.locale()).is_some());
    number.or(args.values().last()).cloned()
}

fn coalesce(args: &Args<'_>) -> Option<Value> {
    args.values().iter().find(|value| !value.is_null()).cloned()
}

fn empty_is_null(args: &Args<'_>) -> Option<Value> {
    (!args.text(0)?.is_empty()).then(|| args.value(0).clone())
}

fn is_num(args: &Args<'_>) -> bool {
    number_of(args.value(0), args.locale()).is_some()
}

fn pick(args: &Args<'_>) -> Option<Value> {
    let index = usize::try_from(args.int(0)?).ok()?;
    (index > 0).then(|| args.value(index).clone())
}

/// The position of the first argument that matches the one before all, else 0.
fn position(args: &Args<'_>, matches: fn(&Args<'_>, &Value) -> bool) -> Option<Value> {
    let n_bytes = args.value(0).n_text_bytes();
    for (index, candidate) in args.values().iter().enumerate().skip(1) {
        // The first argument is read again for each of the others.
        args.spend(n_bytes)?;
        if matches(args, candidate) {
            return Some(Value::num(index as f64));
        }
    }
    Some(Value::num(0.0))
}

fn matches_exactly(args: &Args<'_>, candidate: &Value) -> bool {
    !args.value(0).is_null()
        && !candidate.is_null()
        && operator::compare(args.value(0), candidate, args.locale()).is_eq()
}

fn matches_ignoring_case(args: &Args<'_>, candidate: &Value) -> bool {
    let lower = |value| text_of(value, args.locale()).map(|text| text.to_lowercase());
    matches_exactly(args, candidate)
        || lower(args.value(0)).is_some_and(|text| lower(candidate) == Some(text))
}

fn matches_wildcard(args: &Args<'_>, candidate: &Value) -> bool {
    match (args.text(0), text_of(candidate, args.locale())) {
        (Some(text), Some(pattern)) => wildcard::matches(&pattern, &text, args.context().meter),
        _ => false,
    }
}

/// `class(x, width [, label [, offset]])`: the interval that the number is in, as `lower <= label < upper`, counting as its
/// lower end.
fn class(args: &Args<'_>) -> Option<Value> {
    let (num, width) = (args.num(0)?, args.num(1)?);
    let label = if args.has(2) { args.text(2)? } else { "x".into() };
    let offset = args.num_or(3, 0.0)?;
    if width <= 0.0 {
        return None;
    }
    let lower = ((num - offset) / width).floor() * width + offset;
    let text = |num| default_text(num, args.locale());
    Some(Value::dual(
        format!("{} <= {label} < {}", text(lower), text(lower + width)),
        lower,
    ))
}
