//! Who connects, and to what.

use std::time::Duration;

use fanlight_base::{AppId, LoginSessionId, UserId};
use fanlight_protocol::CloseCode;

use crate::SessionKey;

/// What the user may do beyond opening apps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Reads apps and selects.
    User,
    /// Administers the tenant.
    Admin,
}

/// The authenticated user behind a connection.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The tenant's id of the user.
    pub user_id: UserId,
    /// The subject under which the identity provider knows the user.
    pub subject: String,
    /// The display name.
    pub name: String,
    /// The names of the groups that the user is in.
    pub groups: Vec<String>,
    /// The login session that opened the connection; `None` for an API key.
    pub login_session: Option<LoginSessionId>,
    /// What the user may do.
    pub role: Role,
}

/// The app named by the WebSocket's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetApp {
    /// `/app/engineData`: no app yet; the client opens one by `OpenDoc` or `CreateSessionApp`.
    None,
    /// `/app/<id>`.
    App(AppId),
    /// `/app/SessionApp_<anything>`: an empty app that lives as long as its engine session. Holds the whole segment.
    SessionApp(String),
}

/// What the WebSocket's path asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The app.
    pub app: TargetApp,
    /// `/identity/<id>`: separates the engine sessions of one user on one app.
    pub identity: Option<String>,
    /// `/ttl/<seconds>`: how long the engine session outlives its last connection. Capped by the host's `max_ttl`.
    pub ttl: Option<Duration>,
}

/// Why a connection is not accepted. The transport closes with [`Refusal::close_code`] and the error's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No app has this id.
    #[error("there is no app {0}")]
    NoSuchApp(String),
    /// The user may not open the app.
    #[error("you may not open the app {0}")]
    NotPermitted(String),
    /// The user has as many engine sessions as the server allows.
    #[error("you have {limit} sessions already, which is the limit for one user")]
    SessionsOfUser {
        /// The limit.
        limit: usize,
    },
    /// The server has as many engine sessions as it allows.
    #[error("the server has reached its limit of {limit} sessions")]
    SessionsInTotal {
        /// The limit.
        limit: usize,
    },
    /// The engine session has as many connections as the server allows.
    #[error("this session has {limit} connections already, which is the limit for one session")]
    ConnectionsOfSession {
        /// The limit.
        limit: usize,
    },
    /// The process has no memory for one more session.
    #[error("the server is short of memory; try again in a moment")]
    NoMemory,
    /// What is kept of the session cannot be read now; a new session would overwrite it.
    #[error("what is kept of your session cannot be read now; try again")]
    JournalFailed,
    /// The transport did not take the first message.
    #[error("the connection closed before it was ready")]
    Gone,
    /// A defect of ours.
    #[error("the server failed; connect again")]
    Failed,
}

impl Target {
    /// The engine session that `user` asks for. Without an app there is none, and this stands for all such connections.
    pub fn key(&self, user: &UserId) -> SessionKey {
        SessionKey {
            user: user.clone(),
            app: match &self.app {
                TargetApp::None => String::new(),
                TargetApp::App(id) => id.to_string(),
                TargetApp::SessionApp(name) => name.clone(),
            },
            identity: self.identity.clone(),
        }
    }
}

impl Refusal {
    /// The close code that tells the client.
    pub const fn close_code(&self) -> CloseCode {
        match self {
            Self::NoSuchApp(_) => CloseCode::NoSuchApp,
            Self::NotPermitted(_) => CloseCode::NotPermitted,
            Self::SessionsOfUser { .. }
            | Self::SessionsInTotal { .. }
            | Self::ConnectionsOfSession { .. } => CloseCode::SessionLimit,
            // Clients come back by themselves.
            Self::JournalFailed | Self::Failed | Self::NoMemory => CloseCode::Restarting,
            Self::Gone => CloseCode::TooManyRequests,
        }
    }
}
