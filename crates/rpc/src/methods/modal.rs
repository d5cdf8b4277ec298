//! The modal selection: an object is selected in, step by step, until that is accepted or taken back.

use fanlight_engine::Accept;

use super::{Method, edits, params};
use crate::call::{Editing, Nothing, Outcome, done};
use crate::core::Modal;
use crate::objects::{Destroyed, ObjectId};
use crate::session;

params! {
    Paths { q_paths: Vec<String> }
    Accepted { q_accept: bool }
}

pub(super) const METHODS: &[Method] = &[
    edits!("BeginSelections", begin_selections),
    edits!("EndSelections", end_selections),
    edits!("ResetMadeSelections", reset_made_selections),
];

fn begin_selections(editing: &mut Editing<'_>, _: Paths) -> Outcome {
    let id = ObjectId::clone(editing.call.id()?);
    editing.core.may_select(Some(&id))?;
    if editing.core.modal.is_none() {
        // Rows stay as they are now, in order and number, because clients address them by number until the end.
        let frozen = editing.core.engine.snapshot();
        editing.core.engine.begin_modal();
        editing.core.modal = Some(Modal {
            owner: ObjectId::clone(&id),
            connection: editing.call.connection.id.clone(),
            frozen,
        });
        editing.changes.layout(&id);
    }
    done()
}

/// Clients end a selection twice, or one that was never begun: nothing happens then.
fn end_selections(editing: &mut Editing<'_>, params: Accepted) -> Outcome {
    if owns_modal(editing)? {
        end(editing, params.q_accept);
    }
    done()
}

fn reset_made_selections(editing: &mut Editing<'_>, _: Nothing) -> Outcome {
    if owns_modal(editing)? {
        let id = ObjectId::clone(editing.call.id()?);
        editing.core.engine.reset_modal();
        editing.changes.layout(&id);
        editing.changes.selections();
    }
    done()
}

fn owns_modal(editing: &Editing<'_>) -> Result<bool, fanlight_protocol::ErrorBody> {
    let id = editing.call.id()?;
    Ok(editing
        .core
        .modal
        .as_ref()
        .is_some_and(|modal| modal.owner == *id))
}

/// Ends the modal selection of whoever owns it.
pub(super) fn abort_modal(editing: &mut Editing<'_>, params: Accepted) -> Outcome {
    end(editing, params.q_accept);
    done()
}

fn end(editing: &mut Editing<'_>, is_accepted: bool) {
    let accept = if is_accepted {
        Accept::Keep
    } else {
        Accept::Discard
    };
    session::end_modal(editing.core, accept, editing.changes);
}

/// What hangs on objects that are gone goes too: their searches, and the modal selection, which is accepted.
pub(super) fn forget(editing: &mut Editing<'_>, destroyed: &Destroyed) {
    let is_gone = |id: &ObjectId| destroyed.iter().any(|(_, gone)| gone == id);
    if editing
        .core
        .modal
        .as_ref()
        .is_some_and(|modal| is_gone(&modal.owner))
    {
        end(editing, true);
    }
    if editing.core.searches.keys().any(|(id, _)| is_gone(id)) {
        editing.core.searches_mut().retain(|(id, _), _| !is_gone(id));
    }
}
