//! Loads app folders into the host.

pub mod requests;
pub mod watch;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fanlight_base::Timestamp;
use fanlight_ingest::{LoadedApp, Progress, load_app};
use fanlight_rpc::{Access, App, Host};
use indicatif::ProgressBar;

use crate::output;

/// What happens to an app that cannot be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// It is left out, and said so.
    LeaveOut,
    /// The start fails.
    Fail,
}

/// Loads every app folder under `folder`.
pub async fn load_all(folder: &Path, host: &Arc<Host>, now: Timestamp, broken: Broken) -> Result<()> {
    for dir in app_folders(folder)? {
        let loaded = load(dir.clone()).await.inspect(log_warnings);
        let named = loaded.and_then(|app| check_name(&dir, &app).map(|()| app));
        match named.and_then(|app| to_host(app, now)) {
            Ok(app) => {
                tracing::info!(app.id = %app.id, "app loaded");
                host.add_app(app);
            }
            Err(error) if broken == Broken::LeaveOut => tracing::error!("app left out: {error:#}"),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The folder of an app has its name, so that no two folders hold the same app and take each other's place.
fn check_name(dir: &Path, app: &LoadedApp) -> Result<()> {
    let folder = dir.file_name().unwrap_or_default();
    if folder != app.id.as_str() {
        let name = folder.to_string_lossy();
        bail!(
            "the folder {} holds an app called `{}` (rename the folder, or write name = \"{name}\" in its app.toml)",
            dir.display(),
            app.id
        );
    }
    Ok(())
}

/// How many warnings of one app are logged; `app check` has all of them.
const LOGGED_WARNINGS: usize = 20;

fn log_warnings(app: &LoadedApp) {
    for warning in app.warnings.iter().take(LOGGED_WARNINGS) {
        tracing::warn!(app.id = %app.id, "app loaded with a doubt: {warning}");
    }
    let n_more = app.warnings.len().saturating_sub(LOGGED_WARNINGS);
    if n_more > 0 {
        tracing::warn!(app.id = %app.id, "{n_more} more warnings: `fanlight app check` lists them");
    }
}

fn app_folders(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let listing = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut found = Vec::new();
    for entry in listing {
        let path = entry?.path();
        // One whose name begins with a dot is still being written.
        let is_hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        // What it is, a file or something that must not be opened, is the loader's to tell.
        if !is_hidden && path.join("app.toml").symlink_metadata().is_ok() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

async fn load(dir: PathBuf) -> Result<LoadedApp> {
    let name = dir.file_name().map(|name| name.to_string_lossy().into_owned());
    let what = format!("loading {}", name.unwrap_or_default());
    Ok(with_bar(&what, move |steps| load_app(&dir, steps)).await??)
}

/// Does `work` on a thread that may block. On a terminal a bar shows how far it is, if it takes longer than a second.
pub async fn with_bar<T: Send + 'static>(
    what: &str,
    work: impl FnOnce(&Steps) -> T + Send + 'static,
) -> Result<T> {
    let steps = Arc::new(Steps::default());
    let told = Arc::clone(&steps);
    let mut working = tokio::task::spawn_blocking(move || work(&told));
    let done = match tokio::time::timeout(output::PATIENCE, &mut working).await {
        Ok(done) => done,
        Err(_) => {
            let bar = output::progress(what);
            let done = watch_steps(&mut working, &steps, &bar).await;
            bar.finish_and_clear();
            done
        }
    };
    done.with_context(|| format!("{what} failed"))
}

/// Moves the bar until loading ends.
async fn watch_steps<T>(
    loading: &mut (impl Future<Output = T> + Unpin),
    steps: &Steps,
    bar: &ProgressBar,
) -> T {
    loop {
        bar.set_length(steps.planned.load(Ordering::Relaxed));
        bar.set_position(steps.done.load(Ordering::Relaxed));
        if let Ok(loaded) = tokio::time::timeout(Duration::from_millis(100), &mut *loading).await {
            return loaded;
        }
    }
}

/// How far work is.
#[derive(Debug, Default)]
pub struct Steps {
    planned: AtomicU64,
    done: AtomicU64,
}

impl Progress for Steps {
    fn planned(&self, n_units: usize) {
        self.planned.store(n_units as u64, Ordering::Relaxed);
    }

    fn unit_done(&self, _: &str) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

fn to_host(app: LoadedApp, now: Timestamp) -> Result<App> {
    let written = app.data_modified_ms.and_then(|millis| i64::try_from(millis).ok());
    let id = app
        .id
        .parse()
        .with_context(|| format!("`{}` is no name for an app", app.id))?;
    Ok(App {
        id,
        title: app.title,
        description: app.description,
        access: app.access.map_or(Access::Everyone, |access| Access::Only {
            users: access.users.into_iter().collect(),
            groups: access.groups.into_iter().collect(),
        }),
        model: app.model,
        locale: app.locale,
        variables: app.variables,
        objects: app.objects,
        dimensions: app.dimensions,
        measures: app.measures,
        theme: app.theme,
        last_reload: written.map_or(now, Timestamp::from_millis).to_string(),
    })
}

#[cfg(test)]
mod tests;
