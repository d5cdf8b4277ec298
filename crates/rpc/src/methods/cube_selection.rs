//! Selecting in cubes.

use fanlight_engine::{DimCell, Elem, FieldId, LockMode, NumRange, SelectMode};
use fanlight_protocol::{Double, ErrorBody, ErrorCode};
use serde::Deserialize;

use super::field::{elems, lock_mode, select_mode};
use super::{Method, edits, params};
use crate::call::{Editing, Outcome, done, success};
use crate::from_wire::CubePlan;
use crate::layout::{self, Node};
use crate::objects::ObjectId;
use crate::to_wire::CubeNode;

params! {
    Values { q_path: String, q_dim_no: i64, q_values: Vec<i64>, q_toggle_mode: bool }
    Cells {
        q_path: String,
        q_row_indices: Vec<i64>,
        q_col_indices: Vec<i64>,
        q_soft_lock: bool,
        q_deselect_only_one_selected: bool,
    }
    MeasureRanges { q_path: String, q_ranges: Vec<MeasureRange>, q_columns_to_select: Vec<i64>, q_or_mode: bool }
    MultiMeasureRanges { q_path: String, q_ranges: Vec<MultiRange>, q_or_mode: bool }
    MultiRange { q_ranges: Vec<MeasureRange>, q_columns_to_select: Vec<i64> }
    DimensionRanges { q_path: String, q_ranges: Vec<DimensionRange>, q_soft_lock: bool }
    Drill { q_path: String, q_dim_no: i64, q_nbr_steps: i64 }
}

/// A range of numbers of a measure. Attribute expressions count as further measures: first those of the dimensions.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct MeasureRange {
    q_range: Range,
    q_measure_ix: i64,
}

/// A range of numbers of a dimension.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DimensionRange {
    q_range: Range,
    q_dim_ix: i64,
}

/// A range of numbers; an end that is absent or NaN is open.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Range {
    q_min: Option<Double>,
    q_max: Option<Double>,
    q_min_incl_eq: bool,
    q_max_incl_eq: bool,
}

impl From<Range> for NumRange {
    fn from(range: Range) -> Self {
        let end =
            |end: Option<Double>, open: f64| end.map(|end| end.0).filter(|end| !end.is_nan()).unwrap_or(open);
        Self {
            min: end(range.q_min, f64::NEG_INFINITY),
            max: end(range.q_max, f64::INFINITY),
            min_incl: range.q_min_incl_eq,
            max_incl: range.q_max_incl_eq,
        }
    }
}

pub(super) const METHODS: &[Method] = &[
    edits!("SelectHyperCubeValues", select_values),
    edits!("SelectHyperCubeCells", select_cells),
    edits!("SelectHyperCubeContinuousRange", select_continuous_range),
    edits!("RangeSelectHyperCubeValues", range_select),
    edits!("MultiRangeSelectHyperCubeValues", multi_range_select),
    edits!("DrillUp", drill_up),
];

/// The object may select, and the plan of its cube.
fn plan(editing: &Editing<'_>, path: &str) -> Result<CubePlan, ErrorBody> {
    let id = editing.call.id()?;
    editing.core.may_select(Some(id))?;
    layout::cube_plan(&editing.core.view(), id, path)
}

/// The object may select, and its cube with the rows that the client sees.
fn cube(editing: &Editing<'_>, path: &str) -> Result<Box<CubeNode>, ErrorBody> {
    let id = ObjectId::clone(editing.call.id()?);
    editing.core.may_select(Some(&id))?;
    match layout::at_path(&editing.core.view(), &id, path, editing.call.cancel)? {
        Node::Cube(cube) => Ok(cube),
        _ => Err(ErrorBody::new(
            ErrorCode::InvalidObject,
            format!("there is no cube at {path:?}"),
        )),
    }
}

fn finish(editing: &mut Editing<'_>, succeeded: bool) -> Outcome {
    if succeeded {
        editing.changes.selections();
    }
    success(succeeded)
}

/// The field of a dimension; `None` for an expression or a wrong number.
fn field(editing: &Editing<'_>, plan: &CubePlan, dim: i64) -> Option<FieldId> {
    let dim = plan.engine.dims.get(usize::try_from(dim).ok()?)?;
    let model = editing.core.engine.model();
    model
        .field_id(&dim.field)
        .or_else(|| model.field_id(crate::from_wire::bare(&dim.field)))
}

