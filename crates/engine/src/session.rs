//! One engine session's selections and variables: the mutable host that hands out immutable snapshots.

mod history;
mod save;
mod select;

use std::sync::Arc;

use history::History;
pub(crate) use history::Selections;
pub use save::{SavedField, SavedSelections, SavedState, SavedValue};
pub use select::Found;

use crate::locale::Locale;
use crate::model::DataModel;
use crate::selection::StateSelection;
use crate::snapshot::Snapshot;
use crate::value::{Elem, FieldId};

/// The default selection state's name.
pub const DEFAULT_STATE: &str = "$";

/// What a session starts with.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Separators, formats and names.
    pub locale: Locale,
    /// Variable names and definitions.
    pub variables: Vec<(String, String)>,
    /// The current time as a serial date: days since 1899-12-30 with the time of day as fraction.
    pub now: f64,
    /// Master measures that expressions may name.
    pub library: Library,
    /// The user's name, as expressions see it.
    pub user: String,
}

/// Master measures by name.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Name and expression.
    pub measures: Vec<(String, String)>,
}

/// One engine session: selections per state, history, variables.
///
/// Every change makes new immutable parts, so that a [`Snapshot`] costs a few reference counts and keeps seeing what it
/// saw. A clone is as cheap, and goes its own way from then on.
#[derive(Clone, Debug)]
pub struct Session {
    model: Arc<DataModel>,
    locale: Arc<Locale>,
    library: Arc<Library>,
    user: Arc<str>,
    variables: Arc<Vec<(Arc<str>, Arc<str>)>>,
    now: f64,
    history: History,
    version: u64,
}

/// What happens to the values a field has selected already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectMode {
    /// They are replaced.
    Replace,
    /// The given values change between selected and not selected.
    Toggle,
}

/// What a locked field does to a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockMode {
    /// The lock stands and the selection is refused.
    Respect,
    /// The lock is opened.
    Override,
}

/// A group of values by what they are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every value.
    All,
    /// Values that are selected or possible.
    Possible,
    /// Values that are alternative or excluded.
    Excluded,
    /// Values that are alternative.
    Alternative,
}

/// What becomes of the selections made in a modal phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// They stay, as one step of history.
    Keep,
    /// The selections are as they were before.
    Discard,
}

/// Numbers from `min` to `max`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumRange {
    /// The lower end.
    pub min: f64,
    /// The upper end.
    pub max: f64,
    /// Whether the lower end belongs to the range.
    pub min_incl: bool,
    /// Whether the upper end belongs to the range.
    pub max_incl: bool,
}

impl NumRange {
    /// Whether the number lies in the range.
    pub fn contains(&self, num: f64) -> bool {
        let above = if self.min_incl {
            num >= self.min
        } else {
            num > self.min
        };
        let below = if self.max_incl {
            num <= self.max
        } else {
            num < self.max
        };
        above && below
    }
}

impl Session {
    /// The user's name, as expressions see it.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// A session without selections.
    pub fn new(model: Arc<DataModel>, settings: Settings) -> Self {
        Self {
            model,
            locale: Arc::new(settings.locale),
            library: Arc::new(settings.library),
            user: settings.user.into(),
            variables: Arc::new(
                settings
                    .variables
                    .into_iter()
                    .map(|(name, definition)| (name.into(), definition.into()))
                    .collect(),
            ),
            now: settings.now,
            history: History::new(),
            version: 1,
        }
    }

    /// The data model.
    pub fn model(&self) -> &Arc<DataModel> {
        &self.model
    }

