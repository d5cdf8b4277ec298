//! The token endpoint of a portal in Axum: a sign-in token for the person who is signed in to the portal.
//!
//! ```text
//! cargo add axum serde_json
//! cargo add jsonwebtoken --no-default-features --features aws_lc_rs,use_pem
//! cargo add uuid --features v4
//! ```
//!
//! ```text
//! let signer = Signer::new(SignerSettings {
//!     origin: "https://portal.example.com".into(),
//!     issuer: "https://portal.example.com".into(),
//!     key_id: "2026-11".into(),
//!     private_key_pem: std::fs::read(std::env::var("ANALYTICS_KEY_FILE")?)?,
//! })?;
//! let app = Router::new().nest("/analytics-token", token_endpoint(signer, |headers| sessions.person_of(headers)));
//! ```

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::header::{CACHE_CONTROL, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

/// A token is used at once; a minute leaves room for a slow network.
const TOKEN_SECONDS: u64 = 60;

/// Who is signed in to the portal.
pub struct Person {
    pub id: String,
    pub name: String,
    pub groups: Vec<String>,
}

/// What the portal signs with.
pub struct SignerSettings {
    /// The portal's own origin; no other page gets a token.
    pub origin: String,
    /// The `iss` that the tenant knows the portal by.
    pub issuer: String,
    /// The `kid` of the key there.
    pub key_id: String,
    /// An RSA key, as `fanlight keys new` makes it.
    pub private_key_pem: Vec<u8>,
}

pub struct Signer {
    settings: SignerSettings,
    key: EncodingKey,
}

impl Signer {
    pub fn new(settings: SignerSettings) -> Result<Self, jsonwebtoken::errors::Error> {
        let key = EncodingKey::from_rsa_pem(&settings.private_key_pem)?;
        Ok(Self { settings, key })
    }

    fn token(&self, person: &Person) -> Result<String, jsonwebtoken::errors::Error> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.settings.key_id.clone());
        let claims = json!({
            "iss": self.settings.issuer,
            "aud": "qlik.api/login/jwt-session",
            "sub": person.id,
            "subType": "user",
            "name": person.name,
            "groups": person.groups,
            "jti": uuid::Uuid::new_v4().to_string(),
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_SECONDS,
        });
        jsonwebtoken::encode(&header, &claims, &self.key)
    }
}

/// `POST /`; `person_of` reads the portal's own session.
pub fn token_endpoint<P>(signer: Signer, person_of: P) -> Router
where
    P: Fn(&HeaderMap) -> Option<Person> + Send + Sync + 'static,
{
    let shared = Arc::new((signer, person_of));
    Router::new().route(
        "/",
        post(move |headers: HeaderMap| async move {
            let (signer, person_of) = &*shared;
            answer(signer, &headers, person_of(&headers))
        }),
    )
}

fn answer(signer: &Signer, headers: &HeaderMap, person: Option<Person>) -> Response {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let refuse = |status, error: &str| say(status, &json!({ "error": error }));
    if origin != Some(signer.settings.origin.as_str()) {
        return refuse(StatusCode::FORBIDDEN, "not the portal's own page");
    }
    let Some(person) = person else {
        return refuse(StatusCode::UNAUTHORIZED, "sign in to the portal first");
    };
    match signer.token(&person) {
        Ok(token) => say(StatusCode::OK, &json!({ "body": token })),
        Err(_) => refuse(StatusCode::INTERNAL_SERVER_ERROR, "the token could not be signed"),
    }
}

fn say(status: StatusCode, body: &Value) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
