//! Cancelling an evaluation from another thread, or when its time is over.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::memory::MemoryPool;

/// Says whether the time for an evaluation is over.
type IsOver = dyn Fn() -> bool + Send + Sync;

/// A flag that an evaluation looks at between blocks of rows.
#[derive(Clone, Default)]
pub struct Cancel {
    is_set: Arc<AtomicBool>,
    is_over: Option<Arc<IsOver>>,
    memory: Option<Arc<MemoryPool>>,
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancel")
            .field("is_set", &self.is_set)
            .finish_non_exhaustive()
    }
}

impl Cancel {
    /// A flag that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same flag, which here also counts as set as soon as `is_over` says so. The engine has no clock; whoever asks
    /// for an evaluation has one.
    #[must_use]
    pub fn until(&self, is_over: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self {
            is_over: Some(Arc::new(is_over)),
            ..self.clone()
        }
    }

    /// The same flag for an evaluation whose memory is taken from `pool`.
    #[must_use]
    pub fn within(&self, pool: Arc<MemoryPool>) -> Self {
        Self {
            memory: Some(pool),
            ..self.clone()
        }
    }

    /// Where the evaluation's memory is taken from, if that is counted.
    pub(crate) fn memory(&self) -> Option<&Arc<MemoryPool>> {
        self.memory.as_ref()
    }

    /// Asks the evaluation to stop.
    pub fn cancel(&self) {
        self.is_set.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop, or its time is over.
    pub fn is_cancelled(&self) -> bool {
        self.is_set.load(Ordering::Relaxed) || self.is_over()
    }

    /// Whether its time is over.
    pub fn is_over(&self) -> bool {
        self.is_over.as_ref().is_some_and(|is_over| is_over())
    }
}
