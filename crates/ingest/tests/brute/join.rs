//! The full outer join of flights with what they refer to, and inference by looking at each of its rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Flights, Key, NONE, Table};

/// The field that links each table to the flights, in the order of the manifest.
const LINKS: [(usize, &str); 4] = [
    (1, "Carrier"),
    (2, "Dest"),
    (3, "Tail Number"),
    (4, "Origin Hour"),
];

pub fn full_outer_join(tables: &[Table]) -> Vec<[u32; 5]> {
    let flights = &tables[0];
    let mut rows: Vec<[u32; 5]> = (0..flights.n_rows as u32)
        .map(|row| [row, NONE, NONE, NONE, NONE])
        .collect();
    for (table, field) in LINKS {
        let theirs = &tables[table].columns[field];
        let mut by_code = HashMap::new();
        for (row, code) in theirs.iter().enumerate().filter(|(_, code)| **code != NONE) {
            assert!(
                by_code.insert(*code, row as u32).is_none(),
                "{field} is unique in its table"
            );
        }
        let mut met = vec![false; theirs.len()];
        let ours = &flights.columns[field];
        for row in &mut rows[..flights.n_rows] {
            if let Some(found) = by_code.get(&ours[row[0] as usize]) {
                row[table] = *found;
                met[*found as usize] = true;
            }
        }
        for unmet in (0..theirs.len()).filter(|row| !met[*row]) {
            let mut row = [NONE; 5];
            row[table] = unmet as u32;
            rows.push(row);
        }
    }
    rows
}

/// Selected codes by field.
#[derive(Clone, Debug, Default)]
pub struct Selections {
    pub fields: BTreeMap<String, BTreeSet<u32>>,
    pub locked: BTreeSet<String>,
}

/// What all values of all fields are.
pub struct State {
    /// Which rows of the join satisfy all selections.
    pub keep: Vec<bool>,
    /// A letter per code, by field.
    pub letters: BTreeMap<String, Vec<&'static str>>,
}

impl Flights {
    /// Works out the state of every value.
    pub fn infer(&self, selections: &Selections) -> State {
        let names: Vec<&String> = selections.fields.keys().collect();
        // How many selections each row fails, and the last of those.
        let mut failures = vec![(0_u8, 0_usize); self.rows.len()];
        for (number, name) in names.iter().enumerate() {
            let columns = self.columns(name);
            let selected: Vec<bool> = (0..self.values[*name].keys.len() as u32)
                .map(|code| selections.fields[*name].contains(&code))
                .collect();
            for (row, failures) in self.rows.iter().zip(&mut failures) {
                let code = self.code(row, &columns);
                if code == NONE || !selected[code as usize] {
                    *failures = (failures.0 + 1, number);
                }
            }
        }
        let keep: Vec<bool> = failures.iter().map(|(count, _)| *count == 0).collect();
        let letters = self.values.keys().map(|field| {
            let own = names.iter().position(|name| *name == field);
            let possible = self.possible(field, |at| {
                let (count, last) = failures[at];
                count == 0 || (count == 1 && Some(last) == own)
            });
            let letter = |code: usize| letter(selections, field, code as u32, possible[code]);
            (field.clone(), (0..possible.len()).map(letter).collect())
        });
        State {
            letters: letters.collect(),
            keep,
        }
    }

    /// Which values of a field stand in the rows of the join that `counts` lets through.
    fn possible(&self, field: &str, counts: impl Fn(usize) -> bool) -> Vec<bool> {
        let columns = self.columns(field);
        let mut possible = vec![false; self.values[field].keys.len()];
        for (at, row) in self.rows.iter().enumerate() {
            if counts(at) {
                let code = self.code(row, &columns);
                if code != NONE {
                    possible[code as usize] = true;
                }
            }
        }
        possible
    }

    /// The codes of some values.
    pub fn codes(&self, field: &str, keys: &[Key]) -> BTreeSet<u32> {
        keys.iter()
            .map(|key| {
                self.values[field]
                    .find(key)
                    .unwrap_or_else(|| panic!("{field} has no {key:?}"))
            })
            .collect()
    }
}

/// `possible` disregards the field's own selection.
fn letter(selections: &Selections, field: &str, code: u32, possible: bool) -> &'static str {
    let Some(selected) = selections.fields.get(field) else {
        return if possible { "O" } else { "X" };
    };
    match (
        selected.contains(&code),
        possible,
        selections.locked.contains(field),
    ) {
        (true, true, false) => "S",
        (true, true, true) => "L",
        (true, false, false) => "XS",
        (true, false, true) => "XL",
        (false, true, _) => "A",
        (false, false, _) => "X",
    }
}
