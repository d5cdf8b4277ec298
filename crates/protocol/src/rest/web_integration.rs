//! Web integrations.

use serde::{Deserialize, Serialize};

use super::SelfLink;

/// The origins of one portal that may call the tenant from a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebIntegration {
    /// What a page sends as `qlik-web-integration-id`.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// The tenant.
    pub tenant_id: String,
    /// `scheme://host[:port]`, without wildcards.
    pub valid_origins: Vec<String>,
    /// Minutes without activity after which its login sessions end, if tighter than the tenant's. Ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_session_inactivity_timeout_minutes: Option<u64>,
    /// The longest life of its login sessions, if tighter than the tenant's. Ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_user_session_lifespan_minutes: Option<u64>,
    /// ISO 8601, UTC.
    pub created: String,
    /// ISO 8601, UTC.
    pub last_updated: String,
    /// Where it is found.
    pub links: SelfLink,
}

/// The body of `POST /api/v1/web-integrations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewWebIntegration {
    /// The name to show.
    pub name: String,
    /// `scheme://host[:port]`, without wildcards.
    #[serde(default)]
    pub valid_origins: Vec<String>,
    /// Minutes without activity after which its login sessions end, if tighter than the tenant's. Ours.
    #[serde(default)]
    pub user_session_inactivity_timeout_minutes: Option<u64>,
    /// The longest life of its login sessions, if tighter than the tenant's. Ours.
    #[serde(default)]
    pub max_user_session_lifespan_minutes: Option<u64>,
}
