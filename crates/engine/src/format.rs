//! Numbers and dates as text, both ways.
//!
//! * [`value`] and [`number`] write what a cell shows; [`default_text`] writes a number without any format.
//! * [`NumberPattern`] is a pattern such as `#,##0.00;-#,##0.00`.
//! * [`interpret`] reads a text as a number, date or time, as text files and text operands need it; [`Interpreter`] does so
//!   for many texts.

mod interpret;
mod pattern;
#[cfg(test)]
mod tests;

pub use interpret::{Interpreter, interpret, read_number};
pub use pattern::{NumberPattern, Separators};

use fanlight_column::number_text;

use crate::{
    date::Pattern,
    locale::Locale,
    numformat::{NumFormat, NumKind},
    value::Value,
};

/// How NULL reads in a cell.
pub const NULL_TEXT: &str = "-";

/// The most decimals that are ever written.
const MAX_DECIMALS: usize = 20;

/// The text of a cell. A text is never formatted; a dual keeps its text unless the format has a kind.
pub fn value(value: &Value, format: &NumFormat, locale: &Locale) -> String {
    match value {
        Value::Null => NULL_TEXT.to_owned(),
        Value::Text(text) => text.as_ref().to_owned(),
        Value::Dual { text, .. } if matches!(format.kind, NumKind::Unknown | NumKind::Ascii) => {
            text.as_ref().to_owned()
        }
        Value::Num(num) | Value::Dual { num, .. } => number(*num, format, locale),
    }
}

/// The text of a number in a format: the pattern if there is one, else what the kind says.
pub fn number(num: f64, format: &NumFormat, locale: &Locale) -> String {
    let pattern = format.fmt.as_deref().filter(|pattern| !pattern.is_empty());
    let default = || default_text(num, locale);
    match format.kind {
        NumKind::Ascii => default(),
        NumKind::Date | NumKind::Time | NumKind::Timestamp => {
            let usual = match format.kind {
                NumKind::Date => &locale.date_format,
                NumKind::Time => &locale.time_format,
                _ => &locale.timestamp_format,
            };
            Pattern::new(pattern.unwrap_or(usual))
                .write(num, locale)
                .unwrap_or_else(default)
        }
        NumKind::Interval => {
            let pattern = Pattern::new(pattern.unwrap_or(&locale.time_format)).without_half_days();
            pattern.write_interval(num, locale).unwrap_or_else(default)
        }
        NumKind::Money => {
            let separators = separators(format, &locale.money_decimal_sep, &locale.money_thousand_sep);
            NumberPattern::new(pattern.unwrap_or(&locale.money_format), &separators).write(num, locale)
        }
        NumKind::Unknown | NumKind::Integer | NumKind::Real | NumKind::Fixed => {
            let separators = separators(format, &locale.decimal_sep, &locale.thousand_sep);
            match pattern {
                Some(pattern) => NumberPattern::new(pattern, &separators).write(num, locale),
                None => plain(num, format, &separators),
            }
        }
    }
}

/// The text of a number without a format: 14 significant digits and the app's decimal separator.
pub fn default_text(num: f64, locale: &Locale) -> String {
    with_decimal_separator(number_text(num), &locale.decimal_sep)
}

/// A number of a kind without a pattern.
fn plain(num: f64, format: &NumFormat, separators: &Separators) -> String {
    let n_dec = usize::try_from(format.n_dec).unwrap_or(0);
    let text = match format.kind {
        NumKind::Fixed if num.is_finite() => format!("{num:.*}", n_dec.min(MAX_DECIMALS)),
        NumKind::Real if (1..14).contains(&n_dec) => significant(num, n_dec),
        _ => number_text(num),
    };
    let text = with_decimal_separator(text, &separators.decimal);
    if format.use_thou == 0 || text.contains('e') {
        return text;
    }
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |digits| ("-", digits));
    let n_integer = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (integer, rest) = digits.split_at(n_integer);
    format!("{sign}{}{rest}", pattern::grouped(integer, &separators.thousand))
}

/// `%.kg`: `k` significant digits, scientific for the very large and the very small.
fn significant(num: f64, n_digits: usize) -> String {
    if num == 0.0 || !num.is_finite() {
        return number_text(num);
    }
    let scientific = format!("{num:.*e}", n_digits - 1);
    // Fourteen digits hold whatever fewer digits say, so the default text writes the rounded number unchanged.
    scientific.parse().map_or(scientific, number_text)
}

fn with_decimal_separator(text: String, decimal: &str) -> String {
    if decimal == "." {
        text
    } else {
        text.replacen('.', decimal, 1)
    }
}

fn separators(format: &NumFormat, decimal: &str, thousand: &str) -> Separators {
    let or = |own: &Option<String>, usual: &str| match own.as_deref() {
        Some(own) if !own.is_empty() => own.to_owned(),
        _ => usual.to_owned(),
    };
    Separators {
        decimal: or(&format.dec, decimal),
        thousand: or(&format.thou, thousand),
    }
}
