//! All apps and engine sessions of the process.

use std::collections::HashMap;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, RwLock};

use fanlight_base::{Clock, Entropy, Timestamp};
use fanlight_protocol::CloseCode;

use crate::{
    App, AppEntry, Connection, HostSettings, Outbox, Principal, Refusal, SessionFilter, SessionInfo, Target,
};

/// All apps and engine sessions of the process.
#[derive(Debug)]
pub struct Host {
    settings: HostSettings,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    apps: RwLock<HashMap<String, Arc<App>>>,
    sessions: Mutex<HashMap<String, ()>>,
    next_handle: AtomicI64,
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
        })
    }

    /// Adds an app, or replaces the one with the same id for sessions to come.
    pub fn add_app(&self, app: App) {
        let _ = app;
    }

    /// The apps, by title.
    pub fn apps(&self) -> Vec<AppEntry> {
        Vec::new()
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
        let _ = (principal, outbox);
        Err(Refusal::NoSuchApp(format!("{:?}", target.app)))
    }

    /// Ends engine sessions whose linger is over, and those without a request for too long (close code 4001).
    /// Returns the sessions that ended.
    pub fn sweep(&self, now: Timestamp) -> Vec<SessionInfo> {
        let _ = now;
        Vec::new()
    }

    /// Ends the sessions that `filter` names: each connection first gets a notification with `reason`, then is closed.
    /// Returns the sessions that ended.
    pub fn end_sessions(&self, filter: &SessionFilter, code: CloseCode, reason: &str) -> Vec<SessionInfo> {
        let _ = (filter, code, reason);
        Vec::new()
    }

    /// The engine sessions, oldest first.
    pub fn sessions(&self) -> Vec<SessionInfo> {
        Vec::new()
    }
}
