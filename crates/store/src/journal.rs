//! Engine sessions on SQLite, in a file of their own.
//!
//! Every change of a selection is a write that somebody waits for, so this file has no other writer that could hold it
//! up, and those who write at the same time share one transaction and one disk flush: whoever gets hold of the
//! connection writes for all who wait.

mod write;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fanlight_base::{LoginSessionId, Timestamp};
use fanlight_identity::StoreError;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::{Result, corrupt, from_sqlite};
use crate::turn::Turns;

const SCHEMA: &str = include_str!("journal/schema.sql");
/// The version of the schema; it stands in SQLite's own `user_version`.
const VERSION: u32 = 2;
/// What turns version 1 into version 2.
const SIZES: &str = include_str!("journal/sizes.sql");
/// The tables of that version.
const TABLES: [&str; 3] = ["sessions", "parts", "logins"];

/// Names an engine session.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JournalKey {
    /// Whose session it is.
    pub user: String,
    /// Its app.
    pub app: String,
    /// The identity of its URL.
    pub identity: Option<String>,
}

/// The parts of an engine session that are kept apart, because they change apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JournalPart {
    /// What is selected.
    Selections,
    /// What objects the session added or changed.
    Objects,
    /// What variables the session added or changed.
    Variables,
}

/// One write of one session.
#[derive(Debug, Clone)]
pub struct JournalWrite {
    /// Which session.
    pub key: JournalKey,
    /// The parts that changed, with their new text.
    pub parts: Vec<(JournalPart, String)>,
    /// The login sessions that used it, beside those that are known. `None` is a program's credential.
    pub logins: Vec<Option<LoginSessionId>>,
    /// The user's sessions that live. The others give way where the user has too many.
    pub live: Vec<JournalKey>,
    /// When.
    pub at: Timestamp,
}

/// How the file is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalSettings {
    /// How long a write waits for another program that holds the lock.
    pub busy_timeout: Duration,
    /// How large the file may grow; a write that needs more fails as on a full disk.
    pub max_bytes: u64,
    /// How many bytes are kept of the sessions of one user.
    pub bytes_per_user: u64,
    /// How many sessions of one user are kept that do not live any more.
    pub ended_per_user: usize,
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It survives a crash.
    Written,
    /// Nothing of it was written: the user's sessions that live would have more than [`JournalSettings::bytes_per_user`].
    OverQuota,
}

impl Default for JournalSettings {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(2),
            max_bytes: 4 << 30,
            bytes_per_user: 64 << 20,
            ended_per_user: 5,
        }
    }
}

/// Engine sessions on SQLite.
pub struct SqliteJournal {
    writer: Mutex<Connection>,
    /// Who may have it.
    turns: Turns,
    reader: Mutex<Connection>,
    /// Writes that nobody has taken on yet.
    waiting: Mutex<Vec<Waiting>>,
    settings: JournalSettings,
}

#[derive(Debug)]
struct Waiting {
    change: Change,
    outcome: Arc<Mutex<Option<Result<u64>>>>,
}

/// Something to be written.
#[derive(Debug, Clone)]
enum Change {
    Save(JournalWrite),
    Remove(Vec<JournalKey>),
    ForgetLogin(LoginSessionId),
    Sweep { before: Timestamp },
}

impl JournalPart {
    const ALL: [Self; 3] = [Self::Selections, Self::Objects, Self::Variables];

    /// The number in the file.
    const fn number(self) -> i64 {
        match self {
            Self::Selections => 1,
            Self::Objects => 2,
            Self::Variables => 3,
        }
    }
}

impl SqliteJournal {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    /// The file cannot be opened or written, is damaged, or was written by a newer Fanlight.
    pub fn open(path: &Path, settings: &JournalSettings) -> Result<Self> {
        let writer = connect(path, settings)?;
        writer
            .pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
            .map_err(from_sqlite)?;
        let found: u32 = writer
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(from_sqlite)?;
        if found > VERSION {
            return Err(StoreError::TooNew {
                found,
                known: VERSION,
            });
        }
        if found < VERSION {
            if found > 0 {
                require_whole(&writer)?;
            }
            let first = if found == 0 { SCHEMA } else { "" };
            let schema = format!("BEGIN IMMEDIATE; {first} {SIZES} PRAGMA user_version = {VERSION}; COMMIT;");
            writer.execute_batch(&schema).map_err(from_sqlite)?;
        }
        require_whole(&writer)?;
        let reader = connect(path, settings)?;
        reader
            .pragma_update(None, "query_only", true)
            .map_err(from_sqlite)?;
        let journal = Self {
            writer: Mutex::new(writer),
            turns: Turns::default(),
            reader: Mutex::new(reader),
            waiting: Mutex::default(),
            settings: *settings,
        };
        journal.limit_bytes(settings.max_bytes)?;
        Ok(journal)
    }

