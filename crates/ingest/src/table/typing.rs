//! Whether the texts of a column are searched for numbers and dates: decided for a field, over all tables that have it.

use std::collections::BTreeMap;

use super::opened::{Opened, OpenedColumn};
use crate::manifest::{Reader, Typing};
use crate::problem::{Complaint, Problem, SourceFile};

/// A column among the opened ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub table: usize,
    /// Among the table's columns that are kept.
    pub column: usize,
}

/// The columns of each field, in the order of the tables.
pub(super) fn by_field(tables: &[Opened<'_>]) -> BTreeMap<String, Vec<At>> {
    let mut fields: BTreeMap<String, Vec<At>> = BTreeMap::new();
    for (table, opened) in tables.iter().enumerate() {
        for (column, found) in opened.columns.iter().enumerate() {
            let at = At { table, column };
            fields.entry(found.plan.field.clone()).or_default().push(at);
        }
    }
    fields
}

/// Makes every column's typing definite: `Text` or `Interpret`, or `Source` for values that have a type of their own.
///
/// A field that is text in one table is text in all, or equal values would not meet: `00123` would be 123 on one side. What
/// is declared wins over what files have; two declarations that contradict each other are a problem.
pub(super) fn resolve(tables: &mut [Opened<'_>], manifest: &SourceFile, problems: &mut Vec<Problem>) {
    for (field, columns) in by_field(tables) {
        match decide(tables, &columns) {
            Ok(typing) => {
                for at in columns {
                    let column = &mut tables[at.table].columns[at.column];
                    column.plan.typing = match typing {
                        Typing::Interpret if !column.holds_texts => Typing::Source,
                        typing => typing,
                    };
                }
            }
            Err([text, other]) => {
                let name = |at: At| tables[at.table].plan.name.get_ref();
                let message = format!(
                    "the field {field:?} is declared as text in table {:?}, and as numbers or dates in table {:?}",
                    name(text),
                    name(other)
                );
                let fix = "declare the same on both sides, or give one of the columns another field name";
                let later = if text.table > other.table { text } else { other };
                let place = &tables[later.table].columns[later.column].place;
                problems.push(manifest.problem_at(place, Complaint::new(message, fix)));
            }
        }
    }
}

/// What becomes of a field; two columns whose declarations contradict each other, the text first.
fn decide(tables: &[Opened<'_>], columns: &[At]) -> Result<Typing, [At; 2]> {
    let column = |at: &At| &tables[at.table].columns[at.column];
    let declared = |wanted: Typing| columns.iter().find(|at| declaration(column(at)) == Some(wanted));
    match (declared(Typing::Text), declared(Typing::Interpret)) {
        (Some(text), Some(other)) => Err([*text, *other]),
        (Some(_), None) => Ok(Typing::Text),
        (None, Some(_)) => Ok(Typing::Interpret),
        (None, None) => {
            let is_csv = |at: &At| matches!(tables[at.table].plan.reader, Reader::Csv(_));
            let has_typed_texts = columns.iter().any(|at| column(at).holds_texts && !is_csv(at));
            Ok(if has_typed_texts {
                Typing::Text
            } else {
                Typing::Interpret
            })
        }
    }
}

/// What the manifest says of the column's texts.
fn declaration(column: &OpenedColumn) -> Option<Typing> {
    let plan = &column.plan;
    match plan.typing {
        Typing::Source if column.holds_texts && plan.format.is_some() || !plan.values.is_empty() => {
            Some(Typing::Interpret)
        }
        Typing::Source => None,
        declared => Some(declared),
    }
}
