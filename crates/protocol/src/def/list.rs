//! List objects.

use serde::Deserialize;

use super::{Area, Expr, Extra, InlineDimension};

/// How often a value occurs, and how that is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum FrequencyMode {
    /// Not at all.
    #[default]
    #[serde(rename = "N")]
    None,
    /// As a number of records.
    #[serde(rename = "V")]
    Value,
    /// In percent.
    #[serde(rename = "P")]
    Percent,
    /// As a share of 1.
    #[serde(rename = "R")]
    Relative,
}

/// An expression beside the values of a list.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListExpression {
    /// The expression.
    pub q_expr: String,
}

/// A list object.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListObjectDef {
    /// The selection state; empty to inherit it.
    pub q_state_name: String,
    /// A master dimension.
    pub q_library_id: String,
    /// The definition, or what goes beside the master dimension's.
    pub q_def: InlineDimension,
    /// Long lists show selected values first.
    pub q_auto_sort_by_state: AutoSort,
    /// Whether frequencies are shown.
    pub q_frequency_mode: FrequencyMode,
    /// Whether alternative values are told apart from excluded ones.
    pub q_show_alternatives: bool,
    /// Pages that come with the layout.
    pub q_initial_data_fetch: Vec<Area>,
    /// Expressions beside the values.
    pub q_expressions: Vec<ListExpression>,
    /// The title.
    pub q_title: Expr,
    /// What the schema does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// When a list is long enough to show its selected values first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoSort {
    /// From this many rows on; 0 is never.
    pub q_display_number_of_rows: i64,
}
