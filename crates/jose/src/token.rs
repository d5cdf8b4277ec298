//! From text to a verified token.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fanlight_base::{IdentityProviderId, Timestamp};
use serde_json::{Map, Value};

use crate::object::{self, NoObject};
use crate::rules::Rules;
use crate::{Claims, TokenError};

mod check;

pub(crate) use check::{ORDER, Subject};

/// The longest token that is looked at, in bytes.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// A token whose form is right and whose contents nobody should believe.
#[derive(Clone)]
pub struct UnverifiedToken {
    signed: String,
    header: Map<String, Value>,
    payload: Map<String, Value>,
    signature: Vec<u8>,
}

impl UnverifiedToken {
    /// Takes a compact JWS apart (RFC 7515 §7.1). White space around it is ignored.
    ///
    /// # Errors
    /// [`TokenError::Oversized`], [`TokenError::Garbage`] and [`TokenError::CriticalExtension`].
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let text = text.trim();
        if text.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Oversized { bytes: text.len() });
        }
        let garbage = |problem| TokenError::Garbage { problem };
        let parts: Vec<&str> = text.split('.').collect();
        let [header, payload, signature] = parts[..] else {
            return Err(garbage(match parts.len() {
                5 => "it has five parts, so it is encrypted; only signed tokens are accepted",
                _ => "it does not have three parts with dots between them",
            }));
        };
        let header = object(
            header,
            "the first part, the header, is not base64url of a JSON object",
        )?;
        if header.contains_key("crit") {
            return Err(TokenError::CriticalExtension);
        }
        Ok(Self {
            signed: text[..text.len() - signature.len() - 1].to_owned(),
            header,
            payload: object(
                payload,
                "the second part, the payload, is not base64url of a JSON object",
            )?,
            signature: URL_SAFE_NO_PAD
                .decode(signature)
                .map_err(|_| garbage("the third part, the signature, is not base64url"))?,
        })
    }

    /// The `iss` that the token claims, to find out who should be asked. Not to be believed.
    pub fn claimed_issuer(&self) -> Option<&str> {
        self.payload.get("iss").and_then(Value::as_str)
    }

    /// The `kid` that the header names. Not to be believed.
    pub fn claimed_key_id(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// The `aud` that the token claims. Not to be believed.
    pub fn claimed_audience(&self) -> Option<&str> {
        self.payload.get("aud").and_then(Value::as_str)
    }

    /// What the signature is made over, as a hash: the signature itself can have several forms for one token.
    fn hash(&self) -> String {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, self.signed.as_bytes());
        format!("sha256:{}", URL_SAFE_NO_PAD.encode(digest))
    }

    /// Checks the signature and every rule, in the order in which [`crate::explain`] lists them.
    ///
    /// Everything but [`crate::Rule::SingleUse`] is checked; the caller remembers used ids, keyed by the token's issuer
    /// and id, until [`VerifiedToken::keep_until`] and for as long beyond it as a clock may be set back.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn verify(&self, rules: &Rules, now: Timestamp) -> Result<VerifiedToken, TokenError> {
        let subject = Subject {
            token: self,
            rules,
            now,
        };
        for rule in ORDER {
            subject.check(rule)?;
        }
        let (trusted, key) = subject.key()?;
        let claims = subject.claims()?;
        Ok(VerifiedToken {
            provider: trusted.provider.clone(),
            key_id: key.kid.clone(),
            keep_until: claims
                .expires
                .plus(trusted.clock_tolerance)
                .plus(Duration::from_secs(1)),
            claims,
        })
    }
}

/// Shows nothing that could be replayed.
impl std::fmt::Debug for UnverifiedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UnverifiedToken([redacted])")
    }
}

fn object(part: &str, problem: &'static str) -> Result<Map<String, Value>, TokenError> {
    let garbage = || TokenError::Garbage { problem };
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| garbage())?;
    object::read(&json).map_err(|error| match error {
        NoObject::Malformed => garbage(),
        NoObject::Twice(name) => TokenError::DuplicateClaim {
            claim: check::shown(&name),
        },
    })
}

/// A token that an identity provider of the tenant has signed and that keeps every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    provider: IdentityProviderId,
    key_id: String,
    keep_until: Timestamp,
    claims: Claims,
}

impl VerifiedToken {
    /// Who signed it.
    pub const fn provider(&self) -> &IdentityProviderId {
        &self.provider
    }

    /// The `kid` of the key that it was checked with.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// What it says.
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// From then on the token is refused as expired anyway, so its id need not be remembered by a clock that only goes
    /// forward.
    pub const fn keep_until(&self) -> Timestamp {
        self.keep_until
    }
}

#[cfg(test)]
mod tests;
