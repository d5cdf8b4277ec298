//! Which pages of other origins may call.
//!
//! An origin counts when a web integration of the tenant lists it, letter by letter. A preflight names neither cookie
//! nor integration, so it is matched against all of them; the call that follows is held to the one that it names, if it
//! names one. An origin that is not listed learns nothing.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::AppState;
use crate::error::ApiError;
use crate::integration::{self, check_origin, integration_id, unlisted};
use crate::state::Settings;

/// What clients of the contract send: the SDKs' version header, the CSRF token, the integration's id, a sign-in token.
const HEADERS: &str = "authorization, content-type, if-none-match, qlik-api-version, qlik-csrf-token, \
     qlik-web-integration-id, x-request-id";
const EXPOSED: &str = "qlik-csrf-token, x-request-id, retry-after";
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// Answers preflights, refuses foreign origins, and lets listed ones read the answer.
pub async fn cors(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let origin = request.headers().get(ORIGIN).cloned();
    let mut response = match admit(&state, asked).await {
        Err(error) => {
            // Of a mistake a listed page is told; it must be able to read that.
            let reader = origin.filter(|_| error.is_for_listed_pages());
            readable(error.into_response(), reader)
        }
        Ok(Admitted::Own) => next.run(request).await,
        Ok(Admitted::Listed(origin)) if is_preflight(&request) => readable(preflight(), Some(origin)),
        Ok(Admitted::Listed(origin)) => readable(next.run(request).await, Some(origin)),
    };
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_static("origin"));
    response
}

/// Refuses pages of other origins, listed or not: what operators call is for the tenant's own page and for programs.
pub async fn own_pages_only(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let mut response = if is_own_page(&state.settings, headers) {
        next.run(request).await
    } else {
        refuse_foreign(&state, headers.get(ORIGIN).cloned())
            .await
            .into_response()
    };
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_static("origin"));
    response
}

/// Why a page of another origin may not administer the tenant.
pub async fn refuse_foreign(state: &AppState, origin: Option<HeaderValue>) -> ApiError {
    let refusal = state.blocking(move |services| {
        let origin = origin.as_ref().and_then(|origin| origin.to_str().ok());
        integration::own_pages_only(services.store.as_ref(), origin.unwrap_or_default())
    });
    refusal.await.unwrap_or_else(|error| error)
}

/// Whether a request comes from a page of the tenant itself, or from no page at all.
pub fn is_own_page(settings: &Settings, headers: &HeaderMap) -> bool {
    let is_own = headers.get(ORIGIN).is_none_or(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        settings.own_origins.iter().any(|own| own == origin)
    });
    is_own && !is_foreign_embed(headers)
}

/// Lets a page of that origin read the answer.
fn readable(mut response: Response, origin: Option<HeaderValue>) -> Response {
    let Some(origin) = origin else {
        return response;
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("cross-origin"),
    );
    response
}

enum Admitted {
    /// The tenant's own page, or no page at all.
    Own,
    /// A page of a web integration.
    Listed(HeaderValue),
}

/// What decides about a request, without the request itself, whose body cannot be shared between threads.
struct Asked {
    origin: Option<HeaderValue>,
    integration: Option<String>,
    is_foreign_embed: bool,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let headers = request.headers();
        let named = integration_id(headers, request.uri().query());
        Self {
            origin: headers.get(ORIGIN).cloned(),
            integration: named.filter(|_| !is_preflight(request)),
            is_foreign_embed: is_foreign_embed(headers),
        }
    }
}

async fn admit(state: &AppState, asked: Asked) -> Result<Admitted, ApiError> {
    let Some(value) = asked.origin else {
        return if asked.is_foreign_embed {
            Err(unlisted("", asked.integration.as_deref()))
        } else {
            Ok(Admitted::Own)
        };
    };
    let origin = value.to_str().map_err(|_| unlisted("", None))?.to_owned();
    if state.settings.own_origins.contains(&origin) {
        return Ok(Admitted::Own);
    }
    let named = asked.integration;
    state
        .blocking(move |services| check_origin(services.store.as_ref(), &origin, named.as_deref()))
        .await?;
    Ok(Admitted::Listed(value))
}

/// Images, scripts and the like of a page of another site carry no `Origin`; browsers say so by fetch metadata.
fn is_foreign_embed(headers: &HeaderMap) -> bool {
    let is = |name: &str, wanted: &[&str]| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| wanted.contains(&value))
    };
    is("sec-fetch-site", &["cross-site", "same-site"]) && is("sec-fetch-mode", &["no-cors"])
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(HEADERS));
    // Short, so that an origin that is taken off the list is soon asked again.
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    headers.append(
        VARY,
        HeaderValue::from_static("access-control-request-method, access-control-request-headers"),
    );
    response
}
