//! Cancelling an evaluation from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::EvalError;

/// A flag that an evaluation looks at between blocks of rows.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the evaluation to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Ends the evaluation if it was asked to stop.
    pub(crate) fn check(&self) -> Result<(), EvalError> {
        if self.is_cancelled() {
            Err(EvalError::Cancelled)
        } else {
            Ok(())
        }
    }
}
