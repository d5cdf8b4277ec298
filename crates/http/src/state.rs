//! What handlers work with.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fanlight_base::{Clock, Entropy, Secret, Timestamp};
use fanlight_identity::{Context, Store};
use fanlight_rpc::Host;
use tokio_util::task::TaskTracker;

use crate::app_folders::AppFolders;
use crate::assets::Assets;
use crate::client::TrustedProxies;
use crate::control::ArmedFaults;
use crate::cookies::CookieReach;
use crate::error::ApiError;
use crate::key_sets::{Fetcher, KeySets, Wanted};
use crate::limit::{Rate, RateLimiter};
use crate::operator::Operator;
use crate::socket::{LineLimits, PumpContext, SocketLimits, Sockets, Turns};

/// Addresses that one rate limiter remembers.
const MAX_CLIENTS: usize = 50_000;

/// Every knob of the HTTP surface.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The origins under which the tenant itself answers, the public one first.
    pub own_origins: Vec<String>,
    /// Whether these are HTTPS.
    pub secure_transport: bool,
    /// Which pages may make a browser send the cookies.
    pub cookies: CookieReach,
    /// Where people without a session are sent to sign in.
    pub sign_in_page: Option<String>,
    /// How long a request may take.
    pub request_timeout: Duration,
    /// Longest request body, in bytes.
    pub max_body_bytes: usize,
    /// Sign-ins of one client address.
    pub sign_ins: Rate,
    /// Other requests of one client address.
    pub requests: Rate,
    /// Messages on one WebSocket.
    pub messages: Rate,
    /// Longest message on a WebSocket, in bytes.
    pub max_message_bytes: usize,
    /// How many WebSockets.
    pub sockets: SocketLimits,
    /// When a WebSocket is slow, quiet or dead.
    pub line: LineLimits,
    /// Calculations that run at once.
    pub calculations: usize,
    /// Proxies that name their clients.
    pub trusted_proxies: TrustedProxies,
    /// Opens `/metrics` to a scraper on another machine.
    pub metrics_token: Option<Secret<String>>,
    /// The server's version.
    pub version: String,
}

impl Settings {
    /// Everything as documented, for a tenant that answers under `own_origins`.
    pub fn new(own_origins: Vec<String>) -> Self {
        Self {
            secure_transport: own_origins
                .first()
                .is_some_and(|origin| origin.starts_with("https://")),
            own_origins,
            cookies: CookieReach::CrossSite,
            sign_in_page: None,
            request_timeout: Duration::from_secs(30),
            max_body_bytes: 256 << 10,
            sign_ins: Rate::per_minute(100),
            requests: Rate::per_minute(6000),
            messages: Rate {
                burst: 2000,
                per_second: 1000.0,
            },
            max_message_bytes: 1 << 20,
            sockets: SocketLimits::default(),
            line: LineLimits::default(),
            calculations: std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get),
            trusted_proxies: TrustedProxies::default(),
            metrics_token: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// The public address, without a slash at the end.
    pub fn public_origin(&self) -> &str {
        self.own_origins.first().map_or("", String::as_str)
    }

    /// The tenant's own WebSocket origins.
    pub fn own_socket_origins(&self) -> Vec<String> {
        // `http` becomes `ws` and `https` becomes `wss`.
        self.own_origins
            .iter()
            .map(|origin| origin.replacen("http", "ws", 1))
            .collect()
    }
}

/// Each of these writes to the disk.
const PROBES: Rate = Rate {
    burst: 100,
    per_second: 10.0,
};

/// Everything that handlers share.
#[derive(Debug)]
pub struct Services {
    /// Users, sessions and settings.
    pub store: Arc<dyn Store>,
    /// Apps and engine sessions.
    pub host: Arc<Host>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Every knob.
    pub settings: Settings,
    /// Static files.
    pub assets: Assets,
    /// Where tasks are tracked.
    pub tasks: TaskTracker,
    /// All open WebSockets.
    pub sockets: Arc<Sockets>,
    /// The keys that identity providers publish.
    pub(crate) key_sets: Arc<KeySets>,
    /// Events, audit entries and metrics.
    pub operator: Arc<Operator>,
    /// App folders that changed.
    pub app_folders: Arc<AppFolders>,
    /// What the control API wants to go wrong: nothing, without one.
    pub(crate) faults: ArmedFaults,
    pub(crate) pump: PumpContext,
    pub(crate) sign_ins: RateLimiter<IpAddr>,
    pub(crate) requests: RateLimiter<IpAddr>,
    /// How often somebody who asks whether the process is ready makes it write.
    pub(crate) probes: RateLimiter<()>,
    /// What the last of these writes came to.
    pub(crate) last_probe: Mutex<Option<String>>,
    /// The time, and the uptime, when the process began.
    began: (Timestamp, Duration),
}

/// Cheap to clone.
pub type AppState = Arc<Services>;

/// What [`Services`] are made of.
#[derive(Debug)]
pub struct Parts {
    /// Users, sessions and settings.
    pub store: Arc<dyn Store>,
    /// Apps and engine sessions.
    pub host: Arc<Host>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Every knob.
    pub settings: Settings,
    /// Static files.
    pub assets: Assets,
    /// Where tasks are tracked.
    pub tasks: TaskTracker,
    /// What becomes of app folders that change.
    pub app_folders: Arc<AppFolders>,
}

/// Requests that are done in order, at once in the whole process. They wait for the journal for most of their time; the
/// other threads that may block are for everything else.
const ORDERED_AT_ONCE: usize = 48;
/// Those of one person: more sessions of theirs take turns, so that they are not ahead of everybody else.
const ORDERED_OF_A_PERSON: usize = 1;

impl Services {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> AppState {
        let Parts {
            store,
            host,
            clock,
            entropy,
            settings,
            assets,
            tasks,
            app_folders,
        } = parts;
        let operator = Operator::new(entropy.as_ref());
        host.observe(Arc::clone(&operator) as _);
        let faults = ArmedFaults::default();
        let pump = PumpContext {
            faults: faults.clone(),
            operator: Arc::clone(&operator),
            host: Arc::clone(&host),
            clock: Arc::clone(&clock),
            tasks: tasks.clone(),
            calculations: Turns::new(settings.calculations),
            ordered: Turns::with_share(ORDERED_AT_ONCE, ORDERED_OF_A_PERSON),
            queues: Arc::default(),
            messages: settings.messages,
            max_message_bytes: settings.max_message_bytes,
        };
        Arc::new(Self {
            key_sets: KeySets::new(Fetcher::default(), Arc::clone(&clock), tasks.clone()),
            sockets: Sockets::new(settings.sockets),
            operator,
            app_folders,
            faults,
            sign_ins: RateLimiter::new(settings.sign_ins, MAX_CLIENTS),
            requests: RateLimiter::new(settings.requests, MAX_CLIENTS),
            probes: RateLimiter::new(PROBES, 1),
            last_probe: Mutex::default(),
            began: (clock.now(), clock.uptime()),
            pump,
            store,
            host,
            clock,
            entropy,
            settings,
            assets,
            tasks,
        })
    }

