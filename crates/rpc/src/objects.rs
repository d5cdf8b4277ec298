//! The objects of one engine session: property trees with ids, parents and children.
//!
//! A session starts from its app's objects and changes a copy of its own, so that nothing a viewer does reaches another
//! viewer: hard changes of a persisted object live as long as the engine session.

mod derived;
mod differences;
mod patch;
mod seed;
mod tree;

use std::collections::HashMap;
use std::sync::Arc;

use fanlight_engine::MemoryPool;
use fanlight_protocol::enumeration::UnknownSpelling;
use fanlight_protocol::layout::Info;
use fanlight_protocol::normal::{self, Empty};
use fanlight_protocol::{Class, ErrorBody, ErrorCode, chart};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::memory::{Charge, size_of_tree};

pub(crate) use differences::Differences;
pub(crate) use patch::{Patch, Steps, WirePatch, apply as patch_value};
pub(crate) use tree::Destroyed;

/// An object's id.
pub(crate) type ObjectId = Arc<str>;

/// How many soft patches an object may have: they are applied again whenever it is looked at.
const MAX_SOFT_PATCHES: usize = 1000;

/// How many links `qExtendsId` may make before the chain is cut: a circle must not hang a request.
const MAX_EXTENDS: usize = 8;

/// Where an object comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Origin {
    /// The app: listed, and may only be read.
    App,
    /// `CreateObject` and its kin in this engine session: listed.
    Created,
    /// `CreateSessionObject`: not listed.
    Session,
}

/// One object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) class: Class,
    pub(crate) kind: String,
    pub(crate) origin: Origin,
    pub(crate) parent: Option<ObjectId>,
    pub(crate) children: Vec<ObjectId>,
    /// The object's own properties, completed by its type's defaults, in their normal form.
    pub(crate) properties: Arc<Value>,
    /// Soft patches in order.
    pub(crate) soft: Vec<Patch>,
    /// The memory that it takes, for as long as somebody looks at it.
    pub(crate) charge: Charge,
}

/// All objects, in the order of their creation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Objects {
    order: Vec<ObjectId>,
    by_id: HashMap<ObjectId, Arc<Object>>,
    /// How many objects the session added.
    n_added: usize,
    /// Those that changed, and whose memory is not counted yet.
    due: Vec<ObjectId>,
}

/// What a new object is made of.
pub(crate) struct NewObject<'a> {
    pub(crate) class: Class,
    pub(crate) origin: Origin,
    pub(crate) parent: Option<ObjectId>,
    pub(crate) properties: &'a Value,
}

/// How many objects there may be, and how a free id is found.
pub(crate) struct Room<'a> {
    pub(crate) limit: usize,
    pub(crate) new_id: &'a dyn Fn() -> String,
}

impl Objects {
    pub(crate) fn get(&self, id: &str) -> Option<&Arc<Object>> {
        self.by_id.get(id)
    }

    /// The object with this id and class; clients look objects up by a call per class.
    pub(crate) fn find(&self, class: Class, id: &str) -> Option<(&ObjectId, &Arc<Object>)> {
        self.by_id
            .get_key_value(id)
            .filter(|(_, object)| object.class == class)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ObjectId, &Arc<Object>)> {
        self.order.iter().filter_map(|id| self.by_id.get_key_value(id))
    }

    /// Adds an object. Its id is the one it asks for, or another one if that is taken.
    pub(crate) fn create(&mut self, new: NewObject<'_>, room: &Room<'_>) -> Result<ObjectId, ErrorBody> {
        let info = info_of(new.properties)?;
        check_spellings(new.properties)?;
        if self.n_added >= room.limit {
            let limit = room.limit;
            return Err(ErrorBody::new(
                ErrorCode::LimitReached,
                format!("this session has added {limit} objects already"),
            ));
        }
        let id = self.free_id(&info.q_id, room);
        let object = Object {
            class: new.class,
            properties: Arc::new(completed(new.properties, &id, &info.q_type)),
            kind: info.q_type,
            origin: new.origin,
            parent: new.parent,
            children: Vec::new(),
            soft: Vec::new(),
            charge: Charge::Due,
        };
        if let Some(parent) = &object.parent {
            self.edit(parent)?.children.push(Arc::clone(&id));
        }
        self.n_added += 1;
        self.insert(Arc::clone(&id), object);
        Ok(id)
    }

    /// Replaces the object's own properties. Its id and type stay what they are.
    pub(crate) fn set_properties(&mut self, id: &str, properties: &Value) -> Result<(), ErrorBody> {
        if !properties.is_object() {
            return Err(ErrorBody::new(
                ErrorCode::InvalidParameters,
                "properties are an object",
            ));
        }
        check_spellings(properties)?;
        let object = self.edit(id)?;
        object.properties = Arc::new(completed(properties, id, &object.kind));
        Ok(())
    }

