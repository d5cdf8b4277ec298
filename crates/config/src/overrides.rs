//! `FANLIGHT_SECTION_KEY` over the file.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::ConfigError;
use crate::error::Problems;
use crate::raw::Raw;

const PREFIX: &str = "FANLIGHT_";

/// The file's values with the variables' in their place.
///
/// A list is written with commas. A variable whose first word is a section must name one of its keys; others with the
/// prefix belong to someone else (an orchestrator makes `FANLIGHT_SERVICE_HOST`, the command line has its own).
pub(crate) fn apply(raw: &Raw, variables: &BTreeMap<String, String>) -> Result<Raw, ConfigError> {
    let mut table = Table::try_from(raw).map_err(|error| ConfigError::Syntax(error.to_string()))?;
    let mut problems = Problems::default();
    for (name, text) in variables {
        let Some((section, key)) = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_')) else {
            continue;
        };
        let Some(Value::Table(section)) = table.get_mut(&section.to_ascii_lowercase()) else {
            continue;
        };
        let Some(old) = section.get_mut(&key.to_ascii_lowercase()) else {
            let known: Vec<&str> = section.keys().map(String::as_str).collect();
            problems.add(
                name,
                "there is no such key",
                format_args!("the section has {}", known.join(", ")),
            );
            continue;
        };
        match like(old, text) {
            Ok(value) => *old = value,
            Err(expected) => problems.add(
                name,
                format_args!("`{text}` cannot be used"),
                format_args!("write {expected}"),
            ),
        }
    }
    if !problems.0.is_empty() {
        return Err(ConfigError::Invalid(problems.0));
    }
    table
        .try_into()
        .map_err(|error: toml::de::Error| ConfigError::Syntax(error.message().to_owned()))
}

/// The text as a value of the same type.
fn like(old: &Value, text: &str) -> Result<Value, &'static str> {
    match old {
        Value::Integer(_) => match text.trim().parse::<i64>() {
            Ok(number) if number >= 0 => Ok(Value::Integer(number)),
            _ => Err("a whole number"),
        },
        Value::Boolean(_) => text
            .trim()
            .parse()
            .map(Value::Boolean)
            .map_err(|_| "`true` or `false`"),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(Value::Array(
                items.map(|item| Value::String(item.to_owned())).collect(),
            ))
        }
        _ => Ok(Value::String(text.to_owned())),
    }
}
