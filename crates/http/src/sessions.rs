//! Login sessions and the WebSockets under them end together.

use std::collections::HashSet;
use std::time::Duration;

use fanlight_base::{LoginSessionId, Timestamp};
use fanlight_identity::{
    AuditQuota, End, LoginSession, LoginSessionState, StoreError, expire_sweep, forget_sweep,
};
use fanlight_rpc::{CloseCode, Deadline, ExpiringReason, SessionFilter};

use crate::AppState;
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

/// Ends every WebSocket and engine session under a login session that has ended, and tells operators. The store has
/// written the end, and its audit entry. The WebSockets are closed at once. Blocks for as long as one of the engine
/// sessions is in the middle of a request.
pub fn end_sockets(services: &Services, session: &LoginSession) {
    if let Some(goodbye) = close_sockets(services, session) {
        let filter = SessionFilter::LoginSession(session.id.clone());
        services.host.end_sessions(&filter, goodbye.code, &goodbye.text);
        services.host.login_expires(&session.id, None);
    }
}

/// As [`end_sockets`], for whoever waits for nobody: an engine session in the middle of a request is left to
/// [`end_busy_engines`], or to the next sweep.
pub fn end_sockets_at_once(services: &Services, session: &LoginSession) {
    if let Some(goodbye) = close_sockets(services, session) {
        goodbye.end_engines(services, &session.id);
    }
}

/// Ends the engine sessions under a login session that has ended, as soon as each of them is at rest. Waits for none.
pub fn end_busy_engines(services: &AppState, session: &LoginSession) {
    let LoginSessionState::Ended { end, .. } = &session.state else {
        return;
    };
    let goodbye = Goodbye::of(end);
    let filter = SessionFilter::LoginSession(session.id.clone());
    let host = std::sync::Arc::clone(&services.host);
    services.tasks.spawn_blocking(move || {
        host.end_sessions(&filter, goodbye.code, &goodbye.text);
    });
}

