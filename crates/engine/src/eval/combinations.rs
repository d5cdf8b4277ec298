//! The rows of a cube: the distinct combinations of its dimensions.

use std::sync::Arc;

use fanlight_column::{FastMap, NULL_CODE};

use super::MAX_ROWS;
use super::keys::{Groups, KeyLayout};
use super::scan::{Dim, Scope};
use super::source::{self, Columns};
use crate::error::{EvalError, Quantity};
use crate::infer::Records;
use crate::value::TableId;

/// The distinct combinations of dimensions over the full outer join of the tables, in no particular order: one code per
/// dimension, one combination after the other.
pub(crate) fn combinations(
    scope: Scope<'_>,
    dims: &[Dim],
    tables: &[TableId],
    records: &[Arc<Records>],
) -> Result<Vec<u32>, EvalError> {
    let mut parts: FastMap<usize, Vec<usize>> = FastMap::default();
    for (at, dim) in dims.iter().enumerate() {
        let table = scope.model.field(dim.field).tables()[0].0;
        parts
            .entry(scope.model.table(table).component())
            .or_default()
            .push(at);
    }
    let mut parts: Vec<(usize, Vec<usize>)> = parts.into_iter().collect();
    parts.sort();
    let mut rows = vec![NULL_CODE; dims.len()];
    let mut n_rows = 1;
    for (component, members) in parts {
        let own: Vec<Dim> = members.iter().map(|at| dims[*at].clone()).collect();
        let tables: Vec<TableId> = tables
            .iter()
            .copied()
            .filter(|table| scope.model.table(*table).component() == component)
            .collect();
        let found = component_combinations(scope, &own, &tables, records)?;
        let n_found = found.len() / own.len();
        if n_rows * n_found > MAX_ROWS {
            return Err(EvalError::TooLarge {
                limit: MAX_ROWS,
                of: Quantity::Rows,
            });
        }
        // Fields of tables that are not linked at all: every combination.
        scope.meter.check()?;
        scope.memory.take(rows.len() * n_found * size_of::<u32>())?;
        let mut product = Vec::with_capacity(rows.len() * n_found);
        for row in rows.chunks_exact(dims.len()) {
            for combination in found.chunks_exact(own.len()) {
                let start = product.len();
                product.extend_from_slice(row);
                for (at, code) in members.iter().zip(combination) {
                    product[start + at] = *code;
                }
            }
        }
        rows = product;
        n_rows *= n_found;
    }
    Ok(rows)
}

fn component_combinations(
    scope: Scope<'_>,
    dims: &[Dim],
    tables: &[TableId],
    records: &[Arc<Records>],
) -> Result<Vec<u32>, EvalError> {
    let model = scope.model;
    let mut needed: Vec<TableId> = dims
        .iter()
        .flat_map(|dim| model.field(dim.field).tables())
        .map(|(table, _)| *table)
        .chain(tables.iter().copied())
        .collect();
    needed.sort();
    needed.dedup();
    let layout = KeyLayout::new(dims.iter().map(|dim| dim.symbols.len())).ok_or(EvalError::TooLarge {
        limit: MAX_ROWS,
        of: Quantity::Rows,
    })?;
    let n_records = needed.iter().map(|table| model.table(*table).n_rows()).sum();
    let mut groups = Groups::new(layout, n_records);
    let mut numbers = Vec::new();
    let mut n_held = 0;
    let root = *needed
        .iter()
        .max_by_key(|table| model.table(**table).n_rows())
        .expect("a dimension's field has a table");
    for records in records {
        let columns = Columns { dims, inputs: &[] };
        source::each_outer_block(scope, root, &needed, records, columns, &mut |block| {
            groups.assign(&block.dims, block.n_rows, &mut numbers);
            groups.check()?;
            let n_bytes = groups.n_bytes() + groups.n_numbers() * dims.len() * size_of::<u32>();
            scope.memory.take(n_bytes.saturating_sub(n_held))?;
            n_held = n_held.max(n_bytes);
            Ok(())
        })?;
    }
    Ok(groups.all_codes())
}
