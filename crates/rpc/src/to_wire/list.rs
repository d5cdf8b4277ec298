//! List objects and their pages.

use std::sync::Arc;

use fanlight_engine::{List, Snapshot};
use fanlight_protocol::Double;
use fanlight_protocol::def::Area;
use fanlight_protocol::layout::{
    Cardinalities, Cell, DataPage, DimensionInfo, HighlightRange, HighlightRanges, ListObject, Size, Tail,
    ValidationError,
};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::{clipped, error, field_counts, info, number_format, span};
use crate::from_wire::ListPlan;

/// A calculated list, ready to be written.
#[derive(Debug)]
pub(crate) struct ListNode {
    pub(crate) plan: ListPlan,
    pub(crate) list: Arc<List>,
    /// Where the states of cells come from: always the selections as they are.
    pub(crate) states: Snapshot,
    pub(crate) title: Option<String>,
}

impl ListNode {
    pub(crate) fn error(&self) -> Option<ValidationError> {
        self.plan
            .error
            .clone()
            .or_else(|| self.list.error.as_ref().map(error))
    }

    fn n_rows(&self) -> usize {
        if self.error().is_some() {
            0
        } else {
            self.list.rows.len()
        }
    }

    /// The page of this area. An empty page still says that a list has one column.
    pub(crate) fn page(&self, area: Area) -> ListPage<'_> {
        ListPage {
            node: self,
            area: clipped(area, 1, self.n_rows()),
        }
    }

    fn layout(&self) -> ListObject<'_, ListPage<'_>> {
        let def = &self.plan.def;
        let areas = super::bounded(&def.q_initial_data_fetch);
        ListObject {
            q_state_name: &def.q_state_name,
            q_size: Size {
                qcx: 1,
                qcy: self.n_rows(),
            },
            q_error: self.error(),
            q_dimension_info: self.info(),
            q_expressions: [],
            q_data_pages: areas.into_iter().map(|area| self.page(area)).collect(),
            q_show_alternatives: def.q_show_alternatives,
            q_title: self.title.clone(),
            extra: info::extra(&def.extra),
        }
    }

    fn info(&self) -> DimensionInfo<'_> {
        let list = &*self.list;
        let plan = &self.plan;
        let def = &plan.titled.def;
        let field = list.field.map(|field| self.states.model().field(field));
        let tags = field.map_or_else(Vec::new, |field| field.tags().to_vec());
        let is_numeric = field.is_some_and(fanlight_engine::Field::is_numeric);
        DimensionInfo {
            q_fallback_title: list.title.clone(),
            q_appr_max_glyph_count: list.max_glyphs,
            q_cardinal: list.cardinal,
            q_sort_indicator: list.sort_indicator,
            q_group_fallback_titles: info::group_titles(&plan.titled, plan.group_pos, &list.title),
            q_group_pos: plan.group_pos,
            q_state_counts: field_counts(&self.states, plan.state(), list.field, list.cardinal),
            q_tags: tags,
            q_error: self.error(),
            q_calc_cond_msg: None,
            q_dimension_type: if is_numeric { 'N' } else { 'D' },
            q_reverse_sort: def.q_reverse_sort,
            q_grouping: def.q_grouping,
            q_num_format: number_format(&list.format),
            q_is_auto_format: plan.engine.num_format.is_none(),
            q_group_field_defs: &def.q_field_defs,
            q_min: Double(list.min),
            q_max: Double(list.max),
            q_attr_expr_info: Vec::new(),
            q_attr_dim_info: [],
            q_is_calculated: false,
            q_is_one_and_only_one: false,
            q_cardinalities: Cardinalities {
                q_cardinal: list.cardinal,
                q_hypercube_cardinal: list.rows.len(),
                q_all_values_cardinal: -1,
            },
            q_library_id: &plan.def.q_library_id,
            q_locked: list
                .field
                .is_some_and(|field| self.states.is_locked(plan.state(), field)),
            extra: info::extra(&def.extra),
        }
    }

    fn cell(&self, row: usize) -> Cell<'_> {
        let row = &self.list.rows[row];
        let state = self.list.field.map_or("O", |field| {
            self.states
                .elem_state(self.plan.state(), field, row.elem)
                .letter()
        });
        let ranges = row.highlight.iter().map(|(start, length)| HighlightRange {
            q_char_pos: *start,
            q_char_count: *length,
        });
        Cell {
            q_text: self.list.text(row.elem),
            q_num: Double(self.list.num(row.elem)),
            q_elem_number: i64::from(row.elem.0),
            // Lists that do not tell alternative values apart still count them.
            q_state: if state == "A" && !self.plan.def.q_show_alternatives {
                "X"
            } else {
                state
            },
            q_is_total_cell: false,
            q_is_other_cell: false,
            q_is_null: false,
            q_frequency: row.frequency.as_deref(),
            q_highlight_ranges: (!row.highlight.is_empty()).then(|| HighlightRanges {
                q_ranges: ranges.collect(),
            }),
            q_attr_exps: None,
        }
    }
}

impl Serialize for ListNode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.layout().serialize(serializer)
    }
}

/// A page of a list, written straight from the result.
#[derive(Debug)]
pub(crate) struct ListPage<'a> {
    node: &'a ListNode,
    area: Area,
}

impl Serialize for ListPage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let page = DataPage {
            q_matrix: Matrix(self),
            q_tails: if self.area.q_height > 0 {
                vec![Tail::default()]
            } else {
                Vec::new()
            },
            q_area: self.area,
            q_is_reduced: false,
        };
        page.serialize(serializer)
    }
}

struct Matrix<'a>(&'a ListPage<'a>);

impl Serialize for Matrix<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let area = self.0.area;
        let rows = span(area.q_top, area.q_height);
        let mut seq = serializer.serialize_seq(Some(rows.len()))?;
        for row in rows {
            if area.q_width > 0 {
                seq.serialize_element(&[self.0.node.cell(row)])?;
            } else {
                seq.serialize_element(&[(); 0])?;
            }
        }
        seq.end()
    }
}
