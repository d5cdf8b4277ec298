//! What a column's values stand for.

use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use ::parquet::schema::types::ColumnDescriptor;

use crate::problem::Complaint;
use crate::table::Sink;

/// Serial number of 1970-01-01: days since 1899-12-30.
const UNIX_EPOCH: i64 = 25_569;
/// Julian day number of 1970-01-01.
const UNIX_EPOCH_JULIAN: i64 = 2_440_588;
const MILLIS_PER_DAY: i64 = 86_400_000;
const MICROS_PER_DAY: i64 = 86_400_000_000;
const NANOS_PER_DAY: i64 = 86_400_000_000_000;

const ISO_DATE: &str = "YYYY-MM-DD";
const ISO_TIME: &str = "hh:mm:ss[.fff]";
const ISO_TIMESTAMP: &str = "YYYY-MM-DD hh:mm:ss[.fff]";

/// What a column's values stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number or truth as stored.
    Plain,
    /// An integer that has no sign.
    Unsigned {
        bits: u32,
    },
    /// An integer to be divided by 10 to the power of this.
    Decimal {
        scale: u32,
    },
    /// Days since 1970-01-01.
    Date,
    /// Time since midnight.
    Time {
        per_day: i64,
    },
    /// Time since 1970-01-01.
    Timestamp {
        per_day: i64,
    },
    /// UTF-8.
    Text,
    Uuid,
    Float16,
    /// Bytes that may or may not be UTF-8: writers of old left strings unmarked.
    Bytes,
}

impl Kind {
    /// The kind of a column.
    ///
    /// # Errors
    /// If values of this type have no single text or number.
    pub fn of(column: &ColumnDescriptor) -> Result<Self, Complaint> {
        let unknown = |what: &str| {
            let fix = "store it as text, number, date or timestamp";
            Err(Complaint::new(
                format!("values of type {what} are not supported"),
                fix,
            ))
        };
        match column.logical_type_ref() {
            Some(LogicalType::String | LogicalType::Enum | LogicalType::Json) => Ok(Self::Text),
            Some(LogicalType::Decimal(decimal)) => Self::decimal(decimal.scale),
            Some(LogicalType::Date) => Ok(Self::Date),
            Some(LogicalType::Time(time)) => Ok(Self::Time {
                per_day: per_day(time.unit),
            }),
            Some(LogicalType::Timestamp(time)) => Ok(Self::Timestamp {
                per_day: per_day(time.unit),
            }),
            Some(LogicalType::Integer(int)) if !int.is_signed => Ok(Self::Unsigned {
                bits: u32::from(int.bit_width.unsigned_abs()),
            }),
            Some(LogicalType::Integer(_) | LogicalType::Unknown) => Ok(Self::Plain),
            Some(LogicalType::Uuid) => Ok(Self::Uuid),
            Some(LogicalType::Float16) => Ok(Self::Float16),
            Some(other) => unknown(&format!("{other:?}")),
            None => Self::of_old(column),
        }
    }

    /// Whether values are texts.
    pub fn is_text(self, column: &ColumnDescriptor) -> bool {
        let are_bytes = matches!(
            column.physical_type(),
            Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY
        );
        are_bytes && !matches!(self, Self::Decimal { .. } | Self::Float16)
    }

    /// Whether values are dates or times.
    pub fn is_moment(self, column: &ColumnDescriptor) -> bool {
        matches!(self, Self::Date | Self::Time { .. } | Self::Timestamp { .. })
            || column.physical_type() == Type::INT96
    }

