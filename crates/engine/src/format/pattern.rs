mod abbreviation;
mod digits;
mod run;

use self::digits::Digits;
pub(super) use self::digits::grouped;
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    One,
    Percent,
    /// The letter goes to the start of the suffix.
    Abbreviated,
}

/// The longest pattern, in characters. It is read for every value, and what viewers write may be of any length.
const MAX_CHARS: usize = 1000;
/// The longest separator, in characters. One is written up to a hundred times in a number.
const MAX_SEPARATOR_CHARS: usize = 20;

fn start_of(text: &str, n_chars: usize) -> &str {
    text.char_indices()
        .nth(n_chars)
        .map_or(text, |(end, _)| &text[..end])
}

impl Separators {
    /// The separators, cut to the length that they may have.
    #[must_use]
    pub(super) fn bounded(&self) -> Self {
        let cut = |text: &str| start_of(text, MAX_SEPARATOR_CHARS).to_owned();
        Self {
            decimal: cut(&self.decimal),
            thousand: cut(&self.thousand),
        }
    }

    /// The separators of plain numbers.
    pub fn of(locale: &Locale) -> Self {
        Self {
            decimal: locale.decimal_sep.clone(),
            thousand: locale.thousand_sep.clone(),
        }
    }
}

impl NumberPattern {
    /// Reads a pattern; every text is one. Only its first 1,000 characters count, and 20 of each separator.
    pub fn new(pattern: &str, separators: &Separators) -> Self {
        let pattern = start_of(pattern, MAX_CHARS);
        let separators = &separators.bounded();
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
        let run_len = run::run_len(&text[start..], separators);
        let (run, suffix) = text[start..].split_at(run_len);
        let prefix = text[..start].to_owned();
        let (digits, decimal) = run::read_run(run, separators);
        let mut suffix = suffix.to_owned();
        let mut scale = if prefix.contains('%') || suffix.contains('%') {
            Scale::Percent
        } else {
            Scale::One
        };
        if let Some(rest) = abbreviation::without_mark(&suffix) {
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
            Scale::Abbreviated => abbreviation::abbreviate(num, &self.digits, &locale.numerical_abbreviation),
        };
        format!(
            "{}{}{letter}{}",
            self.prefix,
            self.digits.write(num, &self.decimal),
            self.suffix
        )
    }
}
