//! Starting, ticking and stopping.

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use anyhow::{Context as _, Result};
use fanlight_http::{AppState, Services, Site, finish, sweep_sockets, sweep_store};
use fanlight_identity::StoreError;
use fanlight_rpc::{CloseCode, SessionFilter};
use tokio::net::TcpListener;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::apps::watch::Watch;
use crate::memory;

/// How often deadlines are looked at. A session that ends is told within a second.
const TICK: Duration = Duration::from_millis(500);
/// How long requests and connections get to end by themselves.
const GRACE: Duration = Duration::from_secs(10);
/// How long what was noted may take to be written after that. Then the process ends, whatever runs.
const LAST_WRITES: Duration = Duration::from_secs(5);
/// Threads for work that blocks. Calculations are bounded elsewhere, an engine session has one thread at a time however
/// many wait for it, and the rest is short.
const MAX_BLOCKING_THREADS: usize = 64;

/// Runs `work` on a runtime with a thread per core. When it is done, nothing else is waited for: a thread that is still
/// busy ends with the process.
pub fn block_on(work: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(MAX_BLOCKING_THREADS)
        .build()
        .context("the runtime cannot be started")?;
    let outcome = runtime.block_on(work);
    runtime.shutdown_background();
    outcome
}

/// Ends the process when an end in order takes too long. It has a thread of its own, so that nothing that runs elsewhere
/// can keep it waiting.
struct Watchdog {
    /// Dropped when the end came in time.
    _in_time: Sender<()>,
}

impl Watchdog {
    fn start(patience: Duration, end: impl FnOnce() + Send + 'static) -> Self {
        let (in_time, ended) = channel();
        std::thread::spawn(move || {
            if ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                end();
            }
        });
        Self { _in_time: in_time }
    }
}

/// The times at which deadlines are looked at.
struct Ticks {
    interval: Interval,
    shutdown: CancellationToken,
}

impl Ticks {
    fn until(shutdown: CancellationToken) -> Self {
        let mut interval = tokio::time::interval(TICK);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { interval, shutdown }
    }

    /// Waits for the next one; `false` once the process is to end.
    async fn next(&mut self) -> bool {
        tokio::select! {
            biased;
            () = self.shutdown.cancelled() => false,
            _ = self.interval.tick() => true,
        }
    }
}

/// Does `work` on a thread of its own: those for work that blocks may all be taken.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let (sender, done) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        // Whoever asked waits until the process ends.
        let _ = sender.send(work());
    });
    Ok(done.await?)
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
        self.repeat(
            Arc::clone(&services),
            "deadlines could not be written down",
            sweep_store,
        );
        self.repeat(services, "the memory could not be looked at", |services| {
            if let Some(n_bytes) = memory::taken() {
                services.host.memory_taken(n_bytes);
            }
            Ok(())
        });
    }

    /// Takes changed app folders in until shutdown.
    pub fn watch_apps(&self, mut watch: Watch) {
        let shutdown = self.shutdown.clone();
        self.tasks.spawn(async move {
            let mut ticks = Ticks::until(shutdown);
            while ticks.next().await {
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
            let mut ticks = Ticks::until(shutdown);
            while ticks.next().await {
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
        let _watchdog = Watchdog::start(GRACE + LAST_WRITES, || {
            tracing::error!("the server did not end in time; what it was doing is cut off");
            std::process::exit(1);
        });
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
        let finished = apart(move || {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_still_runs_is_waited_for() {
        let (never, waits) = channel::<()>();
        let outcome = block_on(async move {
            tokio::task::spawn_blocking(move || waits.recv());
            Ok(ExitCode::SUCCESS)
        });
        assert!(outcome.is_ok());
        drop(never);
    }

    #[test]
    fn an_end_that_takes_too_long_is_made_and_one_in_time_is_not() {
        let (sender, ended) = channel();
        let late = sender.clone();
        let watchdog = Watchdog::start(Duration::ZERO, move || late.send("late").unwrap());
        assert_eq!(ended.recv(), Ok("late"));
        drop(watchdog);
        drop(Watchdog::start(Duration::MAX, move || {
            sender.send("in time").unwrap();
        }));
        assert!(ended.recv().is_err(), "its thread has ended without a word");
    }

    #[test]
    fn the_last_writes_need_no_thread_that_work_can_take() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(1)
            .build()
            .unwrap();
        let (never, waits) = channel::<()>();
        runtime.spawn_blocking(move || waits.recv());
        assert_eq!(runtime.block_on(apart(|| 7)).unwrap(), 7);
        drop(never);
    }
}
