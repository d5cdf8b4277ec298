//! What commands change about a tenant.

use fanlight_base::Timestamp;
use fanlight_identity::{Act, Change, Store, StoreError};

/// Makes the change, and its entry in the audit log. No command deletes a web integration, so no login session ends.
///
/// # Errors
/// The store fails; then nothing has changed.
pub fn change(store: &dyn Store, now: Timestamp, change: Change<'_>) -> Result<(), StoreError> {
    let act = Act {
        at: now,
        by: "command-line",
        address: None,
        change,
    };
    store.administer(&act).map(drop)
}
