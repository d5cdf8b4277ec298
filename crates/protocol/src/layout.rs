//! What layouts hold in place of definitions. False booleans and absent optionals are left out; arrays, state counts
//! and sizes are always there.

mod app;
mod cube;
mod info;
mod items;
mod page;
mod selection;
mod tables;

use serde::Serialize;

pub use app::{AppLayout, CalendarStrings, DocEntry, DocMeta, LocaleInfo};
pub use cube::{HyperCube, ListObject};
pub use info::{AttributeInfo, Cardinalities, DimensionInfo, MeasureInfo};
pub use items::{FieldItem, Info, Items, ListItem, VariableItem};
pub use page::{AttributeValue, AttributeValues, Cell, DataPage, HighlightRange, HighlightRanges, Tail};
pub use selection::{
    DimensionReference, FieldSelectionInfo, RangeInfo, SelectionItem, SelectionObject, UndoInfo,
};
pub use tables::{FieldDescription, FieldInTable, Point, SourceKey, Table, TablesAndKeys};

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Columns and rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Columns.
    pub qcx: usize,
    /// Rows.
    pub qcy: usize,
}

/// How many values of a field are in each state; they sum to its number of values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateCounts {
    /// Selected in a locked field.
    pub q_locked: usize,
    /// Selected.
    pub q_selected: usize,
    /// Possible in a field without a selection.
    pub q_option: usize,
    /// Excluded by force.
    pub q_deselected: usize,
    /// Possible if the field's own selection were not.
    pub q_alternative: usize,
    /// Not possible.
    pub q_excluded: usize,
    /// Selected, but not possible.
    pub q_selected_excluded: usize,
    /// Selected in a locked field, but not possible.
    pub q_locked_excluded: usize,
}

/// Why something in a layout could not be computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidationError {
    /// The code's number.
    pub q_error_code: i32,
    /// For people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q_extended_message: String,
}

/// Whether the object is being selected in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SelectionInfo {
    /// It owns the modal selection.
    #[serde(skip_serializing_if = "is_false")]
    pub q_in_selections: bool,
    /// Something was selected since the modal selection began.
    #[serde(skip_serializing_if = "is_false")]
    pub q_made_selections: bool,
}

/// A text that may stand for a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DualValue {
    /// The text.
    pub q_text: String,
    /// Whether there is a number.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_numeric: bool,
    /// The number, or 0.
    pub q_number: crate::Double,
}
