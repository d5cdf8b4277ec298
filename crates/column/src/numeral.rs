//! Numerals and moments of more digits than a number keeps.

use std::cmp::Ordering;

/// Two numerals of at most so many digits never have the same number.
const KEPT_DIGITS: usize = 15;

/// The digits behind the second that the number of a moment keeps.
const SECOND_DIGITS: usize = 6;

/// Whether the text is a numeral of this number, but says digits that the number does not keep.
///
/// `9007199254740993` has the number of `9007199254740992`: the one says more than its number, the other is what the
/// number itself reads as. So of all numerals with one number at most one says no more than the number, and telling the
/// others apart by their texts keeps any two of them from becoming one value. Separators and units around the digits do
/// not matter. Of a moment, the same holds for digits behind the microseconds. Dates, other times and other texts say no
/// more than their number.
pub fn says_more(text: &str, num: f64) -> bool {
    if text.len() < KEPT_DIGITS || !num.is_finite() {
        return false;
    }
    if names_nanoseconds(text, num) {
        return true;
    }
    if text.len() <= KEPT_DIGITS || num == 0.0 {
        return false;
    }
    let Some(digits) = significant_digits(text).filter(|digits| digits.len() > KEPT_DIGITS) else {
        return false;
    };
    let kept = shortest_digits(num);
    digits != kept && have_one_size(&digits, &kept)
}

/// Whether the text ends with this moment's second and digits behind its microseconds, other than zeros: a number keeps no
/// nanoseconds, so `10:00:00.123456789` and `10:00:00.123456111` have one.
fn names_nanoseconds(text: &str, num: f64) -> bool {
    let Some((_, second)) = text.trim_end().rsplit_once(':') else {
        return false;
    };
    let Some((whole, rest)) = second.split_once(['.', ',']) else {
        return false;
    };
    let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let digits = &rest[..n_digits];
    let has_more = digits
        .get(SECOND_DIGITS..)
        .is_some_and(|more| more.bytes().any(|digit| digit != b'0'));
    let Some(second) = has_more
        .then(|| format!("{whole}.{digits}").parse::<f64>().ok())
        .flatten()
    else {
        return false;
    };
    // A text that only looks like a moment may stand for any number.
    let minutes = (num * 86_400.0 - second) / 60.0;
    (minutes - minutes.round()).abs() < 1e-3
}

/// The order of two numerals whose numbers are equal.
pub fn numeral_order(left: &str, right: &str) -> Ordering {
    let (Some(a), Some(b)) = (significant_digits(left), significant_digits(right)) else {
        return left.cmp(right);
    };
    // 9999999999999999 and 10000000000000000 have one number: the digits of the smaller are the greater ones.
    let sizes = match (a.as_bytes().first(), b.as_bytes().first()) {
        (Some(b'9'), Some(b'1')) => Ordering::Less,
        (Some(b'1'), Some(b'9')) => Ordering::Greater,
        _ => a.cmp(&b),
    };
    if left.trim_start().starts_with('-') {
        sizes.reverse()
    } else {
        sizes
    }
}

/// The digits of a numeral without leading and trailing zeros and without the exponent; `None` for a text that has
/// digits as dates, times and ranges have them.
fn significant_digits(text: &str) -> Option<String> {
    let mantissa = without_exponent(text.trim());
    let unsigned = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    if unsigned
        .trim_matches(|c: char| !c.is_ascii_digit())
        .contains([':', '/', '-'])
    {
        return None;
    }
    let digits: String = unsigned.chars().filter(char::is_ascii_digit).collect();
    Some(digits.trim_start_matches('0').trim_end_matches('0').to_owned())
}

fn without_exponent(text: &str) -> &str {
    let Some((mantissa, exponent)) = text.rsplit_once(['e', 'E']) else {
        return text;
    };
    let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    let is_exponent = !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit());
    if is_exponent { mantissa } else { text }
}

/// The fewest digits that are enough to tell the number from all others.
fn shortest_digits(num: f64) -> String {
    let text = format!("{:e}", num.abs());
    let mantissa = without_exponent(&text);
    mantissa.chars().filter(char::is_ascii_digit).collect()
}

/// Whether the digits begin alike, wherever the point stands.
fn have_one_size(left: &str, right: &str) -> bool {
    let mantissa = |digits: &str| -> Option<f64> {
        let digits = digits.get(..digits.len().min(18))?;
        format!("{}.{}", digits.get(..1)?, digits.get(1..)?).parse().ok()
    };
    let (Some(left), Some(right)) = (mantissa(left), mantissa(right)) else {
        return false;
    };
    let ratio = left / right;
    [0.1, 1.0, 10.0]
        .iter()
        .any(|size| (ratio / size - 1.0).abs() < 1e-13)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_say_more_than_their_number_or_not() {
        for (text, num, more) in [
            ("9007199254740992", 9_007_199_254_740_992.0, false),
            ("9007199254740993", 9_007_199_254_740_992.0, true),
            ("-9007199254740993", -9_007_199_254_740_992.0, true),
            ("9007199254740994", 9_007_199_254_740_994.0, false),
            ("9,007,199,254,740,993.00", 9_007_199_254_740_992.0, true),
            ("9.007.199.254.740.993 kr", 9_007_199_254_740_992.0, true),
            ("9007199254740993e2", 900_719_925_474_099_300.0, false),
            ("18446744073709551615", 18_446_744_073_709_551_615.0, true),
            ("9999999999999999", 1e16, true),
            ("10000000000000000", 1e16, false),
            ("700000000000000128", 7.000_000_000_000_001e17, true),
            ("0.1", 0.1, false),
            ("0.30000000000000004", 0.1 + 0.2, false),
            ("0.300000000000000041", 0.1 + 0.2, true),
            ("0.1000000000000000055511151231257827", 0.1, true),
            ("123456789012.3450000000", 123_456_789_012.345, false),
            ("20211231235959999", 44_561.999_999_988_43, false),
            ("2021-12-31 23:59:59.999999", 44_561.999_999_999_99, false),
            ("2021-01-01 10:00:00.123456789", 44_197.416_668_1, true),
            ("2021-01-01T10:00:00.1234560001Z", 44_197.416_668_1, true),
            ("2021-01-01 10:00:00.123456000", 44_197.416_668_1, false),
            ("2021-01-01 10:00:00.123456", 44_197.416_668_1, false),
            ("0:00:00.0000001", 0.0, true),
            ("11:15:00.1234567 PM", 0.968_751_428_9, true),
            ("lap 00:00:10.1234567", 5.0, false),
            ("12345678901234567890", 5.0, false),
            ("one thousand million millions", 1e15, false),
        ] {
            assert_eq!(says_more(text, num), more, "{text}");
        }
    }

    #[test]
    fn numerals_of_one_number_have_an_order() {
        for (left, right) in [
            ("2021-01-01 10:00:00.123456111", "2021-01-01 10:00:00.123456789"),
            ("700000000000000130", "700000000000000132"),
            ("9999999999999999", "10000000000000000"),
            ("-9007199254740993", "-9007199254740992"),
            ("0.1", "0.1000000000000000055"),
            ("9,007,199,254,740,992", "9007199254740993"),
        ] {
            assert_eq!(numeral_order(left, right), Ordering::Less, "{left} {right}");
            assert_eq!(numeral_order(right, left), Ordering::Greater, "{left} {right}");
        }
        assert_eq!(
            numeral_order("9007199254740993", "9,007,199,254,740,993.0"),
            Ordering::Equal
        );
    }
}
