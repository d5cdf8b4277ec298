//! Hypercubes and their pages.

use std::borrow::Cow;
use std::sync::Arc;

use fanlight_engine::{AttrColumn, Cube, DimCell, FieldId, ItemErrorCode, Snapshot, Value};
use fanlight_protocol::Double;
use fanlight_protocol::def::{Area, DataMode};
use fanlight_protocol::layout::{
    AttributeValue, AttributeValues, Cell, DataPage, HyperCube, Size, Tail, ValidationError,
};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::{clipped, error, info, span};
use crate::cache::CubeWidths;
use crate::from_wire::CubePlan;

/// A column of the data: a dimension or measure without an error, by its place in the definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Dimension(usize),
    Measure(usize),
}

/// A calculated cube, ready to be written.
#[derive(Debug)]
pub(crate) struct CubeNode {
    pub(crate) plan: CubePlan,
    pub(crate) cube: Arc<Cube>,
    /// Where the states of cells come from: always the selections as they are.
    pub(crate) states: Snapshot,
    pub(crate) title: Option<String>,
    pub(crate) condition_message: Option<String>,
    pub(crate) widths: CubeWidths,
    columns: Vec<Column>,
    fields: Vec<Option<FieldId>>,
}

impl CubeNode {
    pub(crate) fn new(plan: CubePlan, (cube, widths): (Arc<Cube>, CubeWidths), states: Snapshot) -> Self {
        let columns = visible_columns(&plan, &cube);
        let fields = cube.dims.iter().map(|dim| dim.field).collect();
        Self {
            plan,
            cube,
            states,
            title: None,
            condition_message: None,
            widths,
            columns,
            fields,
        }
    }

    /// Why nothing was computed.
    pub(crate) fn error(&self) -> Option<ValidationError> {
        self.plan
            .error
            .clone()
            .or_else(|| self.cube.error.as_ref().map(error))
    }

    /// The visible dimensions in the order of definition.
    pub(crate) fn dimensions(&self) -> Vec<usize> {
        (0..self.cube.dims.len())
            .filter(|dim| self.columns.contains(&Column::Dimension(*dim)))
            .collect()
    }

    pub(crate) fn n_rows(&self) -> usize {
        if self.error().is_some() {
            0
        } else {
            self.cube.n_rows()
        }
    }

    fn n_cols(&self) -> usize {
        if self.error().is_some() {
            0
        } else {
            self.columns.len()
        }
    }

    /// The page of this area.
    pub(crate) fn page(&self, area: Area) -> CubePage<'_> {
        CubePage {
            node: self,
            area: clipped(area, self.n_cols(), self.n_rows()),
            is_reduced: false,
        }
    }

    fn layout(&self) -> HyperCube<'_, CubePage<'_>> {
        let def = &self.plan.def;
        let areas = super::bounded(&def.q_initial_data_fetch);
        HyperCube {
            q_state_name: &def.q_state_name,
            q_size: Size {
                qcx: self.n_cols(),
                qcy: self.n_rows(),
            },
            q_error: self.error(),
            q_dimension_info: info::dimensions(self),
            q_measure_info: info::measures(self),
            q_effective_inter_column_sort_order: self.cube.effective_sort.clone(),
            q_grand_total_row: self.grand_totals(),
            q_data_pages: areas.into_iter().map(|area| self.page(area)).collect(),
            q_pivot_data_pages: [],
            q_stacked_data_pages: [],
            q_mode: if self.plan.error.is_some() {
                def.q_mode
            } else {
                DataMode::Straight
            },
            q_no_of_left_dims: def.q_no_of_left_dims,
            q_tree_nodes_on_dim: [],
            q_column_order: &def.q_column_order,
            q_title: self.title.clone(),
            q_calc_cond_msg: self.condition_message.clone(),
            extra: info::extra(&def.extra),
        }
    }

    /// One cell per visible measure, in the order of definition.
    fn grand_totals(&self) -> Vec<Cell<'_>> {
        if self.error().is_some() || self.plan.def.q_suppress_measure_totals {
            return Vec::new();
        }
        (0..self.cube.measures.len())
            .filter(|measure| self.columns.contains(&Column::Measure(*measure)))
            .map(|measure| {
                let (text, num) = self.cube.grand_total(measure);
                Cell {
                    q_is_total_cell: true,
                    ..cell(text, num, -1, "X")
                }
            })
            .collect()
    }

    fn cell(&self, row: usize, column: Column) -> Cell<'_> {
        match column {
            Column::Dimension(dim) => self.dimension_cell(row, dim),
            Column::Measure(measure) => self.measure_cell(row, measure),
        }
    }

    fn dimension_cell(&self, row: usize, dim: usize) -> Cell<'_> {
        let text = self.cube.dim_text(row, dim);
        let num = self.cube.dim_num(row, dim);
        let mut cell = match self.cube.dim(row, dim) {
            DimCell::Elem(elem) => {
                let state = self.fields[dim].map_or("O", |field| {
                    self.states.elem_state(self.plan.state(), field, elem).letter()
                });
                cell(text, num, i64::from(elem.0), state)
            }
            DimCell::Null => Cell {
                q_is_null: true,
                ..cell(text, num, -2, "L")
            },
            DimCell::Total => Cell {
                q_is_total_cell: true,
                ..cell(text, num, -1, "X")
            },
            DimCell::Others => Cell {
                q_is_other_cell: true,
                ..cell(text, num, -3, "L")
            },
        };
        let attrs = &self.cube.dims[dim].attrs;
        cell.q_attr_exps = attributes(attrs, |attr| {
            (
                self.cube.dim_attr(row, dim, attr),
                self.cube.dim_attr_text(row, dim, attr),
            )
        });
        cell
    }

    fn measure_cell(&self, row: usize, measure: usize) -> Cell<'_> {
        let value = self.cube.measure(row, measure);
        let num = value.as_num().unwrap_or(f64::NAN);
        let attrs = &self.cube.measures[measure].attrs;
        Cell {
            q_is_null: value.is_null(),
            q_attr_exps: attributes(attrs, |attr| {
                (
                    self.cube.measure_attr(row, measure, attr),
                    self.cube.measure_attr_text(row, measure, attr),
                )
            }),
            ..cell(self.cube.measure_text(row, measure), num, 0, "L")
        }
    }
}

