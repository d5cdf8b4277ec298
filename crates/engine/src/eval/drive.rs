//! Which table's rows an aggregation runs over.

use super::Fault;
use super::scan::Dim;
use crate::model::DataModel;
use crate::value::{FieldId, TableId};

/// What it means that a value occurs more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// Each occurrence counts.
    Counted,
    /// It makes no difference.
    Ignored,
}

/// The tables whose rows are aggregated: the finest of those that hold the fields.
/// `repeats` says whether a value counts the same however often it occurs.
pub(crate) fn drives(
    model: &DataModel,
    dims: &[Dim],
    inputs: &[FieldId],
    repeats: Repeats,
) -> Result<Vec<TableId>, Fault> {
    let tables_of = |field: &FieldId| model.field(*field).tables().iter().map(|(table, _)| *table);
    if let ([field], Repeats::Ignored) = (inputs, repeats) {
        // Whatever occurs more than once counts once, so that every table of a shared field can be asked.
        return Ok(tables_of(field).collect());
    }
    let from_dims: Vec<FieldId> = dims.iter().map(|dim| dim.field).collect();
    let fields = if inputs.is_empty() {
        from_dims.as_slice()
    } else {
        inputs
    };
    let mut candidates: Vec<TableId> = fields.iter().flat_map(tables_of).collect();
    if candidates.is_empty() {
        candidates = (0..model.tables().len() as u32).map(TableId).collect();
    }
    let component = |table: TableId| model.table(table).component();
    if !inputs.is_empty()
        && candidates
            .iter()
            .any(|table| component(*table) != component(candidates[0]))
    {
        return Fault::mistake("an aggregation of fields whose tables are not linked is not supported yet");
    }
    // `max_by_key` takes the last of equals; the first table of a model is the one to prefer.
    let reaches_all = |table: &TableId| fields.iter().all(|field| model.access(*table, *field).is_some());
    let n_rows = |table: &TableId| model.table(*table).n_rows();
    let finest = candidates
        .iter()
        .rev()
        .copied()
        .filter(reaches_all)
        .max_by_key(n_rows);
    let largest = candidates.iter().rev().copied().max_by_key(n_rows);
    Ok(finest.or(largest).into_iter().collect())
}
