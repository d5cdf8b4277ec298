//! `fanlight demo`.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use fanlight_base::{Clock, Entropy, ManualClock, SystemClock, SystemEntropy};
use fanlight_http::control::Control;
use fanlight_http::{
    AppFolders, Assets, Parts, Services, Settings, Site, SiteLimits, TrustedProxies, router,
};
use fanlight_identity::Store;
use fanlight_rpc::{Host, HostSettings, Limits};
use fanlight_store::SqliteStore;
use serde::Serialize;
use tokio::net::TcpListener;

use crate::apps::Broken;
use crate::apps::watch::{Follow, Watch};
use crate::args::DemoArgs;
use crate::data_folder::DataFolder;
use crate::demo::data::{self, Origins, Ports, Prepared};
use crate::demo::portal::{PortalSettings, Signer};
use crate::demo::{portal, sample};
use crate::run::Lifecycle;
use crate::{apps, embedded, journal, memory, output, tls};

/// TCP connections of one site at a time.
const MAX_CONNECTIONS: usize = 16_000;

/// The line that `--json` prints when both sites answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Ready<'a> {
    tenant: &'a str,
    portal: &'a str,
    /// Makes a session misbehave on demand.
    control: Option<String>,
    tenant_id: &'a str,
    web_integration_id: &'a str,
    api_key: &'a str,
    app_id: &'a str,
    sheet_id: &'a str,
    token_endpoint: &'a str,
    ca: Option<String>,
}

/// Starts both sites, says where they are, and runs until told to stop.
pub async fn run(args: DemoArgs) -> Result<ExitCode> {
    let movable = Arc::new(ManualClock::over(SystemClock));
    let clock: Arc<dyn Clock> = Arc::clone(&movable) as _;
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let folder = DataFolder::take(&args.data, "demo", "--data")?;
    let local_tls = args
        .tls
        .then(|| tls::local(&args.data.join("tls"), clock.now()))
        .transpose()?;
    let tenant_listener = bind(args.tenant_addr, "--tenant-addr").await?;
    let portal_listener = bind(args.portal_addr, "--portal-addr").await?;
    let scheme = if args.tls { "https" } else { "http" };
    let origins = Origins {
        tenant: site_origins(scheme, "tenant", tenant_listener.local_addr()?.port()),
        portal: site_origins(scheme, "portal", portal_listener.local_addr()?.port()),
    };
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&args.data.join("fanlight.db"))?);
    let ports = Ports {
        now: clock.now(),
        entropy: entropy.as_ref(),
    };
    let prepared = data::prepare(store.as_ref(), &args.data.join("demo"), &origins, &ports)?;
    let host = Host::with_journal(
        host_settings(),
        Arc::clone(&clock),
        Arc::clone(&entropy),
        journal::open(
            folder.path(),
            store.as_ref(),
            journal::BYTES_PER_USER,
            clock.now(),
        )?,
    );
    sample::unpack(&args.data.join("apps"))?;
    let app_folders: Arc<AppFolders> = Arc::default();
    let follow = Follow::when(args.watch_apps);
    let watch = Watch::new(&args.data, follow, &host, &clock, &app_folders);
    apps::load_all(&args.data.join("apps"), &host, clock.now(), Broken::Fail).await?;

    let lifecycle = Lifecycle::default();
    let services = Services::new(Parts {
        store,
        host,
        clock: Arc::clone(&clock),
        entropy: Arc::clone(&entropy),
        settings: Settings {
            sign_in_page: Some(format!("{}/tenant-sign-in", first(&origins.portal))),
            ..Settings::new(origins.tenant.clone())
        },
        assets: embedded::tenant_assets(),
        tasks: lifecycle.tasks.clone(),
        app_folders,
    });
    let site = |router| site(router, local_tls.as_ref(), &lifecycle);
    let control = Control::new(Arc::clone(&services), movable);
    let tenant = router(Arc::clone(&services)).merge(control.router());
    lifecycle.serve(site(tenant), tenant_listener);
    let ca = local_tls.as_ref().map(|tls| tls.ca_file.display().to_string());
    let announcement = announcement(&args, &origins, &prepared, ca)?;
    let portal = portal::router(PortalSettings {
        control: Some(control),
        ..portal_settings(&origins, prepared, (clock, entropy))
    });
    lifecycle.serve(site(portal), portal_listener);
    output::line(&announcement);
    lifecycle.tick(Arc::clone(&services));
    lifecycle.watch_apps(watch);
    lifecycle.run_until_signal(services).await?;
    // Held until nothing is written any more.
    drop(folder);
    Ok(ExitCode::SUCCESS)
}

