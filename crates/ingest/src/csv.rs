//! Tables in text files, one record a line.

mod dialect;
mod encoding;
mod records;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use fanlight_column::CodedColumn;

pub(crate) use dialect::Dialect;
pub(crate) use encoding::Encoding;

use crate::limits::Limits;
use crate::manifest::{CsvPlan, Header};
use crate::problem::{Complaint, Place};
use crate::summary::counted;
use crate::table::Sink;
use dialect::shown;
use records::{Records, too_long};

/// A text file whose form is known.
#[derive(Clone, Debug)]
pub(crate) struct CsvFile {
    dialect: Dialect,
    header: Header,
    /// The columns' names, as the first line has them; none if it holds values.
    pub names: Option<Vec<String>>,
    pub n_columns: usize,
    /// Where the first line begins.
    first: Place,
}

impl CsvFile {
    /// Where the header begins, or the first row where there is none.
    pub fn first(&self) -> Place {
        self.first
    }
}

/// What was read of a file.
pub(crate) struct CsvColumns {
    /// Those that had a sink, in their order.
    pub columns: Vec<CodedColumn>,
    pub doubts: Vec<Complaint>,
}

/// Finds out how a file is written, and what its columns are called. What is doubtful is added to `doubts`.
///
/// # Errors
/// If the file cannot be opened, is empty, or its first line is no record.
pub(crate) fn open(
    path: &Path,
    plan: &CsvPlan,
    limits: &Limits,
    doubts: &mut Vec<Complaint>,
) -> Result<CsvFile, Complaint> {
    let dialect = dialect::find(path, plan, limits, doubts)?;
    let mut records = dialect.records(path, limits)?;
    if !records.advance()? {
        let complaint = match dialect.skip_lines {
            0 => Complaint::new("the file is empty", "write a line with the columns' names"),
            lines => Complaint::new(
                format!("the file is empty below the {} left out", counted(lines, "line")),
                "correct `skip_lines`",
            ),
        };
        return Err(complaint.at(Place::START));
    }
    let mut file = CsvFile {
        dialect,
        header: plan.header,
        names: None,
        n_columns: records.len(),
        first: records.record_place(),
    };
    if plan.header == Header::Present {
        let names: Result<Vec<_>, _> = (0..records.len())
            .map(|position| text(&records, position).map(|name| name.trim().to_owned()))
            .collect();
        let names = names?;
        if names.iter().all(|name| name.parse::<f64>().is_ok()) {
            let message = "the first line holds numbers, and they are taken for the columns' names";
            let fix = "write csv = { header = false } if it is a row like the others";
            doubts.push(Complaint::warning(message, fix).at(file.first));
        }
        file.names = Some(names);
        // Where there is no header, the first line is read among the rows.
        let swallowing = records
            .header_swallowing()
            .map(|position| records.place(position));
        doubts.extend(swallowing.map(|place| swallowed(1, place)));
    }
    Ok(file)
}

/// Reads the columns that have a sink; a value goes to the sink of its position.
///
/// # Errors
/// The first line that is no record of as many values as there are columns, is not of the file's encoding, or exceeds a
/// limit.
pub(crate) fn read(
    path: &Path,
    file: &CsvFile,
    nulls: &[String],
    mut sinks: Vec<Option<Sink<'_>>>,
    limits: &Limits,
) -> Result<CsvColumns, Complaint> {
    let mut rows = Rows::open(path, file, limits)?;
    let mut swallowing = Counted::default();
    let mut n_rows = 0_u64;
    while rows.advance()? {
        n_rows += 1;
        if n_rows > limits.rows {
            let message = format!("the table has more than {} rows", limits.rows);
            let complaint = Complaint::new(message, "split the table or leave out rows");
            return Err(complaint.at(rows.records.record_place()));
        }
        if let Some(position) = rows.records.swallowing() {
            swallowing.note(|| rows.records.place(position));
        }
        for (position, sink) in sinks.iter_mut().enumerate() {
            if let Some(sink) = sink {
                push(sink, &rows.records, position, nulls, limits)?;
            }
        }
    }
    Ok(CsvColumns {
        doubts: doubts(&rows.records, file, n_rows, &swallowing),
        columns: sinks.into_iter().flatten().map(Sink::finish).collect(),
    })
}

/// Where values are, by their row and their position in it, both from 0. It reads the file once more, so it is for what is
/// worth telling only.
pub(crate) fn places(
    path: &Path,
    file: &CsvFile,
    wanted: impl IntoIterator<Item = (usize, usize)>,
    limits: &Limits,
) -> BTreeMap<(usize, usize), Place> {
    let mut places: BTreeMap<(usize, usize), Place> = BTreeMap::new();
    let mut wanted: Vec<_> = wanted.into_iter().collect();
    wanted.sort_unstable();
    let Ok(mut rows) = Rows::open(path, file, limits) else {
        return places;
    };
    let mut row = 0;
    for (wanted_row, position) in wanted {
        while row <= wanted_row {
            if !rows.advance().unwrap_or(false) {
                return places;
            }
            row += 1;
        }
        places.insert((wanted_row, position), rows.records.place(position));
    }
    places
}

