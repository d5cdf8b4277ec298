//! Columns whose values are stored as bytes.

use ::parquet::column::reader::ColumnReader;
use ::parquet::data_type::ByteArray;
use fanlight_column::FastMap;

use super::decimal;
use super::drain;
use super::kind::Kind;
use crate::problem::Complaint;
use crate::table::Sink;

/// Values remembered at most; a column with more distinct values gains nothing from remembering them.
const MEMO_LEN: usize = 1 << 16;

/// Pushes values that are stored as bytes.
///
/// Values that come from a page's dictionary share its memory, so an address that was seen before is a value that was
/// seen before: its text need not be looked at again. That makes reading a dictionary-coded column several times faster.
pub(super) struct BytesMemo {
    kind: Kind,
    max_len: usize,
    rows_by_address: FastMap<u64, (usize, usize)>,
    /// Keeps the remembered addresses from being used for other values.
    kept: Vec<ByteArray>,
}

impl BytesMemo {
    pub fn new(kind: Kind, max_len: usize) -> Self {
        Self {
            kind,
            max_len,
            rows_by_address: FastMap::default(),
            kept: Vec::new(),
        }
    }

    /// Pushes a value.
    ///
    /// # Errors
    /// If the bytes are not what the column's type says, or too many.
    pub fn push(&mut self, sink: &mut Sink<'_>, value: &ByteArray) -> Result<(), Complaint> {
        let bytes = value.data();
        let address = bytes.as_ptr().addr() as u64;
        if let Some((len, row)) = self.rows_by_address.get(&address)
            && *len == bytes.len()
        {
            sink.same_as(*row);
            return Ok(());
        }
        let row = sink.len();
        self.push_new(sink, bytes)?;
        // Of numbers each NaN is told, so none is taken for one seen before.
        if self.kept.len() < MEMO_LEN && self.kind != Kind::Float16 {
            self.rows_by_address.insert(address, (bytes.len(), row));
            self.kept.push(value.clone());
        }
        Ok(())
    }

    fn push_new(&self, sink: &mut Sink<'_>, bytes: &[u8]) -> Result<(), Complaint> {
        if bytes.len() > self.max_len {
            let message = format!("a value has {} bytes, more than {}", bytes.len(), self.max_len);
            return Err(Complaint::new(message, "shorten it or leave the column out"));
        }
        match self.kind {
            Kind::Text => sink.text(std::str::from_utf8(bytes).map_err(|_| {
                Complaint::new(
                    format!("the text of row {} is not UTF-8", sink.len() + 1),
                    "write the file anew",
                )
            })?),
            Kind::Decimal { scale } => decimal::push_bytes(sink, bytes, scale),
            Kind::Uuid => sink.text(&uuid(bytes)),
            Kind::Float16 => sink.number(half(bytes)),
            _ => sink.text(&hex(bytes)),
        }
        Ok(())
    }
}

/// Whether every value is UTF-8. A column of bytes has one form, or a text and the digits of other bytes might be one value.
///
/// # Errors
/// If the values cannot be decoded.
pub(super) fn are_texts(values: ColumnReader, max_def_level: i16) -> Result<bool, Complaint> {
    let mut all = true;
    let mut look = |bytes: Option<&[u8]>| {
        all = all && bytes.is_none_or(|bytes| std::str::from_utf8(bytes).is_ok());
        Ok(())
    };
    match values {
        ColumnReader::ByteArrayColumnReader(values) => {
            drain(values, max_def_level, |value| look(value.map(ByteArray::data)))?;
        }
        ColumnReader::FixedLenByteArrayColumnReader(values) => {
            drain(values, max_def_level, |value| {
                look(value.map(|value| value.data()))
            })?;
        }
        _ => {}
    }
    Ok(all)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn uuid(bytes: &[u8]) -> String {
    let digits = hex(bytes);
    let parts: Option<Vec<_>> = [0..8, 8..12, 12..16, 16..20, 20..32]
        .map(|part| digits.get(part))
        .into_iter()
        .collect();
    parts.map_or_else(|| digits.clone(), |parts| parts.join("-"))
}

/// A half-precision number, little-endian.
fn half(bytes: &[u8]) -> f64 {
    let [low, high] = *bytes else { return f64::NAN };
    let bits = u16::from_le_bytes([low, high]);
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((bits >> 10) & 0x1F);
    let fraction = f64::from(bits & 0x3FF) / 1024.0;
    match exponent {
        0 => sign * fraction * 2_f64.powi(-14),
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN,
        _ => sign * (1.0 + fraction) * 2_f64.powi(exponent - 15),
    }
}
