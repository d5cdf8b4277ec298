/// Whether the whole text matches a pattern of `*` (any text) and `?` (any character), upper and lower case alike.
pub fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().flat_map(char::to_lowercase).collect();
    let text: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let (mut at_pattern, mut at_text) = (0, 0);
    // The last `*` seen and the text it has been tried up to: going back to it is all that a mismatch needs.
    let mut star: Option<(usize, usize)> = None;
    while at_text < text.len() {
        match pattern.get(at_pattern) {
            Some('*') => {
                star = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            Some(c) if *c == '?' || *c == text[at_text] => {
                at_pattern += 1;
                at_text += 1;
            }
            _ => {
                let Some((star_pattern, star_text)) = star else {
                    return false;
                };
                star = Some((star_pattern, star_text + 1));
                at_pattern = star_pattern + 1;
                at_text = star_text + 1;
            }
        }
    }
    pattern[at_pattern..].iter().all(|c| *c == '*')
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
