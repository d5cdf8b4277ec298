//! Variables. Values that viewers set live in the engine session.

use std::sync::Arc;

use fanlight_protocol::{Class, Double, ErrorBody, ErrorCode, Reference, normal};
use serde_json::{Value, json};

use super::{Method, edits, params, reads};
use crate::call::{Editing, Nothing, Outcome, Reading, done, later, now, returned, success};
use crate::dependencies::{self, Data, Dependencies};
use crate::handles::Referent;
use crate::memory::Charge;
use crate::objects::{ObjectId, Origin, Patch, Steps, WirePatch, check_spellings};
use crate::variables::{Variable, Variables};

params! {
    Id { q_id: String }
    Name { q_name: String }
    Properties { q_prop: Value }
    Patches { q_patches: Vec<WirePatch> }
    Text { q_val: String }
    Number { q_val: Option<Double> }
    Dual { q_text: String, q_num: Option<Double> }
    List { q_list_def: Value }
}

/// What the app does with them.
pub(super) const DOC_METHODS: &[Method] = &[
    reads!("GetVariableById", get_by_id),
    reads!("GetVariableByName", get_by_name),
    reads!("GetVariables", get_variables),
    edits!("CreateSessionVariable", create_session_variable),
    edits!("CreateVariableEx", create_variable),
    edits!("DestroySessionVariable", destroy_by_id),
    edits!("DestroySessionVariableById", destroy_by_id),
    edits!("DestroySessionVariableByName", destroy_by_name),
    edits!("DestroyVariableById", destroy_by_id),
    edits!("DestroyVariableByName", destroy_by_name),
];

pub(super) const METHODS: &[Method] = &[
    reads!("GetLayout", get_layout),
    reads!("GetInfo", get_info),
    reads!("GetProperties", get_properties),
    reads!("GetRawContent", get_raw_content),
    edits!("SetStringValue", set_string_value),
    edits!("SetNumValue", set_num_value),
    edits!("SetDualValue", set_dual_value),
    edits!("SetProperties", set_properties),
    edits!("ApplyPatches", apply_patches),
];

const CLASS: Class = Class::GenericVariable;

fn gone(id: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::NotFound, id)
}

fn find(reading: &mut Reading<'_>, id: Option<Arc<str>>) -> Outcome {
    match id {
        Some(id) => returned(reading.reference(Referent::Item { class: CLASS, id })?),
        None => returned(Reference::NONE),
    }
}

fn get_by_id(reading: &mut Reading<'_>, params: Id) -> Outcome {
    let id = reading
        .core
        .variables
        .by_id(&params.q_id)
        .map(|variable| Arc::clone(&variable.id));
    find(reading, id)
}

fn get_by_name(reading: &mut Reading<'_>, params: Name) -> Outcome {
    let id = reading
        .core
        .variables
        .by_name(&params.q_name)
        .map(|variable| Arc::clone(&variable.id));
    find(reading, id)
}

fn get_variables(reading: &mut Reading<'_>, params: List) -> Outcome {
    let shows_session = params
        .q_list_def
        .get("qShowSession")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let listed = reading.core.variables.iter();
    let listed = listed.filter(|variable| variable.origin != Origin::Session || shows_session);
    let items: Vec<Value> = listed
        .map(|variable| {
            json!({ "qName": variable.name, "qDefinition": variable.definition, "qInfo": variable.info(),
                "qMeta": {}, "qData": {} })
        })
        .collect();
    now(json!({ "qList": items }))
}

fn create_session_variable(editing: &mut Editing<'_>, params: Properties) -> Outcome {
    create(editing, params.q_prop, Origin::Session)
}

fn create_variable(editing: &mut Editing<'_>, params: Properties) -> Outcome {
    create(editing, params.q_prop, Origin::Created)
}

