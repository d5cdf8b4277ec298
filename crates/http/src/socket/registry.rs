//! All open WebSockets, so that they can be counted, pinged and ended.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fanlight_base::{ConnectionId, LoginSessionId, Timestamp, UserId};
use fanlight_identity::ApiKeyId;
use fanlight_rpc::{CloseCode, ConnectionInfo, Outbox as _};
use tokio::sync::Notify;

use super::line::{Line, Opener};

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
            per_user: 50,
        }
    }
}

/// All open WebSockets.
#[derive(Debug)]
pub struct Sockets {
    limits: SocketLimits,
    open: Mutex<Open>,
    /// Woken when one has ended.
    left: Notify,
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
    /// None for a socket that is only told that it cannot stay.
    user: Option<UserId>,
}

/// Where a new WebSocket goes.
#[derive(Debug)]
pub enum Seating {
    /// It stays.
    Seated(Seat),
    /// Its user has as many as one may have. It has a place for as long as it takes to say so.
    TooManyOfUser(Seat),
    /// The process has as many as it may have.
    Full,
}

impl Sockets {
    /// None so far.
    pub fn new(limits: SocketLimits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            open: Mutex::default(),
            left: Notify::new(),
        })
    }

    /// A place for one more WebSocket of `user`.
    pub fn take_seat(self: &Arc<Self>, user: &UserId, line: &Arc<Line>) -> Seating {
        let mut open = self.lock();
        let of_user = open.per_user.get(user).copied().unwrap_or(0);
        if open.lines.len() >= self.limits.total {
            return Seating::Full;
        }
        let stays = of_user < self.limits.per_user;
        if stays {
            open.per_user.insert(user.clone(), of_user + 1);
        }
        let key = open.next_key;
        open.next_key += 1;
        open.lines.insert(key, Arc::clone(line));
        let seat = |user| Seat {
            sockets: Arc::clone(self),
            key,
            user,
        };
        if stays {
            Seating::Seated(seat(Some(user.clone())))
        } else {
            Seating::TooManyOfUser(seat(None))
        }
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

    /// How many sockets each login session has opened.
    pub fn count_by_login(&self) -> HashMap<LoginSessionId, usize> {
        let mut counts = HashMap::new();
        for line in self.lines() {
            if let Some(session) = line.login_session() {
                *counts.entry(session.clone()).or_insert(0) += 1;
            }
        }
        counts
    }

    /// The connections whose sockets are frozen.
    pub fn frozen(&self) -> HashSet<ConnectionId> {
        let lines = self.lines();
        let frozen = lines.iter().filter(|line| line.is_frozen());
        frozen.filter_map(|line| line.connection().cloned()).collect()
    }

    /// The API keys that have sockets.
    pub fn api_keys(&self) -> HashSet<ApiKeyId> {
        let key = |line: &Arc<Line>| match line.opener() {
            Opener::ApiKey(id) => Some(id.clone()),
            Opener::LoginSession(_) | Opener::Token(_) => None,
        };
        self.lines().iter().filter_map(key).collect()
    }

    /// Closes the sockets whose credential `is_over`.
    pub fn close_where(&self, is_over: impl Fn(&Opener) -> bool, code: CloseCode, reason: &str) {
        for line in self.lines() {
            if is_over(line.opener()) {
                line.close(code, reason);
            }
        }
    }

    /// Closes every socket that `session` opened, once it has heard `farewell`.
    pub fn close_login_session(
        &self,
        session: &LoginSessionId,
        code: CloseCode,
        (farewell, reason): (&str, &str),
    ) {
        for line in self.lines() {
            if line.login_session() == Some(session) {
                line.send(farewell.to_owned());
                line.close(code, reason);
            }
        }
    }

    /// Closes every socket. One that is frozen hears no goodbye, and is dropped.
    pub fn close_all(&self, code: CloseCode, reason: &str) {
        for line in self.lines() {
            if line.is_frozen() {
                line.cut();
            } else {
                line.close(code, reason);
            }
        }
    }

    /// The sockets that serve these connections, as far as they said so.
    pub fn serving(&self, connections: &[ConnectionInfo]) -> Vec<Arc<Line>> {
        let mut lines = self.lines();
        lines.retain(|line| {
            let serves = |info: &ConnectionInfo| line.connection() == Some(&info.id);
            connections.iter().any(serves)
        });
        lines
    }

    /// Waits until none of `lines` is open any more.
    pub async fn until_gone(&self, lines: &[Arc<Line>]) {
        loop {
            let mut left = std::pin::pin!(self.left.notified());
            // From here on no end is missed.
            left.as_mut().enable();
            let open = self.lines();
            let is_open = |line: &Arc<Line>| open.iter().any(|other| Arc::ptr_eq(line, other));
            if !lines.iter().any(is_open) {
                return;
            }
            left.await;
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
        if let Some(user) = &self.user
            && let Some(count) = open.per_user.get_mut(user)
        {
            *count -= 1;
            if *count == 0 {
                open.per_user.remove(user);
            }
        }
        drop(open);
        self.sockets.left.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::LineLimits;
    use super::*;

    fn line(session: &str) -> Arc<Line> {
        let session = session.parse().unwrap();
        let now = Timestamp::from_secs(0);
        Arc::new(Line::new(
            LineLimits::default(),
            Opener::LoginSession(session),
            now,
        ))
    }

    fn seated(seating: Seating) -> Seat {
        match seating {
            Seating::Seated(seat) => seat,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn places_are_bounded_per_user_and_in_total_and_come_back() {
        let sockets = Sockets::new(SocketLimits {
            total: 3,
            per_user: 2,
        });
        let [ada, bob]: [UserId; 2] = ["ada", "bob"].map(|name| name.parse().unwrap());
        let first = seated(sockets.take_seat(&ada, &line("s")));
        let _second = seated(sockets.take_seat(&ada, &line("s")));
        let turned_away = sockets.take_seat(&ada, &line("s"));
        assert!(matches!(turned_away, Seating::TooManyOfUser(_)));
        assert!(matches!(sockets.take_seat(&bob, &line("t")), Seating::Full));
        drop(turned_away);
        let _third = seated(sockets.take_seat(&bob, &line("t")));
        assert!(matches!(sockets.take_seat(&bob, &line("t")), Seating::Full));
        drop(first);
        seated(sockets.take_seat(&ada, &line("t")));
        assert_eq!(sockets.count(), 2);
    }

    #[test]
    fn activity_is_told_once_with_its_latest_time() {
        let sockets = Sockets::new(SocketLimits::default());
        let user: UserId = "ada".parse().unwrap();
        let lines = [line("s"), line("s"), line("t")];
        let _seats = lines
            .each_ref()
            .map(|line| seated(sockets.take_seat(&user, line)));
        lines[0].asked(Timestamp::from_secs(5));
        lines[1].asked(Timestamp::from_secs(7));
        let activity = sockets.take_activity();
        assert_eq!(activity.len(), 1);
        assert_eq!(activity[&"s".parse().unwrap()], Timestamp::from_secs(7));
        assert!(sockets.take_activity().is_empty());
    }
}
