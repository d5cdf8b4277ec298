use super::MAX_DECIMALS;
use crate::locale::Locale;

/// The separators a pattern is written with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Separators {
    /// Between integer and fraction.
    pub decimal: String,
    /// Between groups of three digits.
    pub thousand: String,
}

/// A number pattern: up to three parts for positive numbers, negative numbers and zero.
///
/// In a part, `0` is a digit that is always there and `#` one that is there when needed; a thousands separator between
/// them groups, a decimal separator starts the fraction. `%` writes hundredths, `A` abbreviates (`1.2M`), everything
/// around the digits stays. A part of `#` alone writes as many significant digits as there are signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberPattern {
    positive: Part,
    negative: Option<Part>,
    zero: Option<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    prefix: String,
    digits: Digits,
    suffix: String,
    scale: Scale,
    decimal: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Digits {
    /// No digit is written: the part is a text.
    None,
    /// So many significant digits.
    Significant(usize),
    Placed {
        min_integer: usize,
        min_decimals: usize,
        max_decimals: usize,
        grouping: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    One,
    Percent,
    /// The letter goes to the start of the suffix.
    Abbreviated,
}

impl Separators {
    /// The separators of plain numbers.
    pub fn of(locale: &Locale) -> Self {
        Self {
            decimal: locale.decimal_sep.clone(),
            thousand: locale.thousand_sep.clone(),
        }
    }
}

impl NumberPattern {
    /// Reads a pattern; every text is one.
    pub fn new(pattern: &str, separators: &Separators) -> Self {
        let mut parts = pattern.splitn(3, ';').map(|part| Part::new(part, separators));
        let positive = parts.next().unwrap_or_else(|| Part::new("", separators));
        Self {
            positive,
            negative: parts.next(),
            zero: parts.next(),
        }
    }

    /// What stands before and behind the digits of the positive part.
    pub(super) fn surroundings(&self) -> [&str; 2] {
        [&self.positive.prefix, &self.positive.suffix]
    }

    /// Reads a number that is written with this pattern, more or less: the digits need not be as many.
    pub fn read(&self, text: &str, separators: &Separators) -> Option<f64> {
        let text = text.trim();
        let negative = self
            .negative
            .as_ref()
            .and_then(|part| part.read(text, separators))
            .map(|num| -num);
        let signed = || {
            self.positive
                .read(text.strip_prefix('-')?.trim_start(), separators)
                .map(|num| -num)
        };
        self.positive.read(text, separators).or(negative).or_else(signed)
    }

    /// Writes a number.
    pub fn write(&self, num: f64, locale: &Locale) -> String {
        if !num.is_finite() {
            return super::default_text(num, locale);
        }
        match (&self.negative, &self.zero) {
            (_, Some(zero)) if num == 0.0 => zero.write(0.0, locale),
            (Some(negative), _) if num < 0.0 => negative.write(-num, locale),
            _ if num < 0.0 => {
                let text = self.positive.write(-num, locale);
                // What rounds to zero has no sign.
                if text.bytes().any(|b| matches!(b, b'1'..=b'9')) {
                    format!("-{text}")
                } else {
                    text
                }
            }
            _ => self.positive.write(num, locale),
        }
    }
}

impl Part {
    fn new(text: &str, separators: &Separators) -> Self {
        let Some(start) = text.find(['0', '#']) else {
            let (suffix, scale) = (String::new(), Scale::One);
            return Self {
                prefix: text.to_owned(),
                digits: Digits::None,
                suffix,
                scale,
                decimal: String::new(),
            };
        };
        let run_len = run_len(&text[start..], separators);
        let (run, suffix) = text[start..].split_at(run_len);
        let prefix = text[..start].to_owned();
        let (digits, decimal) = read_run(run, separators);
        let mut suffix = suffix.to_owned();
        let mut scale = if prefix.contains('%') || suffix.contains('%') {
            Scale::Percent
        } else {
            Scale::One
        };
        if let Some(rest) = abbreviation(&suffix) {
            suffix = rest;
            scale = Scale::Abbreviated;
        }
        Self {
            prefix,
            digits,
            suffix,
            scale,
            decimal,
        }
    }

    fn read(&self, text: &str, separators: &Separators) -> Option<f64> {
        if self.digits == Digits::None {
            return None;
        }
        let digits = text
            .strip_prefix(self.prefix.trim_start())?
            .strip_suffix(self.suffix.trim_end())?;
        let num = super::read_number(digits, separators)?;
        Some(if self.scale == Scale::Percent {
            num / 100.0
        } else {
            num
        })
    }

    /// Writes a number that is not negative.
    fn write(&self, num: f64, locale: &Locale) -> String {
        let (num, letter) = match self.scale {
            Scale::One => (num, String::new()),
            Scale::Percent => (num * 100.0, String::new()),
            Scale::Abbreviated => abbreviate(num, &self.digits, &locale.numerical_abbreviation),
        };
        format!(
            "{}{}{letter}{}",
            self.prefix,
            self.digits.write(num, &self.decimal),
            self.suffix
        )
    }
}

impl Digits {
    fn write(&self, num: f64, decimal: &str) -> String {
        match self {
            Self::None => String::new(),
            Self::Significant(n_digits) => {
                let n_integer = if num < 1.0 {
                    0
                } else {
                    num.log10().floor() as usize + 1
                };
                let leading_zeros = if num > 0.0 && num < 1.0 {
                    (-num.log10()).ceil() as usize - 1
                } else {
                    0
                };
                let n_decimals = (n_digits.saturating_sub(n_integer) + leading_zeros).min(MAX_DECIMALS);
                place(
                    num,
                    decimal,
                    &Placement {
                        min_integer: 1,
                        min_decimals: 0,
                        n_decimals,
                        grouping: None,
                    },
                )
            }
            Self::Placed {
                min_integer,
                min_decimals,
                max_decimals,
                grouping,
            } => {
                let placement = Placement {
                    min_integer: *min_integer,
                    min_decimals: *min_decimals,
                    n_decimals: *max_decimals,
                    grouping: grouping.as_deref(),
                };
                place(num, decimal, &placement)
            }
        }
    }

    /// The number after rounding to the decimals of the pattern.
    fn rounded(&self, num: f64) -> f64 {
        self.write_plain(num).parse().unwrap_or(num)
    }

    fn write_plain(&self, num: f64) -> String {
        match self {
            Self::Placed { max_decimals, .. } => format!("{num:.max_decimals$}"),
            Self::Significant(n_digits) => format!("{num:.*e}", n_digits.saturating_sub(1)),
            Self::None => num.to_string(),
        }
    }
}

struct Placement<'a> {
    min_integer: usize,
    min_decimals: usize,
    n_decimals: usize,
    grouping: Option<&'a str>,
}

