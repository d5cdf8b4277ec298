use std::borrow::Cow;

use super::{NumberPattern, Separators};
use crate::{date::Pattern, locale::Locale};

/// Reads texts as numbers, dates and times: the first form that the whole text has decides.
#[derive(Debug)]
pub struct Interpreter<'a> {
    locale: &'a Locale,
    numbers: Separators,
    reads_like_a_parser: bool,
    money: MoneyMarks,
    moments: Vec<Pattern>,
}

/// What stands around the digits of money.
#[derive(Debug)]
struct MoneyMarks {
    separators: Separators,
    marks: Vec<String>,
}

impl<'a> Interpreter<'a> {
    /// An interpreter for the app's formats.
    pub fn new(locale: &'a Locale) -> Self {
        let usual = [&locale.date_format, &locale.timestamp_format, &locale.time_format];
        let always = [
            "YYYY-MM-DD",
            "YYYY-MM-DD hh:mm[:ss]",
            "YYYY-MM-DD hh:mm:ss[.fff]",
            "hh:mm[:ss]",
            "hh:mm:ss[.fff]",
        ];
        let moments = usual
            .into_iter()
            .map(String::as_str)
            .chain(always)
            .map(Pattern::new)
            .collect();
        Self {
            locale,
            numbers: Separators::of(locale),
            reads_like_a_parser: reads_like_a_parser(locale),
            money: MoneyMarks::new(locale),
            moments,
        }
    }

    /// The number that the text stands for, if it is one: a number or money with the app's separators, a date or a time.
    /// What only another locale would call a number is none.
    pub fn read(&self, text: &str) -> Option<f64> {
        let text = text.trim();
        if !may_be_number(text, self.locale) {
            return None;
        }
        self.plain(text)
            .or_else(|| {
                self.moments
                    .iter()
                    .find_map(|pattern| pattern.read(text, self.locale))
            })
            .or_else(|| self.money.read(text))
    }

    /// The number that the text stands for as a number or as money; dates and times are none.
    pub fn number(&self, text: &str) -> Option<f64> {
        let text = text.trim();
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.plain(text).or_else(|| self.money.read(text))
    }

    fn plain(&self, text: &str) -> Option<f64> {
        if self.reads_like_a_parser
            && let Ok(num) = text.parse::<f64>()
        {
            return Some(num).filter(|num| num.is_finite());
        }
        read_written(text, &self.numbers)
    }
}

/// Reads a number as people write it: groups of digits do not begin with a zero, and blanks and apostrophes between them
/// may be of any kind.
fn read_written(text: &str, separators: &Separators) -> Option<f64> {
    let thousand = separators.thousand.as_str();
    let alike = ALIKE.iter().find(|alike| alike.contains(&thousand));
    let text = match alike {
        Some(alike) => alike
            .iter()
            .fold(Cow::Borrowed(text), |text, other| match text.contains(other) {
                true => Cow::Owned(text.replace(other, thousand)),
                false => text,
            }),
        None => Cow::Borrowed(text),
    };
    let integer = text.split(separators.decimal.as_str()).next().unwrap_or_default();
    let unsigned = integer.trim_start_matches(['-', '+']);
    if !thousand.is_empty() && unsigned.starts_with('0') && unsigned.contains(thousand) {
        return None;
    }
    read_number(&text, separators)
}

/// Signs that stand between groups of digits and look the same.
const ALIKE: [&[&str]; 2] = [&[" ", "\u{A0}", "\u{202F}", "\u{2009}"], &["'", "\u{2019}"]];

/// The number of a text in an expression: as the app writes numbers, or with a decimal point and no groups, as expressions
/// write them and as numbers are put into their place by `$()`.
pub fn interpret_literal(text: &str, locale: &Locale) -> Option<f64> {
    interpret(text, locale).or_else(|| {
        let is_figures = text.bytes().any(|byte| byte.is_ascii_digit());
        let num = is_figures.then(|| text.trim().parse::<f64>().ok())??;
        num.is_finite().then_some(num)
    })
}

