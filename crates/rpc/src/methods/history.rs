//! Methods of the app that go back and forth, clear and lock.

use fanlight_engine::LockMode;

use super::{Method, edits, modal, params, reads};
use crate::call::{Editing, Nothing, Outcome, Reading, done, returned};

params! {
    Clear { q_locked_also: bool, q_state_name: String }
    State { q_state_name: String }
}

pub(super) const METHODS: &[Method] = &[
    edits!("Back", back),
    edits!("Forward", forward),
    reads!("BackCount", back_count),
    reads!("ForwardCount", forward_count),
    edits!("ClearAll", clear_all),
    edits!("LockAll", lock_all),
    edits!("UnlockAll", unlock_all),
    edits!("AbortModal", modal::abort_modal),
];

fn back(editing: &mut Editing<'_>, _: Nothing) -> Outcome {
    editing.core.may_select(None)?;
    if editing.core.engine.back() {
        editing.changes.selections();
    }
    done()
}

fn forward(editing: &mut Editing<'_>, _: Nothing) -> Outcome {
    editing.core.may_select(None)?;
    if editing.core.engine.forward() {
        editing.changes.selections();
    }
    done()
}

fn back_count(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    returned(reading.core.engine.back_count())
}

fn forward_count(reading: &mut Reading<'_>, _: Nothing) -> Outcome {
    returned(reading.core.engine.forward_count())
}

/// Without a state's name the default state is meant.
fn named(state: &str) -> &str {
    if state.is_empty() { "$" } else { state }
}

fn clear_all(editing: &mut Editing<'_>, params: Clear) -> Outcome {
    editing.core.may_select(None)?;
    let lock = if params.q_locked_also {
        LockMode::Override
    } else {
        LockMode::Respect
    };
    let before = editing.core.engine.version();
    editing
        .core
        .engine
        .clear_all(Some(named(&params.q_state_name)), lock);
    if editing.core.engine.version() != before {
        editing.changes.selections();
    }
    done()
}

fn lock_all(editing: &mut Editing<'_>, params: State) -> Outcome {
    editing.core.may_select(None)?;
    if editing.core.engine.lock_all(named(&params.q_state_name)) {
        editing.changes.selections();
    }
    done()
}

fn unlock_all(editing: &mut Editing<'_>, params: State) -> Outcome {
    editing.core.may_select(None)?;
    if editing.core.engine.unlock_all(named(&params.q_state_name)) {
        editing.changes.selections();
    }
    done()
}
