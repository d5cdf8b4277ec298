//! Recursive descent over the tokens, with operator precedence from a table.

mod call;
mod precedence;
mod set;
#[cfg(test)]
mod tests;
mod values;

use self::precedence::{NOT, UNARY};
use crate::{
    ast::{BinaryOp, Expr, ExprKind, Name, OuterSet, SetExpr, Span, UnaryOp},
    error::{ParseError, ParseErrorKind},
    lexer::{Lexer, Token},
};

/// How deep brackets, calls and prefix operators may be nested.
pub const MAX_NESTING: usize = 128;

/// How many levels a tree may have; a chain of `n` equal operators has `n + 1`.
pub const MAX_HEIGHT: usize = 512;

/// How many operators the set expressions of one text may have together.
pub const MAX_SET_OPERATORS: usize = 256;

type Result<T> = std::result::Result<T, ParseError>;

/// Reads an expression. A leading `=` is ignored.
///
/// # Errors
///
/// Where the text stops being an expression, and what was expected there.
pub fn parse(text: &str) -> Result<Expr> {
    let mut parser = Parser::new(text);
    parser.take("=");
    if parser.token == Token::End {
        return Err(ParseError {
            span: parser.span,
            kind: ParseErrorKind::Empty,
        });
    }
    let expr = parser.expression()?;
    parser.expect_end("an operator or the end")?;
    Ok(expr)
}

/// Reads a set expression on its own, with or without its curly brackets.
///
/// # Errors
///
/// Where the text stops being a set expression, and what was expected there.
pub fn parse_set(text: &str) -> Result<SetExpr> {
    let mut parser = Parser::new(text);
    let set = if parser.at("{") {
        parser.outer_set()?.set
    } else {
        parser.set_sum()?
    };
    parser.expect_end("a set operator or the end")?;
    Ok(set)
}

pub(crate) struct Parser<'a> {
    lexer: Lexer<'a>,
    token: Token<'a>,
    span: Span,
    previous_end: usize,
    depth: usize,
    n_set_operators: usize,
}

