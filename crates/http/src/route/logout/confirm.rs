//! The question before a sign-out that another site asked for.
//!
//! A link or a frame of another site sends the cookie along, and nobody need have meant it. The tenant's own page, a
//! bookmark and an address that somebody types do mean it; browsers tell them apart by fetch metadata. A request with an
//! `Origin` comes from a script, and the layer before has let only listed pages pass.

use axum::response::Response;
use fanlight_identity::issue_csrf;
use http::header::{CONTENT_TYPE, ORIGIN, REFERRER_POLICY};
use http::{HeaderMap, HeaderValue};

use crate::AppState;
use crate::auth::Shown;
use crate::error::ApiError;
use crate::person_page;

/// Whether the request itself says that a sign-out is meant.
pub fn is_meant(headers: &HeaderMap) -> bool {
    let site = headers
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok());
    headers.contains_key(ORIGIN) || matches!(site, Some("same-origin" | "none"))
}

/// Whether a form sent the request, whose answer is shown.
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// The question, with the CSRF token that answers it; none for whoever is not signed in.
///
/// # Errors
/// The page is not one that the session answers, or the store failed.
pub async fn page(state: &AppState, shown: Shown) -> Result<Option<Response>, ApiError> {
    let token = state
        .ask(move |services, cx| match shown.authenticate(services) {
            Ok(caller) => Ok(caller
                .login_session()
                .map(|session| issue_csrf(&cx.tenant.cookie_secret, &session.id, cx.entropy))),
            Err(ApiError::NotSignedIn | ApiError::SessionEnded { .. }) => Ok(None),
            Err(error) => Err(error),
        })
        .await?;
    Ok(token.map(|token| question(&token)))
}

fn question(token: &str) -> Response {
    let token: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
    let mut response = person_page::sign_out_question(&format!("/logout?qlik-csrf-token={token}"));
    let headers = response.headers_mut();
    // With the usual `no-referrer` the form would come from the origin `null`.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
