//! What a token is checked against.

use std::time::Duration;

use fanlight_base::{IdentityProviderId, Timestamp};

use crate::PublicKey;

/// The audience of a token that opens a login session.
pub const AUDIENCE_LOGIN: &str = "qlik.api/login/jwt-session";

/// The audience of a token that a program sends with each call instead of opening a login session.
pub const AUDIENCE_PROGRAM: &str = "qlik.api";

/// A public key and the id by which tokens name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    /// The `kid` of the header.
    pub kid: String,
    /// The key.
    pub key: PublicKey,
    /// When it may be used.
    pub period: KeyPeriod,
}

/// When tokens may be signed with a key, by the server's clock: no tolerance applies to it. A rotation gives the new key
/// a period that begins before the old key's ends, so that there is no gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyPeriod {
    /// From then on.
    pub not_before: Option<Timestamp>,
    /// Until then; from that moment on the key is retired.
    pub retire_at: Option<Timestamp>,
}

/// Where a key is in its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Its period has not begun.
    Pending {
        /// When it does.
        not_before: Timestamp,
    },
    /// It may be used.
    Active,
    /// Its period is over.
    Retired {
        /// Since when.
        retired_at: Timestamp,
    },
}

impl KeyPeriod {
    /// Always.
    pub const ALWAYS: Self = Self {
        not_before: None,
        retire_at: None,
    };

    /// Where the key is at `now`. A period that ends before it begins is over.
    pub fn state_at(self, now: Timestamp) -> KeyState {
        match self {
            Self {
                retire_at: Some(retired_at),
                ..
            } if now >= retired_at => KeyState::Retired { retired_at },
            Self {
                not_before: Some(not_before),
                ..
            } if now < not_before => KeyState::Pending { not_before },
            Self { .. } => KeyState::Active,
        }
    }
}

/// Which of the claims that older samples of the contract leave out a token must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequiredClaims {
    /// `jti`. A token without one is known again by its hash.
    pub token_id: bool,
    /// `nbf`. A token without one counts from its `iat` on.
    pub not_before: bool,
}

impl RequiredClaims {
    /// The longest `exp` − `iat` of a token that leaves one of them out.
    pub const MAX_LIFETIME_WITHOUT: Duration = Duration::from_secs(300);
}

/// Both, as the contract says.
impl Default for RequiredClaims {
    fn default() -> Self {
        Self {
            token_id: true,
            not_before: true,
        }
    }
}

/// An identity provider as far as tokens are concerned. Several may share an issuer; their keys then all count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// Whose keys these are; a verified token carries it.
    pub provider: IdentityProviderId,
    /// The exact `iss`.
    pub issuer: String,
    /// The keys that may sign, several during a rotation.
    pub keys: Vec<TrustedKey>,
    /// How far the clocks of the provider and the server may differ.
    pub clock_tolerance: Duration,
    /// Which claims its tokens must have beside those that every token must have.
    pub required: RequiredClaims,
}

/// The rules of one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The exact `aud`.
    pub audience: &'static str,
    /// The longest `exp` − `nbf`.
    pub max_lifetime: Duration,
    /// Who may mint.
    pub issuers: Vec<TrustedIssuer>,
}

impl Rules {
    /// The longest life of a token that the public contract allows.
    pub const MAX_LIFETIME: Duration = Duration::from_secs(3600);

    /// The rules of `POST /login/jwt-session`.
    pub const fn login(issuers: Vec<TrustedIssuer>) -> Self {
        Self {
            audience: AUDIENCE_LOGIN,
            max_lifetime: Self::MAX_LIFETIME,
            issuers,
        }
    }

    /// The rules of a token that a program sends as `Authorization: Bearer`.
    pub const fn program(issuers: Vec<TrustedIssuer>) -> Self {
        Self {
            audience: AUDIENCE_PROGRAM,
            max_lifetime: Self::MAX_LIFETIME,
            issuers,
        }
    }

    pub(crate) fn issuers_named<'a>(&'a self, issuer: &'a str) -> impl Iterator<Item = &'a TrustedIssuer> {
        self.issuers
            .iter()
            .filter(move |trusted| trusted.issuer == issuer)
    }
}
