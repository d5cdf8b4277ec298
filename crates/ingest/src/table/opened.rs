//! A table whose file was found and whose columns are known.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::PathBuf;

use super::Ground;
use crate::manifest::{ColumnPlan, OtherColumns, Reader, TablePlan};
use crate::problem::{Complaint, Problem, SourceFile, did_you_mean, problem_in};
use crate::{csv, parquet};

/// A table before its values are read.
pub(super) struct Opened<'a> {
    pub plan: &'a TablePlan,
    pub path: PathBuf,
    pub size_bytes: u64,
    /// The columns that become fields, in the file's order.
    pub columns: Vec<OpenedColumn>,
}

/// A column that becomes a field.
pub(super) struct OpenedColumn {
    /// In the file.
    pub name: String,
    /// Among all columns of the file.
    pub position: usize,
    pub plan: ColumnPlan,
    /// Where the manifest speaks of it; of its table otherwise.
    pub place: Range<usize>,
}

/// Finds the file and its columns.
pub(super) fn open<'a>(
    plan: &'a TablePlan,
    ground: &Ground<'_>,
    manifest: &SourceFile,
) -> Result<Opened<'a>, Vec<Problem>> {
    let path = ground.dir.join(plan.source.get_ref());
    let at_source = |complaint| vec![manifest.problem_at(&plan.source.span(), complaint)];
    let metadata = fs::metadata(&path).map_err(|error| {
        at_source(Complaint::new(
            format!(
                "the data file {:?} cannot be read: {error}",
                plan.source.get_ref().display().to_string()
            ),
            "put the file there, or correct `source`",
        ))
    })?;
    let limit = ground.limits.table_file_bytes;
    if metadata.len() > limit {
        let message = format!("the data file has {} bytes, more than {limit}", metadata.len());
        return Err(at_source(Complaint::new(
            message,
            "split the table, or leave out columns",
        )));
    }
    let in_file = |complaint| vec![problem_in(plan.source.get_ref(), complaint)];
    let names = match &plan.reader {
        Reader::Parquet => parquet::column_names(&path, ground.limits).map_err(in_file)?,
        Reader::Csv(csv_plan) => csv::column_names(&path, csv_plan).map_err(in_file)?,
    };
    if names.len() > ground.limits.columns {
        let message = format!(
            "the table has {} columns, more than {}",
            names.len(),
            ground.limits.columns
        );
        return Err(in_file(Complaint::new(message, "leave out columns")));
    }
    let columns = columns(plan, &names, manifest)?;
    Ok(Opened {
        plan,
        path,
        size_bytes: metadata.len(),
        columns,
    })
}

fn columns(
    plan: &TablePlan,
    names: &[String],
    manifest: &SourceFile,
) -> Result<Vec<OpenedColumn>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut planned: HashMap<&str, (&ColumnPlan, Range<usize>)> = HashMap::new();
    for (name, column) in &plan.columns {
        if names.contains(name.get_ref()) {
            planned.insert(name.get_ref(), (column, name.span()));
        } else {
            let message = format!("the file has no column {:?}", name.get_ref());
            let fix = did_you_mean(name.get_ref(), names.iter().map(String::as_str));
            problems.push(manifest.problem_at(&name.span(), Complaint::new(message, fix)));
        }
    }
    let mut columns: Vec<OpenedColumn> = Vec::new();
    for (position, name) in names.iter().enumerate() {
        let (column, place) = match (planned.get(name.as_str()), plan.others) {
            (Some((column, place)), _) => ((*column).clone(), place.clone()),
            (None, OtherColumns::Keep) => (ColumnPlan::named(name), plan.name.span()),
            (None, OtherColumns::Skip) => continue,
        };
        if columns.iter().any(|other| other.plan.field == column.field) {
            let message = format!(
                "two columns of table {:?} become the field {:?}",
                plan.name.get_ref(),
                column.field
            );
            let complaint = Complaint::new(message, "give one of them another field name");
            problems.push(manifest.problem_at(&place, complaint));
            continue;
        }
        columns.push(OpenedColumn {
            name: name.clone(),
            position,
            plan: column,
            place,
        });
    }
    if problems.is_empty() {
        Ok(columns)
    } else {
        Err(problems)
    }
}
