//! Connections find their engine session, or make it, new or from what the journal kept of an earlier one.

use std::sync::Arc;

use fanlight_base::{ConnectionId, EngineSessionId, Timestamp};
use fanlight_protocol::{Connected, ResumeHow, SessionStart};

use super::{Host, Sessions};
use crate::cache::Cache;
use crate::core::Core;
use crate::handles::Handles;
use crate::open_app::OpenApp;
use crate::session::{EngineSession, Linger, Member, Shared, frame};
use crate::{
    JournalEntry, Kept, Outbox, Principal, Refusal, SessionChange, SessionKey, Target, TargetApp, kept,
};

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
    /// Joins the engine session of user, app and identity, which is created if there is none.
    pub(crate) fn join(&self, joining: &Joining<'_>) -> Result<Arc<EngineSession>, Refusal> {
        let mut app = self.find_app(&joining.target.app, joining.principal)?;
        let key = SessionKey {
            user: joining.principal.user_id.clone(),
            app: app.name.clone(),
            identity: joining.target.identity.clone(),
        };
        loop {
            let now = self.clock.now();
            let mut sessions = self.lock_sessions();
            // The app may have been read again since. From here on it waits for the session that is made of it.
            app = self.find_app(&joining.target.app, joining.principal)?;
            self.bury(&mut sessions, &key, now);
            let (session, how) = match sessions.live.get(&key) {
                Some(session) => (Arc::clone(session), ResumeHow::Attached),
                None => {
                    self.make_room(&mut sessions, &key, now)?;
                    if !sessions.doomed.is_empty() {
                        // What is to be forgotten must not come back. Nobody else is kept waiting for that.
                        drop(sessions);
                        self.forget_doomed().map_err(|_| Refusal::JournalFailed)?;
                        continue;
                    }
                    self.new_session(&key, (Arc::clone(&app), joining.principal), now)?
                }
            };
            let Some(mut shared) = session.try_lock() else {
                // It is in the middle of a request. Nobody else is kept waiting for that.
                drop(sessions);
                drop(session.lock());
                continue;
            };
            let is_new_login = self.enter(joining, (&session, &mut shared), (how, now))?;
            sessions.live.insert(key, Arc::clone(&session));
            drop(sessions);
            if is_new_login {
                self.note_login(&session, &mut shared, now);
            }
            drop(shared);
            return Ok(session);
        }
    }

    /// Adds the connection to the session. Says whether its login session has not used it before.
    fn enter(
        &self,
        joining: &Joining<'_>,
        (session, shared): (&Arc<EngineSession>, &mut Shared),
        (how, now): (ResumeHow, Timestamp),
    ) -> Result<bool, Refusal> {
        let limit = self.settings.limits.connections_per_session;
        if shared.members.len() >= limit {
            return Err(Refusal::ConnectionsOfSession { limit });
        }
        if joining.greet {
            let connected = self.connected(Some(session), joining.principal, (how, now));
            send(&**joining.outbox, connected)?;
        }
        let login = &joining.principal.login_session;
        let is_new_login = !shared.logins.contains(login);
        let member = Member {
            outbox: Arc::clone(joining.outbox),
            handles: Handles::default(),
            login: login.clone(),
            principal: joining.principal.clone(),
            warned: None,
        };
        let linger = self.linger(joining.target);
        if !shared.join(joining.connection.clone(), member, linger, now) {
            return Err(Refusal::Gone);
        }
        session.publish(shared);
        let change = match how {
            ResumeHow::Created => SessionChange::Created,
            ResumeHow::Attached => SessionChange::Attached,
            ResumeHow::Rebuilt => SessionChange::Rebuilt,
        };
        self.tell(&session.event(change, login.clone(), now));
        Ok(is_new_login)
    }

    /// A session that is over is not there any more, even if no one has swept it away yet.
    fn bury(&self, sessions: &mut Sessions, key: &SessionKey, now: Timestamp) {
        let Some(session) = sessions.live.get(key).cloned() else {
            return;
        };
        // One in the middle of a request is not over.
        let Some(mut shared) = session.try_lock() else {
            return;
        };
        if let Some(end) = shared.ended_by(now) {
            let is_wanted_back = !shared.is_given_up;
            self.take_out(sessions, &session, (end, is_wanted_back), now);
        }
    }

    /// Refuses a new session where the limits are reached by sessions that are still alive.
    fn make_room(&self, sessions: &mut Sessions, key: &SessionKey, now: Timestamp) -> Result<(), Refusal> {
        let limits = &self.settings.limits;
        let of_user = |sessions: &Sessions| {
            let users = sessions.live.keys().map(|other| &other.user);
            users.filter(|user| **user == key.user).count()
        };
        if sessions.live.len() >= limits.sessions_total || of_user(sessions) >= limits.sessions_per_user {
            let keys: Vec<SessionKey> = sessions.live.keys().cloned().collect();
            keys.iter().for_each(|key| self.bury(sessions, key, now));
        }
        if sessions.live.len() >= limits.sessions_total {
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
        (app, principal): (Arc<OpenApp>, &Principal),
        now: Timestamp,
    ) -> Result<(Arc<EngineSession>, ResumeHow), Refusal> {
        if self.is_short_of_memory() {
            return Err(Refusal::NoMemory);
        }
        // A session must not begin over what cannot be read.
        let kept = self.journal.load(key).map_err(|_| Refusal::JournalFailed)?;
        let memory = self.session_memory(&key.user);
        let cache = Cache::new(self.settings.limits.cached_cells_per_session, &memory);
        let mut core = Core::new(app, &principal.subject, now, cache);
        let empty = core.clone();
        let not_restored = kept.as_ref().map(|kept| {
            let mut losses = kept::restore(&mut core, kept);
            if core.settle(&empty, &memory).is_err() {
                // There is no room for it now; the session begins without.
                core = empty.clone();
                losses.add("everything, for want of memory");
            }
            // Clients ask which app is open before they look for their objects.
            core.opened = true;
            losses.into_texts()
        });
        let how = match &not_restored {
            Some(_) => ResumeHow::Rebuilt,
            None => ResumeHow::Created,
        };
        let id = EngineSessionId::generate(&*self.entropy);
        let session = EngineSession::new(id, key.clone(), (core, not_restored, memory), now);
        session.lock().record.exists = kept.is_some();
        Ok((Arc::new(session), how))
    }

    /// Tells the journal that one more login session uses what it keeps, so that the entry does not go with the others.
    fn note_login(&self, session: &EngineSession, shared: &mut Shared, at: Timestamp) {
        if !shared.record.exists {
            return;
        }
        let entry = JournalEntry {
            kept: Kept::default(),
            logins: shared.logins.iter().cloned().collect(),
            live: self.live_keys(&session.key.user),
            at,
        };
        if self.journal.save(&session.key, &entry).is_err() {
            // The entry may be forgotten with its other login sessions; the next change writes it whole.
            shared.record.is_complete = false;
        }
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

    fn find_app(&self, target: &TargetApp, principal: &Principal) -> Result<Arc<OpenApp>, Refusal> {
        let app = match target {
            TargetApp::None => Err(Refusal::NoSuchApp(String::new())),
            TargetApp::SessionApp(name) => Ok(Arc::new(OpenApp::of_session(name))),
            TargetApp::App(id) => self
                .read_apps()
                .get(id.as_str())
                .cloned()
                .ok_or_else(|| Refusal::NoSuchApp(id.to_string())),
        }?;
        if app.access.allows(principal.viewer()) {
            Ok(app)
        } else {
            Err(Refusal::NotPermitted(app.name.clone()))
        }
    }

    /// The greeting on a connection that has no app yet.
    pub(super) fn greet_without_app(
        &self,
        principal: &Principal,
        outbox: &dyn Outbox,
    ) -> Result<(), Refusal> {
        let found = (ResumeHow::Created, self.clock.now());
        send(outbox, self.connected(None, principal, found))
    }

    fn connected(
        &self,
        session: Option<&EngineSession>,
        principal: &Principal,
        (how, now): (ResumeHow, Timestamp),
    ) -> Connected {
        let rebuilt = session.and_then(|session| session.not_restored.as_ref());
        Connected {
            q_session_state: match how {
                ResumeHow::Attached => SessionStart::SessionAttached,
                ResumeHow::Created | ResumeHow::Rebuilt => SessionStart::SessionCreated,
            },
            session_id: session.map(|session| session.id.to_string()),
            how,
            rebuilt: rebuilt.is_some(),
            // The journal was asked in any case: where it had nothing, nothing is missing.
            not_restored: session.map(|_| rebuilt.cloned().unwrap_or_default()),
            server_time: now.as_millis(),
            idle_seconds: self.settings.idle.map(|idle| idle.as_secs()),
            lifetime_seconds_left: self.lifetime_left(principal.login_session.as_ref(), now),
        }
    }
}

fn send(outbox: &dyn Outbox, connected: Connected) -> Result<(), Refusal> {
    if outbox.send(frame(&connected.notification())) {
        Ok(())
    } else {
        Err(Refusal::Gone)
    }
}
