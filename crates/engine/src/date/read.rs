use super::{Civil, DateTime, MICROS_PER_DAY, Pattern, pattern::Item};
use crate::locale::Locale;

/// Years of two digits below this are in the 21st century.
const CENTURY_PIVOT: i32 = 50;

/// What has been read of a moment or duration so far.
#[derive(Default)]
struct Reading {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
    /// Of the second; further digits of its fraction are cut off.
    micros: Option<i64>,
    afternoon: Option<bool>,
}

impl Pattern {
    /// Reads a moment; the whole text must fit the pattern and name a day and a time that exist. A pattern without
    /// letters of a date gives a time of day, a missing month or day is the first one.
    pub fn read(&self, text: &str, locale: &Locale) -> Option<f64> {
        let reading = self.scan(text, locale)?;
        let micros = reading.time_of_day_micros()?;
        let date = match (reading.year, reading.month, reading.day) {
            (None, None, None) => return Some(micros as f64 / MICROS_PER_DAY as f64),
            (year, month, day) => {
                Civil::new(year?, month.unwrap_or(1), u32::try_from(day.unwrap_or(1)).ok()?)?
            }
        };
        Some(DateTime { date, micros }.serial())
    }

    /// Reads a duration, in days; the whole text must fit the pattern.
    pub fn read_interval(&self, text: &str, locale: &Locale) -> Option<f64> {
        let text = text.trim();
        let (sign, text) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
        let reading = self.scan(text, locale)?;
        let part = |count: Option<i64>, micros: i64| count.unwrap_or(0) as f64 * micros as f64;
        let micros = part(reading.day, MICROS_PER_DAY)
            + part(reading.hour, 3_600_000_000)
            + part(reading.minute, 60_000_000)
            + part(reading.second, 1_000_000)
            + part(reading.micros, 1);
        Some(sign * micros / MICROS_PER_DAY as f64)
    }

    fn scan(&self, text: &str, locale: &Locale) -> Option<Reading> {
        let mut reading = Reading::default();
        let rest = reading.take_all(&self.items, text.trim(), locale)?;
        rest.is_empty().then_some(reading)
    }
}

