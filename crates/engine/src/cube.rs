//! Evaluated hypercubes.

use std::borrow::Cow;
use std::sync::Arc;

use fanlight_column::NULL_CODE;

use crate::error::ItemError;
use crate::memory::Reservation;
use crate::numformat::NumFormat;
use crate::value::{Elem, FieldId, Value};

/// An evaluated straight hypercube.
///
/// Cell states are not in it: ask [`Snapshot::elem_state`](crate::Snapshot::elem_state) when a page is written, so that a
/// cube that is kept during a modal selection shows fresh states. Columns with an [`ItemError`] have an entry here but no
/// cells worth reading; the caller leaves them out of its pages.
#[derive(Clone, Debug)]
pub struct Cube {
    /// One entry per dimension of the definition.
    pub dims: Vec<DimColumn>,
    /// One entry per measure of the definition.
    pub measures: Vec<MeasureColumn>,
    /// The precedence of the columns in sorting, without columns in error.
    pub effective_sort: Vec<i32>,
    /// Why nothing was computed.
    pub error: Option<ItemError>,
    pub(crate) n_rows: usize,
    /// Row-major codes of the dimensions; [`NULL_CODE`] is NULL, [`TOTAL_CODE`] a total.
    pub(crate) codes: Vec<u32>,
    /// Row-major values of the measures.
    pub(crate) values: Vec<Value>,
    /// Bytes of the texts that its expressions made.
    pub(crate) text_bytes: usize,
    /// What it holds of the memory of whoever asked for it.
    pub(crate) memory: Option<Arc<Reservation>>,
}

/// The code of a total cell.
pub(crate) const TOTAL_CODE: u32 = NULL_CODE - 1;

/// What stands in a dimension's cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DimCell {
    /// A value.
    Elem(Elem),
    /// Records without a value.
    Null,
    /// The total over all values.
    Total,
    /// The values that are not shown on their own.
    Others,
}

/// What a cube says of a dimension.
#[derive(Clone, Debug)]
pub struct DimColumn {
    /// The field; `None` for a calculated dimension or an error.
    pub field: Option<FieldId>,
    /// The label, or the definition as written.
    pub title: String,
    /// What is wrong with the definition, or 7005.
    pub error: Option<ItemError>,
    /// The number of distinct values of the field.
    pub cardinal: usize,
    /// The number of distinct values in this cube, with NULL and total.
    pub n_distinct_in_cube: usize,
    /// The smallest number in this cube; NaN if the dimension is not numeric.
    pub min: f64,
    /// The largest number in this cube; NaN if the dimension is not numeric.
    pub max: f64,
    /// The longest text's length in characters.
    pub max_glyphs: usize,
    /// The field's tags.
    pub tags: Vec<String>,
    /// Whether all values are numbers.
    pub is_numeric: bool,
    /// Whether the dimension is an expression.
    pub is_calculated: bool,
    /// The format of the numbers.
    pub format: NumFormat,
    /// Whether the format was not set in the definition.
    pub is_auto_format: bool,
    /// `A`, `D` or `N`: the direction of the first sort criterion.
    pub sort_indicator: char,
    /// What a total cell reads.
    pub total_label: Option<String>,
    /// One entry per attribute expression.
    pub attrs: Vec<AttrColumn>,
    pub(crate) texts: Arc<DimTexts>,
}

/// What a cube says of a measure.
#[derive(Clone, Debug)]
pub struct MeasureColumn {
    /// The label, or the expression as written.
    pub title: String,
    /// What is wrong with the definition, or 7005.
    pub error: Option<ItemError>,
    /// The smallest number over the rows; NaN if there is none.
    pub min: f64,
    /// The largest number over the rows; NaN if there is none.
    pub max: f64,
    /// The longest text's length in characters.
    pub max_glyphs: usize,
    /// The format in effect.
    pub format: NumFormat,
    /// Whether the format was not set in the definition.
    pub is_auto_format: bool,
    /// `A`, `D` or `N`: the direction of the first sort criterion.
    pub sort_indicator: char,
    /// One entry per attribute expression.
    pub attrs: Vec<AttrColumn>,
    pub(crate) formatter: Formatter,
    pub(crate) total: Value,
}

/// An attribute expression's column.
#[derive(Clone, Debug)]
pub struct AttrColumn {
    /// The label, or the expression as written.
    pub title: String,
    /// What is wrong with the definition.
    pub error: Option<ItemError>,
    /// The smallest number over the rows; NaN if there is none.
    pub min: f64,
    /// The largest number over the rows; NaN if there is none.
    pub max: f64,
    /// The format in effect.
    pub format: NumFormat,
    /// Whether the format was not set in the definition.
    pub is_auto_format: bool,
    pub(crate) formatter: Formatter,
    /// One value per row of the cube.
    pub(crate) values: Vec<Value>,
}

/// How values of a column become texts.
#[derive(Clone, Debug)]
pub(crate) struct Formatter {
    /// `None` keeps the value's own text.
    pub(crate) format: Option<NumFormat>,
    pub(crate) locale: Arc<crate::Locale>,
}

/// The texts and numbers of a dimension's values by code.
#[derive(Debug)]
pub(crate) enum DimTexts {
    /// The symbols of a field, as loaded.
    Symbols(Arc<fanlight_column::Symbols>),
    /// Formatted texts of a field's symbols.
    Formatted {
        texts: Vec<Arc<str>>,
        symbols: Arc<fanlight_column::Symbols>,
    },
}

