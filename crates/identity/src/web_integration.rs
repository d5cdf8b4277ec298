//! Portals.

use fanlight_base::{Timestamp, UserId, WebIntegrationId};

use crate::{NarrowLimits, Origin};

/// The origins of one portal that may call the tenant from a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebIntegration {
    /// Its id, which pages send as `qlik-web-integration-id`.
    pub id: WebIntegrationId,
    /// What an administrator calls it.
    pub name: String,
    /// Exact origins, no wildcards.
    pub origins: Vec<Origin>,
    /// Limits of its login sessions, where they are tighter than the tenant's.
    pub limits: NarrowLimits,
    /// Who made it, when it was a person.
    pub created_by: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl WebIntegration {
    /// Whether a browser's `Origin` header is one of the portal's. Browsers send origins in their one normal form, so
    /// this compares letter by letter.
    pub fn allows(&self, origin_header: &str) -> bool {
        self.origins.iter().any(|origin| origin.as_str() == origin_header)
    }
}
