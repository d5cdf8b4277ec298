//! Tables in text files, one record a line.

#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::Path;

use ::csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use fanlight_column::CodedColumn;

use crate::limits::Limits;
use crate::manifest::{CsvPlan, Header};
use crate::problem::Complaint;
use crate::table::Sink;

/// The columns' names: those of the first line, or `@1`, `@2` and so on.
///
/// # Errors
/// If the file cannot be opened, is empty, or its first line is no record.
pub(crate) fn column_names(path: &Path, plan: &CsvPlan) -> Result<Vec<String>, Complaint> {
    let mut reader = open(path, plan)?;
    let mut record = ByteRecord::new();
    if !reader
        .read_byte_record(&mut record)
        .map_err(|error| complaint(&error))?
    {
        return Err(Complaint::new(
            "the file is empty",
            "write a line with the columns' names",
        ));
    }
    match plan.header {
        Header::Absent => Ok((1..=record.len())
            .map(|position| format!("@{position}"))
            .collect()),
        Header::Present => {
            let names = record
                .iter()
                .map(|name| text(name, 1).map(|name| name.trim().to_owned()));
            names.collect()
        }
    }
}

/// Reads the columns that have a sink; a value goes to the sink of its position.
///
/// # Errors
/// The first line that is no record of as many values as there are columns, is not UTF-8, or exceeds a limit.
pub(crate) fn read(
    path: &Path,
    plan: &CsvPlan,
    mut sinks: Vec<Option<Sink<'_>>>,
    limits: &Limits,
) -> Result<Vec<CodedColumn>, Complaint> {
    let mut reader = open(path, plan)?;
    let mut record = ByteRecord::new();
    let mut n_rows = 0_u64;
    if plan.header == Header::Present {
        reader
            .read_byte_record(&mut record)
            .map_err(|error| complaint(&error))?;
    }
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| complaint(&error))?
    {
        n_rows += 1;
        let line = record.position().map_or(0, ::csv::Position::line);
        if n_rows > limits.rows {
            let message = format!("the table has more than {} rows", limits.rows);
            return Err(Complaint::new(message, "split the table or leave out rows"));
        }
        for (value, sink) in record.iter().zip(&mut sinks) {
            if let Some(sink) = sink {
                push(sink, value, line, plan, limits)?;
            }
        }
    }
    Ok(sinks.into_iter().flatten().map(Sink::finish).collect())
}

fn push(
    sink: &mut Sink<'_>,
    value: &[u8],
    line: u64,
    plan: &CsvPlan,
    limits: &Limits,
) -> Result<(), Complaint> {
    if value.len() > limits.value_bytes {
        let message = format!(
            "line {line} has a value of {} bytes, more than {}",
            value.len(),
            limits.value_bytes
        );
        return Err(Complaint::new(
            message,
            "shorten it; a missing closing quote makes one value of many lines",
        ));
    }
    let value = text(value, line)?;
    if plan.nulls.iter().any(|null| null == value) {
        sink.null();
    } else {
        sink.text(value);
    }
    Ok(())
}

fn open(path: &Path, plan: &CsvPlan) -> Result<Reader<File>, Complaint> {
    let mut builder = ReaderBuilder::new();
    builder
        .has_headers(false)
        .delimiter(plan.delimiter)
        .buffer_capacity(1 << 18);
    match plan.quote {
        Some(quote) => builder.quote(quote),
        None => builder.quoting(false),
    };
    builder.from_path(path).map_err(|error| complaint(&error))
}

fn text(bytes: &[u8], line: u64) -> Result<&str, Complaint> {
    std::str::from_utf8(bytes)
        .map_err(|_| Complaint::new(format!("line {line} is not UTF-8"), "save the file as UTF-8"))
}

fn complaint(error: &::csv::Error) -> Complaint {
    match error.kind() {
        ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => {
            let line = pos.as_ref().map_or(0, ::csv::Position::line);
            Complaint::new(
                format!("line {line} has {len} values, the lines before it have {expected_len}"),
                "correct the line, the delimiter or the quoting",
            )
        }
        ErrorKind::Io(error) => Complaint::new(
            format!("the file cannot be read: {error}"),
            "make the file readable",
        ),
        _ => Complaint::new(format!("the file is not CSV: {error}"), "write the file anew"),
    }
}
