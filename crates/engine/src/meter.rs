//! How much an evaluation works, and when it has to stop.

use std::cell::{Cell, RefCell};

use crate::cancel::Cancel;
use crate::error::EvalError;
use crate::value::Value;

/// The most steps that one evaluation may take. A step is about a byte that is looked at: this is about a minute of one
/// processor. Whoever asks for an evaluation mostly allows it less time than that.
const MAX_STEPS: u64 = 1 << 36;

/// After so many steps the evaluation looks whether it is to stop: tens of microseconds.
const STEPS_BETWEEN_LOOKS: u64 = 1 << 16;

/// The most bytes of text that an expression may hold at one moment while it is evaluated.
const MAX_HELD_BYTES: usize = 1 << 26;

/// Counts the work of one evaluation. Every loop over texts or arguments counts its steps before it makes them, and ends
/// where the meter says so; from then on nothing more is done, and the values that were made mean nothing.
#[derive(Debug)]
pub struct Meter {
    cancel: Cancel,
    /// Steps that are left, without those until the next look.
    left: Cell<u64>,
    until_look: Cell<u64>,
    held: Cell<usize>,
    stopped: RefCell<Option<EvalError>>,
}

impl Meter {
    /// A meter for one evaluation.
    pub fn new(cancel: &Cancel) -> Self {
        Self::with_steps(cancel, MAX_STEPS)
    }

    /// A meter for an evaluation that may take so many steps.
    pub fn with_steps(cancel: &Cancel, n_steps: u64) -> Self {
        Self {
            cancel: cancel.clone(),
            left: Cell::new(n_steps),
            until_look: Cell::new(0),
            held: Cell::new(0),
            stopped: RefCell::new(None),
        }
    }

    /// Counts steps that are about to be made; `None` when the evaluation is over.
    pub fn spend(&self, n_steps: usize) -> Option<()> {
        let n_steps = n_steps as u64 + 1;
        match self.until_look.get().checked_sub(n_steps) {
            Some(left) => {
                self.until_look.set(left);
                Some(())
            }
            None => self.look(n_steps),
        }
    }

    fn look(&self, n_steps: u64) -> Option<()> {
        if self.stopped.borrow().is_some() {
            return None;
        }
        if self.cancel.is_cancelled() {
            self.stop(EvalError::Cancelled);
            return None;
        }
        let left = self.left.get() + self.until_look.get();
        let granted = n_steps.max(STEPS_BETWEEN_LOOKS).min(left);
        let Some(until_look) = granted.checked_sub(n_steps) else {
            self.stop(EvalError::TooMuchWork);
            return None;
        };
        self.left.set(left - granted);
        self.until_look.set(until_look);
        Some(())
    }

    fn stop(&self, error: EvalError) {
        self.until_look.set(0);
        self.stopped.borrow_mut().get_or_insert(error);
    }

    /// Counts a text that is held until [`Self::release`]; `None` when the evaluation is over.
    pub(crate) fn hold(&self, value: &Value) -> Option<usize> {
        let n_bytes = value.n_text_bytes();
        let held = self.held.get() + n_bytes;
        if held > MAX_HELD_BYTES {
            self.stop(EvalError::TooLarge {
                limit: MAX_HELD_BYTES,
                of: crate::error::Quantity::TextBytes,
            });
            return None;
        }
        self.held.set(held);
        Some(n_bytes)
    }

    /// Texts of so many bytes are not held any more.
    pub(crate) fn release(&self, n_bytes: usize) {
        self.held.set(self.held.get().saturating_sub(n_bytes));
    }

    /// Ends the evaluation if it has to stop.
    pub(crate) fn check(&self) -> Result<(), EvalError> {
        self.outcome()?;
        if self.cancel.is_cancelled() {
            self.stop(EvalError::Cancelled);
        }
        self.outcome()
    }

    /// Whether what was evaluated so far means anything.
    ///
    /// # Errors
    /// Why not: the evaluation was cancelled, or took too much.
    pub fn outcome(&self) -> Result<(), EvalError> {
        match &*self.stopped.borrow() {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_and_nothing_goes_on_after_the_last_one() {
        let meter = Meter::with_steps(&Cancel::new(), 1000);
        assert!(meter.spend(800).is_some());
        assert_eq!(meter.outcome(), Ok(()));
        assert!(meter.spend(300).is_none());
        assert!(meter.spend(0).is_none(), "it stays over");
        assert_eq!(meter.outcome(), Err(EvalError::TooMuchWork));
    }

    #[test]
    fn a_cancellation_is_seen_after_a_block_of_steps() {
        let cancel = Cancel::new();
        let meter = Meter::new(&cancel);
        assert!(meter.spend(10).is_some());
        cancel.cancel();
        let n_looks = (0..).take_while(|_| meter.spend(1000).is_some()).count();
        assert!(n_looks as u64 <= STEPS_BETWEEN_LOOKS / 1000, "{n_looks}");
        assert_eq!(meter.outcome(), Err(EvalError::Cancelled));
    }
}
