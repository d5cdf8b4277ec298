//! Methods of the app that create, find and remove objects.

use fanlight_protocol::{Class, ErrorBody};
use serde_json::{Value, json};

use super::{Method, edits, params, reads};
use crate::bounded::LayoutBudget;
use crate::call::{Editing, Nothing, Outcome, Reading, now, returned, success};
use crate::handles::Referent;
use crate::objects::{NewObject, ObjectId, Origin, Steps};

params! {
    Id { q_id: String }
    Properties { q_prop: Value }
    Options { q_options: ListOptions }
    ListOptions { q_types: Vec<String>, q_data: Value }
}

pub(super) const METHODS: &[Method] = &[
    reads!("GetObject", get_object),
    reads!("GetObjects", get_objects),
    reads!("GetAllInfos", get_all_infos),
    edits!("CreateSessionObject", create_session_object),
    edits!("DestroySessionObject", destroy_session_object),
    edits!("CreateObject", create_object),
    edits!("DestroyObject", destroy_object),
    edits!("GetOrCreateObject", get_or_create_object),
];

fn get_object(reading: &mut Reading<'_>, params: Id) -> Outcome {
    returned(reading.find(Class::GenericObject, &params.q_id)?)
}

fn get_objects(reading: &mut Reading<'_>, params: Options) -> Outcome {
    let objects = &reading.core.objects;
    let asked = params.q_options;
    let listed = objects.iter().filter(|(_, object)| {
        object.class == Class::GenericObject
            && object.origin != Origin::Session
            && (asked.q_types.is_empty() || asked.q_types.contains(&object.kind))
    });
    let budget = LayoutBudget::default();
    let steps = Steps::new(reading.call.cancel);
    let mut items = Vec::new();
    for (id, object) in listed {
        let effective = objects.effective(id, &steps)?;
        let mut data = serde_json::Map::new();
        for (name, path) in asked.q_data.as_object().into_iter().flatten() {
            let Some(value) = path.as_str().and_then(|path| effective.pointer(path)) else {
                continue;
            };
            budget.copy(value)?;
            data.insert(name.clone(), value.clone());
        }
        items.push(json!({ "qInfo": object.info(id), "qMeta": objects.meta(id, &effective), "qData": data }));
    }
    now(json!({ "qList": items }))
}

fn get_all_infos(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    let listed = reading
        .core
        .objects
        .iter()
        .filter(|(_, object)| object.origin != Origin::Session);
    let infos: Vec<_> = listed.map(|(id, object)| object.info(id)).collect();
    now(json!({ "qInfos": infos }))
}

fn create_session_object(editing: &mut Editing<'_>, params: Properties) -> Outcome {
    let id = create(editing, Class::GenericObject, Origin::Session, &params.q_prop)?;
    created(editing, Class::GenericObject, id)
}

fn create_object(editing: &mut Editing<'_>, params: Properties) -> Outcome {
    let id = create(editing, Class::GenericObject, Origin::Created, &params.q_prop)?;
    created(editing, Class::GenericObject, id)
}

/// Creates an object that has no parent.
pub(super) fn create(
    editing: &mut Editing<'_>,
    class: Class,
    origin: Origin,
    properties: &Value,
) -> Result<ObjectId, ErrorBody> {
    let new = NewObject {
        class,
        origin,
        parent: None,
        properties,
    };
    let core = &mut *editing.core;
    let id = editing
        .call
        .with_room(|room| core.objects_mut().create(new, room))?;
    if origin != Origin::Session {
        editing.changes.properties(&id, &editing.core.objects);
    }
    Ok(id)
}

/// The reply to a creation. The new handle counts as changed, as clients know it from other engines.
pub(super) fn created(editing: &mut Editing<'_>, class: Class, id: ObjectId) -> Outcome {
    let info = editing.core.objects.get(&id).map(|object| object.info(&id));
    let reference = editing.reference(Referent::Item {
        class,
        id: ObjectId::clone(&id),
    })?;
    editing.changes.announce(class, id);
    now(json!({ "qReturn": reference, "qInfo": info }))
}

fn get_or_create_object(editing: &mut Editing<'_>, params: Properties) -> Outcome {
    let id = params
        .q_prop
        .pointer("/qInfo/qId")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let kind = params.q_prop.pointer("/qInfo/qType").and_then(Value::as_str);
    let found = editing.core.objects.find(Class::GenericObject, id);
    let found = found.filter(|(_, object)| Some(object.kind.as_str()) == kind);
    if let Some(id) = found.map(|(id, _)| ObjectId::clone(id)) {
        let class = Class::GenericObject;
        let reference = editing.reference(Referent::Item { class, id })?;
        return now(json!({ "qReturn": reference, "qNewObject": false }));
    }
    let id = create(editing, Class::GenericObject, Origin::Created, &params.q_prop)?;
    let class = Class::GenericObject;
    let reference = editing.reference(Referent::Item { class, id })?;
    now(json!({ "qReturn": reference, "qNewObject": true }))
}

fn destroy_session_object(editing: &mut Editing<'_>, params: Id) -> Outcome {
    destroy(editing, Class::GenericObject, &params.q_id, |origin| {
        origin == Origin::Session
    })
}

/// An object of the app stays: a viewer may change its copy, but not take it from the sheet.
fn destroy_object(editing: &mut Editing<'_>, params: Id) -> Outcome {
    destroy(editing, Class::GenericObject, &params.q_id, |origin| {
        origin != Origin::App
    })
}

/// Removes the object if it is one that `may_go`; says whether it did.
pub(super) fn destroy(
    editing: &mut Editing<'_>,
    class: Class,
    id: &str,
    may_go: impl Fn(Origin) -> bool,
) -> Outcome {
    let found = editing.core.objects.find(class, id);
    if !found.is_some_and(|(_, object)| may_go(object.origin)) {
        return success(false);
    }
    remove(editing, id);
    success(true)
}

/// Removes the object with all that is below it and hangs on it.
pub(super) fn remove(editing: &mut Editing<'_>, id: &str) {
    if let Some(parent) = editing
        .core
        .objects
        .get(id)
        .and_then(|object| object.parent.clone())
    {
        editing.changes.children(&parent);
    }
    let destroyed = editing.core.objects_mut().destroy(id);
    super::modal::forget(editing, &destroyed);
    editing.changes.destroyed(destroyed);
}
