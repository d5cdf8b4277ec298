//! The selection object.

use fanlight_engine::{Elem, FieldId, SelectionItem as Item, Snapshot};
use fanlight_protocol::Class;
use fanlight_protocol::layout::{DimensionReference, FieldSelectionInfo, SelectionItem, SelectionObject};
use serde_json::Value;

use super::counts;
use crate::view::View;

/// Up to how many values a selection lists; clients show a number of values above it.
const THRESHOLD: usize = 6;

/// What is selected in `state`. `named` is the state as the definition names it.
pub(crate) fn selection_object(view: &View, state: &str, named: &str) -> SelectionObject {
    let snapshot = &view.snapshot;
    SelectionObject {
        q_back_count: view.back_count,
        q_forward_count: view.forward_count,
        q_state_name: named.to_owned(),
        q_selections: snapshot
            .selections(state)
            .iter()
            .map(|item| selection_item(view, item))
            .collect(),
    }
}

fn selection_item(view: &View, item: &Item) -> SelectionItem {
    let snapshot = &view.snapshot;
    let field = snapshot.model().field(item.field);
    let total = field.cardinal();
    let n_selected = item.selected.len();
    let names: Vec<String> = item
        .selected
        .iter()
        .take(THRESHOLD + 1)
        .map(|elem| text(snapshot, item.field, *elem))
        .collect();
    let is_listed = n_selected <= THRESHOLD;
    let mode = |q_name: &String| FieldSelectionInfo {
        q_name: q_name.clone(),
        q_field_selection_mode: "NORMAL",
    };
    SelectionItem {
        q_total: total,
        q_field: field.name().to_owned(),
        q_selected_count: n_selected,
        q_selected: if is_listed {
            names.join(", ")
        } else {
            format!("{n_selected} of {total}")
        },
        q_range_info: Vec::new(),
        q_sort_index: item.field.0 as usize,
        q_state_counts: counts(item.counts),
        q_selected_field_selection_info: if is_listed {
            names.iter().map(mode).collect()
        } else {
            Vec::new()
        },
        q_not_selected_field_selection_info: Vec::new(),
        q_selection_threshold: THRESHOLD,
        q_is_num: item.is_num,
        q_locked: item.locked,
        q_one_and_only_one: item.one_and_only_one,
        q_text_search: item.text_search.clone().unwrap_or_default(),
        q_readable_name: field.name().to_owned(),
        q_is_hidden: field.tags().iter().any(|tag| tag == "$hidden"),
        q_dimension_references: references(view, field.name()),
    }
}

fn text(snapshot: &Snapshot, field: FieldId, elem: Elem) -> String {
    snapshot.model().field(field).symbols().text(elem.0).into_owned()
}

/// The master dimensions that show the field, so that clients can name it as the author did.
fn references(view: &View, field: &str) -> Vec<DimensionReference> {
    let shows = |properties: &Value| {
        let fields = properties.pointer("/qDim/qFieldDefs").and_then(Value::as_array);
        fields.is_some_and(|fields| {
            fields
                .iter()
                .filter_map(Value::as_str)
                .any(|name| crate::from_wire::bare(name) == field)
        })
    };
    view.objects
        .iter()
        .filter(|(_, object)| object.class == Class::GenericDimension && shows(&object.properties))
        .map(|(id, object)| DimensionReference {
            q_id: id.to_string(),
            q_label: object
                .properties
                .pointer("/qMetaDef/title")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            q_grouping: match object
                .properties
                .pointer("/qDim/qGrouping")
                .and_then(Value::as_str)
            {
                Some("H") => "H",
                Some("C") => "C",
                _ => "N",
            },
        })
        .collect()
}
