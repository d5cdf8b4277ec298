//! Starting, ticking and stopping.

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use fanlight_http::{AppState, Services, Site, finish, sweep_sockets, sweep_store};
use fanlight_identity::StoreError;
use fanlight_rpc::{CloseCode, SessionFilter};
use tokio::net::TcpListener;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::apps::watch::Watch;

/// How often deadlines are looked at. A session that ends is told within a second.
const TICK: Duration = Duration::from_millis(500);
/// How long requests and connections get to end by themselves.
const GRACE: Duration = Duration::from_secs(10);
/// Threads for work that blocks. Calculations are bounded elsewhere, an engine session has one thread at a time however
/// many wait for it, and the rest is short.
const MAX_BLOCKING_THREADS: usize = 64;

/// Runs `work` on a runtime with a thread per core.
pub fn block_on(work: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(MAX_BLOCKING_THREADS)
        .build()
        .context("the runtime cannot be started")?;
    runtime.block_on(work)
}

/// Everything that runs, and the word that stops it.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    /// Given once.
    pub shutdown: CancellationToken,
    /// Whatever must end before the process does.
    pub tasks: TaskTracker,
}

impl Lifecycle {
    /// Serves `site` until shutdown.
    pub fn serve(&self, site: Site, listener: TcpListener) {
        self.tasks.spawn(site.serve(listener));
    }

    /// Looks at deadlines until shutdown. What waits for a disk keeps nothing else waiting.
    pub fn tick(&self, services: AppState) {
        self.repeat(
            Arc::clone(&services),
            "deadlines could not be kept",
            sweep_sockets,
        );
        self.repeat(services, "deadlines could not be written down", sweep_store);
    }

    /// Takes changed app folders in until shutdown.
    pub fn watch_apps(&self, mut watch: Watch) {
        let shutdown = self.shutdown.clone();
        self.tasks.spawn(async move {
            let mut interval = tokio::time::interval(TICK);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    biased;
                    () = shutdown.cancelled() => return,
                    _ = interval.tick() => {}
                }
                let looked = tokio::task::spawn_blocking(move || {
                    watch.look();
                    watch
                });
                watch = match looked.await {
                    Ok(watch) => watch,
                    Err(error) => {
                        tracing::error!("app folders are no longer looked at: {error}");
                        return;
                    }
                };
            }
        });
    }

    fn repeat(
        &self,
        services: AppState,
        failure: &'static str,
        sweep: fn(&Services) -> Result<(), StoreError>,
    ) {
        let shutdown = self.shutdown.clone();
        self.tasks.spawn(async move {
            let mut interval = tokio::time::interval(TICK);
            interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    biased;
                    () = shutdown.cancelled() => return,
                    _ = interval.tick() => {}
                }
                let swept = Arc::clone(&services);
                match tokio::task::spawn_blocking(move || sweep(&swept)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::error!("{failure}: {error}"),
                    Err(error) => tracing::error!("the sweep failed: {error}"),
                }
            }
        });
    }

    /// Waits for SIGINT or SIGTERM, then ends everything in order: no new connections, every socket is told to come
    /// back, what is under way is finished, what was noted is written.
    pub async fn run_until_signal(self, services: AppState) -> Result<()> {
        wait_for_signal().await?;
        tracing::info!("stopping");
        self.shutdown.cancel();
        let reason = "the server restarts";
        // One that is in the middle of a request does not keep the others waiting: its connections are closed with the rest.
        services
            .host
            .end_sessions_at_rest(&SessionFilter::All, CloseCode::Restarting, reason);
        services.operator.feed.close();
        services.sockets.close_all(CloseCode::Restarting, reason);
        self.tasks.close();
        if tokio::time::timeout(GRACE, self.tasks.wait()).await.is_err() {
            tracing::warn!("some connections did not end in time");
        }
        let finished = tokio::task::spawn_blocking(move || {
            services.host.sweep_journal(services.clock.now());
            finish(&services)
        });
        finished
            .await
            .context("the end failed")?
            .context("the last activity and audit entries could not be written")?;
        tracing::info!("stopped");
        Ok(())
    }
}

#[cfg(unix)]
async fn wait_for_signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn wait_for_signal() -> Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}
