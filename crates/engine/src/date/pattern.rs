use super::{Civil, DateTime, serial};
use crate::locale::Locale;

/// A date, time or interval pattern such as `M/D/YYYY h:mm:ss[.fff] TT`.
///
/// `D` day, `W` weekday, `M` month, `Y` year, `h` hour, `m` minute, `s` second, `f` fraction of a second, `TT` half of
/// the day; repeated letters give digits or, from three on, names. A part in square brackets is written only when the
/// fraction in it is not zero, and may be missing when a text is read. Anything else stands for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    pub(super) items: Vec<Item>,
    /// Hours are those of half a day.
    pub(super) half_days: bool,
}

/// A piece of a pattern; widths are numbers of letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Literal(char),
    Day(usize),
    Weekday(usize),
    Month(usize),
    Year(usize),
    Hour(usize),
    Minute(usize),
    Second(usize),
    Fraction(usize),
    HalfDay { upper: bool },
    Optional(Vec<Item>),
}

/// The longest pattern, in characters. It is read for every value, and what viewers write may be of any length.
const MAX_CHARS: usize = 1000;

impl Pattern {
    /// Reads a pattern; every text is one. Only its first 1,000 characters count.
    pub fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().take(MAX_CHARS).collect();
        let items = items(&chars, Brackets::Optional);
        let half_days = items.iter().any(|item| matches!(item, Item::HalfDay { .. }));
        Self { items, half_days }
    }

    /// The pattern without its `TT` and the blanks before it: how the hours of an interval are written.
    #[must_use]
    pub fn without_half_days(mut self) -> Self {
        while let Some(at) = self
            .items
            .iter()
            .position(|item| matches!(item, Item::HalfDay { .. }))
        {
            self.items.remove(at);
            while at > 0 && self.items.get(at - 1) == Some(&Item::Literal(' ')) && at == self.items.len() {
                self.items.pop();
            }
        }
        self.half_days = false;
        self
    }

    /// Writes a moment; `None` if the number is out of the calendar.
    pub fn write(&self, serial: f64, locale: &Locale) -> Option<String> {
        let moment = DateTime::from_serial(serial)?;
        let hour = moment.hour();
        let fields = Fields {
            date: Some(moment.date),
            day: i64::from(moment.date.day),
            hour: if self.half_days {
                (hour + 11) % 12 + 1
            } else {
                hour
            },
            half: if hour < 12 { "AM" } else { "PM" },
            minute: moment.minute(),
            second: moment.second(),
            micros: moment.micros % 1_000_000,
        };
        let mut text = String::new();
        fields.write(&self.items, locale, &mut text);
        Some(text)
    }

    /// Writes a duration in days. What no larger letter takes goes to the next one: without `D`, 1.375 days are 33 hours.
    pub fn write_interval(&self, days: f64, locale: &Locale) -> Option<String> {
        if !days.is_finite() || days.abs() > 1e9 {
            return None;
        }
        let (whole_days, micros) = serial::parts(days.abs());
        let seconds = whole_days * 86_400 + micros / 1_000_000;
        let has = |wanted: fn(&Item) -> bool| self.items.iter().any(wanted);
        let (has_days, has_hours) = (
            has(|item| matches!(item, Item::Day(_))),
            has(|item| matches!(item, Item::Hour(_))),
        );
        let has_minutes = has(|item| matches!(item, Item::Minute(_)));
        let hours = seconds / 3600;
        let minutes = seconds / 60;
        let fields = Fields {
            date: None,
            day: whole_days,
            hour: if has_days { hours % 24 } else { hours },
            half: "",
            minute: match (has_hours, has_days) {
                (true, _) => minutes % 60,
                (false, true) => minutes % 1440,
                (false, false) => minutes,
            },
            second: match (has_minutes, has_hours, has_days) {
                (true, _, _) => seconds % 60,
                (false, true, _) => seconds % 3600,
                (false, false, true) => seconds % 86_400,
                (false, false, false) => seconds,
            },
            micros: micros % 1_000_000,
        };
        let mut text = String::new();
        if days < 0.0 && (seconds > 0 || micros >= 1000) {
            text.push('-');
        }
        fields.write(&self.items, locale, &mut text);
        Some(text)
    }
}

/// Whether square brackets make a part optional; inside one they are literal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Brackets {
    Optional,
    Literal,
}

