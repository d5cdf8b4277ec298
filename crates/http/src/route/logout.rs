//! `/logout`: ends the login session and everything under it.

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use fanlight_identity::{
    CSRF_COOKIE, HOST_SESSION_COOKIE, HOST_SESSION_SIGNATURE, LoginSession, SESSION_COOKIE, sign_out,
};
use http::StatusCode;
use http::header::SET_COOKIE;

use crate::auth::Shown;
use crate::error::ApiError;
use crate::{AppState, cookies, person_page, sessions};

mod confirm;

/// For people who follow a link. Who comes by a link of another site is asked first.
pub async fn get(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    if !confirm::is_meant(&parts.headers)
        && let Some(page) = confirm::page(&state, Shown::in_call(&parts)).await?
    {
        return Ok(page);
    }
    end(&state, Request::from_parts(parts, body)).await?;
    Ok(without_cookies(&state, person_page::signed_out()))
}

/// For programs and pages; needs the CSRF token.
pub async fn post(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let is_form = confirm::is_form(request.headers());
    end(&state, request).await?;
    let answer = if is_form {
        person_page::signed_out()
    } else {
        StatusCode::NO_CONTENT.into_response()
    };
    Ok(without_cookies(&state, answer))
}

/// Whoever is not signed in is signed out already; only a wrong CSRF token is refused.
async fn end(state: &AppState, request: Request) -> Result<(), ApiError> {
    let (parts, _) = request.into_parts();
    let shown = Shown::in_call(&parts);
    // All of it in one piece of work, which goes on when the client does not wait for the answer.
    let ended = state
        .blocking(move |services| -> Result<Option<LoginSession>, ApiError> {
            let caller = match shown.authenticate(services) {
                Ok(caller) => caller,
                Err(ApiError::NotSignedIn | ApiError::SessionEnded { .. }) => return Ok(None),
                Err(error) => return Err(error),
            };
            let Some(session) = caller.login_session() else {
                return Ok(None);
            };
            let now = services.clock.now();
            let ended = sign_out(services.store.as_ref(), &session.id, now)?;
            if let Some(ended) = &ended {
                sessions::end_sockets_at_once(services, ended);
            }
            Ok(ended)
        })
        .await?;
    // Whatever the person's engine session is in the middle of, the answer does not wait for it.
    if let Some(ended) = ended {
        sessions::end_busy_engines(state, &ended);
    }
    Ok(())
}

fn without_cookies(state: &AppState, mut response: Response) -> Response {
    let reach = state.faults.cookies(state.settings.cookies);
    for name in [
        SESSION_COOKIE,
        "eas.sid.sig",
        CSRF_COOKIE,
        "_csrfToken.sig",
        HOST_SESSION_COOKIE,
        HOST_SESSION_SIGNATURE,
    ] {
        if let Some(value) = cookies::clear(name, reach) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    response
}
