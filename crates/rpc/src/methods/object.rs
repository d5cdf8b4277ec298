//! Methods that objects have in common: layout, properties, patches.
//!
//! Properties of the app's own objects may be changed by anyone who sees them, because charts mend their properties when
//! they are drawn; such a change lives in the engine session and reaches nobody else.

use fanlight_protocol::normal;
use fanlight_protocol::{ErrorBody, ErrorCode};
use serde_json::{Value, json};

use super::{Method, edits, params, reads};
use crate::call::{Editing, Nothing, Outcome, Reading, done, later, now};
use crate::dependencies;
use crate::layout;
use crate::objects::{ObjectId, Patch, Steps, WirePatch};

params! {
    Properties { q_prop: Value }
    Patches { q_patches: Vec<WirePatch>, q_soft_patch: bool }
    Source { q_from_id: String }
}

pub(super) const METHODS: &[Method] = &[
    reads!("GetLayout", get_layout),
    reads!("GetInfo", get_info),
    reads!("GetProperties", get_properties),
    reads!("GetEffectiveProperties", get_effective_properties),
    edits!("SetProperties", set_properties),
    edits!("ApplyPatches", apply_patches),
    edits!("ClearSoftPatches", clear_soft_patches),
    edits!("CopyFrom", copy_from),
];

pub(super) fn get_layout(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    let id = ObjectId::clone(reading.call.id()?);
    let view = reading.view();
    let dependencies = dependencies::of_object(&view, &id, &view.effective(&id)?);
    // From here on the client is told of changes: those that come after this view and before the layout is there too.
    reading
        .member
        .handles
        .set_valid(reading.call.handle, dependencies);
    later(move |cancel| Ok(json_member("qLayout", layout::object(&view, &id, cancel)?)))
}

/// An object of one member, whose value need not be JSON yet.
fn json_member<T>(name: &'static str, value: T) -> std::collections::HashMap<&'static str, T> {
    std::iter::once((name, value)).collect()
}

pub(super) fn get_info(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    let id = reading.call.id()?;
    let object = reading.core.objects.get(id);
    let object = object.ok_or_else(|| ErrorBody::new(ErrorCode::NotFound, &**id))?;
    now(json!({ "qInfo": object.info(id) }))
}

pub(super) fn get_properties(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    let id = reading.call.id()?;
    let object = reading.core.objects.get(id);
    let object = object.ok_or_else(|| ErrorBody::new(ErrorCode::NotFound, &**id))?;
    now(json!({ "qProp": normal::object(&object.properties, reading.call.empty) }))
}

fn get_effective_properties(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    let effective = reading.view().effective(reading.call.id()?)?;
    now(json!({ "qProp": normal::object(&effective, reading.call.empty) }))
}

pub(super) fn set_properties(editing: &mut Editing<'_>, params: Properties) -> Outcome {
    let id = ObjectId::clone(editing.call.id()?);
    editing.core.objects_mut().set_properties(&id, &params.q_prop)?;
    changed(editing, &id);
    done()
}

pub(super) fn apply_patches(editing: &mut Editing<'_>, params: Patches) -> Outcome {
    let id = ObjectId::clone(editing.call.id()?);
    let patches: Vec<Patch> = params
        .q_patches
        .into_iter()
        .map(Patch::try_from)
        .collect::<Result<_, _>>()?;
    let steps = Steps::new(editing.call.cancel);
    if params.q_soft_patch {
        editing.core.objects_mut().patch_softly(&id, patches, &steps)?;
        editing.changes.layout(&id);
    } else {
        editing.core.objects_mut().patch(&id, &patches, &steps)?;
        changed(editing, &id);
    }
    done()
}

fn clear_soft_patches(editing: &mut Editing<'_>, _: Nothing) -> Outcome {
    let id = ObjectId::clone(editing.call.id()?);
    editing.core.objects_mut().clear_soft_patches(&id)?;
    editing.changes.layout(&id);
    done()
}

fn copy_from(editing: &mut Editing<'_>, params: Source) -> Outcome {
    let id = ObjectId::clone(editing.call.id()?);
    let source = editing.core.objects.get(&params.q_from_id);
    let source = source.ok_or_else(|| ErrorBody::new(ErrorCode::NotFound, params.q_from_id.clone()))?;
    let properties = std::sync::Arc::clone(&source.properties);
    editing.core.objects_mut().set_properties(&id, &properties)?;
    changed(editing, &id);
    done()
}

/// The object's own properties are others now.
fn changed(editing: &mut Editing<'_>, id: &ObjectId) {
    editing.changes.properties(id, &editing.core.objects);
    let class = editing.core.objects.get(id).map(|object| object.class);
    if class == Some(fanlight_protocol::Class::GenericMeasure) {
        editing.core.refresh_library();
    }
}
