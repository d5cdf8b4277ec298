//! Selections over time.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Accept, DEFAULT_STATE};
use crate::selection::StateSelection;

/// What the selection of a field takes beside its values.
const BYTES_OF_A_SELECTION: usize = 128;

/// How many steps back are kept.
const MAX_STEPS: usize = 100;

/// The selections of all states at one time.
#[derive(Clone, Debug)]
pub(crate) struct Selections {
    states: Vec<(Arc<str>, Arc<StateSelection>)>,
}

impl Selections {
    fn empty() -> Self {
        Self {
            states: vec![(DEFAULT_STATE.into(), Arc::default())],
        }
    }

    /// The selections of one state; the empty name is the default state.
    pub(crate) fn get(&self, state: &str) -> Option<&Arc<StateSelection>> {
        let name = if state.is_empty() { DEFAULT_STATE } else { state };
        self.states
            .iter()
            .find(|(other, _)| &**other == name)
            .map(|(_, selection)| selection)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.states.iter().map(|(name, _)| &**name)
    }

    pub(super) fn set(&mut self, state: &str, selection: Arc<StateSelection>) {
        let name = if state.is_empty() { DEFAULT_STATE } else { state };
        if let Some((_, old)) = self.states.iter_mut().find(|(other, _)| &**other == name) {
            *old = selection;
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.states.iter().all(|(name, mine)| {
            other
                .get(name)
                .is_some_and(|theirs| Arc::ptr_eq(mine, theirs) || mine.has_same_values(theirs))
        })
    }

    /// The same to be kept beside `present`; see [`StateSelection::beside`].
    fn beside(self, present: &Self) -> Self {
        let states = self.states.into_iter().map(|(name, own)| {
            let theirs = present.get(&name);
            let is_shared = theirs.is_some_and(|theirs| Arc::ptr_eq(&own, theirs));
            let kept = if is_shared {
                own
            } else {
                Arc::new(own.beside(theirs.map(|theirs| &**theirs)))
            };
            (name, kept)
        });
        Self {
            states: states.collect(),
        }
    }

    /// The selections of `then` for the states that there are now.
    fn restored(&self, then: &Self) -> Self {
        let states = self
            .states
            .iter()
            .map(|(name, _)| (Arc::clone(name), then.get(name).cloned().unwrap_or_default()))
            .collect();
        Self { states }
    }
}

/// One stack over all states. Selections in a modal phase change the present only; its end makes one step of them.
#[derive(Clone, Debug)]
pub(super) struct History {
    past: Arc<Vec<Selections>>,
    present: Selections,
    /// The next one is the last.
    future: Arc<Vec<Selections>>,
    /// The selections at the start of the modal phase.
    modal_start: Option<Selections>,
}

impl History {
    pub(super) fn new() -> Self {
        Self {
            past: Arc::default(),
            present: Selections::empty(),
            future: Arc::default(),
            modal_start: None,
        }
    }

    pub(super) fn present(&self) -> &Selections {
        &self.present
    }

    /// What the selections of now, of before and of later take in memory; what steps share counts once.
    pub(super) fn n_bytes(&self) -> usize {
        let mut seen = HashSet::new();
        let steps = self.past.iter().chain(self.future.iter());
        steps
            .chain([&self.present])
            .chain(&self.modal_start)
            .flat_map(|selections| &selections.states)
            .flat_map(|(_, state)| state.fields())
            .filter(|own| seen.insert(Arc::as_ptr(own)))
            .map(|own| BYTES_OF_A_SELECTION + size_of_val(own.values.words()))
            .sum()
    }

    pub(super) fn past(&self) -> Arc<Vec<Selections>> {
        Arc::clone(&self.past)
    }

    pub(super) fn future(&self) -> Arc<Vec<Selections>> {
        Arc::clone(&self.future)
    }

    /// Makes a step, unless a modal phase is on or nothing has changed.
    pub(super) fn push(&mut self, next: Selections) {
        if self.modal_start.is_none() && !self.present.is_same(&next) {
            let before = std::mem::replace(&mut self.present, next);
            self.remember(before);
        } else {
            self.present = next;
        }
    }

    /// Changes the present without making a step.
    pub(super) fn amend(&mut self, present: Selections) {
        self.present = present;
    }

    pub(super) fn back_count(&self) -> usize {
        self.past.len()
    }

    pub(super) fn forward_count(&self) -> usize {
        self.future.len()
    }

    pub(super) fn back(&mut self) -> bool {
        self.modal_start.is_none()
            && Self::step(
                &mut self.present,
                Arc::make_mut(&mut self.past),
                Arc::make_mut(&mut self.future),
            )
    }

