use serde_json::{Value, json};

use crate::support::{Client, World};

fn id_of(reply: &Value) -> String {
    reply["qInfo"]["qId"].as_str().unwrap().to_owned()
}

#[test]
fn unknown_keys_survive_at_every_level() {
    let client = World::new().connect("ada", "t10");
    let properties = json!({
        "qInfo": { "qId": "k", "qType": "t", "more": 1 }, "qMetaDef": {},
        "a": { "b": [{ "c": null, "d": "" }], "e": false },
        "qHyperCubeDef": { "own": [], "qDimensions": [{ "own": { "x": 0 }, "qDef": { "own": "y" } }],
            "qMeasures": [{ "own": 1, "qDef": { "own": 2 }, "qSortBy": { "own": 3 } }] }
    });
    let handle = client.create(properties.clone());
    for _ in 0..2 {
        let read = client.ok(handle, "GetProperties", json!([]))["qProp"].clone();
        assert_eq!(read["a"], properties["a"]);
        assert_eq!(read["qInfo"], properties["qInfo"]);
        for pointer in [
            "/qHyperCubeDef/own",
            "/qHyperCubeDef/qDimensions/0/own",
            "/qHyperCubeDef/qDimensions/0/qDef/own",
            "/qHyperCubeDef/qMeasures/0/own",
            "/qHyperCubeDef/qMeasures/0/qDef/own",
            "/qHyperCubeDef/qMeasures/0/qSortBy/own",
        ] {
            assert_eq!(read.pointer(pointer), properties.pointer(pointer), "{pointer}");
        }
        assert_eq!(read["qHyperCubeDef"]["qMode"], "S");
        client.ok(handle, "SetProperties", json!([read]));
    }
}

#[test]
fn empty_values_are_given_when_asked_for() {
    let client = World::new().connect("ada", "t10");
    let handle = client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": {} }));
    let reply = client.frame(&format!(
        r#"{{"jsonrpc":"2.0","id":"x","handle":{handle},"method":"GetProperties","params":[],"return_empty":true}}"#
    ));
    assert_eq!(reply["result"]["qProp"]["qHyperCubeDef"]["qSuppressZero"], false);
    let usual = client.ok(handle, "GetProperties", json!([]));
    assert_eq!(usual["qProp"]["qHyperCubeDef"].get("qSuppressZero"), None);
}

#[test]
fn an_id_that_is_taken_is_replaced() {
    let client = World::new().connect("ada", "t10");
    let create = || {
        client.ok(
            1,
            "CreateSessionObject",
            json!([{ "qInfo": { "qId": "same", "qType": "t" } }]),
        )
    };
    let (first, second) = (create(), create());
    assert_eq!(id_of(&first), "same");
    assert_ne!(id_of(&second), "same");
    assert_eq!(second["qReturn"]["qGenericId"], second["qInfo"]["qId"]);
    let handle = second["qReturn"]["qHandle"].as_i64().unwrap();
    assert_eq!(client.layout(handle)["qInfo"]["qId"], second["qInfo"]["qId"]);
    let properties = client.ok(handle, "GetProperties", json!([]));
    assert_eq!(properties["qProp"]["qInfo"]["qId"], second["qInfo"]["qId"]);
}

#[test]
fn session_objects_and_children_are_found_by_id_with_one_handle() {
    let client = World::new().connect("ada", "t10");
    let handle = client.create(json!({ "qInfo": { "qId": "s", "qType": "t" } }));
    assert_eq!(client.object("s"), handle);
    let reference = client.ok(1, "GetObject", json!(["chart-1"]))["qReturn"].clone();
    let expected = json!({ "qType": "GenericObject", "qHandle": reference["qHandle"], "qGenericType": "barchart",
        "qGenericId": "chart-1" });
    assert_eq!(reference, expected);
    let sheet = client.object("sheet-1");
    let child = client.ok(sheet, "GetChild", json!(["chart-1"]))["qReturn"].clone();
    assert_eq!(child, reference);
    let parent = client.ok(child["qHandle"].as_i64().unwrap(), "GetParent", json!([]));
    assert_eq!(parent["qReturn"]["qHandle"], sheet);
    assert_eq!(
        client.ok(sheet, "GetParent", json!([]))["qReturn"]["qHandle"],
        Value::Null
    );
}

