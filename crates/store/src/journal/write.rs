//! What is written, many changes at a time.

use std::sync::Arc;

use fanlight_identity::StoreError;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::{Change, JournalKey, JournalWrite, Waiting, lock};
use crate::error::{Result, from_sqlite};

pub(super) const FIND_SESSION: &str = "SELECT id FROM sessions WHERE user = ? AND app = ? AND identity = ?";

pub(super) fn key_params(key: &JournalKey) -> [&str; 3] {
    [&key.user, &key.app, key.identity.as_deref().unwrap_or("")]
}

/// Writes all changes in one transaction and tells each one's outcome. If that fails, each is tried alone, so that one
/// that finds no room does not take the others down; but a lock that nobody got is not waited for again.
pub(super) fn batch(connection: &mut Connection, batch: &[Waiting]) {
    match transact(connection, batch) {
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
                let outcome = transact(connection, std::slice::from_ref(waiting));
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
fn transact(connection: &mut Connection, batch: &[Waiting]) -> Result<Vec<u64>> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(from_sqlite)?;
    let outcomes: rusqlite::Result<Vec<u64>> = batch
        .iter()
        .map(|waiting| apply(&transaction, &waiting.change))
        .collect();
    let outcomes = outcomes.map_err(from_sqlite)?;
    transaction.commit().map_err(from_sqlite)?;
    Ok(outcomes)
}

fn apply(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<u64> {
    match change {
        Change::Save(write) => save(transaction, write).map(|()| 1),
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

fn save(transaction: &Transaction<'_>, write: &JournalWrite) -> rusqlite::Result<()> {
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
    Ok(())
}
