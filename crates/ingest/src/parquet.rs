//! Tables in Parquet files.

mod bytes;
mod decimal;
mod footer;
mod kind;
mod opening;
mod pages;
mod refusal;
#[cfg(test)]
mod tests;

use std::path::Path;

use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::DataType;
use fanlight_column::CodedColumn;

use crate::limits::Limits;
use crate::problem::Complaint;
use crate::table::Sink;
use bytes::BytesMemo;
use kind::Kind;
use opening::ParquetFile;

/// Values decoded in one go.
const BATCH: usize = 16_384;

/// A column of a file.
pub(crate) struct ParquetColumn {
    /// `group.column` inside a group.
    pub name: String,
    /// Whether its values are texts; otherwise they are numbers, dates or times.
    pub holds_texts: bool,
}

/// The file's columns. What is doubtful is added to `doubts`.
///
/// # Errors
/// If the file is no Parquet file or exceeds a limit.
pub(crate) fn columns(
    path: &Path,
    limits: &Limits,
    doubts: &mut Vec<Complaint>,
) -> Result<Vec<ParquetColumn>, Complaint> {
    let file = ParquetFile::open(path)?;
    let n_rows = file.n_rows()?;
    if n_rows > limits.rows {
        let message = format!("the table has {n_rows} rows, more than {}", limits.rows);
        return Err(Complaint::new(message, "split the table or leave out rows"));
    }
    if n_rows == 0 {
        doubts.push(Complaint::no_rows());
    }
    let columns = file.columns().iter().map(|column| ParquetColumn {
        name: column.path().string(),
        holds_texts: Kind::of(column).is_ok_and(|kind| kind.is_text(column)),
    });
    Ok(columns.collect())
}

/// Reads one column, and says what is odd about it. It opens the file for itself, because threads must not share a file's position.
///
/// # Errors
/// If the column's type cannot be shown as a value, or the file is damaged.
pub(crate) fn read_column(
    path: &Path,
    position: usize,
    mut sink: Sink<'_>,
    limits: &Limits,
) -> Result<(CodedColumn, Vec<Complaint>), Complaint> {
    let file = ParquetFile::open(path)?;
    let Some(column) = file.columns().get(position) else {
        return Err(refusal::damaged("the file has changed while it was read"));
    };
    if column.max_rep_level() > 0 {
        let fix = "store one value per row, put the lists into a table of their own, or leave the column out: name \
                   the columns to keep and set `other_columns = \"skip\"`";
        return Err(Complaint::new("a row may have several values here", fix));
    }
    file.check_storage(position)?;
    let mut kind = Kind::of(column)?;
    if sink.expects_moments() && !kind.is_moment(column) {
        let fix = "remove `format`, or have the column hold dates or times";
        return Err(Complaint::new(
            "`format` is for dates and times, and this column has none",
            fix,
        ));
    }
    let max_def_level = column.max_def_level();
    if kind == Kind::Bytes {
        kind = Kind::Hex;
        if each_group(&file, position, |values| bytes::are_texts(values, max_def_level))? {
            kind = Kind::Text;
        }
    }
    let n_rows = usize::try_from(file.n_rows()?)
        .map_err(|_| refusal::damaged("the file says that it has more rows than there can be"))?;
    each_group(&file, position, |values| {
        push_all(values, max_def_level, kind, &mut sink, limits)?;
        Ok(sink.len() <= n_rows)
    })?;
    if sink.len() != n_rows {
        let message = format!("it has {} values, the file says {n_rows}", sink.len());
        return Err(refusal::damaged(message));
    }
    let doubts = sink.complaints();
    Ok((sink.finish(), doubts))
}

/// Goes through the row groups of a column until one says that it is enough; returns what the last one said.
fn each_group(
    file: &ParquetFile,
    position: usize,
    mut read: impl FnMut(ColumnReader) -> Result<bool, Complaint>,
) -> Result<bool, Complaint> {
    for group in 0..file.n_groups() {
        if !read(file.values(group, position)?)? {
            return Ok(false);
        }
    }
    Ok(true)
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
        ColumnReader::BoolColumnReader(values) => push_each(values, max_def_level, sink, |sink, value| {
            sink.truth(*value);
            Ok(())
        }),
        ColumnReader::Int32ColumnReader(values) => push_each(values, max_def_level, sink, |sink, value| {
            kind.push_integer(sink, i64::from(*value));
            Ok(())
        }),
        ColumnReader::Int64ColumnReader(values) => push_each(values, max_def_level, sink, |sink, value| {
            kind.push_integer(sink, *value);
            Ok(())
        }),
        ColumnReader::Int96ColumnReader(values) => push_each(values, max_def_level, sink, |sink, value| {
            kind::push_int96(sink, value.data());
            Ok(())
        }),
        ColumnReader::FloatColumnReader(values) => push_each(values, max_def_level, sink, |sink, value| {
            kind::push_float(sink, *value);
            Ok(())
        }),
        ColumnReader::DoubleColumnReader(values) => push_each(values, max_def_level, sink, |sink, value| {
            sink.number(*value);
            Ok(())
        }),
        ColumnReader::ByteArrayColumnReader(values) => {
            push_each(values, max_def_level, sink, |sink, value| memo.push(sink, value))
        }
        ColumnReader::FixedLenByteArrayColumnReader(values) => {
            push_each(values, max_def_level, sink, |sink, value| memo.push(sink, value))
        }
    }
}

/// Pushes value by value; a row without one goes to the sink as NULL.
fn push_each<T: DataType>(
    reader: ColumnReaderImpl<T>,
    max_def_level: i16,
    sink: &mut Sink<'_>,
    mut push: impl FnMut(&mut Sink<'_>, &T::T) -> Result<(), Complaint>,
) -> Result<(), Complaint> {
    drain(reader, max_def_level, |value| match value {
        Some(value) => push(sink, value),
        None => {
            sink.null();
            Ok(())
        }
    })
}

/// Hands over value by value; a row without one is `None`.
fn drain<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    max_def_level: i16,
    mut each: impl FnMut(Option<&T::T>) -> Result<(), Complaint>,
) -> Result<(), Complaint> {
    let mut levels = Vec::with_capacity(BATCH);
    let mut values = Vec::with_capacity(BATCH);
    loop {
        levels.clear();
        values.clear();
        let wanted = (max_def_level > 0).then_some(&mut levels);
        let (n_records, ..) = reader
            .read_records(BATCH, wanted, None, &mut values)
            .map_err(|error| refusal::of(&error))?;
        if n_records == 0 {
            return Ok(());
        }
        if max_def_level == 0 {
            for value in &values {
                each(Some(value))?;
            }
            continue;
        }
        let mut present = values.iter();
        for level in &levels {
            each((*level == max_def_level).then(|| present.next()).flatten())?;
        }
    }
}