    /// From now on the file may grow to this size. A file that is larger keeps its size, but does not grow.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn limit_bytes(&self, max_bytes: u64) -> Result<()> {
        let connection = lock(&self.writer);
        let page: u64 = connection
            .pragma_query_value(None, "page_size", |row| row.get::<_, i64>(0))
            .map_err(from_sqlite)?
            .unsigned_abs();
        let pages = i64::try_from(max_bytes / page.max(1)).unwrap_or(i64::MAX).max(1);
        connection
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .map_err(from_sqlite)
    }

    /// Writes the parts of a session that changed. The oldest sessions of the same user that do not live any more give
    /// way where there are too many, or where they take too much.
    ///
    /// # Errors
    /// Nothing of it was written.
    pub fn save(&self, write: JournalWrite) -> Result<Saved> {
        self.change(Change::Save(write)).map(|n_written| match n_written {
            0 => Saved::OverQuota,
            _ => Saved::Written,
        })
    }

    /// The parts of a session; `None` if the journal does not have it.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn load(&self, key: &JournalKey) -> Result<Option<Vec<(JournalPart, String)>>> {
        let connection = lock(&self.reader);
        let session: Option<i64> = connection
            .prepare_cached(write::FIND_SESSION)
            .and_then(|mut find| {
                find.query_row(write::key_params(key), |row| row.get(0))
                    .optional()
            })
            .map_err(from_sqlite)?;
        let Some(session) = session else {
            return Ok(None);
        };
        let read = |part: JournalPart| {
            connection
                .prepare_cached("SELECT body FROM parts WHERE session = ? AND part = ?")?
                .query_row(params![session, part.number()], |row| row.get::<_, String>(0))
                .optional()
        };
        let mut parts = Vec::new();
        for part in JournalPart::ALL {
            if let Some(body) = read(part).map_err(from_sqlite)? {
                parts.push((part, body));
            }
        }
        Ok(Some(parts))
    }

    /// The login sessions that sessions in the journal belong to, in the order of their ids.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn logins(&self) -> Result<Vec<LoginSessionId>> {
        let connection = lock(&self.reader);
        let sql = "SELECT DISTINCT login FROM logins WHERE login <> '' ORDER BY login";
        let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
        let found = statement.query_map([], |row| row.get::<_, String>(0));
        let found = found.and_then(Iterator::collect::<rusqlite::Result<Vec<String>>>);
        let id = |text: &String| text.parse().map_err(|error| corrupt("logins", error));
        found.map_err(from_sqlite)?.iter().map(id).collect()
    }

    /// Forgets these sessions, all of them or none.
    ///
    /// # Errors
    /// Nothing was removed.
    pub fn remove(&self, keys: Vec<JournalKey>) -> Result<()> {
        self.change(Change::Remove(keys)).map(|_| ())
    }

    /// Forgets a login session, and the engine sessions that no other one used.
    ///
    /// # Errors
    /// Nothing was removed.
    pub fn forget_login(&self, login: &LoginSessionId) -> Result<()> {
        self.change(Change::ForgetLogin(login.clone())).map(|_| ())
    }

    /// Forgets sessions that were last written before that time; how many.
    ///
    /// # Errors
    /// Nothing was removed.
    pub fn sweep(&self, before: Timestamp) -> Result<u64> {
        self.change(Change::Sweep { before })
    }

    /// Has the change written, together with those of everyone else who waits.
    fn change(&self, change: Change) -> Result<u64> {
        let outcome: Arc<Mutex<Option<Result<u64>>>> = Arc::default();
        lock(&self.waiting).push(Waiting {
            change,
            outcome: Arc::clone(&outcome),
        });
        // Whoever has the turn before writes this one too, if it waits by then.
        if let Some(turn) = self.turns.wait(|| lock(&outcome).is_some()) {
            let batch = std::mem::take(&mut *lock(&self.waiting));
            write::batch(&mut lock(&self.writer), &batch, &self.settings);
            drop(turn);
        }
        lock(&outcome)
            .take()
            .expect("the batch held everything that waited, this change too")
    }
}

impl std::fmt::Debug for SqliteJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SqliteJournal")
    }
}

/// Looks for missing tables and for pages that are not what they should be: what is found now can be told, and nobody
/// meets it later in the middle of a selection.
fn require_whole(connection: &Connection) -> Result<()> {
    for table in TABLES {
        let exists = connection.table_exists(None, table).map_err(from_sqlite)?;
        if !exists {
            return Err(corrupt(table, "the table is missing"));
        }
    }
    let found: String = connection
        .pragma_query_value(None, "quick_check", |row| row.get(0))
        .map_err(from_sqlite)?;
    if found == "ok" {
        Ok(())
    } else {
        Err(corrupt("the file", found))
    }
}

fn connect(path: &Path, settings: &JournalSettings) -> Result<Connection> {
    let connection = Connection::open(path).map_err(from_sqlite)?;
    connection
        .busy_timeout(settings.busy_timeout)
        .map_err(from_sqlite)?;
    connection
        .pragma_update(None, "foreign_keys", true)
        .map_err(from_sqlite)?;
    connection
        .pragma_update(None, "synchronous", "full")
        .map_err(from_sqlite)?;
    Ok(connection)
}

/// A panic while the lock was held leaves no broken state behind: an unfinished transaction has been rolled back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
