//! The one shape in which the REST surface says no.

use serde::{Deserialize, Serialize};

/// The body of every answer with a status of 400 or more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// The first error's code once more, only where a client looks for it here: `@qlik/api` fetches a new CSRF token
    /// and tries again only if `CSRF-TOKEN-2` stands at the top level.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    /// Every error, the most important one first.
    pub errors: Vec<ErrorItem>,
    /// Finds the answer's line in the server's log; also in the header `x-request-id`.
    pub trace_id: String,
}

/// One error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorItem {
    /// Stable, for programs.
    pub code: String,
    /// Short, for people.
    pub title: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
    /// What an operator said to the person whose login session was ended. Only for that person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The HTTP status, as text.
    pub status: String,
}