/// The number that the text stands for with the app's formats, if it is one.
pub fn interpret(text: &str, locale: &Locale) -> Option<f64> {
    let text = text.trim();
    if !may_be_number(text, locale) {
        return None;
    }
    if reads_like_a_parser(locale)
        && let Ok(num) = text.parse::<f64>()
    {
        return Some(num).filter(|num| num.is_finite());
    }
    Interpreter::new(locale).read(text)
}

/// Whether numbers without groups are written as programs write them.
fn reads_like_a_parser(locale: &Locale) -> bool {
    locale.decimal_sep == "." && locale.thousand_sep != "."
}

/// Whether the letters of a text could belong to a number or date. Comparisons ask it of every text they meet, so it is
/// cheaper than reading the text.
fn may_be_number(text: &str, locale: &Locale) -> bool {
    let formats = [
        &locale.date_format,
        &locale.time_format,
        &locale.timestamp_format,
        &locale.money_format,
    ];
    let has_names = || {
        formats[..3]
            .iter()
            .any(|format| ["MMM", "WWW", "DDD"].iter().any(|name| format.contains(name)))
    };
    let is_known = |c: char| {
        matches!(c, 'e' | 'E' | 'a' | 'A' | 'p' | 'P' | 'm' | 'M')
            || formats.iter().any(|format| format.contains(c))
    };
    // Every form has a digit.
    text.bytes().any(|b| b.is_ascii_digit())
        && (text.chars().all(|c| !c.is_alphabetic() || is_known(c)) || has_names())
}

/// Reads a number: sign, digits in whole groups of three or without any groups, fraction, exponent.
pub fn read_number(text: &str, separators: &Separators) -> Option<f64> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let sign = if text.starts_with('-') { "-" } else { "" };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], &unsigned[at + 1..]),
        None => (unsigned, "0"),
    };
    let (integer, fraction) = match mantissa.split_once(separators.decimal.as_str()) {
        Some(parts) if !separators.decimal.is_empty() => parts,
        _ => (mantissa, ""),
    };
    let integer = ungrouped(integer, &separators.thousand)?;
    let digits_only = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if !digits_only(fraction) || integer.is_empty() && fraction.is_empty() || exponent_digits.is_empty() {
        return None;
    }
    if !digits_only(exponent_digits) {
        return None;
    }
    let num: f64 = format!("{sign}{integer}.{fraction}e{exponent}").parse().ok()?;
    num.is_finite().then_some(num)
}

fn ungrouped(integer: &str, thousand: &str) -> Option<String> {
    if integer.bytes().all(|b| b.is_ascii_digit()) {
        return Some(integer.to_owned());
    }
    if thousand.is_empty() {
        return None;
    }
    let mut groups = integer.split(thousand);
    let first = groups.next()?;
    let sound = |group: &str, lens: std::ops::RangeInclusive<usize>| {
        lens.contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit())
    };
    let mut digits = sound(first, 1..=3).then(|| first.to_owned())?;
    for group in groups {
        digits.push_str(sound(group, 3..=3).then_some(group)?);
    }
    Some(digits)
}

impl MoneyMarks {
    fn new(locale: &Locale) -> Self {
        let separators = Separators {
            decimal: locale.money_decimal_sep.clone(),
            thousand: locale.money_thousand_sep.clone(),
        };
        let marks = NumberPattern::new(&locale.money_format, &separators)
            .surroundings()
            .into_iter()
            .map(|mark| mark.trim().trim_start_matches('-').trim().to_owned())
            .filter(|mark| !mark.is_empty())
            .collect();
        Self { separators, marks }
    }

    /// A number with the currency before or behind it; a sign may stand before either.
    fn read(&self, text: &str) -> Option<f64> {
        let (sign, text) = text
            .strip_prefix('-')
            .map_or((1.0, text), |rest| (-1.0, rest.trim_start()));
        self.marks.iter().find_map(|mark| {
            let digits = text
                .strip_prefix(mark.as_str())
                .or_else(|| text.strip_suffix(mark.as_str()))?;
            read_written(digits, &self.separators).map(|num| sign * num)
        })
    }
}
