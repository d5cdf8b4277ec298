//! The demo portal's backend: what a portal must do so that its people see analytics in its pages.
//!
//! It is short on purpose, to be copied. The part that matters is [`token::analytics_token`]: the page asks for a token,
//! and gets one only for the person who is signed in *here*, by a POST that no other site can make the browser send, and
//! not more often than a page needs. Everything else is a portal that has people at all.
//!
//! [`token::demo_token`] is the opposite, a token for anyone who asks. It is there for tests, and only in the demo.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use fanlight_base::{Clock, Entropy};
use fanlight_http::control::Control;
use fanlight_http::{Assets, Rate, RateLimiter};
use fanlight_jose::PrivateKey;
use serde_json::{Value, json};

mod operator;
mod people;
mod session;
#[cfg(test)]
mod tests;
mod token;

use session::Sessions;

/// Tokens that one portal session may have in a minute. A page needs one per sign-in and one per renewal.
const TOKENS: u32 = 60;
/// Longest request body, in bytes: a sign-in names a person.
const MAX_BODY_BYTES: usize = 1024;

/// Where the portal is, what it shows, and how it signs.
#[derive(Debug)]
pub struct PortalSettings {
    /// The tenant's origin, as the browser reaches it.
    pub tenant: String,
    /// The portal's own origins.
    pub own_origins: Vec<String>,
    /// The web integration that holds them.
    pub web_integration_id: String,
    /// The app that the page shows.
    pub app_id: String,
    /// The sheet that the page shows.
    pub sheet_id: String,
    /// How its tokens are signed.
    pub signer: Signer,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The portal's pages.
    pub assets: Assets,
    /// Makes the token endpoint fail where a test wants to see that. A real portal has none.
    pub control: Option<Control>,
}

/// The portal's half of an identity provider: the tenant knows the issuer, the key id and the public key.
#[derive(Debug)]
pub struct Signer {
    /// Goes into `iss`.
    pub issuer: String,
    /// Goes into the header.
    pub kid: String,
    /// Never leaves the backend.
    pub key: PrivateKey,
}

struct Portal {
    settings: PortalSettings,
    sessions: Sessions,
    tokens: RateLimiter<String>,
}

type PortalState = Arc<Portal>;

/// The portal's routes.
pub fn router(settings: PortalSettings) -> Router {
    let portal = Arc::new(Portal {
        sessions: Sessions::default(),
        tokens: RateLimiter::new(Rate::per_minute(TOKENS), session::MAX_SESSIONS),
        settings,
    });
    Router::new()
        .route("/config.json", get(config))
        .route("/people", get(people::list))
        .route("/me", get(session::me))
        .route("/sign-in", post(session::sign_in))
        .route("/sign-out", post(session::sign_out))
        .route("/tenant-sign-in", get(operator::page).post(operator::go))
        .route("/analytics-token", post(token::analytics_token))
        .route("/demo-token", get(token::demo_token))
        .fallback(page)
        .layer(middleware::from_fn_with_state(Arc::clone(&portal), guard))
        .layer(axum::extract::DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(portal)
}

/// What the page must know to embed.
async fn config(State(portal): State<PortalState>) -> Json<Value> {
    let settings = &portal.settings;
    Json(json!({
        "tenant": settings.tenant,
        "webIntegrationId": settings.web_integration_id,
        "appId": settings.app_id,
        "sheetId": settings.sheet_id,
    }))
}

async fn page(State(portal): State<PortalState>, request: Request) -> Response {
    match portal.settings.assets.get(request.uri().path()) {
        Some(asset) => asset.respond(request.headers()),
        None => refuse(StatusCode::NOT_FOUND, "there is no such page").into_response(),
    }
}

/// What every answer has: the page may frame and call the tenant and nobody else, and nobody may frame the page.
async fn guard(State(portal): State<PortalState>, request: Request, next: Next) -> Response {
    let tenant = &portal.settings.tenant;
    // `http` becomes `ws` and `https` becomes `wss`.
    let socket = tenant.replacen("http", "ws", 1);
    let policy = format!(
        "default-src 'none'; connect-src 'self' {tenant} {socket}; frame-src {tenant}; script-src 'self'; \
         style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let quiet = HeaderValue::from_static("no-referrer");
    headers.entry(REFERRER_POLICY).or_insert(quiet);
    response
}

/// An answer that says what is wrong.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    why: &'static str,
    retry_after: Option<Duration>,
}

fn refuse(status: StatusCode, why: &'static str) -> Refusal {
    Refusal {
        status,
        why,
        retry_after: None,
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(json!({ "error": self.why }))).into_response();
        if let Some(wait) = self.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
        }
        response
    }
}
