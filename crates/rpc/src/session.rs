//! One engine session: user + app + identity.

mod record;

use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use fanlight_base::{ConnectionId, EngineSessionId, LoginSessionId, Timestamp};
use fanlight_engine::{Accept, MemoryPool};
use fanlight_protocol::{CloseCode, Farewell, FarewellReason, Push};

pub(crate) use record::Record;

use crate::changes::Changes;
use crate::core::Core;
use crate::handles::Handles;
use crate::host::Warned;
use crate::{
    ConnectionInfo, Kept, Life, LifeEvent, Outbox, Principal, SessionChange, SessionEnd, SessionEvent,
    SessionFilter, SessionInfo, SessionKey, SessionState, Viewer,
};

/// How long a session that was just made waits for the connection that it was made for.
const FIRST_WAIT: Duration = Duration::from_secs(60);

/// One connection, as its engine session sees it.
pub(crate) struct Member {
    pub(crate) outbox: Arc<dyn Outbox>,
    pub(crate) handles: Handles,
    pub(crate) login: Option<LoginSessionId>,
    /// Whose connection it is.
    pub(crate) principal: Principal,
    /// What the client was last told of an end that comes near.
    pub(crate) warned: Option<Warned>,
}

impl Member {
    /// The person, as far as apps are concerned.
    pub(crate) fn viewer(&self) -> Viewer<'_> {
        self.principal.viewer()
    }
}

/// The login sessions that have used an engine session; `None` is a program's credential.
pub(crate) type Logins = BTreeSet<Option<LoginSessionId>>;

/// What requests read and change, behind the session's one lock.
pub(crate) struct Shared {
    pub(crate) core: Core,
    pub(crate) members: HashMap<ConnectionId, Member>,
    pub(crate) record: Record,
    life: Life,
    linger: Duration,
    has_own_ttl: bool,
    /// Whether the last connection that left took its leave, so that nobody wants the session back.
    pub(crate) is_given_up: bool,
    pub(crate) last_request: Timestamp,
    pub(crate) logins: Logins,
}

/// One engine session.
pub(crate) struct EngineSession {
    pub(crate) id: EngineSessionId,
    pub(crate) key: SessionKey,
    /// What an earlier session held and this one does not, if it was rebuilt from the journal.
    pub(crate) not_restored: Option<Vec<String>>,
    /// What it may hold in memory, as a part of what its person may.
    pub(crate) memory: Arc<MemoryPool>,
    since: Timestamp,
    shared: Mutex<Shared>,
    seen: Mutex<Seen>,
    /// Whether the journal may have dropped the entry since it was last written.
    entry_may_be_gone: AtomicBool,
}

/// What can be known of a session while a request uses it: as it was when a connection last came or went.
struct Seen {
    info: SessionInfo,
    logins: Logins,
}

impl EngineSession {
    pub(crate) fn new(
        id: EngineSessionId,
        key: SessionKey,
        (core, not_restored, memory): (Core, Option<Vec<String>>, Arc<MemoryPool>),
        now: Timestamp,
    ) -> Self {
        let shared = Shared {
            record: Record::of(&core),
            core,
            members: HashMap::new(),
            life: Life::begin(now, FIRST_WAIT),
            linger: Duration::ZERO,
            has_own_ttl: false,
            is_given_up: false,
            last_request: now,
            logins: BTreeSet::new(),
        };
        let seen = Seen {
            info: info_of((&id, &key, now), &shared),
            logins: BTreeSet::new(),
        };
        Self {
            id,
            key,
            not_restored,
            memory,
            since: now,
            shared: Mutex::new(shared),
            seen: Mutex::new(seen),
            entry_may_be_gone: AtomicBool::new(false),
        }
    }

