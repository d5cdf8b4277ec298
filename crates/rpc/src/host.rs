//! All apps and engine sessions of the process.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use fanlight_base::{Clock, ConnectionId, EngineSessionId, Entropy, Timestamp};
use fanlight_protocol::{CloseCode, Connected, SessionStart};

use crate::cache::Cache;
use crate::core::Core;
use crate::handles::Handles;
use crate::open_app::OpenApp;
use crate::session::{EngineSession, GoodBye, Linger, Member, SessionKey, frame};
use crate::{
    App, AppEntry, Connection, HostSettings, Observer, Outbox, Principal, Refusal, SessionChange,
    SessionEvent, SessionFilter, SessionInfo, Target, TargetApp,
};

/// Why a session ended to which nobody came back.
const LINGERED: &str = "detached";

/// All apps and engine sessions of the process.
///
/// Locks are taken in the order sessions, then one session, and no outbox is called back from, so they cannot wait for
/// each other.
pub struct Host {
    pub(crate) settings: HostSettings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    apps: RwLock<HashMap<String, Arc<OpenApp>>>,
    sessions: Mutex<HashMap<SessionKey, Arc<EngineSession>>>,
    /// Object handles are counted through the whole process, so that no number comes back; 1 is every connection's app.
    next_handle: AtomicI64,
    observer: OnceLock<Arc<dyn Observer>>,
}

/// Who joins which session, and for how long it lingers.
pub(crate) struct Joining<'a> {
    pub(crate) connection: &'a ConnectionId,
    pub(crate) principal: &'a Principal,
    pub(crate) target: &'a Target,
    pub(crate) outbox: &'a Arc<dyn Outbox>,
    /// Sends `OnConnected` while no other request can send anything.
    pub(crate) greet: bool,
}

