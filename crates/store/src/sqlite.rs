//! The store itself.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fanlight_base::{IdentityProviderId, LoginSessionId, Timestamp, UserId, WebIntegrationId};
use fanlight_identity::{
    ApiKey, ApiKeyId, AuditRecord, CspOrigin, CspOriginId, IdentityProvider, LoginSession, SessionKeyHash,
    SignInAttempt, SignInDecision, SignInFound, SignInOutcome, SignInSession, Store, StoreError, StoreSize,
    TakenTicket, Tenant, Ticket, TicketHash, UsedToken, User, WebIntegration,
};
use rusqlite::{Connection, Params, Transaction, TransactionBehavior, params};

use crate::error::{Result, from_sqlite};
use crate::rows::Reader;
use crate::turn::Turns;
use crate::{migrations, rows};

use open::{connect, prepare};

pub use limit::StoreSettings;

mod activity;
mod administration;
mod audit;
mod limit;
mod open;
mod read;
mod write;

/// The store on SQLite.
pub struct SqliteStore {
    writer: Mutex<Connection>,
    /// Who may have it.
    turns: Turns,
    /// How often a write has found another process holding the lock for longer than one waits.
    n_locked: AtomicU64,
    /// `None` for a store in memory, which only its one connection can see.
    reader: Option<Mutex<Connection>>,
    /// How large the file may be.
    max_bytes: u64,
    /// Activity that is not written yet.
    activity: Mutex<HashMap<LoginSessionId, Timestamp>>,
}

/// What a writer knew when it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Arrival {
    n_locked: u64,
}

