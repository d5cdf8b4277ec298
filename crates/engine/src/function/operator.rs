//! Operators on values.
//!
//! True is −1. A left operand that is NULL makes the result NULL; a right one makes arithmetic NULL, comparisons false
//! (`<>` true) and is nothing to `&`. `and`, `or`, `xor` and `not` take NULL and text for false.

use std::cmp::Ordering;

use fanlight_column::{numeral_order, says_more};
use fanlight_expr::ast::{BinaryOp, UnaryOp};

use super::{
    Context,
    args::{number_of, text_of},
    wildcard,
};
use crate::locale::Locale;
use crate::value::{MAX_TEXT_BYTES, Value};

/// The value of `left op right`; NULL once the meter has ended the evaluation.
pub fn binary(op: BinaryOp, left: &Value, right: &Value, context: &Context<'_>) -> Value {
    use BinaryOp as Op;
    let n_steps = left.n_text_bytes() + right.n_text_bytes();
    if n_steps > 0 && context.meter.spend(n_steps).is_none() {
        return Value::Null;
    }
    let locale = context.locale;
    match op {
        Op::And => Value::bool(left.is_true() && right.is_true()),
        Op::Or => Value::bool(left.is_true() || right.is_true()),
        Op::Xor => Value::bool(left.is_true() != right.is_true()),
        _ if left.is_null() && (op != Op::Concat || right.is_null()) => Value::Null,
        Op::Concat => concat(left, right, locale),
        Op::Add | Op::Subtract | Op::Multiply | Op::Divide => arithmetic(op, left, right, locale),
        Op::BitAnd | Op::BitOr | Op::BitXor | Op::ShiftLeft | Op::ShiftRight => bits(op, left, right, locale),
        Op::NotEqual => Value::bool(right.is_null() || compare(left, right, locale) != Ordering::Equal),
        _ if right.is_null() => Value::FALSE,
        Op::Equal => Value::bool(compare(left, right, locale) == Ordering::Equal),
        Op::Less => Value::bool(compare(left, right, locale) == Ordering::Less),
        Op::LessOrEqual => Value::bool(compare(left, right, locale) != Ordering::Greater),
        Op::Greater => Value::bool(compare(left, right, locale) == Ordering::Greater),
        Op::GreaterOrEqual => Value::bool(compare(left, right, locale) != Ordering::Less),
        Op::Precedes => Value::bool(texts(left, right, locale) == Ordering::Less),
        Op::Follows => Value::bool(texts(left, right, locale) == Ordering::Greater),
        Op::Like => {
            let (text, pattern) = (text_of(left, locale), text_of(right, locale));
            Value::bool(wildcard::matches(
                &pattern.unwrap_or_default(),
                &text.unwrap_or_default(),
                context.meter,
            ))
        }
    }
}

/// The value of `left op right` where the right operand is evaluated behind the left one, whose text counts as held
/// meanwhile.
pub(crate) fn binary_with(
    op: BinaryOp,
    left: &Value,
    right: impl FnOnce() -> Value,
    context: &Context<'_>,
) -> Value {
    let Some(n_held) = context.meter.hold(left) else {
        return Value::Null;
    };
    let right = right();
    context.meter.release(n_held);
    binary(op, left, &right, context)
}

/// The value of `op operand`; NULL once the meter has ended the evaluation.
pub fn unary(op: UnaryOp, operand: &Value, context: &Context<'_>) -> Value {
    if op == UnaryOp::Not {
        return Value::bool(!operand.is_true());
    }
    let n_steps = operand.n_text_bytes();
    if n_steps > 0 && context.meter.spend(n_steps).is_none() {
        return Value::Null;
    }
    let Some(num) = number_of(operand, context.locale) else {
        return Value::Null;
    };
    match op {
        UnaryOp::Minus => finite(-num),
        UnaryOp::BitNot => integer(num).map_or(Value::Null, |bits| Value::num(!bits as f64)),
        UnaryOp::Plus | UnaryOp::Not => Value::num(num),
    }
}

/// The order of two values that are not NULL: by number if both can be read as numbers, else by text. Of numerals of more
/// digits than a number keeps all digits count.
pub fn compare(left: &Value, right: &Value, locale: &Locale) -> Ordering {
    if let (Some(a), Some(b)) = (number_of(left, locale), number_of(right, locale)) {
        let order = a.partial_cmp(&b).unwrap_or(Ordering::Equal);
        return order.then_with(|| order_of_equal_nums(left, right, a));
    }
    texts(left, right, locale)
}

/// Values with one number are equal, unless the text of one says more than a number keeps.
fn order_of_equal_nums(left: &Value, right: &Value, num: f64) -> Ordering {
    match (left, right) {
        (
            Value::Text(left) | Value::Dual { text: left, .. },
            Value::Text(right) | Value::Dual { text: right, .. },
        ) if says_more(left, num) || says_more(right, num) => numeral_order(left, right),
        _ => Ordering::Equal,
    }
}

fn texts(left: &Value, right: &Value, locale: &Locale) -> Ordering {
    text_of(left, locale)
        .unwrap_or_default()
        .cmp(&text_of(right, locale).unwrap_or_default())
}

fn concat(left: &Value, right: &Value, locale: &Locale) -> Value {
    let mut text = text_of(left, locale).unwrap_or_default().into_owned();
    text.push_str(&text_of(right, locale).unwrap_or_default());
    if text.len() > MAX_TEXT_BYTES {
        return Value::Null;
    }
    Value::text(text)
}

fn arithmetic(op: BinaryOp, left: &Value, right: &Value, locale: &Locale) -> Value {
    let (Some(left), Some(right)) = (number_of(left, locale), number_of(right, locale)) else {
        return Value::Null;
    };
    finite(match op {
        BinaryOp::Add => left + right,
        BinaryOp::Subtract => left - right,
        BinaryOp::Multiply => left * right,
        _ => left / right,
    })
}

fn bits(op: BinaryOp, left: &Value, right: &Value, locale: &Locale) -> Value {
    let int = |value| number_of(value, locale).and_then(integer);
    let (Some(left), Some(right)) = (int(left), int(right)) else {
        return Value::Null;
    };
    let shift =
        |by: fn(i64, u32) -> Option<i64>| u32::try_from(right).ok().and_then(|n_bits| by(left, n_bits));
    let result = match op {
        BinaryOp::BitAnd => left & right,
        BinaryOp::BitOr => left | right,
        BinaryOp::BitXor => left ^ right,
        BinaryOp::ShiftLeft => match shift(i64::checked_shl) {
            Some(result) => result,
            None => return Value::Null,
        },
        _ => match shift(i64::checked_shr) {
            Some(result) => result,
            None => return Value::Null,
        },
    };
    Value::num(result as f64)
}

/// Division by zero, overflow and the like have no value.
fn finite(num: f64) -> Value {
    if num.is_finite() {
        Value::Num(num)
    } else {
        Value::Null
    }
}

fn integer(num: f64) -> Option<i64> {
    (num.abs() < 9e15).then_some(num.trunc() as i64)
}
