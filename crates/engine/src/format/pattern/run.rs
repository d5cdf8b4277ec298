use super::{Separators, digits::Digits};
use crate::format::MAX_DECIMALS;

/// The length of the digits and the separators between them.
pub(super) fn run_len(text: &str, separators: &Separators) -> usize {
    let mut end = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(['0', '#']) {
            at += 1;
            end = at;
        } else {
            match separator_len(rest, separators) {
                Some(len) => at += len,
                None => break,
            }
        }
    }
    end
}

/// The length of the separator the text starts with: the known ones, or any other that digits are usually written with.
fn separator_len(text: &str, separators: &Separators) -> Option<usize> {
    for known in [&separators.decimal, &separators.thousand] {
        if !known.is_empty() && text.starts_with(known.as_str()) {
            return Some(known.len());
        }
    }
    let first = text.chars().next()?;
    matches!(first, ' ' | '\u{a0}' | '\u{202f}' | '.' | ',' | '\'' | '’' | '_').then_some(first.len_utf8())
}

/// The digits of a pattern and its decimal separator.
pub(super) fn read_run(run: &str, separators: &Separators) -> (Digits, String) {
    let found = separators_in(run, separators);
    if found.is_empty() && !run.contains('0') {
        return (Digits::Significant(run.len()), separators.decimal.clone());
    }
    let decimal_at = decimal_position(run, &found, separators);
    let (integer, fraction, decimal) = match decimal_at {
        Some(index) => {
            let (at, text) = found[index];
            (&run[..at], &run[at + text.len()..], text.to_owned())
        }
        None => (run, "", separators.decimal.clone()),
    };
    let grouping = found
        .iter()
        .find(|(at, _)| *at < integer.len())
        .map(|(_, text)| (*text).to_owned());
    let placeholders: Vec<char> = fraction.chars().filter(|c| matches!(c, '0' | '#')).collect();
    let max_decimals = placeholders.len().min(MAX_DECIMALS);
    let min_decimals = placeholders
        .iter()
        .rposition(|c| *c == '0')
        .map_or(0, |last| last + 1)
        .min(max_decimals);
    let min_integer = integer.chars().filter(|c| *c == '0').count().min(100);
    (
        Digits::Placed {
            min_integer,
            min_decimals,
            max_decimals,
            grouping,
        },
        decimal,
    )
}

/// The separators between the digits and where they are.
fn separators_in<'r>(run: &'r str, separators: &Separators) -> Vec<(usize, &'r str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < run.len() {
        match separator_len(&run[at..], separators) {
            Some(len) if !run[at..].starts_with(['0', '#']) => {
                found.push((at, &run[at..at + len]));
                at += len;
            }
            _ => at += 1,
        }
    }
    found
}

/// Which separator starts the fraction. Position decides where both kinds are there: the last one does if it differs from
/// those before. A single one is what it is known as, else grouping if three digits follow.
fn decimal_position(run: &str, found: &[(usize, &str)], separators: &Separators) -> Option<usize> {
    let last = found.len().checked_sub(1)?;
    let (at, text) = found[last];
    if found.iter().any(|(_, other)| *other != text) {
        return Some(last);
    }
    if text == separators.decimal {
        return (found.len() == 1).then_some(last);
    }
    let known_grouping = text == separators.thousand || text.trim().is_empty();
    let three_follow = run.len() - at - text.len() == 3;
    (found.len() == 1 && !known_grouping && !three_follow).then_some(last)
}
