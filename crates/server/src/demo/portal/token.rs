//! Tokens with which the portal vouches for its people at the tenant.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Json, Response};
use fanlight_jose::{AUDIENCE_LOGIN, MintClaims, mint};
use serde::Deserialize;
use serde_json::json;

use super::people::Person;
use super::{Portal, PortalState, refuse};

/// A token is used at once; a minute leaves room for a slow network.
const TOKEN_TTL: Duration = Duration::from_secs(60);
/// Longest name that `/demo-token` signs for.
const MAX_USER_CHARS: usize = 64;

/// `POST /analytics-token`: a token for the person who is signed in.
pub(super) async fn analytics_token(
    State(portal): State<PortalState>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let session = portal.session_of_own_page(&headers)?;
    portal
        .tokens
        .take(session.id, portal.settings.clock.now())
        .map_err(|wait| {
            let seconds = (wait.as_secs() + 1).to_string();
            let refusal = refuse(
                StatusCode::TOO_MANY_REQUESTS,
                "too many tokens were asked for; wait a moment",
            );
            ([(RETRY_AFTER, seconds)], refusal).into_response()
        })?;
    let person = session.person;
    portal.token(MintClaims {
        issuer: portal.settings.signer.issuer.clone(),
        audience: AUDIENCE_LOGIN.to_owned(),
        subject: person.id.to_owned(),
        name: person.name.to_owned(),
        email: Some(person.email()),
        groups: person.groups.iter().map(ToString::to_string).collect(),
        ttl: TOKEN_TTL,
    })
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
) -> Result<Response, Response> {
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
    let person = Person::find(&user);
    let answer = portal.token(MintClaims {
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
    fn token(&self, claims: MintClaims) -> Result<Response, Response> {
        let signer = &self.settings.signer;
        let (now, entropy) = (self.settings.clock.now(), self.settings.entropy.as_ref());
        let algorithm = signer.key.public().kind().default_algorithm();
        let token = mint(&signer.key, algorithm, &signer.kid, &claims, now, entropy)
            .map_err(|error| refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()))?;
        Ok(([(CACHE_CONTROL, "no-store")], Json(json!({ "body": token }))).into_response())
    }
}
