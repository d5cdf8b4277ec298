//! `/metrics`, for Prometheus.

use axum::extract::{FromRequestParts as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use fanlight_identity::same_secret;
use fanlight_rpc::SessionState;
use http::header::{CONTENT_TYPE, FORWARDED, HOST};
use http::request::Parts;

use crate::AppState;
use crate::auth::{Admin, bearer};
use crate::error::ApiError;
use crate::extract::ClientAddr;
use crate::operator::Snapshot;
use crate::state::Services;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Everything, for this machine itself, for the configured token, and for administrators.
pub async fn get(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let (mut parts, _) = request.into_parts();
    if !is_local(&parts) && !shows_token(&state, &parts) {
        Admin::from_request_parts(&mut parts, &state).await?;
    }
    let now = state.blocking(snapshot).await?;
    let text = state.operator.metrics.text(now);
    let text = text.map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}

/// Whether the request comes from this machine and was meant for it. A proxy on this machine forwards requests of
/// others, and a page can make a browser on this machine ask under a name of its own.
fn is_local(parts: &Parts) -> bool {
    let ClientAddr(client) = ClientAddr::of(&parts.extensions);
    let forwarded = [FORWARDED.as_str(), "x-forwarded-for", "x-real-ip", "via"];
    let host = parts.headers.get(HOST).and_then(|value| value.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    client.is_loopback()
        && forwarded.iter().all(|name| !parts.headers.contains_key(*name))
        && name.is_some_and(|name| matches!(name, "127.0.0.1" | "localhost" | "[::1]"))
}

fn shows_token(state: &AppState, parts: &Parts) -> bool {
    let wanted = state.settings.metrics_token.as_ref();
    wanted.is_some_and(|wanted| {
        bearer(&parts.headers).is_some_and(|shown| same_secret(&shown, wanted.reveal()))
    })
}

fn snapshot(services: &Services) -> Result<Snapshot, ApiError> {
    let engines = services.host.sessions();
    let is_attached = |state: SessionState| matches!(state, SessionState::Attached { .. });
    let attached = engines.iter().filter(|info| is_attached(info.state)).count();
    let size = services.store.size()?;
    Ok(Snapshot {
        database_bytes: size.bytes,
        database_max_bytes: size.max_bytes,
        logins: services.store.count_open_login_sessions()?,
        attached,
        detached: engines.len() - attached,
        connections: services.sockets.count(),
    })
}