fn place(num: f64, decimal: &str, placement: &Placement<'_>) -> String {
    let text = format!(
        "{:.*}",
        placement.n_decimals,
        round_half_away(num, placement.n_decimals)
    );
    let (integer, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let integer = if integer == "0" { "" } else { integer };
    let fraction = {
        let needed = fraction.trim_end_matches('0').len().max(placement.min_decimals);
        &fraction[..needed.min(fraction.len())]
    };
    let integer = format!("{integer:0>width$}", width = placement.min_integer);
    let mut out = match placement.grouping {
        Some(separator) => grouped(&integer, separator),
        None => integer,
    };
    if !fraction.is_empty() {
        out.push_str(decimal);
        out.push_str(fraction);
    }
    // A pattern of optional digits alone still has to show something for zero.
    if out.is_empty() { "0".to_owned() } else { out }
}

/// Moves a number that reads as half way between two roundings away from zero, as people round: 1.005 is stored as a
/// little less than it reads, and 2.5 would round to the even 2.
fn round_half_away(num: f64, n_decimals: usize) -> f64 {
    let text = format!("{num:.14e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return num;
    };
    let (Ok(exponent), Ok(decimals)) = (exponent.parse::<i32>(), i32::try_from(n_decimals)) else {
        return num;
    };
    let digits = mantissa.replace('.', "");
    let dropped = usize::try_from(exponent + 1 + decimals)
        .ok()
        .and_then(|first| digits.get(first..));
    if dropped.is_none_or(|dropped| dropped.trim_end_matches('0') != "5") {
        return num;
    }
    let factor = 10f64.powi(decimals);
    ((num * factor).floor().max((num * factor - 0.5).round()) + 1.0) / factor
}

/// Digits in groups of three.
pub(super) fn grouped(digits: &str, separator: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

/// The length of the digits and the separators between them.
fn run_len(text: &str, separators: &Separators) -> usize {
    let mut end = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(['0', '#']) {
            at += 1;
            end = at;
        } else {
            match separator_len(rest, separators) {
                Some(len) => at += len,
                None => break,
            }
        }
    }
    end
}

/// The length of the separator the text starts with: the known ones, or any other that digits are usually written with.
fn separator_len(text: &str, separators: &Separators) -> Option<usize> {
    for known in [&separators.decimal, &separators.thousand] {
        if !known.is_empty() && text.starts_with(known.as_str()) {
            return Some(known.len());
        }
    }
    let first = text.chars().next()?;
    matches!(first, ' ' | '\u{a0}' | '\u{202f}' | '.' | ',' | '\'' | '’' | '_').then_some(first.len_utf8())
}

/// The digits of a pattern and its decimal separator.
fn read_run(run: &str, separators: &Separators) -> (Digits, String) {
    let found = separators_in(run, separators);
    if found.is_empty() && !run.contains('0') {
        return (Digits::Significant(run.len()), separators.decimal.clone());
    }
    let decimal_at = decimal_position(run, &found, separators);
    let (integer, fraction, decimal) = match decimal_at {
        Some(index) => {
            let (at, text) = found[index];
            (&run[..at], &run[at + text.len()..], text.to_owned())
        }
        None => (run, "", separators.decimal.clone()),
    };
    let grouping = found
        .iter()
        .find(|(at, _)| *at < integer.len())
        .map(|(_, text)| (*text).to_owned());
    let placeholders: Vec<char> = fraction.chars().filter(|c| matches!(c, '0' | '#')).collect();
    let max_decimals = placeholders.len().min(MAX_DECIMALS);
    let min_decimals = placeholders
        .iter()
        .rposition(|c| *c == '0')
        .map_or(0, |last| last + 1)
        .min(max_decimals);
    let min_integer = integer.chars().filter(|c| *c == '0').count().min(100);
    (
        Digits::Placed {
            min_integer,
            min_decimals,
            max_decimals,
            grouping,
        },
        decimal,
    )
}

/// The separators between the digits and where they are.
fn separators_in<'r>(run: &'r str, separators: &Separators) -> Vec<(usize, &'r str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < run.len() {
        match separator_len(&run[at..], separators) {
            Some(len) if !run[at..].starts_with(['0', '#']) => {
                found.push((at, &run[at..at + len]));
                at += len;
            }
            _ => at += 1,
        }
    }
    found
}

