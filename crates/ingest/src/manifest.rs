//! `app.toml`: what an app is called, where its tables come from, its variables and master items.

mod check;
mod check_table;
mod format;
mod pairs;
mod raw;

use std::path::PathBuf;

use fanlight_engine::Locale;
use fanlight_engine::format::Separators;
use toml::Spanned;

pub(crate) use check::check;
pub(crate) use format::RawFormat;
pub(crate) use raw::RawManifest;

use crate::app::AppAccess;
use crate::csv::Encoding;
use crate::problem::{Complaint, Problem, SourceFile, problem_in};

/// The manifest's file name in an app folder.
pub(crate) const FILE: &str = "app.toml";

/// A checked manifest. Places are byte ranges of the file.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub id: String,
    pub title: String,
    pub description: String,
    pub theme: Option<Spanned<String>>,
    pub access: Option<AppAccess>,
    pub locale: Locale,
    pub variables: Vec<(Spanned<String>, String)>,
    pub tables: Vec<TablePlan>,
    /// Whether all tables are there; one in which something is wrong is not.
    pub is_whole: bool,
    pub dimensions: Vec<DimensionPlan>,
    pub measures: Vec<MeasurePlan>,
}

/// Where a table comes from and what its fields are called.
#[derive(Clone, Debug)]
pub(crate) struct TablePlan {
    pub name: Spanned<String>,
    pub source: Spanned<PathBuf>,
    pub reader: Reader,
    /// How numbers are written in the file, if not as in the app.
    pub separators: Option<Separators>,
    /// What is said of columns, by their name or position in the file.
    pub columns: Vec<(Spanned<String>, ColumnPlan)>,
    pub others: OtherColumns,
}

/// How a file is read.
#[derive(Clone, Debug)]
pub(crate) enum Reader {
    Parquet,
    Csv(CsvPlan),
}

/// How a CSV file is written.
#[derive(Clone, Debug)]
pub(crate) struct CsvPlan {
    pub delimiter: Delimiter,
    pub quote: Option<u8>,
    pub header: Header,
    /// Texts that stand for NULL.
    pub nulls: Vec<String>,
    /// How characters are written, if it is declared.
    pub encoding: Option<Encoding>,
    /// Lines above the header, or above the first row where there is none.
    pub skip_lines: usize,
}

/// What stands between values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delimiter {
    /// It is found from the file.
    Found,
    /// Each line is one value.
    None,
    Declared(u8),
}

/// Whether a CSV file's first line names the columns; otherwise they are called `@1`, `@2` and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    Present,
    Absent,
}

/// What becomes of columns that the manifest does not mention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OtherColumns {
    Keep,
    Skip,
}

/// What becomes of a column.
#[derive(Clone, Debug)]
pub(crate) struct ColumnPlan {
    /// The field's name.
    pub field: String,
    pub typing: Typing,
    /// The date or time pattern: how a typed date is written, or how a text is read.
    pub format: Option<String>,
    /// Texts for numbers.
    pub values: Vec<(f64, String)>,
}

/// Whether texts are searched for numbers and dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Typing {
    /// As the file has it: texts of CSV are interpreted, columns with a type are not.
    Source,
    /// Texts are interpreted.
    Interpret,
    /// Texts stay texts.
    Text,
}

/// A master dimension.
#[derive(Clone, Debug)]
pub(crate) struct DimensionPlan {
    pub id: Spanned<String>,
    pub title: String,
    pub description: String,
    pub tags: Vec<String>,
    pub fields: Vec<Spanned<String>>,
    pub labels: Vec<String>,
}

/// A master measure.
#[derive(Clone, Debug)]
pub(crate) struct MeasurePlan {
    pub id: Spanned<String>,
    pub title: String,
    pub description: String,
    pub tags: Vec<String>,
    pub expression: Spanned<String>,
    pub label: Option<String>,
    pub format: Option<RawFormat>,
}

impl TablePlan {
    /// Where the manifest speaks of a field of the table; of the table's name, if it does not.
    pub fn place_of(&self, field: &str) -> std::ops::Range<usize> {
        let column = self.columns.iter().find(|(_, column)| column.field == field);
        column.map_or_else(|| self.name.span(), |(name, _)| name.span())
    }
}

impl ColumnPlan {
    /// A column that keeps its name.
    pub fn named(field: &str) -> Self {
        Self {
            field: field.to_owned(),
            typing: Typing::Source,
            format: None,
            values: Vec::new(),
        }
    }
}

/// Reads the text of a manifest.
///
/// # Errors
/// The first thing that is not TOML, or not a key or value a manifest may have.
pub(crate) fn parse(file: &SourceFile) -> Result<RawManifest, Box<Problem>> {
    toml::from_str(&file.text).map_err(|error| {
        let message = error.message().replace('`', "\"");
        let fix = if message.starts_with("unknown field") {
            "remove the key or use one of those named"
        } else if message.starts_with("missing field") {
            "add the key"
        } else {
            "correct the value"
        };
        let complaint = Complaint::new(message, fix);
        Box::new(match error.span() {
            Some(span) => file.problem_at(&span, complaint),
            None => problem_in(&file.path, complaint),
        })
    })
}
