//! The data model: tables, fields and how they are linked.

mod build;
mod form;
mod links;

use std::sync::{Arc, Mutex, OnceLock};

use fanlight_column::{CodedColumn, Codes, FastMap, Symbols};

pub(crate) use form::Reading;
pub use form::ValueForm;
pub(crate) use links::{Access, RowsByCode};

use crate::error::ModelError;
use crate::locale::Locale;
use crate::value::{FieldId, TableId};

/// A table as a reader hands it over.
#[derive(Clone, Debug)]
pub struct TableSource {
    /// Its name.
    pub name: String,
    /// Field names and columns, all of the same length.
    pub columns: Vec<(String, CodedColumn)>,
}

/// Tables whose fields share one dictionary each, linked through the fields they have in common.
///
/// The links form a forest: two tables share at most one field, and there is one way at most from one table to another.
#[derive(Debug)]
pub struct DataModel {
    fields: Vec<Field>,
    tables: Vec<Table>,
    by_name: FastMap<Box<str>, FieldId>,
    /// Compositions of unique links, made on demand and kept: they do not depend on selections.
    accesses: Mutex<FastMap<(u32, u32), Option<Access>>>,
}

/// A field: one dictionary, used by one or more tables.
#[derive(Debug)]
pub struct Field {
    name: Arc<str>,
    symbols: Arc<Symbols>,
    tags: Vec<String>,
    tables: Vec<(TableId, usize)>,
    n_non_null: usize,
    text_rank: OnceLock<Arc<[u32]>>,
    form: Option<Box<ValueForm>>,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    name: Arc<str>,
    n_rows: usize,
    columns: Vec<Column>,
    /// Columns whose fields other tables have too.
    keys: Vec<usize>,
    component: usize,
}

/// A table's column.
#[derive(Debug)]
pub struct Column {
    field: FieldId,
    codes: Codes,
    n_nulls: usize,
    n_distinct: usize,
    rows_by_code: OnceLock<Arc<RowsByCode>>,
}

impl DataModel {
    /// Merges the dictionaries of shared fields and links the tables.
    ///
    /// # Errors
    /// If columns do not fit together, or tables share more than one field, or are linked in a circle.
    pub fn new(sources: Vec<TableSource>) -> Result<Self, ModelError> {
        build::build(sources)
    }

    /// The same, with how the values of some fields are written.
    #[must_use]
    pub fn with_forms(mut self, forms: impl IntoIterator<Item = (String, ValueForm)>) -> Self {
        for (name, form) in forms {
            if let Some(field) = self.field_id(&name) {
                self.fields[field.index()].form = Some(Box::new(form));
            }
        }
        self
    }

    /// All fields, in the order of first appearance.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// All tables, in the order given.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The field of this name; case matters.
    pub fn field_id(&self, name: &str) -> Option<FieldId> {
        self.by_name.get(name).copied()
    }

    /// A field.
    ///
    /// # Panics
    /// If the id is of another model.
    pub fn field(&self, id: FieldId) -> &Field {
        &self.fields[id.index()]
    }

    /// A table.
    ///
    /// # Panics
    /// If the id is of another model.
    pub fn table(&self, id: TableId) -> &Table {
        &self.tables[id.index()]
    }

    /// Bytes of memory in columns and dictionaries, roughly.
    pub fn size_bytes(&self) -> usize {
        let columns = self.tables.iter().flat_map(|table| &table.columns);
        columns.map(|column| column.codes.size_bytes()).sum::<usize>()
            + self
                .fields
                .iter()
                .map(|field| field.symbols.size_bytes())
                .sum::<usize>()
    }
}

impl Field {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its dictionary.
    pub fn symbols(&self) -> &Arc<Symbols> {
        &self.symbols
    }

    /// The number of distinct values.
    pub fn cardinal(&self) -> usize {
        self.symbols.len()
    }

    /// System tags such as `$numeric`.
    pub fn tags(&self) -> &[String] {
        &self.tags
    }

    /// The tables that have it, and the column there.
    pub fn tables(&self) -> &[(TableId, usize)] {
        &self.tables
    }

    /// The number of rows with a value, over all its tables.
    pub fn n_non_null(&self) -> usize {
        self.n_non_null
    }

    /// Whether more than one table has it.
    pub fn is_key(&self) -> bool {
        self.tables.len() > 1
    }

    /// Whether it has values and all of them are numbers.
    pub fn is_numeric(&self) -> bool {
        !self.symbols.is_empty() && self.symbols.n_nums() == self.symbols.len()
    }

    /// How its values are written, if that is known.
    pub(crate) fn form(&self) -> Option<&ValueForm> {
        self.form.as_deref()
    }

    /// How texts about it are read in an app of this locale.
    pub(crate) fn reading<'a>(&'a self, locale: &'a Locale) -> Reading<'a> {
        Reading {
            form: self.form(),
            locale,
        }
    }

    /// The place of each value in the order of texts; equal texts have equal places.
    pub(crate) fn text_rank(&self) -> &Arc<[u32]> {
        self.text_rank.get_or_init(|| links::text_rank(&self.symbols))
    }
}

impl Table {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Its columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub(crate) fn keys(&self) -> &[usize] {
        &self.keys
    }

    /// Tables with the same number are linked, directly or not.
    pub(crate) fn component(&self) -> usize {
        self.component
    }

    pub(crate) fn column_of(&self, field: FieldId) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }
}

impl Column {
    /// Its field.
    pub fn field(&self) -> FieldId {
        self.field
    }

    /// The codes of its rows.
    pub fn codes(&self) -> &Codes {
        &self.codes
    }

    /// The number of rows without a value.
    pub fn n_nulls(&self) -> usize {
        self.n_nulls
    }

    /// The number of distinct values in this table.
    pub fn n_distinct(&self) -> usize {
        self.n_distinct
    }

    /// Whether no value occurs twice in this table.
    pub fn is_unique(&self) -> bool {
        self.n_distinct + self.n_nulls == self.codes.len()
    }
}