    /// The kind by the annotations that older writers use.
    fn of_old(column: &ColumnDescriptor) -> Result<Self, Complaint> {
        match column.converted_type() {
            ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Ok(Self::Text),
            ConvertedType::DECIMAL => Self::decimal(column.type_scale()),
            ConvertedType::DATE => Ok(Self::Date),
            ConvertedType::TIME_MILLIS => Ok(Self::Time {
                per_day: MILLIS_PER_DAY,
            }),
            ConvertedType::TIME_MICROS => Ok(Self::Time {
                per_day: MICROS_PER_DAY,
            }),
            ConvertedType::TIMESTAMP_MILLIS => Ok(Self::Timestamp {
                per_day: MILLIS_PER_DAY,
            }),
            ConvertedType::TIMESTAMP_MICROS => Ok(Self::Timestamp {
                per_day: MICROS_PER_DAY,
            }),
            ConvertedType::UINT_8 => Ok(Self::Unsigned { bits: 8 }),
            ConvertedType::UINT_16 => Ok(Self::Unsigned { bits: 16 }),
            ConvertedType::UINT_32 => Ok(Self::Unsigned { bits: 32 }),
            ConvertedType::UINT_64 => Ok(Self::Unsigned { bits: 64 }),
            ConvertedType::INTERVAL => Err(Complaint::new(
                "values of type INTERVAL are not supported",
                "store the duration as a number of days or seconds",
            )),
            _ => Ok(match column.physical_type() {
                Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY => Self::Bytes,
                _ => Self::Plain,
            }),
        }
    }

    fn decimal(scale: i32) -> Result<Self, Complaint> {
        match u32::try_from(scale) {
            Ok(scale) if scale <= 38 => Ok(Self::Decimal { scale }),
            _ => {
                let message = format!("decimals with a scale of {scale} are not supported");
                Err(Complaint::new(message, "use a scale from 0 to 38"))
            }
        }
    }

    /// Pushes a value that is stored as an integer.
    pub fn push_integer(self, sink: &mut Sink<'_>, value: i64) {
        match self {
            Self::Decimal { scale } => push_decimal(sink, i128::from(value), scale),
            Self::Date => {
                sink.moment(value, UNIX_EPOCH.saturating_add(value) as f64, ISO_DATE);
            }
            Self::Time { per_day } => sink.moment(value, value as f64 / per_day as f64, ISO_TIME),
            Self::Timestamp { per_day } => {
                let day = UNIX_EPOCH + value.div_euclid(per_day);
                let part = value.rem_euclid(per_day) as f64 / per_day as f64;
                sink.moment(value, day as f64 + part, ISO_TIMESTAMP);
            }
            Self::Unsigned { bits: 64 } => sink.integer(i128::from(value.cast_unsigned())),
            Self::Unsigned { .. } => sink.integer(i128::from(value & 0xFFFF_FFFF)),
            _ => sink.integer(i128::from(value)),
        }
    }
}

/// Pushes a decimal. Its text is exact where its number would show fewer digits.
pub(super) fn push_decimal(sink: &mut Sink<'_>, unscaled: i128, scale: u32) {
    if scale == 0 {
        sink.integer(unscaled);
    } else if unscaled.unsigned_abs() < 100_000_000_000_000 && scale <= 22 {
        // Both are exact as floating point numbers, so their quotient is the nearest number to the decimal.
        sink.number(unscaled as f64 / 10_f64.powi(scale.cast_signed()));
    } else {
        let text = decimal_text(unscaled, scale);
        let num = text.parse().unwrap_or(f64::NAN);
        sink.exact(&text, num);
    }
}

fn decimal_text(unscaled: i128, scale: u32) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    let width = scale as usize + 1;
    let digits = format!("{:0width$}", unscaled.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

/// Pushes a single-precision number as the decimal it was written as: 0.1, not 0.10000000149.
pub(super) fn push_float(sink: &mut Sink<'_>, value: f32) {
    sink.once(i64::from(value.to_bits()), || {
        value.to_string().parse().unwrap_or_else(|_| f64::from(value))
    });
}

/// Pushes the timestamp form of old writers: nanoseconds of the day, then the Julian day. The number keeps microseconds.
pub(super) fn push_int96(sink: &mut Sink<'_>, data: &[u32]) {
    let word = |at: usize| i64::from(data.get(at).copied().unwrap_or(0));
    let micros = ((word(1) << 32) | word(0)) / 1_000;
    let day = word(2).cast_unsigned() as i64 - UNIX_EPOCH_JULIAN;
    let value = day.saturating_mul(MICROS_PER_DAY).saturating_add(micros);
    Kind::Timestamp {
        per_day: MICROS_PER_DAY,
    }
    .push_integer(sink, value);
}

fn per_day(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::MILLIS => MILLIS_PER_DAY,
        TimeUnit::MICROS => MICROS_PER_DAY,
        TimeUnit::NANOS => NANOS_PER_DAY,
    }
}
