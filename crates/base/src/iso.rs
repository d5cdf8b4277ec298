//! Reading times as people and programs write them.

use std::str::FromStr;

use crate::Timestamp;

/// A text that is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseTimestampError;

impl std::fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this is no time; write for example `2026-12-01T08:00:00Z`, or a date alone for its midnight in UTC")
    }
}

impl std::error::Error for ParseTimestampError {}

/// ISO 8601 as RFC 3339 profiles it: `2026-12-01T08:00:00.000Z`, also with an offset, without the fraction, or a date
/// alone, which is its midnight in UTC. Years 1970 to 9999; digits beyond milliseconds are dropped.
impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, ParseTimestampError> {
        read(text.as_bytes()).ok_or(ParseTimestampError)
    }
}

fn read(text: &[u8]) -> Option<Timestamp> {
    let (date, rest) = text.split_at_checked(10)?;
    let days = days(date)?;
    if rest.is_empty() {
        return Some(Timestamp::from_secs(days * 86_400));
    }
    let rest = rest.strip_prefix(b"T").or_else(|| rest.strip_prefix(b" "))?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *clock else {
        return None;
    };
    let secs = clock_secs([h1, h2], [m1, m2])? + number(&[s1, s2], 59)?;
    let (millis, rest) = fraction(rest)?;
    let at = days * 86_400 + secs - offset_secs(rest)?;
    Some(Timestamp::from_millis(at * 1000 + millis))
}

/// Days since 1970 of `YYYY-MM-DD`.
fn days(date: &[u8]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else {
        return None;
    };
    let (year, month) = (number(&[y1, y2, y3, y4], 9999)?, number(&[m1, m2], 12)?);
    let day = number(&[d1, d2], 31)?;
    if year < 1970 || month == 0 || day == 0 || day > month_days(year, month) {
        return None;
    }
    let whole_years: i64 = (year - 1970) * 365 + leap_years(year - 1) - leap_years(1969);
    let whole_months: i64 = (1..month).map(|month| month_days(year, month)).sum();
    Some(whole_years + whole_months + day - 1)
}

const fn leap_years(until: i64) -> i64 {
    until / 4 - until / 100 + until / 400
}

const fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + leap_years(year) - leap_years(year - 1),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    let Some(rest) = rest.strip_prefix(b".") else {
        return Some((0, rest));
    };
    let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if n_digits == 0 {
        return None;
    }
    let digits = rest[..n_digits].iter().copied().chain(std::iter::repeat(b'0'));
    let millis: Vec<u8> = digits.take(3).collect();
    Some((number(&millis, 999)?, &rest[n_digits..]))
}

fn offset_secs(rest: &[u8]) -> Option<i64> {
    match *rest {
        [b'Z' | b'z'] => Some(0),
        [b'+', h1, h2, b':', m1, m2] => clock_secs([h1, h2], [m1, m2]),
        [b'-', h1, h2, b':', m1, m2] => clock_secs([h1, h2], [m1, m2]).map(|secs| -secs),
        _ => None,
    }
}

fn clock_secs(hours: [u8; 2], minutes: [u8; 2]) -> Option<i64> {
    Some(number(&hours, 23)? * 3600 + number(&minutes, 59)? * 60)
}

fn number(digits: &[u8], max: i64) -> Option<i64> {
    digits
        .iter()
        .try_fold(0, |value, byte| {
            byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0'))
        })
        .filter(|value| *value <= max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        // Ends of months, leap years and centuries over four hundred years, and an odd fraction.
        for day in (0..146_097).step_by(13).chain([789, 11_016, 47_540, 47_541]) {
            let at = Timestamp::from_millis(day * 86_400_000 + 43_210_987);
            assert_eq!(at.to_string().parse(), Ok(at), "{at}");
        }
    }

    #[test]
    fn shorter_forms_and_offsets_are_read() {
        let secs = |text: &str| text.parse::<Timestamp>().unwrap().as_secs();
        assert_eq!(secs("1970-01-01"), 0);
        assert_eq!(secs("2000-02-29T00:00:00Z"), 951_782_400);
        assert_eq!(secs("2000-02-29T01:30:00+01:30"), 951_782_400);
        assert_eq!(secs("2000-02-28 22:30:00-01:30"), 951_782_400);
        let precise: Timestamp = "1970-01-01T00:00:00.1239Z".parse().unwrap();
        assert_eq!(precise.as_millis(), 123);
    }

    #[test]
    fn everything_else_is_refused() {
        for bad in [
            "",
            "2026",
            "2026-12-1",
            "2026-13-01",
            "2026-00-01",
            "2026-02-29",
            "2100-02-29",
            "2026-04-31",
            "1969-12-31",
            "2026-12-01T",
            "2026-12-01T08:00Z",
            "2026-12-01T08:00:00",
            "2026-12-01T24:00:00Z",
            "2026-12-01T08:60:00Z",
            "2026-12-01T08:00:60Z",
            "2026-12-01T08:00:00.Z",
            "2026-12-01T08:00:00+1:00",
            "2026-12-01T08:00:00Zx",
            "tomorrow",
            "١٢٣٤-12-01",
        ] {
            assert_eq!(bad.parse::<Timestamp>(), Err(ParseTimestampError), "{bad:?}");
        }
    }
}
