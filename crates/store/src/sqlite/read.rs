//! Queries.

use fanlight_base::IdentityProviderId;
use fanlight_identity::{IdentityProvider, ProviderKey};
use fanlight_jose::{KeyPeriod, RequiredClaims};
use rusqlite::{Connection, Params};

use crate::error::{Result, corrupt, from_sqlite};
use crate::rows::Reader;

/// A table's name, for messages, and a query on it.
pub(crate) type Query<'a> = (&'static str, &'a str);

pub(crate) const USER_BY_SUBJECT: Query<'_> = ("users", "SELECT * FROM users WHERE subject = ?");
pub(crate) const SESSION_BY_KEY: Query<'_> = (
    "login_sessions",
    "SELECT * FROM login_sessions WHERE key_hash = ?",
);

/// As the index `login_sessions_due` has it.
pub(crate) const DUE_SESSIONS: Query<'_> = (
    "login_sessions",
    "SELECT * FROM login_sessions WHERE ended IS NULL AND \
     min(coalesce(renewed_at, created_at) + 1000 * lifetime_secs, last_activity + 1000 * idle_secs) <= ? LIMIT ?",
);
pub(crate) const SESSIONS_BY_INTEGRATION: Query<'_> = (
    "login_sessions",
    "SELECT * FROM login_sessions WHERE web_integration = ? AND ended IS NULL ORDER BY created_at, id",
);
pub(crate) const SESSIONS_BY_ID: Query<'_> = (
    "login_sessions",
    "SELECT s.* FROM json_each(?) wanted JOIN login_sessions s ON s.id = wanted.value WHERE s.ended IS NULL",
);

/// The first row of a query.
pub(crate) fn one<T>(
    connection: &Connection,
    (table, sql): Query<'_>,
    params: impl Params,
    read: impl FnOnce(&Reader<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
    let mut rows = statement.query(params).map_err(from_sqlite)?;
    match rows.next().map_err(from_sqlite)? {
        Some(row) => read(&Reader { table, row }).map(Some),
        None => Ok(None),
    }
}

/// Every row of a query.
pub(crate) fn all<T>(
    connection: &Connection,
    (table, sql): Query<'_>,
    params: impl Params,
    read: impl Fn(&Reader<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
    let mut rows = statement.query(params).map_err(from_sqlite)?;
    let mut items = Vec::new();
    while let Some(row) = rows.next().map_err(from_sqlite)? {
        items.push(read(&Reader { table, row })?);
    }
    Ok(items)
}

/// All of them, or the one with that id. Both tables in one query, so that nobody sees a provider without its keys.
pub(crate) fn identity_providers(
    connection: &Connection,
    id: Option<&IdentityProviderId>,
) -> Result<Vec<IdentityProvider>> {
    const TABLE: &str = "identity_providers";
    let sql = "SELECT p.*, k.kid, k.pem, k.not_before, k.retire_at FROM identity_providers p \
               LEFT JOIN identity_provider_keys k ON k.provider = p.id \
               WHERE ?1 IS NULL OR p.id = ?1 ORDER BY p.created_at, p.id, k.position";
    let rows = all(
        connection,
        (TABLE, sql),
        [id.map(IdentityProviderId::as_str)],
        |row| {
            let provider = IdentityProvider {
                id: row.parse("id")?,
                issuer: row.get("issuer")?,
                keys: Vec::new(),
                jwks_uri: row.parse_optional("jwks_uri")?,
                description: row.get("description")?,
                clock_tolerance: row.secs("tolerance_secs")?,
                required: RequiredClaims {
                    token_id: row.get("require_jti")?,
                    not_before: row.get("require_nbf")?,
                },
                active: row.get("active")?,
                created_at: row.time("created_at")?,
                updated_at: row.time("updated_at")?,
            };
            let key = match (
                row.get::<Option<String>>("kid")?,
                row.get::<Option<String>>("pem")?,
            ) {
                (Some(kid), Some(pem)) => Some(
                    ProviderKey::from_pem(kid, pem)
                        .map_err(|error| corrupt("identity_provider_keys", error))?
                        .in_period(KeyPeriod {
                            not_before: row.optional_time("not_before")?,
                            retire_at: row.optional_time("retire_at")?,
                        }),
                ),
                _ => None,
            };
            Ok((provider, key))
        },
    )?;
    let mut providers: Vec<IdentityProvider> = Vec::new();
    for (provider, key) in rows {
        if providers.last().is_none_or(|last| last.id != provider.id) {
            providers.push(provider);
        }
        if let Some(last) = providers.last_mut() {
            last.keys.extend(key);
        }
    }
    Ok(providers)
}
