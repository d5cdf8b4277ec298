//! Measures.

use serde::Deserialize;

use super::{AttributeExpression, Condition, Expr, Extra, NumberFormat, SortCriteria};

/// A measure of a cube.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Measure {
    /// A master measure.
    pub q_library_id: String,
    /// The definition, or what goes beside the master measure's.
    pub q_def: InlineMeasure,
    /// The sort.
    pub q_sort_by: SortCriteria,
    /// Further expressions per row.
    pub q_attribute_expressions: Vec<AttributeExpression>,
    /// The condition, as old clients write it.
    pub q_calc_cond: Expr,
    /// The condition and its message.
    pub q_calc_condition: Condition,
}

/// A measure's own definition.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InlineMeasure {
    /// The label.
    pub q_label: String,
    /// The expression.
    pub q_def: String,
    /// How numbers are written.
    pub q_num_format: Option<NumberFormat>,
    /// Show shares of the column's total.
    pub q_relative: bool,
    /// The total is the sum of the rows.
    pub q_brutal_sum: bool,
    /// The function that makes the total of the rows.
    pub q_aggr_func: String,
    /// Running sums.
    pub q_accumulate: i64,
    /// Flip the sort.
    pub q_reverse_sort: bool,
    /// The alternative expression in use.
    pub q_active_expression: i64,
    /// Alternative expressions.
    pub q_expressions: Vec<String>,
    /// The label as an expression.
    pub q_label_expression: String,
    /// What the schema does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