fn items(chars: &[char], brackets: Brackets) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c == '['
            && brackets == Brackets::Optional
            && let Some(len) = chars[at..].iter().position(|c| *c == ']')
        {
            items.push(Item::Optional(self::items(
                &chars[at + 1..at + len],
                Brackets::Literal,
            )));
            at += len + 1;
            continue;
        }
        let width = chars[at..].iter().take_while(|next| **next == c).count();
        let item = match c {
            'D' | 'd' => Item::Day(width),
            'W' | 'w' => Item::Weekday(width),
            'M' => Item::Month(width),
            'Y' | 'y' => Item::Year(width),
            'H' | 'h' => Item::Hour(width),
            'm' => Item::Minute(width),
            'S' | 's' => Item::Second(width),
            'F' | 'f' => Item::Fraction(width),
            'T' | 't' if width == 2 => Item::HalfDay { upper: c == 'T' },
            _ => {
                items.extend(std::iter::repeat_n(Item::Literal(c), width));
                at += width;
                continue;
            }
        };
        items.push(item);
        at += width;
    }
    items
}

/// What the letters of a pattern stand for at one moment or in one duration.
struct Fields {
    /// The day; a duration has none.
    date: Option<Civil>,
    day: i64,
    hour: i64,
    half: &'static str,
    minute: i64,
    second: i64,
    /// Of the second.
    micros: i64,
}

impl Fields {
    fn write(&self, items: &[Item], locale: &Locale, out: &mut String) {
        for item in items {
            match item {
                Item::Literal(c) => out.push(*c),
                Item::Day(width) => match self.date {
                    Some(date) if *width >= 3 => out.push_str(weekday_name(date, *width, locale)),
                    _ => push_number(out, self.day, *width),
                },
                Item::Weekday(width) => self.write_weekday(*width, locale, out),
                Item::Month(width) => self.write_month(*width, locale, out),
                Item::Year(width) => self.write_year(*width, out),
                Item::Hour(width) => push_number(out, self.hour, *width),
                Item::Minute(width) => push_number(out, self.minute, *width),
                Item::Second(width) => push_number(out, self.second, *width),
                Item::Fraction(width) => out.extend(self.fraction(*width)),
                Item::HalfDay { upper: true } => out.push_str(self.half),
                Item::HalfDay { upper: false } => out.push_str(&self.half.to_lowercase()),
                Item::Optional(items) if self.is_whole(items) => {}
                Item::Optional(items) => self.write(items, locale, out),
            }
        }
    }

    /// The first digits of the fraction of a second; there are six.
    fn fraction(&self, width: usize) -> impl Iterator<Item = char> {
        let digits: Vec<char> = format!("{:06}", self.micros).chars().collect();
        digits
            .into_iter()
            .chain(std::iter::repeat('0'))
            .take(width.min(20))
    }

    /// Whether nothing is left of the fraction of a second in the digits that these items have for it.
    fn is_whole(&self, items: &[Item]) -> bool {
        let widths = items.iter().filter_map(|item| match item {
            Item::Fraction(width) => Some(*width),
            _ => None,
        });
        self.fraction(widths.max().unwrap_or(3)).all(|digit| digit == '0')
    }

    fn write_weekday(&self, width: usize, locale: &Locale, out: &mut String) {
        let Some(date) = self.date else { return };
        if width >= 3 {
            out.push_str(weekday_name(date, width, locale));
        } else {
            push_number(out, i64::from(date.weekday()), width);
        }
    }

    fn write_month(&self, width: usize, locale: &Locale, out: &mut String) {
        let Some(date) = self.date else { return };
        let names = if width == 3 {
            &locale.month_names
        } else {
            &locale.long_month_names
        };
        if width >= 3 {
            out.push_str(&names[date.month as usize - 1]);
        } else {
            push_number(out, i64::from(date.month), width);
        }
    }

    fn write_year(&self, width: usize, out: &mut String) {
        let Some(date) = self.date else { return };
        if width <= 2 {
            push_number(out, i64::from(date.year % 100), 2);
        } else {
            push_number(out, i64::from(date.year), width);
        }
    }
}

fn weekday_name(date: Civil, width: usize, locale: &Locale) -> &str {
    let names = if width == 3 {
        &locale.day_names
    } else {
        &locale.long_day_names
    };
    &names[date.weekday() as usize]
}

fn push_number(out: &mut String, number: i64, width: usize) {
    let width = width.min(20);
    out.push_str(&format!("{number:0width$}"));
}
