//! The tenant.

use serde::{Deserialize, Serialize};

use super::SelfLink;

/// The answer of `GET /api/v1/tenants/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// The tenant's id.
    pub id: String,
    /// The tenant's name.
    pub name: String,
    /// Host names, with their ports, under which the tenant answers.
    pub hostnames: Vec<String>,
    /// `active`.
    pub status: String,
    /// ISO 8601, UTC.
    pub created: String,
    /// ISO 8601, UTC.
    pub last_updated: String,
    /// Where the tenant is found.
    pub links: SelfLink,
}
