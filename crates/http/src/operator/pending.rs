//! Audit entries that wait to be written.

use std::collections::VecDeque;

use fanlight_identity::AuditRecord;

/// Entries that may wait for a store that does not answer.
const MAX_PENDING: usize = 50_000;
/// Of these, what anybody can cause: a stranger must not push out what the others have done.
const MAX_STRANGERS: usize = 10_000;

/// The entries, oldest first.
#[derive(Debug, Default)]
pub(super) struct Pending {
    records: VecDeque<AuditRecord>,
    n_strangers: usize,
}

impl Pending {
    /// Puts an entry at the end; gives how many were lost by that.
    pub(super) fn push(&mut self, record: AuditRecord) -> u64 {
        if record.is_of_stranger() {
            if self.n_strangers >= MAX_STRANGERS {
                return 1;
            }
            self.n_strangers += 1;
        }
        self.records.push_back(record);
        self.shrink()
    }

    /// Takes them all, to be written.
    pub(super) fn take(&mut self) -> Vec<AuditRecord> {
        self.n_strangers = 0;
        std::mem::take(&mut self.records).into()
    }

    /// Puts back what could not be written, before what has come since; gives how many were lost by that.
    pub(super) fn put_back(&mut self, records: Vec<AuditRecord>) -> u64 {
        let since = self.take();
        self.records = records.into();
        self.n_strangers = self
            .records
            .iter()
            .filter(|record| record.is_of_stranger())
            .count();
        since.into_iter().map(|record| self.push(record)).sum()
    }

    /// Gives up the oldest of too many.
    fn shrink(&mut self) -> u64 {
        let n_lost = self.records.len().saturating_sub(MAX_PENDING);
        for lost in self.records.drain(..n_lost) {
            self.n_strangers -= usize::from(lost.is_of_stranger());
        }
        n_lost as u64
    }
}

#[cfg(test)]
mod tests {
    use fanlight_base::Timestamp;

    use super::*;

    fn record(action: &'static str, secs: usize) -> AuditRecord {
        let at = Timestamp::from_secs(i64::try_from(secs).unwrap());
        AuditRecord::new(at, action, "")
    }

    #[test]
    fn strangers_fill_a_part_of_the_places_only() {
        let mut pending = Pending::default();
        assert_eq!(pending.push(record("engine-ended", 0)), 0);
        let lost: u64 = (0..MAX_PENDING + 5)
            .map(|secs| pending.push(record("login-refused", secs)))
            .sum();
        assert_eq!(lost, (MAX_PENDING + 5 - MAX_STRANGERS) as u64);
        let taken = pending.take();
        assert_eq!(
            (taken.len(), taken[0].action),
            (MAX_STRANGERS + 1, "engine-ended")
        );
        assert_eq!(pending.push(record("login-refused", 0)), 0, "there is room again");
    }

    #[test]
    fn what_is_put_back_beyond_the_places_is_counted_as_lost_oldest_first() {
        let mut pending = Pending::default();
        for secs in 0..MAX_PENDING {
            assert_eq!(pending.push(record("engine-ended", secs)), 0);
        }
        let taken = pending.take();
        for secs in 0..3 {
            assert_eq!(pending.push(record("engine-created", secs)), 0);
        }
        assert_eq!(pending.put_back(taken), 3);
        let left = pending.take();
        assert_eq!((left.len(), left[0].at), (MAX_PENDING, Timestamp::from_secs(3)));
        assert_eq!(left[MAX_PENDING - 1].action, "engine-created");
    }
}
