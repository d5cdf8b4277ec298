//! Tokens with which the portal vouches for its people at the tenant.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Json, Response};
use fanlight_jose::{AUDIENCE_LOGIN, MintClaims, mint};
use serde::Deserialize;
use serde_json::json;

use super::people::Person;
use super::{Portal, PortalState, Refusal, refuse};
use crate::demo::data::PROGRAM;

/// A token is used at once; a minute leaves room for a slow network.
const TOKEN_TTL: Duration = Duration::from_secs(60);
/// Longest name that `/demo-token` signs for.
const MAX_USER_CHARS: usize = 64;

/// `POST /analytics-token`: a token for the person who is signed in.
pub(super) async fn analytics_token(
    State(portal): State<PortalState>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    portal.fail_on_demand()?;
    let session = portal.session_of_own_page(&headers)?;
    let now = portal.settings.clock.now();
    portal.tokens.take(session.id, now).map_err(|wait| Refusal {
        retry_after: Some(wait),
        ..refuse(
            StatusCode::TOO_MANY_REQUESTS,
            "too many tokens were asked for; wait a moment",
        )
    })?;
    portal.token(&portal.claims_of(session.person))
}

/// The query of `/demo-token`.
#[derive(Debug, Deserialize)]
pub(super) struct DemoToken {
    user: String,
}

/// `GET /demo-token?user=ada`: a token for whoever is named, to whoever asks. Never do this outside a demo.
pub(super) async fn demo_token(
    State(portal): State<PortalState>,
    Query(DemoToken { user }): Query<DemoToken>,
) -> Result<Response, Refusal> {
    let fits = |user: &str| {
        user.chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@'))
    };
    if user.is_empty() || user.len() > MAX_USER_CHARS || !fits(&user) {
        return Err(refuse(
            StatusCode::BAD_REQUEST,
            "`user` is 1 to 64 letters, digits, `-`, `_`, `.` and `@`",
        ));
    }
    // Its subject is an administrator, which not even a demo hands out to anyone.
    if user == PROGRAM || Person::operators().any(|operator| operator.id == user) {
        return Err(refuse(
            StatusCode::FORBIDDEN,
            "administrators sign in by an API key or at the console only",
        ));
    }
    let person = Person::find(&user);
    let answer = portal.token(&MintClaims {
        issuer: portal.settings.signer.issuer.clone(),
        audience: AUDIENCE_LOGIN.to_owned(),
        name: person.map_or(&*user, |person| person.name).to_owned(),
        email: person.map(Person::email),
        groups: person
            .map_or(&[][..], |person| person.groups)
            .iter()
            .map(ToString::to_string)
            .collect(),
        subject: user,
        ttl: TOKEN_TTL,
    })?;
    Ok(([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], answer).into_response())
}

impl Portal {
    /// Not to be copied: a test of a page wants to see what the page does when this endpoint fails.
    fn fail_on_demand(&self) -> Result<(), Refusal> {
        let control = self.settings.control.as_ref();
        if control.is_some_and(fanlight_http::control::Control::fails_token_endpoint) {
            return Err(refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the control API makes this endpoint fail",
            ));
        }
        Ok(())
    }

    pub(super) fn claims_of(&self, person: Person) -> MintClaims {
        MintClaims {
            issuer: self.settings.signer.issuer.clone(),
            audience: AUDIENCE_LOGIN.to_owned(),
            subject: person.id.to_owned(),
            name: person.name.to_owned(),
            email: Some(person.email()),
            groups: person.groups.iter().map(ToString::to_string).collect(),
            ttl: TOKEN_TTL,
        }
    }

    fn token(&self, claims: &MintClaims) -> Result<Response, Refusal> {
        let token = self.sign(claims)?;
        Ok(([(CACHE_CONTROL, "no-store")], Json(json!({ "body": token }))).into_response())
    }

    pub(super) fn sign(&self, claims: &MintClaims) -> Result<String, Refusal> {
        let signer = &self.settings.signer;
        let (now, entropy) = (self.settings.clock.now(), self.settings.entropy.as_ref());
        let algorithm = signer.key.public().kind().default_algorithm();
        mint(&signer.key, algorithm, &signer.kid, claims, now, entropy)
            .map_err(|_| refuse(StatusCode::INTERNAL_SERVER_ERROR, "the token could not be signed"))
    }
}
