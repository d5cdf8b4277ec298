//! What is changed about a tenant: each change together with its entry for the audit log.

use std::net::IpAddr;

use fanlight_base::{IdentityProviderId, Timestamp, WebIntegrationId};

use crate::{
    ApiKey, AuditRecord, CspOrigin, CspOriginId, IdentityProvider, LoginSession, StoreError, Tenant, User,
    WebIntegration,
};

/// The action of every entry of this kind.
const ACTION: &str = "admin-change";

/// One change, and who makes it.
#[derive(Debug, Clone, Copy)]
pub struct Act<'a> {
    /// When.
    pub at: Timestamp,
    /// Who: a user's id, `command-line`, or `configuration`.
    pub by: &'a str,
    /// The client's address, when there is one.
    pub address: Option<IpAddr>,
    /// What.
    pub change: Change<'a>,
}

/// What is made, replaced or deleted.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// The tenant's own settings.
    PutTenant(&'a Tenant),
    /// A user.
    PutUser(&'a User),
    /// Who may mint tokens.
    PutIdentityProvider(&'a IdentityProvider),
    /// The same, gone.
    DeleteIdentityProvider(&'a IdentityProviderId),
    /// A portal.
    PutWebIntegration(&'a WebIntegration),
    /// The same, gone, and with it the login sessions that were made through it.
    DeleteWebIntegration(&'a WebIntegrationId),
    /// An entry of the content security policy.
    PutCspOrigin(&'a CspOrigin),
    /// The same, gone.
    DeleteCspOrigin(&'a CspOriginId),
    /// An API key.
    PutApiKey(&'a ApiKey),
}

/// Where changes of the tenant are kept.
pub trait Administration {
    /// Does what `act` says and writes it into the audit log, in one transaction. What is deleted but is not there
    /// changes nothing and leaves no entry. Gives the login sessions that have ended by it, each with its own entry; the
    /// caller closes what is open under them.
    fn administer(&self, act: &Act<'_>) -> Result<Vec<LoginSession>, StoreError>;
}

impl Act<'_> {
    /// The entry for the audit log: what kind of thing, what became of it, and its id. No value is in there, so no secret.
    pub fn audit_record(&self) -> AuditRecord {
        let (kind, became, id) = match self.change {
            Change::PutTenant(tenant) => ("tenant", "set", tenant.id.to_string()),
            Change::PutUser(user) if user.is_admin => ("user", "set as administrator", user.id.to_string()),
            Change::PutUser(user) => ("user", "set", user.id.to_string()),
            Change::PutIdentityProvider(provider) => ("identity-provider", "set", provider.id.to_string()),
            Change::DeleteIdentityProvider(id) => ("identity-provider", "deleted", id.to_string()),
            Change::PutWebIntegration(entry) => ("web-integration", "set", entry.id.to_string()),
            Change::DeleteWebIntegration(id) => ("web-integration", "deleted", id.to_string()),
            Change::PutCspOrigin(entry) => ("csp-origin", "set", entry.id.to_string()),
            Change::DeleteCspOrigin(id) => ("csp-origin", "deleted", id.to_string()),
            Change::PutApiKey(key) if key.revoked_at.is_some() => ("api-key", "revoked", key.id.to_string()),
            Change::PutApiKey(key) => ("api-key", "set", key.id.to_string()),
        };
        AuditRecord {
            address: self.address.map(|address| address.to_string()),
            ..AuditRecord::new(self.at, ACTION, self.by)
        }
        .with_detail(&format!("{kind} {became} · {id}"))
    }
}
