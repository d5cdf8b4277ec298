//! What waits to be written to one WebSocket.

use std::collections::VecDeque;
use std::time::Duration;

use fanlight_base::Timestamp;
use fanlight_rpc::CloseCode;
use tokio::time::Instant;

/// What waits to be written.
#[derive(Debug, Default)]
pub(super) struct Queue {
    frames: VecDeque<Waiting>,
    bytes: usize,
    pub(super) ping: Ping,
    end: End,
    /// When the close frame may leave; at once if it is `None`.
    end_due: Option<Instant>,
    is_frozen: bool,
    delay: Duration,
    /// When the latest of what waits may leave, so that nothing overtakes it.
    last_due: Option<Instant>,
}

#[derive(Debug)]
struct Waiting {
    text: String,
    /// When it may leave; at once if it is `None`.
    due: Option<Instant>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ping {
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

impl Queue {
    /// Puts a frame at the end. False when more wait than `limits` (frames, bytes) allow.
    pub(super) fn push(&mut self, text: String, (max_frames, max_bytes): (usize, usize)) -> bool {
        let full = self.frames.len() >= max_frames
            || (!self.frames.is_empty() && self.bytes + text.len() > max_bytes);
        if full {
            return false;
        }
        self.bytes += text.len();
        let due = self.due();
        self.frames.push_back(Waiting { text, due });
        true
    }

    /// Drops what waits.
    pub(super) fn clear(&mut self) {
        self.frames = VecDeque::new();
        self.bytes = 0;
    }

    /// Closes after the frames that wait. The first reason stands.
    pub(super) fn end(&mut self, code: CloseCode, reason: String) {
        if self.end == End::Open {
            self.end_due = self.due();
            self.end = End::Asked(code, reason);
        }
    }

    /// Whether a close was asked for.
    pub(super) fn is_ending(&self) -> bool {
        self.end != End::Open
    }

    /// What to write next, if anything may leave.
    pub(super) fn next(&mut self, now: Timestamp) -> Option<Outgoing> {
        if self.is_frozen || self.held_until().is_some_and(|due| Instant::now() < due) {
            return None;
        }
        if let Some(frame) = self.frames.pop_front() {
            self.bytes -= frame.text.len();
            return Some(Outgoing::Frame(frame.text));
        }
        // A socket that once carried a burst should not keep the burst's memory while it idles.
        self.frames.shrink_to(0);
        if let End::Asked(code, reason) = &self.end {
            let close = Outgoing::Close(*code, reason.clone());
            self.end = End::Said;
            return Some(close);
        }
        if let Ping::Due { before } = self.ping {
            self.ping = Ping::Sent {
                count: before + 1,
                last: now,
            };
            return Some(Outgoing::Ping);
        }
        None
    }

    /// When the next of what waits may leave; `None` when that is at once or when nothing can leave.
    pub(super) fn held_until(&self) -> Option<Instant> {
        match (self.frames.front(), &self.end) {
            _ if self.is_frozen => None,
            (Some(frame), _) => frame.due,
            (None, End::Asked(..)) => self.end_due,
            (None, End::Open | End::Said) => None,
        }
    }

    /// From now on everything comes so much later, and so does what waits already.
    pub(super) fn delay(&mut self, delay: Duration) {
        if self.delay == delay {
            return;
        }
        self.delay = delay;
        for place in 0..self.frames.len() {
            if self.frames[place].due.is_none() {
                self.frames[place].due = self.due();
            }
        }
        if self.is_ending() && self.end_due.is_none() {
            self.end_due = self.due();
        }
    }

    /// Nothing leaves any more until the queue is thawed.
    pub(super) fn freeze(&mut self) {
        self.is_frozen = true;
    }

    /// What was frozen goes on. The peer could not answer pings, and is asked anew.
    pub(super) fn thaw(&mut self) {
        self.is_frozen = false;
        self.ping = Ping::Answered;
    }

    pub(super) const fn is_frozen(&self) -> bool {
        self.is_frozen
    }

    /// When something that is put in now may leave.
    fn due(&mut self) -> Option<Instant> {
        if self.delay.is_zero() && self.last_due.is_none() {
            return None;
        }
        let now = Instant::now();
        let due = (now + self.delay).max(self.last_due.unwrap_or(now));
        self.last_due = (due > now).then_some(due);
        self.last_due
    }
}
