//! The engine's journal on SQLite.

use std::path::Path;
use std::sync::Arc;

use fanlight_base::{LoginSessionId, Timestamp};
use fanlight_identity::StoreError;
use fanlight_rpc::{Journal, JournalEntry, JournalError, Kept, SessionKey};
use fanlight_store::{JournalKey, JournalPart, JournalSettings, JournalWrite, SqliteJournal};

/// The file in the data folder.
const FILE: &str = "journal.db";

/// Opens the journal of the data folder, or makes it.
///
/// # Errors
/// The file cannot be opened or written, is no database, or was written by a newer Fanlight.
pub fn open(data: &Path) -> Result<Arc<dyn Journal>, StoreError> {
    let journal = SqliteJournal::open(&data.join(FILE), &JournalSettings::default())?;
    Ok(Arc::new(OnSqlite(journal)))
}

/// Both sides of the port: the engine does not know the store, nor the store the engine.
#[derive(Debug)]
struct OnSqlite(SqliteJournal);

impl Journal for OnSqlite {
    fn save(&self, key: &SessionKey, entry: &JournalEntry) -> Result<(), JournalError> {
        let parts = [
            (JournalPart::Selections, &entry.kept.selections),
            (JournalPart::Objects, &entry.kept.objects),
            (JournalPart::Variables, &entry.kept.variables),
        ];
        let parts = parts
            .into_iter()
            .filter_map(|(part, text)| Some((part, text.clone()?)))
            .collect();
        let write = JournalWrite {
            key: named(key),
            parts,
            logins: entry.logins.clone(),
            at: entry.at,
        };
        self.0.save(write).map_err(|error| told(&error))
    }

    fn load(&self, key: &SessionKey) -> Result<Option<Kept>, JournalError> {
        let parts = self.0.load(&named(key)).map_err(|error| told(&error))?;
        Ok(parts.map(|parts| {
            let mut kept = Kept::default();
            for (part, text) in parts {
                match part {
                    JournalPart::Selections => kept.selections = Some(text),
                    JournalPart::Objects => kept.objects = Some(text),
                    JournalPart::Variables => kept.variables = Some(text),
                }
            }
            kept
        }))
    }

    fn remove(&self, keys: &[SessionKey]) -> Result<(), JournalError> {
        let keys = keys.iter().map(named).collect();
        self.0.remove(keys).map_err(|error| told(&error))
    }

    fn forget_login(&self, login: &LoginSessionId) -> Result<(), JournalError> {
        self.0.forget_login(login).map_err(|error| told(&error))
    }

    fn sweep(&self, before: Timestamp) -> Result<u64, JournalError> {
        self.0.sweep(before).map_err(|error| told(&error))
    }
}

fn named(key: &SessionKey) -> JournalKey {
    JournalKey {
        user: key.user.to_string(),
        app: key.app.clone(),
        identity: key.identity.clone(),
    }
}

/// What the engine can tell its clients; the log has the rest.
fn told(error: &StoreError) -> JournalError {
    tracing::error!("the journal of engine sessions failed: {error}");
    match error {
        StoreError::Locked => JournalError::Locked,
        StoreError::DiskFull => JournalError::Full,
        StoreError::Disk(_)
        | StoreError::ReadOnly
        | StoreError::TooNew { .. }
        | StoreError::Duplicate(_)
        | StoreError::Corrupt { .. }
        | StoreError::Other(_) => JournalError::Failed,
    }
}
