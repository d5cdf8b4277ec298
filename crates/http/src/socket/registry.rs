//! All open WebSockets, so that they can be counted, pinged and ended.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fanlight_base::{LoginSessionId, Timestamp, UserId};
use fanlight_rpc::{CloseCode, Outbox as _};

use super::line::Line;

/// How many WebSockets there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketLimits {
    /// In the whole process.
    pub total: usize,
    /// Of one user.
    pub per_user: usize,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            total: 15_000,
            per_user: 2_000,
        }
    }
}

/// All open WebSockets.
#[derive(Debug)]
pub struct Sockets {
    limits: SocketLimits,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next_key: u64,
    lines: HashMap<u64, Arc<Line>>,
    per_user: HashMap<UserId, usize>,
}

/// A WebSocket's place; dropping it frees the place.
#[derive(Debug)]
pub struct Seat {
    sockets: Arc<Sockets>,
    key: u64,
    user: UserId,
}

impl Sockets {
    /// None so far.
    pub fn new(limits: SocketLimits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            open: Mutex::default(),
        })
    }

    /// A place for one more WebSocket of `user`, or `None` when there are too many.
    pub fn take_seat(self: &Arc<Self>, user: &UserId, line: &Arc<Line>) -> Option<Seat> {
        let mut open = self.lock();
        let of_user = open.per_user.get(user).copied().unwrap_or(0);
        if open.lines.len() >= self.limits.total || of_user >= self.limits.per_user {
            return None;
        }
        open.per_user.insert(user.clone(), of_user + 1);
        let key = open.next_key;
        open.next_key += 1;
        open.lines.insert(key, Arc::clone(line));
        Some(Seat {
            sockets: Arc::clone(self),
            key,
            user: user.clone(),
        })
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.lock().lines.len()
    }

    /// Pings quiet peers and drops dead ones.
    pub fn sweep(&self, now: Timestamp) {
        for line in self.lines() {
            line.sweep(now);
        }
    }

    /// The login sessions whose sockets asked for something since the last call, with the time of the latest.
    pub fn take_activity(&self) -> HashMap<LoginSessionId, Timestamp> {
        let mut latest = HashMap::new();
        for line in self.lines() {
            if let (Some(at), Some(session)) = (line.take_activity(), line.login_session()) {
                let entry = latest.entry(session.clone()).or_insert(at);
                *entry = at.max(*entry);
            }
        }
        latest
    }

    /// The login sessions that have sockets.
    pub fn login_sessions(&self) -> HashSet<LoginSessionId> {
        let lines = self.lines();
        lines
            .iter()
            .filter_map(|line| line.login_session().cloned())
            .collect()
    }

    /// How many sockets `session` has opened.
    pub fn count_of(&self, session: &LoginSessionId) -> usize {
        let lines = self.lines();
        let of_session = lines.iter().filter(|line| line.login_session() == Some(session));
        of_session.count()
    }

    /// Closes every socket that `session` opened.
    pub fn close_login_session(&self, session: &LoginSessionId, code: CloseCode, reason: &str) {
        for line in self.lines() {
            if line.login_session() == Some(session) {
                line.close(code, reason);
            }
        }
    }

    /// Closes every socket.
    pub fn close_all(&self, code: CloseCode, reason: &str) {
        for line in self.lines() {
            line.close(code, reason);
        }
    }

    /// A copy, so that no line is touched while the registry is locked.
    fn lines(&self) -> Vec<Arc<Line>> {
        self.lock().lines.values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.sockets.lock();
        open.lines.remove(&self.key);
        if let Some(count) = open.per_user.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.per_user.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::LineLimits;
    use super::*;

    fn line(session: &str) -> Arc<Line> {
        let session = session.parse().unwrap();
        let now = Timestamp::from_secs(0);
        Arc::new(Line::new(LineLimits::default(), Some(session), now))
    }

    #[test]
    fn places_are_bounded_per_user_and_in_total_and_come_back() {
        let sockets = Sockets::new(SocketLimits {
            total: 3,
            per_user: 2,
        });
        let [ada, bob]: [UserId; 2] = ["ada", "bob"].map(|name| name.parse().unwrap());
        let first = sockets.take_seat(&ada, &line("s")).unwrap();
        let _second = sockets.take_seat(&ada, &line("s")).unwrap();
        assert!(sockets.take_seat(&ada, &line("s")).is_none());
        let _third = sockets.take_seat(&bob, &line("t")).unwrap();
        assert!(sockets.take_seat(&bob, &line("t")).is_none());
        drop(first);
        assert!(sockets.take_seat(&bob, &line("t")).is_some());
        assert_eq!(sockets.count(), 2);
    }

    #[test]
    fn activity_is_told_once_with_its_latest_time() {
        let sockets = Sockets::new(SocketLimits::default());
        let user: UserId = "ada".parse().unwrap();
        let lines = [line("s"), line("s"), line("t")];
        let _seats = lines
            .each_ref()
            .map(|line| sockets.take_seat(&user, line).unwrap());
        lines[0].asked(Timestamp::from_secs(5));
        lines[1].asked(Timestamp::from_secs(7));
        let activity = sockets.take_activity();
        assert_eq!(activity.len(), 1);
        assert_eq!(activity[&"s".parse().unwrap()], Timestamp::from_secs(7));
        assert!(sockets.take_activity().is_empty());
    }
}
