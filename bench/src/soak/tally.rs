//! What was seen, counted.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

/// Problems that are told in full; the others are counted.
const TOLD_PROBLEMS: usize = 20;

/// Everything that is counted in a soak.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Mutex<Counts>,
    calls: AtomicU64,
    /// Woken at every call.
    pub called: Notify,
}

/// Counts by kind, in a fixed order.
pub type Kinds = BTreeMap<String, u64>;

/// The counts.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// How connections were lost or closed.
    pub losses: Kinds,
    /// How they came back.
    pub resumes: Kinds,
    /// Ends that a person was told of, by reason.
    pub ends: Kinds,
    /// Tries that failed on the way back.
    pub retries: Kinds,
    /// Injected faults.
    pub faults: Kinds,
    /// Connections that faults have cut.
    pub cut: u64,
    /// What must not happen.
    pub problems: Vec<String>,
    pub n_problems: u64,
    /// Durations by what was done.
    pub latencies: BTreeMap<&'static str, Vec<Duration>>,
}

impl Tally {
    /// Changes the counts.
    pub fn note(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Counts one of a kind.
    pub fn count(&self, of: impl FnOnce(&mut Counts) -> &mut Kinds, kind: impl Display) {
        self.note(|counts| *of(counts).entry(kind.to_string()).or_default() += 1);
    }

    /// Something that must not happen.
    pub fn problem(&self, text: String) {
        self.note(|counts| {
            counts.n_problems += 1;
            if counts.problems.len() < TOLD_PROBLEMS {
                counts.problems.push(text);
            }
        });
    }

    /// A call that was answered.
    pub fn answered(&self, what: &'static str, after: Duration) {
        self.note(|counts| counts.latencies.entry(what).or_default().push(after));
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.called.notify_one();
    }

    /// How many calls were answered.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// A copy of everything.
    pub fn counts(&self) -> Counts {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
