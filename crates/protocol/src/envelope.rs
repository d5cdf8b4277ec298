//! The JSON-RPC envelope.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::ErrorBody;

/// One request. Members that are not named here are ignored.
#[derive(Debug, Deserialize)]
pub struct Request<'a> {
    /// A number or a string, given back as it came.
    #[serde(borrow)]
    pub id: Option<&'a RawValue>,
    /// The object that is called; −1 is Global.
    #[serde(default)]
    pub handle: Option<i64>,
    /// The method's name.
    #[serde(borrow)]
    pub method: Cow<'a, str>,
    /// Positional or named parameters, read by [`crate::params::read`].
    #[serde(borrow, default)]
    pub params: Option<&'a RawValue>,
    /// "Do not omit empty values" in properties.
    #[serde(default)]
    pub return_empty: Option<bool>,
    /// Fanlight's own: the page asks by itself, say because its charts got another size; nobody's activity.
    #[serde(default)]
    pub background: bool,
}

/// A successful reply.
#[derive(Debug, Serialize)]
pub struct Success<'a, R> {
    jsonrpc: &'static str,
    id: &'a RawValue,
    result: R,
    #[serde(skip_serializing_if = "<[i64]>::is_empty")]
    change: &'a [i64],
    #[serde(skip_serializing_if = "<[i64]>::is_empty")]
    close: &'a [i64],
}

impl<'a, R: Serialize> Success<'a, R> {
    /// The reply to request `id`, with the handles that became invalid and those that are gone.
    pub const fn new(id: &'a RawValue, result: R, change: &'a [i64], close: &'a [i64]) -> Self {
        Self {
            jsonrpc: "2.0",
            id,
            result,
            change,
            close,
        }
    }
}

/// A refusal.
#[derive(Debug, Serialize)]
pub struct Failure<'a> {
    jsonrpc: &'static str,
    id: Option<&'a RawValue>,
    error: &'a ErrorBody,
    #[serde(skip_serializing_if = "<[i64]>::is_empty")]
    change: &'a [i64],
    #[serde(skip_serializing_if = "<[i64]>::is_empty")]
    close: &'a [i64],
}

impl<'a> Failure<'a> {
    /// The refusal of request `id`; `None` when the request was not understood so far.
    pub const fn new(
        id: Option<&'a RawValue>,
        error: &'a ErrorBody,
        change: &'a [i64],
        close: &'a [i64],
    ) -> Self {
        Self {
            jsonrpc: "2.0",
            id,
            error,
            change,
            close,
        }
    }
}

/// A push: handles that became invalid or are gone, outside any reply. It has neither `id` nor `params`, because
/// clients take a message with `params` for a notification and do not look at its handles.
#[derive(Debug, Serialize)]
pub struct Push<'a> {
    jsonrpc: &'static str,
    #[serde(skip_serializing_if = "<[i64]>::is_empty")]
    change: &'a [i64],
    #[serde(skip_serializing_if = "<[i64]>::is_empty")]
    close: &'a [i64],
}

impl<'a> Push<'a> {
    /// A push of these handles.
    pub const fn new(change: &'a [i64], close: &'a [i64]) -> Self {
        Self {
            jsonrpc: "2.0",
            change,
            close,
        }
    }
}

/// A notification. Its `params` are always an object: clients ignore a notification without them.
#[derive(Debug, Serialize)]
pub struct Notification<P> {
    jsonrpc: &'static str,
    method: &'static str,
    params: P,
}

impl<P: Serialize> Notification<P> {
    /// The notification `method`.
    pub const fn new(method: &'static str, params: P) -> Self {
        Self {
            jsonrpc: "2.0",
            method,
            params,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_comes_back_as_it_was_written() {
        for id in ["0", "7", "\"a-1\"", "1.50"] {
            let frame = format!(
                r#"{{"jsonrpc":"2.0","id":{id},"handle":-1,"method":"M","params":[],"delta":true,"x":1}}"#
            );
            let request: Request<'_> = serde_json::from_str(&frame).unwrap();
            let reply = serde_json::to_string(&Success::new(request.id.unwrap(), (), &[], &[])).unwrap();
            assert_eq!(reply, format!(r#"{{"jsonrpc":"2.0","id":{id},"result":null}}"#));
        }
    }

    #[test]
    fn a_push_has_neither_id_nor_params() {
        assert_eq!(
            serde_json::to_string(&Push::new(&[1, 2], &[])).unwrap(),
            r#"{"jsonrpc":"2.0","change":[1,2]}"#
        );
    }
}