/// A left operand and its operator, waiting for the right operand to be complete.
struct Waiting {
    start: usize,
    operand: Expr,
    op: BinaryOp,
    strength: u8,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let mut lexer = Lexer::new(text);
        let (token, span) = lexer.next_token();
        Self {
            lexer,
            token,
            span,
            previous_end: 0,
            depth: 0,
            n_set_operators: 0,
        }
    }

    /// `[ "=" ] { set } or_expr`
    fn expression(&mut self) -> Result<Expr> {
        self.nested(|parser| {
            parser.take("=");
            let start = parser.span.start;
            let mut sets: Vec<OuterSet> = Vec::new();
            while parser.at("{") {
                sets.push(parser.outer_set()?);
            }
            let body = parser.binary(0)?;
            if sets.is_empty() {
                return Ok(body);
            }
            parser.node(ExprKind::Scoped(sets, Box::new(body)), start)
        })
    }

    /// Operands joined by infix operators that bind at least as strongly as `min`. Operators wait on a stack of their
    /// own until a weaker one comes, so that brackets alone decide how deep the parser recurses.
    fn binary(&mut self, min: u8) -> Result<Expr> {
        let mut start = self.span.start;
        let mut right = self.prefix()?;
        let mut waiting: Vec<Waiting> = Vec::new();
        loop {
            let next = precedence::infix(&self.token).filter(|(_, strength)| *strength >= min);
            let floor = next.map_or(0, |(_, strength)| strength);
            while let Some(left) = waiting.pop_if(|left| left.strength >= floor) {
                start = left.start;
                right = self.node(
                    ExprKind::Binary(left.op, Box::new(left.operand), Box::new(right)),
                    start,
                )?;
            }
            let Some((op, strength)) = next else {
                return Ok(right);
            };
            waiting.push(Waiting {
                start,
                operand: right,
                op,
                strength,
            });
            self.advance()?;
            start = self.span.start;
            right = self.prefix()?;
        }
    }

    fn prefix(&mut self) -> Result<Expr> {
        let (op, min) = match &self.token {
            Token::Op("+") => (UnaryOp::Plus, UNARY),
            Token::Op("-") => (UnaryOp::Minus, UNARY),
            token if token.is_word("bitnot") => (UnaryOp::BitNot, UNARY),
            token if token.is_word("not") => (UnaryOp::Not, NOT),
            _ => return self.primary(),
        };
        self.nested(|parser| {
            let start = parser.span.start;
            parser.advance()?;
            let operand = parser.binary(min)?;
            parser.node(ExprKind::Unary(op, Box::new(operand)), start)
        })
    }

    fn primary(&mut self) -> Result<Expr> {
        let start = self.span.start;
        let kind = match self.token.clone() {
            Token::Number(number) => ExprKind::Number(number),
            Token::Text(text) => ExprKind::Text(text),
            Token::Quoted(text) => ExprKind::Name(Name {
                text,
                span: self.span,
            }),
            Token::Word(word) if !precedence::is_operator_word(&self.token) => {
                let span = self.span;
                self.advance()?;
                if self.at("(") {
                    return self.function(word, span);
                }
                return self.node(
                    ExprKind::Name(Name {
                        text: word.into(),
                        span,
                    }),
                    start,
                );
            }
            Token::Op("(") => {
                self.advance()?;
                let inner = self.expression()?;
                self.expect(")", "an operator or `)`")?;
                return Ok(inner);
            }
            _ => return self.unexpected("a value, a name or a function"),
        };
        self.advance()?;
        self.node(kind, start)
    }

    /// A field in a place where only a field can stand.
    fn field(&mut self, expected: &'static str) -> Result<Name> {
        let text = match &self.token {
            Token::Quoted(text) => text.clone(),
            Token::Word(word) => (*word).into(),
            _ => return self.unexpected(expected),
        };
        let name = Name {
            text,
            span: self.span,
        };
        self.advance()?;
        Ok(name)
    }

    /// A node that begins at `start` and ends with the last token taken.
    fn node(&self, kind: ExprKind, start: usize) -> Result<Expr> {
        let expr = Expr::new(kind, Span::new(start, self.previous_end));
        if expr.height() > MAX_HEIGHT {
            return Err(ParseError {
                span: expr.span,
                kind: ParseErrorKind::TooDeep(MAX_HEIGHT),
            });
        }
        Ok(expr)
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_NESTING {
            return Err(ParseError {
                span: self.span,
                kind: ParseErrorKind::TooDeep(MAX_NESTING),
            });
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn at(&self, op: &str) -> bool {
        matches!(self.token, Token::Op(found) if found == op)
    }

    /// Takes the operator if it is the next token.
    fn take(&mut self, op: &str) -> bool {
        let found = self.at(op);
        if found {
            self.step();
        }
        found
    }

    fn expect(&mut self, op: &'static str, expected: &'static str) -> Result<()> {
        if self.take(op) {
            Ok(())
        } else {
            self.unexpected(expected)
        }
    }

    fn expect_end(&self, expected: &'static str) -> Result<()> {
        if self.token == Token::End {
            Ok(())
        } else {
            self.unexpected(expected)
        }
    }

    /// Takes the current token, which must be a sound one.
    fn advance(&mut self) -> Result<()> {
        if let Token::Invalid(kind) = &self.token {
            return Err(ParseError {
                span: self.span,
                kind: kind.clone(),
            });
        }
        self.step();
        Ok(())
    }

    fn step(&mut self) {
        self.previous_end = self.span.end;
        (self.token, self.span) = self.lexer.next_token();
    }

    /// The token behind the current one.
    fn peek(&self) -> Token<'a> {
        self.lexer.clone().next_token().0
    }

    fn unexpected<T>(&self, expected: &'static str) -> Result<T> {
        let kind = match &self.token {
            Token::Invalid(kind) => kind.clone(),
            token => ParseErrorKind::Unexpected {
                expected,
                found: token.describe(),
            },
        };
        Err(ParseError {
            span: self.span,
            kind,
        })
    }
}
