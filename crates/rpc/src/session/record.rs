//! What the journal knows of an engine session.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::core::Core;
use crate::{Kept, kept};

/// What the journal knows of an engine session.
#[derive(Debug)]
pub(crate) struct Record {
    /// A hash of the selections as they were last written. Many steps that count as a change of the engine, such as the
    /// beginning of a modal selection, leave the selections as they were.
    pub(crate) selections: u64,
    /// Whether the journal has an entry.
    pub(crate) exists: bool,
    /// Whether whatever the entry does not hold is as the app has it. If not, the next write is of everything.
    pub(crate) is_complete: bool,
}

impl Record {
    /// Of a session that has just begun.
    pub(crate) fn of(core: &Core) -> Self {
        Self {
            selections: hash(&kept::selections(core)),
            exists: false,
            is_complete: true,
        }
    }

    /// What is to be written after a change; `None` if the journal has nothing to learn.
    pub(crate) fn difference(&self, before: &Core, now: &Core) -> Option<Kept> {
        let changed = kept::difference(before, now);
        let selections = changed.selections.filter(|text| hash(text) != self.selections);
        let changed = Kept {
            selections,
            ..changed
        };
        match (changed == Kept::default(), self.is_complete) {
            (true, _) => None,
            (false, true) => Some(changed),
            (false, false) => Some(kept::whole(now)),
        }
    }

    /// The journal has taken it.
    pub(crate) fn written(&mut self, kept: &Kept) {
        if let Some(selections) = &kept.selections {
            self.selections = hash(selections);
        }
        self.exists = true;
        self.is_complete = true;
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
