//! The normal form of properties, which clients read back.
//!
//! Nested structures, arrays, numbers and enums of the schema are completed by their defaults; `false` and `""` are left
//! out; enums are written short; unknown keys stay as they are, at any depth. The forms that clients use beside the schema's
//! (a number for a boolean, an enum by its long name or number, an expression as a bare string) become the schema's
//! own, so that everything behind this reads one form only. A value that fits no form is left for the reader to refuse;
//! [`check`] finds the enums among those.

mod shapes;
mod spelling;

use serde_json::{Map, Value, json};

use crate::enumeration::{Enumeration, UnknownSpelling};

/// Whether empty values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// `false`, `""` and unset numbers are left out: the stored and usual form.
    Omit,
    /// They are written, as a request with `return_empty` asks.
    Keep,
}

/// The members of one structure of the schema.
struct Shape {
    /// The structure's name in the contract.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "only tests compare shapes with the contract")
    )]
    name: &'static str,
    members: &'static [(&'static str, Kind)],
}

enum Kind {
    /// `false` when absent.
    Flag,
    /// `true` when absent.
    FlagOn,
    /// `""` when absent.
    Text,
    /// Written even when absent.
    Int(i64),
    /// 0 when absent.
    OptionalInt,
    /// With the place of its default.
    Enum(&'static Enumeration, usize),
    /// Stays absent when absent.
    OptionalEnum(&'static Enumeration),
    Struct(&'static Shape),
    OptionalStruct(&'static Shape),
    List(&'static Shape),
    Array,
    /// An expression in an object of its own: `{"qv": "=…"}`.
    Expr,
}

/// The shape that a member with this name has anywhere in a property tree.
fn shape_of(key: &str, value: &Value) -> Option<&'static Shape> {
    match key {
        "qHyperCubeDef" => Some(&shapes::HYPER_CUBE),
        "qListObjectDef" => Some(&shapes::LIST_OBJECT),
        "qDim" => Some(&shapes::LIBRARY_DIMENSION),
        "qMeasure" if value.is_object() => Some(&shapes::LIBRARY_MEASURE),
        "qNumberPresentation" if value.is_object() => Some(&shapes::NUMBER_FORMAT),
        _ => None,
    }
}

/// The normal form of an object's properties.
pub fn object(properties: &Value, empty: Empty) -> Value {
    match properties {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(key, value)| (key.clone(), member(key, value, empty)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(|item| object(item, empty)).collect()),
        scalar => scalar.clone(),
    }
}

/// The normal form of an app's properties.
pub fn app(properties: &Value) -> Value {
    structure(properties, &shapes::APP, Empty::Omit)
}

/// Whether every enum in an object's properties can be read.
///
/// # Errors
/// For the first that cannot; the error names the path to it, and what is allowed there.
pub fn check(properties: &Value) -> Result<(), UnknownSpelling> {
    spelling::check(properties, &mut String::new())
}

/// Whether every enum in one member of an object's properties can be read.
///
/// # Errors
/// As for [`check`].
pub fn check_member(name: &str, value: &Value) -> Result<(), UnknownSpelling> {
    spelling::check_member(name, value)
}

/// Whether every enum in an app's properties can be read.
///
/// # Errors
/// As for [`check`].
pub fn check_app(properties: &Value) -> Result<(), UnknownSpelling> {
    spelling::check_structure(properties, &shapes::APP, &mut String::new())
}

fn member(key: &str, value: &Value, empty: Empty) -> Value {
    match shape_of(key, value) {
        Some(shape) => structure(value, shape, empty),
        None if key == "qLayoutExclude" => value.clone(),
        None => object(value, empty),
    }
}

fn structure(value: &Value, shape: &Shape, empty: Empty) -> Value {
    let Value::Object(given) = value else {
        return value.clone();
    };
    let mut members = Map::with_capacity(given.len() + shape.members.len());
    for (key, value) in given {
        match shape.members.iter().find(|(name, _)| name == key) {
            Some((_, kind)) => {
                if let Some(value) = known(value, kind, empty) {
                    members.insert(key.clone(), value);
                }
            }
            None => {
                members.insert(key.clone(), member(key, value, empty));
            }
        }
    }
    for (name, kind) in shape.members {
        if !members.contains_key(*name)
            && let Some(value) = known(&Value::Null, kind, empty)
        {
            members.insert((*name).to_owned(), value);
        }
    }
    Value::Object(members)
}

/// The normal form of one member of a structure, or `None` when it is left out. `null` means absent.
fn known(value: &Value, kind: &Kind, empty: Empty) -> Option<Value> {
    let keep = empty == Empty::Keep;
    match kind {
        Kind::Flag => match flag(value, false) {
            Value::Bool(false) if !keep => None,
            value => Some(value),
        },
        Kind::FlagOn => Some(flag(value, true)),
        Kind::Text => match text(value) {
            Value::String(text) if text.is_empty() && !keep => None,
            value => Some(value),
        },
        Kind::Int(default) => Some(int(value, *default)),
        Kind::OptionalInt => Some(int(value, 0)).filter(|value| keep || *value != json!(0)),
        Kind::Enum(names, default) => Some(letter(value, names, names.values[*default].short)),
        Kind::OptionalEnum(names) => (!value.is_null()).then(|| letter(value, names, names.values[0].short)),
        Kind::Struct(shape) => Some(structure(&or_empty(value), shape, empty)),
        Kind::OptionalStruct(shape) => (!value.is_null()).then(|| structure(value, shape, empty)),
        Kind::List(shape) => Some(match value {
            Value::Null => json!([]),
            Value::Array(items) => items.iter().map(|item| structure(item, shape, empty)).collect(),
            other => other.clone(),
        }),
        Kind::Array => Some(if value.is_null() { json!([]) } else { value.clone() }),
        Kind::Expr => Some(match value {
            Value::Null => json!({}),
            Value::String(text) if text.is_empty() => json!({}),
            Value::String(_) | Value::Number(_) => json!({ "qv": text(value) }),
            other => other.clone(),
        }),
    }
}

fn or_empty(value: &Value) -> Value {
    if value.is_null() { json!({}) } else { value.clone() }
}

fn flag(value: &Value, default: bool) -> Value {
    match value {
        Value::Null => Value::Bool(default),
        Value::Number(number) => Value::Bool(number.as_f64() != Some(0.0)),
        Value::String(text) if text == "true" || text == "1" => Value::Bool(true),
        Value::String(text) if text == "false" || text == "0" || text.is_empty() => Value::Bool(false),
        other => other.clone(),
    }
}

fn text(value: &Value) -> Value {
    match value {
        Value::Null => Value::String(String::new()),
        Value::Number(number) => Value::String(number.to_string()),
        other => other.clone(),
    }
}

fn int(value: &Value, default: i64) -> Value {
    let whole = |number: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "saturates, and any limit is checked by the reader"
        )]
        let whole = number as i64;
        Value::from(whole)
    };
    match value {
        Value::Null => Value::from(default),
        Value::Bool(flag) => Value::from(i64::from(*flag)),
        Value::Number(number) if number.is_f64() => whole(number.as_f64().unwrap_or(0.0)),
        Value::String(text) => match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => whole(number),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}

fn letter(value: &Value, names: &Enumeration, default: &'static str) -> Value {
    if is_empty(value) {
        return Value::from(default);
    }
    names
        .read(value)
        .map_or_else(|| value.clone(), |known| Value::from(known.short))
}

/// Whether an enum is absent.
fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

#[cfg(test)]
mod tests;
