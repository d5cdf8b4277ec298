//! The portal's own sign-in: one cookie that only this site can use, and a CSRF token beside it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, COOKIE, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Json, Response};
use fanlight_base::Timestamp;
use fanlight_identity::same_secret;
use serde::Deserialize;
use serde_json::json;

use super::people::Person;
use super::{Portal, PortalState, Refusal, refuse};

/// At most so many people at a time; the one signed in longest makes room.
pub(super) const MAX_SESSIONS: usize = 10_000;
const LIFETIME: Duration = Duration::from_secs(8 * 3600);
const SESSION_COOKIE: &str = "portal_session";
/// The header that a page of the portal sends with every POST; another site's page cannot, and does not know the value.
const CSRF_HEADER: &str = "x-csrf-token";

/// A person who is signed in to the portal.
#[derive(Clone)]
pub(super) struct Session {
    pub id: String,
    pub person: Person,
    csrf: String,
    until: Timestamp,
}

/// Without the cookie's value and the CSRF token.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("person", &self.person)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// Who is signed in, by the cookie's value.
#[derive(Default)]
pub(super) struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    fn find(&self, id: &str, now: Timestamp) -> Option<Session> {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get(id).filter(|session| now < session.until).cloned()
    }

    fn add(&self, session: Session, now: Timestamp) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MAX_SESSIONS {
            sessions.retain(|_, session| now < session.until);
        }
        if sessions.len() >= MAX_SESSIONS {
            let oldest = sessions
                .values()
                .min_by_key(|session| session.until)
                .map(|session| session.id.clone());
            oldest.and_then(|id| sessions.remove(&id));
        }
        sessions.insert(session.id.clone(), session);
    }

    fn remove(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

impl Portal {
    /// Who is signed in, by the cookie.
    pub(super) fn session(&self, headers: &HeaderMap) -> Result<Session, Refusal> {
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(SESSION_COOKIE)?.strip_prefix('='))
            .and_then(|id| self.sessions.find(id, self.settings.clock.now()))
            .ok_or_else(|| refuse(StatusCode::UNAUTHORIZED, "nobody is signed in to the portal"))
    }

    /// The same for a request that changes something or hands something out: it must come from one of our own pages.
    pub(super) fn session_of_own_page(&self, headers: &HeaderMap) -> Result<Session, Refusal> {
        self.require_own_origin(headers)?;
        let session = self.session(headers)?;
        let shown = headers
            .get(CSRF_HEADER)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if same_secret(shown, &session.csrf) {
            Ok(session)
        } else {
            Err(refuse(
                StatusCode::FORBIDDEN,
                "the CSRF token is missing or wrong; read it from `GET /me`",
            ))
        }
    }

    /// Browsers name the page's origin on every POST; programs that are no browser name none.
    pub(super) fn require_own_origin(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let foreign = |origin: &&str| !self.settings.own_origins.iter().any(|own| own == origin);
        match headers
            .get(ORIGIN)
            .map(|value| value.to_str().unwrap_or_default())
            .filter(foreign)
        {
            Some(_) => Err(refuse(
                StatusCode::FORBIDDEN,
                "only the portal's own pages may ask for this",
            )),
            None => Ok(()),
        }
    }

    /// `Lax` keeps the cookie from requests that other sites start, `HttpOnly` from scripts.
    fn cookie(&self, value: &str, max_age: Duration) -> String {
        let secure = self
            .settings
            .own_origins
            .first()
            .is_some_and(|origin| origin.starts_with("https://"));
        let secure = if secure { "; Secure" } else { "" };
        format!(
            "{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
            max_age.as_secs()
        )
    }
}

/// The body of a sign-in. A real portal asks for more.
#[derive(Debug, Deserialize)]
pub(super) struct SignIn {
    person: String,
}

/// `POST /sign-in`.
pub(super) async fn sign_in(
    State(portal): State<PortalState>,
    headers: HeaderMap,
    Json(SignIn { person }): Json<SignIn>,
) -> Result<Response, Refusal> {
    portal.require_own_origin(&headers)?;
    let person = Person::find(&person).ok_or_else(|| {
        refuse(
            StatusCode::NOT_FOUND,
            "there is no such person; see `GET /people`",
        )
    })?;
    let (now, entropy) = (portal.settings.clock.now(), &portal.settings.entropy);
    let session = Session {
        id: entropy.hex128(),
        person,
        csrf: entropy.hex128(),
        until: now.plus(LIFETIME),
    };
    let cookie = portal.cookie(&session.id, LIFETIME);
    let answer = signed_in(&session);
    portal.sessions.add(session, now);
    Ok(([(SET_COOKIE, cookie)], answer).into_response())
}

/// `POST /sign-out`.
pub(super) async fn sign_out(
    State(portal): State<PortalState>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let session = portal.session_of_own_page(&headers)?;
    portal.sessions.remove(&session.id);
    Ok((
        StatusCode::NO_CONTENT,
        [(SET_COOKIE, portal.cookie("", Duration::ZERO))],
    )
        .into_response())
}

/// `GET /me`: who is signed in, and the CSRF token for what the page does next.
pub(super) async fn me(State(portal): State<PortalState>, headers: HeaderMap) -> Result<Response, Refusal> {
    portal.session(&headers).map(|session| signed_in(&session))
}

fn signed_in(session: &Session) -> Response {
    let headers = [
        (CSRF_HEADER, session.csrf.as_str()),
        (CACHE_CONTROL.as_str(), "no-store"),
    ];
    (
        headers,
        Json(json!({ "person": session.person.to_json(), "csrf": session.csrf })),
    )
        .into_response()
}
