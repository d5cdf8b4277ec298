//! What one WebSocket shares with the rest of the server: its outgoing queue and its signs of life.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fanlight_base::{LoginSessionId, Timestamp};
use fanlight_identity::{ApiKeyId, Authenticated, Credential};
use fanlight_rpc::{CloseCode, Outbox};
use tokio::sync::Notify;

/// Longest reason of a close frame, in bytes (RFC 6455 §5.5 leaves 123 beside the code).
const MAX_REASON_BYTES: usize = 123;
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
    /// Woken when there is something to write.
    pub(super) wake: Notify,
    /// Woken when the socket is to be dropped without a word.
    pub(super) cut: Notify,
    heard_at: AtomicI64,
    asked_at: AtomicI64,
    writing_since: AtomicI64,
}

#[derive(Debug, Default)]
struct Queue {
    frames: VecDeque<String>,
    bytes: usize,
    ping: Ping,
    end: End,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Ping {
    #[default]
    Answered,
    /// To be sent, after `before` earlier ones that were not answered.
    Due { before: u32 },
    /// Sent, and not answered so far.
    Sent { count: u32, last: Timestamp },
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
enum End {
    #[default]
    Open,
    Asked(CloseCode, String),
    Said,
}

/// What the pump writes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// A text frame.
    Frame(String),
    /// A ping.
    Ping,
    /// The close frame, after which nothing is written any more.
    Close(CloseCode, String),
}

impl Line {
    /// A line that was heard at `now`.
    pub fn new(limits: LineLimits, opener: Opener, now: Timestamp) -> Self {
        Self {
            queue: Mutex::default(),
            limits,
            opener,
            wake: Notify::new(),
            cut: Notify::new(),
            heard_at: AtomicI64::new(now.as_millis()),
            asked_at: AtomicI64::new(NEVER),
            writing_since: AtomicI64::new(NEVER),
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
    }

    /// What to write next.
    pub(super) fn next(&self, now: Timestamp) -> Option<Outgoing> {
        let mut queue = self.lock();
        if let Some(frame) = queue.frames.pop_front() {
            queue.bytes -= frame.len();
            return Some(Outgoing::Frame(frame));
        }
        // A socket that once carried a burst should not keep the burst's memory while it idles.
        queue.frames.shrink_to(0);
        if let End::Asked(code, reason) = &queue.end {
            let close = Outgoing::Close(*code, reason.clone());
            queue.end = End::Said;
            return Some(close);
        }
        if let Ping::Due { before } = queue.ping {
            queue.ping = Ping::Sent {
                count: before + 1,
                last: now,
            };
            return Some(Outgoing::Ping);
        }
        None
    }

    /// Whether a close was asked for: whatever the peer still says goes unheard.
    pub(super) fn is_ending(&self) -> bool {
        self.lock().end != End::Open
    }

    /// Pings a quiet peer, and drops one that is dead or no longer reads.
    ///
    /// Silence alone kills nobody: the machine may have slept. A peer is dead when two pings went unanswered, the second
    /// one for as long as a peer may be quiet.
    pub fn sweep(&self, now: Timestamp) {
        let writing = self.writing_since.load(Ordering::Relaxed);
        let stalled = writing != NEVER && now.since(Timestamp::from_millis(writing)) >= self.limits.stall;
        let silence = now.since(Timestamp::from_millis(self.heard_at.load(Ordering::Relaxed)));
        let mut queue = self.lock();
        let (unanswered, waited_enough) = match queue.ping {
            Ping::Answered => (0, true),
            Ping::Sent { count, last } => (count, now.since(last) >= self.limits.ping_after),
            Ping::Due { .. } => (0, false),
        };
        let dead = silence >= self.limits.dead_after && unanswered >= 2 && waited_enough;
        if stalled || dead {
            drop(queue);
            // `notify_one` keeps the word until the pump listens.
            self.cut.notify_one();
        } else if silence >= self.limits.ping_after && waited_enough && queue.end == End::Open {
            queue.ping = Ping::Due { before: unanswered };
            drop(queue);
            self.wake.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outbox for Line {
    fn send(&self, frame: String) -> bool {
        let mut queue = self.lock();
        if queue.end != End::Open {
            return false;
        }
        let full = queue.frames.len() >= self.limits.queued_frames
            || (!queue.frames.is_empty() && queue.bytes + frame.len() > self.limits.queued_bytes);
        if full {
            // What waits is of no use to a client that will have missed a frame.
            queue.frames = VecDeque::new();
            queue.bytes = 0;
            let reason = "this client reads more slowly than it asks";
            queue.end = End::Asked(CloseCode::TooManyRequests, reason.to_owned());
        } else {
            queue.bytes += frame.len();
            queue.frames.push_back(frame);
        }
        drop(queue);
        self.wake.notify_one();
        !full
    }

    fn close(&self, code: CloseCode, reason: &str) {
        let mut queue = self.lock();
        if queue.end == End::Open {
            queue.end = End::Asked(code, shorten(reason).to_owned());
        }
        drop(queue);
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
