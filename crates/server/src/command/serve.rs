//! `fanlight serve`.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use fanlight_base::{Clock, Entropy, SystemClock, SystemEntropy};
use fanlight_config::Settings;
use fanlight_http::{
    AppFolders, CookieReach, LineLimits, Parts, Rate, Services, Site, SiteLimits, SocketLimits,
    TrustedProxies, router,
};
use fanlight_identity::Store;
use fanlight_rpc::{Host, HostSettings, Limits};
use fanlight_store::{SqliteStore, StoreSettings};
use tokio::net::TcpListener;

use crate::apps::Broken;
use crate::apps::watch::{Follow, Watch};
use crate::args::ServeArgs;
use crate::data_folder::DataFolder;
use crate::logging::{LogFormat, LogLevel};
use crate::run::Lifecycle;
use crate::{apps, embedded, journal, logging, memory, output, run, tls};

/// Reads the configuration, starts the tenant, and runs until told to stop.
pub fn run(args: &ServeArgs, log: (Option<LogFormat>, Option<LogLevel>)) -> Result<ExitCode> {
    let variables: BTreeMap<String, String> = std::env::vars()
        .filter(|(name, _)| name.starts_with("FANLIGHT_"))
        // These are the command line's own.
        .filter(|(name, _)| !matches!(name.as_str(), "FANLIGHT_CONFIG" | "FANLIGHT_DATA"))
        .collect();
    let settings = Settings::load(&args.config, &variables)?;
    logging::start(log, (settings.log.format.into(), settings.log.level.into()));
    run::block_on(serve(settings, args.watch_apps))
}

async fn serve(settings: Settings, watches_apps: bool) -> Result<ExitCode> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let folder = DataFolder::take(&settings.server.data, "serve", "server.data")?;
    let data = folder.path();
    let acceptor = settings
        .server
        .tls
        .as_ref()
        .map(|files| tls::acceptor(&files.cert, &files.key))
        .transpose()?;
    let listen = settings.server.listen;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("{listen} is not free; choose another by server.listen"))?;
    let address = listener.local_addr()?;
    let database = data.join("fanlight.db");
    let limits = StoreSettings {
        max_bytes: settings.server.database_max_bytes,
    };
    let store = SqliteStore::open_with(&database, limits)
        .with_context(|| format!("the database {} cannot be used", database.display()))?;
    let store: Arc<dyn Store> = Arc::new(store);
    fanlight_config::apply(&settings, store.as_ref(), clock.now(), entropy.as_ref())?;
    let host = Host::with_journal(
        host_settings(&settings),
        Arc::clone(&clock),
        Arc::clone(&entropy),
        journal::open(
            data,
            store.as_ref(),
            settings.engine.journal_bytes_per_user,
            clock.now(),
        )?,
    );
    let app_folders: Arc<AppFolders> = Arc::default();
    let follow = Follow::when(watches_apps);
    let watch = Watch::new(data, follow, &host, &clock, &app_folders);
    apps::load_all(&data.join("apps"), &host, clock.now(), Broken::LeaveOut).await?;
    let lifecycle = Lifecycle::default();
    let services = Services::new(Parts {
        store,
        host,
        clock,
        entropy,
        settings: http_settings(&settings),
        assets: embedded::tenant_assets(),
        tasks: lifecycle.tasks.clone(),
        app_folders,
    });
    let site = Site {
        router: router(Arc::clone(&services)),
        tls: acceptor,
        max_connections: size(settings.http.max_connections),
        limits: SiteLimits {
            per_address: size(settings.http.connections_per_address),
            ..SiteLimits::default()
        },
        trusted_proxies: services.settings.trusted_proxies.clone(),
        shutdown: lifecycle.shutdown.clone(),
        tasks: lifecycle.tasks.clone(),
    };
    lifecycle.serve(site, listener);
    lifecycle.tick(Arc::clone(&services));
    lifecycle.watch_apps(watch);
    output::line(&format!("{} answers on {address}", settings.server.public_url));
    lifecycle.run_until_signal(services).await?;
    // Held until nothing is written any more.
    drop(folder);
    Ok(ExitCode::SUCCESS)
}

fn host_settings(settings: &Settings) -> HostSettings {
    let engine = &settings.engine;
    HostSettings {
        limits: Limits {
            sessions_per_user: size(engine.sessions_per_user),
            sessions_total: size(engine.sessions_total),
            connections_per_session: size(engine.connections_per_session),
            objects_per_session: size(engine.objects_per_session),
            handles_per_connection: size(engine.handles_per_connection),
            message_size_bytes: size(settings.http.max_message_bytes),
            pending_jobs: size(engine.pending_jobs),
            calculation_time: Duration::from_secs(engine.calculation_secs),
            cached_cells_per_session: size(engine.cached_cells_per_session),
            memory_bytes_per_session: size(engine.memory_bytes_per_session),
            memory_bytes_per_user: size(engine.memory_bytes_per_user),
            memory_bytes: memory::ceiling(size(engine.memory_bytes)),
            ..Limits::default()
        },
        linger: Duration::from_secs(engine.linger_secs),
        max_ttl: Duration::from_secs(engine.max_ttl_secs),
        idle: Some(Duration::from_secs(engine.idle_secs)),
        os_version: os_version(),
        ..HostSettings::default()
    }
}

/// The version of the system's kernel as far as programs may care for it: two numbers, which name no patch that may be
/// missing.
pub(super) fn os_version() -> String {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let numbers: Vec<&str> = release
        .trim()
        .split('.')
        .take(2)
        .filter(|part| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit()))
        .collect();
    if numbers.is_empty() {
        HostSettings::default().os_version
    } else {
        numbers.join(".")
    }
}

fn http_settings(settings: &Settings) -> fanlight_http::Settings {
    let http = &settings.http;
    let own = std::iter::once(&settings.server.public_url).chain(&settings.server.more_urls);
    let usual = fanlight_http::Settings::new(own.map(ToString::to_string).collect());
    fanlight_http::Settings {
        cookies: match settings.sessions.cookies {
            fanlight_config::CookieReach::CrossSite => CookieReach::CrossSite,
            fanlight_config::CookieReach::SameSite => CookieReach::SameSite,
        },
        sign_in_page: settings.sessions.sign_in_page.clone(),
        request_timeout: Duration::from_secs(http.request_timeout_secs),
        max_body_bytes: size(http.max_body_bytes),
        sign_ins: Rate::per_minute(small(http.sign_ins_per_minute)),
        requests: Rate::per_minute(small(http.requests_per_minute)),
        messages: Rate {
            burst: small(http.messages_burst),
            per_second: f64::from(small(http.messages_per_second)),
        },
        max_message_bytes: size(http.max_message_bytes),
        sockets: SocketLimits {
            total: size(http.sockets_total),
            per_user: size(http.sockets_per_user),
        },
        line: LineLimits {
            queued_frames: size(http.queued_frames),
            queued_bytes: size(http.queued_bytes),
            ping_after: Duration::from_secs(http.ping_after_secs),
            dead_after: Duration::from_secs(http.dead_after_secs),
            ..LineLimits::default()
        },
        calculations: match size(settings.engine.calculations) {
            0 => usual.calculations,
            n_calculations => n_calculations,
        },
        trusted_proxies: TrustedProxies::new(&settings.trusted_proxies),
        metrics_token: settings.operator.metrics_token.clone(),
        ..usual
    }
}

/// The configuration bounds every number; a platform where one does not fit has less memory than that.
fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
