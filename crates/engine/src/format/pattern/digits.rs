use crate::format::MAX_DECIMALS;

/// How the digits of a part are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Digits {
    /// No digit is written: the part is a text.
    None,
    /// So many significant digits.
    Significant(usize),
    Placed {
        min_integer: usize,
        min_decimals: usize,
        max_decimals: usize,
        grouping: Option<String>,
    },
}

impl Digits {
    pub(super) fn write(&self, num: f64, decimal: &str) -> String {
        match self {
            Self::None => String::new(),
            Self::Significant(n_digits) => {
                let n_digits = i32::try_from(*n_digits).unwrap_or(i32::MAX);
                let n_decimals = usize::try_from(n_digits.saturating_sub(1 + exponent(num))).unwrap_or(0);
                let n_decimals = n_decimals.min(MAX_DECIMALS);
                place(
                    num,
                    decimal,
                    &Placement {
                        min_integer: 1,
                        min_decimals: 0,
                        n_decimals,
                        grouping: None,
                    },
                )
            }
            Self::Placed {
                min_integer,
                min_decimals,
                max_decimals,
                grouping,
            } => {
                let placement = Placement {
                    min_integer: *min_integer,
                    min_decimals: *min_decimals,
                    n_decimals: *max_decimals,
                    grouping: grouping.as_deref(),
                };
                place(num, decimal, &placement)
            }
        }
    }

    /// The number after rounding to the decimals of the pattern.
    pub(super) fn rounded(&self, num: f64) -> f64 {
        self.write_plain(num).parse().unwrap_or(num)
    }

    fn write_plain(&self, num: f64) -> String {
        match self {
            Self::Placed { max_decimals, .. } => format!("{num:.max_decimals$}"),
            Self::Significant(n_digits) => format!("{num:.*e}", n_digits.saturating_sub(1)),
            Self::None => num.to_string(),
        }
    }
}

/// The power of ten of the first digit.
fn exponent(num: f64) -> i32 {
    let text = format!("{num:e}");
    text.split_once('e')
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0)
}

struct Placement<'a> {
    min_integer: usize,
    min_decimals: usize,
    n_decimals: usize,
    grouping: Option<&'a str>,
}

fn place(num: f64, decimal: &str, placement: &Placement<'_>) -> String {
    let text = format!(
        "{:.*}",
        placement.n_decimals,
        round_half_away(num, placement.n_decimals)
    );
    let (integer, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let integer = if integer == "0" { "" } else { integer };
    let fraction = {
        let needed = fraction.trim_end_matches('0').len().max(placement.min_decimals);
        &fraction[..needed.min(fraction.len())]
    };
    let integer = format!("{integer:0>width$}", width = placement.min_integer);
    let mut out = match placement.grouping {
        Some(separator) => grouped(&integer, separator),
        None => integer,
    };
    if !fraction.is_empty() {
        out.push_str(decimal);
        out.push_str(fraction);
    }
    // A pattern of optional digits alone still has to show something for zero.
    if out.is_empty() { "0".to_owned() } else { out }
}

/// Moves a number that reads as half way between two roundings away from zero, as people round: 1.005 is stored as a
/// little less than it reads, and 2.5 would round to the even 2.
fn round_half_away(num: f64, n_decimals: usize) -> f64 {
    let text = format!("{num:.14e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return num;
    };
    let (Ok(exponent), Ok(decimals)) = (exponent.parse::<i32>(), i32::try_from(n_decimals)) else {
        return num;
    };
    let digits = mantissa.replace('.', "");
    let dropped = usize::try_from(exponent + 1 + decimals)
        .ok()
        .and_then(|first| digits.get(first..));
    if dropped.is_none_or(|dropped| dropped.trim_end_matches('0') != "5") {
        return num;
    }
    let factor = 10f64.powi(decimals);
    ((num * factor).floor().max((num * factor - 0.5).round()) + 1.0) / factor
}

/// Digits in groups of three.
pub(in crate::format) fn grouped(digits: &str, separator: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}
