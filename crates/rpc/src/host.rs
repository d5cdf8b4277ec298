//! All apps and engine sessions of the process.

mod end;
mod join;
mod memory;
mod reload;
mod warn;

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use fanlight_base::{Clock, ConnectionId, Entropy, LoginSessionId, Timestamp, UserId};

use crate::open_app::OpenApp;
use crate::session::EngineSession;
use crate::{
    App, AppEntry, Connection, HostSettings, Journal, NoJournal, Observer, Outbox, Principal, Refusal,
    SessionChange, SessionEvent, SessionFilter, SessionInfo, SessionKey, Target, TargetApp, Viewer,
};

use end::Doomed;
pub(crate) use join::Joining;
pub use reload::Reloaded;
pub use warn::Deadline;
pub(crate) use warn::Warned;

/// All apps and engine sessions of the process.
///
/// Locks are taken in the order sessions, then one session, and no outbox is called back from, so they cannot wait for
/// each other. A request holds its session for as long as it calculates; so whoever holds the sessions only tries to get
/// one of them, and waits for neither a session nor a write of the journal.
pub struct Host {
    pub(crate) settings: HostSettings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) journal: Arc<dyn Journal>,
    apps: RwLock<HashMap<String, Arc<OpenApp>>>,
    sessions: Mutex<Sessions>,
    /// Held while the journal forgets what is doomed.
    forgetting: Mutex<()>,
    /// When login sessions end, as far as somebody said so.
    deadlines: Mutex<HashMap<LoginSessionId, Deadline>>,
    /// Object handles are counted through the whole process, so that no number comes back; 1 is every connection's app.
    next_handle: AtomicI64,
    /// When old entries of the journal were last looked for, in milliseconds since 1970.
    journal_swept: AtomicI64,
    observer: OnceLock<Arc<dyn Observer>>,
    memory: memory::Memory,
}

/// The engine sessions that live, and what is still to be forgotten of those that do not.
#[derive(Default)]
struct Sessions {
    live: HashMap<SessionKey, Arc<EngineSession>>,
    doomed: Doomed,
}

