//! Selecting, clearing and locking.

use std::sync::Arc;

use fanlight_column::BitSet;

use super::{LockMode, NumRange, SelectMode, Session, Which};
use crate::selection::{FieldSelection, StateSelection};
use crate::state::ElemState;
use crate::value::{Elem, FieldId};

impl Session {
    /// Selects values of a field. False if the field is locked, or the selection would contradict a locked field, or there
    /// is no such state or field: then nothing has changed.
    ///
    /// Selections of other fields that leave none of the values possible give way. Selecting nothing clears the field.
    pub fn select(
        &mut self,
        state: &str,
        field: FieldId,
        elems: &[Elem],
        mode: SelectMode,
        lock: LockMode,
    ) -> bool {
        self.select_many(state, &[(field, elems.to_vec())], mode, lock)
    }

    /// Selects values of several fields as one step of history; refused as a whole if one of them is refused.
    pub fn select_many(
        &mut self,
        state: &str,
        fields: &[(FieldId, Vec<Elem>)],
        mode: SelectMode,
        lock: LockMode,
    ) -> bool {
        let Some(before) = self.history.present().get(state).cloned() else {
            return false;
        };
        let mut targets = Vec::new();
        for (field, elems) in fields {
            let Some(values) = self.target(&before, *field, elems, mode) else {
                return false;
            };
            if lock == LockMode::Respect && before.of(*field).is_some_and(|own| own.is_locked) {
                return false;
            }
            targets.push((*field, values));
        }
        self.apply(state, &before, targets, None)
    }

    /// Selects the values that a search found and remembers the search's text for display.
    pub fn select_found(&mut self, state: &str, field: FieldId, elems: &[Elem], found: Found<'_>) -> bool {
        let Some(before) = self.history.present().get(state).cloned() else {
            return false;
        };
        let Some(values) = self.target(&before, field, elems, found.mode) else {
            return false;
        };
        if found.lock == LockMode::Respect && before.of(field).is_some_and(|own| own.is_locked) {
            return false;
        }
        self.apply(state, &before, vec![(field, values)], Some(found.text))
    }

    /// Selects a group of values by what they are now. False as for [`Session::select`].
    pub fn select_which(&mut self, state: &str, field: FieldId, which: Which, lock: LockMode) -> bool {
        let Some(before) = self.history.present().get(state).cloned() else {
            return false;
        };
        if field.index() >= self.model.fields().len() {
            return false;
        }
        let is_wanted = |elem: &Elem| {
            let state = before.elem_state(&self.model, field, *elem);
            match which {
                Which::All => true,
                Which::Possible => {
                    matches!(state, ElemState::Selected | ElemState::Locked | ElemState::Option)
                }
                Which::Excluded => matches!(state, ElemState::Alternative | ElemState::Excluded),
                Which::Alternative => state == ElemState::Alternative,
            }
        };
        let n_values = self.model.field(field).cardinal() as u32;
        let elems: Vec<Elem> = (0..n_values).map(Elem).filter(is_wanted).collect();
        self.select(state, field, &elems, SelectMode::Replace, lock)
    }

    /// Selects the values whose number is in one of the ranges. False as for [`Session::select`].
    pub fn select_ranges(
        &mut self,
        state: &str,
        field: FieldId,
        ranges: &[NumRange],
        mode: SelectMode,
        lock: LockMode,
    ) -> bool {
        let Some(known) = self.model.fields().get(field.index()) else {
            return false;
        };
        let elems: Vec<Elem> = (0..)
            .zip(known.symbols().nums())
            .filter(|(_, num)| ranges.iter().any(|range| range.contains(**num)))
            .map(|(code, _)| Elem(code))
            .collect();
        self.select(state, field, &elems, mode, lock)
    }

    /// Clears a field. False if it is locked or there is no such state.
    pub fn clear(&mut self, state: &str, field: FieldId, lock: LockMode) -> bool {
        self.select(state, field, &[], SelectMode::Replace, lock)
    }

    /// Clears every field of a state, or of all states.
    pub fn clear_all(&mut self, state: Option<&str>, lock: LockMode) {
        self.clear_where(state, |selection| {
            selection.is_locked && lock == LockMode::Respect
        });
    }

    /// Clears every field of a state but one.
    pub fn clear_others(&mut self, state: &str, keep: FieldId, lock: LockMode) {
        self.clear_where(Some(state), |selection| {
            selection.field == keep || (selection.is_locked && lock == LockMode::Respect)
        });
    }

    /// Locks a field's selection. False if it has none.
    pub fn lock(&mut self, state: &str, field: FieldId) -> bool {
        self.set_lock(state, Some(field), LockState::Locked)
    }

    /// Opens a field's lock. False if it has no selection.
    pub fn unlock(&mut self, state: &str, field: FieldId) -> bool {
        self.set_lock(state, Some(field), LockState::Open)
    }

    /// Locks every selection of a state.
    pub fn lock_all(&mut self, state: &str) -> bool {
        self.set_lock(state, None, LockState::Locked)
    }