/// Tells operators that a login session has ended, and closes its WebSockets. The engine sessions are still to be ended.
fn close_sockets(services: &Services, session: &LoginSession) -> Option<Goodbye> {
    let LoginSessionState::Ended { end, .. } = &session.state else {
        return None;
    };
    let goodbye = Goodbye::of(end);
    let reason = &goodbye.text;
    tracing::info!(login_session.id = %session.id, user.id = %session.user, reason, "login session ended");
    record_end(services, session);
    goodbye.close_sockets(services, &session.id);
    Some(goodbye)
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
        End::Replaced => (Kind::Revoked, Some("sign-in".to_owned()), end.code().to_owned()),
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

/// Why the connections of a login session are closed.
struct Goodbye {
    code: CloseCode,
    /// Begins with the stable code of the end.
    text: String,
}

impl Goodbye {
    fn of(end: &End) -> Self {
        let word = end.code();
        let (code, words) = match end {
            End::Idle => (CloseCode::Idle, "nothing was done for too long"),
            End::Lifetime => (CloseCode::SignedOut, "the login session is too old"),
            End::Revoked { reason, .. } => (CloseCode::SignedOut, reason.as_str()),
            End::SignedOut => (CloseCode::SignedOut, "you have signed out"),
            End::Replaced => (
                CloseCode::SignedOut,
                "somebody else has signed in on this browser",
            ),
        };
        Self {
            code,
            text: format!("{word}: {words}"),
        }
    }

    /// Closes every WebSocket of the login session, whatever its engine session does. Each hears why before.
    fn close_sockets(&self, services: &Services, session: &LoginSessionId) {
        let (farewell, reason) = services.host.farewell(self.code, &self.text);
        services
            .sockets
            .close_login_session(session, self.code, (&farewell, reason));
    }

    /// Ends the engine sessions of the login session, but for those in the middle of a request. The next sweep comes
    /// back for these.
    fn end_engines(&self, services: &Services, session: &LoginSessionId) {
        let filter = SessionFilter::LoginSession(session.clone());
        services.host.end_sessions_at_rest(&filter, self.code, &self.text);
        services.host.login_expires(session, None);
    }
}

/// The end of a session of which nothing is known any more.
fn forgotten() -> End {
    End::Revoked {
        by: "server".to_owned(),
        reason: "the login session is not known".to_owned(),
    }
}

/// Does whatever is due: [`sweep_store`], then [`sweep_sockets`].
///
/// # Errors
/// As these.
pub fn sweep(services: &Services) -> Result<(), StoreError> {
    let kept = sweep_store(services);
    sweep_sockets(services).and(kept)
}

/// Hands what the sockets saw of activity to the store, which writes it in its own time.
pub(crate) fn note_activity(services: &Services) {
    for (session, at) in services.sockets.take_activity() {
        services.store.note_activity(&session, at);
    }
}

/// Does what is due and does not wait for a disk: pings, dead sockets, engine sessions that are over, and every
/// connection of a login session that has ended or passed a limit, whether or not the store could write its end. To be
/// called about once a second.
///
/// # Errors
/// The store cannot be read; the next call tries again.
pub fn sweep_sockets(services: &Services) -> Result<(), StoreError> {
    let now = services.clock.now();
    note_activity(services);
    let logins = end_connections(services, now);
    let programs = end_programs(services, now);
    // Whatever the store does, pings go out and engine sessions end in time.
    services.host.sweep_sessions(now);
    services.sockets.sweep(now);
    logins.and(programs)
}

/// Does what is due and is to be written: login sessions past a limit, and what is kept for a while. To be called about
/// once a second; blocks for as long as the store takes.
///
/// # Errors
/// The store failed; the next call tries again.
pub fn sweep_store(services: &Services) -> Result<(), StoreError> {
    let now = services.clock.now();
    let store = services.store.as_ref();
    note_activity(services);
    services.host.sweep_journal(now);
    let ended = expire_sweep(store, now)?;
    // Everybody is told before the first engine session is ended.
    let goodbyes: Vec<(&LoginSession, Goodbye)> = ended
        .iter()
        .filter_map(|session| Some((session, close_sockets(services, session)?)))
        .collect();
    for (session, goodbye) in goodbyes {
        goodbye.end_engines(services, &session.id);
    }
    services.operator.flush(store)?;
    forget_sweep(store, now, services.steady_now())?;
    store.forget_audit(now.minus(KEEP_AUDIT), KEPT_AUDIT_ENTRIES)?;
    Ok(())
}

/// Ends the connections and engine sessions of login sessions that are over: a handshake may pass while its login
/// session ends, whoever ended it may have been stopped half-way or have come to a session in the middle of a request,
/// and the end of one that passed its limit may not be written yet. They hear what the store says of the end.
fn end_connections(services: &Services, now: Timestamp) -> Result<(), StoreError> {
    // Asked for first: a session that begins now must not look like one that is over.
    let mut used = services.sockets.login_sessions();
    used.extend(services.host.login_sessions());
    let ids: Vec<LoginSessionId> = used.iter().cloned().collect();
    for session in services.store.open_login_sessions_of(&ids)? {
        used.remove(&session.id);
        match session.state_at(now) {
            // Its engine sessions end once the end is written: until then a renewal under way may still come first.
            LoginSessionState::Ended { end, .. } => Goodbye::of(&end).close_sockets(services, &session.id),
            // The engine warns the sockets of a session before it ends.
            LoginSessionState::Active { .. } => services.host.login_expires(&session.id, deadline(&session)),
        }
    }
    for id in &used {
        let session = services.store.login_session(id)?;
        let goodbye = match session.map(|session| session.state) {
            Some(LoginSessionState::Ended { end, .. }) => Goodbye::of(&end),
            // An end is final, so there is none; the next sweep looks again.
            Some(LoginSessionState::Active { .. }) => continue,
            None => Goodbye::of(&forgotten()),
        };
        goodbye.close_sockets(services, id);
        goodbye.end_engines(services, id);
    }
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
            End::Idle | End::Revoked { .. } | End::SignedOut | End::Replaced => ExpiringReason::Idle,
        },
        lifetime_until: session.lifetime_until(),
        since: session.proven_at(),
    })
}
