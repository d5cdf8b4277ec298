//! Results of the engine into layouts and pages of the wire.

mod cube;
mod info;
mod list;
mod model;
mod selection;

use fanlight_engine as engine;
use fanlight_engine::{FieldId, ItemError, NumFormat};
use fanlight_protocol::def::{Area, NumberFormat};
use fanlight_protocol::layout::{StateCounts, ValidationError};

pub(crate) use cube::CubeNode;
pub(crate) use list::ListNode;
pub(crate) use model::{app_layout, field_description, field_list, locale_info, tables_and_keys};
pub(crate) use selection::selection_object;

/// How many cells one reply may hold.
pub(crate) const MAX_CELLS: i64 = 10_000;

fn counts(counts: engine::StateCounts) -> StateCounts {
    StateCounts {
        q_locked: counts.locked,
        q_selected: counts.selected,
        q_option: counts.option,
        q_deselected: counts.deselected,
        q_alternative: counts.alternative,
        q_excluded: counts.excluded,
        q_selected_excluded: counts.selected_excluded,
        q_locked_excluded: counts.locked_excluded,
    }
}

fn error(error: &ItemError) -> ValidationError {
    ValidationError {
        q_error_code: error.code.number(),
        q_extended_message: error.message.clone(),
    }
}

fn number_format(format: &NumFormat) -> NumberFormat {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    NumberFormat {
        q_type: format.kind.letters().to_owned(),
        qn_dec: i64::from(format.n_dec),
        q_use_thou: i64::from(format.use_thou),
        q_fmt: text(&format.fmt),
        q_dec: text(&format.dec),
        q_thou: text(&format.thou),
    }
}

/// The part of `area` that lies within so many columns and rows.
pub(crate) fn clipped(area: Area, n_cols: usize, n_rows: usize) -> Area {
    let clip = |start: i64, length: i64, n: usize| {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        let start = start.clamp(0, n);
        (start, length.clamp(0, n - start))
    };
    let (q_left, q_width) = clip(area.q_left, area.q_width, n_cols);
    let (q_top, q_height) = clip(area.q_top, area.q_height, n_rows);
    Area {
        q_left,
        q_top,
        q_width,
        q_height,
    }
}

/// The areas cut so that all of them together hold no more cells than a reply may.
pub(crate) fn bounded(areas: &[Area]) -> Vec<Area> {
    bounded_by(areas, MAX_CELLS)
}

/// As [`bounded`], with another number of cells.
pub(crate) fn bounded_by(areas: &[Area], n_cells: i64) -> Vec<Area> {
    let mut left = n_cells;
    areas
        .iter()
        .map(|area| {
            let width = area.q_width.max(0);
            let height = if width == 0 {
                0
            } else {
                area.q_height.clamp(0, left / width)
            };
            left -= width.saturating_mul(height);
            Area {
                q_height: height,
                ..*area
            }
        })
        .collect()
}

/// Rows or columns of a clipped area as numbers to count by.
fn span(start: i64, length: i64) -> std::ops::Range<usize> {
    let start = usize::try_from(start).unwrap_or(0);
    start..start.saturating_add(usize::try_from(length).unwrap_or(0))
}

fn no_counts(n_values: usize) -> StateCounts {
    StateCounts {
        q_option: n_values,
        ..StateCounts::default()
    }
}

fn field_counts(
    snapshot: &engine::Snapshot,
    state: &str,
    field: Option<FieldId>,
    n_values: usize,
) -> StateCounts {
    field.map_or_else(
        || no_counts(n_values),
        |field| counts(snapshot.state_counts(state, field)),
    )
}
