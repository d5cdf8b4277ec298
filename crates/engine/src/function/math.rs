//! Numbers: rounding, powers, counting and angles.

use std::f64::consts;

use super::{Args, Function};
use crate::date::tolerance;
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abs", 1, 1, |args| of(args, f64::abs)),
    Function::new("acos", 1, 1, |args| of(args, f64::acos)),
    Function::new("acosh", 1, 1, |args| of(args, f64::acosh)),
    Function::new("asin", 1, 1, |args| of(args, f64::asin)),
    Function::new("asinh", 1, 1, |args| of(args, f64::asinh)),
    Function::new("atan", 1, 1, |args| of(args, f64::atan)),
    Function::new("atan2", 2, 2, |args| finite(args.num(0)?.atan2(args.num(1)?))),
    Function::new("atanh", 1, 1, |args| of(args, f64::atanh)),
    Function::new("bitcount", 1, 1, |args| {
        Some(Value::num(f64::from(args.int(0)?.count_ones())))
    }),
    Function::new("ceil", 1, 3, |args| step(args, f64::ceil)),
    Function::new("combin", 2, 2, combin),
    Function::new("cos", 1, 1, |args| of(args, f64::cos)),
    Function::new("cosh", 1, 1, |args| of(args, f64::cosh)),
    Function::new("div", 2, 2, |args| finite((args.num(0)? / args.num(1)?).trunc())),
    Function::new("e", 0, 0, |_| Some(Value::num(consts::E))),
    Function::new("even", 1, 1, |args| Some(Value::bool(args.int(0)? % 2 == 0))),
    Function::new("exp", 1, 1, |args| of(args, f64::exp)),
    Function::new("fabs", 1, 1, |args| of(args, f64::abs)),
    Function::new("fact", 1, 1, fact),
    Function::new("floor", 1, 3, |args| step(args, f64::floor)),
    Function::new("fmod", 2, 2, |args| finite(args.num(0)? % args.num(1)?)),
    Function::new("frac", 1, 1, |args| of(args, |num| num - num.floor())),
    Function::new("log", 1, 1, |args| of(args, f64::ln)),
    Function::new("log10", 1, 1, |args| of(args, f64::log10)),
    Function::new("mod", 2, 2, modulo),
    Function::new("odd", 1, 1, |args| Some(Value::bool(args.int(0)? % 2 != 0))),
    Function::new("permut", 2, 2, permut),
    Function::new("pi", 0, 0, |_| Some(Value::num(consts::PI))),
    Function::new("pow", 2, 2, |args| finite(args.num(0)?.powf(args.num(1)?))),
    Function::new("round", 1, 3, |args| step(args, half_up)),
    Function::new("sign", 1, 1, |args| {
        of(args, |num| if num == 0.0 { 0.0 } else { num.signum() })
    }),
    Function::new("sin", 1, 1, |args| of(args, f64::sin)),
    Function::new("sinh", 1, 1, |args| of(args, f64::sinh)),
    Function::new("sqr", 1, 1, |args| of(args, |num| num * num)),
    Function::new("sqrt", 1, 1, |args| of(args, f64::sqrt)),
    Function::new("tan", 1, 1, |args| of(args, f64::tan)),
    Function::new("tanh", 1, 1, |args| of(args, f64::tanh)),
];

/// A number that is finite; outside the domain of a function there is none.
pub(super) fn finite(num: f64) -> Option<Value> {
    num.is_finite().then(|| Value::num(num))
}

fn of(args: &Args<'_>, function: fn(f64) -> f64) -> Option<Value> {
    finite(function(args.num(0)?))
}

/// `f(x [, step [, offset]])`: the multiple of `step`, shifted by `offset`, that `to_integer` leads to.
fn step(args: &Args<'_>, to_integer: fn(f64) -> f64) -> Option<Value> {
    let (num, step, offset) = (args.num(0)?, args.num_or(1, 1.0)?, args.num_or(2, 0.0)?);
    if step <= 0.0 {
        return None;
    }
    let shifted = num - offset;
    // A step such as 0.1 is no binary fraction: its whole reciprocal is exact where the step is not.
    let reciprocal = (1.0 / step).round();
    let is_decimal = step < 1.0 && (reciprocal * step - 1.0).abs() < 1e-12;
    if is_decimal {
        let whole = shifted.floor();
        let part = meant((shifted - whole) * reciprocal, shifted, step);
        return finite((whole * reciprocal + to_integer(part)) / reciprocal + offset);
    }
    let n_steps = meant(shifted / step, shifted, step);
    finite(to_integer(n_steps) * step + offset)
}

/// The whole number of steps, if the number of steps is whole but for what numbers cannot keep.
///
/// 3.9 / 0.1 is a little less than 39 and 23:00 plus an hour a little less than midnight; the last microsecond of a day
/// is less than midnight, and stays it.
fn meant(n_steps: f64, num: f64, step: f64) -> f64 {
    let nearest = n_steps.round();
    let usual = (num.abs() / step).max(1.0) * 1e-14;
    let serial = tolerance(num) / step;
    if (n_steps - nearest).abs() <= usual.min(serial) {
        nearest
    } else {
        n_steps
    }
}

/// The nearest whole number; the greater one of two that are as near.
fn half_up(num: f64) -> f64 {
    let floor = num.floor();
    if num - floor >= 0.5 { floor + 1.0 } else { floor }
}

/// The remainder that is never negative, of whole numbers only.
fn modulo(args: &Args<'_>) -> Option<Value> {
    let (num, divisor) = (args.num(0)?, args.num(1)?);
    if num.fract() != 0.0 || divisor.fract() != 0.0 || divisor <= 0.0 {
        return None;
    }
    finite(num.rem_euclid(divisor))
}

fn fact(args: &Args<'_>) -> Option<Value> {
    let n = args.int(0)?;
    if n < 0 {
        return None;
    }
    // Beyond 170 the product is no finite number.
    finite((1..=n.min(171)).map(|factor| factor as f64).product())
}

fn permut(args: &Args<'_>) -> Option<Value> {
    let (n, chosen) = (args.int(0)?, args.int(1)?);
    if chosen < 0 || chosen > n {
        return None;
    }
    // Factors above one overflow long before the limit is reached.
    finite((0..chosen.min(100_000)).map(|index| (n - index) as f64).product())
}

fn combin(args: &Args<'_>) -> Option<Value> {
    let (n, chosen) = (args.int(0)?, args.int(1)?);
    if chosen < 0 || chosen > n {
        return None;
    }
    let chosen = chosen.min(n - chosen).min(100_000);
    finite((1..=chosen).fold(1.0, |count, index| {
        (count * (n - chosen + index) as f64 / index as f64).round()
    }))
}