    /// Applies patches to the object's own properties: all of them or none.
    pub(crate) fn patch(&mut self, id: &str, patches: &[Patch], steps: &Steps) -> Result<(), ErrorBody> {
        let object = self.edit(id)?;
        let mut properties = Value::clone(&object.properties);
        patch::apply(&mut properties, patches, steps)?;
        check_spellings(&properties)?;
        object.properties = Arc::new(completed(&properties, id, &object.kind));
        Ok(())
    }

    /// Adds soft patches: all of them or none.
    pub(crate) fn patch_softly(
        &mut self,
        id: &str,
        patches: Vec<Patch>,
        steps: &Steps,
    ) -> Result<(), ErrorBody> {
        let mut effective = self.effective(id, steps)?;
        patch::apply(&mut effective, &patches, steps)?;
        check_spellings(&effective)?;
        let object = self.edit(id)?;
        object.soft.extend(patches);
        patch::forget_overwritten(&mut object.soft);
        if object.soft.len() > MAX_SOFT_PATCHES {
            let message = format!("an object may have {MAX_SOFT_PATCHES} soft patches");
            return Err(ErrorBody::new(ErrorCode::LimitReached, message));
        }
        Ok(())
    }

    pub(crate) fn clear_soft_patches(&mut self, id: &str) -> Result<(), ErrorBody> {
        self.edit(id)?.soft.clear();
        Ok(())
    }

    /// The object's properties as its layout sees them: those of the object it extends, its own, then soft patches, and
    /// what is made of all these where it is left out.
    ///
    /// # Errors
    /// 2 if it is gone; 19 if its patches take too many steps.
    pub(crate) fn effective(&self, id: &str, steps: &Steps) -> Result<Value, ErrorBody> {
        let object = self
            .get(id)
            .ok_or_else(|| ErrorBody::new(ErrorCode::NotFound, id))?;
        let mut effective = self.inherited(object, MAX_EXTENDS);
        if !object.soft.is_empty() {
            // The patches fitted when they were made. If the properties below have changed since, what still fits stays.
            for patch in &object.soft {
                let _ = patch::apply(&mut effective, std::slice::from_ref(patch), steps);
                steps.outcome()?;
            }
            effective = normal::object(&effective, Empty::Omit);
        }
        derived::complete(self, &object.kind, &mut effective);
        Ok(effective)
    }

    fn inherited(&self, object: &Object, links_left: usize) -> Value {
        let own = Value::clone(&object.properties);
        match self.base_of(object) {
            Some((_, base)) if links_left > 0 => merge(self.inherited(base, links_left - 1), own),
            _ => own,
        }
    }

    /// The object that this one extends.
    fn base_of(&self, object: &Object) -> Option<(&ObjectId, &Arc<Object>)> {
        let id = object.properties.get("qExtendsId")?.as_str()?;
        self.by_id.get_key_value(id)
    }

    /// Whether `id` is, or directly or indirectly extends, `base`.
    pub(crate) fn extends(&self, id: &str, base: &str) -> bool {
        let mut current = id;
        for _ in 0..=MAX_EXTENDS {
            if current == base {
                return true;
            }
            match self.get(current).and_then(|object| self.base_of(object)) {
                Some((next, _)) => current = next,
                None => return false,
            }
        }
        false
    }

    /// The object's children, or those of the object it extends.
    pub(crate) fn children(&self, id: &str) -> Vec<ObjectId> {
        let Some(mut object) = self.get(id) else {
            return Vec::new();
        };
        for _ in 0..MAX_EXTENDS {
            match self.base_of(object) {
                Some((_, base)) if object.children.is_empty() => object = base,
                _ => break,
            }
        }
        object.children.clone()
    }

    /// The selection state that the object is in: its own, or its parent's, or the default.
    pub(crate) fn state_of(&self, id: &str, effective: &Value) -> String {
        let named = |properties: &Value| {
            let name = properties.get("qStateName").and_then(Value::as_str);
            name.filter(|name| !name.is_empty()).map(str::to_owned)
        };
        let mut state = named(effective);
        let mut parent = self.get(id).and_then(|object| object.parent.clone());
        while let (None, Some(id)) = (&state, &parent) {
            let above = self.get(id);
            state = above.and_then(|object| named(&object.properties));
            parent = above.and_then(|object| object.parent.clone());
        }
        state.unwrap_or_else(|| "$".to_owned())
    }

