//! What fields are called: columns that link tables share one name, all others have names of their own.

use std::collections::HashSet;

use super::{DraftTable, Link};

/// Names that say nothing without their table's.
const BARE: [&str; 6] = ["id", "key", "code", "name", "no", "nr"];

/// The name of each table's columns' fields.
pub(super) fn fields(tables: &[DraftTable], links: &[Link]) -> Vec<Vec<String>> {
    let mut groups = Groups::of(tables);
    for link in links.iter().filter(|link| link.is_accepted) {
        groups.join(
            (link.left.table, link.left.column),
            (link.right.table, link.right.column),
        );
    }
    let mut taken: HashSet<String> = HashSet::new();
    let mut names: Vec<Vec<Option<String>>> = tables
        .iter()
        .map(|table| vec![None; table.columns.len()])
        .collect();
    for (table, columns) in tables
        .iter()
        .enumerate()
        .map(|(at, table)| (at, table.columns.len()))
    {
        for column in 0..columns {
            if names[table][column].is_some() {
                continue;
            }
            let members = groups.members((table, column));
            let name = group_name(tables, &members, &taken);
            taken.insert(name.clone());
            for (table, column) in members {
                names[table][column] = Some(name.clone());
            }
        }
    }
    names
        .into_iter()
        .map(|columns| columns.into_iter().map(Option::unwrap_or_default).collect())
        .collect()
}

/// A name that no other field has: the column's, else with its table's in front.
fn group_name(tables: &[DraftTable], members: &[(usize, usize)], taken: &HashSet<String>) -> String {
    let name = |(table, column): &(usize, usize)| tables[*table].columns[*column].name.as_str();
    let says_something = |member: &&(usize, usize)| !BARE.contains(&name(member).to_lowercase().as_str());
    let speaker = members.iter().find(says_something).or_else(|| members.first());
    let Some(speaker) = speaker else {
        return String::new();
    };
    let own = name(speaker);
    let is_shared = |other: &DraftTable| other.columns.iter().any(|column| column.name == own);
    let n_tables_with_name = tables.iter().filter(|table| is_shared(table)).count();
    let n_members_with_name = members.iter().filter(|member| name(member) == own).count();
    if n_tables_with_name == n_members_with_name && !taken.contains(own) {
        return own.to_owned();
    }
    let mut name = format!("{} {own}", tables[speaker.0].name);
    while taken.contains(&name) {
        name.push('_');
    }
    name
}

/// Columns that are one field.
struct Groups {
    of: Vec<Vec<usize>>,
}

impl Groups {
    fn of(tables: &[DraftTable]) -> Self {
        let mut next = 0..;
        let group_per_column = |table: &DraftTable| next.by_ref().take(table.columns.len()).collect();
        Self {
            of: tables.iter().map(group_per_column).collect(),
        }
    }

    fn join(&mut self, left: (usize, usize), right: (usize, usize)) {
        let (kept, gone) = (self.of[left.0][left.1], self.of[right.0][right.1]);
        for group in self.of.iter_mut().flatten().filter(|group| **group == gone) {
            *group = kept;
        }
    }

    fn members(&self, of: (usize, usize)) -> Vec<(usize, usize)> {
        let wanted = self.of[of.0][of.1];
        let all = self.of.iter().enumerate().flat_map(|(table, columns)| {
            columns
                .iter()
                .enumerate()
                .map(move |(column, group)| ((table, column), *group))
        });
        all.filter(|(_, group)| *group == wanted)
            .map(|(member, _)| member)
            .collect()
    }
}
