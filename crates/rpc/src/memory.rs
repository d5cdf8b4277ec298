//! What requests, property trees and texts take in memory, counted for the session and its person.

use std::sync::Arc;

use fanlight_engine::{MemoryPool, PoolFull, Reservation};
use fanlight_protocol::{ErrorBody, ErrorCode};
use serde_json::Value;

/// What a member of an object takes beside its name and what is in it: the name's place, its hash and its index.
const BYTES_OF_A_MEMBER: usize = size_of::<Value>() + size_of::<String>() + 3 * size_of::<usize>();
/// A tree is read, and then copied into its normal form.
const COPIES_OF_A_REQUEST: usize = 2;

/// What a property tree takes in memory, in bytes. An array of zeros takes many times its text.
pub(crate) fn size_of_tree(value: &Value) -> usize {
    size_of::<Value>() + size_behind(value)
}

fn size_behind(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size_of_tree).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| BYTES_OF_A_MEMBER + name.len() + size_behind(value))
            .sum(),
    }
}

/// The most that reading a request can take, by its text alone: each value but the first stands behind a sign.
pub(crate) fn size_when_read(text: &str) -> usize {
    let n_values = text.bytes().filter(|b| matches!(b, b',' | b'[' | b'{')).count();
    COPIES_OF_A_REQUEST * (text.len() + n_values * size_of::<Value>())
}

/// Whether something is counted, and what holds its place as long as somebody has it.
#[derive(Debug, Clone, Default)]
pub(crate) enum Charge {
    /// It is the app's, and shared by everybody.
    #[default]
    Shared,
    /// It has changed, and is to be counted.
    Due,
    Held(#[expect(dead_code, reason = "it is held for its end")] Arc<Reservation>),
}

impl Charge {
    /// Counts what is due.
    ///
    /// # Errors
    /// 19 if there is no room for it.
    pub(crate) fn settle(&mut self, pool: &Arc<MemoryPool>, n_bytes: usize) -> Result<(), ErrorBody> {
        if matches!(self, Self::Due) {
            *self = Self::Held(Arc::new(reserve(pool, n_bytes)?));
        }
        Ok(())
    }
}

/// Reserves memory.
///
/// # Errors
/// 19 if there is no room for it.
pub(crate) fn reserve(pool: &Arc<MemoryPool>, n_bytes: usize) -> Result<Reservation, ErrorBody> {
    pool.reserve(n_bytes).map_err(|full| refused(&full))
}

pub(crate) fn refused(full: &PoolFull) -> ErrorBody {
    ErrorBody::new(ErrorCode::LimitReached, full.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tree_counts_as_what_it_takes_and_not_as_its_text() {
        let zeros = json!(vec![0; 1000]);
        assert!(size_of_tree(&zeros) >= 1000 * size_of::<Value>());
        let named = json!({ "a": "x".repeat(500), "b": [1, 2] });
        assert!((600..1200).contains(&size_of_tree(&named)));
    }

    #[test]
    fn a_request_counts_before_it_is_read_as_at_least_what_it_takes_then() {
        for value in [
            json!(vec![0; 1000]),
            json!(vec![json!({}); 1000]),
            json!([[[[[["deep"]]]]]]),
            json!({ "a": { "b": [1, "2", null, true] } }),
        ] {
            let text = value.to_string();
            assert!(
                size_when_read(&text) + size_of::<Value>() >= size_of_tree(&value),
                "{text:.80}"
            );
        }
    }
}
