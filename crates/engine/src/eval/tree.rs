//! Walking the full outer join of linked tables without making it.
//!
//! A tree of slots (tables) and hubs (fields that tables share) hangs from one root table. A record of the join fills each
//! slot with a row or leaves it empty. Every record has one topmost part: a row of the root, or, where a value of a hub has
//! no row above it, rows below that hub. So all records are found once by starting from each row of the root, and then from
//! each row without a partner above.

use fanlight_column::{BitSet, NULL_CODE, mark_codes};

use super::scan::Scope;
use crate::error::EvalError;
use crate::infer::Records;
use crate::model::DataModel;
use crate::value::{FieldId, TableId};

/// No row.
const EMPTY: u32 = u32::MAX;

/// The tables of a join, hanging from a root.
pub(crate) struct Tree<'m> {
    model: &'m DataModel,
    slots: Vec<Slot>,
    hubs: Vec<Hub>,
}

struct Slot {
    table: TableId,
    /// The hub above; `None` at the root.
    above: Option<usize>,
    /// The hubs below and the column of the table that leads there.
    below: Vec<(usize, usize)>,
}

struct Hub {
    field: FieldId,
    above: usize,
    below: Vec<usize>,
}

/// Where a record holds a field's code.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Slot { slot: usize, column: usize },
    Hub(usize),
}

impl<'m> Tree<'m> {
    /// The smallest tree that holds the root and the other tables; tables that are not linked to the root are left out.
    pub(crate) fn new(model: &'m DataModel, root: TableId, tables: &[TableId]) -> Self {
        let mut tree = Self {
            model,
            slots: vec![Slot {
                table: root,
                above: None,
                below: Vec::new(),
            }],
            hubs: Vec::new(),
        };
        for table in tables {
            let Some(hops) = model.path(root, *table) else {
                continue;
            };
            let mut at = 0;
            for hop in hops {
                at = tree.child(at, hop.via, hop.to);
            }
        }
        tree
    }

    fn child(&mut self, slot: usize, via: FieldId, to: TableId) -> usize {
        let known = self.slots[slot]
            .below
            .iter()
            .map(|(hub, _)| *hub)
            .find(|hub| self.hubs[*hub].field == via);
        let hub = known.unwrap_or_else(|| {
            let table = self.model.table(self.slots[slot].table);
            let column = table.columns().iter().position(|column| column.field() == via);
            self.slots[slot].below.push((
                self.hubs.len(),
                column.expect("a hop starts at a table with its field"),
            ));
            self.hubs.push(Hub {
                field: via,
                above: slot,
                below: Vec::new(),
            });
            self.hubs.len() - 1
        });
        let known = self.hubs[hub]
            .below
            .iter()
            .find(|child| self.slots[**child].table == to);
        if let Some(child) = known {
            return *child;
        }
        self.slots.push(Slot {
            table: to,
            above: Some(hub),
            below: Vec::new(),
        });
        self.hubs[hub].below.push(self.slots.len() - 1);
        self.slots.len() - 1
    }

    /// Where records hold a field; `None` if no table of the tree has it.
    pub(crate) fn place(&self, field: FieldId) -> Option<Place> {
        if let Some(hub) = self.hubs.iter().position(|hub| hub.field == field) {
            return Some(Place::Hub(hub));
        }
        self.slots
            .iter()
            .enumerate()
            .find_map(|(slot, Slot { table, .. })| {
                let column = self
                    .model
                    .table(*table)
                    .columns()
                    .iter()
                    .position(|column| column.field() == field)?;
                Some(Place::Slot { slot, column })
            })
    }
}

/// A record while it is being put together.
pub(crate) struct Record {
    /// The row in each slot.
    rows: Vec<u32>,
    /// The value of each hub.
    hubs: Vec<u32>,
}

/// Goes through the records of a tree that a set of rows allows.
pub(crate) struct Walker<'t, 'm> {
    tree: &'t Tree<'m>,
    records: &'t Records,
    record: Record,
    /// A slot whose row is set from outside, and the hub above it with its value.
    fixed: usize,
    fixed_hub: Option<usize>,
}

impl<'t, 'm> Walker<'t, 'm> {
    pub(crate) fn new(tree: &'t Tree<'m>, records: &'t Records) -> Self {
        let record = Record {
            rows: vec![EMPTY; tree.slots.len()],
            hubs: vec![NULL_CODE; tree.hubs.len()],
        };
        Self {
            tree,
            records,
            record,
            fixed: 0,
            fixed_hub: None,
        }
    }

