//! The port through which everything that lasts is kept.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use fanlight_base::{IdentityProviderId, LoginSessionId, Timestamp, UserId, WebIntegrationId};

use crate::{
    Administration, ApiKey, ApiKeyId, AuditLog, CspOrigin, CspOriginId, IdentityProvider, LoginSession,
    SessionKeyHash, Tenant, Ticket, TicketHash, User, WebIntegration,
};

/// Why the store could not do what was asked. "Not found" is an `Option`, not an error.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the lock.
    #[error(
        "the database is locked by another process; stop the other one, or give this one its own data folder"
    )]
    Locked,
    /// No room.
    #[error("the disk that holds the database is full; free some space and try again")]
    DiskFull,
    /// The disk does not do what it is asked.
    #[error(
        "the disk that holds the database failed, or a quota or a limit on file sizes is reached ({0}); look into the \
         system's log"
    )]
    Disk(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The file cannot be written.
    #[error("the database cannot be written; check the owner and the permissions of the data folder")]
    ReadOnly,
    /// A newer Fanlight wrote it.
    #[error(
        "the database has schema version {found}, this program knows up to {known}; use the newer program"
    )]
    TooNew {
        /// In the file.
        found: u32,
        /// In this program.
        known: u32,
    },
    /// The file has lost a part of its schema.
    #[error("the database has no {what}; put a backup in its place, or move it away to begin anew")]
    Missing {
        /// A table, a column or an index, with its name.
        what: String,
    },
    /// As large as it may be.
    #[error(
        "the database has reached its limit of {max_bytes} bytes; raise `server.database_max_bytes`, or end login \
         sessions and wait until they are forgotten"
    )]
    SizeLimit {
        /// The limit.
        max_bytes: u64,
    },
    /// A login session has as many open tickets as it may have.
    #[error(
        "the login session has {max} tickets that nobody has used yet; use them, or wait until they expire"
    )]
    TooManyTickets {
        /// The limit.
        max: u32,
        /// When the first of them expires.
        wait: Duration,
    },
    /// A subject, an id or a name that must be unique is there already.
    #[error("there is already an entry with this {0}")]
    Duplicate(&'static str),
    /// A row that this program cannot read.
    #[error("the database holds something unreadable in {table}: {problem}")]
    Corrupt {
        /// Where.
        table: &'static str,
        /// What.
        problem: String,
    },
    /// Anything else.
    #[error("the database failed: {0}")]
    Other(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// How large the store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreSize {
    /// What it takes, without what is free for reuse.
    pub bytes: u64,
    /// What it may take.
    pub max_bytes: u64,
}

/// A token that must not be used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedToken {
    /// Its `iss`: ids of different issuers do not meet. An identity provider can be given another id, or come back after it
    /// was taken away, and its tokens stay used.
    pub issuer: String,
    /// Its `jti`, or what stands for it.
    pub token_id: String,
    /// From then on it has expired anyway.
    pub keep_until: Timestamp,
}

/// What [`Store::sign_in`] is asked with.
#[derive(Debug, Clone, Copy)]
pub struct SignInAttempt<'a> {
    /// The token that it uses up.
    pub token: &'a UsedToken,
    /// Whose it is.
    pub subject: &'a str,
    /// The session whose cookie came along. Its signature is checked already.
    pub cookie: Option<&'a SessionKeyHash>,
}

/// What a sign-in finds, as it is at that moment.
#[derive(Debug, Clone)]
pub struct SignInFound {
    /// The user of the subject, if they were there before.
    pub user: Option<User>,
    /// The session of the cookie, in whatever state it is.
    pub session: Option<LoginSession>,
}

/// What a sign-in keeps, all together or not at all.
#[derive(Debug, Clone)]
pub struct SignInDecision {
    /// Made, or replaced.
    pub user: User,
    /// What the person has from now on.
    pub session: SignInSession,
    /// A session that makes way, with its end.
    pub replaced: Option<LoginSession>,
    /// Where the client is, for the audit log.
    pub address: Option<IpAddr>,
    /// Tickets of the session, which come to be together with it.
    pub tickets: Vec<Ticket>,
}

