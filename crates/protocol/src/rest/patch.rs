//! JSON Patch (RFC 6902), as far as the contract uses it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// What to do.
    pub op: PatchOp,
    /// A JSON pointer such as `/name`.
    pub path: String,
    /// The new value.
    #[serde(default)]
    pub value: Value,
}

/// What a patch does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PatchOp {
    /// Puts a value in place of another.
    Replace,
    /// Adds a value.
    Add,
    /// Takes a value away.
    Remove,
}
