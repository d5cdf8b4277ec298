//! What is written, many changes at a time.

use std::sync::Arc;

use fanlight_identity::StoreError;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::{Change, JournalKey, JournalSettings, JournalWrite, Waiting, lock};
use crate::error::{Result, from_sqlite};

pub(super) const FIND_SESSION: &str = "SELECT id FROM sessions WHERE user = ? AND app = ? AND identity = ?";

pub(super) fn key_params(key: &JournalKey) -> [&str; 3] {
    [&key.user, &key.app, key.identity.as_deref().unwrap_or("")]
}

/// Writes all changes in one transaction and tells each one's outcome. If that fails, each is tried alone, so that one
/// that finds no room does not take the others down; but a lock that nobody got is not waited for again.
pub(super) fn batch(connection: &mut Connection, batch: &[Waiting], settings: &JournalSettings) {
    match transact(connection, batch, settings) {
        Ok(outcomes) => {
            for (waiting, outcome) in batch.iter().zip(outcomes) {
                *lock(&waiting.outcome) = Some(Ok(outcome));
            }
        }
        Err(error) if batch.len() == 1 || matches!(error, StoreError::Locked) => {
            let error = Arc::new(error);
            for waiting in batch {
                *lock(&waiting.outcome) = Some(Err(same(&error)));
            }
        }
        Err(_) => {
            for waiting in batch {
                let outcome = transact(connection, std::slice::from_ref(waiting), settings);
                *lock(&waiting.outcome) = Some(outcome.map(|outcomes| outcomes.iter().sum()));
            }
        }
    }
}

/// The same error for one more caller.
fn same(error: &Arc<StoreError>) -> StoreError {
    match &**error {
        StoreError::Locked => StoreError::Locked,
        StoreError::DiskFull => StoreError::DiskFull,
        StoreError::ReadOnly => StoreError::ReadOnly,
        _ => StoreError::Other(Box::new(Arc::clone(error))),
    }
}

/// The outcome of each change; on an error nothing has changed.
fn transact(connection: &mut Connection, batch: &[Waiting], settings: &JournalSettings) -> Result<Vec<u64>> {
    let mut transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(from_sqlite)?;
    let outcomes: rusqlite::Result<Vec<u64>> = batch
        .iter()
        .map(|waiting| apply(&mut transaction, &waiting.change, settings))
        .collect();
    let outcomes = outcomes.map_err(from_sqlite)?;
    transaction.commit().map_err(from_sqlite)?;
    Ok(outcomes)
}

fn apply(
    transaction: &mut Transaction<'_>,
    change: &Change,
    settings: &JournalSettings,
) -> rusqlite::Result<u64> {
    match change {
        Change::Save(write) => {
            let savepoint = transaction.savepoint()?;
            save(&savepoint, write)?;
            let fits = make_room(&savepoint, write, settings)?;
            if fits {
                savepoint.commit()?;
            }
            // What is not committed is taken back.
            Ok(u64::from(fits))
        }
        Change::Remove(keys) => {
            let sql = "DELETE FROM sessions WHERE user = ? AND app = ? AND identity = ?";
            let mut remove = transaction.prepare_cached(sql)?;
            let mut removed = 0;
            for key in keys {
                removed += remove.execute(key_params(key))? as u64;
            }
            Ok(removed)
        }
        Change::ForgetLogin(login) => {
            let alone = "DELETE FROM sessions WHERE id IN (SELECT session FROM logins WHERE login = ?1)
                AND NOT EXISTS (SELECT 1 FROM logins WHERE session = sessions.id AND login <> ?1)";
            let removed = transaction.prepare_cached(alone)?.execute([login.as_str()])?;
            let others = "DELETE FROM logins WHERE login = ?";
            transaction.prepare_cached(others)?.execute([login.as_str()])?;
            Ok(removed as u64)
        }
        Change::Sweep { before } => {
            let sql = "DELETE FROM sessions WHERE written_at < ?";
            Ok(transaction.prepare_cached(sql)?.execute([before.as_millis()])? as u64)
        }
    }
}

fn save(transaction: &Connection, write: &JournalWrite) -> rusqlite::Result<()> {
    let upsert = "INSERT INTO sessions (user, app, identity, written_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (user, app, identity) DO UPDATE SET written_at = excluded.written_at RETURNING id";
    let [user, app, identity] = key_params(&write.key);
    let session: i64 = transaction
        .prepare_cached(upsert)?
        .query_row(params![user, app, identity, write.at.as_millis()], |row| {
            row.get(0)
        })?;
    let part = "INSERT INTO parts (session, part, body) VALUES (?, ?, ?)
        ON CONFLICT (session, part) DO UPDATE SET body = excluded.body";
    let mut put = transaction.prepare_cached(part)?;
    for (part, body) in &write.parts {
        put.execute(params![session, part.number(), body])?;
    }
    let mut note =
        transaction.prepare_cached("INSERT OR IGNORE INTO logins (login, session) VALUES (?, ?)")?;
    for login in &write.logins {
        let login = login.as_ref().map_or("", |login| login.as_str());
        note.execute(params![login, session])?;
    }
    let sizes = "UPDATE sessions SET bytes =
        (SELECT coalesce(sum(octet_length(body)), 0) FROM parts WHERE session = ?1) WHERE id = ?1";
    transaction.prepare_cached(sizes)?.execute([session])?;
    Ok(())
}

/// A session of the user whose session was written.
struct Kept {
    id: i64,
    bytes: u64,
    lives: bool,
}

/// Removes the user's oldest sessions that do not live any more, where there are too many or they take too much. Whether
/// what is left fits.
fn make_room(
    connection: &Connection,
    write: &JournalWrite,
    settings: &JournalSettings,
) -> rusqlite::Result<bool> {
    let sql = "SELECT id, app, identity, bytes FROM sessions WHERE user = ? ORDER BY written_at, id";
    let mut find = connection.prepare_cached(sql)?;
    let lives = |app: &str, identity: &str| {
        let mut live = write.live.iter().chain([&write.key]);
        live.any(|key| key.app == app && key.identity.as_deref().unwrap_or("") == identity)
    };
    let kept: Vec<Kept> = find
        .query_map([&write.key.user], |row| {
            let (app, identity): (String, String) = (row.get(1)?, row.get(2)?);
            Ok(Kept {
                id: row.get(0)?,
                bytes: row.get::<_, i64>(3)?.unsigned_abs(),
                lives: lives(&app, &identity),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut bytes: u64 = kept.iter().map(|session| session.bytes).sum();
    let mut n_ended = kept.iter().filter(|session| !session.lives).count();
    let mut remove = connection.prepare_cached("DELETE FROM sessions WHERE id = ?")?;
    for session in kept.iter().filter(|session| !session.lives) {
        if bytes <= settings.bytes_per_user && n_ended <= settings.ended_per_user {
            break;
        }
        remove.execute([session.id])?;
        bytes -= session.bytes;
        n_ended -= 1;
    }
    Ok(bytes <= settings.bytes_per_user)
}