#[test]
fn what_is_not_there_is_a_null_reference() {
    let client = World::new().connect("ada", "t10");
    let nothing = json!({ "qReturn": { "qType": null, "qHandle": null } });
    for (method, params) in [
        ("GetObject", json!(["gone"])),
        ("GetObject", json!([null])),
        ("GetObject", json!([])),
        ("GetDimension", json!(["gone"])),
        ("GetDimension", json!(["chart-1"])),
        ("GetMeasure", json!(["gone"])),
        ("GetField", json!(["gone", null])),
        ("GetVariableById", json!(["gone"])),
        ("GetVariableByName", json!(["gone"])),
    ] {
        assert_eq!(client.ok(1, method, params), nothing, "{method}");
    }
}

#[test]
fn a_sheets_layout_has_its_cells_and_children() {
    let client = World::new().connect("ada", "t10");
    let layout = client.layout(client.object("sheet-1"));
    assert_eq!(layout["cells"][0]["name"], "chart-1");
    assert_eq!(layout["thumbnail"], json!({ "qStaticContentUrl": {} }));
    let privileges = json!(["read", "exportdata"]);
    assert_eq!(layout["qMeta"]["privileges"], privileges);
    assert_eq!(layout["qMeta"]["title"], "First");
    let item = &layout["qChildList"]["qItems"][0];
    assert_eq!(item["qInfo"], json!({ "qId": "chart-1", "qType": "barchart" }));
    assert_eq!(item["qData"], json!({ "title": "n 5" }));
    let infos = client.ok(client.object("sheet-1"), "GetChildInfos", json!([]));
    assert_eq!(infos["qInfos"][0]["qId"], "chart-1");
    let all = client.ok(1, "GetAllInfos", json!([]))["qInfos"].clone();
    let ids: Vec<&Value> = all.as_array().unwrap().iter().map(|info| &info["qId"]).collect();
    assert_eq!(ids, ["sheet-1", "chart-1", "dim-xyz", "m-count", "AppPropsList"]);
}

#[test]
fn the_lists_of_the_contract_are_evaluated() {
    let client = World::new().connect("ada", "t10");
    let items = |def: &str, body: Value| {
        let handle = client.create(json!({ "qInfo": { "qType": "l" }, def: body }));
        let name = def.strip_suffix("Def").unwrap();
        client.layout(handle)[name]["qItems"].clone()
    };
    let sheets = items(
        "qAppObjectListDef",
        json!({ "qType": "sheet", "qData": { "title": "/qMetaDef/title", "cells": "/cells", "rank": "/rank",
            "thumbnail": "/thumbnail", "none": "/no/such/path" } }),
    );
    assert_eq!(sheets.as_array().unwrap().len(), 1);
    let data = &sheets[0]["qData"];
    assert_eq!((&data["title"], &data["rank"]), (&json!("First"), &json!(1)));
    assert_eq!(data["thumbnail"], json!({ "qStaticContentUrl": {} }));
    assert_eq!(data.get("none"), None);
    let theme = items(
        "qAppObjectListDef",
        json!({ "qType": "appprops", "qData": { "theme": "/theme" } }),
    );
    assert_eq!(theme[0]["qData"], json!({ "theme": "fanlight" }));
    let dimensions = items(
        "qDimensionListDef",
        json!({ "qType": "dimension", "qData": { "title": "/qMetaDef/title", "grouping": "/qDim/qGrouping", "info": "/qDimInfos" } }),
    );
    assert_eq!(dimensions[0]["qData"]["title"], "Letter");
    assert_eq!(dimensions[0]["qData"]["grouping"], "N");
    assert_eq!(dimensions[0]["qData"]["info"][0]["qCardinal"], 3);
    let measures = items(
        "qMeasureListDef",
        json!({ "qType": "measure", "qData": { "expression": "/qMeasure/qDef" } }),
    );
    assert_eq!(measures[0]["qData"], json!({ "expression": "Count(numbers)" }));
    let variables = items(
        "qVariableListDef",
        json!({ "qType": "variable", "qShowSession": true }),
    );
    assert_eq!(
        (&variables[0]["qName"], &variables[0]["qDefinition"]),
        (&json!("vLimit"), &json!("3"))
    );
    let fields = items("qFieldListDef", json!({ "qShowSrcTables": true }));
    assert_eq!(fields[0]["qName"], "numbers");
    assert_eq!(fields[0]["qSrcTables"], json!(["numbers", "map"]));
    assert_eq!(
        items("qBookmarkListDef", json!({ "qType": "bookmark" })),
        json!([])
    );
    assert_eq!(items("qMediaListDef", json!({})), json!([]));
    let undo = client.create(json!({ "qInfo": { "qType": "u" }, "qUndoInfoDef": {} }));
    assert_eq!(
        client.layout(undo)["qUndoInfo"],
        json!({ "qUndoCount": 0, "qRedoCount": 0 })
    );
}

