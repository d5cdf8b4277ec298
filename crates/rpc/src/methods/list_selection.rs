//! Selecting, searching, clearing and locking in list objects; clearing and locking also in cubes.

use fanlight_engine::{Elem, ElemState, FieldId, Found, LockMode, SelectMode};
use fanlight_protocol::{ErrorBody, ErrorCode};

use super::cube_selection::Range;
use super::field::{check_search, elems, lock_mode, select_mode};
use super::{Method, edits, params};
use crate::call::{Editing, Outcome, done, success};
use crate::from_wire::ListPlan;
use crate::layout;
use crate::objects::ObjectId;
use crate::view::failed;

params! {
    Values { q_path: String, q_values: Vec<i64>, q_toggle_mode: bool, q_soft_lock: bool }
    Group { q_path: String, q_soft_lock: bool }
    Ranges { q_path: String, q_ranges: Vec<Range>, q_soft_lock: bool }
    Search { q_path: String, q_match: String }
    Accepted { q_path: String, q_toggle_mode: bool, q_soft_lock: bool }
    Aborted { q_path: String }
    Columns { q_path: String, q_col_indices: Vec<i64> }
}

pub(super) const METHODS: &[Method] = &[
    edits!("SelectListObjectValues", select_values),
    edits!("SelectListObjectAll", select_all),
    edits!("SelectListObjectPossible", select_possible),
    edits!("SelectListObjectExcluded", select_excluded),
    edits!("SelectListObjectAlternative", select_alternative),
    edits!("SelectListObjectContinuousRange", select_continuous_range),
    edits!("SearchListObjectFor", search),
    edits!("AcceptListObjectSearch", accept_search),
    edits!("AbortListObjectSearch", abort_search),
    edits!("ClearSelections", clear_selections),
    edits!("Lock", lock),
    edits!("Unlock", unlock),
];

/// The list that a call is about.
struct List {
    id: ObjectId,
    plan: ListPlan,
    /// `None` for a mistaken definition: then nothing can be selected.
    field: Option<FieldId>,
}

impl List {
    fn of(editing: &Editing<'_>, path: &str) -> Result<Self, ErrorBody> {
        let id = ObjectId::clone(editing.call.id()?);
        let view = editing.core.view();
        let plan = layout::list_plan(&view, &id, path)?;
        let field = plan.field(&view.snapshot);
        Ok(Self { id, plan, field })
    }

    /// The list, and the object may select.
    fn selectable(editing: &Editing<'_>, path: &str) -> Result<Self, ErrorBody> {
        editing.core.may_select(Some(editing.call.id()?))?;
        Self::of(editing, path)
    }

    /// The values that the search finds; all values if there is no search.
    fn hits(&self, editing: &Editing<'_>, field: FieldId) -> Result<Vec<Elem>, ErrorBody> {
        let Some(pattern) = &self.plan.engine.search else {
            let n_values = editing.core.engine.model().field(field).cardinal();
            let all = 0..u32::try_from(n_values).unwrap_or(u32::MAX);
            return Ok(all.map(Elem).collect());
        };
        let snapshot = editing.core.engine.snapshot();
        let hits = snapshot.search_until(self.plan.state(), field, pattern, editing.call.cancel);
        match hits {
            Ok(hits) => Ok(hits.into_iter().map(|hit| hit.elem).collect()),
            Err(error) => Err(failed(&error)),
        }
    }
}

fn finish(editing: &mut Editing<'_>, succeeded: bool) -> Outcome {
    if succeeded {
        editing.changes.selections();
    }
    success(succeeded)
}

fn select_values(editing: &mut Editing<'_>, params: Values) -> Outcome {
    let list = List::selectable(editing, &params.q_path)?;
    let Some(field) = list.field else {
        return success(false);
    };
    let values = elems(&params.q_values);
    let names_none = values.is_empty() && !params.q_values.is_empty();
    let mode = select_mode(params.q_toggle_mode);
    let engine = &mut editing.core.engine;
    let succeeded = !names_none
        && engine.select(
            list.plan.state(),
            field,
            &values,
            mode,
            lock_mode(params.q_soft_lock),
        );
    finish(editing, succeeded)
}

fn select_all(editing: &mut Editing<'_>, params: Group) -> Outcome {
    select_group(editing, &params, |_| true)
}

fn select_possible(editing: &mut Editing<'_>, params: Group) -> Outcome {
    select_group(editing, &params, |state| {
        matches!(state, ElemState::Selected | ElemState::Locked | ElemState::Option)
    })
}

fn select_excluded(editing: &mut Editing<'_>, params: Group) -> Outcome {
    select_group(editing, &params, |state| {
        matches!(state, ElemState::Alternative | ElemState::Excluded)
    })
}

fn select_alternative(editing: &mut Editing<'_>, params: Group) -> Outcome {
    select_group(editing, &params, |state| state == ElemState::Alternative)
}

