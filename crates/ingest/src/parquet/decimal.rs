//! Decimals: integers of any size and the place of their point.

use crate::table::Sink;

/// The largest integers whose quotient by a power of ten, up to the 22nd, is the nearest number to the decimal.
const SHORT: u64 = 100_000_000_000_000;
const SHORT_SCALE: usize = 22;

/// The integer of a decimal before the point is set.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unscaled {
    is_negative: bool,
    /// Decimal digits without leading zeros; empty for zero.
    digits: String,
}

impl Unscaled {
    /// A big-endian two's complement integer of any length.
    pub fn of(bytes: &[u8]) -> Self {
        let is_negative = bytes.first().is_some_and(|byte| *byte >= 0x80);
        let mut limbs = magnitude(bytes, is_negative);
        let mut groups = Vec::new();
        while limbs.iter().any(|limb| *limb != 0) {
            groups.push(divide_by_billion(&mut limbs));
        }
        let digits: String = groups.iter().rev().map(|group| format!("{group:09}")).collect();
        Self {
            is_negative,
            digits: digits.trim_start_matches('0').to_owned(),
        }
    }

    fn as_i64(&self) -> Option<i64> {
        self.text(0).parse().ok()
    }

    /// The decimal's text, without zeros behind the last digit of its fraction.
    pub fn text(&self, scale: usize) -> String {
        let text = self.full_text(scale);
        match scale {
            0 => text,
            _ => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        }
    }

    /// The decimal's text with as many digits behind the point as its scale says.
    fn full_text(&self, scale: usize) -> String {
        let sign = if self.is_negative { "-" } else { "" };
        let digits = format!("{:0>width$}", self.digits, width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }
}

/// Pushes a decimal that is stored as an integer.
pub(super) fn push_integer(sink: &mut Sink<'_>, unscaled: i64, scale: usize) {
    let writes_texts = sink.writes_texts();
    let text = || text_for(writes_texts, &Unscaled::of(&unscaled.to_be_bytes()), scale);
    if unscaled.unsigned_abs() < SHORT && scale <= SHORT_SCALE {
        // Both are exact as floating point numbers, so their quotient is the nearest number to the decimal.
        sink.decimal(unscaled as f64 / 10_f64.powi(scale as i32), unscaled, text);
    } else {
        sink.exact_once(unscaled, text);
    }
}

/// Digits that only fill the scale belong to a text, as writers of text files have them there, but not to an amount.
fn text_for(writes_texts: bool, unscaled: &Unscaled, scale: usize) -> String {
    if writes_texts {
        unscaled.full_text(scale)
    } else {
        unscaled.text(scale)
    }
}

/// Pushes a decimal that is stored as bytes. Its text is exact where its number would show fewer digits.
pub(super) fn push_bytes(sink: &mut Sink<'_>, bytes: &[u8], scale: usize) {
    let unscaled = Unscaled::of(bytes);
    match unscaled.as_i64() {
        Some(unscaled) => push_integer(sink, unscaled, scale),
        None => sink.exact(&text_for(sink.writes_texts(), &unscaled, scale)),
    }
}

/// The size of the integer in digits of base 2^32, the most significant first.
fn magnitude(bytes: &[u8], is_negative: bool) -> Vec<u32> {
    let fill = if is_negative { 0xFF } else { 0 };
    let mut padded = vec![fill; bytes.len().next_multiple_of(4) - bytes.len()];
    padded.extend_from_slice(bytes);
    let mut limbs: Vec<u32> = padded
        .chunks_exact(4)
        .map(|chunk| chunk.iter().fold(0, |limb, byte| (limb << 8) | u32::from(*byte)))
        .collect();
    if is_negative {
        let mut carry = true;
        for limb in limbs.iter_mut().rev() {
            (*limb, carry) = (!*limb).overflowing_add(u32::from(carry));
        }
        // Only the least integer of a length overflows, and its size has one more bit.
        if carry {
            limbs.insert(0, 1);
        }
    }
    limbs
}

/// Divides in place and returns the remainder.
fn divide_by_billion(limbs: &mut [u32]) -> u32 {
    let mut remainder = 0_u64;
    for limb in limbs {
        let value = (remainder << 32) | u64::from(*limb);
        *limb = (value / 1_000_000_000) as u32;
        remainder = value % 1_000_000_000;
    }
    remainder as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_any_length_have_their_digits() {
        for value in [
            0,
            1,
            -1,
            999_999_999,
            -1_000_000_000,
            i128::MAX,
            i128::MIN,
            10_i128.pow(37),
        ] {
            let unscaled = Unscaled::of(&value.to_be_bytes());
            assert_eq!(unscaled.text(0), value.to_string());
            let mut wide = vec![if value < 0 { 0xFF } else { 0 }; 17];
            wide.extend_from_slice(&value.to_be_bytes());
            assert_eq!(Unscaled::of(&wide), unscaled);
        }
        let mut size = vec![1];
        size.extend_from_slice(&[0; 32]);
        assert_eq!(
            Unscaled::of(&size).text(0),
            "115792089237316195423570985008687907853269984665640564039457584007913129639936"
        );
        assert_eq!(Unscaled::of(&[]).text(0), "0");
        assert_eq!(Unscaled::of(&[0x80]).text(0), "-128");
    }

    #[test]
    fn the_point_is_set_and_zeros_behind_it_are_left_out() {
        for (value, scale, text) in [
            (1234, 2, "12.34"),
            (-5, 2, "-0.05"),
            (500, 2, "5"),
            (0, 2, "0"),
            (7, 40, "0.0000000000000000000000000000000000000007"),
        ] {
            assert_eq!(Unscaled::of(&i64::to_be_bytes(value)).text(scale), text);
        }
    }
}
