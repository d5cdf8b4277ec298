//! How a refusal looks from outside: one table from reasons to status, code and words.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use fanlight_identity::{SettingsError, SignInError, StoreError, TicketError};
use fanlight_jose::TokenError;
use fanlight_protocol::rest::ErrorItem;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

use crate::auth::user_disabled;
use crate::integration::{OriginRefusal, UnknownIntegration};

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// No credential, or one that is not known (any more).
    #[error("not signed in")]
    NotSignedIn,
    /// The login session ended.
    #[error("the login session has ended: {word}")]
    SessionEnded {
        /// How: the stable code of the end.
        word: &'static str,
        /// What an operator said to its person. It goes to that person, not to the log.
        reason: Option<String>,
    },
    /// The sign-in token breaks a rule.
    #[error("{title}: {detail}")]
    SignIn {
        /// 400 or 401.
        status: StatusCode,
        /// Stable, for programs.
        code: &'static str,
        /// The same for all tokens.
        title: &'static str,
        /// Which rule, and how to keep it.
        detail: String,
    },
    /// The page may not call. The text names its origin; it goes to the log.
    #[error("{0}")]
    Origin(OriginRefusal),
    /// The call names a web integration that the tenant does not have.
    #[error("{0}")]
    UnknownIntegration(UnknownIntegration),
    /// A call with a cookie came without the CSRF token, or with a wrong one.
    #[error("the CSRF token is missing or wrong")]
    Csrf,
    /// The address to return to is not allowed.
    #[error("the address to return to is not allowed")]
    ReturnTo,
    /// The caller is no administrator.
    #[error("this needs the administrator role")]
    NotPermitted,
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// There is such a path, but not with this method.
    #[error("the method is not supported here")]
    Method,
    /// The query has a parameter that the call does not take. Its name goes to the caller, not to the log: queries do not.
    #[error("the query has a parameter that the call does not take")]
    Parameter {
        /// Its name.
        name: String,
        /// What the call takes.
        known: String,
    },
    /// The body or a parameter is wrong.
    #[error("{0}")]
    Invalid(String),
    /// The body is too large.
    #[error("the request is too large")]
    TooLarge,
    /// It took too long.
    #[error("the request took too long")]
    TimedOut,
    /// Too often.
    #[error("too many requests")]
    TooMany(Duration),
    /// Something that the request needs is not there.
    #[error("{0}")]
    Unavailable(&'static str),
    /// The store cannot be written at the moment; nothing has changed. The text goes to the log, never to the caller.
    #[error("the store does not take anything: {0}")]
    NotKept(String),
    /// Our own fault. The text goes to the log, never to the caller.
    #[error("internal error: {0}")]
    Internal(String),
}

/// Rides on the response to the outermost layer, which knows the trace id and writes body and log line.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub error: ApiError,
    pub item: ErrorItem,
}

