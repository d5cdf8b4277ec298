//! What is doubtful about a column whose texts were read.

mod numbers;
mod written;

use fanlight_column::{BitSet, CodedColumn, Symbols};

use super::interpret::{Choice, Column, Doubt};
use super::unread;
use crate::problem::Complaint;

/// What reading the texts of a column came to.
#[derive(Default)]
pub(super) struct Outcome {
    pub symbols: Symbols,
    /// The new code of each old one.
    pub map: Vec<u32>,
    /// Old codes of texts that are no number or date.
    pub misfits: Vec<u32>,
    /// How many distinct texts are one.
    pub n_read: usize,
    /// Texts that became one value with a text before.
    merged: Vec<Merged>,
}

/// A text that became one value with another.
struct Merged {
    code: u32,
    with: String,
}

impl Outcome {
    /// Notes that an old code became a symbol that was there, unless only blanks told the two apart.
    pub fn note_merged(&mut self, code: u32, new: u32, text: &str) {
        let with = self.symbols.text(new);
        if with.trim() != text.trim() {
            let with = with.into_owned();
            self.merged.push(Merged { code, with });
        }
    }
}

/// The doubts about one column.
pub(super) fn of_column(column: &Column<'_>, outcome: &Outcome, choice: &Choice) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let unread = || unread::doubt(column, outcome, choice);
    doubts.extend(misfits(column, outcome, choice).or_else(unread));
    if let Some(first) = outcome.merged.first() {
        doubts.push(merged(column, first.code, &first.with, outcome.merged.len()));
    }
    doubts
}

/// A text of this column that becomes one value with another text of a column of the same field.
pub(super) fn between(column: &Column<'_>, outcome: &Outcome, other: &Symbols) -> Option<Doubt> {
    let texts = &column.coded.symbols;
    if !column.plan.values.is_empty() || column.plan.format.is_some() {
        return None;
    }
    let mut found = (0..texts.len() as u32).filter_map(|code| {
        let num = outcome.symbols.num(outcome.map[code as usize])?;
        let with = other.text(other.find_num(num)?);
        let text = texts.text(code);
        // Two ways to write a date are no two codes.
        let are_numbers = !with.contains(['/', ':']) && !text.contains(['/', ':']);
        (with.trim() != text.trim() && are_numbers && texts.num(code).is_none())
            .then(|| (code, with.into_owned()))
    });
    let (code, with) = found.next()?;
    Some(merged(column, code, &with, 1 + found.count()))
}

fn merged(column: &Column<'_>, code: u32, with: &str, count: usize) -> Doubt {
    let text = column.coded.symbols.text(code);
    let more = match count {
        1 => String::new(),
        count => format!(", and {} more such", count - 1),
    };
    let message = format!(
        "the texts {with:?} and {text:?} of {:?} are one value, because they are the same number{more}",
        column.plan.field
    );
    let fix = format!(
        "if they are codes and not amounts, write {:?} = {{ type = \"text\" }} under [tables.columns] of {:?}",
        column.plan.field, column.table
    );
    Doubt {
        row: first_row(&column.coded, |other| other == code).0,
        complaint: Complaint::warning(message, fix),
    }
}

/// What is told of values that are not read as most of their column are.
fn misfits(column: &Column<'_>, outcome: &Outcome, choice: &Choice) -> Option<Doubt> {
    let first = *outcome.misfits.first()?;
    let field = &column.plan.field;
    let texts = &column.coded.symbols;
    let set = BitSet::of(texts.len(), outcome.misfits.iter().map(|code| *code as usize));
    let (row, n_rows) = first_row(&column.coded, |code| set.contains(code as usize));
    let nulls = column.nulls_advice("\"…\"");
    let no_dates = |form: &str| {
        format!(
            "{n_rows} of {} values of {field:?} are no dates or times like {form:?} and stay texts, the first is {:?}",
            n_values(&column.coded),
            texts.text(first)
        )
    };
    let complaint = match (&column.plan.format, choice) {
        (Some(format), _) if outcome.n_read == 0 => {
            let message = format!(
                "no value of {field:?} is written like its format {format:?}, the first is {:?}",
                texts.text(first)
            );
            Complaint::new(message, "correct `format`, or remove it")
        }
        (Some(format), _) => Complaint::warning(
            no_dates(format),
            format!("correct the values or `format`, or {nulls}"),
        ),
        (None, Choice::Dates(form)) => Complaint::warning(
            no_dates(&form.name),
            format!("correct the values, {nulls}, or declare the column's `format` or type = \"text\""),
        ),
        (None, Choice::Unclear { one, other }) => Complaint::warning(
            format!(
                "the values of {field:?} could be dates like {one:?} or like {other:?}, so they stay texts"
            ),
            format!("declare which: {field:?} = {{ format = {one:?} }} under [tables.columns]"),
        ),
        (None, Choice::Numbers { minority: Some(few) }) if few.n_read * 10 >= few.n_texts => {
            Complaint::warning(
                format!(
                    "{} of {} distinct values of {field:?} look like dates or times ({:?}), too few to read the column as such: \
                 they stay texts",
                    few.n_read, few.n_texts, few.form.name
                ),
                "declare the column's `format`, or type = \"text\"",
            )
        }
        (None, Choice::Numbers { .. }) => return numbers::of_numbers(column, outcome),
    };
    Some(Doubt { row, complaint })
}

/// The first row whose code is wanted, and how many there are.
fn first_row(coded: &CodedColumn, is_wanted: impl Fn(u32) -> bool) -> (usize, usize) {
    let mut rows = (0..coded.codes.len()).filter(|row| coded.codes.get(*row).is_some_and(&is_wanted));
    let first = rows.next().unwrap_or(0);
    (first, 1 + rows.count())
}

/// How many rows have a value that is not empty.
fn n_values(coded: &CodedColumn) -> usize {
    let empty = coded.symbols.find_text("");
    (0..coded.codes.len())
        .filter(|row| coded.codes.get(*row).is_some_and(|code| Some(code) != empty))
        .count()
}
