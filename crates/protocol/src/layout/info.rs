//! What a layout says of a column.

use serde::Serialize;

use super::{StateCounts, ValidationError, is_false};
use crate::Double;
use crate::def::{Extra, Grouping, NumberFormat};

/// Numbers of distinct values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cardinalities {
    /// Of the field.
    pub q_cardinal: usize,
    /// In the cube, with the NULL and total rows.
    pub q_hypercube_cardinal: usize,
    /// Not computed: −1.
    pub q_all_values_cardinal: i64,
}

/// What a layout says of a dimension.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DimensionInfo<'a> {
    /// The evaluated label, else the label, else the definition as written.
    pub q_fallback_title: String,
    /// The longest text's length.
    pub q_appr_max_glyph_count: usize,
    /// The field's number of values.
    pub q_cardinal: usize,
    /// A, D or N.
    pub q_sort_indicator: char,
    /// One title per field of the group.
    pub q_group_fallback_titles: Vec<String>,
    /// The field in use.
    pub q_group_pos: usize,
    /// How many values are in each state.
    pub q_state_counts: StateCounts,
    /// The field's tags.
    pub q_tags: Vec<String>,
    /// Why the column is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_error: Option<ValidationError>,
    /// What is said when the condition is not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_calc_cond_msg: Option<String>,
    /// D for text, N for numbers, T for times.
    pub q_dimension_type: char,
    /// Whether the sort is flipped.
    #[serde(skip_serializing_if = "is_false")]
    pub q_reverse_sort: bool,
    /// How several fields share the dimension.
    pub q_grouping: Grouping,
    /// How numbers are written.
    pub q_num_format: NumberFormat,
    /// Whether the format is not the definition's.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_auto_format: bool,
    /// The definitions of the group's fields.
    pub q_group_field_defs: &'a [String],
    /// The smallest number.
    pub q_min: Double,
    /// The largest number.
    pub q_max: Double,
    /// Attribute expressions.
    pub q_attr_expr_info: Vec<AttributeInfo>,
    /// Attribute dimensions.
    pub q_attr_dim_info: [(); 0],
    /// Whether the dimension is an expression.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_calculated: bool,
    /// Whether the field always has exactly one value selected.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_one_and_only_one: bool,
    /// Numbers of distinct values.
    pub q_cardinalities: Cardinalities,
    /// The master dimension.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub q_library_id: &'a str,
    /// Whether the field is locked.
    #[serde(skip_serializing_if = "is_false")]
    pub q_locked: bool,
    /// What the schema does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What a layout says of a measure.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeasureInfo<'a> {
    /// The evaluated label, else the label, else the expression as written.
    pub q_fallback_title: String,
    /// The longest text's length.
    pub q_appr_max_glyph_count: usize,
    /// Always 0.
    pub q_cardinal: usize,
    /// A, D or N.
    pub q_sort_indicator: char,
    /// How numbers are written.
    pub q_num_format: NumberFormat,
    /// The smallest number over the rows.
    pub q_min: Double,
    /// The largest number over the rows.
    pub q_max: Double,
    /// Why the column is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_error: Option<ValidationError>,
    /// What is said when the condition is not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_calc_cond_msg: Option<String>,
    /// Whether the sort is flipped.
    #[serde(skip_serializing_if = "is_false")]
    pub q_reverse_sort: bool,
    /// Whether the format is not the definition's.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_auto_format: bool,
    /// Attribute expressions.
    pub q_attr_expr_info: Vec<AttributeInfo>,
    /// Attribute dimensions.
    pub q_attr_dim_info: [(); 0],
    /// Trend lines.
    pub q_trend_lines: [(); 0],
    /// The master measure.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub q_library_id: &'a str,
    /// What the schema does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What a layout says of an attribute expression.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributeInfo {
    /// The smallest number.
    pub q_min: Double,
    /// The largest number.
    pub q_max: Double,
    /// The label, or the expression as written.
    pub q_fallback_title: String,
    /// The text of the smallest number.
    pub q_min_text: String,
    /// The text of the largest number.
    pub q_max_text: String,
    /// How numbers are written.
    pub q_num_format: NumberFormat,
    /// Whether the format is not the definition's.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_auto_format: bool,
    /// Why there are no values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_error: Option<ValidationError>,
    /// What the schema does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
