//! Hypercubes.

use fanlight_engine::{AttrExpr, CubeDef, DimDef, MeasureDef, OtherSpec, Snapshot, TotalMode};
use fanlight_protocol::ErrorCode;
use fanlight_protocol::def::{
    self, AttributeExpression, DataMode, Dimension, Grouping, HyperCubeDef, InlineDimension, InlineMeasure,
    Measure, OtherMode,
};
use fanlight_protocol::layout::ValidationError;
use serde_json::Value;

use super::{Titled, condition, library, mistake, num_format, some, sort};
use crate::objects::Objects;

/// A cube as the client defined it beside what the engine makes of it.
#[derive(Debug, Clone)]
pub(crate) struct CubePlan {
    pub(crate) def: HyperCubeDef,
    pub(crate) engine: CubeDef,
    /// One per dimension.
    pub(crate) dims: Vec<ColumnPlan<InlineDimension>>,
    /// One per measure.
    pub(crate) measures: Vec<ColumnPlan<InlineMeasure>>,
    /// Why nothing is to be computed.
    pub(crate) error: Option<ValidationError>,
}

/// A column with its library item filled in.
#[derive(Debug, Clone)]
pub(crate) struct ColumnPlan<D> {
    pub(crate) titled: Titled<D>,
    /// The field in use of a group.
    pub(crate) group_pos: usize,
    /// A mistake that the engine does not see.
    pub(crate) error: Option<ValidationError>,
}

impl CubePlan {
    /// Reads the definition in its normal form. `state` is the object's.
    pub(crate) fn new(def: &Value, state: &str, objects: &Objects, snapshot: &Snapshot) -> Self {
        match super::read_definition::<HyperCubeDef>("qHyperCubeDef", def) {
            Ok(def) => Self::of(def, state, objects, snapshot),
            Err(error) => Self {
                def: HyperCubeDef::default(),
                engine: CubeDef::default(),
                dims: Vec::new(),
                measures: Vec::new(),
                error: Some(error),
            },
        }
    }

    fn of(def: HyperCubeDef, state: &str, objects: &Objects, snapshot: &Snapshot) -> Self {
        let state = some(&def.q_state_name).unwrap_or_else(|| state.to_owned());
        let dims: Vec<_> = def
            .q_dimensions
            .iter()
            .map(|dimension| dimension_plan(dimension, &state, objects, snapshot))
            .collect();
        let measures: Vec<_> = def
            .q_measures
            .iter()
            .map(|measure| measure_plan(measure, objects))
            .collect();
        let engine = CubeDef {
            state,
            dims: def
                .q_dimensions
                .iter()
                .zip(&dims)
                .map(|(dimension, plan)| engine_dimension(dimension, plan, objects))
                .collect(),
            measures: def
                .q_measures
                .iter()
                .zip(&measures)
                .map(|(measure, plan)| engine_measure(measure, plan, &def, objects))
                .collect(),
            inter_column_sort: def.q_inter_column_sort_order.clone(),
            suppress_zero: def.q_suppress_zero,
            suppress_missing: def.q_suppress_missing,
            populate_missing: def.q_populate_missing,
            calc_condition: condition(&def.q_calc_condition, &def.q_calc_cond).map(str::to_owned),
            context_set: some(&def.q_context_set_expression),
        };
        let error = unsupported_mode(&def);
        Self {
            def,
            engine,
            dims,
            measures,
            error,
        }
    }

    /// The selection state.
    pub(crate) fn state(&self) -> &str {
        &self.engine.state
    }
}

/// Modes other than the straight one are the same as it for a single dimension.
fn unsupported_mode(def: &HyperCubeDef) -> Option<ValidationError> {
    let mode = match def.q_mode {
        DataMode::Straight | DataMode::Dynamic => return None,
        DataMode::Stacked => "stacked",
        DataMode::Pivot => "pivot",
        DataMode::Tree => "tree",
    };
    (def.q_dimensions.len() > 1 || def.q_mode == DataMode::Tree).then(|| {
        mistake(
            ErrorCode::InvalidDefinition,
            format!("cubes in {mode} mode are not implemented; use the straight mode, qMode S"),
        )
    })
}

fn dimension_plan(
    dimension: &Dimension,
    state: &str,
    objects: &Objects,
    snapshot: &Snapshot,
) -> ColumnPlan<InlineDimension> {
    match library::dimension(objects, &dimension.q_library_id, &dimension.q_def) {
        Ok(titled) => ColumnPlan {
            group_pos: group_pos(&titled.def, state, snapshot),
            titled,
            error: None,
        },
        Err(error) => ColumnPlan {
            titled: Titled {
                def: InlineDimension {
                    q_field_defs: Vec::new(),
                    ..dimension.q_def.clone()
                },
                labels: Vec::new(),
            },
            group_pos: 0,
            error: Some(error),
        },
    }
}

/// The field in use: a drill-down shows its first field that is not down to one value.
pub(super) fn group_pos(def: &InlineDimension, state: &str, snapshot: &Snapshot) -> usize {
    let last = def.q_field_defs.len().saturating_sub(1);
    match def.q_grouping {
        Grouping::None => 0,
        Grouping::Cyclic => usize::try_from(def.q_active_field).map_or(0, |position| position.min(last)),
        Grouping::DrillDown => {
            let is_open = |name: &String| {
                snapshot.model().field_id(bare(name)).is_none_or(|field| {
                    let counts = snapshot.state_counts(state, field);
                    counts.selected + counts.option + counts.locked > 1
                })
            };
            def.q_field_defs.iter().position(is_open).unwrap_or(last)
        }
    }
}

