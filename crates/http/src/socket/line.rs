//! What one WebSocket shares with the rest of the server: its outgoing queue and its signs of life.

mod queue;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use fanlight_base::{ConnectionId, LoginSessionId, Timestamp};
use fanlight_identity::{ApiKeyId, Authenticated, Credential};
use fanlight_rpc::{CloseCode, Outbox};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::operator::Cut;
use queue::{Ping, Queue};

pub use queue::Outgoing;

/// Longest reason of a close frame, in bytes (RFC 6455 §5.5 leaves 123 beside the code).
const MAX_REASON_BYTES: usize = 123;
/// How long after a socket first looked stalled or dead it is dropped, if it still does. The clock may have leapt, because
/// the machine slept or was busy elsewhere, while a frame was on its way or had not even been tried.
const SECOND_LOOK: Duration = Duration::from_secs(1);
const NEVER: i64 = i64::MIN;

/// When a socket counts as slow, quiet or dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineLimits {
    /// Frames that may wait for a slow reader.
    pub queued_frames: usize,
    /// Bytes that may wait for a slow reader. One frame may exceed it if it is the only one.
    pub queued_bytes: usize,
    /// Silence after which the peer is pinged.
    pub ping_after: Duration,
    /// Silence after which the peer counts as gone.
    pub dead_after: Duration,
    /// How long one write, or the closing handshake, may take.
    pub stall: Duration,
}

impl Default for LineLimits {
    fn default() -> Self {
        Self {
            queued_frames: 512,
            queued_bytes: 4 << 20,
            ping_after: Duration::from_secs(20),
            dead_after: Duration::from_secs(60),
            stall: Duration::from_secs(10),
        }
    }
}

/// The credential that opened a socket. The socket does not outlive it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opener {
    /// A person's cookie or ticket.
    LoginSession(LoginSessionId),
    /// A program's API key.
    ApiKey(ApiKeyId),
    /// A program's token, good until then.
    Token(Timestamp),
}

impl Opener {
    /// What `caller` showed.
    pub fn of(caller: &Authenticated) -> Self {
        match &caller.credential {
            Credential::LoginSession(session) | Credential::Ticket(session) => {
                Self::LoginSession(session.id.clone())
            }
            Credential::ApiKey(id, _) => Self::ApiKey(id.clone()),
            Credential::Token { expires_at } => Self::Token(*expires_at),
        }
    }
}

/// The outgoing queue and the signs of life of one WebSocket.
#[derive(Debug)]
pub struct Line {
    queue: Mutex<Queue>,
    limits: LineLimits,
    opener: Opener,
    /// Told where the control API looks for it.
    connection: OnceLock<ConnectionId>,
    /// Woken when there is something to write.
    pub(super) wake: Notify,
    /// Woken when the socket is to be dropped without a word.
    pub(super) cut: Notify,
    /// Why the server gives the peer up, if it does.
    given_up: OnceLock<Cut>,
    heard_at: AtomicI64,
    asked_at: AtomicI64,
    writing_since: AtomicI64,
    /// When a sweep first found it stalled or dead, since it last was neither.
    doubted_since: AtomicI64,
}

impl Line {
    /// A line that was heard at `now`.
    pub fn new(limits: LineLimits, opener: Opener, now: Timestamp) -> Self {
        Self {
            queue: Mutex::default(),
            limits,
            opener,
            connection: OnceLock::new(),
            wake: Notify::new(),
            cut: Notify::new(),
            given_up: OnceLock::new(),
            heard_at: AtomicI64::new(now.as_millis()),
            asked_at: AtomicI64::new(NEVER),
            writing_since: AtomicI64::new(NEVER),
            doubted_since: AtomicI64::new(NEVER),
        }
    }

    /// The login session that opened the socket, unless a program's credential did.
    pub fn login_session(&self) -> Option<&LoginSessionId> {
        match &self.opener {
            Opener::LoginSession(session) => Some(session),
            Opener::ApiKey(_) | Opener::Token(_) => None,
        }
    }

    /// The credential that opened the socket.
    pub const fn opener(&self) -> &Opener {
        &self.opener
    }

    /// Something arrived from the peer.
    pub(super) fn heard(&self, now: Timestamp) {
        self.heard_at.store(now.as_millis(), Ordering::Relaxed);
        let mut queue = self.lock();
        queue.ping = Ping::Answered;
    }

    /// The peer asked for something; pings and pongs are no activity.
    pub(super) fn asked(&self, now: Timestamp) {
        self.asked_at.store(now.as_millis(), Ordering::Relaxed);
    }

    /// When the peer last asked for something since this was last called.
    pub fn take_activity(&self) -> Option<Timestamp> {
        let at = self.asked_at.swap(NEVER, Ordering::Relaxed);
        (at != NEVER).then(|| Timestamp::from_millis(at))
    }

    /// Marks the begin (`Some`) or the end (`None`) of a write.
    pub(super) fn writing(&self, since: Option<Timestamp>) {
        self.writing_since
            .store(since.map_or(NEVER, Timestamp::as_millis), Ordering::Relaxed);
        // Another write is another matter.
        self.doubted_since.store(NEVER, Ordering::Relaxed);
    }

    /// What to write next.
    pub(super) fn next(&self, now: Timestamp) -> Option<Outgoing> {
        self.lock().next(now)
    }

    /// When what waits may leave, if that is later.
    pub(super) fn held_until(&self) -> Option<Instant> {
        self.lock().held_until()
    }

