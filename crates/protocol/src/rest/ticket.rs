//! Tickets for WebSockets.

use serde::{Deserialize, Serialize};

/// The body of `POST /api/fanlight/v1/tickets`; it may be left out. Every member narrows what is given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct NewTickets {
    /// The tickets open this app only.
    pub app_id: Option<String>,
    /// The tickets open the session of this identity only; counts together with `appId`. None is an identity too.
    pub identity: Option<String>,
    /// How many, 1 to 10; one if it is left out.
    pub count: Option<u8>,
    /// The login session to join, when the credential is a sign-in token; a new one if it is left out.
    pub session_id: Option<String>,
    /// Whether the login session that is joined is renewed by it: its limits count anew.
    pub renew: Option<bool>,
}

/// Tickets at the only moment when they are known.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tickets {
    /// The first of `tickets`.
    pub ticket: String,
    /// Each lets one WebSocket in: `?ticket=…`.
    pub tickets: Vec<String>,
    /// ISO 8601, UTC.
    pub expires_at: String,
    /// The same, without a need for clocks that agree.
    pub expires_in_seconds: u64,
    /// The login session, to be named by the next call for tickets.
    pub session_id: String,
}

/// Shows nothing that could be used.
impl std::fmt::Debug for Tickets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tickets({} of {})", self.tickets.len(), self.session_id)
    }
}
