//! Search strings: which values of a field they find, and where.

use fanlight_column::{BitSet, Symbols};

use crate::format;
use crate::function::matches_wildcard;
use crate::locale::Locale;
use crate::snapshot::Hit;
use crate::value::Elem;

/// A numeric search: up to two bounds.
#[derive(Debug)]
struct Bounds(Vec<(Bound, f64)>);

#[derive(Clone, Copy, Debug)]
enum Bound {
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// An interactive search: terms at the beginnings of words, a wildcard or a numeric search.
pub(crate) fn interactive(symbols: &Symbols, pattern: &str, locale: &Locale) -> Vec<Hit> {
    let is_special = pattern.contains(['*', '?']) || bounds(pattern, locale).is_some();
    if is_special {
        let found = programmatic(symbols, pattern, locale);
        return found
            .iter()
            .map(|code| Hit {
                elem: Elem(code as u32),
                ranges: Vec::new(),
            })
            .collect();
    }
    let terms: Vec<Vec<char>> = pattern
        .split_whitespace()
        .map(|term| fold(term.trim_start_matches('^')))
        .collect();
    (0..symbols.len() as u32)
        .filter_map(|code| {
            let ranges = word_starts(&symbols.text(code), &terms);
            (!ranges.is_empty()).then_some(Hit {
                elem: Elem(code),
                ranges,
            })
        })
        .collect()
}

/// A programmatic search: a wildcard over the whole text, a numeric search, or one value by text or number.
pub(crate) fn programmatic(symbols: &Symbols, pattern: &str, locale: &Locale) -> BitSet {
    let n_values = symbols.len();
    let all = 0..n_values as u32;
    if let Some(bounds) = bounds(pattern, locale) {
        let found = all.filter(|code| symbols.num(*code).is_some_and(|num| bounds.hold(num)));
        return BitSet::of(n_values, found.map(|code| code as usize));
    }
    let mut found = BitSet::of(
        n_values,
        all.filter(|code| matches_wildcard(pattern, &symbols.text(*code)))
            .map(|code| code as usize),
    );
    let is_plain = !pattern.contains(['*', '?']);
    if is_plain
        && found.is_empty()
        && let Some(code) = format::interpret_literal(pattern, locale).and_then(|num| symbols.find_num(num))
    {
        found.insert(code as usize);
    }
    found
}

/// Exactly one value: by its text, or by the number that the text reads as.
pub(crate) fn literal(symbols: &Symbols, text: &str, locale: &Locale) -> Option<u32> {
    symbols
        .find_text(text)
        .or_else(|| format::interpret_literal(text, locale).and_then(|num| symbols.find_num(num)))
}

/// The parts of a text that begin a word and equal one of the terms: position and length in characters.
fn word_starts(text: &str, terms: &[Vec<char>]) -> Vec<(usize, usize)> {
    // One folded character per character keeps the positions.
    let chars: Vec<char> = fold(text);
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for at in 0..chars.len() {
        let begins_word = chars[at].is_alphanumeric() && (at == 0 || !chars[at - 1].is_alphanumeric());
        let begins_other = !chars[at].is_alphanumeric();
        if !(begins_word || begins_other) || ranges.last().is_some_and(|(start, len)| at < start + len) {
            continue;
        }
        let longest = terms
            .iter()
            .filter(|term| !term.is_empty() && chars[at..].starts_with(term))
            .map(Vec::len)
            .max();
        if let Some(len) = longest {
            ranges.push((at, len));
        }
    }
    ranges
}

fn fold(text: &str) -> Vec<char> {
    text.chars()
        .map(|c| c.to_lowercase().next().unwrap_or(c))
        .collect()
}

fn bounds(pattern: &str, locale: &Locale) -> Option<Bounds> {
    let mut rest = pattern.trim();
    let mut bounds = Vec::new();
    while !rest.is_empty() {
        let (bound, behind) = [
            (">=", Bound::AtLeast),
            ("<=", Bound::AtMost),
            (">", Bound::Above),
            ("<", Bound::Below),
        ]
        .into_iter()
        .find_map(|(sign, bound)| rest.strip_prefix(sign).map(|behind| (bound, behind)))?;
        let end = behind.find(['<', '>']).unwrap_or(behind.len());
        bounds.push((bound, format::interpret_literal(behind[..end].trim(), locale)?));
        rest = &behind[end..];
    }
    (!bounds.is_empty()).then_some(Bounds(bounds))
}

impl Bounds {
    fn hold(&self, num: f64) -> bool {
        self.0.iter().all(|(bound, limit)| match bound {
            Bound::Above => num > *limit,
            Bound::AtLeast => num >= *limit,
            Bound::Below => num < *limit,
            Bound::AtMost => num <= *limit,
        })
    }
}