#[test]
fn expressions_stand_anywhere_in_properties() {
    let client = World::new().connect("ada", "t10");
    let handle = client.create(json!({ "qInfo": { "qType": "t" },
        "title": { "qStringExpression": "='n ' & Sum(numbers)" },
        "deep": [{ "value": { "qValueExpression": { "qExpr": "Sum(numbers) / 2" } } },
            { "none": { "qValueExpression": { "qExpr": "Sum(gone)" } } }],
        "plain": "=Sum(numbers)", "qLayoutExclude": { "disabled": { "qHyperCubeDef": {} } } }));
    let layout = client.layout(handle);
    assert_eq!(layout["title"], "n 15");
    assert_eq!(layout["deep"], json!([{ "value": 7.5 }, { "none": "NaN" }]));
    assert_eq!(layout["plain"], "=Sum(numbers)");
    assert_eq!(
        layout["qLayoutExclude"],
        json!({ "disabled": { "qHyperCubeDef": {} } })
    );
}

#[test]
fn master_items_have_handles_layouts_and_properties() {
    let client = World::new().connect("ada", "t10");
    let handle = client.ok(1, "GetDimension", json!(["dim-xyz"]))["qReturn"]["qHandle"]
        .as_i64()
        .unwrap();
    let layout = client.layout(handle);
    assert_eq!(layout["qDim"]["title"], "Letter");
    assert_eq!(layout["qDimInfos"][0]["qApprMaxGlyphCount"], 1);
    assert_eq!(
        client.ok(handle, "GetDimension", json!([]))["qDim"]["qFieldDefs"],
        json!(["xyz"])
    );
    let handle = client.ok(1, "GetMeasure", json!(["m-count"]))["qReturn"]["qHandle"]
        .as_i64()
        .unwrap();
    assert_eq!(
        client.ok(handle, "GetMeasure", json!([]))["qMeasure"]["qDef"],
        "Count(numbers)"
    );
    assert_eq!(
        client.ok(handle, "GetInfo", json!([]))["qInfo"]["qType"],
        "measure"
    );
    let created = client.ok(
        1,
        "CreateMeasure",
        json!([{ "qInfo": { "qId": "mine", "qType": "measure" },
        "qMeasure": { "qDef": "Sum(numbers)", "qLabel": "Total" } }]),
    );
    assert_eq!(created["qInfo"]["qId"], "mine");
    let chart = client.create(json!({ "qInfo": { "qType": "t" },
        "qHyperCubeDef": { "qMeasures": [{ "qLibraryId": "mine" }] } }));
    assert_eq!(
        client.layout(chart)["qHyperCube"]["qMeasureInfo"][0]["qFallbackTitle"],
        "Total"
    );
    assert_eq!(client.ok(1, "DestroyMeasure", json!(["mine"]))["qSuccess"], true);
    let error = &client.layout(chart)["qHyperCube"]["qMeasureInfo"][0]["qError"]["qErrorCode"];
    assert_eq!(*error, 7001);
}

#[test]
fn charts_may_mend_the_apps_objects_for_their_session() {
    let world = World::new();
    let client = world.connect("ada", "t10");
    let handle = client.object("chart-1");
    let mut properties = client.ok(handle, "GetProperties", json!([]))["qProp"].clone();
    properties["hash"] = json!("h");
    client.ok(handle, "SetProperties", json!([properties]));
    client.ok(1, "ClearUndoBuffer", json!([]));
    assert_eq!(client.layout(handle)["hash"], "h");
    let other = world.connect("eve", "t10");
    assert_eq!(other.layout(other.object("chart-1")).get("hash"), None);
    assert_eq!(
        client.ok(1, "DestroyObject", json!(["chart-1"]))["qSuccess"],
        false,
        "it is the app's"
    );
}

