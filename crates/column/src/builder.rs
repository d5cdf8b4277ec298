//! Building a column value by value.

use crate::codes::{Codes, NULL_CODE};
use crate::symbols::Symbols;

/// One table's column while a reader pushes its values.
#[derive(Clone, Debug, Default)]
pub struct ColumnBuilder {
    symbols: Symbols,
    codes: Vec<u32>,
}

/// A finished column with its own dictionary.
#[derive(Clone, Debug)]
pub struct CodedColumn {
    /// The distinct values.
    pub symbols: Symbols,
    /// One code per row.
    pub codes: Codes,
}

impl ColumnBuilder {
    /// An empty column.
    pub fn new() -> Self {
        Self::default()
    }

    /// A row without a value.
    pub fn push_null(&mut self) {
        self.codes.push(NULL_CODE);
    }

    /// A value without a number.
    pub fn push_text(&mut self, text: &str) {
        self.codes.push(self.symbols.intern_text(text));
    }

    /// A number without a text of its own. NaN is NULL.
    pub fn push_num(&mut self, num: f64) {
        if num.is_nan() {
            self.push_null();
        } else {
            self.codes.push(self.symbols.intern_num(None, num));
        }
    }

    /// A number with its text, for example a date. With NaN it is the text alone.
    pub fn push_dual(&mut self, text: &str, num: f64) {
        if num.is_nan() {
            self.push_text(text);
        } else {
            self.codes.push(self.symbols.intern_num(Some(text), num));
        }
    }

    /// The value of an earlier row once more, for readers that know it is the same.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn push_same_as(&mut self, row: usize) {
        self.codes.push(self.codes[row]);
    }

    /// The number of rows so far.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// The number of distinct values so far.
    pub fn n_values(&self) -> usize {
        self.symbols.len()
    }

    /// Whether there is no row yet.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Packs the codes.
    pub fn finish(self) -> CodedColumn {
        let codes = Codes::pack(&self.codes, self.symbols.len());
        CodedColumn {
            symbols: self.symbols,
            codes,
        }
    }
}