impl Host {
    /// An empty host whose sessions end with the process.
    pub fn new(settings: HostSettings, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Arc<Self> {
        Self::with_journal(settings, clock, entropy, Arc::new(NoJournal))
    }

    /// An empty host whose sessions outlive the process in `journal`.
    pub fn with_journal(
        settings: HostSettings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        journal: Arc<dyn Journal>,
    ) -> Arc<Self> {
        Arc::new(Self {
            memory: memory::Memory::new(&settings.limits),
            settings,
            clock,
            entropy,
            journal,
            apps: RwLock::default(),
            sessions: Mutex::default(),
            forgetting: Mutex::default(),
            deadlines: Mutex::default(),
            next_handle: AtomicI64::new(2),
            journal_swept: AtomicI64::new(i64::MIN),
            observer: OnceLock::new(),
        })
    }

    /// From now on `observer` is told what becomes of engine sessions. There is one; the first stays.
    pub fn observe(&self, observer: Arc<dyn Observer>) {
        let _ = self.observer.set(observer);
    }

    pub(crate) fn tell(&self, event: &SessionEvent) {
        if let Some(observer) = self.observer.get() {
            observer.observe(event);
        }
    }

    fn tell_end(&self, session: &EngineSession, reason: &str, now: Timestamp) {
        let reason = reason.to_owned();
        self.tell(&session.event(SessionChange::Ended { reason }, None, now));
    }

    /// Adds an app, or replaces the one with the same id for sessions to come.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the app becomes the host's; a caller has no more use for it"
    )]
    pub fn add_app(&self, app: App) {
        let app = OpenApp::stored(&app);
        let mut apps = self.apps.write().unwrap_or_else(PoisonError::into_inner);
        apps.insert(app.name.clone(), Arc::new(app));
    }

    /// The apps that this viewer may open, by title.
    pub fn apps(&self, viewer: Viewer<'_>) -> Vec<AppEntry> {
        let apps = self.read_apps();
        let open = apps.values().filter(|app| app.access.allows(viewer));
        let mut entries: Vec<AppEntry> = open.filter_map(|app| app.entry()).collect();
        drop(apps);
        entries.sort_by(|left, right| (&left.title, &left.id).cmp(&(&right.title, &right.id)));
        entries
    }

    /// Whether this viewer may open the app of this name; `None` if there is none.
    pub fn may_open(&self, app: &str, viewer: Viewer<'_>) -> Option<bool> {
        self.read_apps().get(app).map(|app| app.access.allows(viewer))
    }

    /// Opens a connection: joins or creates the engine session, and sends `OnConnected` as the first frame.
    ///
    /// # Errors
    /// When the app is unknown or not for this user, or a limit is reached; the transport closes with the refusal's close code.
    pub fn connect(
        self: &Arc<Self>,
        principal: Principal,
        target: Target,
        outbox: Arc<dyn Outbox>,
    ) -> Result<Arc<Connection>, Refusal> {
        let id = ConnectionId::generate(&*self.entropy);
        let session = if target.app == TargetApp::None {
            self.greet_without_app(&principal, &*outbox)?;
            None
        } else {
            let joining = Joining {
                connection: &id,
                principal: &principal,
                target: &target,
                outbox: &outbox,
                greet: true,
            };
            Some(self.join(&joining)?)
        };
        Ok(Arc::new(Connection::new(
            id,
            Arc::clone(self),
            principal,
            target,
            outbox,
            session,
        )))
    }

    /// Sends a notification to the connections that `filter` names, and says how many there are. One that is too slow
    /// for it is closed by its owner.
    pub fn notify(&self, filter: &SessionFilter, notification: &str) -> usize {
        let mut told = 0;
        for session in self.live() {
            let shared = session.lock();
            for member in shared.members.values() {
                let meant = match filter {
                    SessionFilter::All => true,
                    SessionFilter::User(user) => session.key.user == *user,
                    SessionFilter::EngineSession(id) => session.id == *id,
                    SessionFilter::LoginSession(login) => member.login.as_ref() == Some(login),
                };
                if meant {
                    let _ = member.outbox.send(notification.to_owned());
                    told += 1;
                }
            }
        }
        told
    }

    /// The engine sessions, oldest first. Of one in the middle of a request, the time of its last request is the one
    /// before.
    pub fn sessions(&self) -> Vec<SessionInfo> {
        let live = self.live();
        let mut infos: Vec<SessionInfo> = live.iter().map(|session| session.last_info()).collect();
        infos.sort_by(|left, right| (left.since, &left.id).cmp(&(right.since, &right.id)));
        infos
    }

    /// The sessions as they are now. The lock is not held while each of them is waited for: one that is in the middle of
    /// a request must not keep others from connecting.
    fn live(&self) -> Vec<Arc<EngineSession>> {
        self.lock_sessions().live.values().cloned().collect()
    }

    /// The engine sessions of a user that live. Waits for none of them, so it may be asked for in the middle of a request.
    pub(crate) fn live_keys(&self, user: &UserId) -> Vec<SessionKey> {
        let sessions = self.lock_sessions();
        let keys = sessions.live.keys();
        keys.filter(|key| key.user == *user).cloned().collect()
    }

    fn read_apps(&self) -> RwLockReadGuard<'_, HashMap<String, Arc<OpenApp>>> {
        self.apps.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says whether work that begins now has taken so much time.
    pub(crate) fn is_over(&self, time: Duration) -> impl Fn() -> bool + Send + Sync + 'static {
        let clock = Arc::clone(&self.clock);
        let end = clock.uptime().saturating_add(time);
        move || clock.uptime() >= end
    }

    pub(crate) fn next_handle(&self) -> i64 {
        self.next_handle.fetch_add(1, Ordering::Relaxed)
    }

    fn lock_sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use fanlight_base::{ManualClock, SeededEntropy};

    use super::*;

    #[test]
    fn work_is_not_late_because_the_time_of_day_was_set() {
        let clock = Arc::new(ManualClock::frozen_at(Timestamp::from_secs(0)));
        let entropy = Arc::new(SeededEntropy::new(1));
        let host = Host::new(HostSettings::default(), Arc::clone(&clock) as _, entropy);
        let [is_late, is_late_at_once] = [5, 0].map(|secs| host.is_over(Duration::from_secs(secs)));
        clock.advance(Duration::from_secs(3600));
        assert!(!is_late());
        assert!(is_late_at_once());
    }
}
