//! Dollar-sign expansions: where they are in a text, and how the parameters of a variable are filled in.
//!
//! Expansion is textual and happens before parsing, also inside quotes. This module only cuts the text up; what a name or
//! an expression stands for is the engine's business:
//!
//! ```text
//! Sum({<Year={$(=Max(Year) - $(vBack))}>} $(vMeasure(Sales)))
//!            └─ Expression: [=Max(Year) - ] └ Variable: name [vMeasure], arguments [[Sales]]
//!                            └ Variable: name [vBack]
//! ```
//!
//! Parts nest, because a name, an argument or an expression may itself hold expansions: resolve the inner ones first.

#[cfg(test)]
mod tests;

use std::ops::Range;

/// How deep expansions may be nested in one text.
pub const MAX_NESTING: usize = 32;

/// How many expansions one text may hold.
pub const MAX_EXPANSIONS: usize = 1000;

/// The longest definition with its parameters filled in, in bytes: an argument may stand in it any number of times.
pub const MAX_FILLED_BYTES: usize = 1 << 20;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text that stays.
    Literal(String),
    /// `$(…)`
    Expansion(Expansion),
}

/// A dollar-sign expansion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expansion {
    /// What it stands for.
    pub source: Source,
    /// How the result is pasted.
    pub form: Form,
    /// Where it stands in the whole text, in bytes.
    pub span: Range<usize>,
}

/// What an expansion stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `$(name)` or `$(name(a, b))`
    Variable {
        /// The variable's name.
        name: Vec<Part>,
        /// The arguments; none without brackets. A variable called without brackets keeps its `$1` as they are.
        args: Option<Vec<Vec<Part>>>,
    },
    /// `$(=expr)`, without the `=`
    Expression(Vec<Part>),
}

/// How the result of an expansion is pasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As its text.
    Text,
    /// `$(#…)`: as a number with a decimal point, 0 if it is none.
    Number,
}

/// A text with more expansions than anyone writes by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExpansionError {
    /// More than [`MAX_NESTING`] levels.
    #[error("dollar-sign expansions are nested too deeply (limit {MAX_NESTING})")]
    TooDeep,
    /// More than [`MAX_EXPANSIONS`] in all.
    #[error("too many dollar-sign expansions (limit {MAX_EXPANSIONS})")]
    TooMany,
    /// More than [`MAX_FILLED_BYTES`].
    #[error("a variable with its parameters is too long (limit {MAX_FILLED_BYTES} bytes)")]
    TooLong,
}

/// Cuts a text into literal text and expansions. A `$(` without its closing bracket is literal text.
///
/// # Errors
///
/// When expansions are nested deeper than [`MAX_NESTING`] or are more than [`MAX_EXPANSIONS`].
pub fn split(text: &str) -> Result<Vec<Part>, ExpansionError> {
    if text.matches("$(").nth(MAX_EXPANSIONS).is_some() {
        return Err(ExpansionError::TooMany);
    }
    split_at(text, 0, 0)
}

/// Whether the text holds anything to expand.
#[must_use]
pub fn is_needed(text: &str) -> bool {
    text.contains("$(")
}

/// Fills `$1`, `$2` … in a variable's definition with the arguments and `$0` with their number. Parameters without an
/// argument stay as they are, arguments without a parameter are dropped.
///
/// # Errors
///
/// When the result would be longer than [`MAX_FILLED_BYTES`].
pub fn fill_parameters(definition: &str, args: &[String]) -> Result<String, ExpansionError> {
    let mut filled = String::with_capacity(definition.len());
    let mut rest = definition;
    while let Some(at) = rest.find('$') {
        filled.push_str(&rest[..at]);
        let digits = &rest[at + 1..];
        let n_digits = digits.bytes().take_while(u8::is_ascii_digit).count();
        let parameter = &rest[at..at + 1 + n_digits];
        match digits[..n_digits].parse::<usize>() {
            Ok(0) => filled.push_str(&args.len().to_string()),
            Ok(number) => filled.push_str(args.get(number - 1).map_or(parameter, String::as_str)),
            Err(_) => filled.push_str(parameter),
        }
        if filled.len() > MAX_FILLED_BYTES {
            return Err(ExpansionError::TooLong);
        }
        rest = &digits[n_digits..];
    }
    filled.push_str(rest);
    Ok(filled)
}

