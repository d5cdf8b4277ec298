//! What operators see: sessions, events, audit entries.

use serde::{Deserialize, Serialize};

use super::ListLinks;

/// One page of a list. `next` is what the next page is asked for by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The entries.
    pub data: Vec<T>,
    /// Where this page, the next and the one before it are.
    pub links: ListLinks,
    /// As `total`, under the name that all lists have for it.
    #[serde(rename = "totalResults", skip_serializing_if = "Option::is_none")]
    pub total_results: Option<u64>,
    /// Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many entries there are on all pages, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

/// One page of the list of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionPage {
    /// The sessions.
    #[serde(flatten)]
    pub page: Page<SessionEntry>,
    /// How many there are of each kind, whatever the query asks for.
    pub counts: SessionCounts,
}

/// What is live in the whole tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionCounts {
    /// Login sessions.
    pub login_sessions: usize,
    /// Engine sessions.
    pub engine_sessions: usize,
    /// WebSockets of engine sessions.
    pub connections: usize,
}

/// A login session or an engine session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum SessionEntry {
    /// A signed-in browser.
    Login(LoginEntry),
    /// A user on an app.
    Engine(EngineEntry),
}

/// Whose session it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionUser {
    /// The user's id in this tenant.
    pub id: String,
    /// The `sub` of the user's tokens.
    pub subject: String,
    /// The name to show.
    pub name: String,
}

/// A login session that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoginEntry {
    /// Names the session; useless as a credential.
    pub id: String,
    /// `active`.
    pub state: &'static str,
    /// Who signed in.
    pub user: SessionUser,
    /// Through which portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_integration: Option<String>,
    /// The portal's name; absent when the web integration is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_integration_name: Option<String>,
    /// The identity provider of the token.
    pub provider: String,
    /// The key that signed the token.
    pub kid: String,
    /// The token's `jti`.
    pub jti: String,
    /// ISO 8601, UTC.
    pub created_at: String,
    /// When a later token of the person renewed it, if one did; ISO 8601, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewed_at: Option<String>,
    /// ISO 8601, UTC.
    pub last_activity_at: String,
    /// When it ends if nothing is done; ISO 8601, UTC.
    pub ends_at: String,
    /// By which limit: `idle-timeout` or `lifetime`.
    pub ends_by: &'static str,
    /// WebSockets that it opened.
    pub connections: usize,
}

/// An engine session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EngineEntry {
    /// The session's id.
    pub id: String,
    /// `attached` or `detached`.
    pub state: &'static str,
    /// Whose it is.
    pub user: SessionUser,
    /// The app.
    pub app: String,
    /// The app's title; absent when the app is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_name: Option<String>,
    /// The identity of the URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// ISO 8601, UTC.
    pub created_at: String,
    /// ISO 8601, UTC.
    pub last_request_at: String,
    /// When a detached one ends; ISO 8601, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<String>,
    /// Its WebSockets.
    pub connections: Vec<ConnectionEntry>,
}

/// One WebSocket of an engine session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionEntry {
    /// The connection's id, as in logs.
    pub id: String,
    /// The login session that opened it; absent for a program's credential.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_session: Option<String>,
}

/// Which sessions. All members that are given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SessionQuery {
    /// `login` or `engine`.
    pub kind: Option<String>,
    /// A user's id or subject.
    pub user: Option<String>,
    /// An app's id.
    pub app: Option<String>,
    /// A web integration's id.
    pub web_integration: Option<String>,
    /// The key of the token that began the login session, or last renewed it.
    pub kid: Option<String>,
    /// The `jti` of one of these tokens.
    pub jti: Option<String>,
    /// `active`, `attached` or `detached`.
    pub state: Option<String>,
}

/// Body of `POST …/sessions/actions/end`: either ids or a filter.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndSessions {
    /// These.
    pub ids: Option<Vec<String>>,
    /// All that match.
    pub filter: Option<SessionQuery>,
    /// Why, in words for the people concerned.
    pub reason: Option<String>,
}

/// Body of `POST …/sessions/actions/message`: either ids or a filter.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MessageSessions {
    /// To these.
    pub ids: Option<Vec<String>>,
    /// To all that match.
    pub filter: Option<SessionQuery>,
    /// What to say.
    pub message: String,
    /// How much it matters.
    #[serde(default)]
    pub severity: MessageSeverity,
}

/// How much a message matters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageSeverity {
    /// For information.
    #[default]
    Notice,
    /// To be heeded.
    Warning,
}

/// What an action did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionResult {
    /// The sessions that it reached.
    pub sessions: Vec<String>,
    /// The connections that it reached.
    pub connections: usize,
    /// Ids that name no session that runs.
    pub not_found: Vec<String>,
}

/// `OnSessionMessage`: an operator's words to a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionMessage {
    jsonrpc: &'static str,
    method: &'static str,
    params: SessionMessageParams,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct SessionMessageParams {
    severity: MessageSeverity,
    timestamp: String,
    message: String,
}

impl SessionMessage {
    /// The notification.
    pub const fn new(severity: MessageSeverity, timestamp: String, message: String) -> Self {
        Self {
            jsonrpc: "2.0",
            method: "OnSessionMessage",
            params: SessionMessageParams {
                severity,
                timestamp,
                message,
            },
        }
    }
}

/// Whom something is about, as far as that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    /// The user's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The login session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_session: Option<String>,
    /// The engine session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine_session: Option<String>,
    /// The client's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Something that happened to a session, or that an administrator did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperatorEvent {
    /// Where to go on after a break.
    pub id: String,
    /// What: the event's name.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// ISO 8601, UTC.
    pub at: String,
    /// Whom it is about.
    #[serde(flatten)]
    pub subject: Subject,
    /// The app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// The identity of the engine session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// Who did it, when it was not the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// A stable word, and sometimes words after a colon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditItem {
    /// Grows with every entry.
    pub id: i64,
    /// ISO 8601, UTC.
    pub at: String,
    /// What: a stable code.
    pub action: String,
    /// Who did it: a user's id, or a word such as `server`.
    pub actor: String,
    /// The name of the user who did it; absent when it was none, or one who is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<String>,
    /// Whom it is about.
    #[serde(flatten)]
    pub subject: Subject,
    /// The name of the user whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The reason, the rule, or the administrator's words.
    pub detail: String,
}