impl DimTexts {
    pub(crate) fn text(&self, code: u32) -> Cow<'_, str> {
        match self {
            Self::Symbols(symbols) => symbols.text(code),
            Self::Formatted { texts, .. } => Cow::Borrowed(&texts[code as usize]),
        }
    }

    pub(crate) fn symbols(&self) -> &Arc<fanlight_column::Symbols> {
        match self {
            Self::Symbols(symbols) | Self::Formatted { symbols, .. } => symbols,
        }
    }
}

impl Formatter {
    pub(crate) fn text<'v>(&self, value: &'v Value) -> Cow<'v, str> {
        match (&self.format, value) {
            (None, Value::Text(text) | Value::Dual { text, .. }) => Cow::Borrowed(text),
            (None, Value::Num(num)) => Cow::Owned(crate::format::default_text(*num, &self.locale)),
            (_, Value::Null) => Cow::Borrowed(crate::format::NULL_TEXT),
            (Some(format), value) => Cow::Owned(crate::format::value(value, format, &self.locale)),
        }
    }
}

impl Cube {
    /// The number of rows after suppression.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// How much memory the cube takes, counted in cells: those of its columns and of their attributes, and its texts.
    pub fn weight(&self) -> usize {
        let of_dims = self.dims.iter().map(|dim| dim.attrs.len());
        let of_measures = self.measures.iter().map(|measure| measure.attrs.len());
        let n_attrs: usize = of_dims.chain(of_measures).sum();
        let n_cells = self.n_rows.saturating_mul(self.n_cols() + n_attrs);
        n_cells
            .saturating_add(self.text_bytes / size_of::<Value>())
            .max(1)
    }

    /// The number of columns: dimensions and measures without those in error.
    pub fn n_cols(&self) -> usize {
        self.dims.iter().filter(|dim| dim.error.is_none()).count()
            + self
                .measures
                .iter()
                .filter(|measure| measure.error.is_none())
                .count()
    }

    /// The cell of a dimension.
    ///
    /// # Panics
    /// If there is no such row or dimension.
    pub fn dim(&self, row: usize, dim: usize) -> DimCell {
        match self.codes[row * self.dims.len() + dim] {
            NULL_CODE => DimCell::Null,
            TOTAL_CODE => DimCell::Total,
            code => DimCell::Elem(Elem(code)),
        }
    }

    /// The text of a dimension's cell; `-` for NULL.
    ///
    /// # Panics
    /// If there is no such row or dimension.
    pub fn dim_text(&self, row: usize, dim: usize) -> Cow<'_, str> {
        match self.dim(row, dim) {
            DimCell::Elem(elem) => self.dims[dim].texts.text(elem.0),
            DimCell::Null => Cow::Borrowed("-"),
            DimCell::Total => Cow::Borrowed(self.dims[dim].total_label.as_deref().unwrap_or("Total")),
            DimCell::Others => Cow::Borrowed("Others"),
        }
    }

    /// The number of a dimension's cell; NaN if it has none.
    ///
    /// # Panics
    /// If there is no such row or dimension.
    pub fn dim_num(&self, row: usize, dim: usize) -> f64 {
        match self.dim(row, dim) {
            DimCell::Elem(elem) => self.dims[dim].texts.symbols().num(elem.0).unwrap_or(f64::NAN),
            DimCell::Null | DimCell::Total | DimCell::Others => f64::NAN,
        }
    }

    /// The value of a measure in a row.
    ///
    /// # Panics
    /// If there is no such row or measure.
    pub fn measure(&self, row: usize, measure: usize) -> &Value {
        &self.values[row * self.measures.len() + measure]
    }

    /// The text of a measure in a row; `-` for NULL.
    ///
    /// # Panics
    /// If there is no such row or measure.
    pub fn measure_text(&self, row: usize, measure: usize) -> Cow<'_, str> {
        self.measures[measure].formatter.text(self.measure(row, measure))
    }

    /// The text and the number (NaN if it has none) of a measure's grand total.
    ///
    /// # Panics
    /// If there is no such measure.
    pub fn grand_total(&self, measure: usize) -> (Cow<'_, str>, f64) {
        let column = &self.measures[measure];
        (
            column.formatter.text(&column.total),
            column.total.as_num().unwrap_or(f64::NAN),
        )
    }

    /// The value of a dimension's attribute expression in a row.
    ///
    /// # Panics
    /// If there is no such row, dimension or attribute.
    pub fn dim_attr(&self, row: usize, dim: usize, attr: usize) -> &Value {
        &self.dims[dim].attrs[attr].values[row]
    }

    /// The text of a dimension's attribute expression in a row.
    ///
    /// # Panics
    /// If there is no such row, dimension or attribute.
    pub fn dim_attr_text(&self, row: usize, dim: usize, attr: usize) -> Cow<'_, str> {
        self.dims[dim].attrs[attr]
            .formatter
            .text(self.dim_attr(row, dim, attr))
    }

    /// The value of a measure's attribute expression in a row.
    ///
    /// # Panics
    /// If there is no such row, measure or attribute.
    pub fn measure_attr(&self, row: usize, measure: usize, attr: usize) -> &Value {
        &self.measures[measure].attrs[attr].values[row]
    }

    /// The text of a measure's attribute expression in a row.
    ///
    /// # Panics
    /// If there is no such row, measure or attribute.
    pub fn measure_attr_text(&self, row: usize, measure: usize, attr: usize) -> Cow<'_, str> {
        self.measures[measure].attrs[attr]
            .formatter
            .text(self.measure_attr(row, measure, attr))
    }
}
