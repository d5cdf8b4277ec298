//! A first version of an app, drawn up from table files alone.
//!
//! [`Draft::of`] looks at the files: types by column, what may link two tables, which numbers are worth adding up and by
//! what. Its owner may refuse links; [`Draft::write`] then writes `app.toml` and one sheet.

mod links;
mod manifest;
mod names;
mod pick;
mod probe;
mod sheet;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fanlight_column::Symbols;

pub use links::Link;

use crate::app::AppError;
use crate::progress::Progress;

/// The folder of the data files in an app that was drafted.
const DATA: &str = "data";

/// A first version of an app.
#[derive(Debug)]
pub struct Draft {
    name: String,
    tables: Vec<DraftTable>,
    /// What may link the tables, the surest first. A link that is not accepted is left out.
    pub links: Vec<Link>,
    /// What was decided and might have been decided otherwise, one sentence each.
    pub notes: Vec<String>,
}

/// A file as a table.
#[derive(Debug)]
pub(crate) struct DraftTable {
    pub name: String,
    /// Below the app's folder.
    pub source: String,
    pub n_rows: usize,
    /// Texts that stand for no value; only of text files.
    pub nulls: Vec<String>,
    pub columns: Vec<DraftColumn>,
}

/// A column of a file.
#[derive(Debug)]
pub(crate) struct DraftColumn {
    pub name: String,
    pub kind: Kind,
    /// Texts that look like numbers and are none, such as codes with zeros in front.
    pub stays_text: bool,
    /// How its dates are written, if not as everywhere else.
    pub format: Option<String>,
    pub n_values: usize,
    pub n_nulls: usize,
    /// Whether no value occurs twice.
    pub is_unique: bool,
    pub symbols: Arc<Symbols>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Date,
    Timestamp,
    Integer,
    Number,
    Text,
}

impl Kind {
    pub fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Number)
    }

    pub fn is_moment(self) -> bool {
        matches!(self, Self::Date | Self::Timestamp)
    }
}

/// Why no app can be drafted.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// Two files would be one table.
    #[error("{first} and {second} would both be the table {table:?}; rename one of the files")]
    SameTable {
        /// One file.
        first: PathBuf,
        /// The other.
        second: PathBuf,
        /// The name that both give.
        table: String,
    },
    /// A file has no columns or no rows.
    #[error("{0} has no rows; an app needs data to begin with")]
    NoRows(PathBuf),
    /// A file cannot be read as a table.
    #[error(transparent)]
    Unreadable(#[from] AppError),
    /// A file of the app cannot be written.
    #[error("{path} cannot be written; make room, or make its folder writable: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Draft {
    /// Looks at table files, which lie in the folder `data` of `dir`. An `app.toml` in `dir` is overwritten.
    ///
    /// # Errors
    /// If a file cannot be read as a table.
    pub fn of(name: &str, dir: &Path, files: &[String], progress: &dyn Progress) -> Result<Self, DraftError> {
        progress.planned(files.len());
        let mut tables: Vec<DraftTable> = Vec::new();
        let mut notes = Vec::new();
        for (position, file) in files.iter().enumerate() {
            let table = probe::table(dir, file, &mut notes)?;
            if let Some(other) = tables.iter().position(|other| other.name == table.name) {
                return Err(DraftError::SameTable {
                    first: files[other].clone().into(),
                    second: files[position].clone().into(),
                    table: table.name,
                });
            }
            tables.push(table);
            progress.unit_done(file);
        }
        let links = links::propose(&tables);
        Ok(Self {
            name: name.to_owned(),
            tables,
            links,
            notes,
        })
    }

    /// One line for each table and each column: what was found.
    pub fn lines(&self) -> Vec<String> {
        let fields = names::fields(&self.tables, &self.links);
        let mut lines = Vec::new();
        for (table, names) in self.tables.iter().zip(&fields) {
            lines.push(format!(
                "table {}: {} rows from {}",
                table.name, table.n_rows, table.source
            ));
            for (column, field) in table.columns.iter().zip(names) {
                lines.push(format!("  {field}: {}", column.describe()));
            }
        }
        lines
    }

    /// Writes `app.toml` and the sheet into `dir`.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn write(&self, dir: &Path) -> Result<(), DraftError> {
        let fields = names::fields(&self.tables, &self.links);
        let chosen = pick::choose(&self.tables, &fields, &self.links);
        let write = |path: PathBuf, text: String| {
            let made = path.parent().map_or(Ok(()), fs::create_dir_all);
            made.and_then(|()| fs::write(&path, text))
                .map_err(|source| DraftError::Write { path, source })
        };
        write(
            dir.join(crate::manifest::FILE),
            manifest::text(self, &fields, &chosen),
        )?;
        write(dir.join("objects/overview.json"), sheet::text(&chosen))
    }
}

impl DraftColumn {
    /// `number, 1 to 9, 4 values, 1 empty`
    fn describe(&self) -> String {
        let kind = match self.kind {
            Kind::Date => "date",
            Kind::Timestamp => "date and time",
            Kind::Integer => "whole number",
            Kind::Number => "number",
            Kind::Text if self.stays_text => "code",
            Kind::Text => "text",
        };
        let mut parts = vec![kind.to_owned()];
        if let Some((first, last)) = self.range() {
            parts.push(format!("{first} to {last}"));
        }
        parts.push(match self.n_values {
            1 => "1 value".to_owned(),
            n_values => format!("{n_values} values"),
        });
        if self.is_unique && self.n_values > 1 {
            parts.push("each once".to_owned());
        }
        if self.n_nulls > 0 {
            parts.push(format!("{} empty", self.n_nulls));
        }
        parts.join(", ")
    }

    /// The texts of the least and the greatest number.
    fn range(&self) -> Option<(String, String)> {
        if self.kind == Kind::Text || self.symbols.n_nums() == 0 {
            return None;
        }
        let codes = 0..u32::try_from(self.symbols.len()).ok()?;
        let number = |code: &u32| self.symbols.num(*code).unwrap_or(f64::NAN);
        let by_number = |a: &u32, b: &u32| number(a).total_cmp(&number(b));
        let first = codes.clone().min_by(by_number)?;
        let last = codes.max_by(by_number)?;
        Some((
            self.symbols.text(first).into_owned(),
            self.symbols.text(last).into_owned(),
        ))
    }
}
