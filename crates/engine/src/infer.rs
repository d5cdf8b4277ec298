//! Logical inference: the possible rows and values that follow from the selections.
//!
//! The tables and the fields they share form a forest. What a table says to a field it shares is the set of that field's
//! values in its rows, given everything that lies behind the table; but where nothing is selected behind it, it says
//! nothing at all, so that rows without a partner stay possible until somebody selects among the partners. What a field
//! says to a table is what the selection of the field and its other tables agree on. This equals a full outer join that
//! is never made.

use std::sync::{Arc, OnceLock};

use fanlight_column::{BitSet, mark_codes, select_rows};

use crate::model::DataModel;
use crate::selection::FieldSelection;
use crate::value::{FieldId, TableId};

/// A set of rows of one table; `None` is all of them.
pub(crate) type Rows = Option<Arc<BitSet>>;

/// A set of rows of each table.
#[derive(Clone, Debug)]
pub(crate) struct Records {
    pub(crate) rows: Vec<Rows>,
}

impl Records {
    pub(crate) fn all(model: &DataModel) -> Self {
        Self {
            rows: vec![None; model.tables().len()],
        }
    }

    pub(crate) fn none(model: &DataModel) -> Self {
        let empty = |table: &crate::model::Table| Some(Arc::new(BitSet::empty(table.n_rows())));
        Self {
            rows: model.tables().iter().map(empty).collect(),
        }
    }

    pub(crate) fn of(&self, table: TableId) -> Option<&BitSet> {
        self.rows[table.index()].as_deref()
    }

    pub(crate) fn contains(&self, table: TableId, row: usize) -> bool {
        self.of(table).is_none_or(|rows| rows.contains(row))
    }
}

/// What follows from the selections of one selection state.
#[derive(Debug)]
pub(crate) struct Inference {
    records: Arc<Records>,
    /// Per table: the rows that everything outside the table allows.
    inbound: Vec<Rows>,
    /// Per field that tables share: the values its tables agree on, the field's own selection left out.
    agreed: Vec<Option<Arc<BitSet>>>,
    possible: Vec<OnceLock<Arc<BitSet>>>,
    without_own: Vec<OnceLock<Arc<BitSet>>>,
}

impl Inference {
    pub(crate) fn new(model: &DataModel, selections: &[Arc<FieldSelection>]) -> Self {
        let mut messages = Messages::new(model, selections);
        let mut records = Records::all(model);
        let mut inbound = records.rows.clone();
        for table in (0..model.tables().len() as u32).map(TableId) {
            let outside = messages.inbound(table, None);
            records.rows[table.index()] = and(outside.clone(), messages.own_rows(table, None));
            inbound[table.index()] = outside;
        }
        let agreed = (0..model.fields().len() as u32)
            .map(FieldId)
            .map(|field| {
                if model.field(field).is_key() {
                    messages.agreed(field, None)
                } else {
                    None
                }
            })
            .collect();
        let cells = || (0..model.fields().len()).map(|_| OnceLock::new()).collect();
        Self {
            records: Arc::new(records),
            inbound,
            agreed,
            possible: cells(),
            without_own: cells(),
        }
    }

    /// The possible rows of every table.
    pub(crate) fn records(&self) -> &Arc<Records> {
        &self.records
    }

    /// The possible values of a field.
    pub(crate) fn possible(
        &self,
        model: &DataModel,
        selections: &[Arc<FieldSelection>],
        field: FieldId,
    ) -> Arc<BitSet> {
        let cell = &self.possible[field.index()];
        Arc::clone(cell.get_or_init(|| {
            let without = self.possible_without_own(model, selections, field);
            match selections.iter().find(|selection| selection.field == field) {
                None => without,
                Some(own) => {
                    let mut possible = (*without).clone();
                    possible.and(&own.values);
                    Arc::new(possible)
                }
            }
        }))
    }

    /// The values of a field that would be possible if the field's own selection were taken back.
    pub(crate) fn possible_without_own(
        &self,
        model: &DataModel,
        selections: &[Arc<FieldSelection>],
        field: FieldId,
    ) -> Arc<BitSet> {
        let cell = &self.without_own[field.index()];
        Arc::clone(cell.get_or_init(|| {
            let n_values = model.field(field).cardinal();
            let [(table, column)] = model.field(field).tables() else {
                return self.agreed[field.index()]
                    .clone()
                    .unwrap_or_else(|| Arc::new(BitSet::full(n_values)));
            };
            let own = own_rows(model, selections, *table, Some(field));
            let rows = and(self.inbound[table.index()].clone(), own);
            match rows {
                // Every value of a dictionary occurs in some row.
                None => Arc::new(BitSet::full(n_values)),
                Some(rows) => {
                    let codes = model.table(*table).columns()[*column].codes();
                    Arc::new(mark_codes(codes, Some(&rows), n_values))
                }
            }
        }))
    }
}

