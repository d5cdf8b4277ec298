//! The forms in which a column may have its dates and times. A column has one.

use fanlight_engine::Locale;
use fanlight_engine::date::Pattern;

/// Dates, times or timestamps that one writer may have written.
pub(super) struct Form {
    /// What a message calls it.
    pub name: String,
    patterns: Vec<Pattern>,
    /// Whether the day stands before the month, in figures, where the other order would be as likely.
    pub order: Option<Order>,
    /// Whether names of months or days stand in it.
    has_names: bool,
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
            order: None,
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
            Self::new(&[&locale.time_format, "hh:mm[:ss]", "hh:mm:ss[.fff]"]),
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
        may_be_one.then(read)?
    }
}
