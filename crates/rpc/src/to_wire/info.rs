//! What layouts say of columns.

use fanlight_engine::{AttrColumn, DimColumn, MeasureColumn};
use fanlight_protocol::Double;
use fanlight_protocol::def::{AttributeExpression, Extra};
use fanlight_protocol::layout::{AttributeInfo, Cardinalities, DimensionInfo, MeasureInfo, ValidationError};

use super::{CubeNode, error, field_counts, number_format};
use crate::from_wire::Titled;

/// One entry per dimension, in the order of definition.
pub(super) fn dimensions(node: &CubeNode) -> Vec<DimensionInfo<'_>> {
    (0..node.cube.dims.len().min(node.plan.dims.len()))
        .map(|dim| dimension(node, dim))
        .collect()
}

fn dimension(node: &CubeNode, dim: usize) -> DimensionInfo<'_> {
    let column = &node.cube.dims[dim];
    let plan = &node.plan.dims[dim];
    let wire = &node.plan.def.q_dimensions[dim];
    let state = node.plan.state();
    DimensionInfo {
        q_fallback_title: column.title.clone(),
        q_appr_max_glyph_count: node.widths.dims[dim],
        q_cardinal: column.cardinal,
        q_sort_indicator: column.sort_indicator,
        q_group_fallback_titles: group_titles(&plan.titled, plan.group_pos, &column.title),
        q_group_pos: plan.group_pos,
        q_state_counts: field_counts(&node.states, state, column.field, column.cardinal),
        q_tags: column.tags.clone(),
        q_error: column_error(plan.error.as_ref(), column.error.as_ref()),
        q_calc_cond_msg: message(column.error.as_ref(), || wire.q_calc_condition.q_msg.text()),
        q_dimension_type: dimension_type(column),
        q_reverse_sort: plan.titled.def.q_reverse_sort,
        q_grouping: plan.titled.def.q_grouping,
        q_num_format: number_format(&column.format),
        q_is_auto_format: column.is_auto_format,
        q_group_field_defs: &plan.titled.def.q_field_defs,
        q_min: Double(column.min),
        q_max: Double(column.max),
        q_attr_expr_info: attributes(&column.attrs, &wire.q_attribute_expressions),
        q_attr_dim_info: [],
        q_is_calculated: column.is_calculated,
        q_is_one_and_only_one: false,
        q_cardinalities: Cardinalities {
            q_cardinal: column.cardinal,
            q_hypercube_cardinal: column.n_distinct_in_cube,
            q_all_values_cardinal: -1,
        },
        q_library_id: &wire.q_library_id,
        q_locked: column
            .field
            .is_some_and(|field| node.states.is_locked(state, field)),
        extra: extra(&plan.titled.def.extra),
    }
}

/// One entry per measure, in the order of definition.
pub(super) fn measures(node: &CubeNode) -> Vec<MeasureInfo<'_>> {
    (0..node.cube.measures.len().min(node.plan.measures.len()))
        .map(|measure| {
            let column: &MeasureColumn = &node.cube.measures[measure];
            let plan = &node.plan.measures[measure];
            let wire = &node.plan.def.q_measures[measure];
            MeasureInfo {
                q_fallback_title: column.title.clone(),
                q_appr_max_glyph_count: node.widths.measures[measure],
                q_cardinal: 0,
                q_sort_indicator: column.sort_indicator,
                q_num_format: number_format(&column.format),
                q_min: Double(column.min),
                q_max: Double(column.max),
                q_error: column_error(plan.error.as_ref(), column.error.as_ref()),
                q_calc_cond_msg: message(column.error.as_ref(), || wire.q_calc_condition.q_msg.text()),
                q_reverse_sort: plan.titled.def.q_reverse_sort,
                q_is_auto_format: column.is_auto_format,
                q_attr_expr_info: attributes(&column.attrs, &wire.q_attribute_expressions),
                q_attr_dim_info: [],
                q_trend_lines: [],
                q_library_id: &wire.q_library_id,
                extra: extra(&plan.titled.def.extra),
            }
        })
        .collect()
}

/// A mistake that we saw says more than what the engine makes of the gap it leaves.
fn column_error(
    ours: Option<&ValidationError>,
    engines: Option<&fanlight_engine::ItemError>,
) -> Option<ValidationError> {
    ours.cloned().or_else(|| engines.map(error))
}

fn message<'a>(
    engines: Option<&fanlight_engine::ItemError>,
    text: impl FnOnce() -> Option<&'a str>,
) -> Option<String> {
    let error = engines?;
    match error.code {
        fanlight_engine::ItemErrorCode::Condition => text().map(str::to_owned),
        fanlight_engine::ItemErrorCode::UnknownField => Some(error.message.clone()),
        _ => None,
    }
}

/// D for text or mixed values, N for numbers, T for times.
fn dimension_type(column: &DimColumn) -> char {
    let is_time = |tag: &String| matches!(tag.as_str(), "$date" | "$timestamp" | "$time");
    if column.tags.iter().any(is_time) {
        'T'
    } else if column.is_numeric {
        'N'
    } else {
        'D'
    }
}

/// One title per field of the group; that of the field in use is the evaluated one.
pub(super) fn group_titles(
    titled: &Titled<fanlight_protocol::def::InlineDimension>,
    group_pos: usize,
    title: &str,
) -> Vec<String> {
    let fields = titled.def.q_field_defs.iter().enumerate();
    fields
        .map(|(position, field)| {
            if position == group_pos {
                return title.to_owned();
            }
            let label = titled.labels.get(position).cloned().flatten();
            label.unwrap_or_else(|| field.clone())
        })
        .collect()
}

fn attributes(columns: &[AttrColumn], defs: &[AttributeExpression]) -> Vec<AttributeInfo> {
    columns
        .iter()
        .zip(defs)
        .map(|(column, def)| AttributeInfo {
            q_min: Double(column.min),
            q_max: Double(column.max),
            q_fallback_title: column.title.clone(),
            q_min_text: number_text(column.min),
            q_max_text: number_text(column.max),
            q_num_format: number_format(&column.format),
            q_is_auto_format: column.is_auto_format,
            q_error: column.error.as_ref().map(error),
            extra: extra(&def.extra),
        })
        .collect()
}

fn number_text(number: f64) -> String {
    if number.is_nan() {
        String::new()
    } else {
        fanlight_engine::Value::Num(number).as_text().into_owned()
    }
}

/// Members that the schema of an info does not name: those that start with `q` are definitions, not the user's own.
pub(super) fn extra(extra: &Extra) -> Extra {
    let is_own = |key: &str| {
        let mut letters = key.chars();
        !(letters.next() == Some('q') && letters.next().is_some_and(char::is_uppercase))
    };
    extra
        .iter()
        .filter(|(key, _)| is_own(key) || *key == "qLayoutExclude")
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
