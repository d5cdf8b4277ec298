//! Where in a JSON text a value stands.

use crate::problem::Place;

/// One step from a value to a value inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// Where the value at `path` starts. The text must be valid JSON; if there is no such value, the
/// place of the last one on the way is given.
pub(crate) fn place_of(text: &str, path: &[Step]) -> Place {
    let mut scan = Scan {
        text: text.as_bytes(),
        at: 0,
    };
    scan.blanks();
    for step in path {
        let before = scan.at;
        let found = match step {
            Step::Key(key) => scan.enter_key(key),
            Step::Index(index) => scan.enter_index(*index),
        };
        if !found {
            scan.at = before;
            break;
        }
    }
    Place::of_byte(text, scan.at)
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn blanks(&mut self) {
        while self.peek().is_ascii_whitespace() {
            self.at += 1;
        }
    }

    /// Past the comma, colon or bracket expected next, and the blanks around it.
    fn mark(&mut self) {
        self.blanks();
        self.at += 1;
        self.blanks();
    }

    /// From the start of an object to the start of the value with this key.
    fn enter_key(&mut self, key: &str) -> bool {
        if self.peek() != b'{' {
            return false;
        }
        self.mark();
        while self.peek() == b'"' {
            let start = self.at;
            self.skip_text();
            let found =
                serde_json::from_slice::<String>(&self.text[start..self.at]).is_ok_and(|text| text == key);
            self.mark();
            if found {
                return true;
            }
            self.skip_value();
            self.blanks();
            if self.peek() != b',' {
                return false;
            }
            self.mark();
        }
        false
    }

    /// From the start of an array to the start of its element of this position.
    fn enter_index(&mut self, index: usize) -> bool {
        if self.peek() != b'[' {
            return false;
        }
        self.mark();
        for _ in 0..index {
            self.skip_value();
            self.blanks();
            if self.peek() != b',' {
                return false;
            }
            self.mark();
        }
        self.peek() != b']'
    }

    fn skip_text(&mut self) {
        self.at += 1;
        while self.at < self.text.len() && self.peek() != b'"' {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
    }

    /// Nesting is counted, not recursed into, so that no text can exhaust the stack.
    fn skip_value(&mut self) {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                b'"' => self.skip_text(),
                b',' | b':' => self.at += 1,
                0 => return,
                _ => self.skip_word(),
            }
            if depth == 0 {
                return;
            }
            self.blanks();
        }
    }

    /// A number, `true`, `false` or `null`.
    fn skip_word(&mut self) {
        while !matches!(self.peek(), b',' | b'}' | b']' | b':' | 0) && !self.peek().is_ascii_whitespace() {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\n \"a\": [1,\n  {\"x\": \"}\\\"\",\n   \"y\": [2, [],\n  3]}],\n \"b\": null\n}\n";

    fn line(path: &[&str]) -> usize {
        place(path).line
    }

    fn place(path: &[&str]) -> Place {
        let steps: Vec<_> = path
            .iter()
            .map(|step| {
                step.parse()
                    .map_or_else(|_| Step::Key((*step).to_owned()), Step::Index)
            })
            .collect();
        place_of(TEXT, &steps)
    }

    #[test]
    fn finds_keys_and_elements() {
        assert_eq!(line(&[]), 1);
        assert_eq!(line(&["a"]), 2);
        assert_eq!(line(&["a", "1"]), 3);
        assert_eq!(line(&["a", "1", "x"]), 3);
        assert_eq!(line(&["a", "1", "y"]), 4);
        assert_eq!(line(&["a", "1", "y", "2"]), 5);
        assert_eq!(line(&["b"]), 6);
        assert_eq!(place(&["a", "1", "y"]).to_string(), "4:9");
    }

    #[test]
    fn stops_at_the_last_value_that_exists() {
        assert_eq!(line(&["a", "1", "nothing"]), 3);
        assert_eq!(line(&["a", "7"]), 2);
        assert_eq!(line(&["b", "c"]), 6);
    }
}
