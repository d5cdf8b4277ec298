//! Users.

use serde::{Deserialize, Serialize};

use super::SelfLink;

/// A user, as `GET /api/v1/users/me` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The user's id in this tenant.
    pub id: String,
    /// The tenant.
    pub tenant_id: String,
    /// The `sub` of the tokens that name this user.
    pub subject: String,
    /// The name to show.
    pub name: String,
    /// The e-mail address, if a token gave one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
    /// `active` or `disabled`.
    pub status: String,
    /// ISO 8601, UTC.
    pub created_at: String,
    /// ISO 8601, UTC.
    pub last_updated_at: String,
    /// What older clients read in place of `createdAt`.
    pub created: String,
    /// What older clients read in place of `lastUpdatedAt`.
    pub last_updated: String,
    /// The roles' names, as older clients read them.
    pub roles: Vec<String>,
    /// The user's roles.
    pub assigned_roles: Vec<AssignedRole>,
    /// The groups that the user's tokens named.
    pub assigned_groups: Vec<AssignedGroup>,
    /// Where the user is found.
    pub links: SelfLink,
}

/// A role of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignedRole {
    /// The role's id.
    pub id: String,
    /// The role's name.
    pub name: String,
    /// `default`: there are no roles of one's own.
    #[serde(rename = "type")]
    pub kind: String,
    /// `admin` or `user`.
    pub level: String,
}

/// A group of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignedGroup {
    /// The group's id.
    pub id: String,
    /// The group's name.
    pub name: String,
    /// `idp`: groups come from tokens.
    pub provider_type: String,
}

/// The answer of `GET /api/v1/user-locale`, which clients also ask to learn whether their session still stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserLocale {
    /// A BCP 47 tag.
    pub locale: String,
    /// A time zone's name.
    pub zoneinfo: String,
}
