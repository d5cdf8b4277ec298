//! Conditions on rows, as far as RFC 7644 §3.4.2.2 goes without nested attributes:
//! `name co "ada" and (status eq "active" or not (email pr))`.
//!
//! Names of fields are those of the list's parameters. Operators: `eq`, `ne`, `co` (contains), `sw` (starts with), `ew`
//! (ends with), `gt`, `ge`, `lt`, `le`, `pr` (is there).

use super::{Field, Value};
use crate::error::ApiError;

/// Deepest parentheses, and most comparisons.
const MAX_DEPTH: usize = 16;
const MAX_TERMS: usize = 100;

/// A condition.
pub(super) enum Filter<T: 'static> {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Is(&'static Field<T>, Test),
}

/// What is said about a field.
pub(super) enum Test {
    Present,
    Compared(Operator, Value),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

const OPERATORS: [(&str, Operator); 9] = [
    ("eq", Operator::Equal),
    ("ne", Operator::NotEqual),
    ("co", Operator::Contains),
    ("sw", Operator::StartsWith),
    ("ew", Operator::EndsWith),
    ("gt", Operator::Greater),
    ("ge", Operator::GreaterOrEqual),
    ("lt", Operator::Less),
    ("le", Operator::LessOrEqual),
];

impl<T> Filter<T> {
    /// Reads a condition.
    ///
    /// # Errors
    /// What is not understood, by its place.
    pub fn parse(text: &str, fields: &'static [Field<T>]) -> Result<Self, ApiError> {
        let mut parser = Parser {
            text,
            at: 0,
            fields,
            n_terms: 0,
        };
        let filter = parser.any(0)?;
        match parser.peek() {
            "" => Ok(filter),
            _ => Err(parser.wrong("`and`, `or` or the end")),
        }
    }

    /// Whether a row keeps it.
    pub fn takes(&self, row: &T) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.takes(row)),
            Self::Any(parts) => parts.iter().any(|part| part.takes(row)),
            Self::Not(part) => !part.takes(row),
            Self::Is(field, Test::Present) => !matches!(field.key(row), Value::Absent),
            Self::Is(field, Test::Compared(operator, wanted)) => operator.holds(&field.key(row), wanted),
        }
    }
}

impl Operator {
    fn holds(self, there: &Value, wanted: &Value) -> bool {
        if let (Value::Text(there), Value::Text(wanted)) = (there, wanted) {
            match self {
                Self::Contains => return there.contains(wanted),
                Self::StartsWith => return there.starts_with(wanted),
                Self::EndsWith => return there.ends_with(wanted),
                _ => {}
            }
        }
        let is_there = !matches!(there, Value::Absent);
        match self {
            Self::Equal => there == wanted,
            Self::NotEqual => there != wanted,
            Self::Greater => is_there && there > wanted,
            Self::GreaterOrEqual => is_there && there >= wanted,
            Self::Less => is_there && there < wanted,
            Self::LessOrEqual => is_there && there <= wanted,
            Self::Contains | Self::StartsWith | Self::EndsWith => false,
        }
    }
}

struct Parser<'a, T: 'static> {
    text: &'a str,
    at: usize,
    fields: &'static [Field<T>],
    n_terms: usize,
}

impl<'a, T> Parser<'a, T> {
    fn any(&mut self, depth: usize) -> Result<Filter<T>, ApiError> {
        let mut parts = vec![self.all(depth)?];
        while self.takes_word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(Filter::Any(parts))
    }

    fn all(&mut self, depth: usize) -> Result<Filter<T>, ApiError> {
        let mut parts = vec![self.one(depth)?];
        while self.takes_word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(Filter::All(parts))
    }

    fn one(&mut self, depth: usize) -> Result<Filter<T>, ApiError> {
        if depth > MAX_DEPTH {
            return Err(self.wrong(&format!("parentheses at most {MAX_DEPTH} deep")));
        }
        let is_not = self.takes_word("not");
        if self.peek().starts_with('(') {
            self.at += 1;
            let inner = self.any(depth + 1)?;
            if !self.peek().starts_with(')') {
                return Err(self.wrong("`)`"));
            }
            self.at += 1;
            return Ok(if is_not {
                Filter::Not(Box::new(inner))
            } else {
                inner
            });
        }
        if is_not {
            return Err(self.wrong("`(` after `not`"));
        }
        self.n_terms += 1;
        if self.n_terms > MAX_TERMS {
            return Err(self.wrong(&format!("at most {MAX_TERMS} comparisons")));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Filter<T>, ApiError> {
        let name = first_word(self.peek());
        let found = self
            .fields
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name));
        let Some(field) = found else {
            let names: Vec<&str> = self.fields.iter().map(|field| field.name).collect();
            return Err(self.wrong(&format!("one of the fields {}", names.join(", "))));
        };
        self.at += name.len();
        if self.takes_word("pr") {
            return Ok(Filter::Is(field, Test::Present));
        }
        let word = first_word(self.peek());
        let operator = OPERATORS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(word));
        let Some((_, operator)) = operator else {
            let names = OPERATORS.map(|(name, _)| name).join(", ");
            return Err(self.wrong(&format!("an operator ({names}, pr)")));
        };
        self.at += word.len();
        let text = self.literal()?;
        // A part of a word of a closed set is no word of it.
        let value = match operator {
            Operator::Contains | Operator::StartsWith | Operator::EndsWith => field.part(&text),
            _ => field.value(&text)?,
        };
        Ok(Filter::Is(field, Test::Compared(*operator, value)))
    }

    /// A text in quotes, with a backslash before a quote or a backslash in it; or `true` or `false`.
    fn literal(&mut self) -> Result<String, ApiError> {
        let rest = self.peek();
        if !rest.starts_with('"') {
            let word = first_word(rest);
            if !matches!(word, "true" | "false") {
                return Err(self.wrong("a value in double quotes"));
            }
            self.at += word.len();
            return Ok(word.to_owned());
        }
        let mut text = String::new();
        let mut chars = rest.char_indices().skip(1);
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '\\' => text.extend(chars.next().map(|(_, escaped)| escaped)),
                _ => text.push(char),
            }
        }
        Err(self.wrong("the quote that ends the value"))
    }

    /// What is left, without blanks before it.
    fn peek(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start();
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_it = first_word(self.peek()).eq_ignore_ascii_case(word);
        if is_it {
            self.at += word.len();
        }
        is_it
    }

    fn wrong(&self, expected: &str) -> ApiError {
        let place = self.text[..self.at].chars().count() + 1;
        ApiError::Invalid(format!("filter: at character {place} there should be {expected}"))
    }
}

fn first_word(text: &str) -> &str {
    let end = text.find(|char: char| char.is_whitespace() || matches!(char, '(' | ')' | '"'));
    &text[..end.unwrap_or(text.len())]
}
