//! Mistakes in a cube's definition, as its result tells them.

use super::cubes::Column;
use super::scan::Dim;
use crate::defs::CubeDef;
use crate::error::{ItemError, ItemErrorCode};

/// Whether a calculated dimension names a field that there is not.
pub(crate) fn is_of_unknown_field(dim: &Column<Dim>) -> bool {
    dim.as_ref()
        .is_err_and(|error| error.code == ItemErrorCode::UnknownField)
}

pub(crate) fn unknown_field(name: &str, is_calculated: bool) -> ItemError {
    ItemError {
        code: if is_calculated {
            ItemErrorCode::UnknownField
        } else {
            ItemErrorCode::Invalid
        },
        message: format!("there is no field {name}"),
    }
}

/// The place of a pivot table's measures among its dimensions, which a straight table has not.
const PSEUDO_DIMENSION: i32 = -1;

/// Every entry of the order of sorting is a column.
pub(crate) fn check_sort(def: &CubeDef) -> Column<()> {
    let n_columns = def.dims.len() + def.measures.len();
    let is_column = |column: i32| usize::try_from(column).is_ok_and(|column| column < n_columns);
    let mut wanted = def.inter_column_sort.iter().copied();
    match wanted.find(|column| *column != PSEUDO_DIMENSION && !is_column(*column)) {
        None => Ok(()),
        Some(column) => Err(ItemError {
            code: ItemErrorCode::Sort,
            message: format!(
                "the order of sorting names column {column}, and there are {n_columns}, counted from 0"
            ),
        }),
    }
}
