//! Something that happened, and how it reads as an event and as an audit entry.

use std::net::IpAddr;

use fanlight_base::{EngineSessionId, LoginSessionId, Timestamp, UserId};
use fanlight_identity::AuditRecord;
use fanlight_protocol::rest::{OperatorEvent, Subject};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A token became a login session.
    Login,
    /// A token renewed the login session of its person.
    LoginRenewed,
    /// A token did not.
    LoginRefused,
    /// A person signed out.
    SignedOut,
    /// A login session reached a limit.
    Expired,
    /// Somebody ended a login session.
    Revoked,
    /// An engine session began.
    EngineCreated,
    /// An engine session got one more connection.
    EngineAttached,
    /// An engine session lost its last connection.
    EngineDetached,
    /// An engine session began from what was kept.
    EngineRebuilt,
    /// An engine session is over.
    EngineEnded,
    /// A WebSocket was not let in.
    ConnectionRefused,
    /// An administrator ended sessions.
    AdminEnd,
    /// An administrator sent a message.
    AdminMessage,
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: Kind,
    /// Whose session it is.
    pub user: Option<UserId>,
    /// The login session.
    pub login_session: Option<LoginSessionId>,
    /// The engine session.
    pub engine_session: Option<EngineSessionId>,
    /// The app.
    pub app: Option<String>,
    /// The identity.
    pub identity: Option<String>,
    /// Who did it, when it was not the user.
    pub by: Option<String>,
    /// A stable word, and sometimes words after a colon.
    pub reason: Option<String>,
    /// The client's address.
    pub address: Option<IpAddr>,
}

impl Kind {
    /// The event's name, and the audit entry's action.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::LoginRenewed => "login-renewed",
            Self::LoginRefused => "login-refused",
            Self::SignedOut => "signed-out",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::EngineCreated => "engine-created",
            Self::EngineAttached => "engine-attached",
            Self::EngineDetached => "engine-detached",
            Self::EngineRebuilt => "engine-rebuilt",
            Self::EngineEnded => "engine-ended",
            Self::ConnectionRefused => "connection-refused",
            Self::AdminEnd => "admin-end",
            Self::AdminMessage => "admin-message",
        }
    }
}

impl Happening {
    /// Without particulars.
    pub const fn new(at: Timestamp, kind: Kind) -> Self {
        Self {
            at,
            kind,
            user: None,
            login_session: None,
            engine_session: None,
            app: None,
            identity: None,
            by: None,
            reason: None,
            address: None,
        }
    }

    pub(super) fn event(&self, id: String) -> OperatorEvent {
        OperatorEvent {
            id,
            kind: self.kind.code(),
            at: self.at.to_string(),
            subject: Subject {
                user: text(self.user.as_ref()),
                login_session: text(self.login_session.as_ref()),
                engine_session: text(self.engine_session.as_ref()),
                address: text(self.address.as_ref()),
            },
            app: self.app.clone(),
            identity: self.identity.clone(),
            by: self.by.clone(),
            reason: self.reason.clone(),
        }
    }

    /// Whether it is still to be written into the audit log. What became of a login session is there already: the store
    /// wrote it with the change itself. A stranger who only knocks is not written down: the log would be theirs to fill.
    pub(super) fn is_to_be_audited(&self) -> bool {
        match self.kind {
            Kind::Login | Kind::LoginRenewed | Kind::SignedOut | Kind::Expired | Kind::Revoked => false,
            Kind::ConnectionRefused => self.user.is_some(),
            Kind::LoginRefused
            | Kind::EngineCreated
            | Kind::EngineAttached
            | Kind::EngineDetached
            | Kind::EngineRebuilt
            | Kind::EngineEnded
            | Kind::AdminEnd
            | Kind::AdminMessage => true,
        }
    }

    /// The entry for the audit log. What nobody did, a limit did, and the server keeps the limits.
    pub(super) fn audit_record(&self) -> AuditRecord {
        let by_server = self.kind == Kind::EngineEnded;
        let actor = match (&self.by, &self.user) {
            (Some(by), _) => by.clone(),
            (None, Some(user)) if !by_server => user.to_string(),
            (None, None) if !by_server => String::new(),
            (None, _) => "server".to_owned(),
        };
        let what = [
            self.app.as_deref(),
            self.identity.as_deref(),
            self.reason.as_deref(),
        ];
        let detail: Vec<&str> = what.into_iter().flatten().collect();
        AuditRecord {
            user: text(self.user.as_ref()),
            login_session: text(self.login_session.as_ref()),
            engine_session: text(self.engine_session.as_ref()),
            address: text(self.address.as_ref()),
            ..AuditRecord::new(self.at, self.kind.code(), actor)
        }
        .with_detail(&detail.join(" · "))
    }
}

fn text<T: ToString>(value: Option<&T>) -> Option<String> {
    value.map(ToString::to_string)
}
