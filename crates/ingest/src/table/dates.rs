//! The forms in which a column may have its dates and times. A column has one.

use fanlight_engine::date::Pattern;
use fanlight_engine::{Locale, ValueForm};

/// Dates, times or timestamps that one writer may have written.
pub(super) struct Form {
    /// What a message calls it.
    pub name: String,
    patterns: Vec<Pattern>,
    written: Vec<String>,
    /// Whether the day stands before the month, in figures, where the other order would be as likely.
    pub order: Option<Order>,
    /// Whether names of months or days stand in it.
    has_names: bool,
    /// Whether it is times of day that nobody declared.
    is_time: bool,
}

/// What stands first of the day and the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

impl Form {
    fn new(patterns: &[&str]) -> Self {
        Self {
            name: patterns.first().copied().unwrap_or_default().to_owned(),
            has_names: patterns.iter().any(|pattern| {
                ["MMM", "WWW", "DDD"]
                    .iter()
                    .any(|letters| pattern.contains(letters))
            }),
            patterns: patterns.iter().map(|pattern| Pattern::new(pattern)).collect(),
            written: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
            order: None,
            is_time: false,
        }
    }

    /// Times of day.
    fn times(patterns: &[&str]) -> Self {
        Self {
            is_time: true,
            ..Self::new(patterns)
        }
    }

    /// A date that the app's own formats do not have, alone or with a time behind it.
    fn other(date: &str, order: Option<Order>) -> Self {
        let times = [
            "",
            " h:mm[:ss]",
            " h:mm:ss[.fff]",
            " h:mm TT",
            " h:mm:ss[.fff] TT",
        ];
        let patterns = times.map(|time| format!("{date}{time}"));
        Self {
            order,
            ..Self::new(&patterns.each_ref().map(String::as_str))
        }
    }

    /// The form that a manifest declares for a column.
    pub fn declared(pattern: &str) -> Self {
        Self::new(&[pattern])
    }

    /// All forms, the app's own first.
    pub fn all(locale: &Locale) -> Vec<Self> {
        let iso = [
            "YYYY-MM-DD",
            "YYYY-MM-DD hh:mm[:ss]",
            "YYYY-MM-DD hh:mm:ss[.fff]",
            "YYYY-MM-DDThh:mm[:ss]",
            "YYYY-MM-DDThh:mm:ss[.fff]",
            "YYYY-MM-DDThh:mm:ss[.fff]Z",
        ];
        let mut forms = vec![
            Self::new(&[&locale.date_format, &locale.timestamp_format]),
            Self::new(&iso),
            Self::times(&[&locale.time_format, "hh:mm[:ss]", "hh:mm:ss[.fff]"]),
        ];
        for separator in ['/', '.', '-'] {
            let date = |parts: [&str; 3]| parts.join(&separator.to_string());
            forms.push(Self::other(&date(["D", "M", "YYYY"]), Some(Order::DayFirst)));
            forms.push(Self::other(&date(["M", "D", "YYYY"]), Some(Order::MonthFirst)));
            if separator != '-' {
                forms.push(Self::other(&date(["YYYY", "M", "D"]), None));
            }
        }
        for date in ["D MMM YYYY", "D-MMM-YYYY", "MMM D, YYYY"] {
            forms.push(Self::other(date, None));
        }
        forms
    }

    /// Forms that are not read unless declared: figures of two digits may mean too much.
    pub fn others() -> Vec<Self> {
        let short = [
            "M/D/YY", "D/M/YY", "DD.MM.YY", "MM-DD-YY", "DD-MM-YY", "D-MMM-YY", "D MMM YY",
        ];
        let short = short.into_iter().map(|date| Self::other(date, None));
        let compact = ["YYYYMMDDThhmmss", "YYYYMMDDThhmm"];
        short
            .chain(compact.into_iter().map(|pattern| Self::new(&[pattern])))
            .collect()
    }

    /// How a field of this form is written.
    pub fn of_values(&self, locale: &Locale) -> ValueForm {
        let patterns: Vec<&str> = self.written.iter().map(String::as_str).collect();
        ValueForm::moments(&patterns, locale)
    }

    /// Whether two texts of one moment may have been meant as two values: fractions of which a number does not keep all
    /// digits, or codes that look like times. Of dates, one day may well be written in two ways.
    pub fn tells_apart(&self, left: &str, right: &str) -> bool {
        self.is_time || fraction(left) != fraction(right)
    }

    /// The number of days that a text stands for.
    pub fn read(&self, text: &str, locale: &Locale) -> Option<f64> {
        let text = text.trim();
        let may_be_one = text.len() <= 64
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && (self.has_names || text.starts_with(|c: char| c.is_ascii_digit()));
        let read = || {
            self.patterns
                .iter()
                .find_map(|pattern| pattern.read(text, locale))
        };
        let is_code = self.is_time && !has_whole_minutes(text);
        (may_be_one && !is_code).then(read)?
    }
}

/// Whether two digits follow each colon: `16:9` is a ratio and `2:1` a score.
fn has_whole_minutes(text: &str) -> bool {
    let n_digits = |part: &str| part.bytes().take_while(u8::is_ascii_digit).count();
    text.split(':').skip(1).all(|part| n_digits(part) == 2)
}

/// The digits behind the second, without zeros at their end.
fn fraction(text: &str) -> &str {
    let second = text.rsplit_once(':').map_or("", |(_, second)| second);
    let behind = second.split_once('.').map_or("", |(_, behind)| behind);
    let end = behind.bytes().take_while(u8::is_ascii_digit).count();
    behind[..end].trim_end_matches('0')
}
