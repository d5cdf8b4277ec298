//! Login sessions and the WebSockets under them end together.

use std::collections::HashSet;
use std::time::Duration;

use fanlight_base::{LoginSessionId, Timestamp};
use fanlight_identity::{AuditQuota, End, LoginSession, LoginSessionState, StoreError, expire_sweep};
use fanlight_rpc::{CloseCode, Deadline, ExpiringReason, SessionFilter};

use crate::operator::{Happening, Kind};
use crate::socket::Opener;
use crate::state::Services;

/// How long audit entries are kept.
const KEEP_AUDIT: Duration = Duration::from_secs(400 * 24 * 3600);
/// The log cannot grow beyond so many entries, some hundred megabytes.
const KEPT_AUDIT_ENTRIES: AuditQuota = AuditQuota {
    strangers: 100_000,
    others: 1_000_000,
};

/// Ends every engine session and WebSocket under a login session that has ended, and tells operators. The store has
/// written the end, and its audit entry.
pub fn end_sockets(services: &Services, session: &LoginSession) {
    let (code, reason) = match &session.state {
        LoginSessionState::Ended { end, .. } => farewell(end),
        LoginSessionState::Active { .. } => return,
    };
    tracing::info!(login_session.id = %session.id, user.id = %session.user, reason, "login session ended");
    record_end(services, session);
    end(services, &session.id, code, &reason);
}

/// A login session was renewed by a new token: everything under it stays, and hears how long that is.
pub(crate) fn renewed(services: &Services, session: &LoginSession) {
    if let Some(deadline) = deadline(session) {
        services.host.login_renewed(&session.id, deadline);
    }
}

/// A connection of a login session begins: its first frame says how much of the lifetime is left.
pub(crate) fn connects(services: &Services, session: &LoginSession) {
    services.host.login_expires(&session.id, deadline(session));
}

fn record_end(services: &Services, session: &LoginSession) {
    let LoginSessionState::Ended { at, end } = &session.state else {
        return;
    };
    let (kind, by, reason) = match end {
        End::Idle | End::Lifetime => (Kind::Expired, None, end.code().to_owned()),
        End::SignedOut => (Kind::SignedOut, None, end.code().to_owned()),
        End::Revoked { by, reason } => (
            Kind::Revoked,
            Some(by.clone()),
            format!("{}: {reason}", end.code()),
        ),
    };
    services.operator.record(&Happening {
        user: Some(session.user.clone()),
        login_session: Some(session.id.clone()),
        by,
        reason: Some(reason),
        ..Happening::new(*at, kind)
    });
}

fn end(services: &Services, session: &LoginSessionId, code: CloseCode, reason: &str) {
    let filter = SessionFilter::LoginSession(session.clone());
    services.host.end_sessions(&filter, code, reason);
    services.host.login_expires(session, None);
    // Sockets that have no engine session yet, or share one with another login session.
    services.sockets.close_login_session(session, code, reason);
}

/// The close code and the words for it; the words begin with the stable code of the end.
fn farewell(end: &End) -> (CloseCode, String) {
    let code = end.code();
    match end {
        End::Idle => (CloseCode::Idle, format!("{code}: nothing was done for too long")),
        End::Lifetime => (
            CloseCode::SignedOut,
            format!("{code}: the login session is too old"),
        ),
        End::Revoked { reason, .. } => (CloseCode::SignedOut, format!("{code}: {reason}")),
        End::SignedOut => (CloseCode::SignedOut, format!("{code}: you have signed out")),
    }
}

/// The end of a session of which nothing is known any more.
fn forgotten() -> End {
    End::Revoked {
        by: "server".to_owned(),
        reason: "the login session is not known".to_owned(),
    }
}

/// Does whatever is due: pings, dead sockets, engine sessions without sockets, login sessions past a limit. To be called
/// about once a second; blocks for as long as the store takes.
///
/// # Errors
/// The store failed; the next call tries again.
pub fn sweep(services: &Services) -> Result<(), StoreError> {
    let now = services.clock.now();
    let kept = sweep_logins(services, now);
    // Whatever the store does, pings go out and engine sessions end in time.
    services.host.sweep(now);
    services.sockets.sweep(now);
    kept
}

/// The part that the store has a part in.
fn sweep_logins(services: &Services, now: Timestamp) -> Result<(), StoreError> {
    for (session, at) in services.sockets.take_activity() {
        services.store.note_activity(&session, at);
    }
    // Asked for first: a session that begins now must not look like one that is over.
    let mut used = services.sockets.login_sessions();
    for session in &expire_sweep(services.store.as_ref(), now)? {
        used.remove(&session.id);
        end_sockets(services, session);
    }
    // The engine warns the sockets of a session before it ends.
    let ids: Vec<LoginSessionId> = used.iter().cloned().collect();
    for session in services.store.open_login_sessions_of(&ids)? {
        used.remove(&session.id);
        services.host.login_expires(&session.id, deadline(&session));
    }
    // A handshake may pass while its login session ends, or whoever ends it has not come to its sockets yet. They hear
    // what the store says of the end, as they would from there.
    for id in &used {
        let session = services.store.login_session(id)?;
        let (code, reason) = match session.map(|session| session.state) {
            Some(LoginSessionState::Ended { end, .. }) => farewell(&end),
            // An end is final, so there is none; the next sweep looks again.
            Some(LoginSessionState::Active { .. }) => continue,
            None => farewell(&forgotten()),
        };
        end(services, id, code, &reason);
    }
    end_programs(services, now)?;
    services.operator.flush(services.store.as_ref())?;
    services
        .store
        .forget_audit(now.minus(KEEP_AUDIT), KEPT_AUDIT_ENTRIES)?;
    Ok(())
}

/// A program's socket ends with its key or its token.
fn end_programs(services: &Services, now: Timestamp) -> Result<(), StoreError> {
    let mut ended = HashSet::new();
    for id in services.sockets.api_keys() {
        let key = services.store.api_key(&id)?;
        if !key.is_some_and(|key| key.is_valid(now)) {
            ended.insert(id);
        }
    }
    let is_over = |opener: &Opener| match opener {
        Opener::LoginSession(_) => false,
        Opener::ApiKey(id) => ended.contains(id),
        Opener::Token(until) => now >= *until,
    };
    let reason = "revoked: the program's key or token is no longer good";
    services
        .sockets
        .close_where(is_over, CloseCode::SignedOut, reason);
    Ok(())
}

fn deadline(session: &LoginSession) -> Option<Deadline> {
    let (at, end) = session.deadline()?;
    Some(Deadline {
        at,
        reason: match end {
            End::Lifetime => ExpiringReason::Lifetime,
            End::Idle | End::Revoked { .. } | End::SignedOut => ExpiringReason::Idle,
        },
        lifetime_until: session.lifetime_until(),
        since: session.proven_at(),
    })
}
