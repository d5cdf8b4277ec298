//! `/login/jwt-session`: a token becomes a login session.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use fanlight_identity::{SessionCookies, SignedIn, sign_in};
use http::HeaderValue;
use http::header::SET_COOKIE;

use crate::auth::bearer;
use crate::error::ApiError;
use crate::extract::ClientAddr;
use crate::integration::{find, integration_id};
use crate::{AppState, cookies};

/// Exchanges the bearer token for cookies. Cookies of an earlier session play no part.
pub async fn post(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let ClientAddr(client) = ClientAddr::of(request.extensions());
    state
        .sign_ins
        .take(client, state.clock.now())
        .map_err(ApiError::TooMany)?;
    let token = bearer(request.headers()).ok_or(ApiError::NotSignedIn)?;
    let named = integration_id(request.headers(), request.uri().query());
    let signed_in: SignedIn = state
        .blocking(move |services| {
            services.with_context(|cx| {
                let integration = find(cx.store, named.as_deref())?;
                Ok(sign_in(cx, &token, integration.as_ref())?)
            })
        })
        .await?;
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

fn set_cookies(state: &AppState, values: &SessionCookies) -> Result<Vec<HeaderValue>, ApiError> {
    let reach = state.settings.cookies;
    let cookies = values
        .pairs()
        .into_iter()
        .map(|(name, value)| cookies::set(name, value, reach));
    cookies
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| ApiError::Internal("a cookie's value does not fit into a cookie".to_owned()))
}
