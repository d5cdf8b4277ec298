//! The normal form of properties, which clients read back.
//!
//! Nested structures, arrays, numbers and enums of the schema are completed by their defaults; `false` and `""` are left
//! out; enums are written short; unknown keys stay as they are, at any depth. The forms that clients use beside the schema's
//! (a number for a boolean, an enum by its long name or number, an expression as a bare string) become the schema's
//! own, so that everything behind this reads one form only. A value that fits no form is left for the reader to refuse.

mod shapes;

use serde_json::{Map, Value, json};

/// Whether empty values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// `false`, `""` and unset numbers are left out: the stored and usual form.
    Omit,
    /// They are written, as a request with `return_empty` asks.
    Keep,
}

/// The members of one structure of the schema.
struct Shape(&'static [(&'static str, Kind)]);

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
    /// Long names and letters in the order of the schema's numbers; the index of the default.
    Enum(&'static [(&'static str, &'static str)], usize),
    Struct(&'static Shape),
    OptionalStruct(&'static Shape),
    List(&'static Shape),
    Array,
    /// An expression in an object of its own: `{"qv": "=…"}`.
    Expr,
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

fn member(key: &str, value: &Value, empty: Empty) -> Value {
    match key {
        "qHyperCubeDef" => structure(value, &shapes::HYPER_CUBE, empty),
        "qListObjectDef" => structure(value, &shapes::LIST_OBJECT, empty),
        "qDim" => structure(value, &shapes::LIBRARY_DIMENSION, empty),
        "qMeasure" if value.is_object() => structure(value, &shapes::LIBRARY_MEASURE, empty),
        "qLayoutExclude" => value.clone(),
        _ => object(value, empty),
    }
}

fn structure(value: &Value, shape: &Shape, empty: Empty) -> Value {
    let Value::Object(given) = value else {
        return value.clone();
    };
    let mut members = Map::with_capacity(given.len() + shape.0.len());
    for (key, value) in given {
        match shape.0.iter().find(|(name, _)| name == key) {
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
    for (name, kind) in shape.0 {
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
        Kind::Enum(names, default) => Some(letter(value, names, *default)),
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

fn letter(value: &Value, names: &[(&'static str, &'static str)], default: usize) -> Value {
    let position = match value {
        Value::Null => Some(default),
        Value::String(text) if text.is_empty() => Some(default),
        Value::String(text) => names
            .iter()
            .position(|(long, short)| text.eq_ignore_ascii_case(long) || text.eq_ignore_ascii_case(short)),
        Value::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        _ => None,
    };
    position
        .and_then(|position| names.get(position))
        .map_or_else(|| value.clone(), |(_, short)| Value::from(*short))
}

#[cfg(test)]
mod tests;
