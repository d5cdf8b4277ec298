//! Patches of properties: a pointer, an operation and a value that is JSON in a string.

use std::collections::HashSet;

use fanlight_engine::{Cancel, EvalError, Meter};
use fanlight_protocol::enumeration::table::NX_PATCH_OPERATION_TYPE;
use fanlight_protocol::{ErrorBody, ErrorCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::misspelled;
use crate::memory::size_of_tree;
use crate::view::failed;

/// Longest path, in segments. A patch makes what its path lacks, so this also bounds how deep a property tree can grow:
/// whoever reads, copies or drops a tree does so by recursion.
const MAX_SEGMENTS: usize = 64;

/// A patch as clients send it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct WirePatch {
    q_op: Value,
    q_path: String,
    q_value: Value,
}

/// One change of a property tree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Patch {
    operation: Operation,
    /// Unescaped segments, at least one.
    path: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Operation {
    Add(Value),
    Replace(Value),
    Remove,
}

fn invalid(what: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidParameters, what)
}

fn no_such_path(path: &[String]) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidPath, format!("/{}", path.join("/")))
}

impl TryFrom<WirePatch> for Patch {
    type Error = ErrorBody;

    fn try_from(wire: WirePatch) -> Result<Self, ErrorBody> {
        let path: Vec<String> = match wire.q_path.strip_prefix('/') {
            Some(path) if !path.is_empty() => path.split('/').map(unescaped).collect(),
            _ => {
                return Err(ErrorBody::new(
                    ErrorCode::InvalidPath,
                    format!("{:?}", wire.q_path),
                ));
            }
        };
        if path.len() > MAX_SEGMENTS {
            let message = format!(
                "qPath has {} segments, and {MAX_SEGMENTS} is the limit",
                path.len()
            );
            return Err(ErrorBody::new(ErrorCode::LimitReached, message));
        }
        if path[0] == "qInfo" {
            return Err(invalid("an object keeps its qInfo"));
        }
        let name = NX_PATCH_OPERATION_TYPE
            .read_as("qOp", &wire.q_op)
            .map_err(|error| misspelled(&error))?;
        let operation = match name.short {
            "remove" => Operation::Remove,
            "replace" => Operation::Replace(value_of(wire.q_value)?),
            _ => Operation::Add(value_of(wire.q_value)?),
        };
        Ok(Self { operation, path })
    }
}

fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// The contract's value is JSON in a string; clients that send JSON itself are understood too.
fn value_of(value: Value) -> Result<Value, ErrorBody> {
    match value {
        Value::String(json) => serde_json::from_str(&json)
            .map_err(|error| invalid(format!("qValue {json:?} is no JSON: {error}"))),
        Value::Null => Err(invalid("qValue is missing")),
        other => Ok(other),
    }
}

/// The most steps that the patches of one request, or of one look at an object, may take: about half a second.
const MAX_STEPS: u64 = 1 << 31;

/// Counts the work of patches while they are applied. A step is about a byte that is looked at or moved.
#[derive(Debug)]
pub(crate) struct Steps(Meter);

impl Steps {
    /// All that one request may take, until it is cancelled.
    pub(crate) fn new(cancel: &Cancel) -> Self {
        Self(Meter::with_steps(cancel, MAX_STEPS))
    }

    fn spend(&self, n_steps: usize) -> Result<(), ErrorBody> {
        match self.0.spend(n_steps) {
            Some(()) => Ok(()),
            None => self.outcome(),
        }
    }

    /// # Errors
    /// 19 if there were too many, 15 if the request was cancelled.
    pub(crate) fn outcome(&self) -> Result<(), ErrorBody> {
        self.0.outcome().map_err(|error| match error {
            EvalError::TooMuchWork => ErrorBody::new(
                ErrorCode::LimitReached,
                "the patches take too much work: send fewer of them, or change whole arrays at once",
            ),
            other => failed(&other),
        })
    }
}

/// Applies the patches in order.
///
/// # Errors
/// At the first that does not fit, or when there are no more steps; `target` is then half patched and to be thrown away.
pub(crate) fn apply(target: &mut Value, patches: &[Patch], steps: &Steps) -> Result<(), ErrorBody> {
    patches.iter().try_for_each(|patch| patch.apply(target, steps))
}

