//! Identity providers.

use serde::{Deserialize, Serialize};

use super::SelfLink;

/// Who may mint JWTs for the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityProvider {
    /// The provider's id.
    pub id: String,
    /// What it is for.
    pub description: String,
    /// `jwtAuth`.
    pub protocol: String,
    /// `external`.
    pub provider: String,
    /// The tenants that it signs in to: this one.
    pub tenant_ids: Vec<String>,
    /// By how many seconds the provider's clock may differ.
    pub clock_tolerance_sec: u64,
    /// Whether its tokens are taken.
    pub active: bool,
    /// Always `false`: a JWT provider shows no page.
    pub interactive: bool,
    /// ISO 8601, UTC.
    pub created: String,
    /// ISO 8601, UTC.
    pub last_updated: String,
    /// Issuer and keys.
    pub options: IdentityProviderOptions,
    /// Where it is found.
    pub links: SelfLink,
}

/// Issuer and keys of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentityProviderOptions {
    /// The `iss` of its tokens.
    pub issuer: String,
    /// Its public keys. More than one may stand here, so that a key can be rotated without a gap.
    pub static_keys: Vec<StaticKey>,
    /// Where it publishes keys. Ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Whether its tokens need a `jti`. Ours.
    pub require_jti: bool,
    /// Whether its tokens need an `nbf`. Ours.
    pub require_nbf: bool,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StaticKey {
    /// The `kid` of the tokens that it signs.
    pub kid: String,
    /// SPKI, PKCS#1 or X.509 in PEM; line breaks may be missing.
    pub pem: String,
    /// From then on the key may be used; ISO 8601. Ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// From then on the key is retired; ISO 8601. Ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retire_at: Option<String>,
}

/// The body of `POST /api/v1/identity-providers`. Members that only the cloud knows are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewIdentityProvider {
    /// Must be `jwtAuth`.
    pub protocol: String,
    /// `external`.
    #[serde(default)]
    pub provider: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// By how many seconds the provider's clock may differ.
    #[serde(default)]
    pub clock_tolerance_sec: Option<u64>,
    /// Issuer and keys.
    pub options: NewIdentityProviderOptions,
}

/// Issuer and keys of a new provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewIdentityProviderOptions {
    /// The `iss` of its tokens.
    pub issuer: String,
    /// Its public keys; may be left out beside `jwksUri`.
    #[serde(default)]
    pub static_keys: Vec<StaticKey>,
    /// Where it publishes keys. Ours.
    #[serde(default)]
    pub jwks_uri: Option<String>,
    /// Whether its tokens need a `jti`; they do if it is left out. Ours.
    #[serde(default)]
    pub require_jti: Option<bool>,
    /// Whether its tokens need an `nbf`; they do if it is left out. Ours.
    #[serde(default)]
    pub require_nbf: Option<bool>,
}
