//! Positional or named parameters into one typed struct.
//!
//! Clients leave trailing parameters out, send `null` for what they do not know, and may know fewer or more parameters
//! than we do. So positions are turned into names by the struct's field order, `null` counts as absent, and surplus is
//! ignored. A parameter struct therefore derives `Deserialize` with its fields in the schema's order, and gives a default to
//! every optional one.

use serde::de::value::MapDeserializer;
use serde::de::{self, Deserializer, IntoDeserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::value::RawValue;

type Error = serde_json::Error;

/// Reads `params` as a `T`.
///
/// # Errors
/// When a required parameter is absent or one has the wrong type; the message names it.
pub fn read<'de, T: Deserialize<'de>>(params: Option<&'de RawValue>) -> Result<T, Error> {
    T::deserialize(Params(params.map_or("[]", RawValue::get)))
}

struct Params<'de>(&'de str);

impl<'de> Deserializer<'de> for Params<'de> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text = self.0.trim_start();
        if text.starts_with('{') {
            let named: Named<'de> = serde_json::from_str(text)?;
            let members = named.0.into_iter().filter_map(|(name, value)| {
                let known = fields.iter().find(|field| **field == name)?;
                present(value).map(|value| (*known, value))
            });
            return visitor.visit_map(MapDeserializer::new(members));
        }
        let values: Vec<&'de RawValue> = if text == "null" {
            Vec::new()
        } else {
            serde_json::from_str(text)?
        };
        let members = fields
            .iter()
            .zip(values)
            .filter_map(|(name, value)| present(value).map(|value| (*name, value)));
        visitor.visit_map(MapDeserializer::new(members))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(de::Error::custom("parameters are read into structs"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn present(value: &RawValue) -> Option<Parameter<'_>> {
    (value.get() != "null").then_some(Parameter(value))
}

/// One parameter's JSON text, which reads itself.
struct Parameter<'de>(&'de RawValue);

impl<'de> IntoDeserializer<'de, Error> for Parameter<'de> {
    type Deserializer = &'de RawValue;

    fn into_deserializer(self) -> &'de RawValue {
        self.0
    }
}

/// The members of an object, in order.
struct Named<'de>(Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Named<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NamedVisitor;

        impl<'de> Visitor<'de> for NamedVisitor {
            type Value = Named<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Named<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Named(members))
            }
        }

        deserializer.deserialize_map(NamedVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Example {
        q_path: String,
        #[serde(default)]
        q_values: Vec<i64>,
        #[serde(default)]
        q_toggle_mode: bool,
    }

    fn example(json: &str) -> Result<Example, String> {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        read(Some(raw)).map_err(|error| error.to_string())
    }

    fn expected(values: &[i64], toggle: bool) -> Example {
        Example {
            q_path: "/p".to_owned(),
            q_values: values.to_vec(),
            q_toggle_mode: toggle,
        }
    }

    #[test]
    fn positions_and_names_mean_the_same() {
        assert_eq!(example(r#"["/p",[1,2],true]"#).unwrap(), expected(&[1, 2], true));
        assert_eq!(
            example(r#"{"qToggleMode":true,"qPath":"/p","other":{},"qValues":[1,2]}"#).unwrap(),
            expected(&[1, 2], true)
        );
    }

    #[test]
    fn trailing_parameters_may_be_missing_null_or_surplus() {
        assert_eq!(example(r#"["/p"]"#).unwrap(), expected(&[], false));
        assert_eq!(example(r#"["/p",null,true]"#).unwrap(), expected(&[], true));
        assert_eq!(
            example(r#"["/p",[],false,"surplus"]"#).unwrap(),
            expected(&[], false)
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(example("[]").unwrap_err().contains("qPath"));
        assert!(example("[null]").unwrap_err().contains("qPath"));
        assert!(example("[7]").unwrap_err().contains("expected a string"));
        assert!(read::<Example>(None).is_err());
    }
}
