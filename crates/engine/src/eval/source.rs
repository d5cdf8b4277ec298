//! Blocks of unpacked codes for the rows of a driving table.
//!
//! Where every link from the driving table leads to one row at most, a block is gathered column by column through composed
//! tables. Otherwise each row is expanded over its links, and what says the same twice for one row counts once.

use fanlight_column::{NULL_CODE, gather_keys, gather_rows};

use super::scan::{Dim, Scope};
use super::tree::{Place, Record, Tree, Walker};
use crate::error::EvalError;
use crate::infer::Records;
use crate::model::Access;
use crate::value::{FieldId, TableId};

/// How many rows a block has at most.
pub(crate) const BLOCK_ROWS: usize = 64 * 64;

/// Which columns a block has.
#[derive(Clone, Copy)]
pub(crate) struct Columns<'c> {
    pub(crate) dims: &'c [Dim],
    pub(crate) inputs: &'c [FieldId],
}

/// Some records, column by column.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) n_rows: usize,
    pub(crate) dims: Vec<Vec<u32>>,
    pub(crate) inputs: Vec<Vec<u32>>,
}

type Feed<'f> = dyn FnMut(&Rows) -> Result<(), EvalError> + 'f;

/// Goes through the rows of a driving table: one record per row and group.
pub(crate) fn each_block(
    scope: Scope<'_>,
    drive: TableId,
    records: &Records,
    columns: Columns<'_>,
    feed: &mut Feed<'_>,
) -> Result<(), EvalError> {
    match accesses(scope, drive, columns) {
        Some(accesses) => gather_blocks(scope, drive, records, columns, &accesses, feed),
        None => {
            let tables = nearest_tables(scope, drive, columns);
            let tree = Tree::new(scope.model, drive, &tables);
            Expansion::new(&tree, columns).root_rows(scope, drive, records, feed)
        }
    }
}

/// Goes through the records of the full outer join of the tables; combinations of dimensions may come more than once.
pub(crate) fn each_outer_block(
    scope: Scope<'_>,
    root: TableId,
    tables: &[TableId],
    records: &Records,
    columns: Columns<'_>,
    feed: &mut Feed<'_>,
) -> Result<(), EvalError> {
    each_block(scope, root, records, columns, feed)?;
    let tree = Tree::new(scope.model, root, tables);
    let mut expansion = Expansion::new(&tree, columns);
    let mut walker = Walker::new(&tree, records);
    walker.without_root(scope, &mut |record| expansion.push(record, feed))?;
    expansion.flush(feed)
}

/// How the driving table's rows get at each column, dimensions first; `None` if some link is not unique.
fn accesses(scope: Scope<'_>, drive: TableId, columns: Columns<'_>) -> Option<Vec<Access>> {
    let dims = columns.dims.iter().map(|dim| dim.field);
    dims.chain(columns.inputs.iter().copied())
        .map(|field| scope.model.access(drive, field))
        .collect()
}

fn nearest_tables(scope: Scope<'_>, drive: TableId, columns: Columns<'_>) -> Vec<TableId> {
    let dims = columns.dims.iter().map(|dim| dim.field);
    dims.chain(columns.inputs.iter().copied())
        .filter_map(|field| {
            let tables = scope.model.field(field).tables().iter();
            let near = tables
                .filter_map(|(table, _)| Some((scope.model.path(drive, *table)?.len(), *table)))
                .min();
            near.map(|(_, table)| table)
        })
        .collect()
}

fn gather_blocks(
    scope: Scope<'_>,
    drive: TableId,
    records: &Records,
    columns: Columns<'_>,
    accesses: &[Access],
    feed: &mut Feed<'_>,
) -> Result<(), EvalError> {
    let table = scope.model.table(drive);
    let mut rows = Rows {
        dims: vec![Vec::new(); columns.dims.len()],
        ..Rows::default()
    };
    rows.inputs = vec![Vec::new(); columns.inputs.len()];
    let mut ids: Vec<u32> = Vec::new();
    let mut start = 0;
    while start < table.n_rows() {
        scope.meter.check()?;
        let is_whole = match records.of(drive) {
            None => {
                rows.n_rows = BLOCK_ROWS.min(table.n_rows() - start);
                true
            }
            Some(selected) => {
                // Sparse selections fill a block from many words.
                ids.clear();
                let mut word = start / 64;
                while word < selected.words().len() && ids.len() + 64 <= BLOCK_ROWS {
                    let mut bits = selected.words()[word];
                    while bits != 0 {
                        ids.push((word * 64) as u32 + bits.trailing_zeros());
                        bits &= bits - 1;
                    }
                    word += 1;
                }
                start = word * 64;
                rows.n_rows = ids.len();
                false
            }
        };
        let outs = rows.dims.iter_mut().chain(&mut rows.inputs);
        for (access, out) in accesses.iter().zip(outs) {
            out.resize(rows.n_rows, NULL_CODE);
            let codes = table.columns()[access.column].codes();
            if is_whole {
                gather_keys(codes, access.map.as_deref(), start, out);
            } else {
                gather_rows(codes, access.map.as_deref(), &ids, out);
            }
        }
        if is_whole {
            start += rows.n_rows;
        }
        finish_dims(columns.dims, &mut rows);
        feed(&rows)?;
    }
    Ok(())
}

