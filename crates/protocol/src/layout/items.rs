//! Lists of objects, fields and variables.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::is_false;

/// A list in a layout.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Items<T> {
    /// The items.
    pub q_items: Vec<T>,
}

/// An object's id and type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// The id.
    #[serde(default)]
    pub q_id: String,
    /// The type.
    #[serde(default)]
    pub q_type: String,
}

/// An object in a list.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListItem {
    /// The object's id and type.
    pub q_info: Info,
    /// What is known about it.
    pub q_meta: Value,
    /// What the list asks of it.
    pub q_data: Map<String, Value>,
}

/// A variable in a list.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VariableItem {
    /// The name.
    pub q_name: String,
    /// The definition.
    pub q_definition: String,
    /// For people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q_description: String,
    /// Whether it is one of the app's formats.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_config: bool,
    /// Whether it is the engine's own.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_reserved: bool,
    /// Whether it came with the data.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_script_created: bool,
    /// The variable's id and type.
    pub q_info: Info,
    /// What is known about it.
    pub q_meta: Value,
    /// What the list asks of it.
    pub q_data: Map<String, Value>,
}

/// A field in a list.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldItem {
    /// The name.
    pub q_name: String,
    /// The number of values.
    pub q_cardinal: usize,
    /// What kind of values it has.
    pub q_tags: Vec<String>,
    /// The tables it is in, if asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub q_src_tables: Vec<String>,
    /// Whether clients leave it out.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_hidden: bool,
    /// Whether it is the engine's own.
    #[serde(skip_serializing_if = "is_false")]
    pub q_is_system: bool,
}
