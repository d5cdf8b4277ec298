//! What a request changed, and which handles that makes invalid.

use std::collections::BTreeSet;

use fanlight_engine::Session;
use fanlight_protocol::Class;

use crate::dependencies::Selected;
use crate::handles::{DOC, Handles, Referent};
use crate::objects::{Destroyed, ObjectId, Objects};

/// What one request changed in the engine session.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    all_data: bool,
    /// Selections may have changed; [`Changes::settle`] finds out which.
    may_have_selected: bool,
    selected: Selected,
    variables: bool,
    doc: bool,
    object_lists: bool,
    objects: BTreeSet<ObjectId>,
    parents: BTreeSet<ObjectId>,
    destroyed: Destroyed,
    announced: Vec<Referent>,
}

impl Changes {
    /// The object is new to the client, so its handle counts as changed.
    pub(crate) fn announce(&mut self, class: Class, id: ObjectId) {
        self.announced.push(Referent::Item { class, id });
    }

    /// Selections, locks or history may have changed.
    pub(crate) fn selections(&mut self) {
        self.may_have_selected = true;
    }

    /// Finds out what has changed in the selections since `before`. To be called when the request is done.
    pub(crate) fn settle(&mut self, before: &Session, now: &Session) {
        if !self.may_have_selected {
            return;
        }
        let states = now.states_changed_since(before);
        let steps = |session: &Session| (session.back_count(), session.forward_count());
        if !states.is_empty() || steps(before) != steps(now) {
            self.selected = Selected::In(states);
        }
    }

    fn has_selected(&self) -> bool {
        self.selected != Selected::Nothing
    }

    /// A variable changed or is new or gone.
    pub(crate) fn variables(&mut self) {
        self.all_data = true;
        self.variables = true;
    }

    /// The app's own properties changed.
    pub(crate) fn doc(&mut self) {
        self.doc = true;
    }

    /// Only this object's layout changed.
    pub(crate) fn layout(&mut self, id: &ObjectId) {
        self.objects.insert(id.clone());
    }

    /// The object's properties changed: also what lists it, is its parent, extends it or takes it from the library.
    pub(crate) fn properties(&mut self, id: &ObjectId, objects: &Objects) {
        self.objects.insert(id.clone());
        self.object_lists = true;
        if let Some(object) = objects.get(id) {
            self.parents.extend(object.parent.clone());
            self.all_data |= object.class != Class::GenericObject;
        }
    }

    /// The object has children more, less or in another order.
    pub(crate) fn children(&mut self, id: &ObjectId) {
        self.parents.insert(id.clone());
        self.object_lists = true;
    }

    /// Objects are gone.
    pub(crate) fn destroyed(&mut self, destroyed: Destroyed) {
        self.object_lists = true;
        self.all_data |= destroyed.iter().any(|(class, _)| *class != Class::GenericObject);
        self.destroyed.extend(destroyed);
    }

    pub(crate) fn is_empty(&self) -> bool {
        !(self.all_data || self.has_selected() || self.variables || self.doc || self.object_lists)
            && self.objects.is_empty()
            && self.parents.is_empty()
            && self.destroyed.is_empty()
    }

    /// The request is taken back: handles for what it made go too, and nothing has changed.
    pub(crate) fn take_back(&mut self, handles: &mut Handles) {
        for referent in &self.announced {
            handles.remove(referent);
        }
        *self = Self::default();
    }

    /// The handles of one connection that became invalid, and those that are gone.
    pub(crate) fn apply(&self, handles: &mut Handles, objects: &Objects) -> (Vec<i64>, Vec<i64>) {
        let referent = |(class, id): &(Class, ObjectId)| Referent::Item {
            class: *class,
            id: id.clone(),
        };
        let closed = self
            .destroyed
            .iter()
            .filter_map(|gone| handles.remove(&referent(gone)))
            .collect();
        let announced: Vec<i64> = self
            .announced
            .iter()
            .filter_map(|referent| handles.number_of(referent))
            .collect();
        let mut changed = handles.invalidate(|referent, dependencies| {
            (self.all_data && dependencies.data.is_bound())
                || dependencies.data.follows(&self.selected)
                || (self.variables && dependencies.variables.is_bound())
                || (self.object_lists && dependencies.objects.is_bound())
                || match referent {
                    Referent::Doc => self.doc || self.has_selected(),
                    Referent::Item { id, .. } => {
                        self.objects.iter().any(|changed| objects.extends(id, changed))
                            || (dependencies.children.is_bound() && self.parents.contains(id))
                    }
                    Referent::Field { .. } => false,
                }
        });
        // Pages listen to the app for selections, whether or not they have asked for its layout.
        if self.has_selected() && changed.first() != Some(&DOC) {
            changed.insert(0, DOC);
        }
        changed.extend(announced);
        (changed, closed)
    }
}
