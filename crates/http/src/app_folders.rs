//! What became of app folders that changed while the server runs.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use fanlight_base::Timestamp;

/// The last word on each app folder that changed.
#[derive(Debug, Default)]
pub struct AppFolders(Mutex<BTreeMap<String, FolderState>>);

/// What became of a changed app folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderState {
    /// The folder's name.
    pub app: String,
    /// When it was looked at.
    pub at: Timestamp,
    /// Why it was not taken in, if it was not: the app is the one from before.
    pub refused: Option<String>,
}

impl AppFolders {
    /// Sessions go on with what is in the folder.
    pub fn taken_in(&self, app: &str, at: Timestamp) {
        self.note(app, at, None);
    }

    /// The folder cannot be loaded; nothing has changed.
    pub fn refused(&self, app: &str, problem: &str, at: Timestamp) {
        self.note(app, at, Some(problem.to_owned()));
    }

    /// All folders that changed, by name.
    pub fn list(&self) -> Vec<FolderState> {
        self.lock().values().cloned().collect()
    }

    fn note(&self, app: &str, at: Timestamp, refused: Option<String>) {
        let app = app.to_owned();
        let state = FolderState {
            app: app.clone(),
            at,
            refused,
        };
        self.lock().insert(app, state);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, FolderState>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