    /// The session's state. A request that panicked has answered with an internal error; what it left behind is consistent,
    /// because a change is made by replacing immutable parts.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session's state, unless a request is using it at this moment.
    pub(crate) fn try_lock(&self) -> Option<MutexGuard<'_, Shared>> {
        match self.shared.try_lock() {
            Ok(shared) => Some(shared),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    pub(crate) fn info(&self, shared: &Shared) -> SessionInfo {
        info_of((&self.id, &self.key, self.since), shared)
    }

    /// What is known of the session without waiting for a request that uses it.
    pub(crate) fn last_info(&self) -> SessionInfo {
        match self.try_lock() {
            Some(shared) => self.info(&shared),
            None => self.lock_seen().info.clone(),
        }
    }

    /// A connection has come or gone.
    pub(crate) fn publish(&self, shared: &Shared) {
        *self.lock_seen() = Seen {
            info: self.info(shared),
            logins: shared.logins.clone(),
        };
    }

    /// The login sessions that have used the session.
    pub(crate) fn logins(&self) -> Logins {
        self.lock_seen().logins.clone()
    }

    /// Whether `filter` names the session, or a part of it.
    pub(crate) fn is_meant(&self, filter: &SessionFilter) -> bool {
        match filter {
            SessionFilter::All => true,
            SessionFilter::User(user) => self.key.user == *user,
            SessionFilter::EngineSession(id) => self.id == *id,
            SessionFilter::LoginSession(login) => {
                let login = Some(login.clone());
                self.lock_seen().logins.contains(&login)
            }
        }
    }

    /// The journal has dropped old entries.
    pub(crate) fn entry_may_be_gone(&self) {
        self.entry_may_be_gone.store(true, Ordering::Relaxed);
    }

    /// What is to be written after a change.
    pub(crate) fn difference(&self, record: &mut Record, before: &Core, now: &Core) -> Option<Kept> {
        if self.entry_may_be_gone.swap(false, Ordering::Relaxed) {
            record.is_complete = false;
        }
        record.difference(before, now)
    }

    fn lock_seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What an observer is told.
    pub(crate) fn event(
        &self,
        change: SessionChange,
        login: Option<LoginSessionId>,
        at: Timestamp,
    ) -> SessionEvent {
        SessionEvent {
            at,
            change,
            session: self.id.clone(),
            user: self.key.user.clone(),
            app: self.key.app.clone(),
            identity: self.key.identity.clone(),
            login,
        }
    }
}

fn info_of((id, key, since): (&EngineSessionId, &SessionKey, Timestamp), shared: &Shared) -> SessionInfo {
    let state = match shared.life {
        Life::Detached { until } => SessionState::Detached { until },
        Life::Attached { sockets } => SessionState::Attached {
            sockets: sockets.get(),
        },
        Life::Ended { at, .. } => SessionState::Detached { until: at },
    };
    let mut connections: Vec<ConnectionInfo> = shared
        .members
        .iter()
        .map(|(id, member)| ConnectionInfo {
            id: id.clone(),
            login: member.login.clone(),
        })
        .collect();
    connections.sort();
    SessionInfo {
        id: id.clone(),
        app: key.app.clone(),
        user: key.user.clone(),
        identity: key.identity.clone(),
        state,
        since,
        last_request: shared.last_request,
        connections,
    }
}

/// How long a session outlives its last connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Linger {
    pub(crate) duration: Duration,
    /// Whether the URL asked for it.
    pub(crate) is_asked_for: bool,
}

impl Shared {
    /// Adds a connection. A ttl in its URL holds for the session from now on. False if the session is over: then nothing
    /// has changed.
    pub(crate) fn join(&mut self, id: ConnectionId, member: Member, linger: Linger, now: Timestamp) -> bool {
        let Ok(life) = self.life.after(LifeEvent::Joined, now) else {
            return false;
        };
        self.life = life;
        self.logins.insert(member.login.clone());
        self.members.insert(id, member);
        self.is_given_up = false;
        self.last_request = now;
        if linger.is_asked_for || !self.has_own_ttl {
            self.linger = linger.duration;
            self.has_own_ttl = linger.is_asked_for;
        }
        debug_assert!(self.counts_its_members());
        true
    }

    /// Removes a connection; its modal selection is accepted.
    pub(crate) fn leave(&mut self, id: &ConnectionId, linger_without_ttl: Option<Duration>, now: Timestamp) {
        if self.members.remove(id).is_none() {
            return;
        }
        if self
            .core
            .modal
            .as_ref()
            .is_some_and(|modal| modal.connection == *id)
        {
            let mut changes = Changes::default();
            let before = self.core.engine.clone();
            end_modal(&mut self.core, Accept::Keep, &mut changes);
            changes.settle(&before, &self.core.engine);
            self.push(&changes, None);
        }
        let linger = match linger_without_ttl {
            Some(short) if !self.has_own_ttl => short.min(self.linger),
            _ => self.linger,
        };
        self.is_given_up = linger_without_ttl.is_some() && !self.has_own_ttl;
        // An ended session has told its members already; it stays ended.
        if let Ok(life) = self.life.after(LifeEvent::Left { linger }, now) {
            self.life = life;
        }
    }