impl SqliteStore {
    /// Opens the file, makes it when it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// The file cannot be opened or written, is no database, has lost a part of its schema, or was written by a newer
    /// Fanlight.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_with(path, StoreSettings::default())
    }

    /// The same with settings.
    ///
    /// # Errors
    /// As [`SqliteStore::open`].
    pub fn open_with(path: &Path, settings: StoreSettings) -> Result<Self> {
        let mut writer = connect(path)?;
        // Read by their name, to learn that WAL is on; some file systems cannot do it and keep the old mode.
        writer
            .pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
            .map_err(from_sqlite)?;
        migrations::run(&mut writer)?;
        let max_bytes = limit::set(&writer, settings.max_bytes)?;
        let reader = connect(path)?;
        reader
            .pragma_update(None, "query_only", true)
            .map_err(from_sqlite)?;
        Ok(Self::new(writer, Some(reader), max_bytes))
    }

    /// A store that is gone when it is dropped, for tests.
    ///
    /// # Errors
    /// No memory.
    pub fn in_memory() -> Result<Self> {
        let mut connection = Connection::open_in_memory().map_err(from_sqlite)?;
        prepare(&connection)?;
        migrations::run(&mut connection)?;
        let max_bytes = limit::set(&connection, StoreSettings::default().max_bytes)?;
        Ok(Self::new(connection, None, max_bytes))
    }

    fn new(writer: Connection, reader: Option<Connection>, max_bytes: u64) -> Self {
        Self {
            max_bytes,
            writer: Mutex::new(writer),
            turns: Turns::default(),
            n_locked: AtomicU64::new(0),
            reader: reader.map(Mutex::new),
            activity: Mutex::default(),
        }
    }

    fn reading(&self) -> MutexGuard<'_, Connection> {
        lock(self.reader.as_ref().unwrap_or(&self.writer))
    }

    /// Does `work` with the one connection that writes.
    fn write<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        self.write_as_of(self.arrive(), work)
    }

    /// Notes that somebody wants to write.
    fn arrive(&self) -> Arrival {
        Arrival {
            n_locked: self.n_locked.load(Ordering::Relaxed),
        }
    }

    /// As [`SqliteStore::write`], for somebody who came a while ago. Whoever has waited while another write did not get
    /// the lock has waited long enough: if each tried for itself, a crowd would wait for minutes, one after the other.
    fn write_as_of<T>(&self, arrival: Arrival, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let Some(turn) = self.turns.wait(|| self.arrive() != arrival) else {
            return Err(StoreError::Locked);
        };
        let done = {
            let mut writer = lock(&self.writer);
            work(&mut writer).map_err(|error| limit::name(&writer, error, self.max_bytes))
        };
        if matches!(done, Err(StoreError::Locked)) {
            self.n_locked.fetch_add(1, Ordering::Relaxed);
        }
        drop(turn);
        done
    }

    /// The first row of a query.
    fn one<T>(
        &self,
        (table, sql): (&'static str, &str),
        params: impl Params,
        read: impl FnOnce(&Reader<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        read::one(&self.reading(), (table, sql), params, read)
    }

    /// Every row of a query.
    fn all<T>(
        &self,
        (table, sql): (&'static str, &str),
        params: impl Params,
        read: impl Fn(&Reader<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        read::all(&self.reading(), (table, sql), params, read)
    }

    /// How many rows a statement changed.
    fn change(&self, sql: &str, params: impl Params) -> Result<usize> {
        self.write(|connection| {
            connection
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute(params))
                .map_err(from_sqlite)
        })
    }

    /// Does `work` in a transaction, which is kept if `work` succeeds.
    fn transact<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.write(|connection| {
            let transaction = begin(connection)?;
            let done = work(&transaction)?;
            transaction.commit().map_err(from_sqlite)?;
            Ok(done)
        })
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SqliteStore")
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // An orderly end keeps the activity; nobody is left to tell about a failure, and losing it is allowed.
        let _ = self.flush_activity();
    }
}

/// A panic while the lock was held leaves no broken state behind: an unfinished transaction has been rolled back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store for SqliteStore {
    fn tenant(&self) -> Result<Option<Tenant>> {
        self.one(("tenant", "SELECT * FROM tenant"), [], rows::tenant)
    }

    fn put_tenant(&self, tenant: &Tenant) -> Result<()> {
        self.write(|connection| write::tenant(connection, tenant))
    }

    fn identity_providers(&self) -> Result<Vec<IdentityProvider>> {
        read::identity_providers(&self.reading(), None)
    }

    fn identity_provider(&self, id: &IdentityProviderId) -> Result<Option<IdentityProvider>> {
        Ok(read::identity_providers(&self.reading(), Some(id))?.pop())
    }

    fn put_identity_provider(&self, provider: &IdentityProvider) -> Result<()> {
        self.transact(|transaction| write::identity_provider(transaction, provider))
    }

    fn delete_identity_provider(&self, id: &IdentityProviderId) -> Result<bool> {
        Ok(self.change("DELETE FROM identity_providers WHERE id = ?", [id.as_str()])? > 0)
    }

    fn web_integrations(&self) -> Result<Vec<WebIntegration>> {
        let sql = "SELECT * FROM web_integrations ORDER BY created_at, id";
        self.all(("web_integrations", sql), [], rows::web_integration)
    }

    fn web_integration(&self, id: &WebIntegrationId) -> Result<Option<WebIntegration>> {
        let sql = "SELECT * FROM web_integrations WHERE id = ?";
        self.one(("web_integrations", sql), [id.as_str()], rows::web_integration)
    }

    fn put_web_integration(&self, integration: &WebIntegration) -> Result<()> {
        self.write(|connection| write::web_integration(connection, integration))
    }

    fn delete_web_integration(&self, id: &WebIntegrationId) -> Result<bool> {
        Ok(self.change("DELETE FROM web_integrations WHERE id = ?", [id.as_str()])? > 0)
    }

    fn csp_origins(&self) -> Result<Vec<CspOrigin>> {
        self.all(
            ("csp_origins", "SELECT * FROM csp_origins ORDER BY created_at, id"),
            [],
            rows::csp_origin,
        )
    }

    fn csp_origin(&self, id: &CspOriginId) -> Result<Option<CspOrigin>> {
        let sql = "SELECT * FROM csp_origins WHERE id = ?";
        self.one(("csp_origins", sql), [id.as_str()], rows::csp_origin)
    }

    fn put_csp_origin(&self, origin: &CspOrigin) -> Result<()> {
        self.write(|connection| write::csp_origin(connection, origin))
    }

    fn delete_csp_origin(&self, id: &CspOriginId) -> Result<bool> {
        Ok(self.change("DELETE FROM csp_origins WHERE id = ?", [id.as_str()])? > 0)
    }

    fn user(&self, id: &UserId) -> Result<Option<User>> {
        self.one(
            ("users", "SELECT * FROM users WHERE id = ?"),
            [id.as_str()],
            rows::user,
        )
    }

    fn user_by_subject(&self, subject: &str) -> Result<Option<User>> {
        self.one(read::USER_BY_SUBJECT, [subject], rows::user)
    }

    fn users(&self, after: Option<&UserId>, limit: u32) -> Result<Vec<User>> {
        let sql = "SELECT * FROM users WHERE id > ? ORDER BY id LIMIT ?";
        self.all(
            ("users", sql),
            params![after.map_or("", UserId::as_str), limit],
            rows::user,
        )
    }

    fn count_users(&self) -> Result<u64> {
        let count = self.one(("users", "SELECT count(*) AS n FROM users"), [], |row| {
            row.get::<i64>("n")
        })?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }

    fn put_user(&self, user: &User) -> Result<()> {
        self.write(|connection| write::user(connection, user))
    }

    fn sign_in(
        &self,
        attempt: &SignInAttempt<'_>,
        decide: &mut dyn FnMut(SignInFound) -> Option<SignInDecision>,
    ) -> Result<SignInOutcome> {
        self.write(|connection| {
            let transaction = begin(connection)?;
            limit::room_for_more(&transaction, self.max_bytes)?;
            if !write::used_token(&transaction, attempt.token)? {
                return Ok(SignInOutcome::TokenReused);
            }
            let session = attempt.cookie.map_or(Ok(None), |key| {
                read::one(&transaction, read::SESSION_BY_KEY, [key.0], rows::login_session)
            })?;
            let found = SignInFound {
                user: read::one(&transaction, read::USER_BY_SUBJECT, [attempt.subject], rows::user)?,
                session: session.map(|session| self.with_activity(session)),
            };
            let Some(decision) = decide(found) else {
                return Ok(SignInOutcome::Refused);
            };
            write::user(&transaction, &decision.user)?;
            match &decision.session {
                SignInSession::New(session) => write::login_session(&transaction, session)?,
                SignInSession::Renewed(session) => write::renewal(&transaction, session)?,
            }
            if let Some(ended) = &decision.replaced {
                write::end_login_session(&transaction, ended)?;
            }
            write::tickets(&transaction, &decision.tickets)?;
            let audited = AuditRecord::of_sign_in(&decision.session, decision.address);
            write::audit(&transaction, &[audited])?;
            transaction.commit().map_err(from_sqlite)?;
            Ok(SignInOutcome::Done)
        })
    }

    fn use_token(&self, token: &UsedToken, tickets: &[Ticket]) -> Result<bool> {
        self.transact(|transaction| {
            limit::room_for_more(transaction, self.max_bytes)?;
            let is_new = write::used_token(transaction, token)?;
            if is_new {
                write::tickets(transaction, tickets)?;
            }
            Ok(is_new)
        })
    }

    fn forget_used_tokens(&self, before: Timestamp) -> Result<u64> {
        let sql = "DELETE FROM used_tokens WHERE keep_until <= ?";
        Ok(self.change(sql, [before.as_millis()])? as u64)
    }

    fn login_session(&self, id: &LoginSessionId) -> Result<Option<LoginSession>> {
        let sql = "SELECT * FROM login_sessions WHERE id = ?";
        let session = self.one(("login_sessions", sql), [id.as_str()], rows::login_session)?;
        Ok(session.map(|session| self.with_activity(session)))
    }

    fn login_session_by_key(&self, key: &SessionKeyHash) -> Result<Option<LoginSession>> {
        let session = self.one(read::SESSION_BY_KEY, [key.0], rows::login_session)?;
        Ok(session.map(|session| self.with_activity(session)))
    }

    fn open_login_sessions(&self) -> Result<Vec<LoginSession>> {
        let sql = "SELECT * FROM login_sessions WHERE ended IS NULL ORDER BY created_at, id";
        let sessions = self.all(("login_sessions", sql), [], rows::login_session)?;
        Ok(sessions
            .into_iter()
            .map(|session| self.with_activity(session))
            .collect())
    }

    fn open_login_sessions_of(&self, ids: &[LoginSessionId]) -> Result<Vec<LoginSession>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<&str> = ids.iter().map(LoginSessionId::as_str).collect();
        let found = self.all(read::SESSIONS_BY_ID, [rows::list(&ids)], rows::login_session)?;
        let found = found.into_iter().map(|session| self.with_activity(session));
        Ok(found.collect())
    }

    fn count_open_login_sessions(&self) -> Result<usize> {
        let sql = "SELECT count(*) AS n FROM login_sessions WHERE ended IS NULL";
        let count = self.one(("login_sessions", sql), [], |row| row.get::<i64>("n"))?;
        Ok(count.and_then(|count| usize::try_from(count).ok()).unwrap_or(0))
    }

    fn due_login_sessions(&self, now: Timestamp, limit: u32) -> Result<Vec<LoginSession>> {
        let params = params![now.as_millis(), limit];
        let found = self.all(read::DUE_SESSIONS, params, rows::login_session)?;
        let found = found.into_iter().map(|session| self.with_activity(session));
        Ok(found.collect())
    }

    fn end_login_sessions(&self, mut ended: Vec<LoginSession>) -> Result<Vec<LoginSession>> {
        if ended.is_empty() {
            return Ok(ended);
        }
        self.transact(|transaction| {
            let mut failed = None;
            ended.retain(|session| {
                let done = write::end_login_session(transaction, session);
                done.unwrap_or_else(|error| {
                    failed.get_or_insert(error);
                    false
                })
            });
            failed.map_or(Ok(()), Err)
        })?;
        self.forget_activity(&ended);
        Ok(ended)
    }

    fn end_login_session(&self, ended: &LoginSession) -> Result<bool> {
        Ok(!self.end_login_sessions(vec![ended.clone()])?.is_empty())
    }

    fn forget_ended_sessions(&self, before: Timestamp) -> Result<u64> {
        let sql = "DELETE FROM login_sessions WHERE ended IS NOT NULL AND ended_at < ?";
        Ok(self.change(sql, [before.as_millis()])? as u64)
    }

    fn note_activity(&self, id: &LoginSessionId, at: Timestamp) {
        let mut activity = lock(&self.activity);
        let noted = activity.entry(id.clone()).or_insert(at);
        *noted = at.max(*noted);
    }

    fn flush_activity(&self) -> Result<()> {
        let noted = lock(&self.activity).clone();
        if noted.is_empty() {
            return Ok(());
        }
        self.transact(|transaction| write::activity(transaction, &noted))?;
        // Only now, so that a reader never sees an older time in between; what was noted meanwhile stays.
        lock(&self.activity).retain(|id, at| noted.get(id) != Some(at));
        Ok(())
    }

    fn size(&self) -> Result<StoreSize> {
        Ok(StoreSize {
            bytes: limit::bytes(&self.reading())?,
            max_bytes: self.max_bytes,
        })
    }

    fn try_write(&self, now: Timestamp) -> Result<()> {
        self.transact(|transaction| {
            limit::room_for_more(transaction, self.max_bytes)?;
            write::probe(transaction, now)
        })
    }

    fn put_tickets(&self, tickets: &[Ticket]) -> Result<()> {
        self.transact(|transaction| {
            limit::room_for_more(transaction, self.max_bytes)?;
            write::tickets(transaction, tickets)
        })
    }

    fn take_ticket(&self, hash: &TicketHash, now: Timestamp) -> Result<Option<TakenTicket>> {
        self.transact(|transaction| write::take_ticket(transaction, hash, now))
    }

    fn forget_tickets(&self, before: Timestamp) -> Result<u64> {
        Ok(self.change("DELETE FROM tickets WHERE expires_at < ?", [before.as_millis()])? as u64)
    }

    fn api_key(&self, id: &ApiKeyId) -> Result<Option<ApiKey>> {
        self.one(
            ("api_keys", "SELECT * FROM api_keys WHERE id = ?"),
            [id.as_str()],
            rows::api_key,
        )
    }

    fn api_keys(&self) -> Result<Vec<ApiKey>> {
        self.all(
            ("api_keys", "SELECT * FROM api_keys ORDER BY created_at, id"),
            [],
            rows::api_key,
        )
    }

    fn put_api_key(&self, key: &ApiKey) -> Result<()> {
        self.write(|connection| write::api_key(connection, key))
    }
}

/// Begins a transaction that writes; it takes the lock at once, so that it cannot fail half-way for want of it.
fn begin(connection: &mut Connection) -> Result<Transaction<'_>> {
    connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(from_sqlite)
}

#[cfg(test)]
mod tests;