/// From the codes of fields to those of calculated dimensions.
fn finish_dims(dims: &[Dim], rows: &mut Rows) {
    for (dim, codes) in dims.iter().zip(&mut rows.dims) {
        if let Some(map) = &dim.map {
            for code in codes {
                *code = map.get(*code as usize).copied().unwrap_or(NULL_CODE);
            }
        }
    }
}

/// Turns records of a tree into blocks.
struct Expansion<'t, 'm, 'c> {
    tree: &'t Tree<'m>,
    columns: Columns<'c>,
    /// Where the dimensions and then the inputs are.
    places: Vec<Option<Place>>,
    /// The slots that inputs are read from.
    input_slots: Vec<usize>,
    rows: Rows,
}

impl<'t, 'm, 'c> Expansion<'t, 'm, 'c> {
    fn new(tree: &'t Tree<'m>, columns: Columns<'c>) -> Self {
        let dims = columns.dims.iter().map(|dim| dim.field);
        let places: Vec<Option<Place>> = dims
            .chain(columns.inputs.iter().copied())
            .map(|field| tree.place(field))
            .collect();
        let mut input_slots: Vec<usize> = places[columns.dims.len()..]
            .iter()
            .filter_map(|place| match place {
                Some(Place::Slot { slot, .. }) => Some(*slot),
                _ => None,
            })
            .collect();
        input_slots.sort_unstable();
        input_slots.dedup();
        let rows = Rows {
            n_rows: 0,
            dims: vec![Vec::new(); columns.dims.len()],
            inputs: vec![Vec::new(); columns.inputs.len()],
        };
        Self {
            tree,
            columns,
            places,
            input_slots,
            rows,
        }
    }

    /// Each row of the root, once per group and per combination of rows that the inputs come from.
    fn root_rows(
        mut self,
        scope: Scope<'_>,
        drive: TableId,
        records: &Records,
        feed: &mut Feed<'_>,
    ) -> Result<(), EvalError> {
        let tree = self.tree;
        let mut walker = Walker::new(tree, records);
        let width = self.places.len() + self.input_slots.len();
        let mut found: Vec<u32> = Vec::new();
        let mut order: Vec<usize> = Vec::new();
        for row in 0..scope.model.table(drive).n_rows() {
            if row % BLOCK_ROWS == 0 {
                scope.meter.check()?;
            }
            if !records.contains(drive, row) {
                continue;
            }
            found.clear();
            walker.with_root_row(row as u32, scope, &mut |record| {
                let n_before = found.capacity();
                found.extend((0..self.places.len()).map(|column| self.code(record, column)));
                found.extend(self.input_slots.iter().map(|slot| Walker::row(record, *slot)));
                // The codes, and their order when they are sorted.
                scope
                    .memory
                    .take((found.capacity() - n_before) * 2 * size_of::<u32>())
            })?;
            order.clear();
            order.extend((0..found.len()).step_by(width.max(1)));
            if order.len() > 1 {
                order.sort_by(|a, b| found[*a..*a + width].cmp(&found[*b..*b + width]));
                order.dedup_by(|a, b| found[*a..*a + width] == found[*b..*b + width]);
            }
            for at in &order {
                self.push_codes(&found[*at..*at + width]);
            }
            if self.rows.n_rows >= BLOCK_ROWS {
                self.flush(feed)?;
            }
        }
        self.flush(feed)
    }

    fn push(&mut self, record: &Record, feed: &mut Feed<'_>) -> Result<(), EvalError> {
        let codes: Vec<u32> = (0..self.places.len())
            .map(|column| self.code(record, column))
            .collect();
        self.push_codes(&codes);
        if self.rows.n_rows >= BLOCK_ROWS {
            self.flush(feed)
        } else {
            Ok(())
        }
    }

    fn push_codes(&mut self, codes: &[u32]) {
        for (out, code) in self.rows.dims.iter_mut().chain(&mut self.rows.inputs).zip(codes) {
            out.push(*code);
        }
        self.rows.n_rows += 1;
    }

    fn flush(&mut self, feed: &mut Feed<'_>) -> Result<(), EvalError> {
        feed(&self.rows)?;
        for out in self.rows.dims.iter_mut().chain(&mut self.rows.inputs) {
            out.clear();
        }
        self.rows.n_rows = 0;
        Ok(())
    }

    /// The code in a column. Dimensions are mapped here already: two values of a field that a calculated dimension does
    /// not tell apart are one group.
    fn code(&self, record: &Record, column: usize) -> u32 {
        let code = self.places[column].map_or(NULL_CODE, |place| Walker::code(self.tree, record, place));
        match self.columns.dims.get(column).and_then(|dim| dim.map.as_ref()) {
            None => code,
            Some(map) => map.get(code as usize).copied().unwrap_or(NULL_CODE),
        }
    }
}
