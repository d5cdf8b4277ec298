//! `/logout`: ends the login session and everything under it.

use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse as _, Response};
use fanlight_identity::{CSRF_COOKIE, SESSION_COOKIE, sign_out};
use http::StatusCode;
use http::header::SET_COOKIE;

use crate::auth::Shown;
use crate::error::ApiError;
use crate::{AppState, cookies, sessions};

const SIGNED_OUT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Signed out</title>\
    <h1>You are signed out</h1></html>";

/// For people who follow a link.
pub async fn get(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    end(&state, request).await?;
    Ok(without_cookies(&state, Html(SIGNED_OUT).into_response()))
}

/// For programs and pages; needs the CSRF token.
pub async fn post(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    end(&state, request).await?;
    Ok(without_cookies(&state, StatusCode::NO_CONTENT.into_response()))
}

/// Whoever is not signed in is signed out already; only a wrong CSRF token is refused.
async fn end(state: &AppState, request: Request) -> Result<(), ApiError> {
    let (parts, _) = request.into_parts();
    let shown = Shown::in_call(&parts);
    // All of it in one piece of work, which goes on when the client does not wait for the answer.
    state
        .blocking(move |services| -> Result<(), ApiError> {
            let caller = match shown.authenticate(services) {
                Ok(caller) => caller,
                Err(ApiError::NotSignedIn | ApiError::SessionEnded(_)) => return Ok(()),
                Err(error) => return Err(error),
            };
            let Some(session) = caller.login_session() else {
                return Ok(());
            };
            let now = services.clock.now();
            if let Some(ended) = sign_out(services.store.as_ref(), &session.id, now)? {
                sessions::end_sockets(services, &ended);
            }
            Ok(())
        })
        .await
}

fn without_cookies(state: &AppState, mut response: Response) -> Response {
    let reach = state.faults.cookies(state.settings.cookies);
    for name in [SESSION_COOKIE, "eas.sid.sig", CSRF_COOKIE, "_csrfToken.sig"] {
        if let Some(value) = cookies::clear(name, reach) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    response
}