impl Reading {
    fn take_all<'t>(&mut self, items: &[Item], text: &'t str, locale: &Locale) -> Option<&'t str> {
        let mut rest = text;
        for (at, item) in items.iter().enumerate() {
            let next_is_digit = items.get(at + 1).is_some_and(reads_digits);
            rest = match item {
                Item::Optional(optional) => self.take_all(optional, rest, locale).unwrap_or(rest),
                _ => self.take(item, rest, next_is_digit, locale)?,
            };
        }
        Some(rest)
    }

    /// Takes one item. Where digits follow digits without anything between, each letter is exactly one digit.
    fn take<'t>(&mut self, item: &Item, text: &'t str, tight: bool, locale: &Locale) -> Option<&'t str> {
        let digits = |usual: usize, width: usize| number(text, if tight { width } else { usual.max(width) });
        match *item {
            Item::Literal(c) => text.strip_prefix(c),
            Item::Day(width) if width >= 3 => weekday(text, locale),
            Item::Weekday(width) if width >= 3 => weekday(text, locale),
            Item::Weekday(width) => digits(1, width).map(|(_, rest)| rest),
            Item::Day(width) => store(&mut self.day, digits(9, width)),
            Item::Month(width) if width >= 3 => {
                let names = locale.long_month_names.iter().chain(&locale.month_names);
                let (index, rest) = longest_name(text, names)?;
                self.month = Some(u32::try_from(index % 12).ok()? + 1);
                Some(rest)
            }
            Item::Month(width) => {
                let (month, rest) = digits(2, width)?;
                self.month = Some(u32::try_from(month).ok()?);
                Some(rest)
            }
            Item::Year(width) => self.take_year(text, width),
            Item::Hour(width) => store(&mut self.hour, digits(9, width)),
            Item::Minute(width) => store(&mut self.minute, digits(9, width)),
            Item::Second(width) => store(&mut self.second, digits(9, width)),
            Item::Fraction(width) => {
                let n_digits = n_digits(text).min(if tight { width } else { width.max(18) });
                let digits = text.get(..n_digits).filter(|digits| !digits.is_empty())?;
                self.micros = format!("{digits:0<6}").get(..6)?.parse().ok();
                text.get(n_digits..)
            }
            Item::HalfDay { .. } => {
                let half = text.get(..2)?;
                self.afternoon = Some(if half.eq_ignore_ascii_case("PM") {
                    true
                } else if half.eq_ignore_ascii_case("AM") {
                    false
                } else {
                    return None;
                });
                text.get(2..)
            }
            Item::Optional(_) => None,
        }
    }

    fn take_year<'t>(&mut self, text: &'t str, width: usize) -> Option<&'t str> {
        let wanted = if width <= 2 { 2 } else { 4 };
        let (year, rest) = number(text, wanted)?;
        let n_read = text.len() - rest.len();
        let year = i32::try_from(year).ok()?;
        self.year = Some(match n_read {
            4 => year,
            2 if width <= 2 => year + if year < CENTURY_PIVOT { 2000 } else { 1900 },
            _ => return None,
        });
        Some(rest)
    }

    /// Microseconds since midnight, if there is such a time of day.
    fn time_of_day_micros(&self) -> Option<i64> {
        let below = |count: Option<i64>, limit: i64| Some(count.unwrap_or(0)).filter(|count| *count < limit);
        let hour = match self.afternoon {
            None => below(self.hour, 24)?,
            Some(afternoon) => {
                let hour = self.hour.filter(|hour| (1..=12).contains(hour))?;
                hour % 12 + if afternoon { 12 } else { 0 }
            }
        };
        let seconds = (hour * 60 + below(self.minute, 60)?) * 60 + below(self.second, 60)?;
        Some(seconds * 1_000_000 + self.micros.unwrap_or(0))
    }
}

fn store<'t>(field: &mut Option<i64>, read: Option<(i64, &'t str)>) -> Option<&'t str> {
    let (number, rest) = read?;
    *field = Some(number);
    Some(rest)
}

fn reads_digits(item: &Item) -> bool {
    match item {
        Item::Literal(c) => c.is_ascii_digit(),
        Item::HalfDay { .. } | Item::Optional(_) => false,
        Item::Day(width) | Item::Weekday(width) | Item::Month(width) => *width < 3,
        Item::Year(_) | Item::Hour(_) | Item::Minute(_) | Item::Second(_) | Item::Fraction(_) => true,
    }
}

/// The number of the leading digits, at most `max` of them, and what follows.
fn number(text: &str, max: usize) -> Option<(i64, &str)> {
    let len = n_digits(text).min(max).min(9);
    let number = text.get(..len)?.parse().ok()?;
    Some((number, &text[len..]))
}

fn n_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The day of the week follows from the date, so its name is skipped, not checked.
fn weekday<'t>(text: &'t str, locale: &Locale) -> Option<&'t str> {
    longest_name(text, locale.long_day_names.iter().chain(&locale.day_names)).map(|(_, rest)| rest)
}

/// The position of the longest name that the text starts with, in any case, and what follows.
fn longest_name<'t, 'n>(text: &'t str, names: impl Iterator<Item = &'n String>) -> Option<(usize, &'t str)> {
    names
        .enumerate()
        .filter_map(|(index, name)| Some((index, strip_prefix_ignoring_case(text, name)?)))
        .min_by_key(|(_, rest)| rest.len())
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    for c in prefix.chars() {
        let found = rest.next()?;
        if !found.to_lowercase().eq(c.to_lowercase()) {
            return None;
        }
    }
    (!prefix.is_empty()).then_some(rest.as_str())
}