/// The login session of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInSession {
    /// One that was not there before.
    New(LoginSession),
    /// The one that was found, gone on.
    Renewed(LoginSession),
}

impl SignInDecision {
    /// A session that was not there before, in nobody's place.
    pub const fn begin(user: User, session: LoginSession) -> Self {
        Self {
            user,
            session: SignInSession::New(session),
            replaced: None,
            address: None,
            tickets: Vec::new(),
        }
    }
}

/// What became of [`Store::sign_in`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInOutcome {
    /// Everything is kept.
    Done,
    /// The token was used before; nothing is kept.
    TokenReused,
    /// `decide` refused; nothing is kept.
    Refused,
}

/// What [`Store::take_ticket`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenTicket {
    /// It had not been taken before; from now on it has.
    First(Ticket),
    /// It was taken before.
    Again {
        /// When that was.
        used_at: Timestamp,
    },
}

/// Everything that lasts. One tenant per store.
///
/// Calls block for the time of one small transaction (microseconds to read, one disk flush to write). When a writing
/// call returns `Ok`, its effect survives a crash, with the one exception of [`Store::note_activity`].
///
/// What a person or a file changes about the tenant goes through [`Administration`], which writes it into the audit log;
/// the bare `put_…` and `delete_…` below do not.
pub trait Store: Administration + AuditLog + Send + Sync + fmt::Debug {
    /// The tenant, once it was put.
    fn tenant(&self) -> Result<Option<Tenant>, StoreError>;
    /// Makes or replaces the tenant.
    fn put_tenant(&self, tenant: &Tenant) -> Result<(), StoreError>;

    /// All of them, oldest first.
    fn identity_providers(&self) -> Result<Vec<IdentityProvider>, StoreError>;
    /// The one with that id.
    fn identity_provider(&self, id: &IdentityProviderId) -> Result<Option<IdentityProvider>, StoreError>;
    /// Makes one or replaces the one with its id.
    fn put_identity_provider(&self, provider: &IdentityProvider) -> Result<(), StoreError>;
    /// Whether there was one to delete.
    fn delete_identity_provider(&self, id: &IdentityProviderId) -> Result<bool, StoreError>;

    /// All of them, oldest first.
    fn web_integrations(&self) -> Result<Vec<WebIntegration>, StoreError>;
    /// The one with that id.
    fn web_integration(&self, id: &WebIntegrationId) -> Result<Option<WebIntegration>, StoreError>;
    /// Makes one or replaces the one with its id.
    fn put_web_integration(&self, integration: &WebIntegration) -> Result<(), StoreError>;
    /// Whether there was one to delete.
    fn delete_web_integration(&self, id: &WebIntegrationId) -> Result<bool, StoreError>;

    /// All of them, oldest first.
    fn csp_origins(&self) -> Result<Vec<CspOrigin>, StoreError>;
    /// The one with that id.
    fn csp_origin(&self, id: &CspOriginId) -> Result<Option<CspOrigin>, StoreError>;
    /// Makes one or replaces the one with its id.
    fn put_csp_origin(&self, origin: &CspOrigin) -> Result<(), StoreError>;
    /// Whether there was one to delete.
    fn delete_csp_origin(&self, id: &CspOriginId) -> Result<bool, StoreError>;

    /// The user with that id.
    fn user(&self, id: &UserId) -> Result<Option<User>, StoreError>;
    /// The user with that subject.
    fn user_by_subject(&self, subject: &str) -> Result<Option<User>, StoreError>;
    /// Up to `limit` users in the order of their ids, after the one given.
    fn users(&self, after: Option<&UserId>, limit: u32) -> Result<Vec<User>, StoreError>;
    /// How many there are.
    fn count_users(&self) -> Result<u64, StoreError>;
    /// Makes one or replaces the one with its id; `Duplicate` when the subject belongs to another.
    fn put_user(&self, user: &User) -> Result<(), StoreError>;

