//! The first sheet: filters on the left, numbers on top, charts by what there is to show.

use serde_json::{Map, Value, json};

use super::pick::{Chosen, Dimension, Order};

const COLUMNS: u64 = 24;
const FILTER_COLUMNS: u64 = 4;
/// Filters that fit under each other.
const MAX_FILTERS: usize = 4;
/// Values that a pie tells apart.
const MAX_SLICES: usize = 6;
/// Dimensions of the table.
const MAX_TABLE_DIMENSIONS: usize = 3;
/// How wide a line of the file is at most.
const LINE_CHARS: usize = 110;

/// The object file.
pub(super) fn text(chosen: &Chosen) -> String {
    let mut sheet = Sheet::default();
    let has_filters = !chosen.dimensions.is_empty();
    let left = if has_filters { FILTER_COLUMNS } else { 0 };
    if has_filters {
        sheet.place(
            "filters",
            Area {
                col: 0,
                row: 0,
                width: FILTER_COLUMNS,
                height: 12,
            },
        );
        sheet.children.push(filters(chosen));
    }
    let mut top = 0;
    if !chosen.measures.is_empty() {
        for (measure, area) in chosen
            .measures
            .iter()
            .zip(split(left, 0, 2, chosen.measures.len()))
        {
            let id = format!("kpi-{}", measure.id);
            sheet.place(&id, area);
            sheet
                .children
                .push(json!({ "qInfo": { "qId": id, "qType": "kpi" },
                "qHyperCubeDef": { "qMeasures": [{ "qLibraryId": measure.id }] } }));
        }
        top = 2;
    }
    let charts = charts(chosen);
    let (upper, lower) = charts.split_at(charts.len() / 2);
    let rows = [upper, lower]
        .into_iter()
        .filter(|row| !row.is_empty())
        .collect::<Vec<_>>();
    let height = (12 - top) / rows.len().max(1) as u64;
    for (position, row) in rows.iter().enumerate() {
        let areas = split(left, top + position as u64 * height, height, row.len());
        for (chart, area) in row.iter().zip(areas) {
            let id = chart["qInfo"]["qId"].as_str().unwrap_or_default();
            sheet.place(id, area);
            sheet.children.push(chart.clone());
        }
    }
    let tree = json!({
        "qProperty": { "qInfo": { "qId": "overview", "qType": "sheet" }, "qMetaDef": { "title": "Overview" },
            "cells": sheet.cells },
        "qChildren": sheet.children,
    });
    let mut text = String::new();
    write(&tree, 0, 0, &mut text);
    text.push('\n');
    text
}

#[derive(Default)]
struct Sheet {
    cells: Vec<Value>,
    children: Vec<Value>,
}

#[derive(Clone, Copy)]
struct Area {
    col: u64,
    row: u64,
    width: u64,
    height: u64,
}

impl Sheet {
    fn place(&mut self, name: &str, area: Area) {
        self.cells
            .push(json!({ "name": name, "col": area.col, "row": area.row,
            "colspan": area.width, "rowspan": area.height }));
    }
}

/// A row from column `left` on, cut into `n_parts` of one width, as far as the grid lets.
fn split(left: u64, row: u64, height: u64, n_parts: usize) -> Vec<Area> {
    let n_parts = n_parts as u64;
    let width = COLUMNS - left;
    let start = |part: u64| left + width * part / n_parts;
    (0..n_parts)
        .map(|part| Area {
            col: start(part),
            row,
            width: start(part + 1) - start(part),
            height,
        })
        .collect()
}

fn filters(chosen: &Chosen) -> Value {
    let boxes = chosen.dimensions.iter().take(MAX_FILTERS).map(|dimension| {
        json!({ "qInfo": { "qId": format!("filter-{}", dimension.id), "qType": "listbox" },
            "qListObjectDef": { "qLibraryId": dimension.id } })
    });
    json!({ "qProperty": { "qInfo": { "qId": "filters", "qType": "filterpane" } },
        "qChildren": boxes.collect::<Vec<_>>() })
}

