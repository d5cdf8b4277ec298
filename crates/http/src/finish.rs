//! The last thing that is done.

use fanlight_identity::StoreError;

use crate::sessions;
use crate::state::Services;

/// Writes what was noted and is not written yet: the last activity, and the audit entries that wait. To be called when
/// every connection has ended. Blocks.
///
/// # Errors
/// The store failed; each of the two is tried.
pub fn finish(services: &Services) -> Result<(), StoreError> {
    sessions::note_activity(services);
    let activity = services.store.flush_activity();
    services.operator.flush(services.store.as_ref())?;
    activity
}
