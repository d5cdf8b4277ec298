use super::{Parser, Result};
use crate::{
    ast::{Element, ElementKind, Implicit, Name, Span, ValueSet, ValueSetKind},
    error::{ParseError, ParseErrorKind},
    lexer::Token,
};

impl Parser<'_> {
    /// Value sets joined by union and exclusion.
    pub(super) fn value_sum(&mut self) -> Result<ValueSet> {
        self.nested(|parser| {
            let start = parser.span.start;
            let mut left = parser.value_product()?;
            while let Some(op) = parser.additive()? {
                let right = parser.value_product()?;
                left = parser.value_node(ValueSetKind::Binary(op, Box::new(left), Box::new(right)), start);
            }
            Ok(left)
        })
    }

    /// Value sets joined by intersection and symmetric difference.
    fn value_product(&mut self) -> Result<ValueSet> {
        let start = self.span.start;
        let mut left = self.value_unary()?;
        while let Some(op) = self.multiplicative()? {
            let right = self.value_unary()?;
            left = self.value_node(ValueSetKind::Binary(op, Box::new(left), Box::new(right)), start);
        }
        Ok(left)
    }

    fn value_unary(&mut self) -> Result<ValueSet> {
        let start = self.span.start;
        if !self.at("-") {
            return self.value_primary();
        }
        self.step();
        self.count_set_operator()?;
        let operand = self.nested(Self::value_unary)?;
        Ok(self.value_node(ValueSetKind::Complement(Box::new(operand)), start))
    }

    fn value_primary(&mut self) -> Result<ValueSet> {
        let start = self.span.start;
        if self.at("{") {
            let elements = self.elements()?;
            return Ok(self.value_node(ValueSetKind::List(elements), start));
        }
        if self.take("(") {
            let inner = self.value_sum()?;
            self.expect(")", "a set operator or `)`")?;
            return Ok(inner);
        }
        let possible = self.token.is_word("p");
        if (possible || self.token.is_word("e")) && self.peek() == Token::Op("(") {
            self.advance()?;
            let implicit = self.implicit()?;
            let kind = if possible {
                ValueSetKind::Possible(implicit)
            } else {
                ValueSetKind::Excluded(implicit)
            };
            return Ok(self.value_node(kind, start));
        }
        let first = if self.at("$") && self.peek() == Token::Op("::") {
            let span = self.span;
            self.step();
            Name {
                text: "$".into(),
                span,
            }
        } else {
            self.field("`{`, a field, `P(` or `E(`")?
        };
        let kind = if self.take("::") {
            ValueSetKind::Field {
                state: Some(first),
                field: self.field("a field")?,
            }
        } else {
            ValueSetKind::Field {
                state: None,
                field: first,
            }
        };
        Ok(self.value_node(kind, start))
    }

    /// `"(" [ set ] [ field ] ")"`
    fn implicit(&mut self) -> Result<Implicit> {
        self.expect("(", "`(`")?;
        let set = if self.at("{") {
            Some(Box::new(self.inner_set()?))
        } else {
            None
        };
        let field = if self.at(")") {
            None
        } else {
            Some(self.field("a field or `)`")?)
        };
        self.expect(")", "`)`")?;
        Ok(Implicit { set, field })
    }

    /// A value list. It is read character by character, because an unquoted value may hold anything but quotes,
    /// brackets and commas.
    fn elements(&mut self) -> Result<Vec<Element>> {
        self.lexer.seek(self.span.end);
        let mut elements = Vec::new();
        self.lexer.skip_whitespace();
        while !(elements.is_empty() && self.lexer.rest().starts_with('}')) {
            elements.push(self.element()?);
            self.lexer.skip_whitespace();
            match self.lexer.rest().chars().next() {
                Some(',') => self.lexer.seek(self.lexer.pos() + 1),
                Some('}') => break,
                _ => return self.unexpected_at_reader("`,` or `}`"),
            }
            self.lexer.skip_whitespace();
        }
        let close = self.lexer.pos();
        self.lexer.seek(close + 1);
        self.span = Span::new(close, close + 1);
        self.step();
        Ok(elements)
    }

    fn element(&mut self) -> Result<Element> {
        let start = self.lexer.pos();
        let first = self.lexer.rest().chars().next();
        let (kind, text) = match first {
            Some(quote @ ('\'' | '"' | '[' | '`')) => {
                let kind = if quote == '\'' {
                    ElementKind::Literal
                } else {
                    ElementKind::Search
                };
                let text = self.lexer.quoted(quote).map_err(|kind| {
                    let span = Span::new(start, self.lexer.pos());
                    ParseError { span, kind }
                })?;
                (kind, text)
            }
            _ => {
                let rest = self.lexer.rest();
                let end = rest
                    .find([',', '}', '{', '\'', '"', '[', '`'])
                    .unwrap_or(rest.len());
                let text = rest[..end].trim_end();
                if text.is_empty() {
                    return self.unexpected_at_reader("a value");
                }
                self.lexer.seek(start + text.len());
                (ElementKind::Bare, text.into())
            }
        };
        Ok(Element {
            kind,
            text,
            span: Span::new(start, self.lexer.pos()),
        })
    }

    /// What [`Parser::unexpected`] says, for the character that the lexer would read next.
    fn unexpected_at_reader<T>(&self, expected: &'static str) -> Result<T> {
        let start = self.lexer.pos();
        let (found, len) = match self.lexer.rest().chars().next() {
            Some(c) => (format!("`{c}`"), c.len_utf8()),
            None => (Token::End.describe(), 0),
        };
        let kind = ParseErrorKind::Unexpected { expected, found };
        Err(ParseError {
            span: Span::new(start, start + len),
            kind,
        })
    }

    fn value_node(&self, kind: ValueSetKind, start: usize) -> ValueSet {
        ValueSet {
            kind,
            span: Span::new(start, self.previous_end),
        }
    }
}
