use crate::ast::Span;

/// Why a text is no expression, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at position {}", span.start)]
pub struct ParseError {
    /// The offending part of the text, in bytes.
    pub span: Span,
    /// What is wrong with it.
    pub kind: ParseErrorKind,
}

/// What is wrong with a text that is no expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseErrorKind {
    /// Nothing but blanks, comments and a leading `=`.
    #[error("the expression is empty")]
    Empty,
    /// Something else was expected here.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What would have been right.
        expected: &'static str,
        /// What stands there, as the reader of the message sees it.
        found: String,
    },
    /// A character that starts nothing.
    #[error("unexpected character `{0}`")]
    BadCharacter(char),
    /// A quoted text or name has no end.
    #[error("the text that starts with `{0}` has no end")]
    UnclosedQuote(char),
    /// A `/*` without its `*/`.
    #[error("the comment has no end")]
    UnclosedComment,
    /// A number that cannot be read, such as `1e999x`.
    #[error("`{0}` is not a number")]
    BadNumber(String),
    /// `DISTINCT`, `TOTAL`, `ALL` or a set expression inside a function that is no aggregation.
    #[error("`{qualifier}` may only stand in an aggregation, and `{function}` is none")]
    MisplacedQualifier {
        /// The qualifier as the grammar names it.
        qualifier: &'static str,
        /// The function it was found in.
        function: String,
    },
    /// The same qualifier twice in one aggregation.
    #[error("`{0}` is given twice")]
    RepeatedQualifier(&'static str),
    /// Brackets, calls or operators nested too deeply.
    #[error("the expression is nested too deeply (limit {0})")]
    TooDeep(usize),
    /// Too many operators in the set expressions of one text.
    #[error("too many set operators (limit {0})")]
    TooManySetOperators(usize),
}
