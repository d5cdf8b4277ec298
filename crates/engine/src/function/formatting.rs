//! Numbers and dates as text (`Num`, `Date` …) and text as numbers and dates (`Num#`, `Date#` …).

use super::{Args, Function};
use crate::{
    date::Pattern,
    format::{NumberPattern, Separators, default_text, read_number},
    value::Value,
};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("date", 1, 2, |args| moment(args, &args.locale().date_format)),
    Function::new("date#", 1, 2, |args| {
        read_moment(args, &args.locale().date_format)
    }),
    Function::new("dual", 2, 2, |args| {
        Some(Value::dual(args.text(0)?, args.num(1)?))
    }),
    Function::new("interval", 1, 2, interval),
    Function::new("interval#", 1, 2, read_interval),
    Function::new("money", 1, 4, money),
    Function::new("money#", 1, 4, read_plain),
    Function::new("num", 1, 4, num),
    Function::new("num#", 1, 4, read_plain),
    Function::new("text", 1, 1, |args| Some(Value::text(args.text(0)?))),
    Function::new("time", 1, 2, |args| moment(args, &args.locale().time_format)),
    Function::new("time#", 1, 2, |args| {
        read_moment(args, &args.locale().time_format)
    }),
    Function::new("timestamp", 1, 2, |args| {
        moment(args, &args.locale().timestamp_format)
    }),
    Function::new("timestamp#", 1, 2, |args| {
        read_moment(args, &args.locale().timestamp_format)
    }),
];

/// The pattern that is given, or the usual one.
fn pattern(args: &Args<'_>, usual: &str) -> Option<Pattern> {
    if args.has(1) {
        Some(Pattern::new(&args.text(1)?))
    } else {
        Some(Pattern::new(usual))
    }
}

fn moment(args: &Args<'_>, usual: &str) -> Option<Value> {
    let (num, pattern) = (args.num(0)?, pattern(args, usual)?);
    let text = pattern
        .write(num, args.locale())
        .unwrap_or_else(|| default_text(num, args.locale()));
    Some(Value::dual(text, num))
}

fn interval(args: &Args<'_>) -> Option<Value> {
    let num = args.num(0)?;
    let pattern = pattern(args, &args.locale().time_format)?.without_half_days();
    let text = pattern
        .write_interval(num, args.locale())
        .unwrap_or_else(|| default_text(num, args.locale()));
    Some(Value::dual(text, num))
}

/// A text that cannot be read stays what it is, without a number.
fn read_moment(args: &Args<'_>, usual: &str) -> Option<Value> {
    let (text, pattern) = (args.text(0)?, pattern(args, usual)?);
    Some(dual_or_text(&text, pattern.read(&text, args.locale())))
}

fn read_interval(args: &Args<'_>) -> Option<Value> {
    let text = args.text(0)?;
    let pattern = pattern(args, &args.locale().time_format)?.without_half_days();
    Some(dual_or_text(&text, pattern.read_interval(&text, args.locale())))
}

/// `Num(x [, pattern [, decimal separator [, thousands separator]]])`
fn num(args: &Args<'_>) -> Option<Value> {
    let num = args.num(0)?;
    let locale = args.locale();
    if !args.has(1) {
        return Some(Value::dual(default_text(num, locale), num));
    }
    let pattern = NumberPattern::new(&args.text(1)?, &separators(args, Separators::of(locale))?);
    Some(Value::dual(pattern.write(num, locale), num))
}

fn money(args: &Args<'_>) -> Option<Value> {
    let num = args.num(0)?;
    let locale = args.locale();
    let usual = Separators {
        decimal: locale.money_decimal_sep.clone(),
        thousand: locale.money_thousand_sep.clone(),
    };
    let pattern = if args.has(1) {
        args.text(1)?
    } else {
        locale.money_format.as_str().into()
    };
    let pattern = NumberPattern::new(&pattern, &separators(args, usual)?);
    Some(Value::dual(pattern.write(num, locale), num))
}

/// What is left when the prefix and the suffix of the pattern are taken away is read as a number.
fn read_plain(args: &Args<'_>) -> Option<Value> {
    let text = args.text(0)?;
    let separators = separators(args, Separators::of(args.locale()))?;
    let own = if args.has(1) {
        let pattern = NumberPattern::new(&args.text(1)?, &separators);
        pattern.read(&text, &separators)
    } else {
        None
    };
    let num = own.or_else(|| read_number(&text, &separators));
    let num = if args.len() > 2 {
        num
    } else {
        num.or_else(|| crate::format::interpret(&text, args.locale()))
    };
    Some(dual_or_text(&text, num))
}

fn separators(args: &Args<'_>, usual: Separators) -> Option<Separators> {
    let decimal = if args.has(2) {
        args.text(2)?.into_owned()
    } else {
        usual.decimal
    };
    let thousand = if args.has(3) {
        args.text(3)?.into_owned()
    } else {
        usual.thousand
    };
    Some(Separators { decimal, thousand })
}

fn dual_or_text(text: &str, num: Option<f64>) -> Value {
    num.map_or_else(|| Value::text(text), |num| Value::dual(text, num))
}
