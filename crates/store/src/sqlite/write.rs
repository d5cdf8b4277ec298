//! Statements that change something.

use std::collections::HashMap;

use fanlight_base::{LoginSessionId, Timestamp, UserId, WebIntegrationId};
use fanlight_identity::{
    ApiKey, ApiKeyScope, AuditRecord, CspOrigin, End, IdentityProvider, LoginSession, LoginSessionState,
    MAX_OPEN_TICKETS, Origin, StoreError, TICKET_LIFE, TakenTicket, Tenant, Ticket, TicketHash, UsedToken,
    User, UserStatus, WebIntegration,
};
use rusqlite::{Connection, Params, params};

use crate::error::{Result, from_sqlite};
use crate::rows::{self, BY_SIGN_IN, list};

use super::read;

/// Used and expired tickets of one login session that can be told from invented ones.
const KEPT_TICKETS: u32 = 200;

fn change(connection: &Connection, sql: &str, params: impl Params) -> Result<usize> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(params))
        .map_err(from_sqlite)
}

fn secs(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

pub(crate) fn tenant(connection: &Connection, tenant: &Tenant) -> Result<()> {
    let sql = "INSERT INTO tenant VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
               ON CONFLICT (only_one) DO UPDATE SET id = excluded.id, name = excluded.name, \
               hostnames = excluded.hostnames, cookie_secret = excluded.cookie_secret, \
               idle_secs = excluded.idle_secs, lifetime_secs = excluded.lifetime_secs, \
               admin_subjects = excluded.admin_subjects, created_at = excluded.created_at, \
               updated_at = excluded.updated_at";
    change(
        connection,
        sql,
        params![
            tenant.id.as_str(),
            tenant.name,
            list(&tenant.hostnames),
            tenant.cookie_secret.reveal(),
            secs(tenant.limits.idle()),
            secs(tenant.limits.lifetime()),
            list(&tenant.admin_subjects),
            tenant.created_at.as_millis(),
            tenant.updated_at.as_millis(),
        ],
    )
    .map(drop)
}

/// To be called in a transaction.
pub(crate) fn identity_provider(connection: &Connection, provider: &IdentityProvider) -> Result<()> {
    let sql = "INSERT INTO identity_providers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
               ON CONFLICT (id) DO UPDATE SET issuer = excluded.issuer, description = excluded.description, \
               tolerance_secs = excluded.tolerance_secs, active = excluded.active, \
               updated_at = excluded.updated_at, jwks_uri = excluded.jwks_uri, \
               require_jti = excluded.require_jti, require_nbf = excluded.require_nbf";
    change(
        connection,
        sql,
        params![
            provider.id.as_str(),
            provider.issuer,
            provider.description,
            secs(provider.clock_tolerance),
            provider.active,
            provider.created_at.as_millis(),
            provider.updated_at.as_millis(),
            provider.jwks_uri.as_ref().map(ToString::to_string),
            provider.required.token_id,
            provider.required.not_before,
        ],
    )?;
    change(
        connection,
        "DELETE FROM identity_provider_keys WHERE provider = ?",
        [provider.id.as_str()],
    )?;
    for (position, key) in (0_i64..).zip(&provider.keys) {
        let sql = "INSERT INTO identity_provider_keys VALUES (?, ?, ?, ?, ?, ?)";
        change(
            connection,
            sql,
            params![
                provider.id.as_str(),
                position,
                key.kid,
                key.pem,
                key.period.not_before.map(Timestamp::as_millis),
                key.period.retire_at.map(Timestamp::as_millis),
            ],
        )?;
    }
    Ok(())
}

pub(crate) fn web_integration(connection: &Connection, integration: &WebIntegration) -> Result<()> {
    let sql = "INSERT INTO web_integrations VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
               ON CONFLICT (id) DO UPDATE SET name = excluded.name, origins = excluded.origins, \
               updated_at = excluded.updated_at, idle_secs = excluded.idle_secs, \
               lifetime_secs = excluded.lifetime_secs";
    let origins: Vec<&str> = integration.origins.iter().map(Origin::as_str).collect();
    change(
        connection,
        sql,
        params![
            integration.id.as_str(),
            integration.name,
            list(&origins),
            integration.created_by.as_ref().map(UserId::as_str),
            integration.created_at.as_millis(),
            integration.updated_at.as_millis(),
            integration.limits.idle().map(secs),
            integration.limits.lifetime().map(secs),
        ],
    )
    .map(drop)
}

pub(crate) fn csp_origin(connection: &Connection, origin: &CspOrigin) -> Result<()> {
    let sql = "INSERT INTO csp_origins VALUES (?, ?, ?, ?, ?, ?, ?) \
               ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, \
               source = excluded.source, directives = excluded.directives, updated_at = excluded.updated_at";
    change(
        connection,
        sql,
        params![
            origin.id.as_str(),
            origin.name,
            origin.description,
            origin.source.to_string(),
            origin.directives.bits(),
            origin.created_at.as_millis(),
            origin.updated_at.as_millis(),
        ],
    )
    .map(drop)
}

/// Whether there was a row to delete.
pub(crate) fn delete(connection: &Connection, sql: &str, id: &str) -> Result<bool> {
    Ok(change(connection, sql, [id])? > 0)
}

pub(crate) fn user(connection: &Connection, user: &User) -> Result<()> {
    let sql = "INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
               ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, name = excluded.name, \
               email = excluded.email, email_verified = excluded.email_verified, groups = excluded.groups, \
               is_admin = excluded.is_admin, status = excluded.status, updated_at = excluded.updated_at";
    let status = match user.status {
        UserStatus::Active => "active",
        UserStatus::Disabled => "disabled",
    };
    change(
        connection,
        sql,
        params![
            user.id.as_str(),
            user.subject,
            user.name,
            user.email,
            user.email_verified,
            list(&user.groups),
            user.is_admin,
            status,
            user.created_at.as_millis(),
            user.updated_at.as_millis(),
        ],
    )
    .map(drop)
}

/// Whether the token is new. One that expired counts as new only because it can no longer pass its other rules.
pub(crate) fn used_token(connection: &Connection, token: &UsedToken) -> Result<bool> {
    let sql = "INSERT INTO used_tokens VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    let values = params![token.issuer, token.token_id, token.keep_until.as_millis()];
    Ok(change(connection, sql, values)? > 0)
}

pub(crate) fn login_session(connection: &Connection, session: &LoginSession) -> Result<()> {
    let last_activity = match &session.state {
        LoginSessionState::Active { last_activity } => *last_activity,
        LoginSessionState::Ended { at, .. } => *at,
    };
    let sql = "INSERT INTO login_sessions (id, key_hash, user, provider, web_integration, created_at, idle_secs, \
               lifetime_secs, last_activity, key_id, token_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    change(
        connection,
        sql,
        params![
            session.id.as_str(),
            session.key_hash.0,
            session.user.as_str(),
            session.provider.as_str(),
            session.web_integration.as_ref().map(WebIntegrationId::as_str),
            session.created_at.as_millis(),
            secs(session.limits.idle()),
            secs(session.limits.lifetime()),
            last_activity.as_millis(),
            session.key_id,
            session.token_id,
        ],
    )
    .map(drop)
}

