//! Selections over time.

use std::sync::Arc;

use super::{Accept, DEFAULT_STATE};
use crate::selection::StateSelection;

/// How many steps back are kept.
const MAX_STEPS: usize = 100;

/// How many of them keep what was computed from them. Older ones are computed again when somebody goes back so far: what
/// is computed takes a bit for each row of the data, and a session must not hold that a hundred times.
const WARM_STEPS: usize = 8;

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

    /// The same selections without what was computed from them.
    fn cold(&self) -> Self {
        let cold = |(name, selection): &(Arc<str>, Arc<StateSelection>)| {
            (Arc::clone(name), Arc::new(selection.cold()))
        };
        Self {
            states: self.states.iter().map(cold).collect(),
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.states.iter().all(|(name, mine)| {
            other
                .get(name)
                .is_some_and(|theirs| Arc::ptr_eq(mine, theirs) || mine.has_same_values(theirs))
        })
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

    pub(super) fn past(&self) -> Arc<Vec<Selections>> {
        Arc::clone(&self.past)
    }

    pub(super) fn future(&self) -> Arc<Vec<Selections>> {
        Arc::clone(&self.future)
    }

    /// Makes a step, unless a modal phase is on or nothing has changed.
    pub(super) fn push(&mut self, next: Selections) {
        if self.modal_start.is_none() && !self.present.is_same(&next) {
            let before = self.present.clone();
            self.remember(before);
        }
        self.present = next;
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
        to.push(std::mem::replace(present, next));
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
        past.push(before);
        if let Some(at) = past.len().checked_sub(WARM_STEPS + 1) {
            past[at] = past[at].cold();
        }
        Arc::make_mut(&mut self.future).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DataModel, TableSource};
    use crate::session::{LockMode, SelectMode, Session, Settings};
    use crate::value::Elem;
    use fanlight_column::ColumnBuilder;

    #[test]
    fn old_steps_do_not_hold_what_was_computed_from_them() {
        let mut column = ColumnBuilder::new();
        (0..40).for_each(|number| column.push_num(f64::from(number)));
        let table = TableSource {
            name: "T".to_owned(),
            columns: vec![("N".to_owned(), column.finish())],
        };
        let model = Arc::new(DataModel::new(vec![table]).unwrap());
        let field = model.field_id("N").unwrap();
        let mut session = Session::new(model, Settings::default());
        for number in 0..30 {
            session.select(
                DEFAULT_STATE,
                field,
                &[Elem(number)],
                SelectMode::Replace,
                LockMode::Respect,
            );
            session.snapshot().state_counts(DEFAULT_STATE, field);
        }
        let past = session.history.past();
        let warm = past
            .iter()
            .filter(|step| {
                step.get(DEFAULT_STATE)
                    .is_some_and(|selection| selection.is_warm())
            })
            .count();
        assert_eq!((past.len(), warm), (30, WARM_STEPS));
        for number in (0..29).rev() {
            assert!(session.back());
            let selections = session.snapshot().selections(DEFAULT_STATE);
            assert_eq!(selections[0].selected, [Elem(number)]);
        }
    }
}
