//! The default text of a number.

/// The text of a number that has none of its own: 14 significant digits, trailing zeros trimmed.
///
/// An exponent is written from 10^14 up and below 10^-5, as C's `%.14g` does. NaN is the empty text.
pub fn number_text(value: f64) -> String {
    if value.is_nan() {
        return String::new();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    if value == 0.0 {
        return "0".into();
    }
    if value.fract() == 0.0 && value.abs() < 1e14 {
        return format!("{}", value as i64);
    }
    let scientific = format!("{value:.13e}");
    let (mantissa, exponent) = scientific.split_once('e').expect("the format writes an exponent");
    let exponent: i32 = exponent.parse().expect("the exponent is an integer");
    if (-5..14).contains(&exponent) {
        let decimals = usize::try_from(13 - exponent).expect("the exponent is below 14");
        trim_zeros(&format!("{value:.decimals$}")).to_owned()
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", trim_zeros(mantissa), exponent.abs())
    }
}

fn trim_zeros(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::number_text;

    #[test]
    fn writes_fourteen_significant_digits() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (5.0, "5"),
            (-17.0, "-17"),
            (std::f64::consts::PI, "3.1415926535898"),
            (0.887_470_275_250_257_7, "0.88747027525026"),
            (0.1 + 0.2, "0.3"),
            (1e13, "10000000000000"),
            (1e14, "1e+14"),
            (1.5e-7, "1.5e-07"),
            (0.000_012, "0.000012"),
            (1_645_397.3, "1645397.3"),
        ] {
            assert_eq!(number_text(value), text);
        }
        assert_eq!(number_text(f64::NAN), "");
    }
}
