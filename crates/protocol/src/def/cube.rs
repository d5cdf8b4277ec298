//! Hypercubes.

use serde::{Deserialize, Serialize};

use super::{Area, Dimension, Expr, Extra, Measure};

/// How a cube is laid out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum DataMode {
    /// A table: one row per combination of values.
    #[default]
    #[serde(rename = "S")]
    Straight,
    /// A pivot table.
    #[serde(rename = "P")]
    Pivot,
    /// A tree per first dimension.
    #[serde(rename = "K")]
    Stacked,
    /// A tree.
    #[serde(rename = "T")]
    Tree,
    /// Straight or pivot, as the engine decides.
    #[serde(rename = "D")]
    Dynamic,
}

/// When something is computed, and what is said when it is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    /// The condition.
    pub q_cond: Expr,
    /// The message.
    pub q_msg: Expr,
}

/// A hypercube.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HyperCubeDef {
    /// The selection state; empty to inherit it.
    pub q_state_name: String,
    /// The dimensions.
    pub q_dimensions: Vec<Dimension>,
    /// The measures.
    pub q_measures: Vec<Measure>,
    /// Columns in order of sort precedence.
    pub q_inter_column_sort_order: Vec<i32>,
    /// Leave out rows whose measures are all 0.
    pub q_suppress_zero: bool,
    /// Leave out rows whose measures are all NULL.
    pub q_suppress_missing: bool,
    /// Pages that come with the layout.
    pub q_initial_data_fetch: Vec<Area>,
    /// How it is laid out.
    pub q_mode: DataMode,
    /// How many dimensions of a pivot table stand on the left; −1 is all.
    pub q_no_of_left_dims: i32,
    /// Show 0 for missing measures.
    pub q_populate_missing: bool,
    /// The condition, as old clients write it.
    pub q_calc_cond: Expr,
    /// The title.
    pub q_title: Expr,
    /// The condition and its message.
    pub q_calc_condition: Condition,
    /// Columns in display order.
    pub q_column_order: Vec<i32>,
    /// A set expression for the whole cube.
    pub q_context_set_expression: String,
    /// No grand totals.
    pub q_suppress_measure_totals: bool,
    /// What the schema does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
