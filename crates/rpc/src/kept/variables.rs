//! Variables that the session added or changed, and the properties of its app.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Losses, from_text, to_text};
use crate::core::Core;
use crate::objects::Origin;
use crate::open_app::AppKind;
use crate::variables::Variable;

#[derive(Debug, Serialize, Deserialize)]
struct Variables {
    variables: Vec<Changed>,
    /// Only of an app that lives in its session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    app: Option<Value>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Changed {
    id: String,
    name: String,
    definition: String,
    origin: Origin,
    properties: Value,
}

pub(super) fn write(core: &Core) -> String {
    let differs = |variable: &&Variable| {
        let original = core.app.variables.by_id(&variable.id);
        original.is_none_or(|original| {
            original.definition != variable.definition || original.properties != variable.properties
        })
    };
    let changed = |variable: &Variable| Changed {
        id: variable.id.to_string(),
        name: variable.name.clone(),
        definition: variable.definition.clone(),
        origin: variable.origin,
        properties: variable.properties.clone(),
    };
    to_text(&Variables {
        variables: core.variables.iter().filter(differs).map(changed).collect(),
        app: (core.app.kind == AppKind::Session).then(|| Value::clone(&core.app_properties)),
    })
}

pub(super) fn read(core: &mut Core, text: &str, losses: &mut Losses) {
    let Some(Variables { variables, app }) = from_text(text, "variables", losses) else {
        return;
    };
    for kept in variables {
        let by_name = core.variables.by_name(&kept.name);
        let known = by_name.map(|variable| (Arc::clone(&variable.id), variable.origin));
        match known {
            // A variable of the app keeps the value that the session gave it.
            Some((id, origin)) if origin == kept.origin => {
                if let Some(variable) = core.variables_mut().edit(&id) {
                    variable.definition.clone_from(&kept.definition);
                    variable.properties = kept.properties;
                }
            }
            None if kept.origin != Origin::App => core.variables_mut().push(Variable {
                id: kept.id.into(),
                name: kept.name.clone(),
                definition: kept.definition.clone(),
                origin: kept.origin,
                properties: kept.properties,
            }),
            _ => {
                losses.add(format!("variable {}", kept.name));
                continue;
            }
        }
        core.engine.set_variable(&kept.name, kept.definition);
    }
    if let Some(properties) = app {
        core.app_properties = Arc::new(properties);
    }
}