    /// What is true now, kept for as long as the snapshot lives.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::new(crate::snapshot::Parts {
            model: Arc::clone(&self.model),
            locale: Arc::clone(&self.locale),
            library: Arc::clone(&self.library),
            user: Arc::clone(&self.user),
            variables: Arc::clone(&self.variables),
            now: self.now,
            states: self.history.present().clone(),
            past: self.history.past(),
            future: self.history.future(),
            version: self.version,
        })
    }

    /// Grows with every change that may change a layout.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Tells the session the current time (a serial date) for `Now()` and `Today()`.
    pub fn set_now(&mut self, now: f64) {
        self.now = now;
    }

    /// Replaces the master measures.
    pub fn set_library(&mut self, library: Library) {
        self.library = Arc::new(library);
        self.version += 1;
    }

    /// Sets a variable's definition, adding the variable if it is new.
    pub fn set_variable(&mut self, name: &str, definition: impl Into<Arc<str>>) {
        let variables = Arc::make_mut(&mut self.variables);
        match variables.iter_mut().find(|(other, _)| **other == *name) {
            Some((_, old)) => *old = definition.into(),
            None => variables.push((name.into(), definition.into())),
        }
        self.version += 1;
    }

    /// Removes a variable; its name then expands to nothing, as an unknown one does.
    pub fn remove_variable(&mut self, name: &str) {
        Arc::make_mut(&mut self.variables).retain(|(other, _)| **other != *name);
        self.version += 1;
    }

    /// A variable's definition.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .iter()
            .find(|(other, _)| **other == *name)
            .map(|(_, definition)| &**definition)
    }

    /// What the selections and their history take in memory, in bytes.
    pub fn selection_bytes(&self) -> usize {
        self.history.n_bytes()
    }

    /// One step back in history. False if there is none, or in a modal phase.
    pub fn back(&mut self) -> bool {
        let moved = self.history.back();
        self.changed_if(moved)
    }

    /// One step forward in history. False if there is none, or in a modal phase.
    pub fn forward(&mut self) -> bool {
        let moved = self.history.forward();
        self.changed_if(moved)
    }

    /// How many steps back there are.
    pub fn back_count(&self) -> usize {
        self.history.back_count()
    }

    /// How many steps forward there are.
    pub fn forward_count(&self) -> usize {
        self.history.forward_count()
    }

    /// Starts a modal phase: what is selected until its end becomes one step of history. Ends a phase that is on by
    /// keeping its selections.
    pub fn begin_modal(&mut self) {
        self.history.begin_modal();
        self.version += 1;
    }

    /// Ends the modal phase; nothing happens if there is none.
    pub fn end_modal(&mut self, accept: Accept) {
        if self.history.is_modal() {
            self.history.end_modal(accept);
            self.version += 1;
        }
    }

    /// Takes back what was selected in the modal phase and stays in it.
    pub fn reset_modal(&mut self) {
        if self.history.is_modal() {
            self.history.reset_modal();
            self.version += 1;
        }
    }

    /// Whether a modal phase is on.
    pub fn is_modal(&self) -> bool {
        self.history.is_modal()
    }

    /// Whether selections differ from those at the start of the modal phase.
    pub fn made_modal_selections(&self) -> bool {
        self.history.made_modal_selections()
    }

    /// Adds an alternate state, with the selections of `source` or none. False if there is one of that name, or no source.
    pub fn add_state(&mut self, name: &str, source: Option<&str>) -> bool {
        if name.is_empty() || self.history.present().get(name).is_some() {
            return false;
        }
        let selection = match source {
            None => Arc::new(StateSelection::default()),
            Some(source) => match self.history.present().get(source) {
                Some(selection) => Arc::clone(selection),
                None => return false,
            },
        };
        self.history.add_state(name, &selection);
        self.changed_if(true)
    }

    /// Removes an alternate state. False if there is none of that name.
    pub fn remove_state(&mut self, name: &str) -> bool {
        let removed = name != DEFAULT_STATE && self.history.remove_state(name);
        self.changed_if(removed)
    }

    /// The names of all states, the default state first.
    pub fn states(&self) -> Vec<String> {
        self.history.present().names().map(str::to_owned).collect()
    }

    /// The states whose selections differ from those in `before`, new and removed states among them.
    pub fn states_changed_since(&self, before: &Self) -> Vec<String> {
        let (now, then) = (self.history.present(), before.history.present());
        let mut names: Vec<&str> = now.names().collect();
        names.extend(then.names().filter(|name| now.get(name).is_none()));
        names.retain(|name| match (now.get(name), then.get(name)) {
            (Some(now), Some(then)) => !Arc::ptr_eq(now, then) && !now.shows_the_same(then),
            _ => true,
        });
        names.into_iter().map(str::to_owned).collect()
    }

    /// The values that an interactive search finds; see [`Snapshot::search`].
    pub fn search(&self, state: &str, field: FieldId, pattern: &str) -> Vec<crate::Hit> {
        self.snapshot().search(state, field, pattern)
    }

    /// The values that a programmatic search finds; see [`Snapshot::match_programmatic`].
    pub fn match_programmatic(&self, state: &str, field: FieldId, pattern: &str) -> Vec<Elem> {
        self.snapshot().match_programmatic(state, field, pattern)
    }

    fn changed_if(&mut self, changed: bool) -> bool {
        self.version += u64::from(changed);
        changed
    }
}