fn select_values(editing: &mut Editing<'_>, params: Values) -> Outcome {
    let plan = plan(editing, &params.q_path)?;
    let Some(field) = field(editing, &plan, params.q_dim_no) else {
        return success(false);
    };
    let mode = select_mode(params.q_toggle_mode);
    let elems = elems(&params.q_values);
    // Only NULL, totals or others: these cannot be selected, and must not clear the field.
    let names_none = elems.is_empty() && !params.q_values.is_empty();
    let engine = &mut editing.core.engine;
    let succeeded = !names_none && engine.select(plan.state(), field, &elems, mode, LockMode::Respect);
    finish(editing, succeeded)
}

/// Which rows and dimensions of a cube are selected.
struct Picked<'a> {
    rows: Vec<usize>,
    /// Numbers among the visible dimensions; empty is all of them.
    columns: &'a [i64],
}

impl Picked<'_> {
    /// The values in these rows by field; dimensions that are expressions are left out.
    fn values(&self, cube: &CubeNode) -> Vec<(FieldId, Vec<Elem>)> {
        let visible = cube.dimensions();
        let dims: Vec<usize> = if self.columns.is_empty() {
            visible
        } else {
            let wanted = self
                .columns
                .iter()
                .filter_map(|column| usize::try_from(*column).ok());
            wanted.filter_map(|column| visible.get(column).copied()).collect()
        };
        let mut picked = Vec::new();
        for dim in dims {
            let Some(field) = cube.cube.dims[dim].field else {
                continue;
            };
            let mut elems: Vec<Elem> = self
                .rows
                .iter()
                .filter_map(|row| match cube.cube.dim(*row, dim) {
                    DimCell::Elem(elem) => Some(elem),
                    DimCell::Null | DimCell::Total | DimCell::Others => None,
                })
                .collect();
            elems.sort_unstable();
            elems.dedup();
            if !elems.is_empty() {
                picked.push((field, elems));
            }
        }
        picked
    }
}

fn select_cells(editing: &mut Editing<'_>, params: Cells) -> Outcome {
    let cube = cube(editing, &params.q_path)?;
    let n_rows = cube.n_rows();
    let rows = if params.q_row_indices.is_empty() {
        (0..n_rows).collect()
    } else {
        let wanted = params
            .q_row_indices
            .iter()
            .filter_map(|row| usize::try_from(*row).ok());
        wanted.filter(|row| *row < n_rows).collect()
    };
    let picked = Picked {
        rows,
        columns: &params.q_col_indices,
    };
    let values = picked.values(&cube);
    let lock = lock_mode(params.q_soft_lock);
    let state = cube.plan.state();
    let again = params.q_deselect_only_one_selected && is_the_selection(editing, state, &values);
    let mode = select_mode(again);
    let succeeded = !values.is_empty() && editing.core.engine.select_many(state, &values, mode, lock);
    finish(editing, succeeded)
}

/// Whether each of these fields has exactly these values selected, one per field.
fn is_the_selection(editing: &Editing<'_>, state: &str, values: &[(FieldId, Vec<Elem>)]) -> bool {
    let selections = editing.core.engine.snapshot().selections(state);
    values.iter().all(|(field, elems)| {
        elems.len() == 1
            && selections
                .iter()
                .any(|item| item.field == *field && item.selected == *elems)
    })
}

fn select_continuous_range(editing: &mut Editing<'_>, params: DimensionRanges) -> Outcome {
    let plan = plan(editing, &params.q_path)?;
    let lock = lock_mode(params.q_soft_lock);
    let mut by_field: Vec<(FieldId, Vec<NumRange>)> = Vec::new();
    for range in &params.q_ranges {
        let Some(field) = field(editing, &plan, range.q_dim_ix) else {
            return success(false);
        };
        match by_field.iter_mut().find(|(other, _)| *other == field) {
            Some((_, ranges)) => ranges.push(range.q_range.into()),
            None => by_field.push((field, vec![range.q_range.into()])),
        }
    }
    let engine = &mut editing.core.engine;
    let model = std::sync::Arc::clone(engine.model());
    let values: Vec<(FieldId, Vec<Elem>)> = by_field
        .into_iter()
        .map(|(field, ranges)| {
            let numbers = (0_u32..).zip(model.field(field).symbols().nums());
            let inside = numbers.filter(|(_, number)| ranges.iter().any(|range| range.contains(**number)));
            (field, inside.map(|(code, _)| Elem(code)).collect())
        })
        .collect();
    let is_empty = values.is_empty() || values.iter().any(|(_, elems)| elems.is_empty());
    let succeeded = !is_empty && engine.select_many(plan.state(), &values, SelectMode::Replace, lock);
    finish(editing, succeeded)
}

