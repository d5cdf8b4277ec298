//! Columns of numbers in which some texts are none: what those are, and what to do about each kind.

use std::collections::BTreeMap;

use fanlight_column::CodedColumn;
use fanlight_engine::format::Separators;

use super::Outcome;
use super::written::{Written, currency_of};
use crate::problem::Complaint;
use crate::summary::counted;
use crate::table::interpret::{Column, Doubt};

/// How many texts of a kind are named in advice that lists them.
const N_EXAMPLES: usize = 4;

/// The rows of a kind of texts.
#[derive(Default)]
struct Tally {
    n_rows: usize,
    /// The first row, and the code of its text.
    first: Option<(usize, u32)>,
    /// The first few codes.
    examples: Vec<u32>,
}

impl Tally {
    fn add(&mut self, code: u32, rows: CodeRows) {
        self.n_rows += rows.count;
        if self.first.is_none_or(|(row, _)| rows.first < row) {
            self.first = Some((rows.first, code));
        }
        if self.examples.len() < N_EXAMPLES {
            self.examples.push(code);
        }
    }
}

/// What the rows of a column hold, those without a value aside.
struct Tallies {
    n_numbers: usize,
    others: Tally,
    by_kind: BTreeMap<Written, Tally>,
}

impl Tallies {
    fn of(column: &Column<'_>, outcome: &Outcome) -> Self {
        let rows = rows_by_code(&column.coded);
        let is_number = |code: &usize| outcome.symbols.num(outcome.map[*code]).is_some();
        let numbers = (0..rows.len()).filter(is_number);
        let mut tallies = Self {
            n_numbers: numbers.map(|code| rows[code].count).sum(),
            others: Tally::default(),
            by_kind: BTreeMap::new(),
        };
        let separators = Separators::of(column.locale);
        for code in outcome.misfits.iter().copied() {
            let rows = rows[code as usize];
            if rows.count > 0 {
                let kind = Written::of(&column.coded.symbols.text(code), &separators);
                tallies.others.add(code, rows);
                tallies.by_kind.entry(kind).or_default().add(code, rows);
            }
        }
        tallies
    }

    fn n_rows(&self, is_meant: impl Fn(Written) -> bool) -> usize {
        let meant = self.by_kind.iter().filter(|(kind, _)| is_meant(**kind));
        meant.map(|(_, tally)| tally.n_rows).sum()
    }

    /// Whether the column is likely meant to be one of numbers. Texts that stand for nothing say nothing about that, and
    /// words with units do where numbers are beside them. Where nothing else points to numbers, words must be few.
    fn are_numbers(&self) -> bool {
        let n_written = self.n_rows(Written::is_number);
        let n_units = self.n_rows(|kind| kind == Written::Unit);
        let n_words = self.n_rows(|kind| kind == Written::Words);
        match (self.n_numbers, n_written) {
            (0, 0) => false,
            (0, _) => n_written >= 2 * (n_words + n_units),
            (_, 0) => self.n_numbers + n_units >= 2 * n_words,
            _ => self.n_numbers + n_written + n_units >= n_words,
        }
    }
}

/// Values of a column of numbers that are none, where that is likely not meant.
pub(super) fn of_numbers(column: &Column<'_>, outcome: &Outcome) -> Option<Doubt> {
    let tallies = Tallies::of(column, outcome);
    let are_few = outcome.n_read >= 4 * outcome.misfits.len();
    if !are_few && !tallies.are_numbers() {
        return None;
    }
    let (row, code) = tallies.others.first?;
    let n_rows = tallies.others.n_rows;
    let are = match n_rows {
        1 => "is no number and stays a text",
        _ => "are no numbers and stay texts",
    };
    let message = format!(
        "{n_rows} of {} of {:?} {are}, the first is {:?}",
        counted(tallies.n_numbers + n_rows, "value"),
        column.plan.field,
        column.coded.symbols.text(code)
    );
    Some(Doubt {
        row,
        complaint: Complaint::warning(message, fix(column, &tallies)),
    })
}

/// What to do about each kind of texts, with an example of each where there are several.
fn fix(column: &Column<'_>, tallies: &Tallies) -> String {
    let mut kinds: Vec<_> = tallies.by_kind.iter().collect();
    kinds.sort_by_key(|(_, tally)| tally.first);
    let parts = kinds.iter().map(|(kind, tally)| {
        let advice = advice(**kind, column, tally);
        match tally.first {
            Some((_, code)) if kinds.len() > 1 => format!("{:?}: {advice}", column.coded.symbols.text(code)),
            _ => advice,
        }
    });
    let parts: Vec<_> = parts.collect();
    format!(
        "{}; if these are no numbers, declare type = \"text\"",
        parts.join("; ")
    )
}

fn advice(kind: Written, column: &Column<'_>, tally: &Tally) -> String {
    let texts = &column.coded.symbols;
    match kind {
        Written::Otherwise => format!(
            "numbers are read with decimal_sep = {:?} and thousand_sep = {:?} here: write all values so, or declare the \
             table's `decimal_sep` and `thousand_sep` if they are written otherwise",
            column.locale.decimal_sep, column.locale.thousand_sep
        ),
        Written::Percent => "write percentages as numbers, 0.1 for 10 %".to_owned(),
        Written::Bracketed => "write negative numbers with a minus sign and without brackets".to_owned(),
        Written::OtherMinus => "write the minus sign as a hyphen (-), in front of the figures".to_owned(),
        Written::Currency => {
            let first = tally.first.map(|(_, code)| texts.text(code));
            let mark = first.as_deref().and_then(currency_of).unwrap_or_default();
            format!(
                "leave the currency out of the values, or have amounts in it read by money_format = \"0 {mark}\" under [locale]"
            )
        }
        Written::Unit => "leave the unit out of the values".to_owned(),
        Written::Placeholder => {
            let listed: Vec<_> = tally
                .examples
                .iter()
                .map(|code| format!("{:?}", texts.text(*code)))
                .collect();
            column.nulls_advice(&listed.join(", "))
        }
        Written::Words => format!("correct the values, or {}", column.nulls_advice("\"…\"")),
    }
}

/// The rows that have a code.
#[derive(Clone, Copy, Default)]
struct CodeRows {
    count: usize,
    first: usize,
}

fn rows_by_code(coded: &CodedColumn) -> Vec<CodeRows> {
    let mut rows = vec![CodeRows::default(); coded.symbols.len()];
    for row in 0..coded.codes.len() {
        if let Some(code) = coded.codes.get(row) {
            let of_code = &mut rows[code as usize];
            if of_code.count == 0 {
                of_code.first = row;
            }
            of_code.count += 1;
        }
    }
    rows
}
