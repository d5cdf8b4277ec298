//! The life of an engine session: `attached{sockets} → detached{until} → ended{reason}`.
//!
//! | state \ event | `Joined` | `Left` | `TimePassed` | `Ended` |
//! |---|---|---|---|---|
//! | attached | attached, one more | attached, one less; detached when it was the last | attached | ended |
//! | detached | attached; refused once its time is over | refused | detached; ended when its time is over | ended |
//! | ended | refused | refused | refused | refused |
//!
//! Nothing here reads a clock: whoever reports an event says when it happened.

use std::num::NonZeroUsize;
use std::time::Duration;

use fanlight_base::Timestamp;
use fanlight_protocol::FarewellReason;

/// Where an engine session is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// In use.
    Attached {
        /// How many connections it has.
        sockets: NonZeroUsize,
    },
    /// Without a connection; it ends at `until` unless one comes.
    Detached {
        /// When it ends.
        until: Timestamp,
    },
    /// Over, for good.
    Ended {
        /// When.
        at: Timestamp,
        /// Why.
        reason: SessionEnd,
    },
}

/// Why an engine session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// Nobody came back in time.
    Abandoned,
    /// Its connections were told this reason and closed.
    Closed(FarewellReason),
}

/// What can happen to an engine session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifeEvent {
    /// A connection joined.
    Joined,
    /// A connection is gone; without another one the session waits for as long as this.
    Left {
        /// How long.
        linger: Duration,
    },
    /// Nothing, except that it is later now.
    TimePassed,
    /// Somebody ended it.
    Ended(FarewellReason),
}

/// An event that the state does not allow. Nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an engine session that is {state:?} cannot take {event:?}")]
pub struct InvalidTransition {
    /// Where the session is.
    pub state: Life,
    /// What was refused.
    pub event: LifeEvent,
}

impl SessionEnd {
    /// The word for lists and metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Abandoned => "detached",
            Self::Closed(reason) => reason.word(),
        }
    }
}

impl Life {
    /// A session begins without a connection, and waits for its first one as it would wait for one to come back.
    pub fn begin(now: Timestamp, linger: Duration) -> Self {
        Self::Detached {
            until: now.plus(linger),
        }
    }

    /// The state after `event` at `now`.
    ///
    /// # Errors
    /// The state does not allow the event; the table at the top of this module says which does.
    pub fn after(self, event: LifeEvent, now: Timestamp) -> Result<Self, InvalidTransition> {
        let refused = InvalidTransition { state: self, event };
        match (self, event) {
            (Self::Ended { .. }, _) => Err(refused),
            (Self::Attached { .. } | Self::Detached { .. }, LifeEvent::Ended(reason)) => Ok(Self::Ended {
                at: now,
                reason: SessionEnd::Closed(reason),
            }),
            (Self::Attached { sockets }, LifeEvent::Joined) => Ok(Self::Attached {
                sockets: sockets.saturating_add(1),
            }),
            (Self::Attached { sockets }, LifeEvent::Left { linger }) => {
                Ok(match NonZeroUsize::new(sockets.get() - 1) {
                    Some(sockets) => Self::Attached { sockets },
                    None => Self::Detached {
                        until: now.plus(linger),
                    },
                })
            }
            (Self::Attached { .. }, LifeEvent::TimePassed) => Ok(self),
            (Self::Detached { until }, LifeEvent::Joined) if now < until => Ok(Self::Attached {
                sockets: NonZeroUsize::MIN,
            }),
            (Self::Detached { .. }, LifeEvent::Joined | LifeEvent::Left { .. }) => Err(refused),
            (Self::Detached { until }, LifeEvent::TimePassed) if now < until => Ok(self),
            (Self::Detached { until }, LifeEvent::TimePassed) => Ok(Self::Ended {
                at: until,
                reason: SessionEnd::Abandoned,
            }),
        }
    }

    /// How it has ended, if it has.
    pub const fn end(self) -> Option<SessionEnd> {
        match self {
            Self::Attached { .. } | Self::Detached { .. } => None,
            Self::Ended { reason, .. } => Some(reason),
        }
    }
}

#[cfg(test)]
mod tests;
