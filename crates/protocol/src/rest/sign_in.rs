//! Where people sign in.

use serde::Serialize;

/// `GET /login` for a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInPlaces {
    /// The page that `GET /login` leads to; null when the tenant has none.
    pub sign_in_page: Option<String>,
    /// The origins of the tenant's portals, eight at most.
    pub portals: Vec<String>,
}