/// A field's name without the brackets or the equals sign that definitions may put around it.
pub(crate) fn bare(definition: &str) -> &str {
    let text = definition.trim();
    let text = text.strip_prefix('=').unwrap_or(text).trim();
    match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(inner) if !inner.contains(']') => inner,
        _ => text,
    }
}

fn measure_plan(measure: &Measure, objects: &Objects) -> ColumnPlan<InlineMeasure> {
    match library::measure(objects, &measure.q_library_id, &measure.q_def) {
        Ok(titled) => ColumnPlan {
            error: unsupported_modifier(&titled.def),
            titled,
            group_pos: 0,
        },
        Err(error) => ColumnPlan {
            titled: Titled {
                def: measure.q_def.clone(),
                labels: vec![None],
            },
            group_pos: 0,
            error: Some(error),
        },
    }
}

fn unsupported_modifier(def: &InlineMeasure) -> Option<ValidationError> {
    let what = if def.q_relative {
        "qRelative"
    } else if def.q_accumulate != 0 {
        "qAccumulate"
    } else {
        return None;
    };
    Some(mistake(
        ErrorCode::InvalidDefinition,
        format!("{what} is not implemented"),
    ))
}

fn engine_dimension(dimension: &Dimension, plan: &ColumnPlan<InlineDimension>, objects: &Objects) -> DimDef {
    let def = &plan.titled.def;
    let position = plan.group_pos;
    let criteria = def
        .q_sort_criterias
        .get(position)
        .or_else(|| def.q_sort_criterias.first());
    let label = |label: &def::Expr, default: &str| label.text().unwrap_or(default).to_owned();
    let shows_total = dimension.q_other_total_spec.q_total_mode == def::TotalMode::TotalExpr;
    let spec = &dimension.q_other_total_spec;
    DimDef {
        field: def.q_field_defs.get(position).cloned().unwrap_or_default(),
        label: plan.titled.labels.get(position).cloned().flatten(),
        sort: sort(&criteria.cloned().unwrap_or_default(), def.q_reverse_sort),
        null_suppression: dimension.q_null_suppression,
        show_all: dimension.q_show_all,
        show_total: shows_total.then(|| label(&dimension.q_total_label, "Total")),
        num_format: num_format(def.q_number_presentations.get(position)),
        calc_condition: condition(&dimension.q_calc_condition, &dimension.q_calc_cond).map(str::to_owned),
        attribute_exprs: attributes(&dimension.q_attribute_expressions, objects),
        others: (spec.q_other_mode != OtherMode::OtherOff).then(|| OtherSpec {
            counted: spec
                .q_other_counted
                .text()
                .and_then(|text| text.parse().ok())
                .unwrap_or(10),
            label: label(&dimension.q_other_label, "Others"),
        }),
    }
}

fn engine_measure(
    measure: &Measure,
    plan: &ColumnPlan<InlineMeasure>,
    cube: &HyperCubeDef,
    objects: &Objects,
) -> MeasureDef {
    let def = &plan.titled.def;
    let total = match def.q_aggr_func.as_str() {
        _ if cube.q_suppress_measure_totals => TotalMode::None,
        _ if def.q_brutal_sum => TotalMode::Sum,
        "None" => TotalMode::None,
        "Sum" => TotalMode::Sum,
        "Avg" => TotalMode::Avg,
        "Count" => TotalMode::Count,
        "Min" => TotalMode::Min,
        "Max" => TotalMode::Max,
        _ => TotalMode::Expression,
    };
    MeasureDef {
        // A mistake that only we see must not be calculated around: without an expression the column is an error.
        expr: if plan.error.is_some() {
            String::new()
        } else {
            active_expression(def)
        },
        label: plan.titled.labels.first().cloned().flatten(),
        sort: sort(&measure.q_sort_by, def.q_reverse_sort),
        num_format: num_format(def.q_num_format.as_ref()),
        total,
        calc_condition: condition(&measure.q_calc_condition, &measure.q_calc_cond).map(str::to_owned),
        attribute_exprs: attributes(&measure.q_attribute_expressions, objects),
    }
}

/// The main expression is number 0, the alternatives follow.
fn active_expression(def: &InlineMeasure) -> String {
    let alternative = usize::try_from(def.q_active_expression)
        .ok()
        .and_then(|position| def.q_expressions.get(position.checked_sub(1)?));
    alternative.unwrap_or(&def.q_def).clone()
}

fn attributes(attributes: &[AttributeExpression], objects: &Objects) -> Vec<AttrExpr> {
    attributes
        .iter()
        .map(|attribute| {
            let master = InlineMeasure {
                q_def: attribute.q_expression.clone(),
                q_num_format: attribute.q_num_format.clone(),
                q_label: attribute.q_label.clone(),
                q_label_expression: attribute.q_label_expression.clone(),
                ..InlineMeasure::default()
            };
            // A master measure that is not there leaves the expression empty, which the engine reports.
            let titled = library::measure(objects, &attribute.q_library_id, &master).ok();
            let def = titled.as_ref().map_or(&master, |titled| &titled.def);
            AttrExpr {
                expr: def.q_def.clone(),
                label: titled
                    .as_ref()
                    .and_then(|titled| titled.labels.first().cloned().flatten()),
                num_format: num_format(def.q_num_format.as_ref()),
                is_attribute: attribute.q_attribute,
            }
        })
        .collect()
}
