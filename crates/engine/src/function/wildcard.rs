use std::borrow::Cow;

use crate::meter::Meter;

/// A pattern of `*` (any text) and `?` (any character) that a whole text matches or not, upper and lower case alike.
///
/// What stands between two stars is looked for once, from left to right, so a text is read about once, however many stars
/// there are. Only a piece with `?` in it may be compared at many places; the meter counts each comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wildcard {
    /// What stands between the stars, folded. One piece is a pattern without a star.
    pieces: Vec<Piece>,
    n_chars: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    text: String,
    has_any: bool,
}

impl Wildcard {
    /// Reads a pattern; every text is one.
    pub fn new(pattern: &str) -> Self {
        let pieces: Vec<Piece> = folded(pattern).split('*').map(Piece::new).collect();
        let n_chars = pieces.iter().map(|piece| piece.text.chars().count()).sum();
        Self { pieces, n_chars }
    }

    /// Whether the whole text matches. False when the meter ends the evaluation.
    pub fn matches(&self, text: &str, meter: &Meter) -> bool {
        self.matching(text, meter).unwrap_or(false)
    }

    fn matching(&self, text: &str, meter: &Meter) -> Option<bool> {
        meter.spend(text.len())?;
        if text.chars().count() < self.n_chars {
            return Some(false);
        }
        let folded = folded(text);
        let mut rest = &*folded;
        let (first, others) = self.pieces.split_first()?;
        let Some(len) = first.len_at_start(rest, meter)? else {
            return Some(false);
        };
        rest = &rest[len..];
        let Some((last, middle)) = others.split_last() else {
            return Some(rest.is_empty());
        };
        for piece in middle {
            let Some(end) = piece.find_end(rest, meter)? else {
                return Some(false);
            };
            rest = &rest[end..];
        }
        last.is_at_end(rest, meter)
    }
}

impl Piece {
    fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            has_any: text.contains('?'),
        }
    }

    /// How many bytes of the text the piece takes at its beginning, if it fits there.
    fn len_at_start(&self, text: &str, meter: &Meter) -> Option<Option<usize>> {
        if !self.has_any {
            return Some(text.starts_with(&*self.text).then_some(self.text.len()));
        }
        let mut rest = text.chars();
        for (n_compared, expected) in self.text.chars().enumerate() {
            let found = rest.next();
            if !found.is_some_and(|found| expected == '?' || expected == found) {
                meter.spend(n_compared)?;
                return Some(None);
            }
        }
        meter.spend(self.text.len())?;
        Some(Some(text.len() - rest.as_str().len()))
    }

    /// Where the piece ends at the first place where it fits.
    fn find_end(&self, text: &str, meter: &Meter) -> Option<Option<usize>> {
        if !self.has_any {
            return Some(text.find(&*self.text).map(|at| at + self.text.len()));
        }
        for (at, _) in text.char_indices() {
            if let Some(len) = self.len_at_start(&text[at..], meter)? {
                return Some(Some(at + len));
            }
        }
        Some(None)
    }

    fn is_at_end(&self, text: &str, meter: &Meter) -> Option<bool> {
        if !self.has_any {
            return Some(text.ends_with(&*self.text));
        }
        let n_skipped = text.chars().count().checked_sub(self.text.chars().count());
        let Some(n_skipped) = n_skipped else {
            return Some(false);
        };
        let start = text
            .char_indices()
            .nth(n_skipped)
            .map_or(text.len(), |(at, _)| at);
        Some(self.len_at_start(&text[start..], meter)?.is_some())
    }
}

/// Whether the whole text matches the pattern. False when the meter ends the evaluation.
pub fn matches(pattern: &str, text: &str, meter: &Meter) -> bool {
    meter.spend(pattern.len()).is_some() && Wildcard::new(pattern).matches(text, meter)
}

fn folded(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(fold).collect())
}

fn fold(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cancel::Cancel;
    use crate::error::EvalError;

    fn matches(pattern: &str, text: &str) -> bool {
        super::matches(pattern, text, &Meter::new(&Cancel::new()))
    }

    #[test]
    fn stars_and_question_marks_stand_for_text() {
        for (pattern, text) in [
            ("*", ""),
            ("*bolt", "Anchor BOLT"),
            ("a?c*", "ABCdef"),
            ("*a*b*", "xxaYYbzz"),
            ("", ""),
            ("ÄB*", "äbc"),
            ("a*a*a", "aXaaYa"),
            ("*?b*", "xäb"),
            ("*a?", "aäaü"),
            ("**??", "ab"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("bolt", "Anchor bolt"),
            ("a?", "a"),
            ("", "a"),
            ("*x", "xy"),
            ("a*b", "ab c"),
            ("a*a", "a"),
            ("*ab*b", "ab"),
            ("*??", "a"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }

    /// The definition, tried in every way.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, _) => text.is_empty(),
            (Some(('*', rest)), _) => (0..=text.len()).any(|at| naive(rest, &text[at..])),
            (Some((expected, rest)), Some((found, behind))) => {
                (*expected == '?' || expected == found) && naive(rest, behind)
            }
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn matching_is_what_it_is_by_definition(pattern in "[ab?*]{0,8}", text in "[ab]{0,10}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(matches(&pattern, &text), naive(&chars(&pattern), &chars(&text)));
        }
    }

    #[test]
    fn a_long_pattern_over_a_long_text_is_linear() {
        let text = "a".repeat(280_000);
        for pattern in [
            format!("*{}b", "a".repeat(140_000)),
            format!("*{}b*", "a".repeat(140_000)),
            format!("{}b", "*a".repeat(100_000)),
        ] {
            let meter = Meter::with_steps(&Cancel::new(), 2_000_000);
            assert!(!super::matches(&pattern, &text, &meter));
            assert_eq!(meter.outcome(), Ok(()));
        }
    }

    /// Pieces with a question mark are compared place by place, and each comparison counts.
    #[test]
    fn what_cannot_be_matched_in_one_pass_is_counted() {
        let text = "a".repeat(280_000);
        let pattern = format!("*?{}b*", "a".repeat(140_000));
        let meter = Meter::with_steps(&Cancel::new(), 2_000_000);
        assert!(!super::matches(&pattern, &text, &meter));
        assert_eq!(meter.outcome(), Err(EvalError::TooMuchWork));
        let cancel = Cancel::new();
        let meter = Meter::new(&cancel);
        cancel.cancel();
        assert!(!super::matches(&pattern, &text, &meter));
        assert_eq!(meter.outcome(), Err(EvalError::Cancelled));
    }
}
