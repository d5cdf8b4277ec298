//! Lists and links.

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List<T> {
    /// The entries.
    pub data: Vec<T>,
    /// Where this page, the next and the one before it are.
    pub links: ListLinks,
    /// How many entries there are on all pages, unless the call says `totalResults=false`.
    #[serde(rename = "totalResults", skip_serializing_if = "Option::is_none", default)]
    pub total_results: Option<u64>,
}

/// Links of a list; clients follow `next` and `prev` verbatim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListLinks {
    /// This page.
    #[serde(rename = "self")]
    pub this: Href,
    /// The next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<Href>,
    /// The page before, if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub prev: Option<Href>,
}

/// An absolute address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Href {
    /// The address.
    pub href: String,
}

/// Where a resource itself is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelfLink {
    /// The resource.
    #[serde(rename = "self")]
    pub this: Href,
}
