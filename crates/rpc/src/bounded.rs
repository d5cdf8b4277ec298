//! What one request may make the server hold in memory.

use std::cell::Cell;
use std::io;

use fanlight_protocol::{ErrorBody, ErrorCode};
use serde::Serialize;
use serde_json::Value;

/// Cells of results that one layout may hold, attributes and texts included.
const MAX_HELD_CELLS: usize = 1 << 24;
/// Cells that all pages in one layout may show.
const MAX_SHOWN_CELLS: i64 = 40_000;
/// Bytes of properties that the lists of one answer may copy.
const MAX_COPIED_BYTES: usize = 16 << 20;
/// What a value takes beside its text.
const BYTES_OF_A_VALUE: usize = 32;

/// What is left for one layout, however many cubes, lists and copies it is made of.
#[derive(Debug)]
pub(crate) struct LayoutBudget {
    held: Cell<usize>,
    shown: Cell<i64>,
    copied: Cell<usize>,
}

impl Default for LayoutBudget {
    fn default() -> Self {
        Self {
            held: Cell::new(MAX_HELD_CELLS),
            shown: Cell::new(MAX_SHOWN_CELLS),
            copied: Cell::new(MAX_COPIED_BYTES),
        }
    }
}

impl LayoutBudget {
    /// Counts a result of so many cells; false if there is no room for it.
    pub(crate) fn hold(&self, n_cells: usize) -> bool {
        let left = self.held.get().checked_sub(n_cells);
        self.held.set(left.unwrap_or(self.held.get()));
        left.is_some()
    }

    /// How many cells may still be shown.
    pub(crate) fn to_show(&self) -> i64 {
        self.shown.get()
    }

    /// Counts cells that are shown.
    pub(crate) fn show(&self, n_cells: i64) {
        self.shown.set(self.shown.get().saturating_sub(n_cells).max(0));
    }

    /// Counts a copy of properties.
    ///
    /// # Errors
    /// 19 if there is no room for it.
    pub(crate) fn copy(&self, value: &Value) -> Result<(), ErrorBody> {
        let left = self.copied.get().checked_sub(size_of(value));
        self.copied.set(left.unwrap_or(0));
        match left {
            Some(_) => Ok(()),
            None => Err(ErrorBody::new(
                ErrorCode::LimitReached,
                format!("the lists in one answer may hold {MAX_COPIED_BYTES} bytes"),
            )),
        }
    }
}

/// About how many bytes a value takes.
fn size_of(value: &Value) -> usize {
    BYTES_OF_A_VALUE
        + match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(size_of).sum(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| name.len() + size_of(value))
                .sum(),
        }
}

/// The text of a message; `None` if it is longer than `limit` bytes.
pub(crate) fn bounded_frame<T: Serialize>(message: &T, limit: usize) -> Option<String> {
    let mut writer = Bounded {
        bytes: Vec::with_capacity(128),
        limit,
    };
    serde_json::to_writer(&mut writer, message).ok()?;
    String::from_utf8(writer.bytes).ok()
}

struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_frame_is_no_longer_than_its_limit() {
        assert_eq!(bounded_frame(&json!([1, 2]), 5).as_deref(), Some("[1,2]"));
        assert_eq!(bounded_frame(&json!([1, 2]), 4), None);
    }

    #[test]
    fn copies_are_counted_with_all_that_is_in_them() {
        let budget = LayoutBudget::default();
        let half = json!({ "a": ["x".repeat(MAX_COPIED_BYTES / 2)] });
        assert!(budget.copy(&half).is_ok());
        assert!(budget.copy(&half).is_err());
        assert!(budget.copy(&json!(1)).is_err(), "nothing goes after that");
    }
}
