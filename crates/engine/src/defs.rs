//! What a caller asks for: cubes, lists, their columns and their sorting.

use crate::numformat::NumFormat;

/// How one column is sorted. Each criterion is −1 (descending), 0 (not used) or +1 (ascending), except that frequency
/// +1 puts the most frequent first. They apply in the order of the members; later ones break ties, and load order
/// breaks the last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SortSpec {
    /// Selected, possible, alternative, excluded.
    pub by_state: i8,
    /// By the value of `expression`.
    pub by_expression: i8,
    /// By the number of records.
    pub by_frequency: i8,
    /// By number; values without one come last.
    pub by_numeric: i8,
    /// By text, upper and lower case alike.
    pub by_ascii: i8,
    /// By the order of first loading.
    pub by_load_order: i8,
    /// What `by_expression` sorts by.
    pub expression: Option<String>,
    /// Whether to flip the whole column.
    pub reverse: bool,
}

/// A hypercube's definition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CubeDef {
    /// The selection state's name; empty or `$` is the default state.
    pub state: String,
    /// The dimensions in order.
    pub dims: Vec<DimDef>,
    /// The measures in order.
    pub measures: Vec<MeasureDef>,
    /// Column numbers (dimensions, then measures) in order of precedence; empty is the order of definition.
    pub inter_column_sort: Vec<i32>,
    /// Leave out rows whose measures are all 0 or not numeric.
    pub suppress_zero: bool,
    /// Leave out rows whose measures are all NULL.
    pub suppress_missing: bool,
    /// Show 0 or the empty text in place of NULL measures.
    pub populate_missing: bool,
    /// Nothing is computed unless this holds.
    pub calc_condition: Option<String>,
    /// A set expression that replaces the current selection for the whole cube.
    pub context_set: Option<String>,
}

/// A dimension of a cube.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DimDef {
    /// A field's name, or an expression of fields with a leading `=`.
    pub field: String,
    /// A label; evaluated when it starts with `=`.
    pub label: Option<String>,
    /// The sorting.
    pub sort: SortSpec,
    /// Leave out the row of records without a value.
    pub null_suppression: bool,
    /// A row for every value of the field, possible or not.
    pub show_all: bool,
    /// The label of a total row, if one is wanted.
    pub show_total: Option<String>,
    /// The format of numbers; the values' own texts if there is none.
    pub num_format: Option<NumFormat>,
    /// The column is left out unless this holds.
    pub calc_condition: Option<String>,
    /// Further expressions per value.
    pub attribute_exprs: Vec<AttrExpr>,
    /// Grouping the small values; answered by an item error until it is built.
    pub others: Option<OtherSpec>,
}

/// A measure of a cube.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeasureDef {
    /// The expression.
    pub expr: String,
    /// A label; evaluated when it starts with `=`.
    pub label: Option<String>,
    /// The sorting.
    pub sort: SortSpec,
    /// The format; the text of the value if there is none.
    pub num_format: Option<NumFormat>,
    /// How the grand total comes about.
    pub total: TotalMode,
    /// The column is left out unless this holds.
    pub calc_condition: Option<String>,
    /// Further expressions per row.
    pub attribute_exprs: Vec<AttrExpr>,
}

/// An expression beside a dimension or measure, such as a colour.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttrExpr {
    /// The expression.
    pub expr: String,
    /// A label; evaluated when it starts with `=`.
    pub label: Option<String>,
    /// The format; the text of the value if there is none.
    pub num_format: Option<NumFormat>,
    /// Whether the expression only decorates: then it does not add rows.
    pub is_attribute: bool,
}

/// Which values of a dimension are shown and which are grouped as "Others".
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OtherSpec {
    /// How many values are shown; negative counts from the smallest.
    pub counted: i64,
    /// The label of the rest.
    pub label: String,
}

/// How a measure's grand total comes about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TotalMode {
    /// The expression over all records.
    #[default]
    Expression,
    /// No total.
    None,
    /// The sum of the rows.
    Sum,
    /// The mean of the rows.
    Avg,
    /// The number of rows with a value.
    Count,
    /// The smallest row.
    Min,
    /// The largest row.
    Max,
}

/// A list object's definition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListDef {
    /// The selection state's name; empty or `$` is the default state.
    pub state: String,
    /// A field's name.
    pub field: String,
    /// A label; evaluated when it starts with `=`.
    pub label: Option<String>,
    /// The sorting.
    pub sort: SortSpec,
    /// Whether the number of records stands beside each value.
    pub frequency: FrequencyMode,
    /// Only the values that this interactive search finds.
    pub search: Option<String>,
    /// Selected values come first when the list is longer than this many rows; 0 is never.
    pub auto_sort_by_state_rows: usize,
    /// The format of numbers; the values' own texts if there is none.
    pub num_format: Option<NumFormat>,
}

/// What stands beside each value of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FrequencyMode {
    /// Nothing.
    #[default]
    None,
    /// The number of possible records.
    Count,
    /// Their share of all possible records, in percent.
    Percent,
    /// Their number relative to the most frequent value's.
    Relative,
}
