//! What is wrong with an app folder, said so that its author can mend it.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One thing that is wrong in an app folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as a path below the app's folder.
    pub file: PathBuf,
    /// The line in it, from 1, where the file has lines and the place is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub fix: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {} ({})", self.message, self.fix)
    }
}

/// What a check says about one place, before the place is known.
#[derive(Clone, Debug)]
pub(crate) struct Complaint {
    pub message: String,
    pub fix: String,
}

impl Complaint {
    pub fn new(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            fix: fix.into(),
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
    pub fn problem_at(&self, span: &Range<usize>, complaint: Complaint) -> Problem {
        self.problem_on(Some(line_at(&self.text, span.start)), complaint)
    }

    pub fn problem_on(&self, line: Option<usize>, complaint: Complaint) -> Problem {
        problem_in(&self.path, line, complaint)
    }
}

/// A problem with a file as a whole, or at a known line of it.
pub(crate) fn problem_in(path: &Path, line: Option<usize>, complaint: Complaint) -> Problem {
    Problem {
        file: path.to_owned(),
        line,
        message: complaint.message,
        fix: complaint.fix,
    }
}

/// The line, from 1, of a byte of a text.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    let end = offset.min(text.len());
    text.as_bytes()[..end]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
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
    fn lines_count_from_one() {
        assert_eq!(line_at("a\nb\n", 0), 1);
        assert_eq!(line_at("a\nb\n", 2), 2);
        assert_eq!(line_at("a\nb\n", 99), 3);
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
        let problem = problem_in(
            Path::new("app.toml"),
            Some(7),
            Complaint::new("no such thing", "add it"),
        );
        assert_eq!(problem.to_string(), "app.toml:7: no such thing (add it)");
    }
}
