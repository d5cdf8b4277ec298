//! Engine sessions as operators and tests see them.

use fanlight_base::{ConnectionId, EngineSessionId, LoginSessionId, Timestamp, UserId};

/// One engine session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionInfo {
    /// The session's id.
    pub id: EngineSessionId,
    /// The app: its id, or `SessionApp_…`.
    pub app: String,
    /// Whose session it is.
    pub user: UserId,
    /// The identity of the URL.
    pub identity: Option<String>,
    /// Attached or lingering.
    pub state: SessionState,
    /// When it was created.
    pub since: Timestamp,
    /// When the last request arrived.
    pub last_request: Timestamp,
    /// Its connections, in the order of their ids.
    pub connections: Vec<ConnectionInfo>,
}

/// One connection of an engine session.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionInfo {
    /// The connection's id, as in logs.
    pub id: ConnectionId,
    /// The login session that opened it; `None` for a program's credential.
    pub login: Option<LoginSessionId>,
}

/// Where an engine session is in its life. One that has ended is no longer listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// In use.
    Attached {
        /// How many connections it has.
        sockets: usize,
    },
    /// Without a connection; it ends at `until` unless one comes back.
    Detached {
        /// When it ends.
        until: Timestamp,
    },
}

/// Which engine sessions, or which connections of them, are to be ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionFilter {
    /// Connections opened under this login session, and the engine sessions that no other login session uses.
    LoginSession(LoginSessionId),
    /// Every engine session of the user.
    User(UserId),
    /// One engine session.
    EngineSession(EngineSessionId),
    /// Every engine session.
    All,
}
