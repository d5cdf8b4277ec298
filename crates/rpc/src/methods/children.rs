//! Methods of objects that have children.

use std::sync::Arc;

use fanlight_protocol::{Class, ErrorBody, ErrorCode, Reference};
use serde_json::{Value, json};

use super::{Method, app_objects, edits, params, reads};
use crate::call::{Editing, Nothing, Outcome, Reading, done, now, returned, success};
use crate::objects::{NewObject, ObjectId, Origin};

params! {
    Id { q_id: String }
    NewChild { q_prop: Value, q_prop_for_this: Value }
    OldChild { q_id: String, q_prop_for_this: Value }
    OldChildren { q_prop_for_this: Value }
    Order { q_ids: Vec<String> }
    Tree { q_prop_entry: Value }
}

pub(super) const METHODS: &[Method] = &[
    reads!("GetChild", get_child),
    reads!("GetChildInfos", get_child_infos),
    reads!("GetParent", get_parent),
    reads!("GetFullPropertyTree", get_full_property_tree),
    edits!("SetFullPropertyTree", set_full_property_tree),
    edits!("CreateChild", create_child),
    edits!("DestroyChild", destroy_child),
    edits!("DestroyAllChildren", destroy_all_children),
    edits!("SetChildArrayOrder", set_child_array_order),
];

fn get_child(reading: &mut Reading<'_>, params: Id) -> Outcome {
    let children = reading.core.objects.children(reading.call.id()?);
    if children.iter().any(|child| **child == *params.q_id) {
        returned(reading.find(Class::GenericObject, &params.q_id)?)
    } else {
        returned(Reference::NONE)
    }
}

fn get_child_infos(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    let objects = &reading.core.objects;
    let children = objects.children(reading.call.id()?);
    let infos: Vec<_> = children
        .iter()
        .filter_map(|id| Some(objects.get(id)?.info(id)))
        .collect();
    now(json!({ "qInfos": infos }))
}

fn get_parent(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    let object = reading.core.objects.get(reading.call.id()?);
    match object.and_then(|object| object.parent.clone()) {
        Some(parent) => returned(reading.find(Class::GenericObject, &parent)?),
        None => returned(Reference::NONE),
    }
}

fn get_full_property_tree(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    let id = reading.call.id()?;
    let tree = reading.core.objects.tree(id);
    let tree = tree.ok_or_else(|| ErrorBody::new(ErrorCode::NotFound, &**id))?;
    now(json!({ "qPropEntry": fanlight_protocol::normal::object(&tree, reading.call.empty) }))
}

fn set_full_property_tree(editing: &mut Editing<'_>, params: Tree) -> Outcome {
    let id = ObjectId::clone(editing.call.id()?);
    // The tree is changed in a copy, so that a mistake in the middle of it changes nothing.
    let mut objects = (*editing.core.objects).clone();
    let destroyed = editing
        .call
        .with_room(|room| objects.set_tree(&id, &params.q_prop_entry, room))?;
    editing.core.objects = Arc::new(objects);
    editing.changes.properties(&id, &editing.core.objects);
    for child in editing.core.objects.children(&id) {
        editing.changes.properties(&child, &editing.core.objects);
    }
    editing.changes.children(&id);
    super::modal::forget(editing, &destroyed);
    editing.changes.destroyed(destroyed);
    done()
}

fn create_child(editing: &mut Editing<'_>, params: NewChild) -> Outcome {
    let parent = ObjectId::clone(editing.call.id()?);
    let origin = match editing.core.objects.get(&parent).map(|object| object.origin) {
        Some(Origin::Session) => Origin::Session,
        _ => Origin::Created,
    };
    let new = NewObject {
        class: Class::GenericObject,
        origin,
        parent: Some(ObjectId::clone(&parent)),
        properties: &params.q_prop,
    };
    let core = &mut *editing.core;
    let id = editing
        .call
        .with_room(|room| core.objects_mut().create(new, room))?;
    set_parent(editing, &parent, &params.q_prop_for_this)?;
    editing.changes.children(&parent);
    app_objects::created(editing, Class::GenericObject, id)
}

fn destroy_child(editing: &mut Editing<'_>, params: OldChild) -> Outcome {
    let parent = ObjectId::clone(editing.call.id()?);
    let object = editing.core.objects.get(&parent);
    let is_child = object.is_some_and(|object| object.children.iter().any(|child| **child == *params.q_id));
    if !is_child {
        return success(false);
    }
    app_objects::remove(editing, &params.q_id);
    set_parent(editing, &parent, &params.q_prop_for_this)?;
    success(true)
}

fn destroy_all_children(editing: &mut Editing<'_>, params: OldChildren) -> Outcome {
    let parent = ObjectId::clone(editing.call.id()?);
    let children = editing
        .core
        .objects
        .get(&parent)
        .map(|object| object.children.clone());
    for child in children.unwrap_or_default() {
        app_objects::remove(editing, &child);
    }
    set_parent(editing, &parent, &params.q_prop_for_this)?;
    done()
}

/// The parent's new properties, which some calls carry beside their main purpose.
fn set_parent(editing: &mut Editing<'_>, parent: &ObjectId, properties: &Value) -> Result<(), ErrorBody> {
    if properties.is_object() {
        editing.core.objects_mut().set_properties(parent, properties)?;
        editing.changes.properties(parent, &editing.core.objects);
    }
    Ok(())
}

fn set_child_array_order(editing: &mut Editing<'_>, params: Order) -> Outcome {
    let id = ObjectId::clone(editing.call.id()?);
    editing.core.objects_mut().set_child_order(&id, &params.q_ids)?;
    editing.changes.children(&id);
    done()
}
