//! Credentials of programs.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use fanlight_base::{Entropy, Secret, Timestamp, UserId};

use crate::cookies::sha256;
use crate::{Store, StoreError};

const PREFIX: &str = "flk_";

/// Names an API key in lists and logs; the middle of the key's text. Letters and digits only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiKeyId(String);

/// A program's long-lived credential. It acts as its user. Only a hash of the secret is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Whom it acts as.
    pub user: UserId,
    /// What it is for, in someone's words.
    pub description: String,
    /// Whether it may use the user's administrator role.
    pub scope: ApiKeyScope,
    /// SHA-256 of the secret part.
    pub secret_hash: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// From then on it no longer works.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// What an API key may do of what its user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyScope {
    /// Everything but administration.
    User,
    /// Everything.
    Admin,
}

/// A key at the only moment when its text is known.
#[derive(Debug)]
pub struct NewApiKey {
    /// What is kept.
    pub key: ApiKey,
    /// `flk_<id>_<secret>`, to be shown once.
    pub text: Secret<String>,
}

impl ApiKeyId {
    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ApiKeyId {
    type Err = fanlight_base::ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(fanlight_base::ParseIdError)
        }
    }
}

impl ApiKey {
    /// Whether it works at `now`.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| now < at)
    }

    /// Compares in constant time.
    pub(crate) fn has_secret(&self, secret: &str) -> bool {
        verify_slices_are_equal(&self.secret_hash, &sha256(secret)).is_ok()
    }
}

/// Makes a key for a user, which works once it is kept.
pub fn new_api_key(
    user: &UserId,
    description: &str,
    scope: ApiKeyScope,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> NewApiKey {
    let id = ApiKeyId(entropy.hex128()[..16].to_owned());
    let secret = entropy.hex128() + &entropy.hex128();
    let key = ApiKey {
        id: id.clone(),
        user: user.clone(),
        description: description.to_owned(),
        scope,
        secret_hash: sha256(&secret),
        created_at: now,
        expires_at: None,
        revoked_at: None,
    };
    NewApiKey {
        key,
        text: Secret::new(format!("{PREFIX}{id}_{secret}")),
    }
}

/// Makes a key for a user and keeps it, without an entry in the audit log.
///
/// # Errors
/// The store fails.
pub fn create_api_key(
    store: &dyn Store,
    user: &UserId,
    description: &str,
    scope: ApiKeyScope,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<NewApiKey, StoreError> {
    let made = new_api_key(user, description, scope, now, entropy);
    store.put_api_key(&made.key)?;
    Ok(made)
}

/// The id and the secret of a text that has the form of an API key.
pub(crate) fn parse(text: &str) -> Option<(ApiKeyId, &str)> {
    let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    Some((id.parse().ok()?, secret))
}

/// Whether a bearer credential means to be an API key.
pub(crate) fn looks_like_one(text: &str) -> bool {
    text.starts_with(PREFIX)
}
