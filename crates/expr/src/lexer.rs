use std::sync::Arc;

use crate::{ast::Span, error::ParseErrorKind};

/// A piece of the text. Faults are tokens too, so that looking ahead never fails: inside a value list the parser reads
/// characters, and what the lexer made of them does not matter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'a> {
    Number(f64),
    /// `'…'`
    Text(Arc<str>),
    /// `[…]`, `"…"` or `` `…` ``
    Quoted(Arc<str>),
    /// A keyword, function name or unquoted name.
    Word(&'a str),
    /// Brackets, operators and separators.
    Op(&'static str),
    /// `$n`
    Back(u32),
    /// `$_n`
    Forward(u32),
    End,
    Invalid(ParseErrorKind),
}

/// Longest first, because the first match is taken.
const OPERATORS: &[&str] = &[
    "<>", "<=", ">=", "<<", ">>", "::", "(", ")", "{", "}", ",", "+", "-", "*", "/", "&", "=", "<", ">", "$",
    "~",
];

/// Cuts a text into tokens, skipping blanks and comments.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'a> {
    text: &'a str,
    pos: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, pos: 0 }
    }

    /// The text from the reading position on.
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.pos..).unwrap_or("")
    }

    pub(crate) fn pos(&self) -> usize {
        self.pos
    }

    /// Sets the reading position to a character boundary.
    pub(crate) fn seek(&mut self, pos: usize) {
        self.pos = pos;
    }

    pub(crate) fn skip_whitespace(&mut self) {
        let rest = self.rest();
        self.pos += rest.len() - rest.trim_start().len();
    }

    pub(crate) fn next_token(&mut self) -> (Token<'a>, Span) {
        if let Err(fault) = self.skip_blanks() {
            return fault;
        }
        let start = self.pos;
        let token = self.read();
        (token, Span::new(start, self.pos))
    }

    /// Reads a quoted text whose opening quote is at the reading position; a doubled closing quote stands for itself.
    pub(crate) fn quoted(&mut self, open: char) -> Result<Arc<str>, ParseErrorKind> {
        let close = if open == '[' { ']' } else { open };
        let body = self.rest().strip_prefix(open).unwrap_or("");
        let mut text = String::new();
        let mut chars = body.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c != close {
                text.push(c);
            } else if chars.next_if(|(_, next)| *next == close).is_some() {
                text.push(close);
            } else {
                self.pos += open.len_utf8() + at + close.len_utf8();
                return Ok(text.into());
            }
        }
        self.pos = self.text.len();
        Err(ParseErrorKind::UnclosedQuote(open))
    }

    fn skip_blanks(&mut self) -> Result<(), (Token<'a>, Span)> {
        loop {
            self.skip_whitespace();
            let rest = self.rest();
            if rest.starts_with("//") {
                self.pos += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                let start = self.pos;
                let Some(end) = rest.get(2..).and_then(|body| body.find("*/")) else {
                    self.pos = self.text.len();
                    return Err((
                        Token::Invalid(ParseErrorKind::UnclosedComment),
                        Span::new(start, self.pos),
                    ));
                };
                self.pos += end + 4;
            } else {
                return Ok(());
            }
        }
    }

    fn read(&mut self) -> Token<'a> {
        let rest = self.rest();
        let mut chars = rest.chars();
        let Some(first) = chars.next() else {
            return Token::End;
        };
        let second = chars.next().unwrap_or(' ');
        match first {
            '\'' => self.quoted(first).map_or_else(Token::Invalid, Token::Text),
            '[' | '"' | '`' => self.quoted(first).map_or_else(Token::Invalid, Token::Quoted),
            '0'..='9' => self.number(),
            '.' if second.is_ascii_digit() => self.number(),
            '$' => self.dollar(),
            _ if is_word_start(first) => self.word(),
            _ => self.operator(first),
        }
    }

    fn number(&mut self) -> Token<'a> {
        let rest = self.rest();
        let digits = |from: usize| rest.bytes().skip(from).take_while(u8::is_ascii_digit).count();
        let mut len = digits(0);
        if rest.as_bytes().get(len) == Some(&b'.') {
            len += 1 + digits(len + 1);
        }
        if matches!(rest.as_bytes().get(len), Some(b'e' | b'E')) {
            let signed = usize::from(matches!(rest.as_bytes().get(len + 1), Some(b'+' | b'-')));
            let exponent = digits(len + 1 + signed);
            if exponent > 0 {
                len += 1 + signed + exponent;
            }
        }
        self.pos += len;
        let text = &rest[..len];
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Token::Number(number),
            _ => Token::Invalid(ParseErrorKind::BadNumber(text.to_owned())),
        }
    }

    fn dollar(&mut self) -> Token<'a> {
        let after = &self.rest()[1..];
        let forward = after.starts_with('_');
        let steps = &after[usize::from(forward)..];
        let n_digits = steps.bytes().take_while(u8::is_ascii_digit).count();
        if n_digits > 0 {
            let digits = &steps[..n_digits];
            self.pos += 1 + usize::from(forward) + n_digits;
            return match digits.parse() {
                Ok(steps) if forward => Token::Forward(steps),
                Ok(steps) => Token::Back(steps),
                Err(_) => Token::Invalid(ParseErrorKind::BadNumber(digits.to_owned())),
            };
        }
        if after.starts_with(is_word_start) {
            return self.word();
        }
        self.operator('$')
    }

    fn word(&mut self) -> Token<'a> {
        let rest = self.rest();
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let len = rest[first..]
            .find(|c| !is_word_part(c))
            .map_or(rest.len(), |end| first + end);
        self.pos += len;
        Token::Word(&rest[..len])
    }

    fn operator(&mut self, first: char) -> Token<'a> {
        let rest = self.rest();
        if let Some(op) = OPERATORS.iter().find(|op| rest.starts_with(**op)) {
            self.pos += op.len();
            return Token::Op(op);
        }
        self.pos += first.len_utf8();
        Token::Invalid(ParseErrorKind::BadCharacter(first))
    }
}

impl Token<'_> {
    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self, Token::Word(text) if text.eq_ignore_ascii_case(word))
    }

    /// The token as an error message shows it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Token::Number(number) => format!("the number {number}"),
            Token::Text(text) => format!("the text '{text}'"),
            Token::Quoted(name) => format!("the name [{name}]"),
            Token::Word(word) => format!("`{word}`"),
            Token::Op(op) => format!("`{op}`"),
            Token::Back(steps) => format!("`${steps}`"),
            Token::Forward(steps) => format!("`$_{steps}`"),
            Token::End => "the end".to_owned(),
            Token::Invalid(fault) => fault.to_string(),
        }
    }
}

fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '%' | '#' | '@')
}

/// The arrow is there for the sort orders `A→Z` and `Z→A`.
fn is_word_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '%' | '#' | '@' | '→')
}
