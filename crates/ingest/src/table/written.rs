//! The texts of values that have a type, where their texts tell them apart.

use fanlight_column::number_text;
use fanlight_engine::date::{self, Civil};

const NANOS_PER_DAY: i64 = 86_400_000_000_000;

/// Shown texts of dates and times stop at milliseconds.
const ISO_DATE: &str = "YYYY-MM-DD";
const ISO_TIME: &str = "hh:mm:ss[.fff]";
const ISO_TIMESTAMP: &str = "YYYY-MM-DD hh:mm:ss[.fff]";

/// A date, a time of day or both, to the nanosecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Moment {
    /// Days since 1899-12-30.
    Date(i64),
    /// Nanoseconds since midnight, within a day.
    Time(i64),
    /// Both.
    Timestamp(i64, i64),
}

impl Moment {
    /// A timestamp; the nanoseconds may be those of other days.
    pub fn timestamp(day: i64, nanos: i64) -> Self {
        let day = day.saturating_add(nanos.div_euclid(NANOS_PER_DAY));
        Self::Timestamp(day, nanos.rem_euclid(NANOS_PER_DAY))
    }

    /// Its number. What is less than a microsecond is cut off.
    pub fn serial(self) -> f64 {
        let (day, nanos) = self.parts();
        date::serial(day, nanos / 1_000)
    }

    /// The pattern of its shown text.
    pub fn iso(self) -> &'static str {
        match self {
            Self::Date(_) => ISO_DATE,
            Self::Time(_) => ISO_TIME,
            Self::Timestamp(..) => ISO_TIMESTAMP,
        }
    }

    /// Whether it has nanoseconds, which its number does not keep.
    pub fn has_nanos(self) -> bool {
        self.parts().1 % 1_000 != 0
    }

    /// Its text with all its digits; `None` outside the years 1 to 9999.
    pub fn text(self) -> Option<String> {
        let (day, nanos) = self.parts();
        let date = || {
            let Civil { year, month, day } = Civil::from_serial(day)?;
            Some(format!("{year:04}-{month:02}-{day:02}"))
        };
        Some(match self {
            Self::Date(_) => date()?,
            Self::Time(_) => time(nanos),
            Self::Timestamp(..) => format!("{} {}", date()?, time(nanos)),
        })
    }

    fn parts(self) -> (i64, i64) {
        match self {
            Self::Date(day) => (day, 0),
            Self::Time(nanos) => (0, nanos),
            Self::Timestamp(day, nanos) => (day, nanos),
        }
    }
}

/// A time of day. Nanoseconds are written with nine digits, as most writers do; otherwise no zeros end the fraction.
fn time(nanos: i64) -> String {
    let seconds = nanos / 1_000_000_000;
    let whole = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    );
    let fraction = format!("{:09}", nanos % 1_000_000_000);
    let fraction = match nanos % 1_000 {
        0 => fraction.trim_end_matches('0'),
        _ => &fraction,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{whole}{point}{fraction}")
}

/// The shortest text that is this number and no other.
pub(crate) fn number(num: f64) -> String {
    if num.fract() == 0.0 && num.abs() < 1e15 {
        return format!("{}", num as i64);
    }
    let shown = number_text(num);
    if num.is_nan() {
        "NaN".to_owned()
    } else if shown.parse() == Ok(num) {
        shown
    } else if (1e-5..1e17).contains(&num.abs()) {
        num.to_string()
    } else {
        format!("{num:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_shortest_texts() {
        for (num, text) in [
            (0.1 + 0.2, "0.30000000000000004"),
            (0.3, "0.3"),
            (1.0 / 3.0, "0.3333333333333333"),
            (0.333_333_333_333_33, "0.33333333333333"),
            (-0.0, "0"),
            (1e14, "100000000000000"),
            (1_234_567_890_123_456.0, "1234567890123456"),
            (1e300, "1e+300"),
            (1.234_567_890_123_456_6e-9, "1.2345678901234566e-9"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(number(num), text);
        }
    }

    #[test]
    fn moments_have_all_their_digits() {
        for (moment, text) in [
            (Moment::Date(44_209), "2021-01-13"),
            (
                Moment::Timestamp(44_209, 123_456_000),
                "2021-01-13 00:00:00.123456",
            ),
            (Moment::Timestamp(44_209, 500_000_000), "2021-01-13 00:00:00.5"),
            (Moment::timestamp(44_209, -10), "2021-01-12 23:59:59.999999990"),
            (Moment::Time(3_600_000_000_000), "01:00:00"),
        ] {
            assert_eq!(moment.text().as_deref(), Some(text));
        }
        assert_eq!(Moment::Date(10_000_000).text(), None);
    }
}
