//! An app is read again while its sessions go on.
//!
//! Every engine session of the app changes over as a whole, between two requests: selections are found again by value,
//! what the session changed about objects and variables is put on top of the new ones, and each connection is told that
//! all it holds is to be fetched again. A calculation that is under way ends on the data that it began with.

use std::sync::{Arc, PoisonError};

use fanlight_base::Timestamp;
use fanlight_engine::{Accept, DataModel};
use fanlight_protocol::Push;

use super::Host;
use crate::changes::Changes;
use crate::core::Core;
use crate::handles::{DOC, Referent};
use crate::kept;
use crate::open_app::OpenApp;
use crate::session::{EngineSession, GoodBye, Member, Record, Shared, end_modal, frame};
use crate::{Access, App, CloseCode, FarewellReason};

/// What became of the sessions of an app that was read again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reloaded {
    /// How many engine sessions go on with the new app.
    pub sessions: usize,
    /// How many of them held something that the new app has no place for, such as a selected value.
    pub with_losses: usize,
    /// How many connections were closed because the app is no longer theirs.
    pub closed: usize,
}

impl Host {
    /// Puts `app` in the place of the one with the same id, for sessions to come and for those that live. Waits for
    /// sessions in the middle of a request. What the old app held is freed when the last calculation on it ends.
    pub fn reload_app(&self, app: &App) -> Reloaded {
        let app = Arc::new(OpenApp::stored(app));
        self.apps
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(app.name.clone(), Arc::clone(&app));
        // Whoever connects from here on finds the new app: a session is made while the sessions are locked.
        let mut reloaded = Reloaded::default();
        for session in self.live() {
            if session.key.app != app.name {
                continue;
            }
            let mut shared = session.lock();
            let now = self.clock.now();
            reloaded.closed += close_strangers(&session, &mut shared, &app.access, now);
            let n_lost = change_over(&mut shared, &app, now);
            reloaded.sessions += 1;
            reloaded.with_losses += usize::from(n_lost > 0);
        }
        reloaded
    }
}

/// Closes the connections of those who may not open the app any more; how many.
fn close_strangers(session: &EngineSession, shared: &mut Shared, access: &Access, now: Timestamp) -> usize {
    let before = shared.members.len();
    let farewell = GoodBye {
        code: CloseCode::NotPermitted,
        reason: FarewellReason::NotPermitted,
        message: "the app is no longer open to this user",
        now,
    };
    shared.close(&farewell, |member| !access.allows(member.viewer()));
    let closed = before - shared.members.len();
    if closed > 0 {
        session.publish(shared);
    }
    closed
}

/// Gives a session the new app; how many things of the session have no place in it.
fn change_over(shared: &mut Shared, app: &Arc<OpenApp>, now: Timestamp) -> usize {
    // Rows that are frozen for a modal selection are those of the old data.
    let mut ended = Changes::default();
    end_modal(&mut shared.core, Accept::Keep, &mut ended);
    let old = &shared.core;
    let kept = kept::whole(old);
    let mut new = Core::new(Arc::clone(app), old.engine.user(), now, old.cache.emptied());
    let losses = kept::restore(&mut new, &kept).into_texts();
    new.opened = old.opened;
    new.searches = Arc::clone(&old.searches);
    let models = (Arc::clone(old.engine.model()), Arc::clone(&app.model));
    let record = Record {
        exists: shared.record.exists,
        // What the journal has was written against the old app.
        is_complete: !shared.record.exists,
        ..Record::of(&new)
    };
    shared.core = new;
    shared.record = record;
    for member in shared.members.values_mut() {
        tell(member, &shared.core, (&models.0, &models.1));
    }
    losses.len()
}

/// Tells a connection that everything it holds has changed, and which of it is gone.
fn tell(member: &mut Member, core: &Core, (old, new): (&DataModel, &DataModel)) {
    let closed = member.handles.retarget(|referent| match referent {
        Referent::Doc => Some(Referent::Doc),
        Referent::Item { class, id } => {
            let is_variable = core.variables.by_id(id).is_some();
            let is_there = is_variable || core.objects.find(*class, id).is_some();
            is_there.then(|| referent.clone())
        }
        Referent::Field { field, state } => Some(Referent::Field {
            field: new.field_id(old.field(*field).name())?,
            state: Arc::clone(state),
        }),
    });
    let mut changed = member.handles.invalidate(|_, _| true);
    if changed.first() != Some(&DOC) {
        changed.insert(0, DOC);
    }
    // A full outbox is its owner's to close.
    let _ = member.outbox.send(frame(&Push::new(&changed, &closed)));
}