/// Selects the values that `is_wanted` among those that the list shows.
fn select_group(editing: &mut Editing<'_>, params: &Group, is_wanted: impl Fn(ElemState) -> bool) -> Outcome {
    let list = List::selectable(editing, &params.q_path)?;
    let Some(field) = list.field else {
        return success(false);
    };
    let state = list.plan.state();
    let snapshot = editing.core.engine.snapshot();
    let values: Vec<Elem> = list
        .hits(editing, field)?
        .into_iter()
        .filter(|elem| is_wanted(snapshot.elem_state(state, field, *elem)))
        .collect();
    let lock = lock_mode(params.q_soft_lock);
    let engine = &mut editing.core.engine;
    let succeeded = !values.is_empty() && engine.select(state, field, &values, SelectMode::Replace, lock);
    finish(editing, succeeded)
}

fn select_continuous_range(editing: &mut Editing<'_>, params: Ranges) -> Outcome {
    let list = List::selectable(editing, &params.q_path)?;
    let Some(field) = list.field else {
        return success(false);
    };
    let ranges: Vec<_> = params.q_ranges.into_iter().map(Into::into).collect();
    let lock = lock_mode(params.q_soft_lock);
    let engine = &mut editing.core.engine;
    let succeeded = engine.select_ranges(list.plan.state(), field, &ranges, SelectMode::Replace, lock);
    finish(editing, succeeded)
}

fn search(editing: &mut Editing<'_>, params: Search) -> Outcome {
    check_search(editing.call, &params.q_match)?;
    let list = List::of(editing, &params.q_path)?;
    if list.field.is_none() {
        return success(false);
    }
    let key = (ObjectId::clone(&list.id), params.q_path);
    if params.q_match.is_empty() {
        editing.core.searches_mut().remove(&key);
    } else {
        editing.core.searches_mut().insert(key, params.q_match);
    }
    editing.changes.layout(&list.id);
    success(true)
}

fn accept_search(editing: &mut Editing<'_>, params: Accepted) -> Outcome {
    let list = List::selectable(editing, &params.q_path)?;
    let (Some(field), Some(pattern)) = (list.field, list.plan.engine.search.clone()) else {
        return done();
    };
    let hits = list.hits(editing, field)?;
    let found = Found {
        text: &pattern,
        mode: select_mode(params.q_toggle_mode),
        lock: lock_mode(params.q_soft_lock),
    };
    let engine = &mut editing.core.engine;
    if !hits.is_empty() && engine.select_found(list.plan.state(), field, &hits, found) {
        editing.changes.selections();
    }
    end_search(editing, &list.id, &params.q_path);
    done()
}

/// Clients abort searches that are not there, up to three times in a row: nothing happens then.
fn abort_search(editing: &mut Editing<'_>, params: Aborted) -> Outcome {
    let id = ObjectId::clone(editing.call.id()?);
    end_search(editing, &id, &params.q_path);
    done()
}

fn end_search(editing: &mut Editing<'_>, id: &ObjectId, path: &str) {
    let key = (ObjectId::clone(id), path.to_owned());
    if editing.core.searches.contains_key(&key) {
        editing.core.searches_mut().remove(&key);
        editing.changes.layout(id);
    }
}

/// What a call does to one field.
type Change = fn(&mut fanlight_engine::Session, &str, FieldId) -> bool;

fn clear_selections(editing: &mut Editing<'_>, params: Columns) -> Outcome {
    change_fields(editing, &params, |engine, state, field| {
        engine.clear(state, field, LockMode::Respect)
    })
}

fn lock(editing: &mut Editing<'_>, params: Columns) -> Outcome {
    change_fields(editing, &params, fanlight_engine::Session::lock)
}

fn unlock(editing: &mut Editing<'_>, params: Columns) -> Outcome {
    change_fields(editing, &params, fanlight_engine::Session::unlock)
}

/// Changes the field of a list, or the fields of a cube's dimensions.
fn change_fields(editing: &mut Editing<'_>, params: &Columns, change: Change) -> Outcome {
    editing.core.may_select(Some(editing.call.id()?))?;
    let (state, fields) = fields(editing, params)?;
    for field in fields {
        if change(&mut editing.core.engine, &state, field) {
            editing.changes.selections();
        }
    }
    done()
}

fn fields(editing: &Editing<'_>, params: &Columns) -> Result<(String, Vec<FieldId>), ErrorBody> {
    if params.q_path.ends_with("/qListObjectDef") {
        let list = List::of(editing, &params.q_path)?;
        return Ok((list.plan.state().to_owned(), list.field.into_iter().collect()));
    }
    let plan = layout::cube_plan(&editing.core.view(), editing.call.id()?, &params.q_path)?;
    let model = editing.core.engine.model();
    let all = 0..plan.engine.dims.len();
    let wanted: Vec<usize> = if params.q_col_indices.is_empty() {
        all.collect()
    } else {
        params
            .q_col_indices
            .iter()
            .filter_map(|column| usize::try_from(*column).ok())
            .collect()
    };
    let mut fields = Vec::new();
    for dim in wanted {
        let Some(dim) = plan.engine.dims.get(dim) else {
            return Err(ErrorBody::new(
                ErrorCode::InvalidParameters,
                format!("there is no dimension {dim}"),
            ));
        };
        let bare = crate::from_wire::bare(&dim.field);
        fields.extend(model.field_id(&dim.field).or_else(|| model.field_id(bare)));
    }
    Ok((plan.state().to_owned(), fields))
}
