//! The engine's journal on SQLite.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use fanlight_base::{LoginSessionId, Timestamp};
use fanlight_identity::{Store, StoreError};
use fanlight_rpc::{Journal, JournalEntry, JournalError, Kept, SessionKey};
use fanlight_store::{JournalKey, JournalPart, JournalSettings, JournalWrite, Saved, SqliteJournal};

/// What is kept of the sessions of one user where nothing else is configured, in bytes.
pub const BYTES_PER_USER: u64 = 64 << 20;
/// The file in the data folder.
const FILE: &str = "journal.db";

/// Opens the journal of the data folder, or makes it. What belongs to login sessions that `store` knows to have ended
/// is forgotten: an earlier process may have ended between writing that down and forgetting.
///
/// A damaged file is set aside under another name, and an empty one takes its place: people begin without selections
/// rather than not at all.
///
/// # Errors
/// The file cannot be opened, written or set aside, or was written by a newer Fanlight; or the store cannot be read.
pub fn open(data: &Path, store: &dyn Store, bytes_per_user: u64, now: Timestamp) -> Result<Arc<dyn Journal>> {
    let settings = JournalSettings {
        bytes_per_user,
        ..JournalSettings::default()
    };
    let path = data.join(FILE);
    let journal = match open_whole(&path, &settings) {
        Err(StoreError::Corrupt { table, problem }) => {
            let aside = set_aside(&path, now)?;
            tracing::error!(
                "{} is damaged ({table}: {problem}); it is kept as {}, and people begin with nothing selected",
                path.display(),
                aside.display()
            );
            open_whole(&path, &settings)
        }
        opened => opened,
    };
    let (journal, known) = journal.with_context(|| format!("{} cannot be used", path.display()))?;
    let open = store.open_login_sessions_of(&known)?;
    let open: HashSet<&LoginSessionId> = open.iter().map(|session| &session.id).collect();
    for ended in known.iter().filter(|login| !open.contains(login)) {
        journal.forget_login(ended)?;
    }
    Ok(Arc::new(OnSqlite {
        journal,
        bytes_per_user,
    }))
}

/// The journal, and the login sessions that it knows.
fn open_whole(
    path: &Path,
    settings: &JournalSettings,
) -> Result<(SqliteJournal, Vec<LoginSessionId>), StoreError> {
    let journal = SqliteJournal::open(path, settings)?;
    let known = journal.logins()?;
    Ok((journal, known))
}

/// Renames the file and what SQLite keeps beside it, so that they can still be looked into. Gives the new name.
fn set_aside(path: &Path, now: Timestamp) -> Result<PathBuf> {
    let stamp: String = now
        .to_string()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let aside = path.with_added_extension(format!("damaged-{stamp}"));
    for beside in ["", "-wal", "-shm"] {
        let named = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(beside);
            PathBuf::from(name)
        };
        match fs::rename(named(path), named(&aside)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| {
                    format!(
                        "{} is damaged and cannot be renamed; move it away",
                        path.display()
                    )
                });
            }
            _ => {}
        }
    }
    Ok(aside)
}

/// Both sides of the port: the engine does not know the store, nor the store the engine.
#[derive(Debug)]
struct OnSqlite {
    journal: SqliteJournal,
    bytes_per_user: u64,
}

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
            live: entry.live.iter().map(named).collect(),
            at: entry.at,
        };
        match self.journal.save(write).map_err(|error| told(&error))? {
            Saved::Written => Ok(()),
            Saved::OverQuota => Err(JournalError::Quota {
                limit: self.bytes_per_user,
            }),
        }
    }

    fn load(&self, key: &SessionKey) -> Result<Option<Kept>, JournalError> {
        let parts = self.journal.load(&named(key)).map_err(|error| told(&error))?;
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
        self.journal.remove(keys).map_err(|error| told(&error))
    }

    fn forget_login(&self, login: &LoginSessionId) -> Result<(), JournalError> {
        self.journal.forget_login(login).map_err(|error| told(&error))
    }

    fn sweep(&self, before: Timestamp) -> Result<u64, JournalError> {
        self.journal.sweep(before).map_err(|error| told(&error))
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
        | StoreError::Missing { .. }
        | StoreError::SizeLimit { .. }
        | StoreError::TooManyTickets { .. }
        | StoreError::Duplicate(_)
        | StoreError::Corrupt { .. }
        | StoreError::Other(_) => JournalError::Failed,
    }
}

#[cfg(test)]
mod tests {
    use fanlight_base::{SeededEntropy, UserId};
    use fanlight_identity::{
        LoginSession, LoginSessionState, SessionKeyHash, SessionLimits, SignInAttempt, SignInDecision,
        UsedToken, User, sign_out,
    };
    use fanlight_store::SqliteStore;

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

