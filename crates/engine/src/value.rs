//! Values and the ids of fields, tables and symbols.

use std::borrow::Cow;
use std::sync::Arc;

use fanlight_column::number_text;

/// The longest text that an expression can make, in bytes. A longer one is NULL: what a viewer types must not take the
/// memory of everybody.
pub(crate) const MAX_TEXT_BYTES: usize = 1 << 20;

/// What an expression yields.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// A number without a text of its own; never NaN.
    Num(f64),
    /// A text that is no number.
    Text(Arc<str>),
    /// A number with its text, such as a date or a formatted number.
    Dual {
        /// How it reads.
        text: Arc<str>,
        /// What it counts as.
        num: f64,
    },
}

impl Value {
    /// True is −1.
    pub const TRUE: Self = Self::Num(-1.0);
    /// False is 0.
    pub const FALSE: Self = Self::Num(0.0);

    /// A number; NaN is NULL.
    pub fn num(num: f64) -> Self {
        if num.is_nan() { Self::Null } else { Self::Num(num) }
    }

    /// A text.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// A number with its text; NaN leaves the text alone.
    pub fn dual(text: impl Into<Arc<str>>, num: f64) -> Self {
        if num.is_nan() {
            Self::Text(text.into())
        } else {
            Self::Dual {
                text: text.into(),
                num,
            }
        }
    }

    /// −1 or 0.
    pub fn bool(truth: bool) -> Self {
        if truth { Self::TRUE } else { Self::FALSE }
    }

    /// Whether it is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The number, if it has one.
    pub fn as_num(&self) -> Option<f64> {
        match self {
            Self::Num(num) | Self::Dual { num, .. } => Some(*num),
            Self::Null | Self::Text(_) => None,
        }
    }

    /// The text; a plain number's is its default text, NULL's is empty.
    pub fn as_text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Num(num) => Cow::Owned(number_text(*num)),
            Self::Text(text) | Self::Dual { text, .. } => Cow::Borrowed(text),
        }
    }

    /// The bytes of its text; a plain number has none.
    pub(crate) fn n_text_bytes(&self) -> usize {
        match self {
            Self::Null | Self::Num(_) => 0,
            Self::Text(text) | Self::Dual { text, .. } => text.len(),
        }
    }

    /// Whether a condition with this value holds: any number but 0 does; NULL and text do not.
    pub fn is_true(&self) -> bool {
        self.as_num().is_some_and(|num| num != 0.0)
    }
}

/// A field's position in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// A table's position in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

/// A symbol's position in its field's dictionary: the element number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Elem(pub u32);

impl FieldId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl TableId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Elem {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}
