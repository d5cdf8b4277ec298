//! The longest texts that columns have had.
//!
//! Tables lay their columns out by them, and must not jump when a selection leaves short values only. So a column keeps the
//! longest text that its session has seen in it.

use std::collections::VecDeque;

use fanlight_engine::{Cube, CubeDef, DimDef, MeasureDef, NumFormat};

/// How many columns are remembered. They are searched one by one.
const MAX_COLUMNS: usize = 300;

/// Longest definition that is remembered, in bytes.
const MAX_BYTES: usize = 500;

/// What makes the texts of a column.
#[derive(Debug, Clone, PartialEq)]
struct Column {
    /// The fields of the cube, without which a measure has other values.
    fields: Vec<String>,
    own: String,
    num_format: Option<NumFormat>,
}

/// In characters, by column; the one used last is last.
#[derive(Debug, Default)]
pub(super) struct Widths(VecDeque<(Column, usize)>);

/// The longest texts of a cube's columns, in characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CubeWidths {
    /// In the order of definition.
    pub(crate) dims: Vec<usize>,
    /// In the order of definition.
    pub(crate) measures: Vec<usize>,
}

impl Widths {
    /// The widths of the cube's columns, or those they have had before if these were larger.
    pub(super) fn of(&mut self, def: &CubeDef, cube: &Cube) -> CubeWidths {
        let fields: Vec<String> = def.dims.iter().map(|dim| dim.field.clone()).collect();
        let dims = def.dims.iter().zip(&cube.dims);
        let measures = def.measures.iter().zip(&cube.measures);
        CubeWidths {
            dims: dims
                .map(|(def, column)| self.grown(of_dimension(def), column.max_glyphs))
                .collect(),
            measures: measures
                .map(|(def, column)| self.grown(of_measure(&fields, def), column.max_glyphs))
                .collect(),
        }
    }

    fn grown(&mut self, column: Column, width: usize) -> usize {
        let n_bytes = column.own.len() + column.fields.iter().map(String::len).sum::<usize>();
        if n_bytes > MAX_BYTES {
            return width;
        }
        let known = self.0.iter().position(|(other, _)| *other == column);
        let before = known.and_then(|place| self.0.remove(place));
        let grown = before.map_or(width, |(_, before)| before.max(width));
        if self.0.len() >= MAX_COLUMNS {
            self.0.pop_front();
        }
        self.0.push_back((column, grown));
        grown
    }
}

fn of_dimension(def: &DimDef) -> Column {
    Column {
        fields: Vec::new(),
        own: def.field.clone(),
        num_format: def.num_format.clone(),
    }
}

fn of_measure(fields: &[String], def: &MeasureDef) -> Column {
    Column {
        fields: fields.to_vec(),
        own: format!("={}", def.expr),
        num_format: def.num_format.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(own: &str) -> Column {
        of_measure(
            &[],
            &MeasureDef {
                expr: own.to_owned(),
                ..MeasureDef::default()
            },
        )
    }

    #[test]
    fn a_column_never_shrinks_and_the_oldest_are_forgotten() {
        let mut widths = Widths::default();
        assert_eq!(widths.grown(column("a"), 7), 7);
        assert_eq!(widths.grown(column("a"), 3), 7);
        assert_eq!(widths.grown(column("a"), 9), 9);
        assert_eq!(widths.grown(column("b"), 3), 3);
        for other in 0..MAX_COLUMNS {
            widths.grown(column(&other.to_string()), 1);
        }
        assert_eq!(widths.0.len(), MAX_COLUMNS);
        assert_eq!(widths.grown(column("a"), 1), 1);
        let long = "x".repeat(MAX_BYTES);
        widths.grown(column(&long), 5);
        assert_eq!(widths.grown(column(&long), 1), 1);
    }
}
