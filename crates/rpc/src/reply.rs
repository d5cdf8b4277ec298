//! What a frame leads to.

use std::fmt;

/// The answer to one incoming frame.
#[derive(Debug)]
pub enum Reply {
    /// Nothing to send.
    None,
    /// A frame to send at once.
    Now(String),
    /// A calculation whose frame is sent when it is done.
    Later(Job),
}

/// A calculation on an immutable view of the engine session. Runs on any thread, in any order with other jobs.
pub struct Job(Box<dyn FnOnce() -> String + Send>);

impl Job {
    pub(crate) fn new(calculate: impl FnOnce() -> String + Send + 'static) -> Self {
        Self(Box::new(calculate))
    }

    /// Calculates and returns the frame to send. A cancelled job returns its error frame early.
    pub fn run(self) -> String {
        (self.0)()
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Job")
    }
}