    /// Whether a close was asked for: whatever the peer still says goes unheard.
    pub(super) fn is_ending(&self) -> bool {
        self.lock().is_ending()
    }

    /// The socket serves this connection.
    pub fn belongs_to(&self, connection: &ConnectionId) {
        let _ = self.connection.set(connection.clone());
    }

    /// The connection that the socket serves, if somebody said so.
    pub fn connection(&self) -> Option<&ConnectionId> {
        self.connection.get()
    }

    /// The server gives the peer up; the first cause stands.
    pub(super) fn give_up(&self, cause: Cut) {
        let _ = self.given_up.set(cause);
    }

    /// Why the server gave the peer up, if it did.
    pub(super) fn given_up(&self) -> Option<Cut> {
        self.given_up.get().copied()
    }

    /// Drops the socket without a word.
    pub fn cut(&self) {
        // `notify_one` keeps the word until the pump listens.
        self.cut.notify_one();
    }

    /// From now on nothing is read or written, as if the network had gone without a word. The sweep lets it live, unless
    /// it is to be closed.
    pub fn freeze(&self) {
        self.lock().freeze();
        self.wake.notify_one();
    }

    /// Goes on after [`Line::freeze`].
    pub fn thaw(&self) {
        self.lock().thaw();
        self.writing(None);
        self.wake.notify_one();
    }

    /// Whether nothing is read or written.
    pub fn is_frozen(&self) -> bool {
        self.lock().is_frozen()
    }

    /// From now on every frame to the peer comes so much later, in the same order.
    pub fn delay(&self, delay: Duration) {
        self.lock().delay(delay);
        self.wake.notify_one();
    }

    /// Pings a quiet peer, and drops one that is dead or no longer reads.
    ///
    /// The clock alone kills nobody: the machine may have slept, or have been too busy to write. A peer is dead when two
    /// pings went unanswered, the second one for as long as a peer may be quiet; and whoever looks stalled or dead is
    /// looked at once more before the socket is dropped. One that is being closed is not asked whether it lives: it hears
    /// why it is closed, or takes too long to.
    pub fn sweep(&self, now: Timestamp) {
        let mut queue = self.lock();
        let is_ending = queue.is_ending();
        let stalled = self.is_stalled(now);
        if queue.is_frozen() {
            drop(queue);
            return self.sweep_frozen(is_ending, stalled, now);
        }
        let silence = now.since(Timestamp::from_millis(self.heard_at.load(Ordering::Relaxed)));
        let (unanswered, waited_enough) = match queue.ping {
            Ping::Answered => (0, true),
            Ping::Sent { count, last } => (count, now.since(last) >= self.limits.ping_after),
            Ping::Due { .. } => (0, false),
        };
        let is_quiet = silence >= self.limits.ping_after && waited_enough && !is_ending;
        let dead = is_quiet && silence >= self.limits.dead_after && unanswered >= 2;
        if stalled || dead {
            drop(queue);
            self.doubt(if stalled { Cut::Stalled } else { Cut::Dead }, is_ending, now);
            return;
        }
        self.doubted_since.store(NEVER, Ordering::Relaxed);
        if is_quiet {
            queue.ping = Ping::Due { before: unanswered };
            drop(queue);
            self.wake.notify_one();
        }
    }

    /// Whether the write under way takes longer than one may.
    fn is_stalled(&self, now: Timestamp) -> bool {
        let writing = self.writing_since.load(Ordering::Relaxed);
        writing != NEVER && now.since(Timestamp::from_millis(writing)) >= self.limits.stall
    }

    /// Drops a socket that still looks as it did at an earlier look.
    fn doubt(&self, cause: Cut, is_ending: bool, now: Timestamp) {
        let since = self.doubted_since.load(Ordering::Relaxed);
        if since == NEVER {
            self.doubted_since.store(now.as_millis(), Ordering::Relaxed);
        } else if now.since(Timestamp::from_millis(since)) >= SECOND_LOOK {
            // A goodbye that nobody takes is not why the connection ended.
            if !is_ending {
                self.give_up(cause);
            }
            self.cut();
        }
    }

    /// A frozen peer is not asked whether it lives. Its goodbye is a write that does not come about.
    fn sweep_frozen(&self, is_ending: bool, stalled: bool, now: Timestamp) {
        if stalled {
            self.cut();
        } else if is_ending && self.writing_since.load(Ordering::Relaxed) == NEVER {
            self.writing(Some(now));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outbox for Line {
    fn send(&self, frame: String) -> bool {
        let mut queue = self.lock();
        if queue.is_ending() {
            return false;
        }
        let limits = (self.limits.queued_frames, self.limits.queued_bytes);
        let fits = queue.push(frame, limits);
        if !fits {
            // What waits is of no use to a client that will have missed a frame.
            queue.clear();
            let reason = "this client reads more slowly than it asks";
            queue.end(CloseCode::TooManyRequests, reason.to_owned());
            self.give_up(Cut::Slow);
        }
        drop(queue);
        self.wake.notify_one();
        fits
    }

    fn close(&self, code: CloseCode, reason: &str) {
        self.lock().end(code, shorten(reason).to_owned());
        self.wake.notify_one();
    }
}

fn shorten(reason: &str) -> &str {
    let mut end = reason.len().min(MAX_REASON_BYTES);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    &reason[..end]
}

#[cfg(test)]
mod tests;