    /// The time by a clock that nobody sets: when the process began, and for how long it has run since.
    pub(crate) fn steady_now(&self) -> Timestamp {
        let (at, uptime) = self.began;
        at.plus(self.clock.uptime().saturating_sub(uptime))
    }

    /// Gives `work` what the use-cases of `fanlight-identity` ask for. Blocks.
    ///
    /// # Errors
    /// What `work` says; [`ApiError::Internal`] when the store fails or holds no tenant.
    pub(crate) fn with_context<T>(
        &self,
        work: impl FnOnce(&Context<'_>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let tenant = self.store.tenant()?;
        let tenant = tenant.ok_or_else(|| ApiError::Internal("the store holds no tenant".to_owned()))?;
        work(&Context {
            store: self.store.as_ref(),
            tenant: &tenant,
            now: self.clock.now(),
            remote_keys: self.key_sets.as_ref(),
            entropy: self.entropy.as_ref(),
        })
    }

    /// Gives `work` what the use-cases ask for, on a thread that may block.
    ///
    /// # Errors
    /// As [`Services::with_context`] and [`Services::blocking`].
    pub(crate) async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self, &Context<'_>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.blocking(move |services| services.with_context(|cx| work(services, cx)))
            .await
    }

    /// Waits, without holding a thread, until the key that a bearer token names has been fetched, where an identity
    /// provider may have published it. To be called before a token is checked.
    ///
    /// # Errors
    /// The store failed.
    pub(crate) async fn prepare_keys(self: &Arc<Self>, token: &str) -> Result<(), ApiError> {
        let token = token.to_owned();
        let wanted = self
            .blocking(move |services| Wanted::by(&token, services.store.as_ref()))
            .await?;
        self.key_sets.prepare(&wanted).await;
        Ok(())
    }

    /// Does `work` on a thread that may block.
    ///
    /// # Errors
    /// What `work` says; [`ApiError::Internal`] if it panicked.
    pub(crate) async fn blocking<T, E>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError>
    where
        T: Send + 'static,
        E: Into<ApiError> + Send + 'static,
    {
        let services = Arc::clone(self);
        match tokio::task::spawn_blocking(move || work(&services)).await {
            Ok(done) => done.map_err(Into::into),
            Err(error) => Err(ApiError::Internal(error.to_string())),
        }
    }
}
