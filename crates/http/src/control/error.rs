//! Why the control API does not do what it is asked.

use axum::Json;
use axum::response::{IntoResponse, Response};
use fanlight_identity::{End, StoreError};
use http::StatusCode;
use serde_json::json;

/// Why the control API does not do what it is asked. The text is for the tester.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// No login session has this id.
    #[error("there is no login session {0}; see GET /control/v1/state")]
    NoLoginSession(String),
    /// The login session has ended before.
    #[error("the login session {0} has already ended: {word}", word = .1.code())]
    LoginEnded(String, End),
    /// No engine session has this id, or not any more.
    #[error("there is no engine session {0}; see GET /control/v1/state")]
    NoEngineSession(String),
    /// The body is wrong.
    #[error("{0}")]
    Invalid(String),
    /// The body is too large.
    #[error("the body is too large")]
    TooLarge,
    /// The body is no JSON by its own account.
    #[error("send the body with `Content-Type: application/json`")]
    NotJson,
    /// A browser, another machine, or another machine's name.
    #[error("only programs on this machine may call this, by a loopback address and without an origin")]
    NotLocal,
    /// Our own fault.
    #[error("internal error: {0}")]
    Internal(String),
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NoLoginSession(_) | Self::LoginEnded(..) | Self::NoEngineSession(_) => {
                StatusCode::NOT_FOUND
            }
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotLocal => StatusCode::FORBIDDEN,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let text = self.to_string();
        if status.is_server_error() {
            tracing::error!("the control API failed: {text}");
        }
        (status, Json(json!({ "error": text }))).into_response()
    }
}

impl From<StoreError> for ControlError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.to_string())
    }
}
