//! An app as engine sessions use it: stored by the tenant, or made for one session.

use std::sync::Arc;

use fanlight_engine::{DataModel, Library, Locale};
use serde_json::Value;

use crate::objects::Objects;
use crate::variables::Variables;
use crate::{Access, App, AppEntry};

/// Whether the app outlives the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AppKind {
    /// The tenant's.
    Stored,
    /// It lives as long as its engine session.
    Session,
}

/// What sessions start from.
#[derive(Debug)]
pub(crate) struct OpenApp {
    /// The name in URLs and in `OpenDoc`.
    pub(crate) name: String,
    pub(crate) kind: AppKind,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) access: Access,
    pub(crate) theme: Option<String>,
    pub(crate) last_reload: String,
    pub(crate) model: Arc<DataModel>,
    pub(crate) locale: Locale,
    pub(crate) variables: Arc<Variables>,
    pub(crate) objects: Arc<Objects>,
}

impl OpenApp {
    pub(crate) fn stored(app: &App) -> Self {
        Self {
            name: app.id.to_string(),
            kind: AppKind::Stored,
            title: app.title.clone(),
            description: app.description.clone(),
            access: app.access.clone(),
            theme: app.theme.clone(),
            last_reload: app.last_reload.clone(),
            model: Arc::clone(&app.model),
            locale: app.locale.clone(),
            variables: Arc::new(Variables::of_app(&app.variables)),
            objects: Arc::new(Objects::of_app(app)),
        }
    }

    pub(crate) fn of_session(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: AppKind::Session,
            title: name.to_owned(),
            description: String::new(),
            access: Access::Everyone,
            theme: None,
            last_reload: String::new(),
            model: Arc::new(DataModel::new(Vec::new()).expect("no tables cannot contradict each other")),
            locale: Locale::default(),
            variables: Arc::default(),
            objects: Arc::default(),
        }
    }

    pub(crate) fn entry(&self) -> Option<AppEntry> {
        Some(AppEntry {
            id: self.name.parse().ok()?,
            title: self.title.clone(),
            description: self.description.clone(),
            theme: self.theme.clone(),
            last_reload: self.last_reload.clone(),
        })
    }
}

/// The master measures by their titles and labels, as expressions name them.
pub(crate) fn library(objects: &Objects) -> Library {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut measures = Vec::new();
    for (_, object) in objects.iter() {
        let properties = &object.properties;
        let Some(definition) = properties.pointer("/qMeasure/qDef").and_then(Value::as_str) else {
            continue;
        };
        let names = [
            text(properties.pointer("/qMetaDef/title")),
            text(properties.pointer("/qMeasure/qLabel")),
        ];
        for name in names {
            if !name.is_empty() && measures.iter().all(|(other, _)| *other != name) {
                measures.push((name, definition.to_owned()));
            }
        }
    }
    Library { measures }
}
