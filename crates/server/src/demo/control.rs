//! The control API of the demo: what a test cannot wait for.
//!
//! Only programs on this machine may call it: a request must come from loopback, and a browser, which says so by an
//! `Origin` or by fetch metadata, is refused, because any page may open `http://127.0.0.1`. It must also be addressed to
//! this machine: a page whose own host name was made to lead here says neither, but names that host.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::post;
use axum::{Json, Router};
use fanlight_base::{Clock as _, ManualClock, SystemClock};
use fanlight_http::{AppState, sweep};
use serde::{Deserialize, Serialize};

/// Where it begins.
pub const BASE: &str = "/control/v1";
/// A clock that is moved by more than this shows that something else was meant.
const MAX_ADVANCE: Duration = Duration::from_secs(366 * 86_400);

type Clock = ManualClock<SystemClock>;

#[derive(Clone)]
struct Control {
    clock: Arc<Clock>,
    services: AppState,
}

/// The body of `POST /control/v1/clock`.
#[derive(Debug, Deserialize)]
struct Advance {
    /// By how many seconds.
    advance: f64,
}

/// The answer.
#[derive(Debug, Serialize)]
struct Now {
    /// ISO 8601, UTC.
    now: String,
}

/// The routes.
pub fn router(clock: Arc<Clock>, services: AppState) -> Router {
    Router::new()
        .route(&format!("{BASE}/clock"), post(advance))
        .layer(from_fn(local_programs_only))
        .with_state(Control { clock, services })
}

/// Moves the tenant's and the portal's clock forward, and does at once whatever is due then.
async fn advance(State(control): State<Control>, Json(body): Json<Advance>) -> Result<Json<Now>, StatusCode> {
    let by = Duration::try_from_secs_f64(body.advance).map_err(|_| StatusCode::BAD_REQUEST)?;
    if by > MAX_ADVANCE {
        return Err(StatusCode::BAD_REQUEST);
    }
    control.clock.advance(by);
    let services = Arc::clone(&control.services);
    let swept = tokio::task::spawn_blocking(move || sweep(&services)).await;
    swept
        .map_err(|error| error.to_string())
        .and_then(|swept| swept.map_err(|error| error.to_string()))
        .map_err(|error| {
            tracing::error!("the sweep failed: {error}");
            StatusCode::INTERNAL_SERVER_ERROR
        })?;
    Ok(Json(Now {
        now: control.clock.now().to_string(),
    }))
}

async fn local_programs_only(request: Request, next: Next) -> Result<Response, StatusCode> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_local = peer.is_some_and(|peer| peer.0.ip().is_loopback());
    let is_browser =
        request.headers().contains_key(ORIGIN) || request.headers().contains_key("sec-fetch-site");
    if is_local && !is_browser && is_addressed_to_this_machine(request.headers()) {
        Ok(next.run(request).await)
    } else {
        Err(StatusCode::FORBIDDEN)
    }
}

fn is_addressed_to_this_machine(headers: &HeaderMap) -> bool {
    let named = headers.get(HOST).and_then(|host| host.to_str().ok());
    let Some(authority) = named.and_then(|host| host.parse::<Authority>().ok()) else {
        return false;
    };
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_host_name_that_leads_here_is_refused() {
        let addressed = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            is_addressed_to_this_machine(&headers)
        };
        for host in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "localhost",
            "tenant.localhost:8080",
        ] {
            assert!(addressed(host), "{host}");
        }
        for host in [
            "evil.example:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "192.0.2.7",
            "",
        ] {
            assert!(!addressed(host), "{host}");
        }
        assert!(!is_addressed_to_this_machine(&HeaderMap::new()));
    }
}