/// The rows that the selections of a table's own fields allow, without fields that other tables have too.
fn own_rows(
    model: &DataModel,
    selections: &[Arc<FieldSelection>],
    table: TableId,
    except: Option<FieldId>,
) -> Rows {
    let mut rows = None;
    for selection in selections {
        let field = model.field(selection.field);
        if Some(selection.field) != except && !field.is_key() && field.tables()[0].0 == table {
            rows = and(rows, Some(Arc::clone(selection.rows(model, table))));
        }
    }
    rows
}

fn and(left: Rows, right: Rows) -> Rows {
    match (left, right) {
        (None, rows) | (rows, None) => rows,
        (Some(left), Some(right)) => {
            let mut both = Arc::unwrap_or_clone(left);
            both.and(&right);
            Some(Arc::new(both))
        }
    }
}

/// What tables and shared fields say to each other, each computed once.
struct Messages<'m> {
    model: &'m DataModel,
    selections: &'m [Arc<FieldSelection>],
    /// Per table and key of it: what the table says to the field.
    to_field: Vec<Vec<Option<Rows>>>,
    /// Per table and key of it: the rows that the field allows.
    to_table: Vec<Vec<Option<Rows>>>,
}

impl<'m> Messages<'m> {
    fn new(model: &'m DataModel, selections: &'m [Arc<FieldSelection>]) -> Self {
        let slots = || {
            model
                .tables()
                .iter()
                .map(|table| vec![None; table.keys().len()])
                .collect()
        };
        Self {
            model,
            selections,
            to_field: slots(),
            to_table: slots(),
        }
    }

    fn own_rows(&self, table: TableId, except: Option<FieldId>) -> Rows {
        own_rows(self.model, self.selections, table, except)
    }

    /// The rows of a table that its shared fields allow, one of them left out.
    fn inbound(&mut self, table: TableId, except_key: Option<usize>) -> Rows {
        let mut rows = None;
        for key in 0..self.model.table(table).keys().len() {
            if Some(key) != except_key {
                rows = and(rows, self.allowed_rows(table, key));
            }
        }
        rows
    }

    /// The rows of a table that one of its shared fields allows.
    fn allowed_rows(&mut self, table: TableId, key: usize) -> Rows {
        if let Some(rows) = &self.to_table[table.index()][key] {
            return rows.clone();
        }
        let model = self.model;
        let column = &model.table(table).columns()[model.table(table).keys()[key]];
        let field = column.field();
        let own = self.selections.iter().find(|selection| selection.field == field);
        let agreed = self.agreed(field, Some(table));
        let rows = match (agreed, own) {
            (None, None) => None,
            (None, Some(own)) => Some(Arc::clone(own.rows(model, table))),
            (Some(agreed), own) => {
                let mut values = (*agreed).clone();
                if let Some(own) = own {
                    values.and(&own.values);
                }
                Some(Arc::new(select_rows(column.codes(), &values)))
            }
        };
        self.to_table[table.index()][key] = Some(rows.clone());
        rows
    }

    /// The values of a shared field on which its tables agree, one of them left out; `None` if none says anything.
    fn agreed(&mut self, field: FieldId, except: Option<TableId>) -> Option<Arc<BitSet>> {
        let mut values = None;
        for (table, column) in self.model.field(field).tables() {
            if Some(*table) != except {
                values = and(values, self.said(*table, *column));
            }
        }
        values
    }

    /// The values of a shared field in a table's rows; `None` if nothing is selected in or behind the table.
    fn said(&mut self, table: TableId, column: usize) -> Option<Arc<BitSet>> {
        let model = self.model;
        let keys = model.table(table).keys();
        let key = keys
            .iter()
            .position(|key| *key == column)
            .expect("the field is shared");
        if let Some(values) = &self.to_field[table.index()][key] {
            return values.clone();
        }
        let rows = and(self.inbound(table, Some(key)), self.own_rows(table, None));
        let column = &model.table(table).columns()[column];
        let n_values = model.field(column.field()).cardinal();
        let values = rows.map(|rows| Arc::new(mark_codes(column.codes(), Some(&rows), n_values)));
        self.to_field[table.index()][key] = Some(values.clone());
        values
    }
}
