//! App folders that changed.

use serde::{Deserialize, Serialize};

/// What became of an app folder that changed while the server runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppFolder {
    /// The folder's name.
    pub app: String,
    /// When it was looked at, ISO 8601.
    pub at: String,
    /// Why it was not taken in, if it was not: the first problem with its file and place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// The answer of `GET /api/fanlight/v1/app-folders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppFolderList {
    /// The folders, by name.
    pub data: Vec<AppFolder>,
}
