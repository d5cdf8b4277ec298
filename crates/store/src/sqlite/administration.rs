//! Changes of the tenant, each with its entry in the audit log.

use fanlight_base::WebIntegrationId;
use fanlight_identity::{Act, Administration, Change, LoginSession};
use rusqlite::Connection;

use super::{SqliteStore, read, write};
use crate::error::Result;
use crate::rows;

/// What people whose portal is gone are told.
const PORTAL_GONE: &str = "the portal is no longer connected";

impl Administration for SqliteStore {
    fn administer(&self, act: &Act<'_>) -> Result<Vec<LoginSession>> {
        let ended = self.transact(|transaction| {
            if !change(transaction, act.change)? {
                return Ok(Vec::new());
            }
            write::audit(transaction, &[act.audit_record()])?;
            match act.change {
                Change::DeleteWebIntegration(id) => self.end_sessions_of(transaction, id, act),
                _ => Ok(Vec::new()),
            }
        })?;
        self.forget_activity(&ended);
        Ok(ended)
    }
}

impl SqliteStore {
    /// Ends what was opened through a portal. A session past a limit is left to whoever looks after limits.
    fn end_sessions_of(
        &self,
        connection: &Connection,
        integration: &WebIntegrationId,
        act: &Act<'_>,
    ) -> Result<Vec<LoginSession>> {
        let found = read::all(
            connection,
            read::SESSIONS_BY_INTEGRATION,
            [integration.as_str()],
            rows::login_session,
        )?;
        let mut ended = Vec::new();
        for session in found {
            let session = self.with_activity(session);
            let Ok(session) = session.revoked(act.at, act.by.to_owned(), PORTAL_GONE.to_owned()) else {
                continue;
            };
            if write::end_login_session(connection, &session)? {
                ended.push(session);
            }
        }
        Ok(ended)
    }
}

/// Whether something was there to change.
fn change(connection: &Connection, change: Change<'_>) -> Result<bool> {
    match change {
        Change::PutTenant(tenant) => write::tenant(connection, tenant)?,
        Change::PutUser(user) => write::user(connection, user)?,
        Change::PutIdentityProvider(provider) => write::identity_provider(connection, provider)?,
        Change::PutWebIntegration(entry) => write::web_integration(connection, entry)?,
        Change::PutCspOrigin(entry) => write::csp_origin(connection, entry)?,
        Change::PutApiKey(key) => write::api_key(connection, key)?,
        Change::DeleteIdentityProvider(id) => {
            return write::delete(
                connection,
                "DELETE FROM identity_providers WHERE id = ?",
                id.as_str(),
            );
        }
        Change::DeleteWebIntegration(id) => {
            return write::delete(
                connection,
                "DELETE FROM web_integrations WHERE id = ?",
                id.as_str(),
            );
        }
        Change::DeleteCspOrigin(id) => {
            return write::delete(connection, "DELETE FROM csp_origins WHERE id = ?", id.as_str());
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
