//! Variables that the session added or changed, and the properties of its app.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Losses, from_text, to_text};
use crate::core::Core;
use crate::memory::Charge;
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
            original.name != variable.name
                || original.definition != variable.definition
                || original.properties != variable.properties
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
    // Names may have been passed from one to another, so those that are given up come first.
    for kept in &variables {
        let known = core.variables.by_id(&kept.id);
        let old = known.filter(|known| known.name != kept.name);
        if let Some(name) = old.map(|known| known.name.clone()) {
            core.engine.remove_variable(&name);
            if let Some(variable) = core.variables_mut().edit(&kept.id) {
                variable.name.clear();
            }
        }
    }
    for kept in variables {
        let name = kept.name.clone();
        if !put(core, kept) {
            losses.add(format!("variable {name}"));
        }
    }
    give_names_back(core);
    if let Some(properties) = app {
        core.app_properties = Arc::new(properties);
    }
}

/// Whether the variable found its place.
fn put(core: &mut Core, kept: Changed) -> bool {
    let of_name = core.variables.by_name(&kept.name);
    let of_id = core.variables.by_id(&kept.id);
    let is_taken = of_name.is_some_and(|other| *other.id != *kept.id);
    match (of_id.map(|variable| variable.origin), kept.origin) {
        _ if is_taken => return false,
        (Some(known), origin) if known == origin => {
            if let Some(variable) = core.variables_mut().edit(&kept.id) {
                variable.name.clone_from(&kept.name);
                variable.definition.clone_from(&kept.definition);
                variable.properties = kept.properties;
            }
        }
        (None, Origin::Created | Origin::Session) => core.variables_mut().push(Variable {
            id: kept.id.into(),
            name: kept.name.clone(),
            definition: kept.definition.clone(),
            origin: kept.origin,
            properties: kept.properties,
            charge: Charge::Due,
        }),
        _ => return false,
    }
    core.engine.set_variable(&kept.name, kept.definition);
    true
}

/// A variable of the app whose new name is taken by now keeps the one that the app gives it.
fn give_names_back(core: &mut Core) {
    let nameless: Vec<Arc<str>> = core
        .variables
        .iter()
        .filter(|variable| variable.name.is_empty())
        .map(|variable| Arc::clone(&variable.id))
        .collect();
    for id in nameless {
        let Some(original) = core.app.variables.by_id(&id).cloned() else {
            continue;
        };
        if let Some(variable) = core.variables_mut().edit(&id) {
            variable.name.clone_from(&original.name);
        }
        core.engine.set_variable(&original.name, original.definition);
    }
}
