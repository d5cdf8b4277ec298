//! The data model as clients draw it.

use serde::Serialize;

use super::is_false;
use crate::Double;

/// A position in a drawing of the model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Point {
    /// From the left.
    pub qx: i64,
    /// From the top.
    pub qy: i64,
}

/// The tables and what associates them.
#[derive(Debug, Clone, Serialize)]
pub struct TablesAndKeys {
    /// The tables.
    pub qtr: Vec<Table>,
    /// The fields that several tables share.
    pub qk: Vec<SourceKey>,
}

/// A table.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// The name.
    pub q_name: String,
    /// The number of rows.
    pub q_no_of_rows: usize,
    /// The fields.
    pub q_fields: Vec<FieldInTable>,
    /// Where it is drawn.
    pub q_pos: Point,
}

/// A field in a table.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldInTable {
    /// The name.
    pub q_name: String,
    /// Whether it comes from the data.
    pub q_original_fields: Vec<String>,
    /// Whether it is there.
    pub q_present: bool,
    /// Whether some rows have no value.
    #[serde(skip_serializing_if = "is_false")]
    pub q_has_null: bool,
    /// The share of the field's values that this table has.
    pub q_subset_ratio: Double,
    /// The number of rows.
    pub qn_rows: usize,
    /// The number of distinct values in the field.
    pub qn_total_distinct_values: usize,
    /// The number of distinct values in this table.
    pub qn_present_distinct_values: usize,
    /// `NOT_KEY`, `ANY_KEY`, `PRIMARY_KEY` or `PERFECT_KEY`.
    pub q_key_type: &'static str,
    /// What kind of values it has.
    pub q_tags: Vec<String>,
}

/// A field that several tables share.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceKey {
    /// The fields.
    pub q_key_fields: Vec<String>,
    /// The tables.
    pub q_tables: Vec<String>,
}

/// What `GetFieldDescription` answers.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldDescription {
    /// The field's place in the app.
    pub q_internal_number: usize,
    /// The name.
    pub q_name: String,
    /// The tables it is in.
    pub q_src_tables: Vec<String>,
    /// What kind of values it has.
    pub q_tags: Vec<String>,
    /// The number of values.
    pub q_cardinal: usize,
    /// The number of values, with those of its own only.
    pub q_total_count: usize,
    /// Whether clients leave it out.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_hidden: bool,
    /// Whether it is the engine's own.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_system: bool,
    /// Whether all values are numbers.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_numeric: bool,
    /// What it takes in memory; not measured.
    pub q_byte_size: usize,
}
