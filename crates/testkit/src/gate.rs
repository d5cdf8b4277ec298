//! A journal whose writes wait for a word, so that a request stays in its middle.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fanlight_base::{LoginSessionId, Timestamp};
use fanlight_rpc::{Journal, JournalEntry, JournalError, Kept, SessionKey};
use tokio::sync::watch;

use crate::journal::MemoryJournal;

/// A test that fails does not open its gate; the runtime is not to wait for it for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// A [`MemoryJournal`] behind a gate: what changes a session waits, with the session's lock, until the gate is opened.
#[derive(Debug)]
pub struct Gate {
    journal: MemoryJournal,
    is_open: Mutex<bool>,
    opened: Condvar,
    n_waiting: watch::Sender<usize>,
}

impl Gate {
    /// A gate that is shut.
    pub fn shut() -> Arc<Self> {
        Arc::new(Self {
            journal: MemoryJournal::default(),
            is_open: Mutex::new(false),
            opened: Condvar::new(),
            n_waiting: watch::Sender::new(0),
        })
    }

    /// Waits until a request is in its middle.
    pub async fn entered(&self) {
        let mut n_waiting = self.n_waiting.subscribe();
        let entered = n_waiting.wait_for(|n_waiting| *n_waiting > 0).await;
        entered.expect("the gate holds the sender");
    }

    /// Lets everything through from now on. Says how many requests were in their middle.
    pub fn open(&self) -> usize {
        *self.lock() = true;
        let n_waiting = *self.n_waiting.borrow();
        self.opened.notify_all();
        n_waiting
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for Gate {
    fn save(&self, key: &SessionKey, entry: &JournalEntry) -> Result<(), JournalError> {
        self.n_waiting.send_modify(|n_waiting| *n_waiting += 1);
        let waited = self
            .opened
            .wait_timeout_while(self.lock(), PATIENCE, |is_open| !*is_open);
        self.n_waiting.send_modify(|n_waiting| *n_waiting -= 1);
        let (is_open, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        drop(is_open);
        if timeout.timed_out() {
            return Err(JournalError::Locked);
        }
        self.journal.save(key, entry)
    }

    fn load(&self, key: &SessionKey) -> Result<Option<Kept>, JournalError> {
        self.journal.load(key)
    }

    fn remove(&self, keys: &[SessionKey]) -> Result<(), JournalError> {
        self.journal.remove(keys)
    }

    fn forget_login(&self, login: &LoginSessionId) -> Result<(), JournalError> {
        self.journal.forget_login(login)
    }

    fn sweep(&self, before: Timestamp) -> Result<u64, JournalError> {
        self.journal.sweep(before)
    }
}
