//! The control API by HTTP.
//!
//! Only programs on this machine may call it: a request must come from loopback, and a browser, which says so by an
//! `Origin` or by fetch metadata, is refused, because any page may open `http://127.0.0.1`. It must also be addressed to
//! this machine: a page whose own host name was made to lead here says neither, but names that host.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Path, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use fanlight_identity::Limit;
use fanlight_protocol::control as body;
use fanlight_rpc::CloseCode;
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::{Control, ControlError};

const MAX_BODY_BYTES: usize = 16 << 10;

impl Control {
    /// The routes, for programs on this machine only.
    pub fn router(&self) -> Router {
        let login = Router::new()
            .route("/expire", post(expire))
            .route("/revoke", post(revoke));
        let engine = Router::new()
            .route("/close", post(close))
            .route("/drop", post(cut))
            .route("/freeze", post(freeze))
            .route("/delay", post(delay));
        let all = Router::new()
            .route("/clock", post(advance))
            .route("/state", get(state))
            .route("/faults", post(faults))
            .nest("/login-sessions/{id}", login)
            .nest("/engine-sessions/{id}", engine);
        Router::new()
            .nest(Self::BASE, all)
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
            .layer(from_fn(local_programs_only))
            .with_state(self.clone())
    }
}

/// A body of JSON; no body is an empty object.
struct Body<T>(T);

async fn advance(
    State(control): State<Control>,
    Body(body): Body<body::Advance>,
) -> Result<Json<body::Now>, ControlError> {
    let by = Duration::try_from_secs_f64(body.advance)
        .map_err(|_| ControlError::Invalid("advance: seconds, not less than 0".to_owned()))?;
    let now = control.advance(by).await?.to_string();
    Ok(Json(body::Now { now }))
}

async fn state(State(control): State<Control>) -> Result<Json<body::State>, ControlError> {
    control.state().await.map(Json)
}

async fn faults(
    State(control): State<Control>,
    Body(change): Body<body::FaultChange>,
) -> Result<Json<body::Faults>, ControlError> {
    control.set_faults(change).await.map(Json)
}

async fn expire(
    State(control): State<Control>,
    Path(id): Path<String>,
    Body(body): Body<body::Expire>,
) -> Result<StatusCode, ControlError> {
    let id = parse(&id).ok_or(ControlError::NoLoginSession(id))?;
    let limit = match body.reason {
        body::ExpireReason::IdleTimeout => Limit::Idle,
        body::ExpireReason::Lifetime => Limit::Lifetime,
    };
    control.expire_login(&id, limit).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn revoke(
    State(control): State<Control>,
    Path(id): Path<String>,
    Body(body): Body<body::Revoke>,
) -> Result<StatusCode, ControlError> {
    let id = parse(&id).ok_or(ControlError::NoLoginSession(id))?;
    control.revoke_login(&id, body.reason.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

type Counted = Result<Json<body::Connections>, ControlError>;

async fn close(
    State(control): State<Control>,
    Path(id): Path<String>,
    Body(body): Body<body::Close>,
) -> Counted {
    let id = parse(&id).ok_or(ControlError::NoEngineSession(id))?;
    let code = CloseCode::from_number(body.code).ok_or_else(|| {
        let known: Vec<String> = CloseCode::ALL.iter().map(ToString::to_string).collect();
        ControlError::Invalid(format!("code: one of {}", known.join(", ")))
    })?;
    counted(control.close_engine(&id, code).await)
}

async fn cut(
    State(control): State<Control>,
    Path(id): Path<String>,
    Body(body::Nothing {}): Body<body::Nothing>,
) -> Counted {
    let id = parse(&id).ok_or(ControlError::NoEngineSession(id))?;
    counted(control.drop_engine(&id).await)
}

async fn freeze(
    State(control): State<Control>,
    Path(id): Path<String>,
    Body(body): Body<body::Freeze>,
) -> Counted {
    let id = parse(&id).ok_or(ControlError::NoEngineSession(id))?;
    counted(if body.frozen.unwrap_or(true) {
        control.freeze_engine(&id)
    } else {
        control.thaw_engine(&id)
    })
}

async fn delay(
    State(control): State<Control>,
    Path(id): Path<String>,
    Body(body): Body<body::Delay>,
) -> Counted {
    let id = parse(&id).ok_or(ControlError::NoEngineSession(id))?;
    counted(control.delay_engine(&id, Duration::from_millis(body.millis)))
}

fn counted(connections: Result<usize, ControlError>) -> Counted {
    Ok(Json(body::Connections {
        connections: connections?,
    }))
}

/// An id of any kind. What is no id names nothing.
fn parse<T: FromStr>(id: &str) -> Option<T> {
    id.parse().ok()
}

impl<T: DeserializeOwned> FromRequest<Control> for Body<T> {
    type Rejection = ControlError;

    async fn from_request(request: Request, state: &Control) -> Result<Self, ControlError> {
        let is_json = is_json(request.headers());
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|_| ControlError::TooLarge)?;
        if bytes.is_empty() {
            return read(b"{}");
        }
        if !is_json {
            return Err(ControlError::NotJson);
        }
        read(&bytes)
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<Body<T>, ControlError> {
    serde_json::from_slice(bytes)
        .map(Body)
        .map_err(|error| ControlError::Invalid(error.to_string()))
}

fn is_json(headers: &HeaderMap) -> bool {
    let named = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = named.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

async fn local_programs_only(request: Request, next: Next) -> Result<Response, ControlError> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_local = peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback());
    let is_browser =
        request.headers().contains_key(ORIGIN) || request.headers().contains_key("sec-fetch-site");
    if is_local && !is_browser && is_addressed_to_this_machine(request.headers()) {
        Ok(next.run(request).await)
    } else {
        Err(ControlError::NotLocal)
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
