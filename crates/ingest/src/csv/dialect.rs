//! How a file divides its lines, found from its first records where the manifest does not say.

mod rivals;

use std::collections::HashMap;
use std::path::Path;

use super::encoding::{Decoded, Encoding};
use super::records::{Marks, Records, Source};
use crate::files;
use crate::limits::Limits;
use crate::manifest::{CsvPlan, Delimiter};
use crate::problem::{Complaint, Place};

/// How much of a file is looked at, in bytes and in records.
const SAMPLE_BYTES: usize = 1 << 18;
const SAMPLE_RECORDS: usize = 1_000;

/// What a delimiter may be without being declared. Commas come last: they stand in numbers and sentences of files that
/// another delimiter divides, and hardly ever does another one stand in every record of a file that commas divide.
const CANDIDATES: [u8; 4] = [b'\t', b';', b'|', b','];

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub marks: Marks,
    pub encoding: Option<Encoding>,
    /// Lines above the header.
    pub skip_lines: usize,
}

impl Dialect {
    /// Opens the file at its first record.
    pub fn records<'a>(&self, path: &Path, limits: &'a Limits) -> Result<Records<'a>, Complaint> {
        let source = Source::File(Box::new(decoded(path, self.encoding)?));
        let mut records = Records::new(source, self.marks, limits);
        records.skip_lines(self.skip_lines)?;
        Ok(records)
    }
}

/// Decides how a file is read. What is doubtful about that is added to `doubts`.
///
/// # Errors
/// If the file cannot be opened, or if its first lines do not look like a table.
pub(crate) fn find(
    path: &Path,
    plan: &CsvPlan,
    limits: &Limits,
    doubts: &mut Vec<Complaint>,
) -> Result<Dialect, Complaint> {
    let mut dialect = Dialect {
        marks: Marks {
            delimiter: None,
            quote: plan.quote,
        },
        encoding: plan.encoding,
        skip_lines: plan.skip_lines,
    };
    // What is too much is told when the file is read.
    let limits = &Limits {
        columns: usize::MAX,
        ..*limits
    };
    let mut sample = Sample::of(path, plan, limits)?;
    let announced = sample.announced_delimiter();
    if announced.is_some() {
        dialect.skip_lines += 1;
        sample.leave_out_line(limits)?;
    }
    let declared = match plan.delimiter {
        Delimiter::Declared(byte) => Some(byte),
        Delimiter::Found => announced,
        Delimiter::None => return Ok(dialect),
    };
    dialect.marks.delimiter = match declared {
        Some(byte) => {
            doubts.extend(rivals::of_declared(byte, &sample, plan.quote, limits));
            Some(byte)
        }
        None => choose(&sample, plan.quote, limits, doubts)?,
    };
    Ok(dialect)
}

fn decoded(path: &Path, encoding: Option<Encoding>) -> Result<Decoded, Complaint> {
    let file = files::open(path).map_err(|error| {
        Complaint::new(
            format!("the file cannot be opened: {error}"),
            "make the file readable",
        )
    })?;
    Decoded::new(file, encoding).map_err(|fault| fault.complaint(Place::START))
}

/// The file's first lines, below those that are left out.
struct Sample {
    text: Vec<u8>,
    /// The number of its first line.
    first_line: usize,
}

impl Sample {
    fn of(path: &Path, plan: &CsvPlan, limits: &Limits) -> Result<Self, Complaint> {
        let mut source = decoded(path, plan.encoding)?;
        let mut text = Vec::new();
        // What is not of the encoding is told when the file is read, with its place.
        while text.len() < SAMPLE_BYTES && source.more(&mut text).unwrap_or(false) {}
        if text.len() >= SAMPLE_BYTES {
            let end = text
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(text.len(), |at| at + 1);
            text.truncate(end);
        }
        let mut lines = Records::new(
            Source::Text(text),
            Marks {
                delimiter: None,
                quote: None,
            },
            limits,
        );
        lines.skip_lines(plan.skip_lines)?;
        Ok(Self {
            text: lines.into_rest(),
            first_line: plan.skip_lines + 1,
        })
    }

    fn leave_out_line(&mut self, limits: &Limits) -> Result<(), Complaint> {
        let marks = Marks {
            delimiter: None,
            quote: None,
        };
        let mut lines = Records::new(Source::Text(std::mem::take(&mut self.text)), marks, limits);
        lines.skip_lines(1)?;
        self.text = lines.into_rest();
        self.first_line += 1;
        Ok(())
    }

    /// `sep=;` on the first line, as spreadsheet programs write it for each other.
    fn announced_delimiter(&self) -> Option<u8> {
        let line = self.text.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
        let line = line
            .strip_prefix(b"\"")
            .and_then(|line| line.strip_suffix(b"\""))
            .unwrap_or(line);
        match line {
            [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', byte] if byte.is_ascii() => Some(*byte),
            _ => None,
        }
    }

    fn counts(&self, delimiter: u8, quote: Option<u8>, limits: &Limits) -> Counts {
        let marks = Marks {
            delimiter: Some(delimiter),
            quote,
        };
        let mut records = Records::new(Source::Text(self.text.clone()), marks, limits);
        let mut counts = Counts {
            delimiter,
            n_values: Vec::new(),
            lines: Vec::new(),
            is_prose: true,
            refuses_first: false,
        };
        while counts.n_values.len() < SAMPLE_RECORDS {
            match records.advance() {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => {
                    counts.refuses_first = counts.n_values.is_empty();
                    break;
                }
            }
            if records.is_blank() {
                continue;
            }
            counts.n_values.push(records.len());
            counts
                .lines
                .push(self.first_line + records.record_place().line - 1);
            counts.is_prose &= (1..records.len()).all(|position| records.value(position).starts_with(b" "));
        }
        counts
    }
}

/// What a delimiter makes of the sample's records, up to the first that it makes nonsense of.
struct Counts {
    delimiter: u8,
    n_values: Vec<usize>,
    lines: Vec<usize>,
    /// A blank follows every delimiter.
    is_prose: bool,
    /// A quote in the first record is wrong.
    refuses_first: bool,
}

impl Counts {
    fn header(&self) -> usize {
        self.n_values.first().copied().unwrap_or(0)
    }