fn create(editing: &mut Editing<'_>, properties: Value, origin: Origin) -> Outcome {
    let text = |pointer: &str| {
        properties
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    check_spellings(&properties)?;
    let name = text("/qName");
    if name.trim().is_empty() {
        return Err(ErrorBody::new(ErrorCode::InvalidParameters, "qName is missing"));
    }
    if editing.core.variables.by_name(&name).is_some() {
        return Err(ErrorBody::new(ErrorCode::VariableExists, name));
    }
    let limit = editing.call.connection.host.settings.limits.objects_per_session;
    if editing.core.variables.iter().count() >= limit {
        let message = format!("this session has {limit} variables already");
        return Err(ErrorBody::new(ErrorCode::LimitReached, message));
    }
    let wanted = text("/qInfo/qId");
    let is_free = !wanted.is_empty() && editing.core.variables.by_id(&wanted).is_none();
    let id: ObjectId = if is_free { wanted } else { editing.call.new_id() }.into();
    let definition = text("/qDefinition");
    editing.core.engine.set_variable(&name, definition.clone());
    editing.core.variables_mut().push(Variable {
        id: Arc::clone(&id),
        name,
        definition,
        origin,
        properties,
        charge: Charge::Due,
    });
    editing.changes.variables();
    let info = editing.core.variables.by_id(&id).map(Variable::info);
    let reference = editing.reference(Referent::Item {
        class: CLASS,
        id: Arc::clone(&id),
    })?;
    editing.changes.announce(CLASS, id);
    now(json!({ "qReturn": reference, "qInfo": info }))
}

fn destroy_by_id(editing: &mut Editing<'_>, params: Id) -> Outcome {
    let id = editing
        .core
        .variables
        .by_id(&params.q_id)
        .map(|variable| Arc::clone(&variable.id));
    destroy(editing, id)
}

fn destroy_by_name(editing: &mut Editing<'_>, params: Name) -> Outcome {
    let id = editing
        .core
        .variables
        .by_name(&params.q_name)
        .map(|variable| Arc::clone(&variable.id));
    destroy(editing, id)
}

/// Removes a variable that the session made; those of the app stay.
fn destroy(editing: &mut Editing<'_>, id: Option<Arc<str>>) -> Outcome {
    let variable = id.as_ref().and_then(|id| editing.core.variables.by_id(id));
    let (Some(id), Some(variable)) = (&id, variable) else {
        return success(false);
    };
    if variable.origin == Origin::App {
        return success(false);
    }
    let name = variable.name.clone();
    editing.core.variables_mut().remove(id);
    editing.core.engine.remove_variable(&name);
    editing.changes.variables();
    editing.changes.destroyed(vec![(CLASS, Arc::clone(id))]);
    success(true)
}

fn variable<'a>(reading: &'a Reading<'_>) -> Result<&'a Variable, ErrorBody> {
    let id = reading.call.id()?;
    reading.core.variables.by_id(id).ok_or_else(|| gone(id))
}

fn get_layout(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    let found = variable(reading)?.clone();
    let snapshot = reading.core.engine.snapshot();
    let data = if found.definition.starts_with('=') {
        dependencies::of_expression(&snapshot, "$", &found.definition)
    } else {
        Data::Free
    };
    let dependencies = Dependencies {
        data,
        ..Dependencies::default()
    };
    reading
        .member
        .handles
        .set_valid(reading.call.handle, dependencies);
    later(move |cancel| {
        let (text, number) = if found.definition.starts_with('=') {
            let number = snapshot
                .evaluate_until("$", &found.definition, cancel)
                .ok()
                .and_then(|value| value.as_num());
            (snapshot.text_until("$", &found.definition, cancel), number)
        } else {
            (found.definition.clone(), found.definition.trim().parse().ok())
        };
        let meta = found
            .properties()
            .get("qMetaDef")
            .cloned()
            .unwrap_or_else(|| json!({}));
        Ok(json!({ "qLayout": {
            "qInfo": found.info(), "qMeta": meta, "qText": text, "qNum": Double(number.unwrap_or(f64::NAN)),
            "qIsScriptCreated": found.origin == Origin::App
        } }))
    })
}

fn get_info(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    now(json!({ "qInfo": variable(reading)?.info() }))
}

fn get_properties(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    let properties = variable(reading)?.properties();
    now(json!({ "qProp": normal::object(&properties, reading.call.empty) }))
}

fn get_raw_content(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    returned(&variable(reading)?.definition)
}

fn set_definition(editing: &mut Editing<'_>, definition: String) -> Outcome {
    let id = Arc::clone(editing.call.id()?);
    let variable = editing.core.variables_mut().edit(&id).ok_or_else(|| gone(&id))?;
    variable.definition.clone_from(&definition);
    let name = variable.name.clone();
    editing.core.engine.set_variable(&name, definition);
    editing.changes.variables();
    editing.changes.layout(&id);
    done()
}

fn set_string_value(editing: &mut Editing<'_>, params: Text) -> Outcome {
    set_definition(editing, params.q_val)
}

fn set_num_value(editing: &mut Editing<'_>, params: Number) -> Outcome {
    let number = params
        .q_val
        .map(|number| number.0)
        .filter(|number| number.is_finite());
    let number = number.ok_or_else(|| ErrorBody::new(ErrorCode::InvalidParameters, "qVal is no number"))?;
    set_definition(editing, number.to_string())
}

fn set_dual_value(editing: &mut Editing<'_>, params: Dual) -> Outcome {
    let number = params
        .q_num
        .map(|number| number.0)
        .filter(|number| number.is_finite());
    let number = number.ok_or_else(|| ErrorBody::new(ErrorCode::InvalidParameters, "qNum is no number"))?;
    let text = params.q_text.replace('\'', "''");
    set_definition(editing, format!("=Dual('{text}', {number})"))
}

fn set_properties(editing: &mut Editing<'_>, params: Properties) -> Outcome {
    replace_properties(editing, params.q_prop)
}

fn apply_patches(editing: &mut Editing<'_>, params: Patches) -> Outcome {
    let id = editing.call.id()?;
    let mut properties = editing
        .core
        .variables
        .by_id(id)
        .ok_or_else(|| gone(id))?
        .properties();
    let patches: Vec<Patch> = params
        .q_patches
        .into_iter()
        .map(Patch::try_from)
        .collect::<Result<_, _>>()?;
    let steps = Steps::new(editing.call.cancel);
    crate::objects::patch_value(&mut properties, &patches, &steps)?;
    replace_properties(editing, properties)
}

/// New properties. A new name moves the variable: what names it by the new one finds it from now on, and what names it by
/// the old one finds nothing.
fn replace_properties(editing: &mut Editing<'_>, properties: Value) -> Outcome {
    check_spellings(&properties)?;
    let id = Arc::clone(editing.call.id()?);
    let name = new_name(&editing.core.variables, &id, &properties)?;
    let variable = editing.core.variables_mut().edit(&id).ok_or_else(|| gone(&id))?;
    let definition = match properties.get("qDefinition").and_then(Value::as_str) {
        Some(definition) => definition.to_owned(),
        None => variable.definition.clone(),
    };
    variable.properties = properties;
    let old = std::mem::replace(&mut variable.name, name.clone());
    if old != name {
        editing.core.engine.remove_variable(&old);
    }
    set_definition(editing, definition)
}

/// The name that the properties give; absent, it stays.
///
/// # Errors
/// 18001 if another variable has it, 8 if it is none.
fn new_name(variables: &Variables, id: &str, properties: &Value) -> Result<String, ErrorBody> {
    let own = variables.by_id(id).ok_or_else(|| gone(id))?;
    let name = match properties.get("qName") {
        None | Some(Value::Null) => return Ok(own.name.clone()),
        Some(Value::String(name)) if !name.trim().is_empty() => name,
        Some(other) => {
            let message = format!("qName is {other}; a variable's name is a text that is not empty");
            return Err(ErrorBody::new(ErrorCode::InvalidParameters, message));
        }
    };
    match variables.by_name(name) {
        Some(other) if *other.id != *id => Err(ErrorBody::new(ErrorCode::VariableExists, name.clone())),
        _ => Ok(name.clone()),
    }
}