impl Host {
    /// An empty host.
    pub fn new(settings: HostSettings, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Arc<Self> {
        Arc::new(Self {
            settings,
            clock,
            entropy,
            apps: RwLock::default(),
            sessions: Mutex::default(),
            next_handle: AtomicI64::new(2),
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

    /// The apps, by title.
    pub fn apps(&self) -> Vec<AppEntry> {
        let apps = self.apps.read().unwrap_or_else(PoisonError::into_inner);
        let mut entries: Vec<AppEntry> = apps.values().filter_map(|app| app.entry()).collect();
        entries.sort_by(|left, right| (&left.title, &left.id).cmp(&(&right.title, &right.id)));
        entries
    }

    /// Opens a connection: joins or creates the engine session, and sends `OnConnected` as the first frame.
    ///
    /// # Errors
    /// When the app is unknown or a limit is reached; the transport closes with the refusal's close code.
    pub fn connect(
        self: &Arc<Self>,
        principal: Principal,
        target: Target,
        outbox: Arc<dyn Outbox>,
    ) -> Result<Arc<Connection>, Refusal> {
        let id = ConnectionId::generate(&*self.entropy);
        let session = if target.app == TargetApp::None {
            greet(&*outbox, SessionStart::SessionCreated, None)?;
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

    /// Joins the engine session of user, app and identity, which is created if there is none.
    pub(crate) fn join(&self, joining: &Joining<'_>) -> Result<Arc<EngineSession>, Refusal> {
        let app = self.find_app(&joining.target.app)?;
        let key = SessionKey {
            user: joining.principal.user_id.clone(),
            app: app.name.clone(),
            identity: joining.target.identity.clone(),
        };
        let now = self.clock.now();
        let mut sessions = self.lock_sessions();
        // A session whose linger is over is not there any more, even if no one has swept it away yet.
        if sessions
            .get(&key)
            .is_some_and(|session| session.lock().is_over(now))
        {
            let over = sessions.remove(&key);
            over.iter()
                .for_each(|session| self.tell_end(session, LINGERED, now));
        }
        let (session, start) = match sessions.get(&key) {
            Some(session) => (Arc::clone(session), SessionStart::SessionAttached),
            None => {
                self.make_room(&mut sessions, &key, now)?;
                (
                    self.new_session(&key, app, joining.principal, now),
                    SessionStart::SessionCreated,
                )
            }
        };
        let mut shared = session.lock();
        let limit = self.settings.limits.connections_per_session;
        if shared.members.len() >= limit {
            return Err(Refusal::ConnectionsOfSession { limit });
        }
        if joining.greet {
            greet(&**joining.outbox, start, Some(&session.id))?;
        }
        let member = Member {
            outbox: Arc::clone(joining.outbox),
            handles: Handles::default(),
            login: joining.principal.login_session.clone(),
        };
        shared.join(
            joining.connection.clone(),
            member,
            self.linger(joining.target),
            now,
        );
        let change = match start {
            SessionStart::SessionCreated => SessionChange::Created,
            SessionStart::SessionAttached => SessionChange::Attached,
        };
        self.tell(&session.event(change, joining.principal.login_session.clone(), now));
        drop(shared);
        sessions.insert(key, Arc::clone(&session));
        Ok(session)
    }

    fn find_app(&self, target: &TargetApp) -> Result<Arc<OpenApp>, Refusal> {
        match target {
            TargetApp::None => Err(Refusal::NoSuchApp(String::new())),
            TargetApp::SessionApp(name) => Ok(Arc::new(OpenApp::of_session(name))),
            TargetApp::App(id) => {
                let apps = self.apps.read().unwrap_or_else(PoisonError::into_inner);
                apps.get(id.as_str())
                    .cloned()
                    .ok_or_else(|| Refusal::NoSuchApp(id.to_string()))
            }
        }
    }

    /// Refuses a new session where the limits are reached by sessions that are still alive.
    fn make_room(
        &self,
        sessions: &mut HashMap<SessionKey, Arc<EngineSession>>,
        key: &SessionKey,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let limits = &self.settings.limits;
        let of_user = |sessions: &HashMap<SessionKey, _>| {
            let users = sessions.keys().map(|other| &other.user);
            users.filter(|user| **user == key.user).count()
        };
        if sessions.len() >= limits.sessions_total || of_user(sessions) >= limits.sessions_per_user {
            sessions.retain(|_, session| {
                let is_over = session.lock().is_over(now);
                if is_over {
                    self.tell_end(session, LINGERED, now);
                }
                !is_over
            });
        }
        if sessions.len() >= limits.sessions_total {
            let limit = limits.sessions_total;
            return Err(Refusal::SessionsInTotal { limit });
        }
        if of_user(sessions) >= limits.sessions_per_user {
            let limit = limits.sessions_per_user;
            return Err(Refusal::SessionsOfUser { limit });
        }
        Ok(())
    }

    fn new_session(
        &self,
        key: &SessionKey,
        app: Arc<OpenApp>,
        principal: &Principal,
        now: Timestamp,
    ) -> Arc<EngineSession> {
        let cache = Cache::new(self.settings.limits.cached_cells_per_session);
        let core = Core::new(app, &principal.subject, now, cache);
        let id = EngineSessionId::generate(&*self.entropy);
        Arc::new(EngineSession::new(id, key.clone(), core, now))
    }

    fn linger(&self, target: &Target) -> Linger {
        match target.ttl {
            Some(ttl) => Linger {
                duration: ttl.min(self.settings.max_ttl),
                is_asked_for: true,
            },
            None => Linger {
                duration: self.settings.linger,
                is_asked_for: false,
            },
        }
    }

    /// Ends engine sessions whose linger is over, and those without a request for too long (close code 4001).
    /// Returns the sessions that ended.
    pub fn sweep(&self, now: Timestamp) -> Vec<SessionInfo> {
        let farewell = GoodBye {
            code: CloseCode::Idle,
            reason: "the session was idle for too long",
            now,
        };
        let mut ended = Vec::new();
        self.lock_sessions().retain(|_, session| {
            let mut shared = session.lock();
            let is_idle = shared.is_idle(self.settings.idle, now);
            if !is_idle && !shared.is_over(now) {
                return true;
            }
            ended.push(session.info(&shared));
            shared.close(&farewell, |_| true);
            self.tell_end(session, if is_idle { farewell.reason } else { LINGERED }, now);
            false
        });
        ended
    }

    /// Ends the sessions that `filter` names: each connection first gets a notification with `reason`, then is closed.
    /// Returns the sessions that ended.
    pub fn end_sessions(&self, filter: &SessionFilter, code: CloseCode, reason: &str) -> Vec<SessionInfo> {
        let now = self.clock.now();
        let farewell = GoodBye { code, reason, now };
        let mut ended = Vec::new();
        self.lock_sessions().retain(|key, session| {
            let mut shared = session.lock();
            let ends = match filter {
                SessionFilter::All => true,
                SessionFilter::User(user) => key.user == *user,
                SessionFilter::EngineSession(id) => session.id == *id,
                SessionFilter::LoginSession(login) => shared.belongs_to(login),
            };
            if ends {
                ended.push(session.info(&shared));
                shared.close(&farewell, |_| true);
                self.tell_end(session, reason, now);
            } else if let SessionFilter::LoginSession(login) = filter {
                shared.close(&farewell, |member| member.login.as_ref() == Some(login));
            }
            !ends
        });
        ended
    }

    /// Sends a notification to the connections that `filter` names, and says how many there are. One that is too slow
    /// for it is closed by its owner.
    pub fn notify(&self, filter: &SessionFilter, notification: &str) -> usize {
        let mut told = 0;
        for (key, session) in &*self.lock_sessions() {
            let shared = session.lock();
            for member in shared.members.values() {
                let meant = match filter {
                    SessionFilter::All => true,
                    SessionFilter::User(user) => key.user == *user,
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

    /// The engine sessions, oldest first.
    pub fn sessions(&self) -> Vec<SessionInfo> {
        let mut infos: Vec<SessionInfo> = self
            .lock_sessions()
            .values()
            .map(|session| session.info(&session.lock()))
            .collect();
        infos.sort_by(|left, right| (left.since, &left.id).cmp(&(right.since, &right.id)));
        infos
    }

    pub(crate) fn next_handle(&self) -> i64 {
        self.next_handle.fetch_add(1, Ordering::Relaxed)
    }

    fn lock_sessions(&self) -> MutexGuard<'_, HashMap<SessionKey, Arc<EngineSession>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn greet(outbox: &dyn Outbox, start: SessionStart, session: Option<&EngineSessionId>) -> Result<(), Refusal> {
    let connected = Connected {
        q_session_state: start,
        session_id: session.map(ToString::to_string),
        how: match start {
            SessionStart::SessionCreated => fanlight_protocol::ResumeHow::Created,
            SessionStart::SessionAttached => fanlight_protocol::ResumeHow::Attached,
        },
        rebuilt: false,
        not_restored: None,
        server_time: 0,
        idle_seconds: None,
        lifetime_seconds_left: None,
    };
    if outbox.send(frame(&connected.notification())) {
        Ok(())
    } else {
        Err(Refusal::Gone)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