/// Drops patches that a later one at the same path makes pointless, so that the list of a session that sorts a table all
/// day does not grow.
pub(super) fn forget_overwritten(patches: &mut Vec<Patch>) {
    let mut seen: HashSet<&[String]> = HashSet::new();
    // From the last to the first, so that each is looked at once.
    let mut is_kept: Vec<bool> = patches
        .iter()
        .rev()
        .map(|patch| {
            let by_member = patch
                .path
                .last()
                .is_some_and(|last| last.parse::<usize>().is_err());
            let replaces = by_member && matches!(patch.operation, Operation::Replace(_));
            !replaces || seen.insert(&patch.path)
        })
        .collect();
    patches.retain(|_| is_kept.pop().unwrap_or(true));
}

impl Patch {
    /// What it takes in memory.
    pub(super) fn n_bytes(&self) -> usize {
        let path: usize = self
            .path
            .iter()
            .map(|segment| size_of::<String>() + segment.len())
            .sum();
        let value = match &self.operation {
            Operation::Add(value) | Operation::Replace(value) => size_of_tree(value),
            Operation::Remove => 0,
        };
        size_of::<Self>() + path + value
    }

    fn apply(&self, target: &mut Value, steps: &Steps) -> Result<(), ErrorBody> {
        steps.spend(self.n_bytes())?;
        let (last, parents) = self.path.split_last().expect("a patch has at least one segment");
        let creates = !matches!(self.operation, Operation::Remove);
        let mut place = target;
        for segment in parents {
            place = self.step(place, segment, creates)?;
        }
        if creates && place.is_null() {
            *place = Value::Object(Map::new());
        }
        match place {
            Value::Object(members) => self.apply_to_member(members, last, steps),
            Value::Array(items) => self.apply_to_item(items, last, steps),
            _ => Err(no_such_path(&self.path)),
        }
    }

    fn step<'v>(
        &self,
        place: &'v mut Value,
        segment: &str,
        creates: bool,
    ) -> Result<&'v mut Value, ErrorBody> {
        if creates && place.is_null() {
            *place = Value::Object(Map::new());
        }
        let found = match place {
            Value::Object(members) => {
                if creates && !members.contains_key(segment) {
                    members.insert(segment.to_owned(), Value::Null);
                }
                members.get_mut(segment)
            }
            Value::Array(items) => match segment.parse::<usize>() {
                Ok(index) => items.get_mut(index),
                Err(_) => None,
            },
            _ => None,
        };
        found.ok_or_else(|| no_such_path(&self.path))
    }

    fn apply_to_member(
        &self,
        members: &mut Map<String, Value>,
        key: &str,
        steps: &Steps,
    ) -> Result<(), ErrorBody> {
        if matches!(self.operation, Operation::Remove) {
            // Those behind it move up.
            steps.spend(members.len() * size_of::<Value>())?;
        }
        match &self.operation {
            Operation::Add(value) | Operation::Replace(value) => {
                members.insert(key.to_owned(), value.clone());
                Ok(())
            }
            Operation::Remove => match members.shift_remove(key) {
                Some(_) => Ok(()),
                None => Err(no_such_path(&self.path)),
            },
        }
    }

    fn apply_to_item(&self, items: &mut Vec<Value>, segment: &str, steps: &Steps) -> Result<(), ErrorBody> {
        let index = match segment {
            "-" => Some(items.len()),
            _ => segment.parse::<usize>().ok(),
        };
        if !matches!(self.operation, Operation::Replace(_)) {
            // Those behind it move.
            let n_moved = items.len().saturating_sub(index.unwrap_or(0));
            steps.spend(n_moved * size_of::<Value>())?;
        }
        match (&self.operation, index) {
            (Operation::Add(value), Some(index)) if index <= items.len() => {
                items.insert(index, value.clone());
            }
            (Operation::Replace(value), Some(index)) if index < items.len() => items[index] = value.clone(),
            (Operation::Replace(value), Some(index)) if index == items.len() => items.push(value.clone()),
            (Operation::Remove, Some(index)) if index < items.len() => {
                items.remove(index);
            }
            _ => return Err(no_such_path(&self.path)),
        }
        Ok(())
    }
}
