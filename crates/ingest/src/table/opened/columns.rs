//! Which columns of a file become which fields.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::{FileColumn, OpenedColumn};
use crate::manifest::{ColumnPlan, OtherColumns, TablePlan};
use crate::problem::{Complaint, Problem, SourceFile, did_you_mean, one_of};

/// The columns that the plan keeps. A column whose name another has too, or that has none, is called by its position, which
/// is doubtful where the file's columns are named.
pub(super) fn columns(
    plan: &TablePlan,
    file: &[FileColumn],
    are_named: bool,
    manifest: &SourceFile,
    doubts: &mut Vec<Complaint>,
) -> Result<Vec<OpenedColumn>, Vec<Problem>> {
    let mut problems = Vec::new();
    let names = Names::of(file);
    let mut planned: HashMap<usize, (&ColumnPlan, Range<usize>)> = HashMap::new();
    for (name, column) in &plan.columns {
        let complaint = match names.find(name.get_ref()) {
            Ok(position) => {
                let before = planned.insert(position, (column, name.span()));
                before.map(|_| {
                    let message = format!("{:?} is a column that is mentioned already", name.get_ref());
                    Complaint::new(message, "mention each column once, by its name or its position")
                })
            }
            Err(complaint) => Some(complaint),
        };
        problems.extend(complaint.map(|complaint| manifest.problem_at(&name.span(), complaint)));
    }
    let mut columns: Vec<OpenedColumn> = Vec::new();
    let mut nameless = Vec::new();
    for (position, file_column) in file.iter().enumerate() {
        let name = names.own(position);
        let (column, place) = match (planned.get(&position), plan.others) {
            (Some((column, place)), _) => (names.renamed(column, position), place.clone()),
            (None, OtherColumns::Keep) => {
                if are_named && names.is_unclear(position) {
                    nameless.push(position);
                }
                (ColumnPlan::named(&name), plan.name.span())
            }
            (None, OtherColumns::Skip) => continue,
        };
        if columns.iter().any(|other| other.plan.field == column.field) {
            let message = format!(
                "two columns of table {:?} become the field {:?}",
                plan.name.get_ref(),
                column.field
            );
            let fix = format!(
                "give one of them another field name: \"@{}\" = \"…\" under [tables.columns]",
                position + 1
            );
            problems.push(manifest.problem_at(&place, Complaint::new(message, fix)));
            continue;
        }
        columns.push(OpenedColumn {
            name,
            position,
            holds_texts: file_column.holds_texts,
            plan: column,
            place,
        });
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    doubts.extend(nameless_doubt(&nameless, &names));
    Ok(columns)
}

/// How columns are called.
struct Names<'a> {
    /// As the file has them.
    given: Vec<Option<&'a str>>,
    repeated: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    fn of(file: &'a [FileColumn]) -> Self {
        let given: Vec<_> = file.iter().map(|column| column.name.as_deref()).collect();
        let mut seen = HashSet::new();
        let repeated = given
            .iter()
            .flatten()
            .filter(|name| !seen.insert(**name))
            .copied()
            .collect();
        Self { given, repeated }
    }

    /// The column's name, or its position where the name says not which column is meant.
    fn own(&self, position: usize) -> String {
        match self.given[position] {
            Some(name) if !self.repeated.contains(name) => name.to_owned(),
            _ => format!("@{}", position + 1),
        }
    }

    /// Whether the column has no name of its own.
    fn is_unclear(&self, position: usize) -> bool {
        self.given[position].is_none_or(|name| self.repeated.contains(name))
    }

    /// The column that a key of the manifest means.
    fn find(&self, key: &str) -> Result<usize, Complaint> {
        let mut named = (0..self.given.len()).filter(|position| self.given[*position] == Some(key));
        match (named.next(), named.next()) {
            (Some(only), None) => Ok(only),
            (Some(first), Some(second)) => {
                let mut positions = vec![first, second];
                positions.extend(named);
                let positions: Vec<_> = positions
                    .iter()
                    .map(|position| format!("@{}", position + 1))
                    .collect();
                Err(Complaint::new(
                    format!("{} columns of the file are called {key:?}", positions.len()),
                    format!(
                        "name them by position: {}",
                        one_of(positions.iter().map(String::as_str))
                    ),
                ))
            }
            (None, _) => self.by_position(key),
        }
    }

    fn by_position(&self, key: &str) -> Result<usize, Complaint> {
        let number = key
            .strip_prefix('@')
            .and_then(|number| number.parse::<usize>().ok());
        if let Some(number) = number {
            return match number.checked_sub(1) {
                Some(position) if position < self.given.len() => Ok(position),
                _ => Err(Complaint::new(
                    format!("the file has no column {key:?}"),
                    format!("use \"@1\" to \"@{}\"", self.given.len()),
                )),
            };
        }
        let names: Vec<_> = (0..self.given.len()).map(|position| self.own(position)).collect();
        Err(Complaint::new(
            format!("the file has no column {key:?}"),
            did_you_mean(key, names.iter().map(String::as_str)),
        ))
    }

    /// A plan that names the column by position and gives no field name leaves it its own name.
    fn renamed(&self, plan: &ColumnPlan, position: usize) -> ColumnPlan {
        let by_position = format!("@{}", position + 1);
        let field = if plan.field == by_position {
            self.own(position)
        } else {
            plan.field.clone()
        };
        ColumnPlan {
            field,
            ..plan.clone()
        }
    }
}

fn nameless_doubt(nameless: &[usize], names: &Names<'_>) -> Option<Complaint> {
    let first = *nameless.first()?;
    let shown: Vec<_> = nameless
        .iter()
        .take(8)
        .map(|position| format!("\"@{}\"", position + 1))
        .collect();
    let more = if nameless.len() > shown.len() { ", …" } else { "" };
    let why = match names.given[first] {
        Some(name) => format!("the header has the name {name:?} more than once"),
        None => format!("the header has no name for column {}", first + 1),
    };
    let fix = format!("name them under [tables.columns]: \"@{}\" = \"…\"", first + 1);
    Some(Complaint::warning(
        format!(
            "{why}, so columns are called by their position: {}{more}",
            shown.join(", ")
        ),
        fix,
    ))
}
