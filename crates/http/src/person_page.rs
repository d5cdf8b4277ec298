//! Pages that the tenant itself shows to people: what stands at `/`, where there is nothing, and where one signs in.
//!
//! A program gets JSON from the same paths: who asks for HTML (`Accept`) is a browser that somebody looks at.

use std::fmt::Write as _;

use axum::response::{Html, IntoResponse as _, Response};
use fanlight_identity::StoreError;
use fanlight_protocol::rest::ErrorItem;
use http::header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};

use crate::error::ApiError;
use crate::state::Services;

/// Where the pages' style sheet is.
pub const STYLE_PATH: &str = "/page.css";
const STYLE: &str = include_str!("person_page/page.css");
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";
/// Addresses of portals on one page.
const MAX_PORTALS: usize = 8;

/// Where people sign in, as far as the tenant knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInPlaces {
    /// The page of the configuration that people are sent to.
    pub page: Option<String>,
    /// The origins of the tenant's web integrations: its portals.
    pub portals: Vec<String>,
}

impl SignInPlaces {
    /// Reads them. Blocks.
    ///
    /// # Errors
    /// The store failed.
    pub fn of(services: &Services) -> Result<Self, StoreError> {
        let mut portals: Vec<String> = Vec::new();
        for integration in services.store.web_integrations()? {
            for origin in integration.origins {
                let origin = origin.as_str().to_owned();
                if !portals.contains(&origin) && !services.settings.own_origins.contains(&origin) {
                    portals.push(origin);
                }
            }
        }
        portals.truncate(MAX_PORTALS);
        Ok(Self {
            page: services.settings.sign_in_page.clone(),
            portals,
        })
    }

    /// What a person is told about them, as HTML.
    fn to_html(&self) -> String {
        match self.portals.as_slice() {
            [] => "<p>Open the portal that shows these analytics, and sign in there.</p>".to_owned(),
            [portal] => format!("<p>Sign in at your portal: {}</p>", link(portal, portal)),
            portals => {
                let mut html = "<p>Sign in at the portal that you use:</p><ul>".to_owned();
                for portal in portals {
                    let _ = write!(html, "<li>{}</li>", link(portal, portal));
                }
                html + "</ul>"
            }
        }
    }
}

/// Whether somebody looks at the answer: the request asks for HTML at least as much as for JSON.
pub fn is_wanted(headers: &HeaderMap) -> bool {
    let values = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let (mut html, mut json) = (0.0_f32, 0.0_f32);
    for range in values.flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(1.0, |quality| quality.parse().unwrap_or(0.0));
        match kind.as_str() {
            "text/html" | "application/xhtml+xml" => html = html.max(quality),
            "application/json" => json = json.max(quality),
            _ => {}
        }
    }
    html > 0.0 && html >= json
}

/// What stands at `/`.
pub fn front(places: &SignInPlaces) -> Response {
    let body = format!(
        "<p>This is Fanlight, which serves the interactive analytics inside a portal’s pages. There is nothing to see \
         at this address itself.</p>{}<p class=\"quiet\">Administrators of this tenant: {}</p>",
        places.to_html(),
        link("/console/", "the console")
    );
    page("Analytics for your portal", &body)
}

/// Where one signs in, on a tenant without a sign-in page of its own.
pub fn sign_in(places: &SignInPlaces) -> Response {
    let body = format!(
        "<p>This tenant has no sign-in page of its own.</p>{}<p>Then come back.</p>",
        places.to_html()
    );
    page("Sign in through your portal", &body)
}

/// The question before a sign-out; `action` is the form's address.
pub fn sign_out_question(action: &str) -> Response {
    let body = format!(
        "<p>Every page of yours that shows these analytics is signed out.</p><form method=\"post\" \
         action=\"{}\"><button>Sign out</button></form>",
        escape(action)
    );
    page("Sign out?", &body)
}

/// What a person sees who has signed out.
pub fn signed_out() -> Response {
    page(
        "You are signed out",
        "<p>To see the analytics again, sign in at your portal.</p>",
    )
}

/// A refusal, as a person reads it. `places` where signing in helps or nothing else is there to go on with.
pub fn refusal(error: &ApiError, item: &ErrorItem, places: Option<&SignInPlaces>, trace_id: &str) -> String {
    let (title, text) = match error {
        ApiError::NotFound("path") => ("There is no such page", "The address may be mistyped.".to_owned()),
        ApiError::NotFound(_) => ("Not found", sentence(item)),
        ApiError::NotSignedIn | ApiError::SessionEnded { .. } => (
            "You are not signed in",
            "This page is for people who are.".to_owned(),
        ),
        _ => (item.title.as_str(), sentence(item)),
    };
    let mut body = String::new();
    if !text.is_empty() {
        let _ = write!(body, "<p>{}</p>", escape(&text));
    }
    body.push_str(&places.map(SignInPlaces::to_html).unwrap_or_default());
    let _ = write!(
        body,
        "<p class=\"quiet\">{} · {} · {}</p>",
        escape(&item.status),
        escape(&item.code),
        escape(trace_id)
    );
    html(title, &body)
}

/// Headers of every such page; the rest is as for every answer.
pub fn mark(headers: &mut HeaderMap) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.append(VARY, HeaderValue::from_static("accept"));
}

/// The pages' style sheet.
pub fn style() -> Response {
    (
        [(CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"))],
        STYLE,
    )
        .into_response()
}

fn page(title: &str, body: &str) -> Response {
    let mut response = Html(html(title, body)).into_response();
    mark(response.headers_mut());
    response
}

fn html(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · Fanlight</title>\
         <link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"{STYLE_PATH}\"></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>\n"
    )
}

fn sentence(item: &ErrorItem) -> String {
    let text = item.detail.clone().unwrap_or_default();
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect::<String>() + ".")
        .unwrap_or_default()
}

fn link(href: &str, text: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(href), escape(text))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(value: &str) -> bool {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(ACCEPT, value);
        }
        is_wanted(&headers)
    }

    #[test]
    fn a_browser_that_goes_to_a_page_asks_for_html_and_a_program_does_not() {
        let chromium =
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
        assert!(accepts(chromium));
        assert!(accepts("TEXT/HTML"));
        assert!(accepts("application/json;q=0.5, text/html"));
        for program in [
            "",
            "*/*",
            "application/json",
            "application/json, text/plain, */*",
            "application/json, text/html;q=0.9",
            "text/html;q=0",
            "text/css,*/*;q=0.1",
        ] {
            assert!(!accepts(program), "{program}");
        }
    }

    #[test]
    fn whatever_an_address_holds_stays_text() {
        assert_eq!(
            link("/\"><b>", "<b>&'"),
            "<a href=\"/&quot;&gt;&lt;b&gt;\">&lt;b&gt;&amp;&#39;</a>"
        );
    }
}
