//! Why a person or a program is not let in.

use fanlight_base::WebIntegrationId;
use fanlight_jose::TokenError;

use crate::{End, StoreError, TicketError};

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The token breaks a rule.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The user is disabled.
    #[error("the user is disabled in this tenant")]
    UserDisabled,
    /// The tickets that were to come with it are refused.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a credential was refused. None of the messages repeats the credential.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The session cookie or its signature is absent.
    #[error("there is no session cookie")]
    NoCookie,
    /// The session cookie was not made here, or was altered.
    #[error("the session cookie's signature does not match")]
    BadCookie,
    /// The session is not known (any more).
    #[error("the login session is not known")]
    UnknownSession,
    /// The ticket breaks a rule.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// The login session has ended.
    #[error("the login session has ended ({})", .end.code())]
    SessionEnded {
        /// How.
        end: End,
        /// The portal that it was made through: what was said to its person is for no other portal's page.
        web_integration: Option<WebIntegrationId>,
    },
    /// The bearer is neither an API key nor a token of the tenant.
    #[error("the API key is not known")]
    UnknownApiKey,
    /// The API key was revoked or has expired.
    #[error("the API key is no longer valid")]
    ApiKeyEnded,
    /// The bearer token breaks a rule.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The person may not have what the tickets are for.
    #[error("the person may not open this")]
    NotAllowed,
    /// The user is disabled or gone.
    #[error("the user is disabled in this tenant")]
    UserDisabled,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A setting outside what it may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The idle limit.
    #[error("the idle limit of a login session is {minutes} min; it must be 15 to 1440 min")]
    IdleLimit {
        /// What was asked for, in whole minutes.
        minutes: u64,
    },
    /// The lifetime.
    #[error("the lifetime of a login session is {minutes} min; it must be 60 to 10080 min")]
    LifetimeLimit {
        /// What was asked for, in whole minutes.
        minutes: u64,
    },
}
