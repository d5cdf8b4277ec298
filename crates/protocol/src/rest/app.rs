//! Apps, and the items that list them.

use serde::{Deserialize, Serialize};

use super::Href;

/// The answer of `GET /api/v1/apps/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// What is known about the app.
    pub attributes: AppAttributes,
    /// What the caller may do with it.
    pub privileges: Vec<String>,
}

/// What is known about an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppAttributes {
    /// The app's id.
    pub id: String,
    /// The app's title.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// A picture's path: none.
    pub thumbnail: String,
    /// ISO 8601, UTC.
    pub last_reload_time: String,
    /// Whether it is published.
    pub published: bool,
    /// Whether rows are hidden from some users.
    pub has_section_access: bool,
    /// Whether its data stays in a database.
    pub is_direct_query_mode: bool,
    /// `ANALYTICS`.
    pub usage: String,
}

/// An app as an item of `GET /api/v1/items`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The item's id: the app's.
    pub id: String,
    /// The app's title.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `app`.
    pub resource_type: String,
    /// The app's id.
    pub resource_id: String,
    /// What is known about the app.
    pub resource_attributes: AppAttributes,
    /// The tenant.
    pub tenant_id: String,
    /// ISO 8601, UTC.
    pub created_at: String,
    /// ISO 8601, UTC.
    pub updated_at: String,
    /// What the caller may do with it.
    pub actions: Vec<String>,
    /// Collections that hold it: none.
    pub collection_ids: Vec<String>,
    /// Whether the caller marked it.
    pub is_favorited: bool,
    /// The same, as clients read it.
    pub meta: ItemMeta,
    /// Where it is found, and where it opens.
    pub links: ItemLinks,
}

/// Actions and marks of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemMeta {
    /// What the caller may do with it.
    pub actions: Vec<String>,
    /// Whether the caller marked it.
    pub is_favorited: bool,
}

/// Links of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemLinks {
    /// The item.
    #[serde(rename = "self")]
    pub this: Href,
    /// A page that shows the app.
    pub open: Href,
}
