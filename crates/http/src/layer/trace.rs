//! The outermost layer: gives each request an id, writes the body of a refusal (a page for a person, JSON for a program), and one
//! log line.
//!
//! The line names the path without its query, because a query may carry a CSRF token; it never shows a header or a
//! body.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use fanlight_protocol::rest::ErrorBody;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use tokio::time::Instant;

use crate::AppState;
use crate::error::{ApiError, Refused};
use crate::extract::ClientAddr;
use crate::person_page::{self, SignInPlaces};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Traces one request.
pub async fn trace(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let trace_id = state.entropy.hex128();
    let began = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let is_for_a_person = person_page::is_wanted(request.headers());
    let ClientAddr(client) = ClientAddr::of(request.extensions());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let answered = tokio::time::timeout(state.settings.request_timeout, next.run(request)).await;
    let mut response = answered.unwrap_or_else(|_| {
        use axum::response::IntoResponse as _;
        ApiError::TimedOut.into_response()
    });
    let elapsed = began.elapsed();
    let metrics = &state.operator.metrics;
    metrics.http(
        route.as_ref().map(MatchedPath::as_str),
        response.status(),
        elapsed,
    );
    let refused = response.extensions_mut().remove::<Refused>();
    let served = Served {
        method,
        path,
        client,
        status: response.status(),
        elapsed,
        trace_id: &trace_id,
    };
    served.log(refused.as_ref());
    if let Some(refused) = refused {
        let asked = is_for_a_person.then_some(&state);
        response = with_body(response, refused, &trace_id, asked).await;
    }
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Writes the body of a refusal: a page where a person asked at `person`'s server, else JSON.
async fn with_body(
    response: Response,
    refused: Refused,
    trace_id: &str,
    person: Option<&AppState>,
) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    if refused.error.is_for_strangers() {
        // The router would say which methods there are; a stranger learns not even that: there is none for it.
        parts.headers.insert(ALLOW, HeaderValue::from_static(""));
    }
    parts
        .headers
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let text = if let Some(state) = person {
        person_page::mark(&mut parts.headers);
        let places = places(state, &refused.error).await;
        person_page::refusal(&refused.error, &refused.item, places.as_ref(), trace_id)
    } else {
        parts
            .headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let body = ErrorBody {
            code: (refused.error == ApiError::Csrf).then(|| refused.item.code.clone()),
            errors: vec![refused.item],
            trace_id: trace_id.to_owned(),
        };
        serde_json::to_string(&body).unwrap_or_default()
    };
    Response::from_parts(parts, Body::from(text))
}

/// Where to go on from a refusal that leads nowhere else. A store that fails here has nothing to add.
async fn places(state: &AppState, error: &ApiError) -> Option<SignInPlaces> {
    let helps = matches!(
        error,
        ApiError::NotFound(_) | ApiError::NotSignedIn | ApiError::SessionEnded { .. }
    );
    if helps {
        state.blocking(SignInPlaces::of).await.ok()
    } else {
        None
    }
}

/// The text with escape codes and whatever turns the direction of writing spelt out. A refusal may quote what was sent,
/// and the JSON form of the log would hand some of that to a terminal as it is.
fn on_one_line(text: &str) -> String {
    let is_plain = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .fold(String::with_capacity(text.len()), |mut plain, c| {
            if is_plain(c) {
                plain.push(c);
            } else {
                plain.extend(c.escape_unicode());
            }
            plain
        })
}

/// A request and its outcome.
struct Served<'a> {
    method: Method,
    path: String,
    client: IpAddr,
    status: StatusCode,
    elapsed: Duration,
    trace_id: &'a str,
}

impl Served<'_> {
    fn log(&self, refused: Option<&Refused>) {
        let Self {
            method,
            path,
            client,
            trace_id,
            ..
        } = self;
        let status = self.status.as_u16();
        let millis = u64::try_from(self.elapsed.as_millis()).unwrap_or(u64::MAX);
        let reason = refused.map(|refused| on_one_line(&refused.error.to_string()));
        let reason = reason.as_deref().unwrap_or("");
        if status >= 500 {
            tracing::error!(%method, path, %client, status, millis, trace_id, reason, "request failed");
        } else if refused.is_some() {
            tracing::info!(%method, path, %client, status, millis, trace_id, reason, "request refused");
        } else {
            tracing::debug!(%method, path, %client, status, millis, trace_id, "request served");
        }
    }
}