    /// The code that the current record holds at a place.
    pub(crate) fn code(tree: &Tree<'m>, record: &Record, place: Place) -> u32 {
        match place {
            Place::Hub(hub) => record.hubs[hub],
            Place::Slot { slot, column } => match record.rows[slot] {
                EMPTY => NULL_CODE,
                row => tree.model.table(tree.slots[slot].table).columns()[column]
                    .codes()
                    .wide(row as usize),
            },
        }
    }

    /// The row that the current record has in each of the places' slots.
    pub(crate) fn row(record: &Record, slot: usize) -> u32 {
        record.rows[slot]
    }

    /// The records that hold a row of the root.
    ///
    /// # Errors
    /// If the evaluation is over: one row may have any number of partners in each of the other tables.
    pub(crate) fn with_root_row(
        &mut self,
        row: u32,
        scope: Scope<'_>,
        emit: &mut impl FnMut(&Record) -> Result<(), EvalError>,
    ) -> Result<(), EvalError> {
        self.fixed = 0;
        self.fixed_hub = None;
        self.set_row(0, row);
        self.step(1, scope, emit)
    }

    /// The records without a row of the root.
    pub(crate) fn without_root(
        &mut self,
        scope: Scope<'_>,
        emit: &mut impl FnMut(&Record) -> Result<(), EvalError>,
    ) -> Result<(), EvalError> {
        for hub in 0..self.tree.hubs.len() {
            self.below_hub(hub, scope, emit)?;
        }
        Ok(())
    }

    /// The records whose topmost part is a value of this hub.
    fn below_hub(
        &mut self,
        hub: usize,
        scope: Scope<'_>,
        emit: &mut impl FnMut(&Record) -> Result<(), EvalError>,
    ) -> Result<(), EvalError> {
        let tree = self.tree;
        let Hub { field, above, below } = &tree.hubs[hub];
        let n_values = tree.model.field(*field).cardinal();
        let mut met = self.marks(*above, *field, n_values);
        for child in below {
            let table = tree.slots[*child].table;
            let column = tree
                .model
                .table(table)
                .column_of(*field)
                .expect("a hub's tables have its field");
            for row in 0..tree.model.table(table).n_rows() {
                if row % 4096 == 0 {
                    scope.meter.check()?;
                }
                let code = column.codes().wide(row);
                let is_met = code != NULL_CODE && met.contains(code as usize);
                if is_met || !self.records.contains(table, row) {
                    continue;
                }
                self.record.rows.fill(EMPTY);
                self.record.hubs.fill(NULL_CODE);
                self.record.hubs[hub] = code;
                self.fixed = *child;
                self.fixed_hub = Some(hub);
                self.set_row(*child, row as u32);
                self.step(1, scope, emit)?;
            }
            met.or(&self.marks(*child, *field, n_values));
        }
        Ok(())
    }

    fn marks(&self, slot: usize, field: FieldId, n_values: usize) -> BitSet {
        let table = self.tree.slots[slot].table;
        let column = self
            .tree
            .model
            .table(table)
            .column_of(field)
            .expect("a hub's tables have its field");
        mark_codes(column.codes(), self.records.of(table), n_values)
    }

    fn set_row(&mut self, slot: usize, row: u32) {
        self.record.rows[slot] = row;
        let table = self.tree.model.table(self.tree.slots[slot].table);
        for (hub, column) in &self.tree.slots[slot].below {
            if self.fixed_hub == Some(*hub) {
                continue;
            }
            self.record.hubs[*hub] = if row == EMPTY {
                NULL_CODE
            } else {
                table.columns()[*column].codes().wide(row as usize)
            };
        }
    }

    /// Fills the slots from `slot` on; a slot stands behind the slot it hangs on.
    fn step(
        &mut self,
        slot: usize,
        scope: Scope<'_>,
        emit: &mut impl FnMut(&Record) -> Result<(), EvalError>,
    ) -> Result<(), EvalError> {
        let tree = self.tree;
        if scope.meter.spend(1).is_none() {
            return scope.meter.outcome();
        }
        if slot >= tree.slots.len() {
            return emit(&self.record);
        }
        if slot == self.fixed {
            return self.step(slot + 1, scope, emit);
        }
        let Slot { table, above, .. } = &tree.slots[slot];
        let hub = above.expect("only the root has no hub above");
        let code = self.record.hubs[hub];
        let mut is_met = false;
        if code != NULL_CODE {
            let column = tree
                .model
                .table(*table)
                .column_of(tree.hubs[hub].field)
                .expect("a hub's tables have its field");
            for row in column.rows_by_code(tree.model).rows(code) {
                if self.records.contains(*table, *row as usize) {
                    is_met = true;
                    self.set_row(slot, *row);
                    self.step(slot + 1, scope, emit)?;
                }
            }
        }
        if is_met {
            return Ok(());
        }
        self.set_row(slot, EMPTY);
        self.step(slot + 1, scope, emit)
    }
}
