//! What a column's values stand for.

use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use ::parquet::schema::types::ColumnDescriptor;

use super::decimal;
use crate::problem::Complaint;
use crate::table::{Moment, Sink};

/// Serial number of 1970-01-01: days since 1899-12-30.
const UNIX_EPOCH: i64 = 25_569;
/// Julian day number of 1970-01-01.
const UNIX_EPOCH_JULIAN: i64 = 2_440_588;
/// More than any decimal has digits.
const MAX_SCALE: i32 = 1_000;

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
        scale: usize,
    },
    /// Days since 1970-01-01.
    Date,
    /// Time since midnight.
    Time(Unit),
    /// Time since 1970-01-01.
    Timestamp(Unit),
    /// UTF-8.
    Text,
    Uuid,
    Float16,
    /// Bytes that may or may not be UTF-8: writers of old left strings unmarked.
    Bytes,
    /// Bytes of which at least one value is no UTF-8.
    Hex,
}

/// What times are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Millis,
    Micros,
    Nanos,
}

impl Kind {
    /// The kind of a column. A type that this reader does not know is read as it is stored.
    ///
    /// # Errors
    /// If values of this type have no single text or number.
    pub fn of(column: &ColumnDescriptor) -> Result<Self, Complaint> {
        match column.logical_type_ref() {
            Some(LogicalType::String | LogicalType::Enum | LogicalType::Json) => Ok(Self::Text),
            Some(LogicalType::Decimal(decimal)) => Self::decimal(decimal.scale),
            Some(LogicalType::Date) => Ok(Self::Date),
            Some(LogicalType::Time(time)) => Ok(Self::Time(time.unit.into())),
            Some(LogicalType::Timestamp(time)) => Ok(Self::Timestamp(time.unit.into())),
            Some(LogicalType::Integer(int)) if !int.is_signed => Ok(Self::Unsigned {
                bits: u32::from(int.bit_width.unsigned_abs()),
            }),
            Some(LogicalType::Integer(_)) => Ok(Self::Plain),
            Some(LogicalType::Uuid) => Ok(Self::Uuid),
            Some(LogicalType::Float16) => Ok(Self::Float16),
            Some(LogicalType::Bson) => Err(unsupported("BSON", "store it as JSON text")),
            Some(_) => Ok(Self::as_stored(column)),
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
        matches!(self, Self::Date | Self::Time(_) | Self::Timestamp(_))
            || column.physical_type() == Type::INT96
    }

    /// The kind by the annotations that older writers use.
    fn of_old(column: &ColumnDescriptor) -> Result<Self, Complaint> {
        match column.converted_type() {
            ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Ok(Self::Text),
            ConvertedType::DECIMAL => Self::decimal(column.type_scale()),
            ConvertedType::DATE => Ok(Self::Date),
            ConvertedType::TIME_MILLIS => Ok(Self::Time(Unit::Millis)),
            ConvertedType::TIME_MICROS => Ok(Self::Time(Unit::Micros)),
            ConvertedType::TIMESTAMP_MILLIS => Ok(Self::Timestamp(Unit::Millis)),
            ConvertedType::TIMESTAMP_MICROS => Ok(Self::Timestamp(Unit::Micros)),
            ConvertedType::UINT_8 => Ok(Self::Unsigned { bits: 8 }),
            ConvertedType::UINT_16 => Ok(Self::Unsigned { bits: 16 }),
            ConvertedType::UINT_32 => Ok(Self::Unsigned { bits: 32 }),
            ConvertedType::UINT_64 => Ok(Self::Unsigned { bits: 64 }),
            ConvertedType::INTERVAL => Err(unsupported(
                "INTERVAL",
                "store the duration as a number of days or seconds",
            )),
            ConvertedType::BSON => Err(unsupported("BSON", "store it as JSON text")),
            _ => Ok(Self::as_stored(column)),
        }
    }

    /// The kind of a column of which nothing is known but how it is stored.
    fn as_stored(column: &ColumnDescriptor) -> Self {
        match column.physical_type() {
            Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY => Self::Bytes,
            _ => Self::Plain,
        }
    }

    fn decimal(scale: i32) -> Result<Self, Complaint> {
        match usize::try_from(scale) {
            Ok(digits) if scale <= MAX_SCALE => Ok(Self::Decimal { scale: digits }),
            _ => {
                let message = format!("decimals with a scale of {scale} are not supported");
                Err(Complaint::new(
                    message,
                    format!("use a scale from 0 to {MAX_SCALE}"),
                ))
            }
        }
    }

    /// Pushes a value that is stored as an integer.
    pub fn push_integer(self, sink: &mut Sink<'_>, value: i64) {
        match self {
            Self::Decimal { scale } => decimal::push_integer(sink, value, scale),
            Self::Date => sink.moment(Moment::Date(UNIX_EPOCH.saturating_add(value))),
            Self::Time(unit) => match unit.split(value) {
                (0, nanos) => sink.moment(Moment::Time(nanos)),
                // No writer should have more than a day here.
                (days, nanos) => sink.moment(Moment::timestamp(days, nanos)),
            },
            Self::Timestamp(unit) => {
                let (days, nanos) = unit.split(value);
                sink.moment(Moment::timestamp(UNIX_EPOCH + days, nanos));
            }
            Self::Unsigned { bits: 64 } => sink.integer(i128::from(value.cast_unsigned())),
            Self::Unsigned { .. } => sink.integer(i128::from(value & 0xFFFF_FFFF)),
            _ => sink.integer(i128::from(value)),
        }
    }
}

/// Pushes a single-precision number as the decimal it was written as: 0.1, not 0.10000000149.
pub(super) fn push_float(sink: &mut Sink<'_>, value: f32) {
    if value.is_nan() {
        // Each counts, so none is taken for one seen before.
        return sink.number(f64::NAN);
    }
    sink.once(i64::from(value.to_bits()), || {
        value.to_string().parse().unwrap_or_else(|_| f64::from(value))
    });
}

/// Pushes the timestamp form of old writers: nanoseconds of the day, then the Julian day.
pub(super) fn push_int96(sink: &mut Sink<'_>, data: &[u32]) {
    let word = |at: usize| i64::from(data.get(at).copied().unwrap_or(0));
    let nanos = (word(1) << 32) | word(0);
    let day = word(2) - UNIX_EPOCH_JULIAN + UNIX_EPOCH;
    sink.moment(Moment::timestamp(day, nanos));
}

impl Unit {
    /// Whole days and the nanoseconds of the day that is left.
    fn split(self, value: i64) -> (i64, i64) {
        let nanos = match self {
            Self::Millis => 1_000_000,
            Self::Micros => 1_000,
            Self::Nanos => 1,
        };
        let per_day = 86_400_000_000_000 / nanos;
        (value.div_euclid(per_day), value.rem_euclid(per_day) * nanos)
    }
}

impl From<TimeUnit> for Unit {
    fn from(unit: TimeUnit) -> Self {
        match unit {
            TimeUnit::MILLIS => Self::Millis,
            TimeUnit::MICROS => Self::Micros,
            TimeUnit::NANOS => Self::Nanos,
        }
    }
}

fn unsupported(name: &str, fix: &str) -> Complaint {
    Complaint::new(format!("values of type {name} are not supported"), fix)
}
