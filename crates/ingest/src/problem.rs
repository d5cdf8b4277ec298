//! What is wrong with an app folder, said so that its author can mend it.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One thing that is wrong, or doubtful, in an app folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether it stands in the way.
    pub severity: Severity,
    /// The file, as a path below the app's folder.
    pub file: PathBuf,
    /// Where in it, if the file is a text and the place is known.
    pub place: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

/// Whether a problem stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The app cannot be loaded.
    Error,
    /// The app is loaded, perhaps not as its author meant it.
    Warning,
}

/// A place in a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From 1. A line ends with LF, with CR, or with both.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

impl Place {
    /// The start of a text.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The place of a byte of a text; of the text's end, if there is no such byte.
    pub(crate) fn of_byte(text: &str, offset: usize) -> Self {
        let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
        let mut place = Self::START;
        let mut at = 0;
        while at < before.len() {
            match before[at] {
                b'\r' if text.as_bytes().get(at + 1) == Some(&b'\n') => {}
                b'\n' | b'\r' => {
                    place.line += 1;
                    place.column = 1;
                }
                byte if is_continuation(byte) => {}
                _ => place.column += 1,
            }
            at += 1;
        }
        place
    }

    /// The place of a byte of a line; both count from 1, as parsers tell them.
    pub(crate) fn of_column(text: &str, line: usize, column_bytes: usize) -> Self {
        let before = text
            .split('\n')
            .nth(line.saturating_sub(1))
            .map_or(&[] as &[u8], str::as_bytes);
        let before = before.get(..column_bytes.saturating_sub(1)).unwrap_or(before);
        let column = before.iter().filter(|byte| !is_continuation(**byte)).count() + 1;
        Self { line, column }
    }
}

/// Whether a byte of UTF-8 belongs to the character before it.
pub(crate) fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

impl Problem {
    /// Whether it stands in the way.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(place) = self.place {
            write!(f, ":{place}")?;
        }
        write!(f, ": {}: {} ({})", self.severity, self.message, self.fix)
    }
}

/// What a check says about one place.
#[derive(Clone, Debug)]
pub(crate) struct Complaint {
    pub severity: Severity,
    /// Where in the file that the complaint is about, if the check knows it better than its caller.
    pub place: Option<Place>,
    pub message: String,
    pub fix: String,
}

impl Complaint {
    /// Something that stands in the way.
    pub fn new(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            place: None,
            message: message.into(),
            fix: fix.into(),
        }
    }

    /// Something that is doubtful.
    pub fn warning(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::new(message, fix)
        }
    }

    /// A table that has columns and nothing in them.
    pub fn no_rows() -> Self {
        Self::warning("the table has no rows", "add rows, or remove the table")
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Self {
            place: Some(place),
            ..self
        }
    }
}

/// A text file of the app folder, and what was found to be wrong in it.
pub(crate) struct SourceFile {
    /// Below the app's folder.
    pub path: PathBuf,
    pub text: String,
}

impl SourceFile {
    /// A problem at a byte range of the text.
    pub fn problem_at(&self, span: &Range<usize>, complaint: Complaint) -> Problem {
        problem_in(&self.path, complaint.at(Place::of_byte(&self.text, span.start)))
    }
}

/// A problem with a file: at the place that the complaint names, or with the file as a whole.
pub(crate) fn problem_in(path: &Path, complaint: Complaint) -> Problem {
    Problem {
        severity: complaint.severity,
        file: path.to_owned(),
        place: complaint.place,
        message: complaint.message,
        fix: complaint.fix,
    }
}

/// `"a", "b" or "c"`, for messages that list what would have been right.
pub(crate) fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<_> = names.into_iter().map(|name| format!("{name:?}")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A sentence that proposes the name that is most like `wrong`, or names what there is.
pub(crate) fn did_you_mean<'a>(wrong: &str, names: impl Iterator<Item = &'a str> + Clone) -> String {
    let best = names
        .clone()
        .map(|name| (distance(&wrong.to_lowercase(), &name.to_lowercase()), name))
        .min_by_key(|(distance, _)| *distance);
    match best {
        Some((distance, name)) if distance <= 1 + wrong.len() / 4 => format!("did you mean {name:?}?"),
        _ => {
            let all: Vec<_> = names.take(12).collect();
            format!("use {}", one_of(all))
        }
    }
}

/// How many characters have to be added, taken away or changed to make one text of the other.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_characters_count_from_one() {
        let place = |text, offset| Place::of_byte(text, offset).to_string();
        assert_eq!(place("a\nb\n", 0), "1:1");
        assert_eq!(place("a\nb\n", 2), "2:1");
        assert_eq!(place("a\nb\n", 99), "3:1");
        assert_eq!(place("äö = x", "äö = ".len()), "1:6", "characters, not bytes");
        assert_eq!(place("a\r\nb\rcd", 6), "3:2", "every kind of line end");
    }

    #[test]
    fn a_byte_of_a_line_becomes_a_character_of_it() {
        let place = |line, column| Place::of_column("a\näöx\n", line, column).to_string();
        assert_eq!(place(2, 1), "2:1");
        assert_eq!(place(2, 5), "2:3");
        assert_eq!(place(2, 99), "2:4");
        assert_eq!(place(9, 1), "9:1");
    }

    #[test]
    fn a_slip_of_the_pen_gets_a_proposal() {
        let names = ["Carrier", "Origin", "Dest"];
        assert_eq!(
            did_you_mean("carier", names.into_iter()),
            "did you mean \"Carrier\"?"
        );
        assert_eq!(
            did_you_mean("Zebra", names.into_iter()),
            "use \"Carrier\", \"Origin\" or \"Dest\""
        );
    }

    #[test]
    fn a_problem_reads_as_one_line() {
        let complaint = Complaint::new("no such thing", "add it").at(Place { line: 7, column: 3 });
        let problem = problem_in(Path::new("app.toml"), complaint);
        assert_eq!(problem.to_string(), "app.toml:7:3: error: no such thing (add it)");
        let problem = problem_in(Path::new("a.csv"), Complaint::warning("odd", "mend it"));
        assert_eq!(problem.to_string(), "a.csv: warning: odd (mend it)");
    }
}
