//! A table whose file was found and whose columns are known.

mod columns;

use std::ops::Range;
use std::path::PathBuf;

use super::Ground;
use crate::csv::CsvFile;
use crate::files;
use crate::manifest::{ColumnPlan, Reader, TablePlan};
use crate::problem::{Complaint, Problem, SourceFile, problem_in};
use crate::{csv, parquet};

/// A table before its values are read.
pub(super) struct Opened<'a> {
    pub plan: &'a TablePlan,
    pub path: PathBuf,
    pub size_bytes: u64,
    pub format: Format,
    /// The columns that become fields, in the file's order.
    pub columns: Vec<OpenedColumn>,
}

/// How the file is read.
pub(super) enum Format {
    Parquet,
    Csv(CsvFile),
}

/// A column that becomes a field.
pub(super) struct OpenedColumn {
    /// In the file, or `@` and its position where it has no name of its own.
    pub name: String,
    /// Among all columns of the file.
    pub position: usize,
    /// Whether the file holds texts here, and not values of a type.
    pub holds_texts: bool,
    pub plan: ColumnPlan,
    /// Where the manifest speaks of it; of its table otherwise.
    pub place: Range<usize>,
}

/// A column of a file before anything is said of it.
struct FileColumn {
    /// As the file has it; none where it has none, or an empty one.
    name: Option<String>,
    holds_texts: bool,
}

/// Finds the file and its columns.
pub(super) fn open<'a>(
    plan: &'a TablePlan,
    ground: &Ground<'_>,
    manifest: &SourceFile,
    problems: &mut Vec<Problem>,
) -> Result<Opened<'a>, Vec<Problem>> {
    let source = plan.source.get_ref();
    let path = ground.dir.join(source);
    let at_source = |complaint| vec![manifest.problem_at(&plan.source.span(), complaint)];
    let metadata = files::look(ground.dir, source)
        .map_err(|refusal| at_source(refusal.complaint(source, "put the file there, or correct `source`")))?;
    let limit = ground.limits.table_file_bytes;
    if metadata.len() > limit {
        let message = format!("the data file has {} bytes, more than {limit}", metadata.len());
        return Err(at_source(Complaint::new(
            message,
            "split the table, or leave out columns",
        )));
    }
    let in_file = |complaint| vec![problem_in(source, complaint)];
    let mut doubts = Vec::new();
    let (format, file_columns) = match &plan.reader {
        Reader::Parquet => {
            let columns = parquet::columns(&path, ground.limits, &mut doubts).map_err(in_file)?;
            let columns = columns.into_iter().map(|column| FileColumn {
                name: Some(column.name).filter(|name| !name.trim().is_empty()),
                holds_texts: column.holds_texts,
            });
            (Format::Parquet, columns.collect::<Vec<_>>())
        }
        Reader::Csv(csv_plan) => {
            let file = csv::open(&path, csv_plan, ground.limits, &mut doubts).map_err(in_file)?;
            let name = |position: usize| file.names.as_ref().map(|names| names[position].clone());
            let columns = (0..file.n_columns).map(|position| FileColumn {
                name: name(position).filter(|name| !name.is_empty()),
                holds_texts: true,
            });
            let columns = columns.collect();
            (Format::Csv(file), columns)
        }
    };
    if file_columns.len() > ground.limits.columns {
        let message = format!(
            "the table has {} columns, more than {}",
            file_columns.len(),
            ground.limits.columns
        );
        return Err(in_file(Complaint::new(message, "leave out columns")));
    }
    let are_named = match &format {
        Format::Parquet => true,
        Format::Csv(file) => file.names.is_some(),
    };
    let columns = columns::columns(plan, &file_columns, are_named, manifest, &mut doubts)?;
    problems.extend(doubts.into_iter().map(|doubt| {
        let doubt = match (&format, doubt.place) {
            (Format::Csv(file), None) => doubt.at(file.first()),
            _ => doubt,
        };
        problem_in(source, doubt)
    }));
    Ok(Opened {
        plan,
        path,
        size_bytes: metadata.len(),
        format,
        columns,
    })
}
