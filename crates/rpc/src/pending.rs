//! Calculations of one connection that are waiting or running.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fanlight_engine::{Cancel, MemoryPool, Reservation};
use fanlight_protocol::{ErrorBody, ErrorCode};

use crate::memory::reserve;

/// Calculations with the text of their request's id. Two may have the same id: clients should not do that, and must not
/// get around the limits by it.
#[derive(Debug, Default)]
pub(crate) struct Pending(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    next: u64,
    entries: HashMap<u64, Entry>,
    n_bytes: usize,
}

#[derive(Debug)]
struct Entry {
    id: String,
    cancel: Cancel,
    n_bytes: usize,
    /// What the request takes of its session's memory.
    _memory: Option<Reservation>,
}

/// How many calculations may be pending, and how long the requests for all of them may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PendingLimits {
    pub(crate) jobs: usize,
    pub(crate) bytes: usize,
}

impl Pending {
    /// Notes a calculation for a request of `n_bytes`, and gives its place.
    ///
    /// # Errors
    /// 5006 if there are too many already.
    pub(crate) fn begin(
        &self,
        id: &str,
        n_bytes: usize,
        limits: PendingLimits,
        memory: Option<&Arc<MemoryPool>>,
    ) -> Result<(u64, Cancel), ErrorBody> {
        let mut table = self.lock();
        let is_full = table.entries.len() >= limits.jobs
            || (!table.entries.is_empty() && table.n_bytes + n_bytes > limits.bytes);
        if is_full {
            return Err(ErrorBody::new(
                ErrorCode::Busy,
                format!(
                    "{} calculations are pending on this connection",
                    table.entries.len()
                ),
            ));
        }
        let reserved = memory.map(|pool| reserve(pool, n_bytes)).transpose()?;
        let cancel = match memory {
            Some(pool) => Cancel::new().within(Arc::clone(pool)),
            None => Cancel::new(),
        };
        let place = table.next;
        table.next += 1;
        table.n_bytes += n_bytes;
        let entry = Entry {
            id: id.to_owned(),
            cancel: cancel.clone(),
            n_bytes,
            _memory: reserved,
        };
        table.entries.insert(place, entry);
        Ok((place, cancel))
    }

    pub(crate) fn end(&self, place: u64) {
        let mut table = self.lock();
        if let Some(entry) = table.entries.remove(&place) {
            table.n_bytes -= entry.n_bytes;
        }
    }

    pub(crate) fn is_pending(&self, id: &str) -> bool {
        self.lock().entries.values().any(|entry| entry.id == id)
    }

    pub(crate) fn cancel(&self, id: &str) {
        let table = self.lock();
        let meant = table.entries.values().filter(|entry| entry.id == id);
        meant.for_each(|entry| entry.cancel.cancel());
    }

    pub(crate) fn cancel_all(&self) {
        self.lock()
            .entries
            .values()
            .for_each(|entry| entry.cancel.cancel());
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: PendingLimits = PendingLimits { jobs: 2, bytes: 100 };

    #[test]
    fn requests_of_one_id_count_one_by_one_and_are_all_cancelled() {
        let pending = Pending::default();
        let (first, cancel) = pending.begin("7", 1, LIMITS, None).unwrap();
        let (_, other) = pending.begin("7", 1, LIMITS, None).unwrap();
        assert!(pending.begin("7", 1, LIMITS, None).is_err());
        pending.cancel_all();
        assert!(cancel.is_cancelled() && other.is_cancelled());
        pending.end(first);
        assert!(pending.is_pending("7"), "the other one is");
        let (_, third) = pending.begin("7", 1, LIMITS, None).unwrap();
        pending.cancel("7");
        assert!(third.is_cancelled());
    }

    #[test]
    fn long_requests_are_fewer_and_one_always_fits() {
        let pending = Pending::default();
        let (first, _) = pending.begin("1", 1000, LIMITS, None).unwrap();
        assert!(pending.begin("2", 1, LIMITS, None).is_err());
        pending.end(first);
        pending.begin("3", 60, LIMITS, None).unwrap();
        assert!(pending.begin("4", 60, LIMITS, None).is_err());
    }
}
