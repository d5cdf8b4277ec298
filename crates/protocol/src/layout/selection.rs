//! The selection object.

use serde::Serialize;

use super::{StateCounts, is_false};
use crate::Double;

/// What is selected in one state.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SelectionObject {
    /// How many steps back there are.
    pub q_back_count: usize,
    /// How many steps forward there are.
    pub q_forward_count: usize,
    /// The selection state, if the definition names one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q_state_name: String,
    /// One per field with a selection, in the order in which they were made.
    pub q_selections: Vec<SelectionItem>,
}

/// What is selected in one field.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SelectionItem {
    /// The field's number of values.
    pub q_total: usize,
    /// The field, or the expression of a calculated one.
    pub q_field: String,
    /// How many values are selected.
    pub q_selected_count: usize,
    /// The selected values, or how many of how many there are.
    pub q_selected: String,
    /// Ranges of a numeric selection.
    pub q_range_info: Vec<RangeInfo>,
    /// The field's place in the app.
    pub q_sort_index: usize,
    /// How many values are in each state.
    pub q_state_counts: StateCounts,
    /// The selected values, up to the threshold.
    pub q_selected_field_selection_info: Vec<FieldSelectionInfo>,
    /// The other values, up to the threshold.
    pub q_not_selected_field_selection_info: Vec<FieldSelectionInfo>,
    /// Up to how many values are listed.
    pub q_selection_threshold: usize,
    /// Whether the field is numeric.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_num: bool,
    /// Whether the field is locked.
    #[serde(skip_serializing_if = "is_false")]
    pub q_locked: bool,
    /// Whether the field always has exactly one value selected.
    #[serde(skip_serializing_if = "is_false")]
    pub q_one_and_only_one: bool,
    /// The search that made the selection.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q_text_search: String,
    /// How the field is called in titles.
    pub q_readable_name: String,
    /// Whether clients leave it out.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_hidden: bool,
    /// The master dimensions that show the field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub q_dimension_references: Vec<DimensionReference>,
}

/// A value in a selection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldSelectionInfo {
    /// The value's text.
    pub q_name: String,
    /// How it was selected.
    pub q_field_selection_mode: &'static str,
}

/// A range of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RangeInfo {
    /// The lower end.
    pub q_range_lo: Double,
    /// The upper end.
    pub q_range_hi: Double,
}

/// A master dimension that shows a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DimensionReference {
    /// The dimension's id.
    pub q_id: String,
    /// The dimension's title.
    pub q_label: String,
    /// How it shows its fields.
    pub q_grouping: &'static str,
}

/// How many steps can be undone and redone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoInfo {
    /// Steps to undo.
    pub q_undo_count: usize,
    /// Steps to redo.
    pub q_redo_count: usize,
}