fn range_select(editing: &mut Editing<'_>, params: MeasureRanges) -> Outcome {
    let range = MultiRange {
        q_ranges: params.q_ranges,
        q_columns_to_select: params.q_columns_to_select,
    };
    let multi = MultiMeasureRanges {
        q_path: params.q_path,
        q_ranges: vec![range],
        q_or_mode: params.q_or_mode,
    };
    multi_range_select(editing, multi)
}

fn multi_range_select(editing: &mut Editing<'_>, params: MultiMeasureRanges) -> Outcome {
    let cube = cube(editing, &params.q_path)?;
    let mut values: Vec<(FieldId, Vec<Elem>)> = Vec::new();
    for range in &params.q_ranges {
        let is_in = |row: &usize| {
            let mut hits = range
                .q_ranges
                .iter()
                .map(|range| NumRange::from(range.q_range).contains(number(&cube, *row, range.q_measure_ix)));
            if params.q_or_mode {
                hits.any(|hit| hit)
            } else {
                hits.all(|hit| hit)
            }
        };
        let picked = Picked {
            rows: (0..cube.n_rows()).filter(is_in).collect(),
            columns: &range.q_columns_to_select,
        };
        for (field, elems) in picked.values(&cube) {
            match values.iter_mut().find(|(other, _)| *other == field) {
                Some((_, all)) => all.extend(elems),
                None => values.push((field, elems)),
            }
        }
    }
    let engine = &mut editing.core.engine;
    let succeeded = !values.is_empty()
        && engine.select_many(cube.plan.state(), &values, SelectMode::Replace, LockMode::Respect);
    finish(editing, succeeded)
}

/// The number of a measure in a row: first the measures, then the attribute expressions of dimensions, then of measures.
fn number(cube: &CubeNode, row: usize, position: i64) -> f64 {
    let cube = &cube.cube;
    let Ok(mut position) = usize::try_from(position) else {
        return f64::NAN;
    };
    if let Some(column) = cube.measures.get(position) {
        let value = column
            .error
            .is_none()
            .then(|| cube.measure(row, position).as_num())
            .flatten();
        return value.unwrap_or(f64::NAN);
    }
    position -= cube.measures.len();
    for (dim, column) in cube.dims.iter().enumerate() {
        if position < column.attrs.len() {
            return cube.dim_attr(row, dim, position).as_num().unwrap_or(f64::NAN);
        }
        position -= column.attrs.len();
    }
    for (measure, column) in cube.measures.iter().enumerate() {
        if position < column.attrs.len() {
            return cube
                .measure_attr(row, measure, position)
                .as_num()
                .unwrap_or(f64::NAN);
        }
        position -= column.attrs.len();
    }
    f64::NAN
}

/// Goes up a drill-down: clears the levels from the one that is gone to.
fn drill_up(editing: &mut Editing<'_>, params: Drill) -> Outcome {
    let plan = plan(editing, &params.q_path)?;
    let column = usize::try_from(params.q_dim_no)
        .ok()
        .and_then(|dim| plan.dims.get(dim));
    let Some(column) = column else {
        let message = format!("there is no dimension {}", params.q_dim_no);
        return Err(ErrorBody::new(ErrorCode::InvalidParameters, message));
    };
    let steps = usize::try_from(params.q_nbr_steps).unwrap_or(0);
    let levels = &column.titled.def.q_field_defs[..column.group_pos];
    let levels = &levels[column.group_pos.saturating_sub(steps)..];
    for name in levels {
        let field = editing.core.engine.model().field_id(crate::from_wire::bare(name));
        if let Some(field) = field
            && editing.core.engine.clear(plan.state(), field, LockMode::Respect)
        {
            editing.changes.selections();
        }
    }
    done()
}
