//! An app as the host is given it.

use std::sync::Arc;

use fanlight_base::AppId;
use fanlight_engine::{DataModel, Locale};
use serde_json::Value;

use crate::Access;

/// Everything that connections share about one app. Immutable: what a session changes stays in the session.
#[derive(Debug, Clone)]
pub struct App {
    /// The app's id in URLs and in `OpenDoc`.
    pub id: AppId,
    /// The title people see.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// Who may open it.
    pub access: Access,
    /// Tables and fields.
    pub model: Arc<DataModel>,
    /// Separators, formats, names of months and days.
    pub locale: Locale,
    /// Variables in definition order: name and definition.
    pub variables: Vec<(String, String)>,
    /// Sheets and charts as property trees: `{"qProperty": {…}, "qChildren": [tree, …]}`, or the bare properties of an
    /// object without children. `qInfo.qId` and `qInfo.qType` are required.
    pub objects: Vec<Value>,
    /// Master dimensions: `{"qInfo": {…}, "qDim": {…}, "qMetaDef": {…}}`.
    pub dimensions: Vec<Value>,
    /// Master measures: `{"qInfo": {…}, "qMeasure": {…}, "qMetaDef": {…}}`.
    pub measures: Vec<Value>,
    /// The theme's id, which `appprops` carries.
    pub theme: Option<String>,
    /// When the data was read, ISO 8601.
    pub last_reload: String,
}

/// One line of the list of apps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppEntry {
    /// The app's id.
    pub id: AppId,
    /// The title people see.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// The theme's id.
    pub theme: Option<String>,
    /// When the data was read, ISO 8601.
    pub last_reload: String,
}
