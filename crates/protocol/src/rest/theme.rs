//! Themes.

use serde::{Deserialize, Serialize};

/// A theme; its definition is the file `theme.json` under `/api/v1/themes/{id}/file/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Theme {
    /// The theme's id, as a page names it in `theme=`.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// The id once more, as clients of the contract ask for it.
    pub qext_filename: String,
    /// Who made it.
    pub author: String,
    /// Its version.
    pub version: String,
    /// `theme`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The file that holds the definition.
    pub file: String,
}
