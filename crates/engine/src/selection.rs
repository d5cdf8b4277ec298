//! Selected values per field, and what follows from them.

use std::sync::{Arc, OnceLock};

use fanlight_column::{BitSet, select_rows};

use crate::infer::Inference;
use crate::model::DataModel;
use crate::state::{ElemState, StateCounts};
use crate::value::{Elem, FieldId, TableId};

/// The selection of one field.
#[derive(Debug)]
pub(crate) struct FieldSelection {
    pub(crate) field: FieldId,
    pub(crate) values: BitSet,
    pub(crate) is_locked: bool,
    /// The search that made the selection.
    pub(crate) text_search: Option<String>,
    /// The rows with a selected value, per table of the field; it outlives changes to other fields.
    rows: OnceLock<Vec<Arc<BitSet>>>,
}

impl FieldSelection {
    pub(crate) fn new(field: FieldId, values: BitSet) -> Self {
        Self {
            field,
            values,
            is_locked: false,
            text_search: None,
            rows: OnceLock::new(),
        }
    }

    /// The same selection with the search that made it.
    pub(crate) fn with_search(mut self, text: Option<&str>) -> Self {
        self.text_search = text.map(str::to_owned);
        self
    }

    /// The same selection, locked or not.
    pub(crate) fn with_lock(&self, is_locked: bool) -> Self {
        Self {
            field: self.field,
            values: self.values.clone(),
            is_locked,
            text_search: self.text_search.clone(),
            rows: self.rows.clone(),
        }
    }

    /// The same selection without the rows that follow from it.
    fn without_rows(&self) -> Self {
        Self {
            field: self.field,
            values: self.values.clone(),
            is_locked: self.is_locked,
            text_search: self.text_search.clone(),
            rows: OnceLock::new(),
        }
    }

    /// The rows of one of the field's tables that hold a selected value.
    pub(crate) fn rows(&self, model: &DataModel, table: TableId) -> &Arc<BitSet> {
        let tables = model.field(self.field).tables();
        let all = self.rows.get_or_init(|| {
            tables
                .iter()
                .map(|(table, column)| {
                    let codes = model.table(*table).columns()[*column].codes();
                    Arc::new(select_rows(codes, &self.values))
                })
                .collect()
        });
        let at = tables
            .iter()
            .position(|(other, _)| *other == table)
            .expect("asked for a table of the field");
        &all[at]
    }
}

/// All selections of one selection state, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct StateSelection {
    fields: Vec<Arc<FieldSelection>>,
    inference: OnceLock<Arc<Inference>>,
}

impl StateSelection {
    pub(crate) fn new(fields: Vec<Arc<FieldSelection>>) -> Self {
        Self {
            fields,
            inference: OnceLock::new(),
        }
    }

    pub(crate) fn fields(&self) -> &[Arc<FieldSelection>] {
        &self.fields
    }

    pub(crate) fn of(&self, field: FieldId) -> Option<&Arc<FieldSelection>> {
        self.fields.iter().find(|selection| selection.field == field)
    }

    /// What follows from the selections; computed once.
    pub(crate) fn inference(&self, model: &DataModel) -> &Arc<Inference> {
        self.inference
            .get_or_init(|| Arc::new(Inference::new(model, &self.fields)))
    }

    /// The same with one field's selection replaced, added at the end, or taken out.
    pub(crate) fn with(&self, field: FieldId, selection: Option<FieldSelection>) -> Self {
        let mut fields = self.fields.clone();
        let at = fields.iter().position(|other| other.field == field);
        match (at, selection) {
            (Some(at), Some(selection)) => fields[at] = Arc::new(selection),
            (None, Some(selection)) => fields.push(Arc::new(selection)),
            (Some(at), None) => {
                fields.remove(at);
            }
            (None, None) => {}
        }
        Self::new(fields)
    }

    /// The same selections to be kept beside `present`, without what can be calculated from them again. That takes a bit per
    /// row of the data, and a session has many steps behind it.
    pub(crate) fn beside(&self, present: Option<&Self>) -> Self {
        let shared = |own: &Arc<FieldSelection>| {
            let theirs = present.and_then(|present| present.of(own.field));
            theirs.is_some_and(|theirs| Arc::ptr_eq(own, theirs))
        };
        let fields = self.fields.iter().map(|own| {
            if own.rows.get().is_none() || shared(own) {
                Arc::clone(own)
            } else {
                Arc::new(own.without_rows())
            }
        });
        Self::new(fields.collect())
    }

    /// Whether anything was calculated from the selections of its own.
    #[cfg(test)]
    pub(crate) fn has_results(&self) -> bool {
        self.inference.get().is_some() || self.fields.iter().any(|field| field.rows.get().is_some())
    }

    pub(crate) fn has_same_values(&self, other: &Self) -> bool {
        self.fields.len() == other.fields.len()
            && self.fields.iter().all(|mine| {
                other.of(mine.field).is_some_and(|theirs| {
                    Arc::ptr_eq(mine, theirs)
                        || (mine.values == theirs.values && mine.is_locked == theirs.is_locked)
                })
            })
    }

    /// Whether nothing that is shown of the selections differs: values, locks, searches and their order.
    pub(crate) fn shows_the_same(&self, other: &Self) -> bool {
        self.fields.len() == other.fields.len()
            && self.fields.iter().zip(&other.fields).all(|(mine, theirs)| {
                Arc::ptr_eq(mine, theirs)
                    || (mine.field == theirs.field
                        && mine.values == theirs.values
                        && mine.is_locked == theirs.is_locked
                        && mine.text_search == theirs.text_search)
            })
    }

    pub(crate) fn elem_state(&self, model: &DataModel, field: FieldId, elem: Elem) -> ElemState {
        let is_possible = self
            .inference(model)
            .possible_without_own(model, &self.fields, field)
            .contains(elem.index());
        match (self.of(field), is_possible) {
            (None, true) => ElemState::Option,
            (None, false) => ElemState::Excluded,
            (Some(own), is_possible) => match (own.values.contains(elem.index()), is_possible, own.is_locked)
            {
                (true, true, false) => ElemState::Selected,
                (true, true, true) => ElemState::Locked,
                (true, false, false) => ElemState::SelectedExcluded,
                (true, false, true) => ElemState::LockedExcluded,
                (false, true, _) => ElemState::Alternative,
                (false, false, _) => ElemState::Excluded,
            },
        }
    }

    pub(crate) fn state_counts(&self, model: &DataModel, field: FieldId) -> StateCounts {
        let possible = self
            .inference(model)
            .possible_without_own(model, &self.fields, field);
        let n_possible = possible.count();
        let n_values = model.field(field).cardinal();
        let mut counts = StateCounts::default();
        let Some(own) = self.of(field) else {
            counts.option = n_possible;
            counts.excluded = n_values - n_possible;
            return counts;
        };
        let n_selected = own.values.count();
        let n_selected_possible = own.values.count_and(&possible);
        if own.is_locked {
            counts.locked = n_selected_possible;
            counts.locked_excluded = n_selected - n_selected_possible;
        } else {
            counts.selected = n_selected_possible;
            counts.selected_excluded = n_selected - n_selected_possible;
        }
        counts.alternative = n_possible - n_selected_possible;
        counts.excluded = n_values - counts.total();
        counts
    }
}