/// The records behind the header, each with as many values as there are columns.
struct Rows<'a> {
    records: Records<'a>,
    file: &'a CsvFile,
}

impl<'a> Rows<'a> {
    fn open(path: &Path, file: &'a CsvFile, limits: &'a Limits) -> Result<Self, Complaint> {
        let mut records = file.dialect.records(path, limits)?;
        if file.header == Header::Present {
            records.advance()?;
        }
        Ok(Self { records, file })
    }

    fn advance(&mut self) -> Result<bool, Complaint> {
        loop {
            if !self.records.advance()? {
                return Ok(false);
            }
            if self.records.len() == self.file.n_columns {
                return Ok(true);
            }
            if !self.records.is_blank() {
                return Err(self.unequal());
            }
        }
    }

    fn unequal(&self) -> Complaint {
        let (len, n_columns) = (self.records.len(), self.file.n_columns);
        let first = match self.file.header {
            Header::Present => "the header",
            Header::Absent => "the first line",
        };
        let place = if len > n_columns {
            self.records.place(n_columns)
        } else {
            self.records.record_place()
        };
        let divided = self
            .file
            .dialect
            .marks
            .delimiter
            .map(|delimiter| format!(" divided by {}", shown(delimiter)))
            .unwrap_or_default();
        let message = format!(
            "the line has {}{divided}, and {first} in line {} has {n_columns}",
            counted(len, "value"),
            self.file.first.line
        );
        let fix =
            "correct the line, the delimiter or the quoting; `skip_lines` leaves out lines above the header";
        Complaint::new(message, fix).at(place)
    }
}

fn push(
    sink: &mut Sink<'_>,
    records: &Records<'_>,
    position: usize,
    nulls: &[String],
    limits: &Limits,
) -> Result<(), Complaint> {
    if records.value(position).len() > limits.value_bytes {
        return Err(too_long(limits).at(records.place(position)));
    }
    let value = text(records, position)?;
    if nulls.iter().any(|null| null == value) {
        sink.null();
    } else {
        sink.text(value);
    }
    Ok(())
}

fn text<'r>(records: &'r Records<'_>, position: usize) -> Result<&'r str, Complaint> {
    // A quote or a delimiter is one byte, so it cannot cut a character in two.
    std::str::from_utf8(records.value(position)).map_err(|_| {
        Complaint::new("the bytes here are not UTF-8", "save the file as UTF-8").at(records.place(position))
    })
}

/// Something that happened, and where first.
#[derive(Default)]
struct Counted {
    count: usize,
    first: Option<Place>,
}

impl Counted {
    fn note(&mut self, place: impl FnOnce() -> Place) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some(place());
        }
    }
}

fn doubts(records: &Records<'_>, file: &CsvFile, n_rows: u64, swallowing: &Counted) -> Vec<Complaint> {
    let mut doubts = Vec::new();
    if n_rows == 0 {
        doubts.push(Complaint::no_rows().at(file.first));
    }
    doubts.extend(swallowing.first.map(|place| swallowed(swallowing.count, place)));
    if let Some(place) = records.first_nul() {
        let fix = "write the file without them; a file in UTF-16 needs its mark, or csv = { encoding = \"utf-16le\" }";
        doubts.push(Complaint::warning("the text has NUL characters", fix).at(place));
    }
    // With several columns an empty line cannot be a row; with one it might be.
    if let Some((count, line)) = records.blank_lines().filter(|_| file.n_columns == 1) {
        let message = match count {
            1 => "an empty line is left out".to_owned(),
            _ => format!("{count} empty lines are left out, the first of them here"),
        };
        let fix = "write \"\" where a row has an empty value";
        doubts.push(Complaint::warning(message, fix).at(Place { line, column: 1 }));
    }
    doubts
}

/// What is told of quoted values that look like several rows, the first of them at `place`.
fn swallowed(count: usize, place: Place) -> Complaint {
    let more = match count {
        1 => String::new(),
        2 => ", and so does 1 value more".to_owned(),
        count => format!(", and so do {} more", counted(count - 1, "value")),
    };
    let message = format!(
        "the quoted value that begins here seems to have swallowed rows: it goes over several lines that look like rows of \
         their own{more}"
    );
    let fix = "close the quote where the value ends, or write csv = { quote = \"\" } for the table if quotes are plain \
               characters in this file";
    Complaint::warning(message, fix).at(place)
}
