//! What an engine session holds, as text for the journal and back.
//!
//! Selections stand there by value and objects as they differ from the app's, so that both find their way into an app
//! whose data or sheets have changed since.

mod objects;
mod selections;
mod variables;

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Kept;
use crate::core::Core;

/// How many losses are named one by one.
const MAX_NAMED_LOSSES: usize = 50;

/// What could not be brought back, in words for people.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    named: Vec<String>,
    more: usize,
}

impl Losses {
    pub(crate) fn add(&mut self, what: impl Into<String>) {
        if self.named.len() < MAX_NAMED_LOSSES {
            self.named.push(what.into());
        } else {
            self.more += 1;
        }
    }

    /// One text for each; the last one counts those that are too many.
    pub(crate) fn into_texts(mut self) -> Vec<String> {
        if self.more > 0 {
            self.named.push(format!("… and {} more", self.more));
        }
        self.named
    }
}

/// The selections as text.
pub(crate) fn selections(core: &Core) -> String {
    selections::write(core)
}

/// Everything.
pub(crate) fn whole(core: &Core) -> Kept {
    Kept {
        selections: Some(selections::write(core)),
        objects: Some(objects::write(core)),
        variables: Some(variables::write(core)),
    }
}

/// The parts of `now` that may differ from `before`.
pub(crate) fn difference(before: &Core, now: &Core) -> Kept {
    let selections_changed = before.engine.version() != now.engine.version();
    let objects_changed = !Arc::ptr_eq(&before.objects, &now.objects);
    let variables_changed = !Arc::ptr_eq(&before.variables, &now.variables)
        || !Arc::ptr_eq(&before.app_properties, &now.app_properties);
    Kept {
        selections: selections_changed.then(|| selections::write(now)),
        objects: objects_changed.then(|| objects::write(now)),
        variables: variables_changed.then(|| variables::write(now)),
    }
}

/// Brings what was kept into a new session.
pub(crate) fn restore(core: &mut Core, kept: &Kept) -> Losses {
    let mut losses = Losses::default();
    // Variables and measures first: object definitions and selections may stand on them.
    if let Some(text) = &kept.variables {
        variables::read(core, text, &mut losses);
    }
    if let Some(text) = &kept.objects {
        objects::read(core, text, &mut losses);
    }
    if let Some(text) = &kept.selections {
        selections::read(core, text, &mut losses);
    }
    losses
}

fn to_text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("what is kept has text keys and no failing parts")
}

/// Reads a part. One that a later version wrote, or that is damaged, is a loss and no reason to refuse the session.
fn from_text<T: DeserializeOwned>(text: &str, what: &str, losses: &mut Losses) -> Option<T> {
    let read = serde_json::from_str(text).ok();
    if read.is_none() {
        losses.add(what);
    }
    read
}
