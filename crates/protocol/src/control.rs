//! Bodies of the control API: what a test tells the demo to do to sessions, and what it sees of them.

mod fault;

use serde::{Deserialize, Serialize};

use crate::rest::{ConnectionEntry, SessionUser};

pub use fault::{FaultChange, Faults, Times};

/// `POST clock`
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advance {
    /// By how many seconds.
    pub advance: f64,
}

/// What the clock shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Now {
    /// ISO 8601, UTC.
    pub now: String,
}

/// `POST login-sessions/{id}/expire`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expire {
    /// Which limit was reached; the idle limit if nothing is said.
    #[serde(default)]
    pub reason: ExpireReason,
}

/// A limit of a login session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpireReason {
    /// Nothing was done for too long.
    #[default]
    IdleTimeout,
    /// It is too old.
    Lifetime,
}

/// `POST login-sessions/{id}/revoke`
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// Words for the person.
    pub reason: Option<String>,
}

/// `POST engine-sessions/{id}/close`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// A close code that the server knows.
    pub code: u16,
}

/// `POST engine-sessions/{id}/drop`: there is nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// `POST engine-sessions/{id}/freeze`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freeze {
    /// False ends it.
    pub frozen: Option<bool>,
}

/// `POST engine-sessions/{id}/delay`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// How late frames come, in milliseconds; 0 ends it.
    pub millis: u64,
}

/// How many connections were meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Connections {
    /// The number.
    pub connections: usize,
}

/// `GET state`
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// ISO 8601, UTC.
    pub now: String,
    /// Login sessions that run, oldest first.
    pub login_sessions: Vec<LoginSession>,
    /// Engine sessions, oldest first.
    pub engine_sessions: Vec<EngineSession>,
    /// As they stand.
    pub faults: Faults,
}

/// A login session that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoginSession {
    /// Names the session; useless as a credential.
    pub id: String,
    /// Who signed in.
    pub user: SessionUser,
    /// `active`.
    pub state: &'static str,
    /// ISO 8601, UTC.
    pub created_at: String,
    /// ISO 8601, UTC.
    pub last_active_at: String,
    /// When it ends if nothing is done; ISO 8601, UTC.
    pub ends_at: String,
    /// By which limit: `idle-timeout` or `lifetime`.
    pub ends_by: &'static str,
    /// WebSockets that it opened.
    pub connections: usize,
}

/// An engine session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EngineSession {
    /// The session's id.
    pub id: String,
    /// Whose it is.
    pub user: SessionUser,
    /// The app.
    pub app: String,
    /// The identity of the URL.
    pub identity: Option<String>,
    /// `attached` or `detached`.
    pub state: &'static str,
    /// When a detached session ends; ISO 8601, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Its connections.
    pub connections: Vec<ConnectionEntry>,
    /// What was done to its connections.
    pub fault: SessionFault,
}

/// What was done to the connections of an engine session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionFault {
    /// Whether one of its connections is frozen.
    pub frozen: bool,
    /// How late its frames come, in milliseconds.
    pub delay_ms: u64,
}
