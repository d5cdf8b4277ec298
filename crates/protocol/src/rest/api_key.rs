//! API keys.

use serde::{Deserialize, Serialize};

use super::SelfLink;

/// A program's credential, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// The key's id: the middle of its text.
    pub id: String,
    /// The id of the user that it acts as.
    pub sub: String,
    /// `user`.
    pub sub_type: String,
    /// The tenant.
    pub tenant_id: String,
    /// What it is for, in someone's words.
    pub description: String,
    /// `active`, `expired` or `revoked`.
    pub status: String,
    /// `user`, or `admin` for a key that may use its user's administrator role.
    pub scope: String,
    /// From then on it does not work; ISO 8601, UTC.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expiry: Option<String>,
    /// ISO 8601, UTC.
    pub created: String,
    /// ISO 8601, UTC.
    pub last_updated: String,
    /// The key itself, in the answer that makes it and never again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub token: Option<String>,
    /// Where the key is found.
    pub links: SelfLink,
}

/// Body of `POST /api/v1/api-keys`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewApiKey {
    /// What it is for; 1 to 256 characters.
    pub description: String,
    /// The id of the user that it acts as; the caller, when it is left out.
    pub sub: Option<String>,
    /// `user`, which is all there is.
    pub sub_type: Option<String>,
    /// How long it works, as an ISO 8601 duration such as `P30D` or `PT12H`; until it is revoked, when it is left out.
    pub expiry: Option<String>,
    /// `user` (when it is left out) or `admin`.
    pub scope: Option<String>,
}
