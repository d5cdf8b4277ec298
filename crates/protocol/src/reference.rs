//! References to objects, which clients turn into objects of their own.

use serde::Serialize;

use crate::Class;

/// A reference to an object, or to none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    q_type: Option<&'static str>,
    q_handle: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    q_generic_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    q_generic_id: Option<String>,
}

impl Reference {
    /// No such object. Both members are `null`, by which clients know it.
    pub const NONE: Self = Self {
        q_type: None,
        q_handle: None,
        q_generic_type: None,
        q_generic_id: None,
    };

    /// The app.
    pub const fn doc(handle: i64, id: String) -> Self {
        Self {
            q_type: Some(Class::Doc.name()),
            q_handle: Some(handle),
            q_generic_type: None,
            q_generic_id: Some(id),
        }
    }

    /// A field.
    pub const fn field(handle: i64) -> Self {
        Self {
            q_type: Some(Class::Field.name()),
            q_handle: Some(handle),
            q_generic_type: None,
            q_generic_id: None,
        }
    }

    /// An object with a type and an id.
    pub const fn generic(class: Class, handle: i64, generic_type: String, id: String) -> Self {
        Self {
            q_type: Some(class.name()),
            q_handle: Some(handle),
            q_generic_type: Some(generic_type),
            q_generic_id: Some(id),
        }
    }
}
