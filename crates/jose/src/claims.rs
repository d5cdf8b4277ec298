//! The claims of a token that passed every rule.

use fanlight_base::Timestamp;

/// Checked claims (the contract's table, RFC 7519 §4.1 for the registered ones).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `iss`.
    pub issuer: String,
    /// `sub`: the user's id at the identity provider.
    pub subject: String,
    /// `name`.
    pub name: String,
    /// `email`, when the provider gives one.
    pub email: Option<String>,
    /// `email_verified`; absent counts as not verified.
    pub email_verified: bool,
    /// `groups`, in the token's order, without repetitions.
    pub groups: Vec<String>,
    /// `jti`; a number is taken as its decimal text. `sha256:…`, made from the token, where it has none.
    pub token_id: String,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `nbf`; `iat` where the token has none.
    pub not_before: Timestamp,
    /// `exp`.
    pub expires: Timestamp,
}
