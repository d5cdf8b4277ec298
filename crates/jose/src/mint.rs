//! Making tokens.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fanlight_base::{Entropy, Timestamp};
use serde_json::{Map, Value, json};

use crate::{Algorithm, PrivateKey};

/// What a portal says about its signed-in user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MintClaims {
    /// `iss`: the issuer of the identity provider.
    pub issuer: String,
    /// `aud`, usually [`crate::AUDIENCE_LOGIN`].
    pub audience: String,
    /// `sub`: the user's id at the portal.
    pub subject: String,
    /// `name`.
    pub name: String,
    /// `email`; goes with `email_verified: true`.
    pub email: Option<String>,
    /// `groups`; left out when empty.
    pub groups: Vec<String>,
    /// `exp` − `nbf`; a token for a sign-in is used at once, so 60 s are plenty.
    pub ttl: Duration,
}

/// Why no token was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MintError {
    /// The algorithm is for another kind of key.
    #[error("a {kind} key cannot sign with {algorithm}; leave the algorithm out to use the key's own")]
    AlgorithmDoesNotFitKey {
        /// What was asked for.
        algorithm: Algorithm,
        /// What the key is.
        kind: crate::KeyKind,
    },
    /// The library refused to sign.
    #[error("the key could not sign")]
    Sign,
}

/// A signed token with a fresh `jti`, issued and valid from `now`.
///
/// # Errors
/// The algorithm does not fit the key, or signing fails.
pub fn mint(
    key: &PrivateKey,
    algorithm: Algorithm,
    kid: &str,
    claims: &MintClaims,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<String, MintError> {
    let kind = key.public().kind();
    if algorithm.key_kind() != kind {
        return Err(MintError::AlgorithmDoesNotFitKey { algorithm, kind });
    }
    let header = json!({ "alg": algorithm.name(), "typ": "JWT", "kid": kid });
    let payload = Value::Object(payload(claims, now, entropy));
    sign(key, algorithm, &header, &payload).ok_or(MintError::Sign)
}

/// Signs any header and payload; tests make their bad tokens with it.
pub(crate) fn sign(
    key: &PrivateKey,
    algorithm: Algorithm,
    header: &Value,
    payload: &Value,
) -> Option<String> {
    let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload.to_string(), &mut token);
    let signature = key.sign(algorithm, token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Some(token)
}

fn payload(claims: &MintClaims, now: Timestamp, entropy: &dyn Entropy) -> Map<String, Value> {
    let issued = now.as_secs();
    let mut payload = Map::new();
    let mut set = |name: &str, value: Value| payload.insert(name.to_owned(), value);
    set("iss", json!(claims.issuer));
    set("aud", json!(claims.audience));
    set("sub", json!(claims.subject));
    set("subType", json!("user"));
    set("name", json!(claims.name));
    if let Some(email) = &claims.email {
        set("email", json!(email));
        set("email_verified", json!(true));
    }
    if !claims.groups.is_empty() {
        set("groups", json!(claims.groups));
    }
    set("jti", json!(entropy.hex128()));
    set("iat", json!(issued));
    set("nbf", json!(issued));
    set("exp", json!(now.plus(claims.ttl).as_secs()));
    payload
}
