//! Charts that say only what they show.

use std::sync::Arc;

use fanlight_rpc::{App, HostSettings};
use serde_json::{Value, json};

use crate::journal::Memory;
use crate::support::{Client, World, app, numbers, texts};

/// An app whose objects are written as an author writes them first.
fn world(objects: Vec<Value>) -> World {
    let world = World::with(HostSettings::default());
    world.host.add_app(App {
        objects,
        dimensions: vec![json!({ "qInfo": { "qId": "letter", "qType": "dimension" },
            "qDim": { "qFieldDefs": ["xyz"] }, "qMetaDef": { "title": "Letter" } })],
        measures: vec![json!({ "qInfo": { "qId": "many", "qType": "measure" },
            "qMeasure": { "qDef": "Count(numbers)", "qLabelExpression": "'How ' & 'many'" } })],
        ..app("first", numbers())
    });
    world
}

fn columns(dimension: &str, measure: &str) -> Value {
    json!({ "qDimensions": [{ "qDef": { "qFieldDefs": [dimension] } }], "qMeasures": [{ "qDef": { "qDef": measure } }] })
}

fn bar() -> Value {
    json!({ "qInfo": { "qId": "a", "qType": "barchart" }, "qHyperCubeDef": columns("xyz", "Sum(numbers)") })
}

fn check_bar(layout: &Value) {
    assert_eq!(layout["visualization"], "barchart");
    assert_eq!(layout["title"], "Sum(numbers) by xyz");
    assert_eq!(layout["showTitles"], true);
    for member in [
        "color",
        "legend",
        "measureAxis",
        "dimensionAxis",
        "dataPoint",
        "tooltip",
        "refLine",
    ] {
        assert!(layout[member].is_object(), "{member}");
    }
    let rows = texts(&layout["qHyperCube"]["qDataPages"]);
    assert_eq!(rows, [["x", "1"], ["y", "9"], ["z", "5"]]);
}

#[test]
fn a_bar_chart_of_an_app_needs_only_what_it_shows() {
    let client = world(vec![bar()]).connect("ada", "first");
    check_bar(&client.layout(client.object("a")));
}

#[test]
fn so_does_one_that_a_client_creates_and_one_whose_properties_are_set() {
    for method in ["CreateObject", "CreateSessionObject"] {
        let client = World::new().connect("ada", "t10");
        let created = client.ok(1, method, json!([bar()]));
        let handle = created["qReturn"]["qHandle"].as_i64().unwrap();
        check_bar(&client.layout(handle));
        client.ok(handle, "SetProperties", json!([bar()]));
        check_bar(&client.layout(handle));
    }
}

#[test]
fn properties_that_are_read_and_set_again_change_nothing() {
    let client = World::new().connect("ada", "t10");
    let mut own = bar();
    own["qHyperCubeDef"]["qSuppressMissing"] = json!(false);
    let handle = client.create(own);
    let before = client.layout(handle);
    for method in ["GetProperties", "GetEffectiveProperties"] {
        let read = client.ok(handle, method, json!([]))["qProp"].clone();
        client.ok(handle, "SetProperties", json!([read]));
        assert_eq!(client.layout(handle), before, "{method}");
    }
    let patch = json!([[{ "qOp": "replace", "qPath": "/legend/show", "qValue": "false" }]]);
    client.ok(handle, "ApplyPatches", patch);
    let layout = client.layout(handle);
    assert_eq!(
        layout["legend"],
        json!({ "dock": "auto", "show": false, "showTitle": true })
    );
    assert_eq!(layout["qHyperCube"], before["qHyperCube"]);
}

#[test]
fn a_title_follows_what_it_names_until_the_author_gives_one() {
    let master = json!({ "qInfo": { "qType": "table" }, "qHyperCubeDef": {
        "qDimensions": [{ "qLibraryId": "letter" }, { "qDef": { "qFieldDefs": ["=numbers * 2"], "qFieldLabels": ["Twice"] } }],
        "qMeasures": [{ "qLibraryId": "many" }, { "qDef": { "qDef": "=Sum(numbers)" } }] } });
    let client = world(Vec::new()).connect("ada", "first");
    let title = |properties: Value| client.layout(client.create(properties))["title"].clone();
    assert_eq!(title(master.clone()), "How many, Sum(numbers) by Letter, Twice");
    for own in [json!(""), json!("Mine")] {
        let mut named = master.clone();
        named["title"] = own.clone();
        assert_eq!(title(named), own);
    }
    let list =
        json!({ "qInfo": { "qType": "listbox" }, "qListObjectDef": { "qDef": { "qFieldDefs": ["[xyz]"] } } });
    assert_eq!(title(list), "xyz");
    assert_eq!(
        title(
            json!({ "qInfo": { "qType": "kpi" }, "qHyperCubeDef": { "qMeasures": [{ "qDef": { "qDef": "1+1" } }] } })
        ),
        "1+1"
    );
    assert_eq!(title(json!({ "qInfo": { "qType": "filterpane" } })), "");
    let handle = client.create(master);
    let read = client.ok(handle, "GetProperties", json!([]));
    assert_eq!(read["qProp"].get("title"), None, "it is not the author's");
}

#[test]
fn a_sheet_lies_on_24_columns_and_12_rows_and_its_cells_say_what_they_show() {
    let sheet = json!({ "qProperty": { "qInfo": { "qId": "s", "qType": "sheet" },
        "cells": [{ "name": "a", "col": 0, "row": 0, "colspan": 24, "rowspan": 12 }, { "name": "b", "type": "kpi" }, { "name": "gone" }] },
        "qChildren": [bar(), { "qInfo": { "qId": "b", "qType": "table" } }] });
    let client = world(vec![sheet]).connect("ada", "first");
    let layout = client.layout(client.object("s"));
    assert_eq!((&layout["columns"], &layout["rows"]), (&json!(24), &json!(12)));
    let kinds: Vec<&Value> = layout["cells"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cell| &cell["type"])
        .collect();
    assert_eq!(kinds, [&json!("barchart"), &json!("kpi"), &Value::Null]);
    check_bar(&client.layout(client.object("a")));
    let own = client.create(json!({ "qInfo": { "qType": "sheet" }, "columns": 10, "rows": 5 }));
    let layout = client.layout(own);
    assert_eq!((&layout["columns"], &layout["rows"]), (&json!(10), &json!(5)));
}

#[test]
fn what_is_completed_outlives_the_process() {
    let journal = Arc::new(Memory::default());
    let first = World::with_journal(HostSettings::default(), Arc::clone(&journal) as _).connect("ada", "t10");
    let mut own = bar();
    own["qHyperCubeDef"]["qInitialDataFetch"] = json!([]);
    first.create(own);
    first.create(json!({ "qInfo": { "qId": "b", "qType": "barchart" }, "qHyperCubeDef": columns("xyz", "Sum(numbers)") }));
    let layouts = |client: &Client| ["a", "b"].map(|id| client.layout(client.object(id)));
    let before = layouts(&first);
    assert_eq!(
        before[0]["qHyperCube"]["qDataPages"],
        json!([]),
        "an own value stays"
    );
    let second = World::with_journal(HostSettings::default(), journal as _).connect("ada", "t10");
    assert_eq!(layouts(&second), before);
}
