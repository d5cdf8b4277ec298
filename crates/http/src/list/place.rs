//! Places in a list.

use super::Value;
use crate::error::ApiError;

/// Where a page begins.
#[derive(Debug)]
pub(super) enum Place {
    /// With the first row.
    Start,
    /// After this row.
    After(Row),
    /// It ends before this row.
    Before(Row),
}

/// What a row is sorted by, and its id. It need not be there any more.
#[derive(Debug)]
pub(super) struct Row {
    pub value: Value,
    pub id: String,
}

impl Row {
    /// The row as it stands in links: the field that the list is sorted by, the id, and the value.
    pub fn text(&self, sorted_by: &str) -> String {
        let (kind, value) = match &self.value {
            Value::Absent => ('n', ""),
            Value::Flag(false) => ('f', ""),
            Value::Flag(true) => ('t', ""),
            Value::Text(text) => ('s', text.as_str()),
        };
        format!("{sorted_by}~{}~{kind}{value}", self.id)
    }

    /// Reads a row from the link of another page in the same order.
    ///
    /// # Errors
    /// It is of no such page.
    pub fn parse(name: &str, text: &str, sorted_by: &str) -> Result<Self, ApiError> {
        let wrong = || ApiError::Invalid(format!("{name}: not a value that this list gave"));
        let mut parts = text.splitn(3, '~');
        let (Some(field), Some(id), Some(value)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong());
        };
        if field != sorted_by {
            let text = format!("{name}: this page is of a list in another order; leave `sort` as it was");
            return Err(ApiError::Invalid(text));
        }
        let mut chars = value.chars();
        let value = match (chars.next(), chars.as_str()) {
            (Some('n'), "") => Value::Absent,
            (Some('f'), "") => Value::Flag(false),
            (Some('t'), "") => Value::Flag(true),
            (Some('s'), text) => Value::from(text),
            _ => return Err(wrong()),
        };
        Ok(Self {
            value,
            id: id.to_owned(),
        })
    }
}
