//! Parents, children and whole trees of objects.

use std::collections::HashMap;
use std::sync::Arc;

use fanlight_protocol::{Class, ErrorBody, ErrorCode};
use serde_json::{Value, json};

use super::{NewObject, ObjectId, Objects, Room};

/// Objects that are gone, parents before their children.
pub(crate) type Destroyed = Vec<(Class, ObjectId)>;

/// How deep a tree of objects may be: a request must not overflow the stack.
const MAX_DEPTH: usize = 32;

impl Objects {
    /// Removes the object and everything below it.
    pub(crate) fn destroy(&mut self, id: &str) -> Destroyed {
        let mut destroyed = Destroyed::new();
        self.destroy_into(id, &mut destroyed);
        destroyed
    }

    fn destroy_into(&mut self, id: &str, destroyed: &mut Destroyed) {
        let Some((id, object)) = self.by_id.remove_entry(id) else {
            return;
        };
        self.order.retain(|other| *other != id);
        if let Some(parent) = object
            .parent
            .as_ref()
            .and_then(|parent| self.by_id.get_mut(parent))
        {
            Arc::make_mut(parent).children.retain(|child| *child != id);
        }
        self.n_added = self
            .n_added
            .saturating_sub(usize::from(object.origin != super::Origin::App));
        destroyed.push((object.class, id));
        for child in &object.children {
            self.destroy_into(child, destroyed);
        }
    }

    /// Puts the children in this order; those that are not named follow.
    pub(crate) fn set_child_order(&mut self, id: &str, ids: &[String]) -> Result<(), ErrorBody> {
        let object = self.edit(id)?;
        let mut places = HashMap::new();
        for (place, id) in ids.iter().enumerate() {
            places.entry(id.as_str()).or_insert(place);
        }
        let place = |child: &ObjectId| places.get(&**child).copied().unwrap_or(ids.len());
        object.children.sort_by_cached_key(place);
        Ok(())
    }

    /// The object's properties and children: `{"qProperty", "qChildren"}`.
    pub(crate) fn tree(&self, id: &str) -> Option<Value> {
        self.subtree(id, MAX_DEPTH)
    }

    fn subtree(&self, id: &str, depth_left: usize) -> Option<Value> {
        let object = self.get(id)?;
        let below = depth_left.checked_sub(1);
        let children: Vec<Value> = object
            .children
            .iter()
            .filter_map(|child| self.subtree(child, below?))
            .collect();
        Some(
            json!({ "qProperty": Value::clone(&object.properties), "qChildren": children, "qEmbeddedSnapshotRef": null }),
        )
    }

    /// Replaces the object's properties and everything below it. Children keep their ids where these are free or were
    /// this object's already; the others go. Returns what is gone.
    pub(crate) fn set_tree(
        &mut self,
        id: &str,
        tree: &Value,
        room: &Room<'_>,
    ) -> Result<Destroyed, ErrorBody> {
        self.set_subtree(id, tree, room, MAX_DEPTH)
    }

    fn set_subtree(
        &mut self,
        id: &str,
        tree: &Value,
        room: &Room<'_>,
        depth_left: usize,
    ) -> Result<Destroyed, ErrorBody> {
        let Some(below) = depth_left.checked_sub(1) else {
            return Err(ErrorBody::new(
                ErrorCode::LimitReached,
                format!("a tree is at most {MAX_DEPTH} deep"),
            ));
        };
        let missing = || ErrorBody::new(ErrorCode::InvalidParameters, "qProperty is missing");
        self.set_properties(id, tree.get("qProperty").ok_or_else(missing)?)?;
        let trees = tree
            .get("qChildren")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let before = self.edit(id)?.children.clone();
        let (key, origin) = match self.by_id.get_key_value(id) {
            Some((key, object)) => (Arc::clone(key), object.origin),
            None => return Err(ErrorBody::new(ErrorCode::NotFound, id)),
        };
        let mut destroyed = Destroyed::new();
        for gone in before
            .iter()
            .filter(|child| !trees.iter().any(|tree| has_id(tree, child)))
        {
            destroyed.extend(self.destroy(gone));
        }
        let mut order = Vec::with_capacity(trees.len());
        for tree in trees {
            let properties = tree.get("qProperty").ok_or_else(missing)?;
            let kept = before
                .iter()
                .find(|child| has_id(tree, child) && self.by_id.contains_key(*child));
            let child = match kept {
                Some(child) => Arc::clone(child),
                None => self.create(
                    NewObject {
                        class: Class::GenericObject,
                        origin: if origin == super::Origin::App {
                            super::Origin::Created
                        } else {
                            origin
                        },
                        parent: Some(Arc::clone(&key)),
                        properties,
                    },
                    room,
                )?,
            };
            destroyed.extend(self.set_subtree(&child, tree, room, below)?);
            order.push(child.to_string());
        }
        self.set_child_order(id, &order)?;
        Ok(destroyed)
    }
}

fn has_id(tree: &Value, id: &str) -> bool {
    tree.pointer("/qProperty/qInfo/qId").and_then(Value::as_str) == Some(id)
}
