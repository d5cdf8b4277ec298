//! Variables as objects.

use std::sync::Arc;

use fanlight_protocol::layout::Info;
use serde_json::{Value, json};

use crate::objects::Origin;

/// One variable.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    pub(crate) id: Arc<str>,
    pub(crate) name: String,
    pub(crate) definition: String,
    pub(crate) origin: Origin,
    /// What the client gave beside name and definition.
    pub(crate) properties: Value,
}

/// The variables of an engine session, in the order of their creation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables(Vec<Variable>);

impl Variables {
    /// The variables of an app; each one's id is its name, so that it is the same in every session.
    pub(crate) fn of_app(variables: &[(String, String)]) -> Self {
        let variable = |(name, definition): &(String, String)| Variable {
            id: name.as_str().into(),
            name: name.clone(),
            definition: definition.clone(),
            origin: Origin::App,
            properties: json!({}),
        };
        Self(variables.iter().map(variable).collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Variable> {
        self.0.iter()
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Variable> {
        self.0.iter().find(|variable| *variable.id == *id)
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<&Variable> {
        self.0.iter().find(|variable| variable.name == name)
    }

    pub(crate) fn push(&mut self, variable: Variable) {
        self.0.push(variable);
    }

    pub(crate) fn edit(&mut self, id: &str) -> Option<&mut Variable> {
        self.0.iter_mut().find(|variable| *variable.id == *id)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Variable> {
        let position = self.0.iter().position(|variable| *variable.id == *id)?;
        Some(self.0.remove(position))
    }
}

impl Variable {
    pub(crate) fn info(&self) -> Info {
        Info {
            q_id: self.id.to_string(),
            q_type: "variable".to_owned(),
        }
    }

    /// The properties as clients read them.
    pub(crate) fn properties(&self) -> Value {
        let mut properties = self.properties.clone();
        if !properties.is_object() {
            properties = json!({});
        }
        properties["qInfo"] = json!(self.info());
        if properties.get("qMetaDef").is_none() {
            properties["qMetaDef"] = json!({});
        }
        properties["qName"] = Value::from(self.name.clone());
        properties["qDefinition"] = Value::from(self.definition.clone());
        properties
    }
}
