//! `/login/jwt-session`: a token becomes a login session.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use fanlight_identity::{
    Context, LoginSession, SESSION_COOKIE, SessionCookies, SignedIn, authenticate_cookie, end_session,
    sign_in,
};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};

use crate::auth::bearer;
use crate::error::ApiError;
use crate::extract::ClientAddr;
use crate::integration::{integration_id, of_call};
use crate::{AppState, cookies, sessions};

/// Exchanges the bearer token for cookies. The cookie of an earlier session opens nothing here; if it is somebody else's,
/// that session ends, because its other tabs must not go on to show what the person before could see.
pub async fn post(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let ClientAddr(client) = ClientAddr::of(request.extensions());
    state
        .sign_ins
        .take(client, state.clock.now())
        .map_err(ApiError::TooMany)?;
    let token = bearer(request.headers()).ok_or(ApiError::NotSignedIn)?;
    let named = integration_id(request.headers(), request.uri().query());
    let headers = request.headers().clone();
    state.prepare_keys(&token).await?;
    let asked = state
        .blocking(move |services| {
            services.with_context(|cx| {
                let integration = of_call(cx.store, named.as_deref(), &headers)?;
                let signed_in = sign_in(cx, &token, integration.as_ref())?;
                let replaced = replace(cx, &headers, &signed_in)?;
                Ok((signed_in, replaced))
            })
        })
        .await;
    let signed_in = asked.as_ref().map(|(signed_in, _)| &signed_in.session);
    state.operator.signed_in(signed_in, client, state.clock.now());
    let (signed_in, replaced) = asked?;
    if let Some(session) = replaced {
        sessions::end_sockets(&state, &session);
    }
    tracing::info!(
        user.id = %signed_in.user.id,
        login_session.id = %signed_in.session.id,
        identity_provider.id = %signed_in.session.provider,
        "signed in by token"
    );
    let mut response = Json(serde_json::json!({})).into_response();
    for cookie in set_cookies(&state, &signed_in.cookies)? {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Ends the session that the browser had before, if it was somebody else's.
fn replace(
    cx: &Context<'_>,
    headers: &HeaderMap,
    signed_in: &SignedIn,
) -> Result<Option<LoginSession>, ApiError> {
    let [sid, signature] = [SESSION_COOKIE, "eas.sid.sig"].map(|name| cookies::read(headers, name));
    let Ok(before) = authenticate_cookie(cx, sid, signature) else {
        return Ok(None);
    };
    let Some(session) = before
        .login_session()
        .filter(|_| before.user.id != signed_in.user.id)
    else {
        return Ok(None);
    };
    let why = ("sign-in", "somebody else has signed in in this browser");
    Ok(end_session(cx.store, &session.id, why, cx.now)?)
}

fn set_cookies(state: &AppState, values: &SessionCookies) -> Result<Vec<HeaderValue>, ApiError> {
    let reach = state.faults.cookies(state.settings.cookies);
    let cookies = values
        .pairs()
        .into_iter()
        .map(|(name, value)| cookies::set(name, value, reach));
    cookies
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| ApiError::Internal("a cookie's value does not fit into a cookie".to_owned()))
}