/// Keeps the renewal of a session that was read in the same transaction.
pub(crate) fn renewal(connection: &Connection, session: &LoginSession) -> Result<()> {
    let (Some(renewal), LoginSessionState::Active { last_activity }) = (&session.renewal, &session.state)
    else {
        return Ok(());
    };
    let sql = "UPDATE login_sessions SET renewed_at = ?, renewed_key_id = ?, renewed_token_id = ?, idle_secs = ?, \
               lifetime_secs = ?, last_activity = ? WHERE id = ? AND ended IS NULL";
    change(
        connection,
        sql,
        params![
            renewal.at.as_millis(),
            renewal.key_id,
            renewal.token_id,
            secs(session.limits.idle()),
            secs(session.limits.lifetime()),
            last_activity.as_millis(),
            session.id.as_str(),
        ],
    )
    .map(drop)
}

/// Whether the session was still open; if so, the audit log says how it ended. A limit ends only the session that was
/// looked at: who renews it at the same moment goes on. To be called in a transaction.
pub(crate) fn end_login_session(connection: &Connection, session: &LoginSession) -> Result<bool> {
    let LoginSessionState::Ended { at, end } = &session.state else {
        return Ok(false);
    };
    let (ended, by, reason) = match end {
        End::Revoked { by, reason } => (end.code(), Some(by.as_str()), Some(reason)),
        // The table's words are those of its first version, in which a sign-in revoked the session of the person before.
        End::Replaced => ("revoked", Some(BY_SIGN_IN), None),
        End::Idle | End::Lifetime | End::SignedOut => (end.code(), None, None),
    };
    let by_limit = matches!(end, End::Idle | End::Lifetime);
    let renewed_at = session.renewal.as_ref().map(|renewal| renewal.at.as_millis());
    let sql = "UPDATE login_sessions SET ended = ?, ended_at = ?, ended_by = ?, ended_reason = ? \
               WHERE id = ? AND ended IS NULL AND (NOT ? OR renewed_at IS ?)";
    let values = params![
        ended,
        at.as_millis(),
        by,
        reason,
        session.id.as_str(),
        by_limit,
        renewed_at
    ];
    if change(connection, sql, values)? == 0 {
        return Ok(false);
    }
    audit(connection, AuditRecord::of_end(session).as_slice())?;
    Ok(true)
}

/// To be called in a transaction.
pub(crate) fn audit(connection: &Connection, records: &[AuditRecord]) -> Result<()> {
    let sql = "INSERT INTO audit (at, action, actor, user, login_session, engine_session, address, detail, stranger, \
               place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?9, \
               (SELECT coalesce(max(place), 0) + 1 FROM audit WHERE stranger = ?9))";
    for record in records {
        let values = params![
            record.at.as_millis(),
            record.action,
            record.actor,
            record.user,
            record.login_session,
            record.engine_session,
            record.address,
            record.detail,
            record.is_of_stranger(),
        ];
        change(connection, sql, values)?;
    }
    Ok(())
}