    fn n_as_header(&self) -> usize {
        self.n_values
            .iter()
            .filter(|count| **count == self.header())
            .count()
    }

    /// Whether they are those of all records, and each has as many values as the header, two or more.
    fn divide_all(&self, n_records: usize) -> bool {
        self.header() >= 2 && self.n_as_header() == n_records && self.n_values.len() == n_records
    }

    /// The most frequent number of values.
    fn usual(&self) -> usize {
        let mut frequencies: HashMap<usize, usize> = HashMap::new();
        for count in &self.n_values {
            *frequencies.entry(*count).or_default() += 1;
        }
        frequencies
            .into_iter()
            .max_by_key(|(count, frequency)| (*frequency, *count))
            .map_or(0, |(count, _)| count)
    }

    /// Which record is the first of `n_records` that have as many values as most records, two or more.
    fn table_below(&self, n_records: usize) -> Option<usize> {
        let usual = self.usual();
        let alike = |window: &[usize]| window.iter().all(|count| *count == usual);
        (usual >= 2).then(|| self.n_values.windows(n_records).position(alike))?
    }
}

fn most_records(counts: &[Counts]) -> usize {
    counts
        .iter()
        .map(|counts| counts.n_values.len())
        .max()
        .unwrap_or(0)
}

/// The delimiter of the sample; none if it has one column.
fn choose(
    sample: &Sample,
    quote: Option<u8>,
    limits: &Limits,
    doubts: &mut Vec<Complaint>,
) -> Result<Option<u8>, Complaint> {
    let counts = CANDIDATES.map(|delimiter| sample.counts(delimiter, quote, limits));
    let n_records = most_records(&counts);
    let whole = |counts: &&Counts| counts.divide_all(n_records);
    // One line says little: the delimiter that divides it most is it.
    let best = if n_records == 1 {
        counts
            .iter()
            .filter(whole)
            .rev()
            .max_by_key(|counts| counts.header())
    } else {
        counts.iter().find(whole)
    };
    if let Some(best) = best {
        doubts.extend(rivals::of_found(best, &counts, sample.first_line));
        return Ok(Some(best.delimiter));
    }
    if let Some(complaint) = counts
        .iter()
        .find_map(|counts| title_above(counts, sample.first_line))
    {
        return Err(complaint);
    }
    // Reading the file by it tells what is wrong. By another delimiter the quote would be a plain character, and the file one
    // column.
    if let Some(refusing) = counts.iter().find(|counts| counts.refuses_first) {
        return Ok(Some(refusing.delimiter));
    }
    let ragged = counts
        .iter()
        .rev()
        .filter(|counts| counts.header() >= 2)
        .max_by_key(|counts| counts.n_as_header());
    if let Some(ragged) = ragged {
        return Ok(Some(ragged.delimiter));
    }
    if let Some(doubtful) = counts
        .iter()
        .find(|counts| counts.usual() >= 2 && !counts.is_prose)
    {
        doubts.push(one_column(doubtful, sample.first_line));
    }
    Ok(None)
}

/// Lines above the header: the records below them are divided alike, and they are not.
fn title_above(counts: &Counts, first_line: usize) -> Option<Complaint> {
    // A comma in each line may be one of a number or a sentence.
    let is_comma = counts.delimiter == b',';
    let first = counts.table_below(if is_comma { 3 } else { 2 })?;
    let n_values = counts.usual();
    let is_doubtful = counts.is_prose || is_comma && n_values == 2;
    // Where only the header differs, it lacks a name more likely than it is a title.
    let is_title = first > 1 || first == 1 && counts.header() == 1;
    if is_doubtful || !is_title || counts.header() >= n_values {
        return None;
    }
    let line = counts.lines[first];
    let message = format!(
        "from line {line} on, each line has {n_values} values divided by {}, and this line has {}",
        shown(counts.delimiter),
        counts.header()
    );
    let fix = format!(
        "if the table begins at line {line}, write csv = {{ skip_lines = {} }}; otherwise declare its `delimiter`",
        line - 1
    );
    Some(Complaint::new(message, fix).at(Place {
        line: first_line,
        column: 1,
    }))
}

fn one_column(counts: &Counts, first_line: usize) -> Complaint {
    let message = format!(
        "the file is read as one column: most lines have {} in them, but the first has none",
        shown(counts.delimiter)
    );
    let fix = format!(
        "write csv = {{ delimiter = {:?} }} if that divides the lines, or csv = {{ delimiter = \"\" }} if there is one column",
        char::from(counts.delimiter).to_string()
    );
    Complaint::warning(message, fix).at(Place {
        line: first_line,
        column: 1,
    })
}

/// A delimiter in a message.
pub(crate) fn shown(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "tabs".to_owned(),
        other => format!("{:?}", char::from(other).to_string()),
    }
}
