//! What the server says without being asked.

use serde::Serialize;

use crate::session::{ExpiringReason, FarewellReason, ResumeHow};
use crate::{CloseCode, Notification};

/// Whether the engine session existed before the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SessionStart {
    /// The session is new.
    SessionCreated,
    /// The session was there, with its selections and session objects.
    SessionAttached,
    /// There is none: there are too many already. The connection is closed next.
    SessionErrorLimitExceeded,
    /// There is none: the user may not open the app. The connection is closed next.
    SessionErrorAppAccessDenied,
    /// There is none: the app is not there, or could not be opened. The connection is closed next.
    SessionErrorAppFailure,
}

/// Parameters of `OnConnected` on a connection that is refused: some clients wait for it before they look whether the
/// connection was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Denied {
    q_session_state: SessionStart,
}

impl Denied {
    /// The message that comes before a close with `code`.
    pub const fn notification(code: CloseCode) -> Notification<Self> {
        let q_session_state = match code {
            CloseCode::SessionLimit => SessionStart::SessionErrorLimitExceeded,
            CloseCode::NotPermitted => SessionStart::SessionErrorAppAccessDenied,
            CloseCode::Idle
            | CloseCode::Restarting
            | CloseCode::AppRemoved
            | CloseCode::SignedOut
            | CloseCode::BadRequest
            | CloseCode::NoSuchApp
            | CloseCode::TooManyRequests => SessionStart::SessionErrorAppFailure,
        };
        Notification::new("OnConnected", Self { q_session_state })
    }
}

/// Parameters of `OnConnected`, the first message of every connection. Clients of the contract know `qSessionState` and
/// ignore the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Connected {
    /// New or attached. A rebuilt session is new, so that clients open their app again.
    pub q_session_state: SessionStart,
    /// The engine session's id; absent before an app is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// What this connection found.
    pub how: ResumeHow,
    /// The engine session was filled from the journal when it began; told to every connection for as long as it lives.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rebuilt: bool,
    /// What the journal held and the app does not have any more; absent before an app is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_restored: Option<Vec<String>>,
    /// The server's time, milliseconds since 1970.
    pub server_time: i64,
    /// After how many seconds without a request the engine session ends; absent if it never does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_seconds: Option<u64>,
    /// How many seconds the login session's lifetime has left, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_seconds_left: Option<u64>,
}

impl Connected {
    /// The message.
    pub const fn notification(self) -> Notification<Self> {
        Notification::new("OnConnected", self)
    }
}

/// Parameters of `OnSessionExpiring`: the session ends soon unless something is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Expiring {
    /// Which limit comes near.
    pub reason: ExpiringReason,
    /// How many seconds are left, rounded up.
    pub seconds_left: u64,
    /// When the session ends, ISO 8601.
    pub at: String,
}

impl Expiring {
    /// The message.
    pub const fn notification(self) -> Notification<Self> {
        Notification::new("OnSessionExpiring", self)
    }
}

/// Parameters of `OnSessionExtended`: an announced end does not come, or the login session was renewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Extended {
    /// How many seconds the login session's lifetime has left, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_seconds_left: Option<u64>,
}

impl Extended {
    /// The message.
    pub const fn notification(self) -> Notification<Self> {
        Notification::new("OnSessionExtended", self)
    }
}

/// How much a notification matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Notice,
    /// Something will happen.
    Warning,
    /// The connection is closed next.
    Fatal,
}

/// Parameters of `OnSessionMessage`: an operator says something to the people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// Notice or warning.
    pub severity: Severity,
    /// The operator's words.
    pub message: String,
}

impl Said {
    /// The message.
    pub const fn notification(self) -> Notification<Self> {
        Notification::new("OnSessionMessage", self)
    }
}

/// Parameters of the notification that comes before the server closes a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Farewell {
    severity: Severity,
    /// When, ISO 8601.
    pub timestamp: String,
    /// Why, for people.
    pub message: String,
    /// Why, for programs.
    pub reason: FarewellReason,
    /// The close code that follows.
    pub code: u16,
}

impl Farewell {
    /// The message that announces a close for `reason`, which also gives the code.
    pub fn because(reason: FarewellReason, timestamp: String, message: &str) -> Notification<Self> {
        Self::with_code(reason.close_code(), reason, timestamp, message)
    }

    /// The message that announces the close with `code`. The reason is the word with which `message` begins, or else
    /// the one that usually goes with the code.
    pub fn notification(code: CloseCode, timestamp: String, message: &str) -> Notification<Self> {
        let reason = FarewellReason::of_text(message).unwrap_or(FarewellReason::of_code(code));
        Self::with_code(code, reason, timestamp, message)
    }

    fn with_code(
        code: CloseCode,
        reason: FarewellReason,
        timestamp: String,
        message: &str,
    ) -> Notification<Self> {
        let method = match reason {
            FarewellReason::IdleTimeout => "OnSessionTimedOut",
            FarewellReason::SignedOut
            | FarewellReason::Replaced
            | FarewellReason::Revoked
            | FarewellReason::Lifetime => "OnSessionLoggedOut",
            FarewellReason::AppRemoved
            | FarewellReason::NoSuchApp
            | FarewellReason::SessionLimit
            | FarewellReason::NotPermitted
            | FarewellReason::EngineRestart
            | FarewellReason::BadRequest
            | FarewellReason::TooManyRequests => "OnSessionClosed",
        };
        let farewell = Self {
            severity: Severity::Fatal,
            timestamp,
            message: message.to_owned(),
            reason,
            code: code.number(),
        };
        Notification::new(method, farewell)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_farewell_says_why() {
        let farewell = Farewell::because(FarewellReason::Revoked, "now".to_owned(), "lost laptop");
        let frame = serde_json::to_value(&farewell).unwrap();
        assert_eq!(frame["method"], "OnSessionLoggedOut");
        assert_eq!(
            frame["params"],
            json!({ "severity": "fatal", "timestamp": "now", "message": "lost laptop", "reason": "revoked",
                "code": 4006 })
        );
    }

    #[test]
    fn a_code_with_words_that_begin_with_a_reason_has_that_reason() {
        let reason = |message: &str| {
            let farewell = Farewell::notification(CloseCode::SignedOut, String::new(), message);
            serde_json::to_value(&farewell).unwrap()["params"]["reason"].clone()
        };
        assert_eq!(reason("lifetime: too old"), "lifetime");
        assert_eq!(reason("you have left"), "signed-out");
    }

    #[test]
    fn a_refusal_is_one_of_the_contracts_states() {
        use crate::enumeration::table::SESSION_STATE;
        for code in CloseCode::ALL {
            let frame = serde_json::to_value(Denied::notification(*code)).unwrap();
            assert_eq!(frame["method"], "OnConnected");
            let state = &frame["params"]["qSessionState"];
            let known = SESSION_STATE.read(state).map(|value| value.long);
            assert!(
                known.is_some_and(|name| name.starts_with("SESSION_ERROR_")),
                "{state}"
            );
        }
    }

    #[test]
    fn a_session_that_was_not_rebuilt_says_nothing_of_it() {
        let connected = Connected {
            q_session_state: SessionStart::SessionCreated,
            session_id: None,
            how: ResumeHow::Created,
            rebuilt: false,
            not_restored: None,
            server_time: 5,
            idle_seconds: None,
            lifetime_seconds_left: None,
        };
        let frame = serde_json::to_value(connected.notification()).unwrap();
        assert_eq!(
            frame["params"],
            json!({ "qSessionState": "SESSION_CREATED", "how": "created", "serverTime": 5 })
        );
    }
}