    /// Tells every connection but `except` what changed.
    pub(crate) fn push(&mut self, changes: &Changes, except: Option<&ConnectionId>) {
        if changes.is_empty() {
            return;
        }
        for (id, member) in &mut self.members {
            if Some(id) == except {
                continue;
            }
            let (changed, closed) = changes.apply(&mut member.handles, &self.core.objects);
            if !changed.is_empty() || !closed.is_empty() {
                // A full outbox is its owner's to close; nothing is to be done here.
                let _ = member.outbox.send(frame(&Push::new(&changed, &closed)));
            }
        }
    }

    pub(crate) fn note_request(&mut self, now: Timestamp) {
        self.last_request = now;
    }

    /// Lets time pass. How the session has ended, if it has by now.
    pub(crate) fn ended_by(&mut self, now: Timestamp) -> Option<SessionEnd> {
        if let Ok(life) = self.life.after(LifeEvent::TimePassed, now) {
            self.life = life;
        }
        self.life.end()
    }

    pub(crate) fn is_idle(&self, idle: Option<Duration>, now: Timestamp) -> bool {
        idle.is_some_and(|idle| now.since(self.last_request) >= idle)
    }

    /// Whether no other login session has used the engine session.
    pub(crate) fn belongs_to(&self, login: &LoginSessionId) -> bool {
        self.logins.iter().all(|other| other.as_ref() == Some(login)) && !self.logins.is_empty()
    }

    /// The login session has ended; others go on.
    pub(crate) fn forget_login(&mut self, login: &LoginSessionId) {
        if self.logins.remove(&Some(login.clone())) {
            // The journal forgets it too, and with it maybe the whole entry.
            self.record.is_complete = false;
        }
    }

    /// Ends the session: every connection is told, then closed. `None` if it had ended before.
    pub(crate) fn end(&mut self, farewell: &GoodBye<'_>) -> Option<SessionEnd> {
        let ended = self.life.after(LifeEvent::Ended(farewell.reason), farewell.now);
        self.life = ended.ok()?;
        self.close(farewell, |_| true);
        self.life.end()
    }

    /// Says farewell to the connections that `is_meant` and closes them.
    pub(crate) fn close(&mut self, farewell: &GoodBye<'_>, is_meant: impl Fn(&Member) -> bool) {
        let meant: Vec<ConnectionId> = self
            .members
            .iter()
            .filter(|(_, member)| is_meant(member))
            .map(|(id, _)| id.clone())
            .collect();
        for id in meant {
            if let Some(member) = self.members.get(&id) {
                let _ = member.outbox.send(farewell.frame());
                member.outbox.close(farewell.code, farewell.reason.word());
            }
            self.leave(&id, None, farewell.now);
        }
    }

    fn counts_its_members(&self) -> bool {
        match self.life {
            Life::Attached { sockets } => NonZeroUsize::new(self.members.len()) == Some(sockets),
            Life::Detached { .. } | Life::Ended { .. } => self.members.is_empty(),
        }
    }
}

/// Why and when connections are closed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GoodBye<'a> {
    pub(crate) code: CloseCode,
    pub(crate) reason: FarewellReason,
    /// Why, for people.
    pub(crate) message: &'a str,
    pub(crate) now: Timestamp,
}

impl GoodBye<'_> {
    pub(crate) fn frame(&self) -> String {
        let at = self.now.to_string();
        let usual = self.reason.close_code() == self.code;
        frame(&if usual {
            Farewell::because(self.reason, at, self.message)
        } else {
            Farewell::notification(self.code, at, self.message)
        })
    }
}

/// Ends the modal selection, if there is one. Searches in its owner end with it.
pub(crate) fn end_modal(core: &mut Core, accept: Accept, changes: &mut Changes) {
    let Some(modal) = core.modal.take() else { return };
    core.engine.end_modal(accept);
    if core.searches.keys().any(|(id, _)| *id == modal.owner) {
        core.searches_mut().retain(|(id, _), _| *id != modal.owner);
    }
    changes.layout(&modal.owner);
    changes.selections();
}

/// The text of a message.
pub(crate) fn frame<T: serde::Serialize>(message: &T) -> String {
    serde_json::to_string(message).expect("messages have text keys and no failing parts")
}
