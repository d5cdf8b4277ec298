//! Key sets (RFC 7517 §5), as identity providers publish them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Algorithm, PublicKey};

/// The most keys of a set that are looked at.
pub const MAX_KEYS_IN_SET: usize = 100;

/// The usable keys of a published set. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet {
    keys: Vec<NamedKey>,
    unused: Vec<UnusedKey>,
}

/// A key of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedKey {
    /// Its `kid`.
    pub kid: String,
    /// The key.
    pub key: PublicKey,
}

/// A key of a set that is left out, which is worth a line in a log and no more: sets hold keys for other purposes too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedKey {
    /// Its `kid`, or its place in the set when it has none.
    pub name: String,
    /// Why.
    pub problem: String,
}

/// Why a text is no key set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// Not JSON, or another shape.
    #[error("this is no key set: it is not a JSON object with a list `keys`")]
    Shape,
    /// Too many keys.
    #[error("the key set holds {0} keys; at most {MAX_KEYS_IN_SET} are read")]
    TooMany(usize),
    /// Nothing in it can check a signature.
    #[error("the key set holds no key that can be used ({0})")]
    NoneUsable(String),
}

impl KeySet {
    /// Reads a set. Keys that cannot be used are left out and told about (RFC 7517 §5 asks for that): those without a
    /// `kid`, for encryption, of a kind or algorithm that is not allowed, with a private half, or with a `kid` that
    /// came before.
    ///
    /// # Errors
    /// The text is no key set, holds too many keys, or none that can be used.
    pub fn parse(json: &[u8]) -> Result<Self, KeySetError> {
        let document: Value = serde_json::from_slice(json).map_err(|_| KeySetError::Shape)?;
        let entries = document.get("keys").and_then(Value::as_array);
        let entries = entries.ok_or(KeySetError::Shape)?;
        if entries.len() > MAX_KEYS_IN_SET {
            return Err(KeySetError::TooMany(entries.len()));
        }
        let mut set = Self {
            keys: Vec::new(),
            unused: Vec::new(),
        };
        let mut seen = BTreeSet::new();
        for (place, entry) in entries.iter().enumerate() {
            let read = read(entry).and_then(|key| {
                if seen.insert(key.kid.clone()) {
                    Ok(key)
                } else {
                    Err("an earlier key has the same `kid`".to_owned())
                }
            });
            match read {
                Ok(key) => set.keys.push(key),
                Err(problem) => set.unused.push(UnusedKey {
                    name: name(entry, place),
                    problem,
                }),
            }
        }
        if set.keys.is_empty() {
            let problems: Vec<String> = set
                .unused
                .iter()
                .map(|key| format!("{}: {}", key.name, key.problem))
                .collect();
            return Err(KeySetError::NoneUsable(match problems.len() {
                0 => "it is empty".to_owned(),
                _ => problems.join("; "),
            }));
        }
        Ok(set)
    }

    /// The keys, in the set's order.
    pub fn keys(&self) -> &[NamedKey] {
        &self.keys
    }

    /// What was left out.
    pub fn unused(&self) -> &[UnusedKey] {
        &self.unused
    }

    /// Whether it has a key with that `kid`.
    pub fn has(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid == kid)
    }
}

fn read(entry: &Value) -> Result<NamedKey, String> {
    let text = |member| entry.get(member).and_then(Value::as_str);
    let kid = text("kid")
        .filter(|kid| !kid.is_empty())
        .ok_or("it has no `kid`")?;
    if text("use").is_some_and(|purpose| purpose != "sig") {
        return Err("it is not for signatures".to_owned());
    }
    let key = PublicKey::from_jwk(&entry.to_string()).map_err(|error| error.to_string())?;
    if let Some(algorithm) = text("alg") {
        let fits = Algorithm::from_name(algorithm).is_some_and(|known| known.key_kind() == key.kind());
        if !fits {
            return Err("its algorithm is not allowed".to_owned());
        }
    }
    Ok(NamedKey {
        kid: kid.to_owned(),
        key,
    })
}

/// For a log line: short, and without control characters.
fn name(entry: &Value, place: usize) -> String {
    match entry.get("kid").and_then(Value::as_str) {
        Some(kid) if !kid.is_empty() => kid.chars().filter(|c| !c.is_control()).take(64).collect(),
        _ => format!("keys[{place}]"),
    }
}

#[cfg(test)]
mod tests;
