//! Who may mint tokens.

use std::time::Duration;

use fanlight_base::{IdentityProviderId, Timestamp};
use fanlight_jose::{KeyError, KeyPeriod, PublicKey, RequiredClaims, Rules, TrustedIssuer, TrustedKey};

use crate::{JwksUri, RemoteKeys};

/// An issuer and its public keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProvider {
    /// Its id.
    pub id: IdentityProviderId,
    /// The exact `iss` of its tokens.
    pub issuer: String,
    /// The keys that may sign; several during a rotation. No two have the same `kid`.
    pub keys: Vec<ProviderKey>,
    /// Where the provider publishes further keys. A key of the list above goes before one of the same `kid` there, so
    /// that one can be retired here while it is still published.
    pub jwks_uri: Option<JwksUri>,
    /// What an administrator wrote about it.
    pub description: String,
    /// How far its clock and the server's may differ.
    pub clock_tolerance: Duration,
    /// Which claims its tokens must have beside those that every token must have.
    pub required: RequiredClaims,
    /// Tokens of a provider that is not active are refused.
    pub active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A public key of a provider: parsed, together with the text it was given as, which is what lists show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderKey {
    /// The `kid` in the headers of its tokens.
    pub kid: String,
    /// As it was given: a public key or a certificate.
    pub pem: String,
    /// The key itself.
    pub key: PublicKey,
    /// When it may be used.
    pub period: KeyPeriod,
}

impl ProviderKey {
    /// Reads the PEM of a key that may be used at any time.
    ///
    /// # Errors
    /// Whatever [`PublicKey::from_pem`] refuses.
    pub fn from_pem(kid: impl Into<String>, pem: impl Into<String>) -> Result<Self, KeyError> {
        let pem = pem.into();
        let key = PublicKey::from_pem(&pem)?;
        Ok(Self {
            kid: kid.into(),
            pem,
            key,
            period: KeyPeriod::ALWAYS,
        })
    }

    /// The same key with a period.
    #[must_use]
    pub fn in_period(self, period: KeyPeriod) -> Self {
        Self { period, ..self }
    }
}

impl IdentityProvider {
    /// The clock tolerance when none is configured.
    pub const DEFAULT_CLOCK_TOLERANCE: Duration = Duration::from_secs(5);
    /// The largest clock tolerance; beyond that a clock is wrong and should be set.
    pub const MAX_CLOCK_TOLERANCE: Duration = Duration::from_secs(300);

    fn trusted(&self, remote: &dyn RemoteKeys, now: Timestamp) -> TrustedIssuer {
        let mut keys: Vec<TrustedKey> = self
            .keys
            .iter()
            .map(|key| TrustedKey {
                kid: key.kid.clone(),
                key: key.key.clone(),
                period: key.period,
            })
            .collect();
        if let Some(set) = self.jwks_uri.as_ref().and_then(|uri| remote.keys(uri, now)) {
            for published in set.keys() {
                if !self.keys.iter().any(|key| key.kid == published.kid) {
                    keys.push(TrustedKey {
                        kid: published.kid.clone(),
                        key: published.key.clone(),
                        period: KeyPeriod::ALWAYS,
                    });
                }
            }
        }
        TrustedIssuer {
            provider: self.id.clone(),
            issuer: self.issuer.clone(),
            keys,
            clock_tolerance: self.clock_tolerance,
            required: self.required,
        }
    }
}

/// The rules that a token must keep to open a login session.
pub fn login_rules(providers: &[IdentityProvider], remote: &dyn RemoteKeys, now: Timestamp) -> Rules {
    Rules::login(trusted(providers, remote, now))
}

/// The rules that a token must keep to be a program's credential.
pub fn program_rules(providers: &[IdentityProvider], remote: &dyn RemoteKeys, now: Timestamp) -> Rules {
    Rules::program(trusted(providers, remote, now))
}

fn trusted(providers: &[IdentityProvider], remote: &dyn RemoteKeys, now: Timestamp) -> Vec<TrustedIssuer> {
    providers
        .iter()
        .filter(|provider| provider.active)
        .map(|provider| provider.trusted(remote, now))
        .collect()
}