fn host_settings() -> HostSettings {
    HostSettings {
        os_version: super::serve::os_version(),
        limits: Limits {
            memory_bytes: memory::ceiling(0),
            ..Limits::default()
        },
        ..HostSettings::default()
    }
}

fn site(router: axum::Router, local_tls: Option<&tls::LocalTls>, lifecycle: &Lifecycle) -> Site {
    Site {
        router,
        tls: local_tls.map(|tls| tls.acceptor.clone()),
        max_connections: MAX_CONNECTIONS,
        limits: SiteLimits::default(),
        trusted_proxies: TrustedProxies::default(),
        shutdown: lifecycle.shutdown.clone(),
        tasks: lifecycle.tasks.clone(),
    }
}

fn portal_settings(
    origins: &Origins,
    prepared: Prepared,
    (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
) -> PortalSettings {
    PortalSettings {
        tenant: first(&origins.tenant).to_owned(),
        own_origins: origins.portal.clone(),
        web_integration_id: prepared.web_integration.to_string(),
        app_id: sample::APP_ID.to_owned(),
        sheet_id: sample::SHEET_ID.to_owned(),
        signer: Signer {
            issuer: data::ISSUER.to_owned(),
            kid: data::KID.to_owned(),
            key: prepared.key,
        },
        clock,
        entropy,
        assets: Assets::new(embedded::portal_pages()),
        control: None,
    }
}

/// The public one.
fn first(origins: &[String]) -> &str {
    origins.first().map_or("", String::as_str)
}

async fn bind(address: SocketAddr, flag: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("{address} is not free; choose another by {flag}, or port 0 for any free one")
    })
}

/// The public origin first; the others are for clients that are no browser.
fn site_origins(scheme: &str, name: &str, port: u16) -> Vec<String> {
    let default_port = if scheme == "https" { 443 } else { 80 };
    let port = if port == default_port {
        String::new()
    } else {
        format!(":{port}")
    };
    [&format!("{name}.localhost"), "localhost", "127.0.0.1"]
        .map(|host| format!("{scheme}://{host}{port}"))
        .to_vec()
}

/// What is printed when both sites answer: one line of JSON for scripts, or where to go for people.
fn announcement(
    args: &DemoArgs,
    origins: &Origins,
    prepared: &Prepared,
    ca: Option<String>,
) -> Result<String> {
    let (tenant, portal) = (first(&origins.tenant), first(&origins.portal));
    let token_endpoint = format!("{portal}/demo-token");
    // By the loopback address, which is all that it answers to.
    let control = origins
        .tenant
        .last()
        .map(|origin| format!("{origin}{}", Control::BASE));
    if args.json {
        let ready = Ready {
            tenant,
            portal,
            control,
            tenant_id: prepared.tenant.id.as_str(),
            web_integration_id: prepared.web_integration.as_str(),
            api_key: &prepared.api_key,
            app_id: sample::APP_ID,
            sheet_id: sample::SHEET_ID,
            token_endpoint: &token_endpoint,
            ca,
        };
        return Ok(serde_json::to_string(&ready)?);
    }
    let sheet = format!(
        "{tenant}/single/?appid={}&sheet={}",
        sample::APP_ID,
        sample::SHEET_ID
    );
    let key_file = args.data.join("demo/api-key").display().to_string();
    let mut rows = vec![
        ("demo portal", format!("{portal}/")),
        ("tenant", format!("{tenant}/")),
        ("console", format!("{tenant}/console/")),
        ("framed sheet", sheet),
        ("tokens for tests", format!("{token_endpoint}?user=ada")),
        ("web integration", prepared.web_integration.to_string()),
        ("API key in", key_file),
    ];
    rows.extend(ca.map(|ca| ("CA to trust", ca)));
    let rows: Vec<String> = rows
        .iter()
        .map(|(name, value)| format!("  {name:<17}{value}"))
        .collect();
    Ok(format!(
        "Open {portal}/ in a browser, and pick a person.\n\n{}\n\nStop by Ctrl-C.",
        rows.join("\n")
    ))
}
