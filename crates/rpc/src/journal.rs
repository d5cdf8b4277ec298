//! The port through which engine sessions outlive the process.
//!
//! A change of a session is written before the client is told that it was made, so that a crash loses nothing that was
//! acknowledged. What cannot be written is taken back, and the client gets an error.

use std::fmt;

use fanlight_base::{LoginSessionId, Timestamp, UserId};

/// What engine sessions are told apart by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionKey {
    /// Whose session it is.
    pub user: UserId,
    /// The app: its id, or `SessionApp_…`.
    pub app: String,
    /// The identity of the URL.
    pub identity: Option<String>,
}

/// What is kept of one engine session: texts that only this crate reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Selections by value, locks and alternate states.
    pub selections: Option<String>,
    /// Objects that the session added or changed, with soft patches.
    pub objects: Option<String>,
    /// Variables that the session added or changed, and the app's properties.
    pub variables: Option<String>,
}

impl Kept {
    /// The length of all parts.
    pub(crate) fn size_bytes(&self) -> usize {
        let parts = [&self.selections, &self.objects, &self.variables];
        parts.into_iter().flatten().map(String::len).sum()
    }
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct JournalEntry {
    /// The parts that changed; a part that is `None` stays as it is.
    pub kept: Kept,
    /// The login sessions that used the engine session; they are added to those that are known. `None` is a program's
    /// credential, which does not end.
    pub logins: Vec<Option<LoginSessionId>>,
    /// The user's engine sessions that live. Entries of others give way where the user has too many.
    pub live: Vec<SessionKey>,
    /// When.
    pub at: Timestamp,
}

/// Why the journal could not do what was asked. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Another program holds the lock, for longer than one waits.
    #[error("the journal is locked by another program")]
    Locked,
    /// What is kept of the user's sessions would be more than the journal keeps of one user.
    #[error(
        "what is kept of your sessions may have {limit} bytes together: remove objects that you made, or end other sessions"
    )]
    Quota {
        /// The limit in bytes.
        limit: u64,
    },
    /// No room.
    #[error("the disk that holds the journal is full")]
    Full,
    /// Anything else; the implementation has logged what.
    #[error("the journal failed")]
    Failed,
}

/// Keeps engine sessions.
///
/// When a writing call returns `Ok`, its effect survives a crash. Calls block for the time of one small transaction.
pub trait Journal: Send + Sync + fmt::Debug {
    /// Writes the parts of a session that changed.
    ///
    /// # Errors
    /// Nothing was written.
    fn save(&self, key: &SessionKey, entry: &JournalEntry) -> Result<(), JournalError>;

    /// What is kept of a session.
    ///
    /// # Errors
    /// It cannot be read.
    fn load(&self, key: &SessionKey) -> Result<Option<Kept>, JournalError>;

    /// Forgets these sessions: all of them or none.
    ///
    /// # Errors
    /// Nothing was removed.
    fn remove(&self, keys: &[SessionKey]) -> Result<(), JournalError>;

    /// Forgets a login session, and the engine sessions that no other one used.
    ///
    /// # Errors
    /// Nothing was removed.
    fn forget_login(&self, login: &LoginSessionId) -> Result<(), JournalError>;

    /// Forgets sessions that were last written before that time; how many.
    ///
    /// # Errors
    /// Nothing was removed.
    fn sweep(&self, before: Timestamp) -> Result<u64, JournalError>;
}

/// A journal that keeps nothing: sessions end with the process.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoJournal;

impl Journal for NoJournal {
    fn save(&self, _: &SessionKey, _: &JournalEntry) -> Result<(), JournalError> {
        Ok(())
    }

    fn load(&self, _: &SessionKey) -> Result<Option<Kept>, JournalError> {
        Ok(None)
    }

    fn remove(&self, _: &[SessionKey]) -> Result<(), JournalError> {
        Ok(())
    }

    fn forget_login(&self, _: &LoginSessionId) -> Result<(), JournalError> {
        Ok(())
    }

    fn sweep(&self, _: Timestamp) -> Result<u64, JournalError> {
        Ok(0)
    }
}
