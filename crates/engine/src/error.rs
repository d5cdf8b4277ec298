//! What can go wrong. Users' mistakes in definitions are data in the result ([`ItemError`]), not errors.

use std::fmt;

use thiserror::Error;

use crate::memory::PoolFull;

/// Why tables cannot become a model. The message says what to change.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelError {
    /// Two tables share more than one field.
    #[error("tables {left:?} and {right:?} share {} fields ({}): rename all but one, or combine them into one key field", .fields.len(), .fields.join(", "))]
    SyntheticKey {
        /// One table.
        left: String,
        /// The other table.
        right: String,
        /// The shared fields.
        fields: Vec<String>,
    },
    /// Tables are linked in a circle, so that selections could travel two ways.
    #[error("tables {} are linked in a circle through the fields {}: rename one of these fields in one table", .tables.join(", "), .fields.join(", "))]
    Cycle {
        /// The tables on the circle.
        tables: Vec<String>,
        /// The fields that link them.
        fields: Vec<String>,
    },
    /// Columns of one table differ in length.
    #[error("in table {table:?}, field {field:?} has {found} rows and the fields before it have {expected}")]
    RaggedTable {
        /// The table.
        table: String,
        /// The field.
        field: String,
        /// The rows of the fields before.
        expected: usize,
        /// The rows of this field.
        found: usize,
    },
    /// A field occurs twice in one table.
    #[error("table {table:?} has the field {field:?} twice")]
    DuplicateField {
        /// The table.
        table: String,
        /// The field.
        field: String,
    },
    /// A table's name occurs twice.
    #[error("there are two tables {table:?}")]
    DuplicateTable {
        /// The table.
        table: String,
    },
}

/// Why an evaluation has no result at all.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EvalError {
    /// It was cancelled.
    #[error("the calculation was cancelled")]
    Cancelled,
    /// The result, or what is needed on the way to it, would be larger than one calculation may have.
    #[error("the result has more than {limit} {of}")]
    TooLarge {
        /// The limit.
        limit: usize,
        /// What there is too much of.
        of: Quantity,
    },
    /// It would take too much work.
    #[error(
        "the calculation takes too much work: use shorter texts, simpler patterns or fewer expressions and rows"
    )]
    TooMuchWork,
    /// The memory for it is used up.
    #[error("the calculation needs too much memory: {0}")]
    NoMemory(#[from] PoolFull),
    /// There is no selection state of that name.
    #[error("there is no alternate state {name:?}")]
    UnknownState {
        /// The name.
        name: String,
    },
}

/// What an evaluation has only so much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Rows of a result, or groups on the way to it.
    Rows,
    /// Values of the expressions of a result.
    Values,
    /// Bytes of the texts that expressions make.
    TextBytes,
    /// Bytes of memory, on the way to it.
    Bytes,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rows => "rows",
            Self::Values => "values",
            Self::TextBytes => "bytes of text",
            Self::Bytes => "bytes: ask for fewer dimensions, measures or values, or select first",
        })
    }
}

/// A mistake in a definition, or a condition that does not hold: part of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemError {
    /// The code of the public contract.
    pub code: ItemErrorCode,
    /// One sentence that says what is wrong; the calculation condition's text for [`ItemErrorCode::Condition`].
    pub message: String,
}

/// The codes of [`ItemError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemErrorCode {
    /// 7000: the definition is not valid.
    Invalid,
    /// 7003: the result would be too large.
    TooLarge,
    /// 7005: the calculation condition does not hold.
    Condition,
    /// 7005 too: a calculated dimension names a field that there is not. It is the one code with which clients go on
    /// drawing, and such a dimension is drawn: as NULL.
    UnknownField,
    /// 7008: the order of sorting names a column that there is not.
    Sort,
}

impl ItemErrorCode {
    /// The number on the wire.
    pub fn number(self) -> i32 {
        match self {
            Self::Invalid => 7000,
            Self::TooLarge => 7003,
            Self::Condition | Self::UnknownField => 7005,
            Self::Sort => 7008,
        }
    }
}

impl ItemError {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self {
            code: ItemErrorCode::Invalid,
            message: message.into(),
        }
    }
}