/// To be called in a transaction.
pub(crate) fn activity(connection: &Connection, noted: &HashMap<LoginSessionId, Timestamp>) -> Result<()> {
    let sql =
        "UPDATE login_sessions SET last_activity = max(last_activity, ?) WHERE id = ? AND ended IS NULL";
    for (id, at) in noted {
        change(connection, sql, params![at.as_millis(), id.as_str()])?;
    }
    Ok(())
}

pub(crate) fn api_key(connection: &Connection, key: &ApiKey) -> Result<()> {
    let sql = "INSERT INTO api_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
               ON CONFLICT (id) DO UPDATE SET user = excluded.user, description = excluded.description, \
               scope = excluded.scope, secret_hash = excluded.secret_hash, expires_at = excluded.expires_at, \
               revoked_at = excluded.revoked_at";
    let scope = match key.scope {
        ApiKeyScope::User => "user",
        ApiKeyScope::Admin => "admin",
    };
    change(
        connection,
        sql,
        params![
            key.id.as_str(),
            key.user.as_str(),
            key.description,
            scope,
            key.secret_hash,
            key.created_at.as_millis(),
            key.expires_at.map(Timestamp::as_millis),
            key.revoked_at.map(Timestamp::as_millis),
        ],
    )
    .map(drop)
}

/// Tickets of one login session. To be called in a transaction.
pub(crate) fn tickets(connection: &Connection, tickets: &[Ticket]) -> Result<()> {
    let Some(first) = tickets.first() else {
        return Ok(());
    };
    let session = first.login_session.as_str();
    let now = first.expires_at.minus(TICKET_LIFE);
    // A used one stays for a while, to be told from an invented one; of very many only the latest.
    let sql = "DELETE FROM tickets WHERE login_session = ?1 AND (used_at IS NOT NULL OR expires_at <= ?2) AND hash NOT IN \
               (SELECT hash FROM tickets WHERE login_session = ?1 AND (used_at IS NOT NULL OR expires_at <= ?2) \
               ORDER BY expires_at DESC LIMIT ?3)";
    change(connection, sql, params![session, now.as_millis(), KEPT_TICKETS])?;
    let sql = "SELECT count(*) AS n, min(expires_at) AS first FROM tickets \
               WHERE login_session = ? AND used_at IS NULL AND expires_at > ?";
    let open = read::one(
        connection,
        ("tickets", sql),
        params![session, now.as_millis()],
        |row| Ok((row.get::<i64>("n")?, row.optional_time("first")?)),
    )?;
    let (n_open, expires_first) = open.unwrap_or_default();
    let n_new = i64::try_from(tickets.len()).unwrap_or(i64::MAX);
    if n_open.saturating_add(n_new) > i64::from(MAX_OPEN_TICKETS) {
        return Err(StoreError::TooManyTickets {
            max: MAX_OPEN_TICKETS,
            wait: expires_first.map_or(TICKET_LIFE, |at| at.since(now)),
        });
    }
    tickets.iter().try_for_each(|new| ticket(connection, new))
}

fn ticket(connection: &Connection, ticket: &Ticket) -> Result<()> {
    let sql = "INSERT INTO tickets VALUES (?, ?, ?, ?, ?, ?, ?, NULL)";
    let target = ticket.scope.target.as_ref();
    change(
        connection,
        sql,
        params![
            ticket.hash.0,
            ticket.login_session.as_str(),
            ticket.scope.origin,
            ticket
                .scope
                .web_integration
                .as_ref()
                .map(WebIntegrationId::as_str),
            target.map(|target| &target.app),
            target.and_then(|target| target.identity.as_ref()),
            ticket.expires_at.as_millis(),
        ],
    )
    .map(drop)
}

pub(crate) fn probe(connection: &Connection, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO probe VALUES (1, ?) ON CONFLICT (only_one) DO UPDATE SET at = excluded.at";
    change(connection, sql, [now.as_millis()]).map(drop)
}

/// The ticket, taken by this call or by one before. To be called in a transaction.
pub(crate) fn take_ticket(
    connection: &Connection,
    hash: &TicketHash,
    now: Timestamp,
) -> Result<Option<TakenTicket>> {
    let sql = "SELECT * FROM tickets WHERE hash = ?";
    let found = read::one(connection, ("tickets", sql), [hash.0], |row| {
        Ok(match row.optional_time("used_at")? {
            Some(used_at) => TakenTicket::Again { used_at },
            None => TakenTicket::First(rows::ticket(row)?),
        })
    })?;
    if let Some(TakenTicket::First(_)) = &found {
        let sql = "UPDATE tickets SET used_at = ? WHERE hash = ?";
        change(connection, sql, params![now.as_millis(), hash.0])?;
    }
    Ok(found)
}