/// A line by time, a pie of few values, a bar chart of more, and a table.
fn charts(chosen: &Chosen) -> Vec<Value> {
    let mut charts = Vec::new();
    if let Some(measure) = chosen.measures.first() {
        let mut chart = |kind: &str, dimension: &Dimension| {
            charts.push(of_one(kind, dimension, &measure.id));
        };
        if let Some(period) = &chosen.period {
            chart("linechart", period);
        }
        let is_slice = |dimension: &&Dimension| {
            dimension.n_values <= MAX_SLICES && dimension.n_values > 2 && dimension.order == Order::Free
        };
        let pie = chosen.dimensions.iter().find(is_slice);
        let is_bar = |dimension: &&Dimension| pie.is_none_or(|pie| pie.id != dimension.id);
        // Of what is left, the one with most values that a chart still shows at once.
        let bar = chosen
            .dimensions
            .iter()
            .filter(is_bar)
            .rfind(|dimension| dimension.n_values <= 40);
        if let Some(bar) = bar {
            chart("barchart", bar);
        }
        if let Some(pie) = pie {
            chart("piechart", pie);
        }
    }
    charts.push(table(chosen));
    charts
}

fn of_one(kind: &str, dimension: &Dimension, measure: &str) -> Value {
    let mut cube =
        json!({ "qDimensions": [{ "qLibraryId": dimension.id }], "qMeasures": [{ "qLibraryId": measure }] });
    if kind == "barchart" && dimension.order == Order::Free {
        cube["qInterColumnSortOrder"] = json!([1, 0]);
    }
    json!({ "qInfo": { "qId": format!("{kind}-{}", dimension.id), "qType": kind }, "qHyperCubeDef": cube })
}

fn table(chosen: &Chosen) -> Value {
    let library = |id: &str| json!({ "qLibraryId": id });
    let dimensions: Vec<Value> = if chosen.dimensions.is_empty() {
        let field = |name: &String| json!({ "qDef": { "qFieldDefs": [name] } });
        chosen.fields.iter().map(field).collect()
    } else {
        chosen
            .dimensions
            .iter()
            .take(MAX_TABLE_DIMENSIONS)
            .map(|dimension| library(&dimension.id))
            .collect()
    };
    let measures: Vec<Value> = chosen
        .measures
        .iter()
        .map(|measure| library(&measure.id))
        .collect();
    json!({ "qInfo": { "qId": "table", "qType": "table" }, "title": "Details",
        "qHyperCubeDef": { "qDimensions": dimensions, "qMeasures": measures } })
}

/// Writes JSON so that what fits a line stays on it.
fn write(value: &Value, indent: usize, before: usize, text: &mut String) {
    let flat = flat(value);
    if indent + before + flat.len() <= LINE_CHARS {
        text.push_str(&flat);
        return;
    }
    let inner = indent + 2;
    let pad = " ".repeat(inner);
    match value {
        Value::Object(members) => {
            text.push_str("{\n");
            for (position, (key, member)) in members.iter().enumerate() {
                let key = format!("{}: ", Value::from(key.as_str()));
                text.push_str(&pad);
                text.push_str(&key);
                write(member, inner, key.len(), text);
                text.push_str(if position + 1 < members.len() { ",\n" } else { "\n" });
            }
            text.push_str(&" ".repeat(indent));
            text.push('}');
        }
        Value::Array(items) => {
            text.push_str("[\n");
            for (position, item) in items.iter().enumerate() {
                text.push_str(&pad);
                write(item, inner, 0, text);
                text.push_str(if position + 1 < items.len() { ",\n" } else { "\n" });
            }
            text.push_str(&" ".repeat(indent));
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

fn flat(value: &Value) -> String {
    let members = |members: &Map<String, Value>| {
        let members = members
            .iter()
            .map(|(key, member)| format!("{}: {}", Value::from(key.as_str()), flat(member)));
        members.collect::<Vec<_>>().join(", ")
    };
    match value {
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => format!("{{ {} }}", members(map)),
        Value::Array(items) => format!("[{}]", items.iter().map(flat).collect::<Vec<_>>().join(", ")),
        scalar => scalar.to_string(),
    }
}
