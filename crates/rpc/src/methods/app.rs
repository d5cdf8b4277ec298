//! Methods of the app: its layout, its properties, its data model.

use std::sync::Arc;

use fanlight_protocol::{ErrorBody, ErrorCode, normal};
use serde_json::{Value, json};

use super::{Method, edits, grammar, params, reads};
use crate::call::{Editing, Nothing, Outcome, Reading, done, now, returned};
use crate::dependencies::Dependencies;
use crate::handles::{DOC, Referent};
use crate::objects::misspelled;
use crate::open_app::AppKind;
use crate::to_wire;

params! {
    Properties { q_prop: Value }
    FieldName { q_field_name: String }
    FieldOfState { q_field_name: String, q_state_name: String }
    State { q_state_name: String, q_source_state_name: String }
    Anything {}
}

pub(super) const METHODS: &[Method] = &[
    reads!("GetAppLayout", get_app_layout),
    reads!("GetAppProperties", get_app_properties),
    edits!("SetAppProperties", set_app_properties),
    reads!("GetLocaleInfo", get_locale_info),
    reads!("GetTablesAndKeys", get_tables_and_keys),
    reads!("GetFieldDescription", get_field_description),
    reads!("GetField", get_field),
    edits!("AddSessionAlternateState", add_state),
    edits!("RemoveSessionAlternateState", remove_state),
    reads!("ClearUndoBuffer", nothing_to_do),
    reads!("SetFetchLimit", nothing_to_do),
    reads!("MigrateVariables", nothing_to_do),
    reads!("MigrateDerivedFields", nothing_to_do),
    reads!("SetViewDlgSaveInfo", nothing_to_do),
    reads!("Resume", nothing_to_do),
    reads!("GetScript", get_script),
    reads!("GetEmptyScript", get_empty_script),
    reads!("GetConnections", get_connections),
    reads!("GetLineage", get_lineage),
    reads!("GetExpressionBNF", get_expression_bnf),
    reads!("GetExpressionBNFHash", get_expression_bnf_hash),
];

fn get_app_layout(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    // Nothing in it follows the selections.
    reading.member.handles.set_valid(DOC, Dependencies::default());
    let layout = to_wire::app_layout(&reading.view(), reading.call.now);
    now(json!({ "qLayout": layout }))
}

fn get_app_properties(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    now(json!({ "qProp": &*reading.core.app_properties }))
}

fn set_app_properties(editing: &mut Editing<'_>, params: Properties) -> Outcome {
    if editing.core.app.kind == AppKind::Stored {
        return Err(ErrorBody::new(
            ErrorCode::AccessDenied,
            "the app may only be read",
        ));
    }
    if !params.q_prop.is_object() {
        return Err(ErrorBody::new(ErrorCode::InvalidParameters, "qProp is no object"));
    }
    normal::check_app(&params.q_prop).map_err(|error| misspelled(&error))?;
    editing.core.app_properties = Arc::new(normal::app(&params.q_prop));
    editing.changes.doc();
    done()
}

fn get_locale_info(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    returned(to_wire::locale_info(&reading.core.app.locale, reading.call.now))
}

fn get_tables_and_keys(reading: &mut Reading<'_>, _: Anything) -> Outcome {
    now(to_wire::tables_and_keys(&reading.core.app.model))
}

fn get_field_description(reading: &mut Reading<'_>, params: FieldName) -> Outcome {
    match to_wire::field_description(&reading.core.app.model, &params.q_field_name) {
        Some(description) => returned(description),
        None => Err(ErrorBody::new(ErrorCode::NotFound, params.q_field_name)),
    }
}

fn get_field(reading: &mut Reading<'_>, params: FieldOfState) -> Outcome {
    let model = reading.core.engine.model();
    let name = &params.q_field_name;
    let field = model
        .field_id(name)
        .or_else(|| model.field_id(crate::from_wire::bare(name)));
    let Some(field) = field else {
        return returned(fanlight_protocol::Reference::NONE);
    };
    let state = if params.q_state_name.is_empty() {
        "$"
    } else {
        &params.q_state_name
    };
    if !reading.core.engine.states().iter().any(|other| other == state) {
        let message = format!("there is no alternate state {state}");
        return Err(ErrorBody::new(ErrorCode::InvalidParameters, message));
    }
    let state = state.into();
    let reference = reading.reference(Referent::Field { field, state })?;
    returned(reference)
}

fn add_state(editing: &mut Editing<'_>, params: State) -> Outcome {
    let limit = editing.call.connection.host.settings.limits.states_per_session;
    if editing.core.engine.states().len() > limit {
        let message = format!("this session has {limit} alternate states already");
        return Err(ErrorBody::new(ErrorCode::LimitReached, message));
    }
    let source = Some(params.q_source_state_name.as_str()).filter(|source| !source.is_empty());
    if !editing.core.engine.add_state(&params.q_state_name, source) {
        let message = format!(
            "the state {:?} is there already, or there is nothing to copy",
            params.q_state_name
        );
        return Err(ErrorBody::new(ErrorCode::InvalidParameters, message));
    }
    editing.changes.selections();
    done()
}

fn remove_state(editing: &mut Editing<'_>, params: State) -> Outcome {
    let removed = editing.core.engine.remove_state(&params.q_state_name);
    if removed {
        editing.changes.selections();
    }
    crate::call::success(removed)
}

fn nothing_to_do(_: &mut Reading<'_>, _: Anything) -> Outcome {
    done()
}

/// Apps are folders; they have no script.
fn get_script(_: &mut Reading<'_>, _: Nothing) -> Outcome {
    now(json!({ "qScript": "" }))
}

fn get_empty_script(_: &mut Reading<'_>, _: Anything) -> Outcome {
    returned("")
}

fn get_connections(_: &mut Reading<'_>, _: Nothing) -> Outcome {
    now(json!({ "qConnections": [] }))
}

fn get_lineage(_: &mut Reading<'_>, _: Nothing) -> Outcome {
    now(json!({ "qLineage": [] }))
}

fn get_expression_bnf(_: &mut Reading<'_>, _: Nothing) -> Outcome {
    grammar::expression_bnf()
}

fn get_expression_bnf_hash(_: &mut Reading<'_>, _: Nothing) -> Outcome {
    grammar::expression_bnf_hash()
}
