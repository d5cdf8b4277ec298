//! Enums in properties that cannot be read.

use serde_json::Value;

use super::{Kind, Shape, is_empty, shape_of};
use crate::enumeration::UnknownSpelling;

type Outcome = Result<(), UnknownSpelling>;

/// Looks through properties. `path` leads to them.
pub(super) fn check(properties: &Value, path: &mut String) -> Outcome {
    match properties {
        Value::Object(members) => {
            for (key, value) in members {
                below(path, key, |path| member(key, value, path))?;
            }
            Ok(())
        }
        Value::Array(items) => each(items, path, check),
        _ => Ok(()),
    }
}

pub(super) fn check_member(key: &str, value: &Value) -> Outcome {
    below(&mut String::new(), key, |path| member(key, value, path))
}

fn member(key: &str, value: &Value, path: &mut String) -> Outcome {
    match shape_of(key, value) {
        Some(shape) => check_structure(value, shape, path),
        None if key == "qLayoutExclude" => Ok(()),
        None => check(value, path),
    }
}

pub(super) fn check_structure(value: &Value, shape: &Shape, path: &mut String) -> Outcome {
    let Value::Object(members) = value else {
        return Ok(());
    };
    for (key, value) in members {
        let known = shape.members.iter().find(|(name, _)| name == key);
        below(path, key, |path| match known {
            Some((_, kind)) => check_kind(value, kind, path),
            None => member(key, value, path),
        })?;
    }
    Ok(())
}

fn check_kind(value: &Value, kind: &Kind, path: &mut String) -> Outcome {
    match (kind, value) {
        (Kind::Enum(names, _) | Kind::OptionalEnum(names), value) => {
            if is_empty(value) || names.read(value).is_some() {
                Ok(())
            } else {
                Err(names.unknown(path, value))
            }
        }
        (Kind::Struct(shape) | Kind::OptionalStruct(shape), value) => check_structure(value, shape, path),
        (Kind::List(shape), Value::Array(items)) => {
            each(items, path, |item, path| check_structure(item, shape, path))
        }
        _ => Ok(()),
    }
}

fn each(
    items: &[Value],
    path: &mut String,
    mut check: impl FnMut(&Value, &mut String) -> Outcome,
) -> Outcome {
    items
        .iter()
        .enumerate()
        .try_for_each(|(position, item)| below(path, &position.to_string(), |path| check(item, path)))
}

fn below(path: &mut String, segment: &str, then: impl FnOnce(&mut String) -> Outcome) -> Outcome {
    let length = path.len();
    path.push('/');
    path.push_str(segment);
    then(path)?;
    path.truncate(length);
    Ok(())
}
