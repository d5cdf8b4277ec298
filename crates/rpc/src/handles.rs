//! The handles of one connection: small numbers for the things a client works with.

use std::collections::HashMap;
use std::sync::Arc;

use fanlight_engine::FieldId;
use fanlight_protocol::Class;

use crate::dependencies::Dependencies;
use crate::objects::ObjectId;

/// The handle of Global on every connection.
pub(crate) const GLOBAL: i64 = -1;

/// The handle of the app on every connection: some clients take it for granted.
pub(crate) const DOC: i64 = 1;

/// What a handle stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Referent {
    /// The open app.
    Doc,
    /// An object, a master item or a variable.
    Item { class: Class, id: ObjectId },
    /// A field in one selection state.
    Field { field: FieldId, state: Arc<str> },
}

impl Referent {
    /// The class whose methods the handle has.
    pub(crate) const fn class(&self) -> Class {
        match self {
            Self::Doc => Class::Doc,
            Self::Item { class, .. } => *class,
            Self::Field { .. } => Class::Field,
        }
    }
}

/// The handles of one connection. A number is never used twice in the process, because clients keep listeners under
/// the numbers of handles that are gone.
#[derive(Debug, Default)]
pub(crate) struct Handles {
    by_number: HashMap<i64, Referent>,
    by_referent: HashMap<Referent, i64>,
    /// Handles whose layout the client has and has not been told to fetch again, with what that layout depends on.
    valid: HashMap<i64, Dependencies>,
}

impl Handles {
    pub(crate) fn get(&self, handle: i64) -> Option<Referent> {
        match handle {
            DOC => Some(Referent::Doc),
            _ => self.by_number.get(&handle).cloned(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_number.len()
    }

    pub(crate) fn number_of(&self, referent: &Referent) -> Option<i64> {
        match referent {
            Referent::Doc => Some(DOC),
            _ => self.by_referent.get(referent).copied(),
        }
    }

    /// Gives `referent` the number `handle`. It must not have one yet.
    pub(crate) fn insert(&mut self, handle: i64, referent: Referent) {
        self.by_number.insert(handle, referent.clone());
        self.by_referent.insert(referent, handle);
    }

    /// Takes the handle away from what is gone; returns it if there was one.
    pub(crate) fn remove(&mut self, referent: &Referent) -> Option<i64> {
        let handle = self.by_referent.remove(referent)?;
        self.by_number.remove(&handle);
        self.valid.remove(&handle);
        Some(handle)
    }

    /// Gives every handle what `target` makes of its referent. Handles of what is gone, where that is nothing, are taken
    /// away and given back, sorted.
    pub(crate) fn retarget(&mut self, mut target: impl FnMut(&Referent) -> Option<Referent>) -> Vec<i64> {
        let mut gone = Vec::new();
        self.by_referent.clear();
        let handles = std::mem::take(&mut self.by_number);
        for (handle, referent) in handles {
            match target(&referent) {
                Some(referent) => self.insert(handle, referent),
                None => {
                    self.valid.remove(&handle);
                    gone.push(handle);
                }
            }
        }
        gone.sort_unstable();
        gone
    }

    /// The client fetches the layout behind `handle`, which depends on `dependencies`.
    pub(crate) fn set_valid(&mut self, handle: i64, dependencies: Dependencies) {
        self.valid.insert(handle, dependencies);
    }

    /// The valid handles that `is_affected`, sorted; they are invalid from now on.
    pub(crate) fn invalidate(
        &mut self,
        mut is_affected: impl FnMut(&Referent, &Dependencies) -> bool,
    ) -> Vec<i64> {
        let mut affected: Vec<i64> = self
            .valid
            .iter()
            .filter(|(handle, dependencies)| {
                let referent = if **handle == DOC {
                    Some(&Referent::Doc)
                } else {
                    self.by_number.get(handle)
                };
                referent.is_some_and(|referent| is_affected(referent, dependencies))
            })
            .map(|(handle, _)| *handle)
            .collect();
        affected.sort_unstable();
        for handle in &affected {
            self.valid.remove(handle);
        }
        affected
    }
}
