//! A whole tenant in memory.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use fanlight_base::{Clock, Entropy, IdentityProviderId, ManualClock, SeededEntropy, Timestamp};
use fanlight_http::control::Control;
use fanlight_http::{
    AppState, Asset, Assets, Caching, Parts, Services, Settings, Site, SiteLimits, router, sweep,
};
use fanlight_identity::{
    ApiKeyScope, CspOrigin, CspOriginId, Directive, Directives, IdentityProvider, NarrowLimits, ProviderKey,
    Store, Tenant, User, WebIntegration, create_api_key,
};
use fanlight_rpc::{Host, HostSettings, Journal};
use fanlight_store::SqliteStore;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::small_app;
use crate::caller::{Answer, Caller};
use crate::forge::Forge;
use crate::journal::MemoryJournal;

/// When every test begins.
pub const START: Timestamp = Timestamp::from_secs(1_790_000_000);
/// The issuer of the one identity provider.
pub const ISSUER: &str = "https://portal.example";
/// The id of its key.
pub const KID: &str = "test";
/// The one origin of the one web integration.
pub const PORTAL: &str = "https://portal.example";
/// The id of the web integration.
pub const WEB_INTEGRATION: &str = "wi1";
/// The one CSP origin, for `frame-ancestors`.
pub const CSP_ORIGIN: &str = "https://portal.example";

/// A tenant on a free port, until it is dropped.
pub struct TestTenant {
    /// Moved by hand.
    pub clock: Arc<ManualClock>,
    /// What handlers work with.
    pub services: AppState,
    /// Makes sessions misbehave. It answers on the tenant's socket as well.
    pub control: Control,
    /// Signs tokens that the tenant trusts.
    pub forge: Forge,
    /// An administrator's API key.
    pub api_key: String,
    addr: SocketAddr,
    router: Router,
    shutdown: CancellationToken,
    tokens: AtomicU32,
}

impl TestTenant {
    /// With every setting as documented.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// With settings changed by `change`.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let store = SqliteStore::in_memory().expect("memory is a database");
        let journal = Arc::new(MemoryJournal::default());
        Self::start_on(Arc::new(store), journal, change).await
    }

    /// On an empty store and a journal of the test's choice, with settings changed by `change`.
    pub async fn start_on(
        store: Arc<dyn Store>,
        journal: Arc<dyn Journal>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has free ports");
        let addr = listener.local_addr().expect("a bound socket has an address");
        let clock = Arc::new(ManualClock::frozen_at(START));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(11));
        let forge = Forge::new();
        let api_key = fill(store.as_ref(), &forge, entropy.as_ref());
        let ports: (Arc<dyn Clock>, _) = (Arc::clone(&clock) as _, Arc::clone(&entropy));
        let host = Host::with_journal(
            HostSettings::default(),
            Arc::clone(&ports.0),
            Arc::clone(&ports.1),
            journal,
        );
        host.add_app(small_app());
        let mut settings = Settings::new(vec![format!("http://127.0.0.1:{}", addr.port())]);
        change(&mut settings);
        let tasks = TaskTracker::new();
        let services = Services::new(Parts {
            store,
            host,
            clock: ports.0,
            entropy,
            settings,
            assets: Assets::new([page(), console(), sdk()]),
            tasks: tasks.clone(),
            app_folders: Arc::default(),
        });
        let shutdown = CancellationToken::new();
        let control = Control::new(Arc::clone(&services), Arc::clone(&clock) as _);
        let router = router(Arc::clone(&services)).merge(control.router());
        let site = Site {
            router: router.clone(),
            tls: None,
            max_connections: 1000,
            limits: SiteLimits::default(),
            trusted_proxies: services.settings.trusted_proxies.clone(),
            shutdown: shutdown.clone(),
            tasks: tasks.clone(),
        };
        tasks.spawn(site.serve(listener));
        Self {
            clock,
            services,
            control,
            forge,
            api_key,
            addr,
            router,
            shutdown,
            tokens: AtomicU32::new(0),
        }
    }

    /// The tenant's own origin.
    pub fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Where the socket listens.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The router, called without a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Moves the clock and does whatever is due then.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.sweep();
    }

    /// Does whatever is due.
    pub fn sweep(&self) {
        sweep(&self.services).expect("the store in memory answers");
    }

    /// A good token for `subject`, another one each time.
    pub fn token(&self, subject: &str) -> String {
        self.forge.sign(&Forge::header(), &self.claims(subject))
    }

    /// The claims of a good token for `subject`.
    pub fn claims(&self, subject: &str) -> Value {
        let token_id = self.tokens.fetch_add(1, Ordering::SeqCst).to_string();
        Forge::claims(subject, &token_id, self.clock.now())
    }

    /// Somebody without any credential.
    pub fn anonymous(&self) -> Caller<'_> {
        Caller::new(self)
    }

    /// A program with the administrator's API key.
    pub fn program(&self) -> Caller<'_> {
        Caller::new(self).with("authorization", &format!("Bearer {}", self.api_key))
    }

    /// A browser in which `subject` has signed in, with a CSRF token at hand.
    pub async fn signed_in(&self, subject: &str) -> Caller<'_> {
        let signed_in = self.sign_in(&self.token(subject)).await;
        assert_eq!(signed_in.status, 200, "{}", signed_in.body);
        let caller = Caller::new(self).with("cookie", &signed_in.cookies());
        let answer = caller.get("/api/v1/csrf-token").await;
        assert_eq!(answer.status, 204, "{}", answer.body);
        caller.with("qlik-csrf-token", answer.header("qlik-csrf-token"))
    }

    /// `POST /login/jwt-session` with `token`.
    pub async fn sign_in(&self, token: &str) -> Answer {
        let caller = self.anonymous().with("authorization", &format!("Bearer {token}"));
        caller.post("/login/jwt-session", &Value::Null).await
    }
}