/// Columns in display order: the definition's `qColumnOrder` if it names them all, else dimensions, then measures.
fn visible_columns(plan: &CubePlan, cube: &Cube) -> Vec<Column> {
    let n_dims = cube.dims.len();
    let all: Vec<Column> = (0..n_dims)
        .map(Column::Dimension)
        .chain((0..cube.measures.len()).map(Column::Measure))
        .collect();
    let order: Vec<usize> = plan
        .def
        .q_column_order
        .iter()
        .filter_map(|position| usize::try_from(*position).ok())
        .collect();
    let is_complete = order.len() == all.len() && (0..all.len()).all(|position| order.contains(&position));
    let ordered: Vec<Column> = if is_complete {
        order.into_iter().map(|position| all[position]).collect()
    } else {
        all
    };
    let has_field = cube.dims.iter().any(|dim| dim.error.is_none());
    let is_drawn = |dim: usize| match &cube.dims[dim].error {
        None => true,
        // Beside other dimensions it is left out like every column in error; alone, it is one row of NULL.
        Some(error) => !has_field && error.code == ItemErrorCode::UnknownField,
    };
    let is_shown = |column: &Column| match *column {
        Column::Dimension(dim) => is_drawn(dim) && plan.dims[dim].error.is_none(),
        Column::Measure(measure) => {
            cube.measures[measure].error.is_none() && plan.measures[measure].error.is_none()
        }
    };
    ordered.into_iter().filter(is_shown).collect()
}

fn cell<'a>(text: Cow<'a, str>, num: f64, elem: i64, state: &'static str) -> Cell<'a> {
    Cell {
        q_text: text,
        q_num: Double(num),
        q_elem_number: elem,
        q_state: state,
        q_is_total_cell: false,
        q_is_other_cell: false,
        q_is_null: false,
        q_frequency: None,
        q_highlight_ranges: None,
        q_attr_exps: None,
    }
}

fn attributes<'a>(
    attrs: &[AttrColumn],
    value: impl Fn(usize) -> (&'a Value, Cow<'a, str>),
) -> Option<AttributeValues<'a>> {
    if attrs.is_empty() {
        return None;
    }
    let values = attrs.iter().enumerate().map(|(position, attr)| {
        if attr.error.is_some() {
            return AttributeValue {
                q_text: None,
                q_num: Double::NAN,
            };
        }
        let (value, text) = value(position);
        AttributeValue {
            q_text: (!matches!(value, Value::Num(_) | Value::Null)).then_some(text),
            q_num: Double(value.as_num().unwrap_or(f64::NAN)),
        }
    });
    Some(AttributeValues {
        q_values: values.collect(),
    })
}

impl Serialize for CubeNode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.layout().serialize(serializer)
    }
}

/// A page of a cube, written straight from the result: a page of ten thousand cells is never built in memory.
#[derive(Debug)]
pub(crate) struct CubePage<'a> {
    node: &'a CubeNode,
    area: Area,
    is_reduced: bool,
}

impl CubePage<'_> {
    /// Says that the page is the reduced form of the whole cube.
    pub(crate) fn reduced(self) -> Self {
        Self {
            is_reduced: true,
            ..self
        }
    }
}

impl Serialize for CubePage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let page = DataPage {
            q_matrix: Matrix(self),
            q_tails: if self.area.q_height > 0 {
                vec![Tail::default()]
            } else {
                Vec::new()
            },
            q_area: self.area,
            q_is_reduced: self.is_reduced,
        };
        page.serialize(serializer)
    }
}

struct Matrix<'a>(&'a CubePage<'a>);

impl Serialize for Matrix<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let area = self.0.area;
        let rows = span(area.q_top, area.q_height);
        let mut seq = serializer.serialize_seq(Some(rows.len()))?;
        for row in rows {
            seq.serialize_element(&Row { page: self.0, row })?;
        }
        seq.end()
    }
}

struct Row<'a> {
    page: &'a CubePage<'a>,
    row: usize,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let area = self.page.area;
        let node = self.page.node;
        let columns = &node.columns[span(area.q_left, area.q_width)];
        let mut seq = serializer.serialize_seq(Some(columns.len()))?;
        for column in columns {
            seq.serialize_element(&node.cell(self.row, *column))?;
        }
        seq.end()
    }
}
