//! Tables in Parquet files.

mod bytes;
mod kind;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::Path;

use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::DataType;
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use fanlight_column::CodedColumn;

use crate::files;
use crate::limits::Limits;
use crate::problem::Complaint;
use crate::table::Sink;
use bytes::BytesMemo;
use kind::Kind;

/// Values decoded in one go.
const BATCH: usize = 16_384;

/// A column of a file.
pub(crate) struct ParquetColumn {
    /// `group.column` inside a group.
    pub name: String,
    /// Whether its values are texts; otherwise they are numbers, dates or times.
    pub holds_texts: bool,
}

/// The file's columns.
///
/// # Errors
/// If the file is no Parquet file or exceeds a limit.
pub(crate) fn columns(path: &Path, limits: &Limits) -> Result<Vec<ParquetColumn>, Complaint> {
    let reader = open(path)?;
    let metadata = reader.metadata().file_metadata();
    let n_rows = u64::try_from(metadata.num_rows()).unwrap_or(u64::MAX);
    if n_rows > limits.rows {
        let message = format!("the table has {n_rows} rows, more than {}", limits.rows);
        return Err(Complaint::new(message, "split the table or leave out rows"));
    }
    Ok(metadata
        .schema_descr()
        .columns()
        .iter()
        .map(|column| ParquetColumn {
            name: column.path().string(),
            holds_texts: Kind::of(column).is_ok_and(|kind| kind.is_text(column)),
        })
        .collect())
}

/// Reads one column. It opens the file for itself, because threads must not share a file's position.
///
/// # Errors
/// If the column's type cannot be shown as a value, or the file is damaged.
pub(crate) fn read_column(
    path: &Path,
    position: usize,
    mut sink: Sink<'_>,
    limits: &Limits,
) -> Result<CodedColumn, Complaint> {
    let reader = open(path)?;
    let column = reader.metadata().file_metadata().schema_descr().column(position);
    if column.max_rep_level() > 0 {
        let fix = "store one value per row, or put the lists into a table of their own";
        return Err(Complaint::new("a row may have several values here", fix));
    }
    let kind = Kind::of(&column)?;
    if sink.expects_moments() && !kind.is_moment(&column) {
        let fix = "remove `format`, or have the column hold dates or times";
        return Err(Complaint::new(
            "`format` is for dates and times, and this column has none",
            fix,
        ));
    }
    let n_rows = usize::try_from(reader.metadata().file_metadata().num_rows())
        .map_err(|_| damaged(&ParquetError::General("negative number of rows".into())))?;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(|error| damaged(&error))?;
        let values = group
            .get_column_reader(position)
            .map_err(|error| damaged(&error))?;
        push_all(values, column.max_def_level(), kind, &mut sink, limits)?;
        if sink.len() > n_rows {
            break;
        }
    }
    if sink.len() != n_rows {
        let message = format!("it has {} values, the file says {n_rows}", sink.len());
        return Err(Complaint::new(message, "write the file anew"));
    }
    Ok(sink.finish())
}

fn open(path: &Path) -> Result<SerializedFileReader<File>, Complaint> {
    let file = files::open(path).map_err(|error| {
        Complaint::new(
            format!("the file cannot be opened: {error}"),
            "make the file readable",
        )
    })?;
    SerializedFileReader::new(file).map_err(|error| {
        Complaint::new(
            format!("the file is not Parquet: {error}"),
            "write the file anew, or correct `source`",
        )
    })
}

fn damaged(error: &ParquetError) -> Complaint {
    Complaint::new(format!("it cannot be read: {error}"), "write the file anew")
}

/// Pushes the values of one row group, in the form that the physical type has.
fn push_all(
    values: ColumnReader,
    max_def_level: i16,
    kind: Kind,
    sink: &mut Sink<'_>,
    limits: &Limits,
) -> Result<(), Complaint> {
    let mut memo = BytesMemo::new(kind, limits.value_bytes);
    match values {
        ColumnReader::BoolColumnReader(values) => drain(values, max_def_level, sink, |sink, value| {
            sink.truth(*value);
            Ok(())
        }),
        ColumnReader::Int32ColumnReader(values) => drain(values, max_def_level, sink, |sink, value| {
            kind.push_integer(sink, i64::from(*value));
            Ok(())
        }),
        ColumnReader::Int64ColumnReader(values) => drain(values, max_def_level, sink, |sink, value| {
            kind.push_integer(sink, *value);
            Ok(())
        }),
        ColumnReader::Int96ColumnReader(values) => drain(values, max_def_level, sink, |sink, value| {
            kind::push_int96(sink, value.data());
            Ok(())
        }),
        ColumnReader::FloatColumnReader(values) => drain(values, max_def_level, sink, |sink, value| {
            kind::push_float(sink, *value);
            Ok(())
        }),
        ColumnReader::DoubleColumnReader(values) => drain(values, max_def_level, sink, |sink, value| {
            sink.number(*value);
            Ok(())
        }),
        ColumnReader::ByteArrayColumnReader(values) => {
            drain(values, max_def_level, sink, |sink, value| memo.push(sink, value))
        }
        ColumnReader::FixedLenByteArrayColumnReader(values) => {
            drain(values, max_def_level, sink, |sink, value| memo.push(sink, value))
        }
    }
}

/// Hands over value by value; a row without one goes to the sink as NULL.
fn drain<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    max_def_level: i16,
    sink: &mut Sink<'_>,
    mut push: impl FnMut(&mut Sink<'_>, &T::T) -> Result<(), Complaint>,
) -> Result<(), Complaint> {
    let mut levels = Vec::with_capacity(BATCH);
    let mut values = Vec::with_capacity(BATCH);
    loop {
        levels.clear();
        values.clear();
        let wanted = (max_def_level > 0).then_some(&mut levels);
        let (n_records, ..) = reader
            .read_records(BATCH, wanted, None, &mut values)
            .map_err(|error| damaged(&error))?;
        if n_records == 0 {
            return Ok(());
        }
        if max_def_level == 0 {
            for value in &values {
                push(sink, value)?;
            }
            continue;
        }
        let mut present = values.iter();
        for level in &levels {
            match (*level == max_def_level).then(|| present.next()).flatten() {
                Some(value) => push(sink, value)?,
                None => sink.null(),
            }
        }
    }
}
