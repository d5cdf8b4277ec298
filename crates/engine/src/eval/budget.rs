//! How many values and how much text one evaluation may make.

use std::cell::Cell;

use crate::error::{EvalError, Quantity};
use crate::value::Value;

/// The most bytes of text that one evaluation may hold on to. One text is bounded by itself, but there is one per row.
const MAX_TEXT_BYTES: usize = 1 << 26;

/// The most values that one evaluation may hold on to: the rows of a cube are bounded, but it may have any number of
/// columns and of attributes.
const MAX_VALUES: usize = 1 << 24;

/// What is left for the values of one evaluation.
#[derive(Debug)]
pub(crate) struct TextBudget {
    bytes: Cell<usize>,
    values: Cell<usize>,
}

impl TextBudget {
    /// All of it.
    pub(crate) fn full() -> Self {
        Self {
            bytes: Cell::new(MAX_TEXT_BYTES),
            values: Cell::new(MAX_VALUES),
        }
    }

    /// The bytes of text that were counted.
    pub(crate) fn text_bytes(&self) -> usize {
        MAX_TEXT_BYTES - self.bytes.get()
    }

    /// Counts a value that is kept until the evaluation ends.
    pub(crate) fn keep(&self, value: Value) -> Result<Value, EvalError> {
        let left = self.values.get().checked_sub(1);
        self.values.set(left.ok_or(EvalError::TooLarge {
            limit: MAX_VALUES,
            of: Quantity::Values,
        })?);
        self.count(&value)?;
        Ok(value)
    }

    /// Takes the bytes of a value's text.
    pub(crate) fn count(&self, value: &Value) -> Result<(), EvalError> {
        let n_bytes = match value {
            Value::Null | Value::Num(_) => return Ok(()),
            Value::Text(text) | Value::Dual { text, .. } => text.len(),
        };
        let left = self.bytes.get().checked_sub(n_bytes);
        self.bytes.set(left.ok_or(EvalError::TooLarge {
            limit: MAX_TEXT_BYTES,
            of: Quantity::TextBytes,
        })?);
        Ok(())
    }
}
