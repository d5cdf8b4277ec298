//! The people of the demo portal. A real portal has a database here, and passwords or its own single sign-on.

use axum::response::Json;
use serde_json::{Value, json};

use crate::demo::data::OPERATOR;

/// Someone who can sign in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub id: &'static str,
    pub name: &'static str,
    pub title: &'static str,
    pub groups: &'static [&'static str],
}

const PEOPLE: [Person; 3] = [
    Person {
        id: "ada",
        name: "Ada Quill",
        title: "Network planner",
        groups: &["planning"],
    },
    Person {
        id: "grace",
        name: "Grace Tern",
        title: "Station manager",
        groups: &["operations", "stations"],
    },
    Person {
        id: "edsger",
        name: "Edsger Vane",
        title: "Analyst",
        groups: &[],
    },
];

/// Who may operate the tenant: they sign in at its console, not here.
const OPERATORS: [Person; 1] = [Person {
    id: OPERATOR,
    name: "Mary Ketch",
    title: "Platform operator",
    groups: &["operators"],
}];

impl Person {
    pub(super) fn operators() -> impl Iterator<Item = Self> {
        OPERATORS.into_iter()
    }

    pub(super) fn find(id: &str) -> Option<Self> {
        PEOPLE.into_iter().find(|person| person.id == id)
    }

    pub(super) fn email(self) -> String {
        format!("{}@portal.example", self.id)
    }

    pub(super) fn to_json(self) -> Value {
        json!({ "id": self.id, "name": self.name, "title": self.title })
    }
}

/// `GET /people`: whom the sign-in page offers.
pub(super) async fn list() -> Json<Value> {
    Json(PEOPLE.into_iter().map(Person::to_json).collect())
}
