//! Expressions and set expressions as text: lexer, parser and syntax tree.
//!
//! The crate knows nothing of fields, values or selections. It is total: any text gives either a tree of bounded height or
//! a [`ParseError`] that says where and what was expected; it never panics and never recurses without limit.
//!
//! ```text
//!   text ──expansion::split──► literal and $(…) parts ──(engine resolves)──► text ──parse──► Expr
//! ```
//!
//! * [`parse`] reads an expression, [`parse_set`] a set expression on its own.
//! * [`ast`] holds the tree; every node has a [`Span`] in bytes of the parsed text.
//! * [`expansion`] finds dollar-sign expansions, which are textual and happen before parsing.
//! * [`is_aggregation`] and [`takes_total`] are the name lists the grammar depends on.

pub mod ast;
mod error;
pub mod expansion;
mod lexer;
mod names;
mod parser;

pub use ast::{Expr, ExprKind, Span};
pub use error::{ParseError, ParseErrorKind};
pub use names::{aggregation_names, is_aggregation, takes_total};
pub use parser::{MAX_HEIGHT, MAX_NESTING, MAX_SET_OPERATORS, parse, parse_set};