    pub(super) fn forward(&mut self) -> bool {
        self.modal_start.is_none()
            && Self::step(
                &mut self.present,
                Arc::make_mut(&mut self.future),
                Arc::make_mut(&mut self.past),
            )
    }

    fn step(present: &mut Selections, from: &mut Vec<Selections>, to: &mut Vec<Selections>) -> bool {
        let Some(next) = from.pop() else { return false };
        let next = present.restored(&next);
        let before = std::mem::replace(present, next);
        to.push(before.beside(present));
        true
    }

    pub(super) fn begin_modal(&mut self) {
        self.end_modal(Accept::Keep);
        self.modal_start = Some(self.present.clone());
    }

    pub(super) fn end_modal(&mut self, accept: Accept) {
        let Some(start) = self.modal_start.take() else {
            return;
        };
        match accept {
            Accept::Keep if !self.present.is_same(&start) => self.remember(start),
            Accept::Keep => {}
            Accept::Discard => self.present = self.present.restored(&start),
        }
    }

    pub(super) fn reset_modal(&mut self) {
        if let Some(start) = &self.modal_start {
            self.present = self.present.restored(start);
        }
    }

    pub(super) fn is_modal(&self) -> bool {
        self.modal_start.is_some()
    }

    pub(super) fn made_modal_selections(&self) -> bool {
        self.modal_start
            .as_ref()
            .is_some_and(|start| !self.present.is_same(start))
    }

    pub(super) fn add_state(&mut self, name: &str, selection: &Arc<StateSelection>) {
        self.present.states.push((name.into(), Arc::clone(selection)));
    }

    pub(super) fn remove_state(&mut self, name: &str) -> bool {
        let before = self.present.states.len();
        self.present.states.retain(|(other, _)| &**other != name);
        self.present.states.len() < before
    }

    fn remember(&mut self, before: Selections) {
        let past = Arc::make_mut(&mut self.past);
        if past.len() == MAX_STEPS {
            past.remove(0);
        }
        past.push(before.beside(&self.present));
        Arc::make_mut(&mut self.future).clear();
    }
}

#[cfg(test)]
mod tests {
    use fanlight_column::ColumnBuilder;

    use crate::{DataModel, Elem, FieldId, LockMode, SelectMode, Session, Settings, TableSource};

    use super::*;

    /// Two fields of four rows.
    fn session() -> Session {
        let column = |values: [&str; 4]| {
            let mut builder = ColumnBuilder::new();
            values.iter().for_each(|value| builder.push_text(value));
            builder.finish()
        };
        let table = TableSource {
            name: "t".to_owned(),
            columns: vec![
                ("a".to_owned(), column(["1", "2", "1", "2"])),
                ("b".to_owned(), column(["x", "x", "y", "y"])),
            ],
        };
        Session::new(
            Arc::new(DataModel::new(vec![table]).unwrap()),
            Settings::default(),
        )
    }

    /// Selects a value, and asks what follows from it.
    fn select(session: &mut Session, field: u32, elem: u32) -> usize {
        let elem = [Elem(elem)];
        assert!(session.select("$", FieldId(field), &elem, SelectMode::Replace, LockMode::Respect));
        possible(session)
    }

    fn possible(session: &Session) -> usize {
        let snapshot = session.snapshot();
        let counts = [FieldId(0), FieldId(1)].map(|field| snapshot.state_counts("$", field));
        counts.iter().map(|counts| counts.option + counts.selected).sum()
    }

    fn with_results(steps: &[Selections]) -> usize {
        let of = |step: &Selections| step.get("$").is_some_and(|selection| selection.has_results());
        steps.iter().filter(|step| of(step)).count()
    }

    #[test]
    fn steps_back_and_forward_keep_no_results_and_come_back_the_same() {
        let mut session = session();
        let seen: Vec<usize> = (0..6).map(|step| select(&mut session, 0, step % 2)).collect();
        assert_eq!(session.back_count(), 6);
        assert_eq!(with_results(&session.history.past), 0);
        for expected in seen.iter().rev().skip(1) {
            assert!(session.back());
            assert_eq!(possible(&session), *expected);
        }
        assert_eq!(with_results(&session.history.future), 0);
        for expected in seen.iter().skip(1) {
            assert!(session.forward());
            assert_eq!(possible(&session), *expected);
        }
        assert_eq!(with_results(&session.history.past), 0);
    }

    #[test]
    fn a_field_that_stays_selected_keeps_its_rows() {
        let mut session = session();
        select(&mut session, 0, 0);
        select(&mut session, 1, 0);
        let past = session.history.past[1].get("$").unwrap().of(FieldId(0)).cloned();
        let present = session.history.present.get("$").unwrap().of(FieldId(0)).cloned();
        assert!(Arc::ptr_eq(&past.unwrap(), &present.unwrap()));
    }
}
