//! The schema, one numbered step after the other. A step that was released is never changed.

use fanlight_identity::StoreError;
use rusqlite::Connection;

use crate::error::{Result, from_sqlite};

const STEPS: [&str; 6] = [
    include_str!("migrations/0001_identity.sql"),
    include_str!("migrations/0002_audit.sql"),
    include_str!("migrations/0003_keys_and_tickets.sql"),
    include_str!("migrations/0004_renewal.sql"),
    include_str!("migrations/0005_due.sql"),
    include_str!("migrations/0006_audit_quota.sql"),
];

/// Brings the file up to date. The version stands in SQLite's own `user_version`; each step and its number are one
/// transaction, so that a crash in between leaves the older version whole.
pub(crate) fn run(connection: &mut Connection) -> Result<()> {
    let found: u32 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(from_sqlite)?;
    let known = u32::try_from(STEPS.len()).expect("there are few steps");
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    for (version, step) in (1_u32..).zip(STEPS).skip(found as usize) {
        let transaction = connection.transaction().map_err(from_sqlite)?;
        transaction.execute_batch(step).map_err(from_sqlite)?;
        transaction
            .pragma_update(None, "user_version", version)
            .map_err(from_sqlite)?;
        transaction.commit().map_err(from_sqlite)?;
    }
    Ok(())
}
