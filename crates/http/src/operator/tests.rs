//! The queue of the audit log, while the store fails.

use std::cell::Cell;

use fanlight_base::SeededEntropy;
use fanlight_identity::{AuditEntry, AuditQuery, AuditQuota, AuditRecord};

use super::*;

/// A log that cannot be written, and while it says so more happens.
struct Failing<'a> {
    operator: &'a Operator,
    meanwhile: Cell<u32>,
}

fn ended() -> Happening {
    Happening::new(Timestamp::from_secs(0), Kind::EngineEnded)
}

impl AuditLog for Failing<'_> {
    fn append_audit(&self, _: &[AuditRecord]) -> Result<(), StoreError> {
        (0..self.meanwhile.get()).for_each(|_| self.operator.record(&ended()));
        Err(StoreError::DiskFull)
    }

    fn audit(&self, _: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError> {
        Ok(Vec::new())
    }

    fn count_audit(&self, _: &AuditQuery) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn forget_audit(&self, _: Timestamp, _: AuditQuota) -> Result<u64, StoreError> {
        Ok(0)
    }
}

#[test]
fn entries_that_find_no_place_after_a_failure_are_counted() {
    let operator = Operator::new(&SeededEntropy::new(1));
    let store = Failing {
        operator: &operator,
        meanwhile: Cell::new(0),
    };
    (0..50_000).for_each(|_| operator.record(&ended()));
    assert!(operator.flush(&store).is_err());
    assert_eq!(operator.metrics.lost_audit_entries.get(), 0);
    store.meanwhile.set(3);
    assert!(operator.flush(&store).is_err());
    assert_eq!(operator.metrics.lost_audit_entries.get(), 3);
}
