//! What is wrong with a configuration.

use std::fmt;
use std::path::PathBuf;

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {} cannot be read", .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no TOML, or has a key that does not exist; the text names line, column and key.
    #[error("the configuration cannot be understood: {0}")]
    Syntax(String),
    /// Values that cannot be used.
    #[error("the configuration has {}", Listed(.0))]
    Invalid(Vec<Problem>),
}

/// One value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, e.g. `server.listen`, or the name of a variable.
    pub key: String,
    /// What is wrong with its value.
    pub problem: String,
    /// What to write instead.
    pub fix: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}; {}", self.key, self.problem, self.fix)
    }
}

struct Listed<'a>(&'a [Problem]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [problem] = self.0 {
            return write!(f, "an error at {problem}");
        }
        write!(f, "{} errors:", self.0.len())?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// Gathers problems, so that one start reports them all.
#[derive(Debug, Default)]
pub(crate) struct Problems(pub Vec<Problem>);

impl Problems {
    pub(crate) fn add(&mut self, key: impl Into<String>, problem: impl fmt::Display, fix: impl fmt::Display) {
        self.0.push(Problem {
            key: key.into(),
            problem: problem.to_string(),
            fix: fix.to_string(),
        });
    }

    /// The value of `result`; its error becomes a problem, whose own text says what is wrong.
    pub(crate) fn take<T>(
        &mut self,
        key: &str,
        result: Result<T, impl fmt::Display>,
        fix: impl fmt::Display,
    ) -> Option<T> {
        result.map_err(|error| self.add(key, error, fix)).ok()
    }
}
