//! Doubles on the wire, where JSON has no word for "not a number".

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A double. NaN and the infinities are the JSON strings `"NaN"`, `"Infinity"` and `"-Infinity"`; a whole number is
/// written without a decimal point.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Double(pub f64);

impl Double {
    /// "There is no number here."
    pub const NAN: Self = Self(f64::NAN);
}

impl From<f64> for Double {
    fn from(value: f64) -> Self {
        Self(value)
    }
}

/// Up to here every whole double is an integer that JSON readers keep exactly.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_992.0;

impl Serialize for Double {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.0;
        if value.is_nan() {
            serializer.serialize_str("NaN")
        } else if value.is_infinite() {
            serializer.serialize_str(if value > 0.0 { "Infinity" } else { "-Infinity" })
        } else if value.fract() == 0.0 && value.abs() < MAX_SAFE_INTEGER {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a whole number within 2^53 fits an i64"
            )]
            let whole = value as i64;
            serializer.serialize_i64(whole)
        } else {
            serializer.serialize_f64(value)
        }
    }
}

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DoubleVisitor;

        impl Visitor<'_> for DoubleVisitor {
            type Value = Double;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or the text of one")
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Double, E> {
                Ok(Double(value))
            }

            #[expect(
                clippy::cast_precision_loss,
                reason = "the wire's numbers are doubles by definition"
            )]
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Double, E> {
                Ok(Double(value as f64))
            }

            #[expect(
                clippy::cast_precision_loss,
                reason = "the wire's numbers are doubles by definition"
            )]
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Double, E> {
                Ok(Double(value as f64))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Double, E> {
                match text {
                    "NaN" => Ok(Double(f64::NAN)),
                    "Infinity" => Ok(Double(f64::INFINITY)),
                    "-Infinity" => Ok(Double(f64::NEG_INFINITY)),
                    _ => text
                        .trim()
                        .parse()
                        .map(Double)
                        .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_unit<E: de::Error>(self) -> Result<Double, E> {
                Ok(Double(f64::NAN))
            }
        }

        deserializer.deserialize_any(DoubleVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_json_cannot_say_is_a_string() {
        let text = |value: f64| serde_json::to_string(&Double(value)).unwrap();
        assert_eq!(text(f64::NAN), r#""NaN""#);
        assert_eq!(text(f64::INFINITY), r#""Infinity""#);
        assert_eq!(text(f64::NEG_INFINITY), r#""-Infinity""#);
        assert_eq!(text(5.0), "5");
        assert_eq!(text(-0.5), "-0.5");
        assert_eq!(text(0.1), "0.1");
    }

    #[test]
    fn reads_numbers_and_their_texts() {
        let read = |json: &str| serde_json::from_str::<Double>(json).map(|double| double.0);
        assert_eq!(read("5").unwrap().to_bits(), 5_f64.to_bits());
        assert_eq!(read("\"-2.5\"").unwrap().to_bits(), (-2.5_f64).to_bits());
        assert!(read("\"NaN\"").unwrap().is_nan());
        assert!(read("\"five\"").is_err());
        assert!(read("{}").is_err());
    }
}
