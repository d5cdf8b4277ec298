//! What objects say of other things and need not say themselves: a chart's title, what a sheet's cells show.
//!
//! It follows what it is made of, so it is never stored: whoever reads an object's own properties sees what was written.

use fanlight_protocol::chart;
use serde_json::{Map, Value, json};

use super::Objects;
use crate::from_wire::{Label, dimension_label, measure_label};

/// Adds what the properties of an object of type `kind` leave to be made.
pub(super) fn complete(objects: &Objects, kind: &str, effective: &mut Value) {
    if kind == "sheet" {
        complete_cells(objects, effective);
        return;
    }
    let is_absent = effective.get("title").is_none_or(Value::is_null);
    if is_absent && chart::is_type(chart::drawn_as(effective, kind)) {
        let title = title(objects, effective);
        effective["title"] = title;
    }
}

/// Each cell says as what its object is drawn.
fn complete_cells(objects: &Objects, sheet: &mut Value) {
    let cells = sheet.get_mut("cells").and_then(Value::as_array_mut);
    for cell in cells.into_iter().flatten().filter_map(Value::as_object_mut) {
        if let Some(kind) = kind_of_cell(objects, cell) {
            cell.insert("type".to_owned(), Value::from(kind));
        }
    }
}

fn kind_of_cell(objects: &Objects, cell: &Map<String, Value>) -> Option<String> {
    if cell.get("type").is_some_and(|kind| !kind.is_null()) {
        return None;
    }
    let object = objects.get(cell.get("name")?.as_str()?)?;
    Some(chart::drawn_as(&object.properties, &object.kind).to_owned())
}

/// `Sum(Amount) by Region`: the measures by the dimensions.
fn title(objects: &Objects, effective: &Value) -> Value {
    let listed = |key: &str| {
        let columns = effective.pointer(key).and_then(Value::as_array);
        columns.map_or(&[][..], Vec::as_slice)
    };
    let measures = listed("/qHyperCubeDef/qMeasures");
    let mut dimensions: Vec<&Value> = listed("/qHyperCubeDef/qDimensions").iter().collect();
    dimensions.extend(effective.get("qListObjectDef"));
    let measures: Vec<Label> = measures
        .iter()
        .filter_map(|column| measure_label(objects, column))
        .collect();
    let dimensions: Vec<Label> = dimensions
        .iter()
        .filter_map(|column| dimension_label(objects, column))
        .collect();
    let mut parts = separated(measures);
    if !parts.is_empty() && !dimensions.is_empty() {
        parts.push(Label::Text(" by ".to_owned()));
    }
    parts.extend(separated(dimensions));
    text_of(&parts)
}

fn separated(labels: Vec<Label>) -> Vec<Label> {
    let mut parts = Vec::with_capacity(labels.len() * 2);
    for label in labels {
        if !parts.is_empty() {
            parts.push(Label::Text(", ".to_owned()));
        }
        parts.push(label);
    }
    parts
}

/// The parts one after the other: a text, or an expression if one of them is one.
fn text_of(parts: &[Label]) -> Value {
    let texts: Option<Vec<&str>> = parts
        .iter()
        .map(|part| match part {
            Label::Text(text) => Some(text.as_str()),
            Label::Expression(_) => None,
        })
        .collect();
    if let Some(texts) = texts {
        return Value::from(texts.concat());
    }
    let terms: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Label::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Label::Expression(expression) => format!("({expression})"),
        })
        .collect();
    json!({ "qStringExpression": { "qExpr": format!("={}", terms.join(" & ")) } })
}
