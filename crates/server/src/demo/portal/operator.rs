//! Signing in at the tenant itself, for its console: the tenant's `/login` sends people here, and they come back with a
//! token behind the `#`, which no server logs and no other page reads.

use axum::extract::{Form, Query, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use serde::Deserialize;

use super::people::Person;
use super::{Portal, PortalState, Refusal, refuse};

/// Where the person wants to go.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    returnto: Option<String>,
}

/// The form of the page that asks who it is.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    person: String,
    returnto: String,
}

/// `GET /tenant-sign-in?returnto=…`: asks who it is. Somebody who is signed in to the portal is asked as well, because
/// the console is for other people than the charts.
pub(super) async fn page(
    State(portal): State<PortalState>,
    Query(Wanted { returnto }): Query<Wanted>,
) -> Result<Response, Refusal> {
    let Some(returnto) = returnto else {
        return Ok(go_to("/"));
    };
    if portal.is_own(&returnto) {
        return Ok(go_to(&returnto));
    }
    portal.require_console(&returnto)?;
    let people: String = Person::operators()
        .map(|person| {
            format!(
                "<p><button name=\"person\" value=\"{}\">{}, {}</button></p>",
                person.id, person.name, person.title
            )
        })
        .collect();
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Sign in to the console</title><main><h1>Who are you?</h1><p>The console is for operators.</p>\
         <form method=\"post\"><input type=\"hidden\" name=\"returnto\" value=\"{}\">{people}</form></main></html>",
        escaped(&returnto)
    );
    let mut response = Html(page).into_response();
    // Browsers hold the redirect after a form to `form-action` as well.
    let policy = format!(
        "default-src 'none'; base-uri 'none'; form-action 'self' {}; frame-ancestors 'none'",
        portal.settings.tenant
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    // Without any referrer the browser would not name this page's origin on the form's POST either.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(response)
}

/// `POST /tenant-sign-in`: back to the console, with a token.
pub(super) async fn go(
    State(portal): State<PortalState>,
    headers: HeaderMap,
    Form(Chosen { person, returnto }): Form<Chosen>,
) -> Result<Response, Refusal> {
    portal.require_own_origin(&headers)?;
    portal.require_console(&returnto)?;
    let person = Person::operators()
        .find(|known| known.id == person)
        .ok_or_else(|| refuse(StatusCode::BAD_REQUEST, "there is no such operator"))?;
    let token = portal.sign(&portal.claims_of(person))?;
    Ok(go_to(&format!("{returnto}#token={token}")))
}

impl Portal {
    /// Only the tenant's own console is given a token.
    fn require_console(&self, returnto: &str) -> Result<(), Refusal> {
        let path = returnto.strip_prefix(&self.settings.tenant);
        let plain = |rest: &str| {
            rest.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%?=&".contains(&byte))
        };
        match path.and_then(|path| path.strip_prefix("/console/")) {
            Some(rest) if plain(rest) => Ok(()),
            _ => Err(refuse(
                StatusCode::BAD_REQUEST,
                "`returnto` must be the tenant's console or a page of this portal",
            )),
        }
    }

    fn is_own(&self, returnto: &str) -> bool {
        self.settings.own_origins.iter().any(|own| {
            returnto
                .strip_prefix(own.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

fn go_to(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(address) => (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}
