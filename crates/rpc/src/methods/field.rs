//! Methods of fields.

use std::sync::Arc;

use fanlight_engine::{Elem, FieldId, Found, LockMode, SelectMode, Which};
use fanlight_protocol::{Double, ErrorBody, ErrorCode};
use serde::Deserialize;
use serde_json::json;

use super::{Method, edits, params, reads};
use crate::call::{Call, Editing, Nothing, Outcome, Reading, now, returned};
use crate::handles::Referent;
use crate::view::failed;

params! {
    Matching { q_match: String, q_soft_lock: bool }
    Values { q_field_values: Vec<FieldValue>, q_toggle_mode: bool, q_soft_lock: bool }
    Elements { q_values: Vec<i64>, q_toggle_mode: bool, q_soft_lock: bool }
    Soft { q_soft_lock: bool }
}

/// A value as clients name it: by number or by text.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct FieldValue {
    q_text: String,
    q_is_numeric: bool,
    q_number: Option<Double>,
}

pub(super) const METHODS: &[Method] = &[
    reads!("GetCardinal", get_cardinal),
    reads!("GetNxProperties", get_nx_properties),
    edits!("Select", select),
    edits!("ToggleSelect", toggle_select),
    edits!("SelectValues", select_values),
    edits!("LowLevelSelect", low_level_select),
    edits!("SelectAll", select_all),
    edits!("SelectPossible", select_possible),
    edits!("SelectExcluded", select_excluded),
    edits!("SelectAlternative", select_alternative),
    edits!("Clear", clear),
    edits!("ClearAllButThis", clear_all_but_this),
    edits!("Lock", lock),
    edits!("Unlock", unlock),
];

fn field(call: &Call<'_>) -> Result<(FieldId, Arc<str>), ErrorBody> {
    match call.referent {
        Referent::Field { field, state } => Ok((*field, Arc::clone(state))),
        _ => Err(ErrorBody::new(ErrorCode::InvalidParams, "Invalid handle")),
    }
}

pub(super) const fn lock_mode(soft_lock: bool) -> LockMode {
    if soft_lock {
        LockMode::Override
    } else {
        LockMode::Respect
    }
}

pub(super) const fn select_mode(toggle: bool) -> SelectMode {
    if toggle {
        SelectMode::Toggle
    } else {
        SelectMode::Replace
    }
}

fn get_cardinal(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    let (field, _) = field(reading.call)?;
    returned(reading.core.engine.model().field(field).cardinal())
}

fn get_nx_properties(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    field(reading.call)?;
    now(json!({ "qProperties": {} }))
}

/// Changes the selections unless another object is being selected in; answers whether the engine did it.
fn change(
    editing: &mut Editing<'_>,
    change: impl FnOnce(&mut fanlight_engine::Session, &str, FieldId) -> bool,
) -> Outcome {
    let (field, state) = field(editing.call)?;
    editing.core.may_select(None)?;
    let succeeded = change(&mut editing.core.engine, &state, field);
    if succeeded {
        editing.changes.selections();
    }
    returned(succeeded)
}

fn select(editing: &mut Editing<'_>, params: Matching) -> Outcome {
    select_matching(editing, &params, SelectMode::Replace)
}

fn toggle_select(editing: &mut Editing<'_>, params: Matching) -> Outcome {
    select_matching(editing, &params, SelectMode::Toggle)
}

fn select_matching(editing: &mut Editing<'_>, params: &Matching, mode: SelectMode) -> Outcome {
    check_search(editing.call, &params.q_match)?;
    let found = Found {
        text: &params.q_match,
        mode,
        lock: lock_mode(params.q_soft_lock),
    };
    let (id, state) = field(editing.call)?;
    let snapshot = editing.core.engine.snapshot();
    let elems = snapshot
        .match_until(&state, id, &params.q_match, editing.call.cancel)
        .map_err(|error| failed(&error))?;
    change(editing, |engine, state, field| {
        !elems.is_empty() && engine.select_found(state, field, &elems, found)
    })
}

/// A search is kept as long as the selection that it made is in the history, so it is not of any length.
///
/// # Errors
/// 19 if it is too long.
pub(super) fn check_search(call: &Call<'_>, pattern: &str) -> Result<(), ErrorBody> {
    let limit = call.connection.host.settings.limits.search_bytes;
    if pattern.len() <= limit {
        return Ok(());
    }
    let message = format!("a search may have {limit} bytes");
    Err(ErrorBody::new(ErrorCode::LimitReached, message))
}

fn select_values(editing: &mut Editing<'_>, params: Values) -> Outcome {
    change(editing, |engine, state, field| {
        let symbols = engine.model().field(field).symbols();
        let find = |value: &FieldValue| match value.q_number {
            Some(Double(number)) if value.q_is_numeric => symbols.find(&value.q_text, Some(number)),
            _ => symbols.find_text(&value.q_text),
        };
        let elems: Vec<Elem> = params.q_field_values.iter().filter_map(find).map(Elem).collect();
        let mode = select_mode(params.q_toggle_mode);
        // Values that do not exist must not clear the field.
        let names_none = elems.is_empty() && !params.q_field_values.is_empty();
        !names_none && engine.select(state, field, &elems, mode, lock_mode(params.q_soft_lock))
    })
}

fn low_level_select(editing: &mut Editing<'_>, params: Elements) -> Outcome {
    change(editing, |engine, state, field| {
        let mode = select_mode(params.q_toggle_mode);
        engine.select(
            state,
            field,
            &elems(&params.q_values),
            mode,
            lock_mode(params.q_soft_lock),
        )
    })
}

/// Element numbers; negative ones stand for NULL, totals and others, which cannot be selected.
pub(super) fn elems(values: &[i64]) -> Vec<Elem> {
    values
        .iter()
        .filter_map(|value| u32::try_from(*value).ok())
        .map(Elem)
        .collect()
}

fn select_all(editing: &mut Editing<'_>, params: Soft) -> Outcome {
    select_which(editing, &params, Which::All)
}

fn select_possible(editing: &mut Editing<'_>, params: Soft) -> Outcome {
    select_which(editing, &params, Which::Possible)
}

fn select_excluded(editing: &mut Editing<'_>, params: Soft) -> Outcome {
    select_which(editing, &params, Which::Excluded)
}

fn select_alternative(editing: &mut Editing<'_>, params: Soft) -> Outcome {
    select_which(editing, &params, Which::Alternative)
}

fn select_which(editing: &mut Editing<'_>, params: &Soft, which: Which) -> Outcome {
    let lock = lock_mode(params.q_soft_lock);
    change(editing, |engine, state, field| {
        engine.select_which(state, field, which, lock)
    })
}

fn clear(editing: &mut Editing<'_>, _: Nothing) -> Outcome {
    change(editing, |engine, state, field| {
        engine.clear(state, field, LockMode::Respect)
    })
}

fn clear_all_but_this(editing: &mut Editing<'_>, params: Soft) -> Outcome {
    change(editing, |engine, state, field| {
        engine.clear_others(state, field, lock_mode(params.q_soft_lock));
        true
    })
}

fn lock(editing: &mut Editing<'_>, _: Nothing) -> Outcome {
    change(editing, fanlight_engine::Session::lock)
}

fn unlock(editing: &mut Editing<'_>, _: Nothing) -> Outcome {
    change(editing, fanlight_engine::Session::unlock)
}