impl ApiError {
    /// The stable code, for programs.
    pub(crate) fn code(&self) -> &'static str {
        self.parts().1
    }

    /// Whether the caller is a page of an origin that no web integration lists, which learns nothing.
    pub(crate) const fn is_for_strangers(&self) -> bool {
        matches!(self, Self::Origin(OriginRefusal::Unlisted { .. }))
    }

    /// Whether the caller is a page that a web integration lists and that made a mistake, which it may read.
    pub(crate) const fn is_for_listed_pages(&self) -> bool {
        matches!(
            self,
            Self::Origin(OriginRefusal::OfAnother { .. }) | Self::UnknownIntegration(_)
        )
    }

    /// Status, code, title.
    fn parts(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotSignedIn => (StatusCode::UNAUTHORIZED, "AUTH-1", "Not signed in"),
            Self::SessionEnded { .. } => (StatusCode::UNAUTHORIZED, "AUTH-2", "The login session has ended"),
            Self::SignIn {
                status, code, title, ..
            } => (*status, code, title),
            Self::Origin(_) => (StatusCode::FORBIDDEN, "ORIGIN-1", "Origin not allowed"),
            Self::UnknownIntegration(_) => (StatusCode::FORBIDDEN, "ORIGIN-2", "Web integration not known"),
            Self::Csrf => (
                StatusCode::FORBIDDEN,
                "CSRF-TOKEN-2",
                "CSRF token missing or wrong",
            ),
            Self::ReturnTo => (
                StatusCode::UNAUTHORIZED,
                "LOGIN-10",
                "Address to return to not allowed",
            ),
            Self::NotPermitted => (StatusCode::FORBIDDEN, "AUTH-3", "Not permitted"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "HTTP-404", "Not found"),
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "HTTP-405", "Method not allowed"),
            Self::Invalid(_) | Self::Parameter { .. } => {
                (StatusCode::BAD_REQUEST, "HTTP-400", "Invalid request")
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "HTTP-413", "Request too large"),
            Self::TimedOut => (StatusCode::REQUEST_TIMEOUT, "HTTP-408", "Request took too long"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "HTTP-429", "Too many requests"),
            Self::Unavailable(_) | Self::NotKept(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "HTTP-503", "Not available")
            }
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "HTTP-500", "Internal error"),
        }
    }

    /// What the caller may do about it, where there is something to say.
    fn detail(&self) -> Option<String> {
        Some(match self {
            Self::NotSignedIn => "sign in, or send an API key as a bearer token".to_owned(),
            Self::SessionEnded { word, .. } => (*word).to_owned(),
            Self::SignIn { detail, .. } => detail.clone(),
            Self::Origin(refusal) => refusal.detail(),
            Self::UnknownIntegration(unknown) => unknown.detail(),
            Self::Csrf => "send the value of GET /api/v1/csrf-token as qlik-csrf-token".to_owned(),
            Self::ReturnTo => {
                "returnto must lie in the tenant or in an origin of a web integration".to_owned()
            }
            Self::NotPermitted => "ask an administrator of this tenant".to_owned(),
            Self::Parameter { name, known } => format!("{name}: {known}"),
            Self::TooMany(wait) => format!("try again in {} s", whole_secs(*wait)),
            Self::NotFound(_) | Self::Invalid(_) | Self::Unavailable(_) => self.to_string(),
            Self::NotKept(_) => {
                "the tenant cannot keep anything at the moment, and nothing has changed; try again in a minute".to_owned()
            }
            Self::Method | Self::TooLarge | Self::TimedOut | Self::Internal(_) => return None,
        })
    }

    /// What was said to the person, where that is for the caller.
    fn reason(&self) -> Option<String> {
        match self {
            Self::SessionEnded { reason, .. } => reason.clone(),
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code, title) = self.parts();
        let item = ErrorItem {
            code: code.to_owned(),
            title: title.to_owned(),
            detail: self.detail(),
            reason: self.reason(),
            status: status.as_u16().to_string(),
        };
        let mut response = status.into_response();
        if let Self::TooMany(wait) = &self {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(whole_secs(*wait)));
        }
        response.extensions_mut().insert(Refused { error: self, item });
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(what) => {
                Self::Invalid(format!("there is already an entry with this {what}"))
            }
            StoreError::Locked | StoreError::DiskFull | StoreError::Disk(_) | StoreError::ReadOnly => {
                Self::NotKept(error.to_string())
            }
            StoreError::SizeLimit { .. } => Self::NotKept(error.to_string()),
            StoreError::TooManyTickets { wait, .. } => Self::TooMany(wait),
            StoreError::TooNew { .. }
            | StoreError::Missing { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Other(_) => Self::Internal(error.to_string()),
        }
    }
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        Self::SignIn {
            status: StatusCode::UNAUTHORIZED,
            code: error.rule().code(),
            title: "Invalid token",
            detail: format!("{error}; {}", error.fix()),
        }
    }
}

impl From<TicketError> for ApiError {
    fn from(error: TicketError) -> Self {
        Self::SignIn {
            status: StatusCode::UNAUTHORIZED,
            code: error.code(),
            title: "Invalid ticket",
            detail: format!("{error}; take a new one by POST /api/fanlight/v1/tickets"),
        }
    }
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Token(error) => error.into(),
            SignInError::UserDisabled => user_disabled(),
            SignInError::Auth(error) => error.into(),
            SignInError::Store(error) => error.into(),
        }
    }
}

impl From<SettingsError> for ApiError {
    fn from(error: SettingsError) -> Self {
        Self::Invalid(error.to_string())
    }
}

fn whole_secs(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
}
