//! A JSON object whose members are all told apart.
//!
//! JSON says nothing about two members of one name, and parsers differ in which of them they take. A token that says one
//! thing to whoever signed it must not say another thing here (RFC 7519 §4).

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why a text is no such object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoObject {
    /// It is no JSON, or something else.
    Malformed,
    /// A member is there twice, at any depth.
    Twice(String),
}

/// Reads the object.
pub(crate) fn read(json: &[u8]) -> Result<Map<String, Value>, NoObject> {
    let mut twice = None;
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let read = Strict { twice: &mut twice }.deserialize(&mut deserializer);
    let read = read.and_then(|value| deserializer.end().map(|()| value));
    match (read, twice) {
        (_, Some(name)) => Err(NoObject::Twice(name)),
        (Ok(Value::Object(members)), None) => Ok(members),
        _ => Err(NoObject::Malformed),
    }
}

struct Strict<'a> {
    /// The first member that is there twice.
    twice: &'a mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Strict { twice: self.twice })? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if map.contains_key(&name) {
                *self.twice = Some(name);
                return Err(A::Error::custom("a member is there twice"));
            }
            let value = members.next_value_seed(Strict { twice: self.twice })?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_reads_as_it_always_did() {
        for text in [
            r#"{}"#,
            r#"{"a":1,"b":-2,"c":1.5,"d":18446744073709551615,"e":null,"f":[true,{"a":"x"}],"g":"\u0061"}"#,
            r#" {"a":{"a":{"a":[]}},"A":1} "#,
        ] {
            let usual: Map<String, Value> = serde_json::from_str(text).unwrap();
            assert_eq!(read(text.as_bytes()), Ok(usual), "{text}");
        }
    }

    #[test]
    fn a_member_that_is_there_twice_is_named_wherever_it_is() {
        for text in [
            r#"{"sub":"ada","sub":"bob"}"#,
            r#"{"sub":"ada","\u0073ub":"bob"}"#,
            r#"{"x":1,"list":[{"sub":1,"sub":1}]}"#,
            r#"{"sub":{"sub":1},"sub":{}}"#,
        ] {
            assert_eq!(
                read(text.as_bytes()),
                Err(NoObject::Twice("sub".into())),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let deep = "[".repeat(100_000);
        for text in ["", "1", "[]", "{", "{} x", r#"{"a":}"#, &deep] {
            assert_eq!(read(text.as_bytes()), Err(NoObject::Malformed), "{:.20}", text);
        }
    }
}