#[test]
fn patches_fit_as_a_whole_or_not_at_all() {
    let client = World::new().connect("ada", "t10");
    let handle = client.create(json!({ "qInfo": { "qType": "t" }, "list": [1, 2], "a~b": { "c/d": 1 } }));
    let patch = |patches: Value| client.call(handle, "ApplyPatches", json!([patches]));
    let read = || client.ok(handle, "GetProperties", json!([]))["qProp"].clone();
    patch(json!([
        { "qOp": "Add", "qPath": "/list/1", "qValue": "\"x\"" },
        { "qOp": "ADD", "qPath": "/list/-", "qValue": "{\"y\":1}" },
        { "qOp": "Remove", "qPath": "/list/0" },
        { "qOp": "replace", "qPath": "/new/deep/key", "qValue": "true" },
        { "qOp": "Replace", "qPath": "/a~0b/c~1d", "qValue": "2" },
    ]));
    let patched = read();
    assert_eq!(patched["list"], json!(["x", 2, { "y": 1 }]));
    assert_eq!(patched["new"], json!({ "deep": { "key": true } }));
    assert_eq!(patched["a~b"], json!({ "c/d": 2 }));
    let good = json!({ "qOp": "Replace", "qPath": "/title", "qValue": "\"t\"" });
    for (bad, code) in [
        (json!({ "qOp": "Remove", "qPath": "/gone" }), 4),
        (json!({ "qOp": "Replace", "qPath": "/list/9", "qValue": "1" }), 4),
        (json!({ "qOp": "Replace", "qPath": "", "qValue": "{}" }), 4),
        (
            json!({ "qOp": "Replace", "qPath": "/title", "qValue": "no json" }),
            8,
        ),
        (json!({ "qOp": "Test", "qPath": "/title", "qValue": "1" }), 8),
        (
            json!({ "qOp": "Replace", "qPath": "/qInfo/qId", "qValue": "\"z\"" }),
            8,
        ),
    ] {
        assert_eq!(patch(json!([good, bad]))["error"]["code"], code, "{bad}");
        assert_eq!(read(), patched);
    }
}