    /// Opens every lock of a state.
    pub fn unlock_all(&mut self, state: &str) -> bool {
        self.set_lock(state, None, LockState::Open)
    }

    /// The values that would be selected; `None` if there is no such field.
    fn target(
        &self,
        before: &StateSelection,
        field: FieldId,
        elems: &[Elem],
        mode: SelectMode,
    ) -> Option<BitSet> {
        let n_values = self.model.fields().get(field.index())?.cardinal();
        let known = elems
            .iter()
            .map(|elem| elem.index())
            .filter(|elem| *elem < n_values);
        let mut values = BitSet::of(n_values, known);
        if let (SelectMode::Toggle, Some(own)) = (mode, before.of(field)) {
            values.xor(&own.values);
        }
        Some(values)
    }

    /// Makes the selections of other fields give way where nothing would be possible, and makes one step of history.
    fn apply(
        &mut self,
        state: &str,
        before: &StateSelection,
        targets: Vec<(FieldId, BitSet)>,
        text_search: Option<&str>,
    ) -> bool {
        let mut next = StateSelection::new(before.fields().to_vec());
        let fields: Vec<FieldId> = targets.iter().map(|(field, _)| *field).collect();
        for (field, values) in targets {
            let selection =
                (!values.is_empty()).then(|| FieldSelection::new(field, values).with_search(text_search));
            next = next.with(field, selection);
        }
        for field in &fields {
            match self.without_contradiction(next, *field, &fields) {
                Some(resolved) => next = resolved,
                None => return false,
            }
        }
        let mut selections = self.history.present().clone();
        selections.set(state, Arc::new(next));
        self.history.push(selections);
        self.changed_if(true)
    }

    /// Clears the fields that leave no value of `field`'s selection possible; `None` if a lock stands in the way.
    fn without_contradiction(
        &self,
        next: StateSelection,
        field: FieldId,
        keep: &[FieldId],
    ) -> Option<StateSelection> {
        let model = &*self.model;
        let contradicts = |state: &StateSelection| {
            state.of(field).is_some()
                && state
                    .inference(model)
                    .possible(model, state.fields(), field)
                    .is_empty()
        };
        if !contradicts(&next) {
            return Some(next);
        }
        let own = next.of(field).cloned()?;
        let may_go = |selection: &FieldSelection| !selection.is_locked && !keep.contains(&selection.field);
        // First the fields that contradict on their own, then, where only several together do, all of them.
        let pairwise = StateSelection::new(
            next.fields()
                .iter()
                .filter(|other| {
                    !may_go(other)
                        || !contradicts(&StateSelection::new(vec![Arc::clone(&own), Arc::clone(other)]))
                })
                .cloned()
                .collect(),
        );
        if !contradicts(&pairwise) {
            return Some(pairwise);
        }
        let component = |field: FieldId| model.table(model.field(field).tables()[0].0).component();
        let kept = StateSelection::new(
            next.fields()
                .iter()
                .filter(|other| !may_go(other) || component(other.field) != component(field))
                .cloned()
                .collect(),
        );
        // Fields that are selected in the same call may contradict each other: the user asked for that.
        let only_kept = |state: &StateSelection| {
            state
                .fields()
                .iter()
                .all(|other| keep.contains(&other.field) || component(other.field) != component(field))
        };
        (!contradicts(&kept) || only_kept(&kept)).then_some(kept)
    }

    fn clear_where(&mut self, state: Option<&str>, keep: impl Fn(&FieldSelection) -> bool) {
        let mut selections = self.history.present().clone();
        let names: Vec<String> = match state {
            Some(state) => vec![state.to_owned()],
            None => selections.names().map(str::to_owned).collect(),
        };
        for name in names {
            if let Some(before) = selections.get(&name).cloned() {
                let kept = before
                    .fields()
                    .iter()
                    .filter(|selection| keep(selection))
                    .cloned()
                    .collect();
                selections.set(&name, Arc::new(StateSelection::new(kept)));
            }
        }
        self.history.push(selections);
        self.changed_if(true);
    }

    /// A lock is no step of history.
    fn set_lock(&mut self, state: &str, only: Option<FieldId>, lock: LockState) -> bool {
        let Some(before) = self.history.present().get(state).cloned() else {
            return false;
        };
        if only.is_some_and(|field| before.of(field).is_none()) {
            return false;
        }
        let is_locked = lock == LockState::Locked;
        let fields = before
            .fields()
            .iter()
            .map(|selection| match only {
                Some(field) if field != selection.field => Arc::clone(selection),
                _ => Arc::new(selection.with_lock(is_locked)),
            })
            .collect();
        let mut selections = self.history.present().clone();
        selections.set(state, Arc::new(StateSelection::new(fields)));
        self.history.amend(selections);
        self.changed_if(true)
    }
}

/// How values found by a search are selected.
#[derive(Clone, Copy, Debug)]
pub struct Found<'t> {
    /// The search's text.
    pub text: &'t str,
    /// What happens to the values selected already.
    pub mode: SelectMode,
    /// What a lock does.
    pub lock: LockMode,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LockState {
    Locked,
    Open,
}
