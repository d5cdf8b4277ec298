//! Dimensions.

use serde::Deserialize;

use super::{AttributeExpression, Condition, Expr, Extra, NumberFormat, SortCriteria};

/// How several fields share one dimension.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
pub enum Grouping {
    /// One field.
    #[default]
    #[serde(rename = "N")]
    None,
    /// Drill-down.
    #[serde(rename = "H")]
    DrillDown,
    /// Cyclic.
    #[serde(rename = "C")]
    Cyclic,
}

/// A dimension of a cube.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Dimension {
    /// A master dimension.
    pub q_library_id: String,
    /// The definition, or what goes beside the master dimension's.
    pub q_def: InlineDimension,
    /// Leave out the row of records without a value.
    pub q_null_suppression: bool,
    /// Grouping of small values, and totals.
    pub q_other_total_spec: OtherTotalSpec,
    /// A row for every value, possible or not.
    pub q_show_all: bool,
    /// What the group of small values is called.
    pub q_other_label: Expr,
    /// What the total is called.
    pub q_total_label: Expr,
    /// The condition, as old clients write it.
    pub q_calc_cond: Expr,
    /// Further expressions per value.
    pub q_attribute_expressions: Vec<AttributeExpression>,
    /// The condition and its message.
    pub q_calc_condition: Condition,
}

/// A dimension's own definition.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InlineDimension {
    /// How several fields share the dimension.
    pub q_grouping: Grouping,
    /// Fields, or expressions with a leading `=`.
    pub q_field_defs: Vec<String>,
    /// One label per field.
    pub q_field_labels: Vec<String>,
    /// One sort per field.
    pub q_sort_criterias: Vec<SortCriteria>,
    /// One number format per field.
    pub q_number_presentations: Vec<NumberFormat>,
    /// Flip the sort.
    pub q_reverse_sort: bool,
    /// The field in use of a cyclic group.
    pub q_active_field: i64,
    /// The label as an expression.
    pub q_label_expression: String,
    /// What the schema does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Which values are grouped as "Others".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OtherMode {
    /// None.
    #[default]
    OtherOff,
    /// All but the first few.
    OtherCounted,
    /// By a limit of the measure.
    OtherAbsLimited,
    /// By a limit of the running total.
    OtherAbsAccTarget,
    /// By a limit of the share.
    OtherRelLimited,
    /// By a limit of the running share.
    OtherRelAccTarget,
}

/// Whether a dimension has a total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TotalMode {
    /// No.
    #[default]
    TotalOff,
    /// The expression over all records.
    TotalExpr,
}

/// Grouping of small values, and totals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OtherTotalSpec {
    /// Which values are grouped.
    pub q_other_mode: OtherMode,
    /// How many are shown.
    pub q_other_counted: Expr,
    /// Whether there is a total.
    pub q_total_mode: TotalMode,
}
