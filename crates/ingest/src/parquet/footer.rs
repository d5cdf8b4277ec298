//! The footers of writers that put their own things where the format has others.
//!
//! A footer is a tree of structs in Thrift's compact form. The decoder trusts that a field's number says what is in it; the
//! format's own readers skip a field of another type than they expect. [`mended`] leaves out what is not needed to find
//! a column's values, and with it whatever an extension may have left there.

/// The fields of a column chunk's description that say where its values are and how they are stored: type, encodings,
/// path, codec, number of values, both sizes, and the places of data and dictionary.
const CHUNK_FIELDS: [i64; 9] = [1, 2, 3, 4, 5, 6, 7, 9, 11];

/// From the footer to the description of a chunk: row groups, their columns, and the description of each.
const PATH: [i64; 3] = [4, 1, 3];

/// Structs and lists inside each other; more is no footer.
const MAX_DEPTH: usize = 32;

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const INTEGERS: std::ops::RangeInclusive<u8> = 4..=6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const STRUCT: u8 = 12;

/// The footer without what column chunks have beside the place and form of their values; `None` if it is none.
pub(super) fn mended(footer: &[u8]) -> Option<Vec<u8>> {
    let mut copy = Copy {
        input: footer,
        at: 0,
        output: Vec::with_capacity(footer.len()),
    };
    copy.structure(&PATH, 0)?;
    Some(copy.output)
}

struct Copy<'f> {
    input: &'f [u8],
    at: usize,
    output: Vec<u8>,
}

impl Copy<'_> {
    /// Copies a struct; `path` leads from its fields to the descriptions of chunks, and is empty in one of them.
    fn structure(&mut self, path: &[i64], depth: usize) -> Option<()> {
        let is_chunk = path.is_empty();
        let (mut field, mut written) = (0_i64, 0_i64);
        loop {
            let head = self.byte()?;
            if head == 0 {
                self.output.push(0);
                return Some(());
            }
            let (delta, kind) = (head >> 4, head & 0x0F);
            field = match delta {
                0 => zigzag(self.varint()?),
                _ => field.checked_add(i64::from(delta))?,
            };
            let start = self.output.len();
            self.field_head(field.checked_sub(written)?, field, kind);
            match path {
                [next, rest @ ..] if *next == field => self.value(kind, Some(rest), depth + 1)?,
                _ => self.value(kind, None, depth + 1)?,
            }
            if is_chunk && !CHUNK_FIELDS.contains(&field) {
                self.output.truncate(start);
            } else {
                written = field;
            }
        }
    }

    fn field_head(&mut self, delta: i64, field: i64, kind: u8) {
        match u8::try_from(delta) {
            Ok(delta @ 1..=15) => self.output.push(delta << 4 | kind),
            _ => {
                self.output.push(kind);
                self.push_varint(((field << 1) ^ (field >> 63)).cast_unsigned());
            }
        }
    }

    /// Copies a value; with a path if descriptions of chunks are below it.
    fn value(&mut self, kind: u8, path: Option<&[i64]>, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.bytes(1),
            kind if INTEGERS.contains(&kind) => {
                let value = self.varint()?;
                self.push_varint(value);
                Some(())
            }
            DOUBLE => self.bytes(8),
            BINARY => {
                let len = self.varint()?;
                self.push_varint(len);
                self.bytes(usize::try_from(len).ok()?)
            }
            LIST | SET => self.list(path, depth),
            // A path that is not at a chunk's description leads nowhere in a struct without its fields.
            STRUCT => self.structure(path.unwrap_or(&[i64::MIN]), depth),
            _ => None,
        }
    }

    fn list(&mut self, path: Option<&[i64]>, depth: usize) -> Option<()> {
        let head = self.byte()?;
        self.output.push(head);
        let kind = head & 0x0F;
        let len = match head >> 4 {
            15 => {
                let len = self.varint()?;
                self.push_varint(len);
                len
            }
            len => u64::from(len),
        };
        for _ in 0..len {
            match kind {
                // In a list, a truth has a byte of its own.
                TRUE | FALSE => self.bytes(1)?,
                _ => self.value(kind, path, depth + 1)?,
            }
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.input.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn bytes(&mut self, len: usize) -> Option<()> {
        let end = self.at.checked_add(len)?;
        self.output.extend_from_slice(self.input.get(self.at..end)?);
        self.at = end;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn push_varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.output.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.output.push(value as u8);
    }
}

fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_chunk_has_beside_its_place_is_left_out() {
        // Field 4: a list of one row group; its field 1: a list of one chunk; its field 3: the description, with field 1
        // (an integer), 15 (a list of two bytes, where an integer is due) and field 16 given in full.
        let chunk = [0x15, 0x02, 0xE9, 0x23, 1, 2, 0x05, 0x20, 0x08, 0x00];
        let footer = [
            &[0x15, 0x02, 0x39, 0x1C, 0x19, 0x1C, 0x3C][..],
            &chunk,
            &[0x00, 0x00, 0x16, 0x08, 0x00],
        ]
        .concat();
        let expected = [
            &[0x15, 0x02, 0x39, 0x1C, 0x19, 0x1C, 0x3C][..],
            &[0x15, 0x02, 0x00],
            &[0x00, 0x00, 0x16, 0x08, 0x00],
        ]
        .concat();
        assert_eq!(mended(&footer), Some(expected));
        for end in 0..footer.len() {
            assert_eq!(mended(&footer[..end]), None, "cut off at {end}");
        }
    }

    #[test]
    fn nesting_without_end_is_no_footer() {
        let nested = |depth: usize| [vec![0x1C; depth], vec![0; depth + 1]].concat();
        assert_eq!(mended(&nested(MAX_DEPTH)), Some(nested(MAX_DEPTH)));
        assert_eq!(mended(&nested(MAX_DEPTH + 1)), None);
        assert_eq!(mended(&[0x19, 0xF9, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]), None);
    }
}
