//! What is odd about values that have a type, noted while they are read.

use crate::problem::Complaint;

/// The values of a column that cannot be kept as they are.
#[derive(Default)]
pub(super) struct Odd {
    /// NaN, which is no value.
    pub nans: Rows,
    /// Dates outside the calendar, which have no text.
    pub no_dates: Rows,
    /// Dates or times that became one value with another.
    pub merged: Rows,
}

/// Rows of one kind.
#[derive(Default)]
pub(super) struct Rows {
    /// From 0.
    first: usize,
    count: usize,
}

impl Rows {
    pub fn note(&mut self, row: usize) {
        if self.count == 0 {
            self.first = row;
        }
        self.count += 1;
    }

    /// `3 values … , the first in row 7`, if there is one.
    fn told(&self, what: &str) -> Option<String> {
        let (values, row) = (
            if self.count == 1 { "value is" } else { "values are" },
            self.first + 1,
        );
        (self.count > 0).then(|| format!("{} {values} {what}, the first in row {row}", self.count))
    }
}

impl Odd {
    /// Everything that is to be told of the column.
    pub fn complaints(&self) -> Vec<Complaint> {
        let told = [
            (
                self.nans.told("NaN and become NULL"),
                "store NULL where there is no value, or declare type = \"text\"",
            ),
            (
                self.no_dates
                    .told("outside the years 1 to 9999, have no date and stay numbers of days"),
                "correct the values, or store NULL where there is no date",
            ),
            (
                self.merged
                    .told("one value with an earlier one, because a number keeps no more of their moments"),
                "if they tell rows apart, declare type = \"text\", without a `format`",
            ),
        ];
        let complaints = told
            .into_iter()
            .filter_map(|(message, fix)| Some(Complaint::warning(message?, fix)));
        complaints.collect()
    }
}
