//! One client's view of an engine session.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fanlight_base::{ConnectionId, EngineSessionId};
use fanlight_protocol::CloseCode;

use crate::host::Joining;
use crate::pending::Pending;
use crate::session::EngineSession;
use crate::{
    Host, Outbox, PeerClose, Principal, Refusal, Reply, SessionChange, SessionKey, Target, TargetApp,
    dispatch,
};

/// One client's view of an engine session: its handles, and nothing else.
pub struct Connection {
    pub(crate) id: ConnectionId,
    pub(crate) host: Arc<Host>,
    pub(crate) principal: Principal,
    target: Target,
    outbox: Arc<dyn Outbox>,
    session: Mutex<Option<Arc<EngineSession>>>,
    pub(crate) pending: Pending,
}

impl Connection {
    pub(crate) fn new(
        id: ConnectionId,
        host: Arc<Host>,
        principal: Principal,
        target: Target,
        outbox: Arc<dyn Outbox>,
        session: Option<Arc<EngineSession>>,
    ) -> Self {
        Self {
            id,
            host,
            principal,
            target,
            outbox,
            session: Mutex::new(session),
            pending: Pending::default(),
        }
    }

    /// The connection's id, for logs.
    pub fn id(&self) -> &ConnectionId {
        &self.id
    }

    /// The engine session, once there is one: `None` on `/app/engineData` before an app is opened.
    pub fn session_id(&self) -> Option<EngineSessionId> {
        self.session().map(|session| session.id.clone())
    }

    /// The engine session that requests of the connection use, whether or not it has one already.
    pub fn key(&self) -> SessionKey {
        match self.session() {
            Some(session) => session.key.clone(),
            None => self.target.key(&self.principal.user_id),
        }
    }

    /// Takes one text frame. Call it in the order of arrival: it parses, changes the session and takes the immutable
    /// view on which the rest is calculated. `CancelRequest` and its kin act at once.
    ///
    /// Selections infer and row selections may calculate a cube here, so it may take milliseconds.
    pub fn receive(self: &Arc<Self>, frame: &str) -> Reply {
        let limit = self.host.settings.limits.message_size_bytes;
        if frame.len() > limit {
            let reason = format!("a message may have {limit} bytes");
            self.outbox.close(CloseCode::BadRequest, &reason);
            return Reply::None;
        }
        dispatch::receive(self, frame)
    }

    /// Cancels what the connection has asked for and what is not calculated yet. Waits for nobody.
    pub fn cancel_all(&self) {
        self.pending.cancel_all();
    }

    /// The transport is gone: the handles die, pending calculations are cancelled, the engine session lingers.
    /// Calling it twice does nothing.
    pub fn disconnect(&self, close: PeerClose) {
        self.cancel_all();
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(session) = session {
            let short = self.host.settings.linger_after_goodbye;
            let goodbye: Option<Duration> = (close == PeerClose::Code(1000)).then_some(short);
            let now = self.host.clock.now();
            let mut shared = session.lock();
            let was_member = shared.members.contains_key(&self.id);
            shared.leave(&self.id, goodbye, now);
            session.publish(&shared);
            if was_member && shared.members.is_empty() {
                let login = self.principal.login_session.clone();
                self.host
                    .tell(&session.event(SessionChange::Detached, login, now));
            }
        }
    }

    pub(crate) fn session(&self) -> Option<Arc<EngineSession>> {
        self.session
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Joins the engine session of `app` on a connection that came without one.
    pub(crate) fn open(&self, app: TargetApp) -> Result<Arc<EngineSession>, Refusal> {
        let target = Target {
            app,
            ..self.target.clone()
        };
        let session = self.host.join(&Joining {
            connection: &self.id,
            principal: &self.principal,
            target: &target,
            outbox: &self.outbox,
            greet: false,
        })?;
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&session));
        Ok(session)
    }
}

impl Drop for Connection {
    /// A transport that forgot to say goodbye must not keep its engine session for ever.
    fn drop(&mut self) {
        self.disconnect(PeerClose::Lost);
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