    /// A login session of `subject`, who signs in for the first time.
    fn sign_in(store: &SqliteStore, subject: &str, entropy: &SeededEntropy) -> LoginSession {
        let user = User::new(subject.to_owned(), subject.to_owned(), NOW, entropy);
        let session = LoginSession {
            id: LoginSessionId::generate(entropy),
            key_hash: SessionKeyHash([subject.len().try_into().unwrap(); 32]),
            user: user.id.clone(),
            provider: "idp".parse().unwrap(),
            key_id: String::new(),
            token_id: String::new(),
            web_integration: None,
            created_at: NOW,
            renewal: None,
            limits: SessionLimits::default(),
            state: LoginSessionState::Active { last_activity: NOW },
        };
        let token = UsedToken {
            issuer: "portal".to_owned(),
            token_id: subject.to_owned(),
            keep_until: NOW,
        };
        let attempt = SignInAttempt {
            token: &token,
            subject,
            cookie: None,
        };
        let mut decide = |_| Some(SignInDecision::begin(user.clone(), session.clone()));
        store.sign_in(&attempt, &mut decide).unwrap();
        session
    }

    fn key(user: &UserId) -> SessionKey {
        SessionKey {
            user: user.clone(),
            app: "flights".to_owned(),
            identity: None,
        }
    }

    #[test]
    fn what_belongs_to_an_ended_login_session_is_forgotten_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::in_memory().unwrap();
        let entropy = SeededEntropy::new(1);
        let [open, ended] = ["ada", "grace"].map(|subject| sign_in(&store, subject, &entropy));
        let program: UserId = "program".parse().unwrap();
        let journal = super::open(folder.path(), &store, BYTES_PER_USER, NOW).unwrap();
        let owners = [
            (&open.user, Some(open.id.clone())),
            (&ended.user, Some(ended.id.clone())),
            (&program, None),
        ];
        for (user, login) in owners {
            let kept = Kept {
                selections: Some("x".to_owned()),
                ..Kept::default()
            };
            let entry = JournalEntry {
                kept,
                logins: vec![login],
                live: Vec::new(),
                at: NOW,
            };
            journal.save(&key(user), &entry).unwrap();
        }
        // The process ends before the journal hears of it.
        assert!(sign_out(&store, &ended.id, NOW).unwrap().is_some());
        drop(journal);
        let journal = super::open(folder.path(), &store, BYTES_PER_USER, NOW).unwrap();
        let is_kept = |user: &UserId| journal.load(&key(user)).unwrap().is_some();
        assert_eq!(
            [&open.user, &ended.user, &program].map(is_kept),
            [true, false, true]
        );
    }

    /// A journal with one session in it, closed again; its file.
    fn written(folder: &Path) -> PathBuf {
        let store = SqliteStore::in_memory().unwrap();
        let journal = open(folder, &store, BYTES_PER_USER, NOW).unwrap();
        for number in 0..200 {
            let user: UserId = format!("user-{number}").parse().unwrap();
            let kept = Kept {
                selections: Some("x".repeat(500)),
                ..Kept::default()
            };
            let entry = JournalEntry {
                kept,
                logins: vec![None],
                live: Vec::new(),
                at: NOW,
            };
            journal.save(&key(&user), &entry).unwrap();
        }
        folder.join(FILE)
    }

    /// A way to damage a file.
    struct Damage {
        name: &'static str,
        spoil: fn(&Path),
    }

    fn spoil_the_middle(path: &Path) {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 4096].fill(0xA5);
        fs::write(path, bytes).unwrap();
    }

    fn drop_a_table(path: &Path) {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.execute_batch("DROP TABLE parts").unwrap();
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_everybody_begins_anew() {
        let damages = [
            Damage {
                name: "no database",
                spoil: |path| fs::write(path, "not a database").unwrap(),
            },
            Damage {
                name: "a page in the middle",
                spoil: spoil_the_middle,
            },
            Damage {
                name: "the end is missing",
                spoil: |path| {
                    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
                    file.set_len(10_000).unwrap();
                },
            },
            Damage {
                name: "a table is missing",
                spoil: drop_a_table,
            },
        ];
        for Damage { name: what, spoil } in damages {
            let folder = tempfile::tempdir().unwrap();
            let path = written(folder.path());
            spoil(&path);
            let damaged = fs::read(&path).unwrap();
            let store = SqliteStore::in_memory().unwrap();
            let journal = open(folder.path(), &store, BYTES_PER_USER, NOW)
                .unwrap_or_else(|error| panic!("{what}: {error:#}"));
            let user: UserId = "user-7".parse().unwrap();
            assert!(journal.load(&key(&user)).unwrap().is_none(), "{what}");
            let aside = folder.path().join("journal.db.damaged-20260921T141320000Z");
            assert_eq!(fs::read(&aside).unwrap(), damaged, "{what}: kept as it was");
        }
    }

    #[test]
    fn a_file_of_a_newer_program_is_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(folder.path());
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        let store = SqliteStore::in_memory().unwrap();
        let refused = open(folder.path(), &store, BYTES_PER_USER, NOW).unwrap_err();
        let words = format!("{refused:#}");
        assert!(
            words.contains("journal.db") && words.contains("version 99"),
            "{words}"
        );
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains("damaged"))
            .collect();
        assert_eq!(names, Vec::<String>::new());
    }
}
