//! What an app holds, in numbers.

use std::fmt;

use fanlight_column::{BitSet, mark_codes};
use fanlight_engine::{DataModel, Field};

/// An app's tables, fields and links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// In the manifest's order.
    pub tables: Vec<TableSummary>,
    /// How many fields there are over all tables; one that links tables counts once.
    pub n_fields: usize,
    /// The fields that link tables.
    pub links: Vec<LinkSummary>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSummary {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub n_rows: usize,
    /// How many of its columns are fields.
    pub n_fields: usize,
}

/// A field that links two tables or more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSummary {
    /// Its name.
    pub field: String,
    /// One for each table that has it.
    pub sides: Vec<LinkSide>,
}

/// A linking field in one of its tables. Empty texts link nothing that an author would call a match, so they do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSide {
    /// The table's name.
    pub table: String,
    /// How many distinct values it has there.
    pub n_values: usize,
    /// How many of them another table has too.
    pub n_matching: usize,
}

impl Summary {
    pub(crate) fn of(model: &DataModel) -> Self {
        let tables = model.tables().iter().map(|table| TableSummary {
            name: table.name().to_owned(),
            n_rows: table.n_rows(),
            n_fields: table.columns().len(),
        });
        let keys = model.fields().iter().filter(|field| field.is_key());
        Self {
            tables: tables.collect(),
            n_fields: model.fields().len(),
            links: keys.map(|field| LinkSummary::of(model, field)).collect(),
        }
    }
}

impl LinkSummary {
    fn of(model: &DataModel, field: &Field) -> Self {
        let values = values_by_table(model, field);
        let mut n_tables_by_value = vec![0_u32; field.cardinal()];
        for set in &values {
            for value in set.iter() {
                n_tables_by_value[value] += 1;
            }
        }
        let sides = field
            .tables()
            .iter()
            .zip(&values)
            .map(|((table, _), set)| LinkSide {
                table: model.table(*table).name().to_owned(),
                n_values: set.count(),
                n_matching: set.iter().filter(|value| n_tables_by_value[*value] > 1).count(),
            });
        Self {
            field: field.name().to_owned(),
            sides: sides.collect(),
        }
    }
}

/// The values that a linking field has in each of its tables, without the empty text.
pub(crate) fn values_by_table(model: &DataModel, field: &Field) -> Vec<BitSet> {
    let empty = field.symbols().find_text("");
    let sets = field.tables().iter().map(|(table, column)| {
        let codes = model.table(*table).columns()[*column].codes();
        let mut set = mark_codes(codes, None, field.cardinal());
        if let Some(code) = empty {
            set.remove(code as usize);
        }
        set
    });
    sets.collect()
}

impl LinkSide {
    /// The share of values that match, in whole percent: 100 only if all do, 0 only if none does.
    pub fn percent_matching(&self) -> usize {
        match (self.n_matching, self.n_values) {
            (0, _) => 0,
            (matching, values) if matching == values => 100,
            (matching, values) => (matching * 100 / values).clamp(1, 99),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n_rows: usize = self.tables.iter().map(|table| table.n_rows).sum();
        writeln!(
            f,
            "{}, {}, {}, {}",
            counted(self.tables.len(), "table"),
            counted(n_rows, "row"),
            counted(self.n_fields, "field"),
            counted(self.links.len(), "link")
        )?;
        for table in &self.tables {
            let (rows, fields) = (counted(table.n_rows, "row"), counted(table.n_fields, "field"));
            writeln!(f, "  table {:?}: {rows}, {fields}", table.name)?;
        }
        for link in &self.links {
            let sides: Vec<_> = link.sides.iter().map(ToString::to_string).collect();
            writeln!(f, "  link {:?}: {}", link.field, sides.join("; "))?;
        }
        Ok(())
    }
}

impl fmt::Display for LinkSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} % of {} in {:?} match",
            self.percent_matching(),
            counted(self.n_values, "value"),
            self.table
        )
    }
}

/// `1 row`, `2 rows`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