impl Drop for TestTenant {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// Puts everything into the store and gives the API key.
fn fill(store: &dyn Store, forge: &Forge, entropy: &dyn Entropy) -> String {
    let tenant = Tenant::new("Test", vec!["127.0.0.1".to_owned()], START, entropy);
    store.put_tenant(&tenant).expect("an empty store takes it");
    let provider = IdentityProvider {
        id: IdentityProviderId::generate(entropy),
        issuer: ISSUER.to_owned(),
        keys: vec![ProviderKey::from_pem(KID, forge.public().to_pem()).expect("a key that we made")],
        jwks_uri: None,
        description: String::new(),
        clock_tolerance: Duration::ZERO,
        required: fanlight_identity::RequiredClaims::default(),
        active: true,
        created_at: START,
        updated_at: START,
    };
    store
        .put_identity_provider(&provider)
        .expect("an empty store takes it");
    let integration = WebIntegration {
        id: WEB_INTEGRATION.parse().expect("letters and digits"),
        name: "Portal".to_owned(),
        origins: vec![PORTAL.parse().expect("an origin")],
        limits: NarrowLimits::default(),
        created_by: None,
        created_at: START,
        updated_at: START,
    };
    store
        .put_web_integration(&integration)
        .expect("an empty store takes it");
    let csp = CspOrigin {
        id: CspOriginId::generate(entropy),
        name: "Portal".to_owned(),
        description: String::new(),
        source: CSP_ORIGIN.parse().expect("a source"),
        directives: Directives::NONE.with(Directive::FrameAncestors),
        created_at: START,
        updated_at: START,
    };
    store.put_csp_origin(&csp).expect("an empty store takes it");
    let mut program = User::new("program".to_owned(), "Program".to_owned(), START, entropy);
    program.is_admin = true;
    store.put_user(&program).expect("an empty store takes it");
    let made = create_api_key(store, &program.id, "test", ApiKeyScope::Admin, START, entropy);
    made.expect("an empty store takes it").text.reveal().clone()
}

fn page() -> Asset {
    asset(
        "/single/index.html",
        "text/html; charset=utf-8",
        "<!doctype html><title>Sheet</title>",
    )
}

fn console() -> Asset {
    asset(
        "/console/index.html",
        "text/html; charset=utf-8",
        "<!doctype html><title>Console</title>",
    )
}

fn sdk() -> Asset {
    asset(
        "/embed/fanlight-embed.js",
        "text/javascript; charset=utf-8",
        "export {};",
    )
}

fn asset(path: &'static str, content_type: &'static str, text: &'static str) -> Asset {
    Asset {
        path,
        content_type,
        caching: Caching::Revalidate,
        tag: "1",
        identity: bytes::Bytes::from_static(text.as_bytes()),
        gzip: None,
        brotli: None,
    }
}
