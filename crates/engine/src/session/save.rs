//! Selections by value, for another session over the same or newer data.

use std::sync::Arc;

use fanlight_column::BitSet;

use super::Session;
use crate::selection::{FieldSelection, StateSelection};

/// The selections of all states, by value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedSelections {
    /// The states, the default state first.
    pub states: Vec<SavedState>,
}

/// One state's selections.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedState {
    /// The state's name.
    pub name: String,
    /// Its fields in the order of selection.
    pub fields: Vec<SavedField>,
}

/// One field's selection.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedField {
    /// The field's name.
    pub field: String,
    /// The selected values.
    pub values: Vec<SavedValue>,
    /// Whether the field is locked.
    pub locked: bool,
}

/// A value: found again by its number if it has one that says it all, else by its text.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedValue {
    /// The text.
    pub text: String,
    /// The number.
    pub num: Option<f64>,
}

impl Session {
    /// The selections of all states, by value.
    pub fn save(&self) -> SavedSelections {
        let present = self.history.present();
        let states = present
            .names()
            .filter_map(|name| present.get(name).map(|state| (name, state)))
            .map(|(name, state)| SavedState {
                name: name.to_owned(),
                fields: state
                    .fields()
                    .iter()
                    .map(|selection| self.save_field(selection))
                    .collect(),
            })
            .collect();
        SavedSelections { states }
    }

    /// Replaces the selections of the saved states, as one step of history. Missing states are added. Returns one
    /// sentence for each thing that could not be restored.
    pub fn restore(&mut self, saved: &SavedSelections) -> Vec<String> {
        let mut lost = Vec::new();
        for state in &saved.states {
            if self.history.present().get(&state.name).is_none() {
                self.add_state(&state.name, None);
            }
        }
        let mut selections = self.history.present().clone();
        for state in &saved.states {
            let fields = state
                .fields
                .iter()
                .filter_map(|field| self.restore_field(field, &mut lost))
                .map(Arc::new)
                .collect();
            selections.set(&state.name, Arc::new(StateSelection::new(fields)));
        }
        self.history.push(selections);
        self.changed_if(true);
        lost
    }

    fn save_field(&self, selection: &FieldSelection) -> SavedField {
        let field = self.model.field(selection.field);
        let symbols = field.symbols();
        let values = selection
            .values
            .iter()
            .map(|code| SavedValue {
                text: symbols.text(code as u32).into_owned(),
                num: symbols.num(code as u32),
            })
            .collect();
        SavedField {
            field: field.name().to_owned(),
            values,
            locked: selection.is_locked,
        }
    }

    fn restore_field(&self, saved: &SavedField, lost: &mut Vec<String>) -> Option<FieldSelection> {
        let Some(field) = self.model.field_id(&saved.field) else {
            lost.push(format!("the field {:?} is no longer there", saved.field));
            return None;
        };
        let symbols = self.model.field(field).symbols();
        let mut values = BitSet::empty(symbols.len());
        for value in &saved.values {
            match symbols.find(&value.text, value.num) {
                Some(code) => values.insert(code as usize),
                None => lost.push(format!(
                    "{:?} is no longer a value of {:?}",
                    value.text, saved.field
                )),
            }
        }
        (!values.is_empty()).then(|| FieldSelection::new(field, values).with_lock(saved.locked))
    }
}
