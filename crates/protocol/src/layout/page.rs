//! Pages of cells.

use std::borrow::Cow;

use serde::Serialize;

use super::is_false;
use crate::Double;
use crate::def::Area;

/// A page. `M` is the form of its rows: a sequence of sequences of [`Cell`]s.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataPage<M> {
    /// The rows.
    pub q_matrix: M,
    /// One per page that has rows.
    pub q_tails: Vec<Tail>,
    /// What is really there.
    pub q_area: Area,
    /// Whether the page stands for more rows than it has.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_reduced: bool,
}

/// How far a group goes on beyond its page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tail {
    /// Above.
    pub q_up: i64,
    /// Below.
    pub q_down: i64,
}

/// One cell of a table or list.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cell<'a> {
    /// The text.
    pub q_text: Cow<'a, str>,
    /// The number, or NaN.
    pub q_num: Double,
    /// The value's number in its field; −1 for totals, −2 for NULL, −3 for others, 0 for measures.
    pub q_elem_number: i64,
    /// The state in letters.
    pub q_state: &'static str,
    /// Whether it is a total.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_total_cell: bool,
    /// Whether it stands for the values that are not shown.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_other_cell: bool,
    /// Whether there is no value.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_null: bool,
    /// How often the value occurs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_frequency: Option<&'a str>,
    /// What the search found in the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_highlight_ranges: Option<HighlightRanges>,
    /// The values of the column's attribute expressions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_attr_exps: Option<AttributeValues<'a>>,
}

/// What a search found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HighlightRanges {
    /// In order.
    pub q_ranges: Vec<HighlightRange>,
}

/// A part of a text, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HighlightRange {
    /// Where it starts.
    pub q_char_pos: usize,
    /// How long it is.
    pub q_char_count: usize,
}

/// The values of a column's attribute expressions.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributeValues<'a> {
    /// In the order of definition.
    pub q_values: Vec<AttributeValue<'a>>,
}

/// The value of an attribute expression.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributeValue<'a> {
    /// The text, unless it is just the number's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_text: Option<Cow<'a, str>>,
    /// The number, or NaN.
    pub q_num: Double,
}
