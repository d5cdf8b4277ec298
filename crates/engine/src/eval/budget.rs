//! How much memory one evaluation may take: values, texts and groups.

use std::cell::{Cell, RefCell};

use crate::cancel::Cancel;
use crate::error::{EvalError, Quantity};
use crate::memory::Reservation;
use crate::value::Value;

/// The most bytes of text that one evaluation may hold on to. One text is bounded by itself, but there is one per row.
const MAX_TEXT_BYTES: usize = 1 << 26;

/// The most values that one evaluation may hold on to: the rows of a cube are bounded, but it may have any number of
/// columns and of attributes.
const MAX_VALUES: usize = 1 << 24;

/// The most memory that one evaluation may hold on to, in bytes, all together: groups times aggregations among it.
pub(crate) const MAX_BYTES: usize = 1 << 29;

/// Memory is taken from the pool in pieces of at least so many bytes.
const PIECE_BYTES: usize = 1 << 16;

/// What is left for one evaluation.
#[derive(Debug)]
pub(crate) struct Budget {
    text_bytes: Cell<usize>,
    values: Cell<usize>,
    bytes: Cell<usize>,
    /// What is taken from the pool of whoever asks, if there is one.
    reservation: RefCell<Option<Reservation>>,
    reserved: Cell<usize>,
}

impl Budget {
    /// All of it.
    ///
    /// # Errors
    /// If the pool is full already.
    pub(crate) fn full(cancel: &Cancel) -> Result<Self, EvalError> {
        let reservation = cancel.memory().map(|pool| pool.reserve(0)).transpose()?;
        Ok(Self {
            text_bytes: Cell::new(MAX_TEXT_BYTES),
            values: Cell::new(MAX_VALUES),
            bytes: Cell::new(0),
            reservation: RefCell::new(reservation),
            reserved: Cell::new(0),
        })
    }

    /// The bytes of text that were counted.
    pub(crate) fn text_bytes(&self) -> usize {
        MAX_TEXT_BYTES - self.text_bytes.get()
    }

    /// Counts a value that is kept until the evaluation ends.
    pub(crate) fn keep(&self, value: Value) -> Result<Value, EvalError> {
        let left = self.values.get().checked_sub(1);
        self.values.set(left.ok_or(EvalError::TooLarge {
            limit: MAX_VALUES,
            of: Quantity::Values,
        })?);
        self.take(size_of::<Value>())?;
        self.count(&value)?;
        Ok(value)
    }

    /// Takes the bytes of a value's text.
    pub(crate) fn count(&self, value: &Value) -> Result<(), EvalError> {
        let n_bytes = value.n_text_bytes();
        if n_bytes == 0 {
            return Ok(());
        }
        let left = self.text_bytes.get().checked_sub(n_bytes);
        self.text_bytes.set(left.ok_or(EvalError::TooLarge {
            limit: MAX_TEXT_BYTES,
            of: Quantity::TextBytes,
        })?);
        self.take(n_bytes)
    }

    /// Takes so many bytes.
    pub(crate) fn take(&self, n_bytes: usize) -> Result<(), EvalError> {
        let bytes = self.bytes.get().saturating_add(n_bytes);
        if bytes > MAX_BYTES {
            return Err(EvalError::TooLarge {
                limit: MAX_BYTES,
                of: Quantity::Bytes,
            });
        }
        if bytes > self.reserved.get()
            && let Some(reservation) = &mut *self.reservation.borrow_mut()
        {
            let wanted = bytes + PIECE_BYTES;
            reservation.resize(wanted)?;
            self.reserved.set(wanted);
        }
        self.bytes.set(bytes);
        Ok(())
    }

    /// What was taken from the pool, cut to the bytes that a result goes on to hold.
    pub(crate) fn leave(&self, n_bytes: usize) -> Option<Reservation> {
        let mut reservation = self.reservation.borrow_mut().take()?;
        // There is no less room for less.
        let _ = reservation.resize(n_bytes.min(reservation.n_bytes()));
        self.reserved.set(usize::MAX);
        Some(reservation)
    }
}