    fn edit(&mut self, id: &str) -> Result<&mut Object, ErrorBody> {
        let Some((key, _)) = self.by_id.get_key_value(id) else {
            return Err(ErrorBody::new(ErrorCode::NotFound, id));
        };
        self.due.push(Arc::clone(key));
        let object = Arc::make_mut(self.by_id.get_mut(id).expect("it was found"));
        object.charge = Charge::Due;
        Ok(object)
    }

    /// Counts the memory of the objects that changed.
    ///
    /// # Errors
    /// 19 if there is no room for it.
    pub(crate) fn settle(&mut self, pool: &Arc<MemoryPool>) -> Result<(), ErrorBody> {
        for id in std::mem::take(&mut self.due) {
            if let Some(object) = self.by_id.get_mut(&id) {
                let object = Arc::make_mut(object);
                let n_bytes = object.n_bytes();
                object.charge.settle(pool, n_bytes)?;
            }
        }
        Ok(())
    }

    /// Whether the memory of an object is still to be counted.
    pub(crate) fn is_due(&self) -> bool {
        !self.due.is_empty()
    }

    fn insert(&mut self, id: ObjectId, object: Object) {
        if matches!(object.charge, Charge::Due) {
            self.due.push(Arc::clone(&id));
        }
        self.order.push(Arc::clone(&id));
        self.by_id.insert(id, Arc::new(object));
    }

    fn free_id(&self, wanted: &str, room: &Room<'_>) -> ObjectId {
        if !wanted.is_empty() && !self.by_id.contains_key(wanted) {
            return wanted.into();
        }
        loop {
            let id = (room.new_id)();
            if !self.by_id.contains_key(id.as_str()) {
                return id.into();
            }
        }
    }
}

/// What an object takes beside its properties and patches.
const BYTES_OF_AN_OBJECT: usize = 512;

impl Object {
    /// What it takes in memory.
    fn n_bytes(&self) -> usize {
        let patches: usize = self.soft.iter().map(Patch::n_bytes).sum();
        BYTES_OF_AN_OBJECT + size_of_tree(&self.properties) + patches
    }

    /// The object's id and type as they stand in replies.
    pub(crate) fn info(&self, id: &str) -> Info {
        Info {
            q_id: id.to_owned(),
            q_type: self.kind.clone(),
        }
    }

    /// What the user may do with it, in the words of `qMeta.privileges`.
    pub(crate) const fn privileges(&self) -> &'static [&'static str] {
        match self.origin {
            Origin::App => &["read", "exportdata"],
            Origin::Created | Origin::Session => &["read", "update", "delete", "exportdata"],
        }
    }
}

fn info_of(properties: &Value) -> Result<Info, ErrorBody> {
    let invalid = |what: &str| ErrorBody::new(ErrorCode::InvalidParameters, what);
    let info = properties
        .get("qInfo")
        .ok_or_else(|| invalid("qInfo is missing"))?;
    let info: Info = Deserialize::deserialize(info).map_err(|error| invalid(&format!("qInfo: {error}")))?;
    if info.q_type.is_empty() {
        return Err(invalid("qInfo.qType is missing"));
    }
    Ok(info)
}

/// Refuses properties with an enum that cannot be read.
pub(crate) fn check_spellings(properties: &Value) -> Result<(), ErrorBody> {
    normal::check(properties).map_err(|error| misspelled(&error))
}

/// The refusal of a spelling that an enumeration does not have.
pub(crate) fn misspelled(error: &UnknownSpelling) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidParameters, error.to_string())
}

/// The properties with what charts of this type have where it is left out, in their normal form, with the object's real id
/// and type.
fn completed(properties: &Value, id: &str, kind: &str) -> Value {
    let mut properties = normal::object(&chart::completed(properties, kind), Empty::Omit);
    if let Value::Object(members) = &mut properties {
        let info = members.entry("qInfo").or_insert_with(|| json!({}));
        if !info.is_object() {
            *info = json!({});
        }
        info["qId"] = Value::from(id);
        info["qType"] = Value::from(kind);
        members.entry("qMetaDef").or_insert_with(|| json!({}));
    }
    properties
}

/// `own` laid over `base`, member by member; arrays and scalars of `own` win whole.
fn merge(base: Value, own: Value) -> Value {
    match (base, own) {
        (Value::Object(mut base), Value::Object(own)) => {
            for (key, value) in own {
                let merged = match base.remove(&key) {
                    Some(below) => merge(below, value),
                    None => value,
                };
                base.insert(key, merged);
            }
            Value::Object(base)
        }
        (_, own) => own,
    }
}
