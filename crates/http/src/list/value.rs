//! What rows are sorted and filtered by.

use fanlight_base::Timestamp;

use crate::error::ApiError;

/// A field's value in one row, with its order: what is not there comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// None.
    Absent,
    /// Yes or no.
    Flag(bool),
    /// A text, or a time in the one form in which times are written.
    Text(String),
}

/// What a field holds, and so what its parameter means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words of people: the parameter is found inside them, in either case.
    Words,
    /// As words, but made of several fields: nothing to sort by.
    Search,
    /// A name that has no case, such as an address: the parameter is the whole of it.
    Label,
    /// An id: the parameter is the whole of it, letter by letter, or several with commas between them.
    Exact,
    /// One of these words, or several with commas between them.
    OneOf(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A time: no parameter; `sort` and `filter` know it.
    Time,
}

/// A field of a row.
pub struct Field<T: 'static> {
    /// Its name in parameters.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    read: fn(&T) -> Value,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Absent, Self::from)
    }
}

impl<T> Field<T> {
    /// A field that `read` finds in a row.
    pub const fn new(name: &'static str, kind: Kind, read: fn(&T) -> Value) -> Self {
        Self { name, kind, read }
    }

    /// What the row is sorted by.
    pub fn key(&self, row: &T) -> Value {
        self.folded((self.read)(row))
    }

    /// Texts in which case does not count are compared in small letters.
    fn folded(&self, value: Value) -> Value {
        match (self.kind, value) {
            (Kind::Words | Kind::Search | Kind::Label, Value::Text(text)) => Value::Text(text.to_lowercase()),
            (_, value) => value,
        }
    }

    /// A given text as a value of this field.
    ///
    /// # Errors
    /// The field can never have it.
    pub fn value(&self, text: &str) -> Result<Value, ApiError> {
        match self.kind {
            Kind::Flag => flag(self.name, text).map(Value::Flag),
            Kind::OneOf(words) if !words.contains(&text) => Err(ApiError::Invalid(format!(
                "{}: write one of {}",
                self.name,
                words.join(", ")
            ))),
            _ => Ok(self.folded(Value::from(text))),
        }
    }

    /// A given text as a part of a value of this field.
    pub fn part(&self, text: &str) -> Value {
        self.folded(Value::from(text))
    }

    /// Checks the text of the field's parameter.
    ///
    /// # Errors
    /// The field can never have it.
    pub fn check(&self, text: &str) -> Result<(), ApiError> {
        self.parts(text).try_for_each(|part| self.value(part).map(drop))
    }

    /// Whether the row has what the parameter says, which was checked before.
    pub fn has(&self, row: &T, text: &str) -> bool {
        match (self.kind, self.key(row)) {
            (Kind::Words | Kind::Search, Value::Text(there)) => there.contains(&text.to_lowercase()),
            (Kind::Words | Kind::Search, _) => text.is_empty(),
            (_, there) => self
                .parts(text)
                .any(|part| self.value(part).is_ok_and(|wanted| wanted == there)),
        }
    }

    fn parts<'a>(&self, text: &'a str) -> impl Iterator<Item = &'a str> {
        let several = matches!(self.kind, Kind::Exact | Kind::OneOf(_));
        text.split(move |c| several && c == ',').map(str::trim)
    }
}

/// A time, to be sorted by so that the newest comes first.
pub fn newest_first(at: Timestamp) -> Value {
    Value::Text(format!("{:020}", i64::MAX.saturating_sub(at.as_millis())))
}

/// `true` or `false`.
///
/// # Errors
/// It is neither.
pub fn flag(name: &str, text: &str) -> Result<bool, ApiError> {
    text.parse()
        .map_err(|_| ApiError::Invalid(format!("{name}: write true or false")))
}
