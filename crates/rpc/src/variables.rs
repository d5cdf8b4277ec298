//! Variables as objects.

use std::sync::Arc;

use fanlight_engine::MemoryPool;
use fanlight_protocol::ErrorBody;
use fanlight_protocol::layout::Info;
use serde_json::{Value, json};

use crate::memory::{Charge, size_of_tree};
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
    /// The memory that it takes, for as long as somebody looks at it.
    pub(crate) charge: Charge,
}

/// The variables of an engine session, in the order of their creation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables(Vec<Arc<Variable>>);

/// What a variable takes beside its texts and properties. The engine has its texts too.
const BYTES_OF_A_VARIABLE: usize = 256;

impl Variables {
    /// The variables of an app; each one's id is its name, so that it is the same in every session.
    pub(crate) fn of_app(variables: &[(String, String)]) -> Self {
        let variable = |(name, definition): &(String, String)| Variable {
            id: name.as_str().into(),
            name: name.clone(),
            definition: definition.clone(),
            origin: Origin::App,
            properties: json!({}),
            charge: Charge::Shared,
        };
        Self(variables.iter().map(variable).map(Arc::new).collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Variable> {
        self.0.iter().map(|variable| &**variable)
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Variable> {
        self.iter().find(|variable| *variable.id == *id)
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<&Variable> {
        self.iter().find(|variable| variable.name == name)
    }

    pub(crate) fn push(&mut self, variable: Variable) {
        self.0.push(Arc::new(variable));
    }

    pub(crate) fn edit(&mut self, id: &str) -> Option<&mut Variable> {
        let variable = self.0.iter_mut().find(|variable| *variable.id == *id)?;
        let variable = Arc::make_mut(variable);
        variable.charge = Charge::Due;
        Some(variable)
    }

    /// Counts the memory of the variables that changed.
    ///
    /// # Errors
    /// 19 if there is no room for it.
    pub(crate) fn settle(&mut self, pool: &Arc<MemoryPool>) -> Result<(), ErrorBody> {
        for variable in &mut self.0 {
            if matches!(variable.charge, Charge::Due) {
                let n_bytes = variable.n_bytes();
                Arc::make_mut(variable).charge.settle(pool, n_bytes)?;
            }
        }
        Ok(())
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Arc<Variable>> {
        let position = self.0.iter().position(|variable| *variable.id == *id)?;
        Some(self.0.remove(position))
    }
}

impl Variable {
    /// What it takes in memory.
    fn n_bytes(&self) -> usize {
        let texts = self.name.len() + self.definition.len();
        BYTES_OF_A_VARIABLE + 2 * texts + size_of_tree(&self.properties)
    }

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
