/// A pattern of `*` (any text) and `?` (any character) that a whole text matches or not, upper and lower case alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wildcard {
    pattern: Vec<char>,
}

impl Wildcard {
    /// Reads a pattern; every text is one.
    pub fn new(pattern: &str) -> Self {
        Self {
            pattern: pattern.chars().map(fold).collect(),
        }
    }

    /// Whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        let mut rest = text.chars();
        let mut at = 0;
        // The last `*` seen and the text it has been tried up to: going back to it is all that a mismatch needs.
        let mut star = None;
        loop {
            let before = rest.clone();
            let Some(c) = rest.next() else { break };
            match self.pattern.get(at) {
                Some('*') => {
                    at += 1;
                    rest = before;
                    star = Some((at, rest.clone()));
                }
                Some(expected) if *expected == '?' || *expected == fold(c) => at += 1,
                _ => {
                    let Some((behind_star, tried)) = &mut star else {
                        return false;
                    };
                    tried.next();
                    at = *behind_star;
                    rest = tried.clone();
                }
            }
        }
        self.pattern[at..].iter().all(|c| *c == '*')
    }
}

/// Whether the whole text matches the pattern.
pub fn matches(pattern: &str, text: &str) -> bool {
    Wildcard::new(pattern).matches(text)
}

fn fold(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::matches;

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
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("bolt", "Anchor bolt"),
            ("a?", "a"),
            ("", "a"),
            ("*x", "xy"),
            ("a*b", "ab c"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
