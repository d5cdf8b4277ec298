//! Master dimensions and measures.

use fanlight_protocol::{Class, ErrorBody, ErrorCode};
use serde_json::{Value, json};

use super::{Method, app_objects, edits, object, params, reads};
use crate::call::{Editing, Nothing, Outcome, Reading, now, returned};
use crate::objects::Origin;

params! {
    Id { q_id: String }
    Properties { q_prop: Value }
}

/// What the app does with them.
pub(super) const DOC_METHODS: &[Method] = &[
    reads!("GetDimension", get_dimension_object),
    reads!("GetMeasure", get_measure_object),
    edits!("CreateDimension", create_dimension),
    edits!("CreateMeasure", create_measure),
    edits!("DestroyDimension", destroy_dimension),
    edits!("DestroyMeasure", destroy_measure),
];

/// What both kinds do.
pub(super) const METHODS: &[Method] = &[
    reads!("GetLayout", object::get_layout),
    reads!("GetInfo", object::get_info),
    reads!("GetProperties", object::get_properties),
    edits!("SetProperties", object::set_properties),
    edits!("ApplyPatches", object::apply_patches),
];

pub(super) const DIMENSION_METHODS: &[Method] = &[
    reads!("GetDimension", get_dimension),
    reads!("GetActiveField", get_active_field),
];

pub(super) const MEASURE_METHODS: &[Method] = &[reads!("GetMeasure", get_measure)];

fn get_dimension_object(reading: &mut Reading<'_>, params: Id) -> Outcome {
    returned(reading.find(Class::GenericDimension, &params.q_id)?)
}

fn get_measure_object(reading: &mut Reading<'_>, params: Id) -> Outcome {
    returned(reading.find(Class::GenericMeasure, &params.q_id)?)
}

fn create_dimension(editing: &mut Editing<'_>, params: Properties) -> Outcome {
    let id = app_objects::create(editing, Class::GenericDimension, Origin::Created, &params.q_prop)?;
    app_objects::created(editing, Class::GenericDimension, id)
}

fn create_measure(editing: &mut Editing<'_>, params: Properties) -> Outcome {
    let id = app_objects::create(editing, Class::GenericMeasure, Origin::Created, &params.q_prop)?;
    editing.core.refresh_library();
    app_objects::created(editing, Class::GenericMeasure, id)
}

fn destroy_dimension(editing: &mut Editing<'_>, params: Id) -> Outcome {
    app_objects::destroy(editing, Class::GenericDimension, &params.q_id, |origin| {
        origin != Origin::App
    })
}

fn destroy_measure(editing: &mut Editing<'_>, params: Id) -> Outcome {
    let outcome = app_objects::destroy(editing, Class::GenericMeasure, &params.q_id, |origin| {
        origin != Origin::App
    });
    editing.core.refresh_library();
    outcome
}

fn property(reading: &Reading<'_>, name: &str) -> Result<Value, ErrorBody> {
    let id = reading.call.id()?;
    let object = reading.core.objects.get(id);
    let object = object.ok_or_else(|| ErrorBody::new(ErrorCode::NotFound, &**id))?;
    Ok(object.properties.get(name).cloned().unwrap_or_else(|| json!({})))
}

fn get_dimension(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    now(json!({ "qDim": property(reading, "qDim")? }))
}

fn get_measure(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    now(json!({ "qMeasure": property(reading, "qMeasure")? }))
}

/// The field in use of a group: cyclic groups of master dimensions do not step yet, so it is the first.
fn get_active_field(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    reading.call.id()?;
    returned(0)
}
