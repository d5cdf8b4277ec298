//! Tells somebody else what becomes of engine sessions, for metrics, events and audit.

use std::fmt;

use fanlight_base::{EngineSessionId, LoginSessionId, Timestamp, UserId};

/// Is told about every change in the life of an engine session.
///
/// It is called with the host's locks held: it must neither block nor call the host.
pub trait Observer: Send + Sync + fmt::Debug {
    /// Something happened.
    fn observe(&self, event: &SessionEvent);
}

/// One change in the life of an engine session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub change: SessionChange,
    /// Which session.
    pub session: EngineSessionId,
    /// Whose it is.
    pub user: UserId,
    /// Its app: the id, or `SessionApp_…`.
    pub app: String,
    /// The identity of the URL.
    pub identity: Option<String>,
    /// The login session of the connection that caused it, if one did.
    pub login: Option<LoginSessionId>,
}

/// What happened to an engine session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionChange {
    /// It began, with its first connection.
    Created,
    /// It began from what was kept of an earlier one.
    Rebuilt,
    /// One more connection, or one that came back.
    Attached,
    /// The last connection is gone; it lingers.
    Detached,
    /// It is over.
    Ended {
        /// Why: the words of the close frame, or `detached` when nobody came back in time.
        reason: String,
    },
}
