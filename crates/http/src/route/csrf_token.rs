//! `/api/v1/csrf-token`

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use fanlight_identity::issue_csrf;
use http::{HeaderValue, StatusCode};

use crate::AppState;
use crate::auth::Caller;
use crate::error::ApiError;

/// A fresh token, in a header. A program's credential needs none and gets none.
pub async fn get(State(state): State<AppState>, Caller(caller): Caller) -> Result<Response, ApiError> {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let Some(session) = caller.login_session().map(|session| session.id.clone()) else {
        return Ok(response);
    };
    let token = state
        .ask(move |_, cx| Ok(issue_csrf(&cx.tenant.cookie_secret, &session, cx.entropy)))
        .await?;
    let value = HeaderValue::from_str(&token).map_err(|error| ApiError::Internal(error.to_string()))?;
    response.headers_mut().insert("qlik-csrf-token", value);
    Ok(response)
}
