//! `FANLIGHT_SECTION_KEY` over the file.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::error::Problems;
use crate::raw::Raw;
use crate::{ConfigError, Problem};

const PREFIX: &str = "FANLIGHT_";

/// The file's values with the variables' in their place.
///
/// A list is written with commas. A variable whose first word is a section must name one of its keys, and one that goes on
/// with a key must name its section; others with the prefix belong to someone else (an orchestrator makes
/// `FANLIGHT_SERVICE_HOST`, the command line has its own).
pub(crate) fn apply(raw: &Raw, variables: &BTreeMap<String, String>) -> Result<Overridden, ConfigError> {
    let mut names = BTreeMap::new();
    let mut table = Table::try_from(raw).map_err(|error| ConfigError::Syntax(error.to_string()))?;
    let mut problems = Problems::default();
    for (name, text) in variables {
        let Some((section, key)) = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_')) else {
            continue;
        };
        let (section_name, key) = (section.to_ascii_lowercase(), key.to_ascii_lowercase());
        let Some(Value::Table(section)) = table.get_mut(&section_name) else {
            if let Some(meant) = with_key(&table, &key) {
                problems.add(
                    name,
                    format_args!("there is no section `{section_name}`"),
                    format_args!("write {meant}, if that is meant"),
                );
            }
            continue;
        };
        let Some(old) = section.get_mut(&key) else {
            let known: Vec<&str> = section.keys().map(String::as_str).collect();
            problems.add(
                name,
                "there is no such key",
                format_args!("the section has {}", known.join(", ")),
            );
            continue;
        };
        match like(old, text) {
            Ok(value) => {
                *old = value;
                names.insert(format!("{section_name}.{key}"), name.clone());
            }
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
    let raw = table
        .try_into()
        .map_err(|error: toml::de::Error| ConfigError::Syntax(error.message().to_owned()))?;
    Ok(Overridden { raw, names })
}

/// The file's values with the variables' in their place.
#[derive(Debug)]
pub(crate) struct Overridden {
    pub raw: Raw,
    /// The variable that each key has its value from; keys of the file are not there.
    names: BTreeMap<String, String>,
}

impl Overridden {
    /// The error with each setting by the name that its user wrote: the variable's, where it came from one.
    pub(crate) fn named(&self, error: ConfigError) -> ConfigError {
        let ConfigError::Invalid(problems) = error else {
            return error;
        };
        let problems = problems.into_iter().map(|problem| Problem {
            key: self.names.get(&problem.key).cloned().unwrap_or(problem.key),
            problem: self.in_words(problem.problem),
            fix: self.in_words(problem.fix),
        });
        ConfigError::Invalid(problems.collect())
    }

    /// A sentence in which settings stand between back-ticks.
    fn in_words(&self, text: String) -> String {
        self.names.iter().fold(text, |text, (key, variable)| {
            text.replace(&format!("`{key}`"), &format!("`{variable}`"))
        })
    }
}

/// The variable of a section that has such a key.
fn with_key(table: &Table, key: &str) -> Option<String> {
    let mut sections = table.iter().filter(|(_, section)| {
        section
            .as_table()
            .is_some_and(|section| section.contains_key(key))
    });
    let (section, _) = sections.next()?;
    Some(format!("{PREFIX}{section}_{key}").to_ascii_uppercase())
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use crate::{ConfigError, Problem, Settings};

    fn problems(text: &str, variables: &[(&str, &str)]) -> Vec<Problem> {
        let variables: BTreeMap<String, String> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        match Settings::parse(text, Path::new("/etc/fanlight"), &variables) {
            Err(ConfigError::Invalid(problems)) => problems,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_setting_is_named_as_its_user_wrote_it() {
        for (text, variables, name) in [
            ("[http]\nsockets_total = 0", vec![], "http.sockets_total"),
            (
                "",
                vec![("FANLIGHT_HTTP_SOCKETS_TOTAL", "0")],
                "FANLIGHT_HTTP_SOCKETS_TOTAL",
            ),
            (
                "[http]\nsockets_total = 5",
                vec![("FANLIGHT_HTTP_SOCKETS_TOTAL", "0")],
                "FANLIGHT_HTTP_SOCKETS_TOTAL",
            ),
            (
                "",
                vec![("FANLIGHT_SERVER_LISTEN", "here")],
                "FANLIGHT_SERVER_LISTEN",
            ),
            (
                "",
                vec![("FANLIGHT_server_public_url", "ftp://x")],
                "FANLIGHT_server_public_url",
            ),
            (
                "",
                vec![("FANLIGHT_SERVER_MORE_URLS", "https://a.example,b")],
                "FANLIGHT_SERVER_MORE_URLS",
            ),
            (
                "",
                vec![("FANLIGHT_OPERATOR_METRICS_TOKEN", "short")],
                "FANLIGHT_OPERATOR_METRICS_TOKEN",
            ),
            ("", vec![("FANLIGHT_LOG_LEVEL", "loud")], "FANLIGHT_LOG_LEVEL"),
            (
                "",
                vec![("FANLIGHT_SERVER_DATABASE_MAX_BYTES", "1000")],
                "FANLIGHT_SERVER_DATABASE_MAX_BYTES",
            ),
        ] {
            let problems = problems(text, &variables);
            let keys: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
            assert_eq!(keys, [name]);
            assert!(problems[0].to_string().starts_with(&format!("`{name}`: ")));
        }
    }

    /// A fix that names another setting names that, too, as it was written.
    #[test]
    fn what_a_setting_is_held_to_is_named_as_well() {
        let file = "[http]\ndead_after_secs = 5";
        let by_variable = problems(file, &[("FANLIGHT_HTTP_PING_AFTER_SECS", "6")]);
        assert_eq!(by_variable[0].key, "http.dead_after_secs");
        assert!(
            by_variable[0].fix.contains("`FANLIGHT_HTTP_PING_AFTER_SECS`"),
            "{}",
            by_variable[0].fix
        );
        let by_file = problems("[http]\ndead_after_secs = 5\nping_after_secs = 6", &[]);
        assert!(
            by_file[0].fix.contains("`http.ping_after_secs`"),
            "{}",
            by_file[0].fix
        );
    }

    #[test]
    fn a_mistyped_section_is_not_passed_over() {
        let [problem] = &problems("", &[("FANLIGHT_SERVR_LISTEN", "0.0.0.0:80")])[..] else {
            panic!("one problem")
        };
        assert_eq!(problem.key, "FANLIGHT_SERVR_LISTEN");
        assert!(
            problem.to_string().contains("write FANLIGHT_SERVER_LISTEN"),
            "{problem}"
        );
        // What an orchestrator makes is nobody's setting.
        let foreign = BTreeMap::from([("FANLIGHT_SERVICE_HOST".to_owned(), "10.0.0.1".to_owned())]);
        assert!(Settings::parse("", Path::new("/"), &foreign).is_ok());
    }
}
