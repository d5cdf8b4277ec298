//! How long login sessions last.

use serde::{Deserialize, Serialize};

/// The answer of `GET` and `PATCH /api/core/auth-settings`. Changes apply to new login sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthSettings {
    /// The tenant's id once more.
    pub id: String,
    /// The tenant.
    pub tenant_id: String,
    /// Whether nobody has changed them yet.
    pub is_default: bool,
    /// Longest life of a login session, in minutes: 60 to 10,080.
    pub max_user_session_lifespan_minutes: u64,
    /// Longest inactivity of a login session, in minutes: 15 to 1,440.
    pub user_session_inactivity_timeout_minutes: u64,
}
