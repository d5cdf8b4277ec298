//! Another delimiter than the one taken that divides every record too.

use super::{CANDIDATES, Counts, Sample, most_records, shown};
use crate::limits::Limits;
use crate::problem::{Complaint, Place};

/// What is told of a delimiter that was found, where another divides every record equally. One record says too little.
pub(super) fn of_found(best: &Counts, counts: &[Counts], first_line: usize) -> Option<Complaint> {
    let n_records = most_records(counts);
    if n_records < 2 {
        return None;
    }
    let rival = counts
        .iter()
        .find(|rival| rival.delimiter != best.delimiter && rival.divide_all(n_records) && !rival.is_prose)?;
    let message = format!(
        "each line is divided by {} into {} values, and {} would divide each into {} just as well",
        shown(best.delimiter),
        best.header(),
        shown(rival.delimiter),
        rival.header()
    );
    let fix = format!(
        "write csv = {{ delimiter = {} }} or csv = {{ delimiter = {} }} to say which is meant",
        written(best.delimiter),
        written(rival.delimiter)
    );
    Some(at_line(Complaint::warning(message, fix), first_line))
}

/// What is told of a declared delimiter that is in no record, where another divides every one.
pub(super) fn of_declared(
    declared: u8,
    sample: &Sample,
    quote: Option<u8>,
    limits: &Limits,
) -> Option<Complaint> {
    let own = sample.counts(declared, quote, limits);
    if own.n_values.iter().any(|count| *count > 1) {
        return None;
    }
    let counts = CANDIDATES.map(|delimiter| sample.counts(delimiter, quote, limits));
    let n_records = most_records(&counts);
    let rival = counts
        .iter()
        .find(|rival| rival.divide_all(n_records) && !rival.is_prose)?;
    let message = format!(
        "the declared delimiter {} is in no line, and {} divides each into {} values",
        shown(declared),
        shown(rival.delimiter),
        rival.header()
    );
    let fix = format!(
        "write csv = {{ delimiter = {} }}, or csv = {{ delimiter = \"\" }} if there is one column",
        written(rival.delimiter)
    );
    Some(at_line(Complaint::warning(message, fix), sample.first_line))
}

fn at_line(complaint: Complaint, line: usize) -> Complaint {
    complaint.at(Place { line, column: 1 })
}

/// A delimiter as the manifest has it.
fn written(delimiter: u8) -> String {
    format!("{:?}", char::from(delimiter).to_string())
}
