//! The cells of sheets and their grid.

use std::collections::HashSet;

use serde_json::Value;

use super::{Object, kinds};
use crate::json_lines::Step;
use crate::problem::{Complaint, Problem, did_you_mean};

/// A sheet's grid where its properties do not say.
const COLUMNS: u64 = 24;
const ROWS: u64 = 12;

/// A cell's place on the grid.
#[derive(Clone, Copy)]
struct Area {
    col: u64,
    row: u64,
    colspan: u64,
    rowspan: u64,
}

impl Area {
    fn of(cell: &Value) -> Option<Self> {
        let number = |key| cell.get(key).and_then(Value::as_u64);
        let area = Self {
            col: number("col")?,
            row: number("row")?,
            colspan: number("colspan")?,
            rowspan: number("rowspan")?,
        };
        (area.colspan > 0 && area.rowspan > 0).then_some(area)
    }

    fn overlaps(self, other: Self) -> bool {
        self.col < other.right()
            && other.col < self.right()
            && self.row < other.bottom()
            && other.row < self.bottom()
    }

    fn right(self) -> u64 {
        self.col.saturating_add(self.colspan)
    }

    fn bottom(self) -> u64 {
        self.row.saturating_add(self.rowspan)
    }
}

/// Every cell names an object and lies on the grid, beside the other cells.
pub(super) fn check(objects: &[Object<'_>], problems: &mut Vec<Problem>) {
    let ids: HashSet<&str> = objects.iter().map(|object| object.id).collect();
    for sheet in objects.iter().filter(|object| object.kind == "sheet") {
        check_sheet(sheet, &ids, problems);
    }
}

fn check_sheet(sheet: &Object<'_>, ids: &HashSet<&str>, problems: &mut Vec<Problem>) {
    kinds::check_grid(sheet, problems);
    let number = |key, default| {
        sheet
            .properties
            .get(key)
            .and_then(Value::as_u64)
            .filter(|count| *count > 0)
            .unwrap_or(default)
    };
    let (columns, rows) = (number("columns", COLUMNS), number("rows", ROWS));
    let cells = sheet
        .properties
        .get("cells")
        .and_then(Value::as_array)
        .map_or(&[] as &[Value], Vec::as_slice);
    let mut placed: Vec<(Area, &str)> = Vec::new();
    for (position, cell) in cells.iter().enumerate() {
        let below = [Step::Key("cells".into()), Step::Index(position)];
        let mut complain = |message: String, fix: String| {
            problems.push(sheet.problem(&below, Complaint::new(message, fix)));
        };
        let name = cell.get("name").and_then(Value::as_str).unwrap_or_default();
        if !ids.contains(name) {
            let mut known: Vec<_> = ids.iter().copied().filter(|id| *id != sheet.id).collect();
            known.sort_unstable();
            complain(
                format!(
                    "sheet {:?} has a cell for {name:?}, and there is no such object",
                    sheet.id
                ),
                did_you_mean(name, known.iter().copied()),
            );
        }
        let Some(area) = Area::of(cell) else {
            let fix = "give col and row from 0, colspan and rowspan from 1";
            complain(
                format!("the cell of {name:?} has no place on the grid"),
                fix.to_owned(),
            );
            continue;
        };
        if area.right() > columns || area.bottom() > rows {
            complain(
                format!(
                    "the cell of {name:?} ends at column {}, row {}, off the grid of {columns} × {rows}",
                    area.right(),
                    area.bottom()
                ),
                "move it or make it smaller".to_owned(),
            );
        }
        if let Some((_, other)) = placed.iter().find(|(other, _)| other.overlaps(area)) {
            complain(
                format!("the cells of {other:?} and {name:?} overlap"),
                "move one of them".to_owned(),
            );
        }
        placed.push((area, name));
    }
}