fn children(client: &Client, handle: i64) -> Vec<String> {
    let infos = client.ok(handle, "GetChildInfos", json!([]))["qInfos"].clone();
    let ids = infos.as_array().unwrap().iter();
    ids.map(|info| info["qId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_tree_of_objects_is_written_and_read_whole() {
    let client = World::new().connect("ada", "t10");
    let pane =
        client.create(json!({ "qInfo": { "qId": "pane", "qType": "filterpane" }, "qChildListDef": {} }));
    let child = |id: &str| json!({ "qProperty": { "qInfo": { "qId": id, "qType": "listbox" }, "n": id }, "qChildren": [] });
    let properties = json!({ "qInfo": { "qId": "pane", "qType": "filterpane" }, "qChildListDef": {} });
    let tree = |ids: &[&str]| {
        let trees: Vec<Value> = ids.iter().map(|id| child(id)).collect();
        json!([{ "qProperty": properties, "qChildren": trees }])
    };
    client.ok(pane, "SetFullPropertyTree", tree(&["one", "two"]));
    assert_eq!(children(&client, pane), ["one", "two"]);
    let two = client.object("two");
    let reply = client.call(pane, "SetFullPropertyTree", tree(&["three", "one"]));
    assert_eq!(reply["close"], json!([two]));
    assert_eq!(children(&client, pane), ["three", "one"]);
    let read = client.ok(pane, "GetFullPropertyTree", json!([]))["qPropEntry"].clone();
    assert_eq!(read["qChildren"][1]["qProperty"]["n"], "one");
    client.ok(pane, "SetChildArrayOrder", json!([["one", "three"]]));
    assert_eq!(children(&client, pane), ["one", "three"]);
    let bad = json!([{ "qProperty": properties, "qChildren": [child("one"), { "qChildren": [] }] }]);
    assert_eq!(client.error(pane, "SetFullPropertyTree", bad).0, 8);
    assert_eq!(children(&client, pane), ["one", "three"]);
    assert_eq!(client.ok(pane, "DestroyChild", json!(["one"]))["qSuccess"], true);
    assert_eq!(client.ok(pane, "DestroyChild", json!(["one"]))["qSuccess"], false);
    client.ok(pane, "DestroyAllChildren", json!([]));
    assert_eq!(children(&client, pane), Vec::<String>::new());
}

#[test]
fn get_or_create_finds_what_is_there() {
    let client = World::new().connect("ada", "SessionApp_x");
    let properties = json!([{ "qInfo": { "qId": "pins", "qType": "pins" } }]);
    let first = client.ok(1, "GetOrCreateObject", properties.clone());
    assert_eq!(first["qNewObject"], true);
    let again = client.ok(1, "GetOrCreateObject", properties);
    assert_eq!(again["qNewObject"], false);
    assert_eq!(first["qReturn"], again["qReturn"]);
}

#[test]
fn expressions_are_evaluated_checked_and_expanded() {
    let client = World::new().connect("ada", "t10");
    assert_eq!(
        client.ok(1, "Evaluate", json!(["Sum(numbers)"])),
        json!({ "qReturn": "15" })
    );
    let value = client.ok(1, "EvaluateEx", json!(["=Sum(numbers)"]))["qValue"].clone();
    assert_eq!(value, json!({ "qText": "15", "qIsNumeric": true, "qNumber": 15 }));
    let check = client.ok(1, "CheckExpression", json!(["Sum(numbers)"]));
    assert_eq!(
        check,
        json!({ "qErrorMsg": "", "qBadFieldNames": [], "qDangerousFieldNames": [] })
    );
    let check = client.ok(1, "CheckExpression", json!(["Sum(gone)"]));
    assert_eq!(check["qBadFieldNames"], json!([{ "qFrom": 4, "qCount": 4 }]));
    assert_ne!(client.ok(1, "CheckExpression", json!(["Sum("]))["qErrorMsg"], "");
    let expanded = client.ok(1, "ExpandExpression", json!(["$(vLimit)+1"]));
    assert_eq!(expanded, json!({ "qExpandedExpression": "3+1" }));
}

#[test]
fn the_data_model_is_described() {
    let client = World::new().connect("ada", "t10");
    let layout = client.ok(1, "GetAppLayout", json!([]))["qLayout"].clone();
    assert_eq!(
        (&layout["qTitle"], &layout["qHasData"]),
        (&json!("T10"), &json!(true))
    );
    assert_eq!(layout["qLocaleInfo"]["qDateFmt"], "M/D/YYYY");
    assert_eq!(layout["qLocaleInfo"]["qCurrentYear"], 2023);
    assert_eq!(layout["qLocaleInfo"]["qCalendarStrings"]["qMonthNames"][0], "Jan");
    assert_eq!(
        client.ok(1, "GetLocaleInfo", json!([]))["qReturn"]["qDecimalSep"],
        "."
    );
    let tables = client.ok(1, "GetTablesAndKeys", json!([{}, {}, 0, true, false]));
    assert_eq!(
        tables["qk"],
        json!([{ "qKeyFields": ["numbers"], "qTables": ["numbers", "map"] }])
    );
    assert_eq!(tables["qtr"][1]["qNoOfRows"], 5);
    assert_eq!(tables["qtr"][1]["qFields"][0]["qKeyType"], "PERFECT_KEY");
    let field = client.ok(1, "GetFieldDescription", json!(["xyz"]))["qReturn"].clone();
    assert_eq!((&field["qName"], &field["qCardinal"]), (&json!("xyz"), &json!(3)));
}

#[test]
fn variables_are_made_found_and_removed() {
    let client = World::new().connect("ada", "t10");
    let properties = json!([{ "qInfo": { "qType": "variable" }, "qName": "vMine", "qDefinition": "7" }]);
    let created = client.ok(1, "CreateSessionVariable", properties.clone());
    assert_eq!(client.ok(1, "Evaluate", json!(["$(vMine) * 2"]))["qReturn"], "14");
    assert_eq!(client.error(1, "CreateSessionVariable", properties).0, 18001);
    let id = created["qInfo"]["qId"].clone();
    let found = client.ok(1, "GetVariableById", json!([id]));
    assert_eq!(found["qReturn"], created["qReturn"]);
    let handle = found["qReturn"]["qHandle"].as_i64().unwrap();
    let properties = client.ok(handle, "GetProperties", json!([]))["qProp"].clone();
    assert_eq!(
        (&properties["qName"], &properties["qDefinition"]),
        (&json!("vMine"), &json!("7"))
    );
    let patch = json!([[{ "qOp": "Replace", "qPath": "/qDefinition", "qValue": "\"8\"" }]]);
    client.ok(handle, "ApplyPatches", patch);
    assert_eq!(client.ok(handle, "GetRawContent", json!([]))["qReturn"], "8");
    assert_eq!(
        client.ok(1, "DestroySessionVariableByName", json!(["vMine"]))["qSuccess"],
        true
    );
    assert_eq!(
        client.ok(1, "DestroyVariableByName", json!(["vLimit"]))["qSuccess"],
        false,
        "it is the app's"
    );
}

#[test]
fn a_patch_cannot_nest_a_tree_without_end() {
    let client = World::new().connect("ada", "t10");
    let handle = client.create(json!({ "qInfo": { "qType": "t" } }));
    let patch = |n_segments: usize| {
        let path = "/a".repeat(n_segments);
        client.call(
            handle,
            "ApplyPatches",
            json!([[{ "qOp": "add", "qPath": path, "qValue": "1" }]]),
        )
    };
    assert_eq!(patch(64)["error"], Value::Null);
    assert_eq!(patch(65)["error"]["code"], 19);
    assert_eq!(patch(100_000)["error"]["code"], 19);
    assert!(client.ok(handle, "GetProperties", json!([]))["qProp"]["a"]["a"].is_object());
}
