//! What the server says without being asked.

use serde::Serialize;

use crate::{CloseCode, Notification};

/// Whether the engine session existed before the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SessionStart {
    /// The session is new: no selections, no session objects.
    SessionCreated,
    /// The session was there, with its selections and session objects.
    SessionAttached,
}

/// Parameters of `OnConnected`, the first message of every connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Connected {
    /// New or attached.
    pub q_session_state: SessionStart,
    /// The engine session's id, for support; absent before an app is open. Clients of the contract ignore it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
}

impl Connected {
    /// The message.
    pub const fn notification(self) -> Notification<Self> {
        Notification::new("OnConnected", self)
    }
}

/// Parameters of the notification that comes before the server closes a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Farewell {
    severity: &'static str,
    /// When, ISO 8601.
    pub timestamp: String,
    /// Why, for people.
    pub message: String,
    /// The close code that follows.
    pub code: u16,
}

impl Farewell {
    /// The message that announces the close with `code`.
    pub fn notification(code: CloseCode, timestamp: String, message: &str) -> Notification<Self> {
        let method = match code {
            CloseCode::Idle => "OnSessionTimedOut",
            CloseCode::SignedOut => "OnSessionLoggedOut",
            CloseCode::SessionLimit => "OnMaxParallelSessionsExceeded",
            CloseCode::Restarting
            | CloseCode::AppRemoved
            | CloseCode::BadRequest
            | CloseCode::NotPermitted
            | CloseCode::NoSuchApp
            | CloseCode::TooManyRequests => "OnSessionClosed",
        };
        let farewell = Self {
            severity: "fatal",
            timestamp,
            message: message.to_owned(),
            code: code.number(),
        };
        Notification::new(method, farewell)
    }
}
