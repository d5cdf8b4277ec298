//! Clients are told before their session ends, and when that end does not come.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use fanlight_base::{LoginSessionId, Timestamp};
use fanlight_protocol::{Expiring, Extended};

use super::Host;
use crate::session::{EngineSession, frame};
use crate::{ExpiringReason, SessionFilter};

/// When clients are told: with so much time left, the longest first.
const STEPS: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(10)];
/// Ends that differ by less are the same end.
const SAME_END: Duration = Duration::from_millis(1000);

/// When a session ends unless something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// When.
    pub at: Timestamp,
    /// By which limit.
    pub reason: ExpiringReason,
    /// When its lifetime ends, whatever is done.
    pub lifetime_until: Timestamp,
    /// Since when the lifetime counts. It begins anew when the login session is renewed.
    pub since: Timestamp,
}

/// What a client was last told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Warned {
    at: Timestamp,
    reason: ExpiringReason,
    /// How many of the steps have come.
    step: usize,
}

impl Deadline {
    /// In seconds.
    fn lifetime_left(&self, now: Timestamp) -> u64 {
        self.lifetime_until.since(now).as_secs()
    }
}

impl Host {
    /// Says when a login session ends unless something is done, so that its connections are warned in time; `None` when
    /// it has ended. To be called again whenever that may have changed. What was true before a renewal is not believed
    /// any more: a sweep may have looked just before.
    pub fn login_expires(&self, login: &LoginSessionId, deadline: Option<Deadline>) {
        let mut deadlines = self.deadlines.lock().unwrap_or_else(PoisonError::into_inner);
        match deadline {
            Some(deadline) => {
                let known = deadlines.entry(login.clone()).or_insert(deadline);
                if deadline.since >= known.since {
                    *known = deadline;
                }
            }
            None => {
                deadlines.remove(login);
            }
        }
    }

    /// Says that a login session was renewed, and tells its connections at once how much lifetime they have now. One
    /// whose engine session is about to end all the same is not told that it goes on. Waits for the login session's own
    /// engine sessions, if they are in the middle of a request.
    pub fn login_renewed(&self, login: &LoginSessionId, deadline: Deadline) {
        self.login_expires(login, Some(deadline));
        let now = self.clock.now();
        let filter = SessionFilter::LoginSession(login.clone());
        for session in self.live().iter().filter(|session| session.is_meant(&filter)) {
            let mut shared = session.lock();
            let idle_at = self.settings.idle.map(|idle| shared.last_request.plus(idle));
            for member in shared.members.values_mut() {
                if member.login.as_ref() != Some(login) {
                    continue;
                }
                let next = sooner(idle_at, Some((deadline.at, deadline.reason)));
                if next.and_then(|next| warning(next, now)).is_none() {
                    member.warned = None;
                    // A full outbox is its owner's to close.
                    let _ = member.outbox.send(extended(Some(deadline), now));
                }
            }
        }
    }

    /// The login sessions whose end is known before it comes.
    pub(super) fn foretold(&self) -> Vec<LoginSessionId> {
        let deadlines = self.deadlines.lock().unwrap_or_else(PoisonError::into_inner);
        deadlines.keys().cloned().collect()
    }

    fn deadline(&self, login: Option<&LoginSessionId>) -> Option<Deadline> {
        let deadlines = self.deadlines.lock().unwrap_or_else(PoisonError::into_inner);
        deadlines.get(login?).copied()
    }

    /// How many seconds the login session's lifetime has left, if that is known.
    pub(super) fn lifetime_left(&self, login: Option<&LoginSessionId>, now: Timestamp) -> Option<u64> {
        self.deadline(login).map(|deadline| deadline.lifetime_left(now))
    }

    /// Warns the connections of `sessions`.
    pub(super) fn warn(&self, sessions: &[Arc<EngineSession>], now: Timestamp) {
        for session in sessions {
            let Some(mut shared) = session.try_lock() else {
                continue;
            };
            let idle_at = self.settings.idle.map(|idle| shared.last_request.plus(idle));
            for member in shared.members.values_mut() {
                let login = self.deadline(member.login.as_ref());
                let next = sooner(idle_at, login.map(|login| (login.at, login.reason)));
                let due = next.and_then(|next| warning(next, now));
                let text = match (member.warned, due) {
                    (None, None) => continue,
                    (Some(_), None) => extended(login, now),
                    (Some(before), Some(due)) if !is_news(before, due) => continue,
                    (_, Some(due)) => frame(
                        &Expiring {
                            reason: due.reason,
                            seconds_left: due.at.since(now).as_millis().div_ceil(1000) as u64,
                            at: due.at.to_string(),
                        }
                        .notification(),
                    ),
                };
                member.warned = due;
                // A full outbox is its owner's to close.
                let _ = member.outbox.send(text);
            }
        }
    }
}

fn extended(login: Option<Deadline>, now: Timestamp) -> String {
    let lifetime_seconds_left = login.map(|login| login.lifetime_left(now));
    frame(
        &Extended {
            lifetime_seconds_left,
        }
        .notification(),
    )
}

/// The earlier one of the engine session's end and its login session's.
fn sooner(
    idle_at: Option<Timestamp>,
    login: Option<(Timestamp, ExpiringReason)>,
) -> Option<(Timestamp, ExpiringReason)> {
    let engine = idle_at.map(|at| (at, ExpiringReason::Idle));
    match (engine, login) {
        (Some(engine), Some(login)) => Some(if engine.0 < login.0 { engine } else { login }),
        (engine, login) => engine.or(login),
    }
}

/// What is to be said of an end; `None` if it is far away.
fn warning((at, reason): (Timestamp, ExpiringReason), now: Timestamp) -> Option<Warned> {
    let left = at.since(now);
    let step = STEPS.iter().filter(|step| left <= **step).count();
    (step > 0).then_some(Warned { at, reason, step })
}

fn is_news(before: Warned, due: Warned) -> bool {
    let (earlier, later) = (before.at.min(due.at), before.at.max(due.at));
    before.reason != due.reason || due.step > before.step || later.since(earlier) > SAME_END
}
