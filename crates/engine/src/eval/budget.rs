//! How much text one evaluation may make.

use std::cell::Cell;

use crate::error::{EvalError, Quantity};
use crate::value::Value;

/// The most bytes of text that one evaluation may hold on to. One text is bounded by itself, but there is one per row.
const MAX_TEXT_BYTES: usize = 1 << 26;

/// What is left for the texts of one evaluation.
#[derive(Debug)]
pub(crate) struct TextBudget(Cell<usize>);

impl TextBudget {
    /// All of it.
    pub(crate) fn full() -> Self {
        Self(Cell::new(MAX_TEXT_BYTES))
    }

    /// Counts a value that is kept until the evaluation ends.
    pub(crate) fn keep(&self, value: Value) -> Result<Value, EvalError> {
        self.count(&value)?;
        Ok(value)
    }

    /// Takes the bytes of a value's text.
    pub(crate) fn count(&self, value: &Value) -> Result<(), EvalError> {
        let n_bytes = match value {
            Value::Null | Value::Num(_) => return Ok(()),
            Value::Text(text) | Value::Dual { text, .. } => text.len(),
        };
        let left = self.0.get().checked_sub(n_bytes);
        self.0.set(left.ok_or(EvalError::TooLarge {
            limit: MAX_TEXT_BYTES,
            of: Quantity::TextBytes,
        })?);
        Ok(())
    }
}
