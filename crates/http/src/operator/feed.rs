//! Events, live and from a while ago.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use fanlight_base::{Entropy, LoginSessionId};
use tokio::sync::broadcast;

use super::{Happening, Kind, lock};

/// Events that are kept for readers that come back.
const KEPT: usize = 2000;
/// Events that a reader may be behind before it is dropped.
const BEHIND: usize = 512;

/// The events of this run of the server. Their ids name the run, so that an id of an earlier one is not taken for one of
/// this.
#[derive(Debug)]
pub struct Feed {
    run: String,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    next: u64,
    kept: VecDeque<Sent>,
    /// `None` once the server stops.
    live: Option<broadcast::Sender<Sent>>,
}

/// An event, ready to be written.
#[derive(Debug, Clone)]
pub struct Sent {
    seq: u64,
    /// Where to go on after a break.
    pub id: Arc<str>,
    /// Its name.
    pub kind: Kind,
    /// Its data, as JSON.
    pub data: Arc<str>,
    /// The login session that it is about.
    pub login_session: Option<LoginSessionId>,
}

/// What a reader who comes back has missed.
#[derive(Debug)]
pub enum Missed {
    /// These, maybe none.
    Events(Vec<Sent>),
    /// More than is kept, or the server has started anew: the reader must ask for everything.
    TooMuch,
}

impl Feed {
    pub(super) fn new(entropy: &dyn Entropy) -> Self {
        let mut run = entropy.hex128();
        run.truncate(8);
        Self {
            run,
            inner: Mutex::new(Inner {
                next: 1,
                kept: VecDeque::new(),
                live: Some(broadcast::channel(BEHIND).0),
            }),
        }
    }

    pub(super) fn push(&self, happening: &Happening) {
        let mut inner = lock(&self.inner);
        let seq = inner.next;
        inner.next += 1;
        let id = format!("{}-{seq}", self.run);
        let data = serde_json::to_string(&happening.event(id.clone())).unwrap_or_default();
        let sent = Sent {
            seq,
            id: id.into(),
            kind: happening.kind,
            data: data.into(),
            login_session: happening.login_session.clone(),
        };
        if inner.kept.len() >= KEPT {
            inner.kept.pop_front();
        }
        inner.kept.push_back(sent.clone());
        // Without readers there is nobody to tell.
        let _ = inner.live.as_ref().map(|live| live.send(sent));
    }

    /// Everything from now on, and what was missed since `last`; nothing falls between the two. `None` when the server
    /// stops.
    pub fn subscribe(&self, last: Option<&str>) -> Option<(Missed, broadcast::Receiver<Sent>)> {
        let inner = lock(&self.inner);
        let live = inner.live.as_ref()?.subscribe();
        let missed = match last {
            None => Missed::Events(Vec::new()),
            Some(last) => self.missed(&inner, last),
        };
        Some((missed, live))
    }

    fn missed(&self, inner: &Inner, last: &str) -> Missed {
        let seq = last
            .strip_prefix(self.run.as_str())
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|seq| seq.parse::<u64>().ok())
            .filter(|seq| *seq < inner.next);
        let oldest = inner.kept.front().map_or(inner.next, |sent| sent.seq);
        match seq {
            Some(seq) if seq + 1 >= oldest => {
                Missed::Events(inner.kept.iter().filter(|sent| sent.seq > seq).cloned().collect())
            }
            _ => Missed::TooMuch,
        }
    }

    /// Ends every stream; the server stops.
    pub fn close(&self) {
        lock(&self.inner).live = None;
    }
}

#[cfg(test)]
mod tests;
