//! A journal that outlives the engine's memory, but not the process.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use fanlight_base::{LoginSessionId, Timestamp};
use fanlight_rpc::{Journal, JournalEntry, JournalError, Kept, SessionKey};

/// Keeps engine sessions in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal(Mutex<HashMap<SessionKey, Entry>>);

#[derive(Debug)]
struct Entry {
    kept: Kept,
    logins: BTreeSet<Option<LoginSessionId>>,
    at: Timestamp,
}

impl MemoryJournal {
    fn entries(&self) -> MutexGuard<'_, HashMap<SessionKey, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for MemoryJournal {
    fn save(&self, key: &SessionKey, entry: &JournalEntry) -> Result<(), JournalError> {
        let mut entries = self.entries();
        let kept = entries.entry(key.clone()).or_insert_with(|| Entry {
            kept: Kept::default(),
            logins: BTreeSet::new(),
            at: entry.at,
        });
        let parts = entry.kept.clone();
        kept.kept = Kept {
            selections: parts.selections.or(kept.kept.selections.take()),
            objects: parts.objects.or(kept.kept.objects.take()),
            variables: parts.variables.or(kept.kept.variables.take()),
        };
        kept.logins.extend(entry.logins.iter().cloned());
        kept.at = entry.at;
        Ok(())
    }

    fn load(&self, key: &SessionKey) -> Result<Option<Kept>, JournalError> {
        Ok(self.entries().get(key).map(|entry| entry.kept.clone()))
    }

    fn remove(&self, keys: &[SessionKey]) -> Result<(), JournalError> {
        self.entries().retain(|key, _| !keys.contains(key));
        Ok(())
    }

    fn forget_login(&self, login: &LoginSessionId) -> Result<(), JournalError> {
        self.entries().retain(|_, entry| {
            let knew = entry.logins.remove(&Some(login.clone()));
            !knew || !entry.logins.is_empty()
        });
        Ok(())
    }

    fn sweep(&self, before: Timestamp) -> Result<u64, JournalError> {
        let mut entries = self.entries();
        let n_before = entries.len();
        entries.retain(|_, entry| entry.at >= before);
        Ok(u64::try_from(n_before - entries.len()).unwrap_or(u64::MAX))
    }
}
