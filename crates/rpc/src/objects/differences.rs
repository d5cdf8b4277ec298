//! What a session changed about its app's objects, and how that is put on top of them again.

use std::sync::Arc;

use fanlight_protocol::Class;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Charge, Object, ObjectId, Objects, Origin, Patch};

/// What a session changed about its app's objects.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Differences {
    /// Objects that the session added, in the order of their creation, and those of the app with other properties.
    objects: Vec<Changed>,
    /// Objects of the app that the session removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    removed: Vec<String>,
    /// Parents whose children are others, or in another order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    children: Vec<(String, Vec<String>)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Changed {
    id: String,
    class: Class,
    kind: String,
    origin: Origin,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    /// Absent for an object of the app that only has soft patches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    properties: Option<Arc<Value>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    soft: Vec<Patch>,
}

impl Objects {
    /// How these objects differ from `original`, which they began as.
    pub(crate) fn differences(&self, original: &Self) -> Differences {
        let mut differences = Differences::default();
        for (id, object) in self.iter() {
            let before = original.get(id);
            if before.is_some_and(|before| Arc::ptr_eq(before, object)) {
                continue;
            }
            let same_properties = before.is_some_and(|before| before.properties == object.properties);
            if !same_properties || before.is_some_and(|before| before.soft != object.soft) {
                differences.objects.push(Changed {
                    id: id.to_string(),
                    class: object.class,
                    kind: object.kind.clone(),
                    origin: object.origin,
                    parent: object.parent.as_ref().map(ToString::to_string),
                    properties: (!same_properties).then(|| Arc::clone(&object.properties)),
                    soft: object.soft.clone(),
                });
            }
            let children_before = before.map_or(&[][..], |before| &before.children);
            if object.children != children_before {
                let children = object.children.iter().map(ToString::to_string).collect();
                differences.children.push((id.to_string(), children));
            }
        }
        differences.removed = original
            .iter()
            .filter(|(id, _)| self.get(id).is_none())
            .map(|(id, _)| id.to_string())
            .collect();
        differences
    }

    /// Puts `differences` on top of the app's objects, which may be others by now. Returns what found no place.
    pub(crate) fn apply(&mut self, differences: Differences) -> Vec<String> {
        for id in &differences.removed {
            self.destroy(id);
        }
        let mut lost = Vec::new();
        for changed in differences.objects {
            let id = changed.id.clone();
            if !self.put(changed) {
                lost.push(format!("object {id}"));
            }
        }
        for (parent, children) in differences.children {
            let order: Vec<ObjectId> = children
                .iter()
                .filter_map(|child| self.by_id.get_key_value(child.as_str()))
                .filter(|(_, child)| child.parent.as_deref() == Some(&*parent))
                .map(|(child, _)| Arc::clone(child))
                .collect();
            if let Ok(parent) = self.edit(&parent) {
                // Children that the app has gained since stay, behind the others.
                let gained: Vec<ObjectId> = parent
                    .children
                    .iter()
                    .filter(|child| !order.contains(child))
                    .cloned()
                    .collect();
                parent.children = order;
                parent.children.extend(gained);
            }
        }
        lost
    }

    /// Whether the object found its place.
    fn put(&mut self, changed: Changed) -> bool {
        let exists = self.get(&changed.id).map(|object| object.origin);
        match (changed.origin, exists) {
            (Origin::App, Some(Origin::App)) => {
                let Ok(object) = self.edit(&changed.id) else {
                    return false;
                };
                if let Some(properties) = changed.properties {
                    object.properties = properties;
                }
                object.soft = changed.soft;
                true
            }
            (Origin::Created | Origin::Session, None) => {
                let Some(properties) = changed.properties else {
                    return false;
                };
                let id: ObjectId = changed.id.into();
                let parent = match changed.parent {
                    None => None,
                    Some(parent) => match self.by_id.get_key_value(parent.as_str()) {
                        Some((parent, _)) => Some(Arc::clone(parent)),
                        None => return false,
                    },
                };
                if let Some(parent) = parent.as_ref().and_then(|parent| self.by_id.get_mut(parent)) {
                    Arc::make_mut(parent).children.push(Arc::clone(&id));
                }
                let object = Object {
                    class: changed.class,
                    kind: changed.kind,
                    origin: changed.origin,
                    parent,
                    children: Vec::new(),
                    properties,
                    soft: changed.soft,
                    charge: Charge::Due,
                };
                self.n_added += 1;
                self.insert(id, object);
                true
            }
            _ => false,
        }
    }
}
