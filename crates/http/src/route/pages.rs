//! `/`, `/single/` and every other static file.

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use fanlight_identity::content_security_policy;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_SECURITY_POLICY};
use http::{HeaderName, HeaderValue, Method};

use crate::AppState;
use crate::error::ApiError;
use crate::person_page::{self, SignInPlaces};

const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// Everything that the console shows and asks comes from the tenant itself.
const CONSOLE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Said where pages were not built in.
const NOT_BUILT: &str =
    "this binary holds no web pages: build it by `cargo xtask build`, which builds the pages first";

/// `GET /`: for people who come by. A program that asks for no HTML finds nothing here.
pub async fn front(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    if !person_page::is_wanted(request.headers()) {
        return Err(ApiError::NotFound("path"));
    }
    let places = state.blocking(SignInPlaces::of).await?;
    Ok(person_page::front(&places))
}

/// `GET /page.css`: the style sheet of the tenant's own pages.
pub async fn style() -> Response {
    person_page::style()
}

/// `GET /single/`: the framed page, for whoever frames it; the page itself says what is wrong when nobody is signed in.
pub async fn single(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let policy = state
        .blocking(|services| policy(&services.store.csp_origins()?, services))
        .await?;
    let page = state
        .assets
        .get("/single/")
        .ok_or(ApiError::Unavailable(NOT_BUILT))?;
    let mut response = page.respond(request.headers());
    let policy = HeaderValue::from_str(&policy).map_err(|error| ApiError::Internal(error.to_string()))?;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    // Pages that ask for cross-origin isolation may frame it as well.
    headers.insert(CORP, HeaderValue::from_static("cross-origin"));
    Ok(response)
}

/// `GET /single`, as people type it.
pub async fn single_without_slash(request: Request) -> Redirect {
    let query = request.uri().query().map(|query| format!("?{query}"));
    Redirect::permanent(&format!("/single/{}", query.unwrap_or_default()))
}

/// `GET /embed/…`: the SDK, public code that any page may load. A page whose origin is not listed can read this and
/// nothing else, which is how the SDK tells "this origin may not call the tenant" from "the tenant is out of reach".
pub async fn embed(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let asset = state.assets.get(request.uri().path());
    let mut response = asset
        .ok_or(ApiError::NotFound("path"))?
        .respond(request.headers());
    let headers = response.headers_mut();
    headers.insert(CORP, HeaderValue::from_static("cross-origin"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Ok(response)
}

/// `GET /console/`: the operator's page, which nobody may frame.
pub async fn console(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let page = state
        .assets
        .get("/console/")
        .ok_or(ApiError::Unavailable(NOT_BUILT))?;
    let mut response = page.respond(request.headers());
    let policy = HeaderValue::from_static(CONSOLE_POLICY);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// `GET /console`, as people type it.
pub async fn console_without_slash() -> Redirect {
    Redirect::permanent("/console/")
}

/// Any other static file.
pub async fn file(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(ApiError::NotFound("path"));
    }
    let asset = state.assets.get(request.uri().path());
    Ok(asset
        .ok_or(ApiError::NotFound("path"))?
        .respond(request.headers())
        .into_response())
}

/// Scripts come from files of the tenant only. Chart libraries write `<style>` elements. `'self'` does not cover
/// WebSockets in every browser, so the tenant's own are named.
fn policy(
    origins: &[fanlight_identity::CspOrigin],
    services: &crate::state::Services,
) -> Result<String, ApiError> {
    let is_refused = services.faults.refuses_frames();
    let connect = format!("'self' {}", services.settings.own_socket_origins().join(" "));
    let base = [
        ("default-src", "'none'"),
        ("script-src", "'self'"),
        ("style-src", "'self' 'unsafe-inline'"),
        ("img-src", "'self' data: blob:"),
        ("font-src", "'self' data:"),
        ("connect-src", connect.as_str()),
        ("worker-src", "'self' blob:"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("frame-ancestors", if is_refused { "'none'" } else { "'self'" }),
    ];
    let origins = if is_refused { &[] } else { origins };
    content_security_policy(&base, origins).map_err(|error| ApiError::Internal(error.to_string()))
}
