//! What operators see: the feed of events, the audit log, the metrics.
//!
//! Every change of a session comes through [`Operator::record`] once, and becomes an event, an audit entry and a metric.

mod absence;
mod feed;
mod happening;
mod metrics;
mod pending;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fanlight_base::{Entropy, Timestamp};
use fanlight_identity::{AuditLog, LoginSession, StoreError};
use fanlight_rpc::{Observer, SessionChange, SessionEvent};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::ApiError;
use absence::Absences;
use pending::Pending;

pub use feed::{Feed, Missed, Sent};
pub use happening::{Happening, Kind};
pub use metrics::{Cut, Direction, Metrics, Snapshot};

/// Streams of events at a time.
const MAX_STREAMS: usize = 32;

/// The feed, the audit log's queue and the metrics.
#[derive(Debug)]
pub struct Operator {
    /// Events, live and from a while ago.
    pub feed: Feed,
    /// Counters.
    pub metrics: Metrics,
    streams: Arc<Semaphore>,
    pending: Mutex<Pending>,
    /// Held while entries are written, so that whoever waits for it knows that theirs are written too.
    writing: Mutex<()>,
    absences: Mutex<Absences>,
}

impl Operator {
    /// An empty one.
    pub fn new(entropy: &dyn Entropy) -> Arc<Self> {
        Arc::new(Self {
            feed: Feed::new(entropy),
            metrics: Metrics::new(),
            streams: Arc::new(Semaphore::new(MAX_STREAMS)),
            pending: Mutex::default(),
            writing: Mutex::default(),
            absences: Mutex::default(),
        })
    }

    /// Something happened to a session, or an administrator did something. Cheap; what the store did not write by itself
    /// is not written before [`Operator::flush`].
    pub fn record(&self, happening: &Happening) {
        self.metrics.count(happening);
        if happening.is_to_be_audited() {
            let n_lost = lock(&self.pending).push(happening.audit_record());
            self.metrics.lost_audit_entries.inc_by(n_lost);
        }
        self.feed.push(happening);
    }

    /// A sign-in began or renewed a login session, or was refused.
    pub(crate) fn signed_in(
        &self,
        asked: Result<(&LoginSession, Kind), &ApiError>,
        client: IpAddr,
        now: Timestamp,
    ) {
        let address = Some(client);
        self.record(&match asked {
            Ok((session, kind)) => Happening {
                user: Some(session.user.clone()),
                login_session: Some(session.id.clone()),
                address,
                ..Happening::new(now, kind)
            },
            Err(error) => Happening {
                reason: Some(error.code().to_owned()),
                address,
                ..Happening::new(now, Kind::LoginRefused)
            },
        });
    }

    /// Writes the audit entries that wait. When it returns, everything that was recorded before is kept. Blocks.
    ///
    /// # Errors
    /// The store failed; the entries wait for the next call.
    pub fn flush(&self, store: &(impl AuditLog + ?Sized)) -> Result<(), StoreError> {
        let _one_at_a_time = lock(&self.writing);
        let records = lock(&self.pending).take();
        let written = store.append_audit(&records);
        if written.is_err() {
            let n_lost = lock(&self.pending).put_back(records);
            self.metrics.lost_audit_entries.inc_by(n_lost);
        }
        written
    }

    /// A place for one more stream of events.
    pub fn take_stream(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.streams).try_acquire_owned().ok()
    }
}

impl Observer for Operator {
    fn observe(&self, event: &SessionEvent) {
        let kind = match &event.change {
            SessionChange::Created => Kind::EngineCreated,
            SessionChange::Rebuilt => Kind::EngineRebuilt,
            SessionChange::Attached => Kind::EngineAttached,
            SessionChange::Detached => Kind::EngineDetached,
            SessionChange::Ended { .. } => Kind::EngineEnded,
        };
        if let Some(resume) = lock(&self.absences).note(event) {
            self.metrics.resumed(resume);
        }
        self.record(&Happening {
            user: Some(event.user.clone()),
            login_session: event.login.clone(),
            engine_session: Some(event.session.clone()),
            app: Some(event.app.clone()),
            identity: event.identity.clone(),
            reason: match &event.change {
                SessionChange::Ended { reason } => Some(reason.clone()),
                _ => None,
            },
            ..Happening::new(event.at, kind)
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