fn split_at(text: &str, offset: usize, depth: usize) -> Result<Vec<Part>, ExpansionError> {
    if depth > MAX_NESTING {
        return Err(ExpansionError::TooDeep);
    }
    let mut parts = Vec::new();
    let mut literal_start = 0;
    let mut searched = 0;
    while let Some(found) = text[searched..].find("$(") {
        let start = searched + found;
        let body_start = start + 2;
        let Some(len) = body_len(&text[body_start..]) else {
            searched = body_start;
            continue;
        };
        push_literal(&mut parts, &text[literal_start..start]);
        let body_end = body_start + len;
        let (source, form) = read_body(&text[body_start..body_end], offset + body_start, depth)?;
        let span = offset + start..offset + body_end + 1;
        parts.push(Part::Expansion(Expansion { source, form, span }));
        literal_start = body_end + 1;
        searched = literal_start;
    }
    push_literal(&mut parts, &text[literal_start..]);
    Ok(parts)
}

fn push_literal(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Literal(text.to_owned()));
    }
}

fn read_body(body: &str, offset: usize, depth: usize) -> Result<(Source, Form), ExpansionError> {
    let mut rest = body.trim_start();
    let mut form = Form::Text;
    if let Some(after) = rest.strip_prefix('#') {
        form = Form::Number;
        rest = after.trim_start();
    }
    let at = |part: &str| offset + (body.len() - part.len());
    if let Some(expression) = rest.strip_prefix('=') {
        return Ok((
            Source::Expression(split_at(expression, at(expression), depth + 1)?),
            form,
        ));
    }
    let source = match call_bracket(rest) {
        Some(open) => {
            let inside = rest
                .trim_end()
                .strip_suffix(')')
                .map_or("", |call| &call[open + 1..]);
            let inside_offset = at(&rest[open + 1..]);
            let args = argument_ranges(inside)
                .into_iter()
                .map(|range| split_at(&inside[range.clone()], inside_offset + range.start, depth + 1))
                .collect::<Result<Vec<_>, _>>()?;
            Source::Variable {
                name: split_at(rest[..open].trim(), at(rest), depth + 1)?,
                args: Some(args),
            }
        }
        None => Source::Variable {
            name: split_at(rest.trim_end(), at(rest), depth + 1)?,
            args: None,
        },
    };
    Ok((source, form))
}

/// Where the arguments of `name(args)` open: the first bracket that is no nested expansion's, if a bracket closes the
/// body.
fn call_bracket(body: &str) -> Option<usize> {
    if !body.trim_end().ends_with(')') {
        return None;
    }
    let mut searched = 0;
    loop {
        let open = searched + body[searched..].find('(')?;
        if !body[..open].ends_with('$') {
            return (open > 0).then_some(open);
        }
        searched = open + 1 + body_len(&body[open + 1..])? + 1;
    }
}

/// The arguments between the brackets of a call, trimmed: commas inside brackets or quotes do not separate.
fn argument_ranges(inside: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut scan = Scan::new(QuoteRule::Honour);
    for (at, c) in inside.char_indices() {
        if scan.is_outside() && c == ',' {
            ranges.push(trimmed(inside, start..at));
            start = at + 1;
        }
        scan.take(c);
    }
    if !ranges.is_empty() || !inside.trim().is_empty() {
        ranges.push(trimmed(inside, start..inside.len()));
    }
    ranges
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

/// The length of the text up to the bracket that closes it. Brackets inside quotes do not count, unless the quotes do
/// not pair up: then the text is cut by brackets alone.
fn body_len(text: &str) -> Option<usize> {
    closing_bracket(text, QuoteRule::Honour).or_else(|| closing_bracket(text, QuoteRule::Ignore))
}

fn closing_bracket(text: &str, quotes: QuoteRule) -> Option<usize> {
    let mut scan = Scan::new(quotes);
    for (at, c) in text.char_indices() {
        if scan.is_outside() && c == ')' {
            return Some(at);
        }
        scan.take(c);
    }
    None
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum QuoteRule {
    Honour,
    Ignore,
}

/// Keeps track of brackets and quotes while a text is read.
struct Scan {
    quotes: QuoteRule,
    n_open: usize,
    quoted_until: Option<char>,
}

impl Scan {
    fn new(quotes: QuoteRule) -> Self {
        Self {
            quotes,
            n_open: 0,
            quoted_until: None,
        }
    }

    /// Whether the next character is in no bracket and no quotes.
    fn is_outside(&self) -> bool {
        self.n_open == 0 && self.quoted_until.is_none()
    }

    fn take(&mut self, c: char) {
        match (self.quoted_until, c) {
            (Some(close), _) => {
                if c == close {
                    self.quoted_until = None;
                }
            }
            (None, '(') => self.n_open += 1,
            (None, ')') => self.n_open = self.n_open.saturating_sub(1),
            (None, '\'' | '"' | '`' | '[') if self.quotes == QuoteRule::Honour => {
                self.quoted_until = Some(if c == '[' { ']' } else { c });
            }
            (None, _) => {}
        }
    }
}
