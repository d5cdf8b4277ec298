//! Search strings: which values of a field they find, and where.

use fanlight_column::{BitSet, Symbols};

use crate::error::EvalError;
use crate::format;
use crate::function::Wildcard;
use crate::locale::Locale;
use crate::meter::Meter;
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
///
/// # Errors
/// If the meter ends it.
pub(crate) fn interactive(
    symbols: &Symbols,
    pattern: &str,
    locale: &Locale,
    meter: &Meter,
) -> Result<Vec<Hit>, EvalError> {
    let is_special = pattern.contains(['*', '?']) || bounds(pattern, locale).is_some();
    if is_special {
        let found = programmatic(symbols, pattern, locale, meter)?;
        return Ok(found
            .iter()
            .map(|code| Hit {
                elem: Elem(code as u32),
                ranges: Vec::new(),
            })
            .collect());
    }
    let mut terms: Vec<Vec<char>> = pattern
        .split_whitespace()
        .map(|term| fold(term.trim_start_matches('^')))
        .filter(|term| !term.is_empty())
        .collect();
    // The longest one that fits is looked for, and one that is there twice says nothing more.
    terms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    terms.dedup();
    let mut hits = Vec::new();
    for code in 0..symbols.len() as u32 {
        let Some(ranges) = word_starts(&symbols.text(code), &terms, meter) else {
            break;
        };
        if !ranges.is_empty() {
            hits.push(Hit {
                elem: Elem(code),
                ranges,
            });
        }
    }
    meter.outcome().map(|()| hits)
}

/// A programmatic search: a wildcard over the whole text, a numeric search, or one value by text or number.
///
/// # Errors
/// If the meter ends it.
pub(crate) fn programmatic(
    symbols: &Symbols,
    pattern: &str,
    locale: &Locale,
    meter: &Meter,
) -> Result<BitSet, EvalError> {
    let n_values = symbols.len();
    let all = 0..n_values as u32;
    // Reading the pattern, and the values that are looked at in one go.
    let _ = meter.spend(pattern.len() + n_values);
    meter.outcome()?;
    if let Some(bounds) = bounds(pattern, locale) {
        let mut found = BitSet::empty(n_values);
        for code in all {
            if let Some(num) = symbols.num(code) {
                if meter.spend(bounds.0.len()).is_none() {
                    break;
                }
                if bounds.hold(num) {
                    found.insert(code as usize);
                }
            }
        }
        return meter.outcome().map(|()| found);
    }
    let wildcard = Wildcard::new(pattern);
    let mut found = BitSet::of(
        n_values,
        all.filter(|code| wildcard.matches(&symbols.text(*code), meter))
            .map(|code| code as usize),
    );
    meter.outcome()?;
    let is_plain = !pattern.contains(['*', '?']);
    if is_plain
        && found.is_empty()
        && let Some(code) = format::interpret_literal(pattern, locale).and_then(|num| symbols.find_num(num))
    {
        found.insert(code as usize);
    }
    Ok(found)
}

/// Exactly one value: by its text, or by the number that the text reads as.
pub(crate) fn literal(symbols: &Symbols, text: &str, locale: &Locale) -> Option<u32> {
    symbols
        .find_text(text)
        .or_else(|| format::interpret_literal(text, locale).and_then(|num| symbols.find_num(num)))
}

/// The parts of a text that begin a word and equal one of the terms, longest first: position and length in characters.
/// `None` if the meter ends it.
fn word_starts(text: &str, terms: &[Vec<char>], meter: &Meter) -> Option<Vec<(usize, usize)>> {
    meter.spend(text.len())?;
    // One folded character per character keeps the positions.
    let chars: Vec<char> = fold(text);
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for at in 0..chars.len() {
        let begins_word = chars[at].is_alphanumeric() && (at == 0 || !chars[at - 1].is_alphanumeric());
        let begins_other = !chars[at].is_alphanumeric();
        if !(begins_word || begins_other) || ranges.last().is_some_and(|(start, len)| at < start + len) {
            continue;
        }
        for term in terms {
            let same = chars[at..].iter().zip(term).take_while(|(a, b)| a == b).count();
            meter.spend(same)?;
            if same == term.len() {
                ranges.push((at, same));
                break;
            }
        }
    }
    Some(ranges)
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
