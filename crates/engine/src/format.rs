//! Numbers and dates as text, both ways.
//!
//! * A [`Formatter`] writes what cells show; [`value`] and [`number`] do so once. [`default_text`] writes a number without
//!   any format.
//! * [`NumberPattern`] is a pattern such as `#,##0.00;-#,##0.00`.
//! * [`interpret`] reads a text as a number, date or time, as text files and text operands need it; [`Interpreter`] does so
//!   for many texts.

mod interpret;
mod pattern;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use fanlight_column::{number_text, says_more};

pub use interpret::{Interpreter, interpret, interpret_literal, read_number};
pub use pattern::{NumberPattern, Separators};

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

/// Writes values in one format.
#[derive(Debug, Clone)]
pub struct Formatter<'a> {
    locale: &'a Locale,
    form: Form,
    /// A dual keeps its own text.
    keeps_text: bool,
}

#[derive(Debug, Clone)]
enum Form {
    Default,
    Moment(Pattern),
    Interval(Pattern),
    Pattern(Box<NumberPattern>),
    Plain {
        rounding: Rounding,
        decimal: String,
        thousand: Option<String>,
    },
}

/// What is left of a number without a pattern.
#[derive(Debug, Clone, Copy)]
enum Rounding {
    None,
    Decimals(usize),
    Significant(usize),
}

impl<'a> Formatter<'a> {
    /// A formatter for one format: the pattern if there is one, else what the kind says.
    pub fn new(format: &NumFormat, locale: &'a Locale) -> Self {
        let keeps_text = matches!(format.kind, NumKind::Unknown | NumKind::Ascii);
        Self {
            locale,
            form: Form::new(format, locale),
            keeps_text,
        }
    }

    /// The text of a cell. A text is never formatted; a dual keeps its text unless the format has a kind, and always if it
    /// is an integer of more digits than a number keeps.
    pub fn value<'v>(&self, value: &'v Value) -> Cow<'v, str> {
        match value {
            Value::Null => Cow::Borrowed(NULL_TEXT),
            Value::Text(text) => Cow::Borrowed(text),
            Value::Dual { text, num } if self.keeps_text || is_exact_integer(text, *num) => {
                Cow::Borrowed(text)
            }
            Value::Num(num) | Value::Dual { num, .. } => Cow::Owned(self.number(*num)),
        }
    }

    /// The text of a number. What is no date, or no number at all, gets the default text.
    pub fn number(&self, num: f64) -> String {
        let own = match &self.form {
            Form::Default => None,
            Form::Moment(pattern) => pattern.write(num, self.locale),
            Form::Interval(pattern) => pattern.write_interval(num, self.locale),
            Form::Pattern(pattern) => Some(pattern.write(num, self.locale)),
            Form::Plain {
                rounding,
                decimal,
                thousand,
            } => Some(plain(num, *rounding, decimal, thousand.as_deref())),
        };
        own.unwrap_or_else(|| default_text(num, self.locale))
    }
}

impl Form {
    fn new(format: &NumFormat, locale: &Locale) -> Self {
        let own = format.fmt.as_deref().filter(|pattern| !pattern.is_empty());
        match format.kind {
            NumKind::Ascii => Self::Default,
            NumKind::Date => Self::Moment(Pattern::new(own.unwrap_or(&locale.date_format))),
            NumKind::Time => Self::Moment(Pattern::new(own.unwrap_or(&locale.time_format))),
            NumKind::Timestamp => Self::Moment(Pattern::new(own.unwrap_or(&locale.timestamp_format))),
            NumKind::Interval => {
                Self::Interval(Pattern::new(own.unwrap_or(&locale.time_format)).without_half_days())
            }
            NumKind::Money => {
                let usual = [&locale.money_decimal_sep, &locale.money_thousand_sep];
                let pattern = own.unwrap_or(&locale.money_format);
                Self::Pattern(Box::new(NumberPattern::new(pattern, &separators(format, usual))))
            }
            NumKind::Unknown | NumKind::Integer | NumKind::Real | NumKind::Fixed => {
                let separators = separators(format, [&locale.decimal_sep, &locale.thousand_sep]);
                match own {
                    Some(pattern) => Self::Pattern(Box::new(NumberPattern::new(pattern, &separators))),
                    None => Self::plain(format, &separators),
                }
            }
        }
    }

    /// A kind without a pattern.
    fn plain(format: &NumFormat, separators: &Separators) -> Self {
        let n_dec = usize::try_from(format.n_dec).unwrap_or(0);
        let rounding = match format.kind {
            NumKind::Fixed => Rounding::Decimals(n_dec.min(MAX_DECIMALS)),
            NumKind::Real if (1..14).contains(&n_dec) => Rounding::Significant(n_dec),
            _ => Rounding::None,
        };
        let separators = separators.bounded();
        let thousand = (format.use_thou != 0).then_some(separators.thousand);
        Self::Plain {
            rounding,
            decimal: separators.decimal,
            thousand,
        }
    }
}

/// Whether the text is an integer of more digits than its number keeps: a format would write another integer's digits.
fn is_exact_integer(text: &str, num: f64) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit()) && says_more(text, num)
}

/// The text of a cell; see [`Formatter::value`].
pub fn value(value: &Value, format: &NumFormat, locale: &Locale) -> String {
    Formatter::new(format, locale).value(value).into_owned()
}

/// The text of a number; see [`Formatter::number`].
pub fn number(num: f64, format: &NumFormat, locale: &Locale) -> String {
    Formatter::new(format, locale).number(num)
}

/// The text of a number without a format: 14 significant digits and the app's decimal separator.
pub fn default_text(num: f64, locale: &Locale) -> String {
    with_decimal_separator(number_text(num), &locale.decimal_sep)
}

fn plain(num: f64, rounding: Rounding, decimal: &str, thousand: Option<&str>) -> String {
    let text = match rounding {
        Rounding::Decimals(n_decimals) if num.is_finite() => format!("{num:.n_decimals$}"),
        Rounding::Significant(n_digits) => significant(num, n_digits),
        _ => number_text(num),
    };
    let text = with_decimal_separator(text, decimal);
    let Some(thousand) = thousand.filter(|_| num.is_finite() && !text.contains('e')) else {
        return text;
    };
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |digits| ("-", digits));
    let n_integer = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (integer, rest) = digits.split_at(n_integer);
    format!("{sign}{}{rest}", pattern::grouped(integer, thousand))
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

/// The format's own separators, else the usual ones.
fn separators(format: &NumFormat, [decimal, thousand]: [&String; 2]) -> Separators {
    let own = |own: &Option<String>, usual: &String| {
        own.as_ref()
            .filter(|own| !own.is_empty())
            .unwrap_or(usual)
            .clone()
    };
    Separators {
        decimal: own(&format.dec, decimal),
        thousand: own(&format.thou, thousand),
    }
}
