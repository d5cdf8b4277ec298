//! Dictionaries, packed columns, bit sets and group-by kernels.
//!
//! A column of a table is a run of small integers (codes) that point into a dictionary of duals (a text and perhaps a
//! number). Everything the engine does with rows is done on codes: a selection is a table from code to yes or no, a
//! group is a code, an aggregation is an array indexed by code. A row without a value holds the code type's largest
//! value, so that no code of a dictionary is ever spent on NULL.
//!
//! The crate knows nothing of fields, tables or expressions.

mod bits;
mod builder;
mod codes;
mod hash;
mod kernel;
mod number;
mod numeral;
mod symbols;
#[cfg(test)]
mod tests;

pub use bits::BitSet;
pub use builder::{CodedColumn, ColumnBuilder};
pub use codes::{Code, Codes, NULL_CODE};
pub use hash::{FastHash, FastMap, FastSet};
pub use kernel::{gather_keys, gather_rows, mark_codes, select_rows};
pub use number::number_text;
pub use numeral::{numeral_order, says_more};
pub use symbols::Symbols;
