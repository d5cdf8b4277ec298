//! The audit log: who did what to which session, when and from where. It never holds a token, a cookie or a key.

use std::net::IpAddr;

use fanlight_base::Timestamp;

use crate::{End, LoginSession, LoginSessionState, SignInSession, StoreError};

/// Longest text of one member, in characters; longer ones are cut.
const MAX_CHARS: usize = 256;

/// One entry, before it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// When.
    pub at: Timestamp,
    /// What: a stable code such as `login` or `admin.end`.
    pub action: &'static str,
    /// Who did it: a user's id, `server`, `command-line`, `configuration`, or nothing for somebody unknown.
    pub actor: String,
    /// Whose session it is: a user's id.
    pub user: Option<String>,
    /// The login session.
    pub login_session: Option<String>,
    /// The engine session.
    pub engine_session: Option<String>,
    /// The client's address.
    pub address: Option<String>,
    /// The reason, the broken rule, or the words of the administrator.
    pub detail: String,
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Grows with every entry.
    pub id: i64,
    /// What `AuditRecord::action` was.
    pub action: String,
    /// The rest, as it was appended.
    pub at: Timestamp,
    /// See [`AuditRecord::actor`].
    pub actor: String,
    /// See [`AuditRecord::user`].
    pub user: Option<String>,
    /// See [`AuditRecord::login_session`].
    pub login_session: Option<String>,
    /// See [`AuditRecord::engine_session`].
    pub engine_session: Option<String>,
    /// See [`AuditRecord::address`].
    pub address: Option<String>,
    /// See [`AuditRecord::detail`].
    pub detail: String,
}

/// Which entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only entries with a smaller id: the next page.
    pub before: Option<i64>,
    /// Only entries with a higher id.
    pub after: Option<i64>,
    /// Which come first, and so which are left out by the limit.
    pub order: AuditOrder,
    /// Only of this user.
    pub user: Option<String>,
    /// Only with this action.
    pub action: Option<String>,
    /// Only from then on.
    pub since: Option<Timestamp>,
    /// Only before then.
    pub until: Option<Timestamp>,
    /// At most so many.
    pub limit: u32,
}

/// Which entries come first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AuditOrder {
    /// The newest.
    #[default]
    NewestFirst,
    /// The oldest.
    OldestFirst,
}

/// How many entries are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditQuota {
    /// Of what anybody can cause ([`AuditRecord::is_of_stranger`]).
    pub strangers: u32,
    /// Of everything else.
    pub others: u32,
}

/// Where audit entries are kept.
pub trait AuditLog {
    /// Keeps all records or none. They survive a crash once this returns.
    fn append_audit(&self, records: &[AuditRecord]) -> Result<(), StoreError>;
    /// Entries in the order of the query.
    fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError>;
    /// How many entries there are of the query's user and action, wherever they lie and whatever its limit is.
    fn count_audit(&self, query: &AuditQuery) -> Result<u64, StoreError>;
    /// Deletes entries that are older, and the oldest of each kind beyond what `keep` says; how many.
    fn forget_audit(&self, before: Timestamp, keep: AuditQuota) -> Result<u64, StoreError>;
}

impl AuditRecord {
    /// A record without particulars.
    pub fn new(at: Timestamp, action: &'static str, actor: impl Into<String>) -> Self {
        Self {
            at,
            action,
            actor: actor.into(),
            user: None,
            login_session: None,
            engine_session: None,
            address: None,
            detail: String::new(),
        }
    }

    /// Whether anybody can cause such an entry: a sign-in that was refused, by nobody known. These have a quota of their
    /// own, or a stranger could fill the log until nothing else is left in it.
    pub fn is_of_stranger(&self) -> bool {
        self.action == "login-refused" && self.user.is_none()
    }

    /// A token began or renewed a session.
    pub fn of_sign_in(session: &SignInSession, address: Option<IpAddr>) -> Self {
        let (action, session, at) = match session {
            SignInSession::New(session) => ("login", session, session.created_at),
            SignInSession::Renewed(session) => ("login-renewed", session, session.proven_at()),
        };
        Self {
            address: address.map(|address| address.to_string()),
            ..Self::of_session(session, at, action, session.user.to_string())
        }
    }

    /// A session ended; `None` for one that has not. What nobody did, a limit did, and the server keeps the limits.
    pub fn of_end(session: &LoginSession) -> Option<Self> {
        let LoginSessionState::Ended { at, end } = &session.state else {
            return None;
        };
        let (action, actor) = match end {
            End::Idle | End::Lifetime => ("expired", "server".to_owned()),
            End::SignedOut => ("signed-out", session.user.to_string()),
            End::Replaced => ("revoked", "sign-in".to_owned()),
            End::Revoked { by, .. } => ("revoked", by.clone()),
        };
        let detail = match end {
            End::Revoked { reason, .. } => format!("{}: {reason}", end.code()),
            End::Idle | End::Lifetime | End::SignedOut | End::Replaced => end.code().to_owned(),
        };
        Some(Self::of_session(session, *at, action, actor).with_detail(&detail))
    }

    fn of_session(session: &LoginSession, at: Timestamp, action: &'static str, actor: String) -> Self {
        Self {
            user: Some(session.user.to_string()),
            login_session: Some(session.id.to_string()),
            ..Self::new(at, action, actor)
        }
    }

    /// The same with words; control characters are taken out, so that no entry can pass for two.
    #[must_use]
    pub fn with_detail(mut self, detail: &str) -> Self {
        self.detail = detail
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(MAX_CHARS)
            .collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_and_keep_to_one_line() {
        let long = format!("a\r\nb{}", "x".repeat(500));
        let record = AuditRecord::new(Timestamp::from_secs(1), "login", "server").with_detail(&long);
        assert!(record.detail.starts_with("a  b"));
        assert_eq!(record.detail.chars().count(), MAX_CHARS);
    }
}
