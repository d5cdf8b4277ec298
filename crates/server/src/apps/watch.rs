//! Takes changed app folders in while sessions go on: when somebody asks for it, or whenever a folder has changed and is
//! still again.

use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use fanlight_base::Clock;
use fanlight_http::AppFolders;
use fanlight_ingest::{AppError, load_app};
use fanlight_rpc::{Host, Reloaded};

use super::requests::Requests;
use super::{app_folders, check_name, log_warnings, to_host};

/// Files of an app folder that are looked at; an app has a few dozen.
const MAX_FILES: usize = 20_000;
/// Problems of a refused folder that are logged one by one.
const LOGGED_PROBLEMS: usize = 20;

/// What makes a folder be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// `fanlight app reload`.
    Requests,
    /// That, and any change.
    Changes,
}

impl Follow {
    /// What a command's flag says.
    pub const fn when(watches: bool) -> Self {
        if watches { Self::Changes } else { Self::Requests }
    }
}

/// Looks at app folders.
#[derive(Debug)]
pub struct Watch {
    folder: PathBuf,
    requests: Requests,
    follow: Follow,
    host: Arc<Host>,
    clock: Arc<dyn Clock>,
    states: Arc<AppFolders>,
    known: HashMap<PathBuf, Known>,
}

/// Fingerprints of one folder.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// As it was when it was last loaded, or tried.
    loaded: u64,
    /// As it was when it was last looked at.
    seen: u64,
}

impl Watch {
    /// Watches the apps of a data folder. To be made before they are loaded, so that no change goes unseen.
    pub fn new(
        data: &Path,
        follow: Follow,
        host: &Arc<Host>,
        clock: &Arc<dyn Clock>,
        states: &Arc<AppFolders>,
    ) -> Self {
        let folder = data.join("apps");
        let found = app_folders(&folder).unwrap_or_default();
        let known = found.into_iter().map(|dir| {
            let seen = fingerprint(&dir);
            (dir, Known { loaded: seen, seen })
        });
        Self {
            known: known.collect(),
            folder,
            requests: Requests::of(data),
            follow,
            host: Arc::clone(host),
            clock: Arc::clone(clock),
            states: Arc::clone(states),
        }
    }

    /// Does what is due. Blocks for as long as a changed app takes to load, and waits for sessions in the middle of a
    /// request.
    pub fn look(&mut self) {
        for request in self.requests.take() {
            let dir = self.folder.join(&request.app);
            let outcome = self.take_in(&dir);
            self.requests.answer(&request, &outcome);
        }
        if self.follow == Follow::Requests {
            return;
        }
        // A listing that fails, or an app that is gone, changes nothing: sessions go on with what they have.
        for dir in app_folders(&self.folder).unwrap_or_default() {
            let now = fingerprint(&dir);
            let known = self
                .known
                .entry(dir.clone())
                .or_insert(Known { loaded: 0, seen: 0 });
            let is_still = known.seen == now;
            known.seen = now;
            if is_still && known.loaded != now {
                // What comes of it is told in the log, and to who asks for the state of the apps.
                let _ = self.take_in(&dir);
            }
        }
    }

    /// Loads a folder and gives it to the sessions: what happened, or why nothing did.
    fn take_in(&mut self, dir: &Path) -> Result<String, String> {
        let before = fingerprint(dir);
        let name = dir
            .file_name()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let loaded = load_app(dir, &());
        let after = fingerprint(dir);
        if before != after {
            // Somebody is still writing. What was read may be half of the one and half of the other.
            self.known.insert(
                dir.to_owned(),
                Known {
                    loaded: 0,
                    seen: after,
                },
            );
            return Err(format!(
                "{} changed while it was read; try again when it is still",
                dir.display()
            ));
        }
        let seen = Known {
            loaded: after,
            seen: after,
        };
        self.known.insert(dir.to_owned(), seen);
        let now = self.clock.now();
        let named = loaded.map_err(|error| Refused::of(&error)).and_then(|app| {
            check_name(dir, &app).map_err(|error| Refused::told(error.to_string()))?;
            Ok(app)
        });
        match named {
            Ok(loaded) => {
                log_warnings(&loaded);
                let app = to_host(loaded, now).map_err(|error| format!("{error:#}"))?;
                let reloaded = self.host.reload_app(&app);
                tracing::info!(app.id = %app.id, sessions = reloaded.sessions, "app taken in again");
                self.states.taken_in(&name, now);
                Ok(told(&name, reloaded))
            }
            Err(Refused { text, first }) => {
                tracing::error!("the changed app {name} is not taken in, and the one before goes on: {text}");
                self.states.refused(&name, &first, now);
                Err(format!(
                    "{name} is not taken in, and the app goes on as it was:\n{text}"
                ))
            }
        }
    }
}

fn told(name: &str, reloaded: Reloaded) -> String {
    let Reloaded {
        sessions,
        with_losses,
        closed,
    } = reloaded;
    let mut text = format!("{name} is taken in; {sessions} sessions go on with it");
    if with_losses > 0 {
        text.push_str(&format!(
            ", {with_losses} of them without values that are no longer there"
        ));
    }
    if closed > 0 {
        text.push_str(&format!(
            "; {closed} connections were closed, whose users may not open it any more"
        ));
    }
    text
}

/// Why a folder is not taken in.
struct Refused {
    /// For the log and for who asked.
    text: String,
    /// The first problem.
    first: String,
}

impl Refused {
    fn told(text: String) -> Self {
        let first = text.clone();
        Self { text, first }
    }

    fn of(error: &AppError) -> Self {
        let lines: Vec<_> = error.problems.iter().map(ToString::to_string).collect();
        let Some(first) = lines.first() else {
            return Self::told(error.to_string());
        };
        Self {
            text: lines[..lines.len().min(LOGGED_PROBLEMS)].join("\n"),
            first: first.clone(),
        }
    }
}

/// Tells versions of a folder apart: names, sizes and times of its files.
fn fingerprint(dir: &Path) -> u64 {
    let mut files = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(inner) = open.pop() {
        for entry in fs::read_dir(&inner).into_iter().flatten().filter_map(Result::ok) {
            // Links are not followed: they could lead round in a circle.
            let Ok(about) = entry.metadata() else { continue };
            if about.is_dir() {
                open.push(entry.path());
            } else if files.len() < MAX_FILES {
                files.push((entry.path(), about.len(), about.modified().ok()));
            }
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
