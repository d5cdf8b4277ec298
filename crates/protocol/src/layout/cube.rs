//! Hypercubes and list objects.

use serde::Serialize;

use super::{Cell, DimensionInfo, MeasureInfo, Size, ValidationError, is_false};
use crate::def::{DataMode, Extra};

/// An evaluated hypercube. `P` is the form of its pages, so that they can be written straight from the result.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HyperCube<'a, P> {
    /// The selection state, if the definition names one.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub q_state_name: &'a str,
    /// Visible columns, and rows after suppression.
    pub q_size: Size,
    /// Why nothing was computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_error: Option<ValidationError>,
    /// One per dimension, in the order of definition.
    pub q_dimension_info: Vec<DimensionInfo<'a>>,
    /// One per measure, in the order of definition.
    pub q_measure_info: Vec<MeasureInfo<'a>>,
    /// Columns in order of sort precedence.
    pub q_effective_inter_column_sort_order: Vec<i32>,
    /// One cell per visible measure.
    pub q_grand_total_row: Vec<Cell<'a>>,
    /// The pages asked for with the layout.
    pub q_data_pages: Vec<P>,
    /// Pages of a pivot table.
    pub q_pivot_data_pages: [(); 0],
    /// Pages of a stacked cube.
    pub q_stacked_data_pages: [(); 0],
    /// How it is laid out.
    pub q_mode: DataMode,
    /// As defined.
    pub q_no_of_left_dims: i32,
    /// Nodes of a tree.
    pub q_tree_nodes_on_dim: [(); 0],
    /// As defined.
    pub q_column_order: &'a [i32],
    /// The evaluated title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_title: Option<String>,
    /// What is said when the condition is not met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_calc_cond_msg: Option<String>,
    /// What the schema does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// An evaluated list object.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListObject<'a, P> {
    /// The selection state, if the definition names one.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub q_state_name: &'a str,
    /// One column, and the values or hits.
    pub q_size: Size,
    /// Why nothing was computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_error: Option<ValidationError>,
    /// The field.
    pub q_dimension_info: DimensionInfo<'a>,
    /// Expressions beside the values.
    pub q_expressions: [(); 0],
    /// The pages asked for with the layout.
    pub q_data_pages: Vec<P>,
    /// Whether the list shows alternative values apart from excluded ones.
    #[serde(skip_serializing_if = "is_false")]
    pub q_show_alternatives: bool,
    /// The evaluated title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_title: Option<String>,
    /// What the schema does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
