//! `/login/jwt-session`: a token becomes a login session.

use std::net::IpAddr;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use fanlight_identity::{SessionCookies, ShownCookie, SignInCall, SignedIn, sign_in};
use http::HeaderValue;
use http::header::SET_COOKIE;

use crate::auth::{bearer, by_cookies};
use crate::cookies::ShownSession;
use crate::error::ApiError;
use crate::extract::ClientAddr;
use crate::integration::{integration_id, of_call};
use crate::operator::Kind;
use crate::state::Services;
use crate::{AppState, cookies, sessions};

/// Exchanges the bearer token for cookies. The cookie of an earlier session opens nothing here: the same person goes on
/// with that session, somebody else's ends.
pub async fn post(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let client = ClientAddr::of(request.extensions());
    state
        .sign_ins
        .take(client.counted(), state.clock.now())
        .map_err(ApiError::TooMany)?;
    let token = bearer(request.headers()).ok_or(ApiError::NotSignedIn)?;
    let named = integration_id(request.headers(), request.uri().query());
    let headers = request.headers().clone();
    state.prepare_keys(&token).await?;
    let asked = state
        .ask(move |services, cx| {
            let integration = of_call(cx.store, named.as_deref(), &headers)?;
            let shown = cookies::sessions(&headers);
            // One that runs goes on; what became of the others is no matter.
            let shown = by_cookies(cx, &shown).map_or(shown.first(), |(good, _)| Some(good));
            let call = SignInCall {
                web_integration: integration.as_ref(),
                cookie: shown.and_then(cookie),
                address: Some(client.0),
                ..SignInCall::default()
            };
            let signed_in = sign_in(cx, &token, &call)?;
            // Here, because this goes on when the client does not wait for the answer.
            follow(services, &signed_in, client.0);
            Ok(signed_in)
        })
        .await;
    if let Err(error) = &asked {
        let refused = Err(error);
        state.operator.signed_in(refused, client.0, state.clock.now());
    }
    let signed_in = asked?;
    tracing::info!(
        user.id = %signed_in.user.id,
        login_session.id = %signed_in.session.id,
        identity_provider.id = %signed_in.session.provider,
        is_renewal = signed_in.is_renewal,
        "signed in by token"
    );
    let mut response = Json(serde_json::json!({})).into_response();
    for cookie in set_cookies(&state, &signed_in.cookies)? {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What follows from a sign-in: operators see it, whoever was signed in before is out, and connections that go on hear
/// for how long.
fn follow(services: &Services, signed_in: &SignedIn, client: IpAddr) {
    let kind = if signed_in.is_renewal {
        Kind::LoginRenewed
    } else {
        Kind::Login
    };
    let happened = Ok((&signed_in.session, kind));
    services
        .operator
        .signed_in(happened, client, services.clock.now());
    if let Some(session) = &signed_in.replaced {
        sessions::end_sockets(services, session);
    }
    if signed_in.is_renewal {
        sessions::renewed(services, &signed_in.session);
    }
}

fn cookie(shown: &ShownSession) -> Option<ShownCookie<'_>> {
    Some(ShownCookie {
        sid: shown.sid.reveal(),
        signature: shown.signature.as_ref()?.reveal(),
    })
}

fn set_cookies(state: &AppState, values: &SessionCookies) -> Result<Vec<HeaderValue>, ApiError> {
    let reach = state.faults.cookies(state.settings.cookies);
    let cookies = values
        .pairs()
        .into_iter()
        .chain(values.guarded_pairs())
        .map(|(name, value)| cookies::set(name, value, reach));
    cookies
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| ApiError::Internal("a cookie's value does not fit into a cookie".to_owned()))
}
