//! Search strings: which values of a field they find, and where.

use std::cmp::Ordering;

use fanlight_column::{BitSet, Symbols, says_more};

use crate::error::EvalError;
use crate::function::Wildcard;
use crate::meter::Meter;
use crate::model::Reading;
use crate::snapshot::Hit;
use crate::value::Elem;

/// A numeric search: numbers in any of the ranges. Bounds that follow each other make one range as long as something is
/// inside it, so `>=2<=8` is between and `<3>7` is below or above.
#[derive(Debug)]
struct Ranges(Vec<Range>);

#[derive(Clone, Copy, Debug)]
struct Range {
    least: Limit,
    most: Limit,
}

#[derive(Clone, Copy, Debug)]
struct Limit {
    num: f64,
    is_inside: bool,
}

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
    reading: Reading<'_>,
    meter: &Meter,
) -> Result<Vec<Hit>, EvalError> {
    let is_special = pattern.contains(['*', '?']) || ranges(symbols, pattern, reading, meter).is_some();
    meter.outcome()?;
    if is_special {
        let found = programmatic(symbols, pattern, reading, meter)?;
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
    reading: Reading<'_>,
    meter: &Meter,
) -> Result<BitSet, EvalError> {
    let n_values = symbols.len();
    let all = 0..n_values as u32;
    // Reading the pattern, and the values that are looked at in one go.
    let _ = meter.spend(pattern.len() + n_values);
    meter.outcome()?;
    let ranges = ranges(symbols, pattern, reading, meter);
    meter.outcome()?;
    if let Some(Ranges(ranges)) = ranges {
        let mut found = BitSet::empty(n_values);
        for code in all {
            if let Some(num) = symbols.num(code) {
                if meter.spend(ranges.len()).is_none() {
                    break;
                }
                if ranges.iter().any(|range| range.holds(num)) {
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
        && let Some(code) = by_number(symbols, pattern, reading)
    {
        found.insert(code as usize);
    }
    Ok(found)
}

/// Exactly one value: by its text, or by the number that the text reads as.
pub(crate) fn literal(symbols: &Symbols, text: &str, reading: Reading<'_>) -> Option<u32> {
    symbols
        .find_text(text)
        .or_else(|| by_number(symbols, text, reading))
}

/// The value with the number that the text reads as.
fn by_number(symbols: &Symbols, text: &str, reading: Reading<'_>) -> Option<u32> {
    let num = reading.number(text)?;
    // A numeral of more digits than a number keeps must not find its neighbour.
    if says_more(text, num) {
        None
    } else {
        symbols.find_num(num)
    }
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

/// The bounds of a numeric search; `None` if the text is none, or if the meter ends it.
fn ranges(symbols: &Symbols, pattern: &str, reading: Reading<'_>, meter: &Meter) -> Option<Ranges> {
    let mut rest = pattern.trim();
    let mut ranges: Vec<Range> = Vec::new();
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
        // Looking for a value by its text may look at all of them.
        meter.spend(symbols.len())?;
        let limit = limit(symbols, behind[..end].trim(), reading)?;
        let narrowed = ranges.last().map(|range| range.with(bound, limit));
        match (narrowed, ranges.last_mut()) {
            (Some(narrowed), Some(range)) if !narrowed.is_empty() => *range = narrowed,
            _ => ranges.push(Range::ALL.with(bound, limit)),
        }
        rest = &behind[end..];
    }
    (!ranges.is_empty()).then_some(Ranges(ranges))
}

/// The number of a bound: that of the value with this text, or what the text reads as.
fn limit(symbols: &Symbols, text: &str, reading: Reading<'_>) -> Option<f64> {
    symbols
        .find_text(text)
        .and_then(|code| symbols.num(code))
        .or_else(|| reading.number(text))
}

impl Range {
    const ALL: Self = Self {
        least: Limit {
            num: f64::NEG_INFINITY,
            is_inside: true,
        },
        most: Limit {
            num: f64::INFINITY,
            is_inside: true,
        },
    };

    fn with(self, bound: Bound, num: f64) -> Self {
        let is_inside = matches!(bound, Bound::AtLeast | Bound::AtMost);
        let limit = Limit { num, is_inside };
        // Of two bounds in one direction the narrower one holds.
        let narrows = |known: Limit, order: Ordering| {
            let found = num.partial_cmp(&known.num);
            found == Some(order) || (found == Some(Ordering::Equal) && !is_inside)
        };
        match bound {
            Bound::Above | Bound::AtLeast if narrows(self.least, Ordering::Greater) => {
                Self { least: limit, ..self }
            }
            Bound::Below | Bound::AtMost if narrows(self.most, Ordering::Less) => {
                Self { most: limit, ..self }
            }
            _ => self,
        }
    }

    fn is_empty(&self) -> bool {
        let is_point = self.least.num == self.most.num;
        self.least.num > self.most.num || (is_point && !(self.least.is_inside && self.most.is_inside))
    }

    fn holds(&self, num: f64) -> bool {
        let above = num > self.least.num || (num == self.least.num && self.least.is_inside);
        let below = num < self.most.num || (num == self.most.num && self.most.is_inside);
        above && below
    }
}