    /// Signs in, in one transaction: remembers the token, asks `decide` with what is there now what to keep, and keeps
    /// it with its entries for the audit log. Two sign-ins with one token, or two first sign-ins of one subject, cannot both think they are first, and a
    /// session that ends meanwhile is not renewed. `decide` must not call the store.
    fn sign_in(
        &self,
        attempt: &SignInAttempt<'_>,
        decide: &mut dyn FnMut(SignInFound) -> Option<SignInDecision>,
    ) -> Result<SignInOutcome, StoreError>;
    /// Remembers a token without a new session, and keeps the tickets that it is exchanged for, in one transaction. False
    /// when it was used before: then nothing is kept.
    fn use_token(&self, token: &UsedToken, tickets: &[Ticket]) -> Result<bool, StoreError>;
    /// Forgets tokens that had expired by `before`; how many.
    fn forget_used_tokens(&self, before: Timestamp) -> Result<u64, StoreError>;

    /// The login session with that id.
    fn login_session(&self, id: &LoginSessionId) -> Result<Option<LoginSession>, StoreError>;
    /// The login session whose cookie has that hash.
    fn login_session_by_key(&self, key: &SessionKeyHash) -> Result<Option<LoginSession>, StoreError>;
    /// The login sessions that nobody has ended yet, oldest first; their limits may have passed.
    fn open_login_sessions(&self) -> Result<Vec<LoginSession>, StoreError>;
    /// The login sessions among `ids` that nobody has ended yet, in any order; their limits may have passed.
    fn open_login_sessions_of(&self, ids: &[LoginSessionId]) -> Result<Vec<LoginSession>, StoreError>;
    /// How many login sessions nobody has ended yet.
    fn count_open_login_sessions(&self) -> Result<usize, StoreError>;
    /// Up to `limit` of the login sessions that nobody has ended yet and whose limit has passed by `now`, as far as the
    /// disk knows: call [`Store::flush_activity`] before. What it costs grows with what it finds, not with what there is.
    fn due_login_sessions(&self, now: Timestamp, limit: u32) -> Result<Vec<LoginSession>, StoreError>;
    /// As [`Store::end_login_session`] for several, in one transaction; gives those that did end by it.
    fn end_login_sessions(&self, ended: Vec<LoginSession>) -> Result<Vec<LoginSession>, StoreError>;
    /// Keeps how an open session ended, and its entry for the audit log, in one transaction. False when it had ended before, or when it has been renewed since the limit was
    /// found to have passed: then nothing changes.
    fn end_login_session(&self, ended: &LoginSession) -> Result<bool, StoreError>;
    /// Deletes sessions that ended before that time; how many.
    fn forget_ended_sessions(&self, before: Timestamp) -> Result<u64, StoreError>;
    /// Notes that the person did something. Reads see it at once; the disk sees it at the next
    /// [`Store::flush_activity`], so that a crash can make a session idle out early by that interval, never late.
    fn note_activity(&self, id: &LoginSessionId, at: Timestamp);
    /// Writes the noted activity. To be called every few seconds and before the end.
    fn flush_activity(&self) -> Result<(), StoreError>;

    /// How large it is.
    fn size(&self) -> Result<StoreSize, StoreError>;
    /// Writes something that nobody needs, onto the disk, where a sign-in would write.
    ///
    /// # Errors
    /// Why a sign-in would fail now.
    fn try_write(&self, now: Timestamp) -> Result<(), StoreError>;

    /// Keeps new tickets, all or none; `TooManyTickets` when the login session has [`crate::MAX_OPEN_TICKETS`] with them.
    fn put_tickets(&self, tickets: &[Ticket]) -> Result<(), StoreError>;
    /// Takes a ticket. Of all calls for one ticket, in whatever order and however many at once, one gets it.
    fn take_ticket(&self, hash: &TicketHash, now: Timestamp) -> Result<Option<TakenTicket>, StoreError>;
    /// Deletes tickets that expired before that time; how many.
    fn forget_tickets(&self, before: Timestamp) -> Result<u64, StoreError>;

    /// The API key with that id.
    fn api_key(&self, id: &ApiKeyId) -> Result<Option<ApiKey>, StoreError>;
    /// All of them, oldest first.
    fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError>;
    /// Makes one or replaces the one with its id.
    fn put_api_key(&self, key: &ApiKey) -> Result<(), StoreError>;
}