/// Which separator starts the fraction. Position decides where both kinds are there: the last one does if it differs from
/// those before. A single one is what it is known as, else grouping if three digits follow.
fn decimal_position(run: &str, found: &[(usize, &str)], separators: &Separators) -> Option<usize> {
    let last = found.len().checked_sub(1)?;
    let (at, text) = found[last];
    if found.iter().any(|(_, other)| *other != text) {
        return Some(last);
    }
    if text == separators.decimal {
        return (found.len() == 1).then_some(last);
    }
    let known_grouping = text == separators.thousand || text.trim().is_empty();
    let three_follow = run.len() - at - text.len() == 3;
    (found.len() == 1 && !known_grouping && !three_follow).then_some(last)
}

/// The suffix without its `A`, which stands alone behind the digits: no letter follows it.
fn abbreviation(suffix: &str) -> Option<String> {
    let at = suffix.len() - suffix.trim_start().len();
    let rest = suffix[at..].strip_prefix('A')?;
    (!rest.starts_with(char::is_alphabetic)).then(|| format!("{}{rest}", &suffix[..at]))
}

/// The number in units of the largest abbreviation that leaves a digit before the decimal separator, and its letter.
fn abbreviate(num: f64, digits: &Digits, abbreviations: &str) -> (f64, String) {
    let mut steps: Vec<(i32, &str)> = abbreviations
        .split(';')
        .filter_map(|entry| {
            let (exponent, letter) = entry.split_once(':')?;
            Some((exponent.trim().parse().ok()?, letter))
        })
        .filter(|(exponent, _)| (-300..=300).contains(exponent))
        .collect();
    steps.push((0, ""));
    steps.sort_by_key(|(exponent, _)| *exponent);
    if num == 0.0 {
        return (num, String::new());
    }
    let in_units = |exponent: i32| num / 10f64.powi(exponent);
    let mut chosen = steps
        .iter()
        .rposition(|(exponent, _)| num >= 10f64.powi(*exponent))
        .unwrap_or(0);
    // 999.99 k is 1 M once it is rounded.
    if let Some((above, _)) = steps.get(chosen + 1)
        && digits.rounded(in_units(steps[chosen].0)) >= 10f64.powi(above - steps[chosen].0)
    {
        chosen += 1;
    }
    let (exponent, letter) = steps[chosen];
    (in_units(exponent), letter.to_owned())
}
