//! What unmodified clients stumbled over: spellings, names, errors in definitions.

use serde_json::{Value, json};

use crate::support::{Client, World, cube, texts};

const MODE: &str = "/qHyperCubeDef/qMode";

fn client() -> Client {
    World::new().connect("ada", "t10")
}

#[expect(clippy::needless_pass_by_value, reason = "a test writes the cube in the call")]
fn chart(cube: Value) -> Value {
    json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": cube })
}

fn with(mut cube: Value, member: &str, value: Value) -> Value {
    cube[member] = value;
    cube
}

fn cube_layout(client: &Client, cube: Value) -> Value {
    let handle = client.create(chart(cube));
    client.layout(handle)["qHyperCube"].clone()
}

#[test]
fn enums_are_read_in_every_spelling_and_written_in_one() {
    let client = client();
    for mode in [
        json!("S"),
        json!("DATA_MODE_STRAIGHT"),
        json!("EQ_DATA_MODE_STRAIGHT"),
        json!(0),
    ] {
        let handle = client.create(chart(with(cube("xyz", "1"), "qMode", mode)));
        let properties = &client.ok(handle, "GetProperties", json!([]))["qProp"];
        assert_eq!(properties["qHyperCubeDef"]["qMode"], "S");
        assert_eq!(client.layout(handle)["qHyperCube"]["qMode"], "S");
    }
    let list = json!({ "qInfo": { "qType": "l" }, "qListObjectDef": { "qFrequencyMode": "EQ_NX_FREQUENCY_PERCENT",
        "qDef": { "qFieldDefs": ["xyz"], "qGrouping": "GRP_NX_NONE" },
        "qInitialDataFetch": [{ "qWidth": 1, "qHeight": 9 }] } });
    let handle = client.create(list);
    let cell = &client.layout(handle)["qListObject"]["qDataPages"][0]["qMatrix"][0][0];
    assert_eq!(cell["qFrequency"], "20.0%");
    let add = json!([[{ "qOp": 0, "qPath": "/title", "qValue": "\"t\"" }]]);
    client.ok(handle, "ApplyPatches", add);
    let remove = json!([[{ "qOp": "EQ_Remove", "qPath": "/title" }]]);
    client.ok(handle, "ApplyPatches", remove);
}

#[test]
fn an_unknown_spelling_is_refused_with_the_member_and_what_is_allowed() {
    let client = client();
    let wrong = chart(with(cube("xyz", "1"), "qMode", json!("EQ_DATA_MODE_CURVED")));
    let (code, message) = client.error(1, "CreateSessionObject", json!([wrong]));
    assert_eq!(code, 8);
    assert_eq!(
        message,
        "/qHyperCubeDef/qMode is \"EQ_DATA_MODE_CURVED\", but it may only be S (DATA_MODE_STRAIGHT), \
         P (DATA_MODE_PIVOT), K (DATA_MODE_PIVOT_STACK), T (DATA_MODE_TREE) or D (DATA_MODE_DYNAMIC)"
    );
    let handle = client.create(chart(cube("xyz", "1")));
    let patch = |soft: bool| json!([[{ "qOp": "replace", "qPath": MODE, "qValue": "9" }], soft]);
    for (method, params) in [
        ("SetProperties", json!([wrong])),
        ("ApplyPatches", patch(false)),
        ("ApplyPatches", patch(true)),
        ("SetFullPropertyTree", json!([{ "qProperty": wrong }])),
        ("CreateChild", json!([wrong])),
    ] {
        let (code, message) = client.error(handle, method, params);
        assert_eq!(code, 8, "{method}");
        assert!(message.starts_with(MODE), "{method}: {message}");
    }
    let (code, message) = client.error(
        handle,
        "ApplyPatches",
        json!([[{ "qOp": "Move", "qPath": "/a", "qValue": "1" }]]),
    );
    assert_eq!(code, 8);
    assert_eq!(
        message,
        "qOp is \"Move\", but it may only be add (Add), remove (Remove) or replace (Replace)"
    );
    let wrong = json!([{ "qInfo": { "qType": "measure" }, "qMeasure": { "qDef": "1", "qNumFormat": { "qType": "N" } } }]);
    assert!(
        client
            .error(1, "CreateMeasure", wrong)
            .1
            .starts_with("/qMeasure/qNumFormat/qType")
    );
}

/// `App.objects` come from files, which nobody refused: the layout tells.
#[test]
fn an_unknown_spelling_in_an_apps_files_is_told_in_the_layout() {
    let world = World::new();
    world.host.add_app(fanlight_rpc::App {
        objects: vec![json!({ "qProperty": { "qInfo": { "qId": "c", "qType": "t" },
            "qHyperCubeDef": with(cube("xyz", "1"), "qMode", json!("X")) } })],
        dimensions: vec![json!({ "qInfo": { "qId": "d", "qType": "dimension" },
            "qDim": { "qFieldDefs": ["xyz"], "qGrouping": "X" } })],
        ..crate::support::app("files", Vec::new())
    });
    let client = world.connect("ada", "files");
    let error = &client.layout(client.object("c"))["qHyperCube"]["qError"];
    assert_eq!(error["qErrorCode"], 7000);
    let message = error["qExtendedMessage"].as_str().unwrap();
    assert!(
        message.starts_with("/qHyperCubeDef/qMode is \"X\", but it may only be S"),
        "{message}"
    );
    let by_item = json!({ "qDimensions": [{ "qLibraryId": "d" }], "qMeasures": [] });
    let layout = cube_layout(&client, by_item);
    let message = layout["qDimensionInfo"][0]["qError"]["qExtendedMessage"]
        .as_str()
        .unwrap();
    assert!(
        message.starts_with("master dimension d: /qDim/qGrouping is \"X\""),
        "{message}"
    );
}

#[test]
fn an_order_of_sorting_that_names_no_column_is_error_7008() {
    let client = client();
    let sorted = |order: Value| {
        cube_layout(
            &client,
            with(cube("xyz", "Count(numbers)"), "qInterColumnSortOrder", order),
        )
    };
    for (order, named) in [(json!([-2]), "-2"), (json!([2]), "2"), (json!([1, 0, 7]), "7")] {
        let layout = sorted(order);
        assert_eq!(layout["qError"]["qErrorCode"], 7008);
        let message = layout["qError"]["qExtendedMessage"].as_str().unwrap();
        assert!(message.contains(&format!("column {named},")), "{message}");
        assert_eq!(layout["qSize"], json!({ "qcx": 0, "qcy": 0 }));
    }
    for order in [
        json!([]),
        json!([1, 0]),
        json!([1]),
        json!([-1, 1, 0]),
        json!([0, 1, -1]),
    ] {
        let layout = sorted(order.clone());
        assert_eq!(layout.get("qError"), None, "{order}");
        assert_eq!(layout["qSize"]["qcy"], 3);
    }
}

/// As recorded from the public suite of nebula.js, beside the error that names the field.
#[test]
fn a_calculated_dimension_of_an_unknown_field_is_one_row_of_null() {
    for client in [client(), World::new().connect("ada", "SessionApp_empty")] {
        let layout = cube_layout(&client, cube("=a", "=1"));
        assert_eq!(layout.get("qError"), None);
        assert_eq!(layout["qSize"], json!({ "qcx": 2, "qcy": 1 }));
        let info = &layout["qDimensionInfo"][0];
        assert_eq!(
            info["qError"],
            json!({ "qErrorCode": 7005, "qExtendedMessage": "there is no field a" })
        );
        assert_eq!(info["qFallbackTitle"], "=a");
        assert_eq!(info["qIsCalculated"], true);
        assert_eq!(info["qApprMaxGlyphCount"], 1);
        assert_eq!(
            info["qCardinalities"],
            json!({ "qCardinal": 0, "qHypercubeCardinal": 1, "qAllValuesCardinal": -1 })
        );
        assert_eq!(layout["qEffectiveInterColumnSortOrder"], json!([0, 1]));
        assert_eq!(layout["qGrandTotalRow"][0]["qText"], "1");
        let row = &layout["qDataPages"][0]["qMatrix"][0];
        assert_eq!(row[0]["qText"], "-");
        assert_eq!(row[0]["qIsNull"], true);
        assert_eq!(row[0]["qElemNumber"], -2);
        assert_eq!(row[1]["qText"], "1");
    }
    let client = client();
    let mut suppressed = cube("=a", "=1");
    suppressed["qDimensions"][0]["qNullSuppression"] = json!(true);
    assert_eq!(cube_layout(&client, suppressed)["qSize"]["qcy"], 0);
    let mut beside = cube("xyz", "=1");
    beside["qDimensions"]
        .as_array_mut()
        .unwrap()
        .insert(0, json!({ "qDef": { "qFieldDefs": ["=a & xyz"] } }));
    let layout = cube_layout(&client, beside);
    assert_eq!(
        layout["qSize"],
        json!({ "qcx": 2, "qcy": 3 }),
        "beside others it is left out"
    );
    assert_eq!(layout["qDimensionInfo"][0]["qError"]["qErrorCode"], 7005);
    let plain = cube_layout(&client, cube("a", "=1"));
    assert_eq!(plain["qDimensionInfo"][0]["qError"]["qErrorCode"], 7000);
}

#[test]
fn the_width_of_a_column_does_not_shrink_with_a_selection() {
    let client = World::new().connect("ada", "t11");
    let handle = client.create(chart(cube("Customer", "Amount * 1000")));
    let widths = || {
        let cube = client.layout(handle)["qHyperCube"].clone();
        let of = |info: &str| cube[info][0]["qApprMaxGlyphCount"].as_i64().unwrap();
        (
            of("qDimensionInfo"),
            of("qMeasureInfo"),
            texts(&cube["qDataPages"]).len(),
        )
    };
    assert_eq!(widths(), (1, 6, 3));
    assert!(client.select("Customer", &["B"]));
    assert_eq!(widths(), (1, 6, 1), "50000 has five digits");
    client.ok(1, "ClearAll", json!([]));
    assert_eq!(widths(), (1, 6, 3));
}

#[test]
fn a_variable_is_renamed_by_its_properties() {
    let client = client();
    let create = |name: &str, definition: &str| {
        let properties = json!([{ "qName": name, "qDefinition": definition }]);
        let created = client.ok(1, "CreateSessionVariable", properties);
        created["qReturn"]["qHandle"].as_i64().unwrap()
    };
    let (variable, other) = (create("vOld", "7"), create("vOther", "1"));
    let shown = json!({ "qInfo": { "qType": "k" }, "n": { "qValueExpression": { "qExpr": "$(vNew)" } } });
    let object = client.create(shown);
    assert_eq!(client.layout(object)["n"], "NaN");
    let by_name = |name: &str| client.ok(1, "GetVariableByName", json!([name]))["qReturn"]["qHandle"].clone();
    let set = |handle: i64, name: Value| {
        let mut properties = client.ok(handle, "GetProperties", json!([]))["qProp"].clone();
        properties["qName"] = name;
        json!([properties])
    };
    let changed = client.changed(variable, "SetProperties", set(variable, json!("vNew")));
    assert_eq!(changed, [object]);
    assert_eq!(client.layout(object)["n"], 7);
    assert_eq!(by_name("vNew"), variable);
    assert_eq!(by_name("vOld"), Value::Null);
    let (code, name) = client.error(variable, "SetProperties", set(variable, json!("vOther")));
    assert_eq!((code, name.as_str()), (18001, "vOther"));
    assert_eq!(
        client
            .error(variable, "SetProperties", set(variable, json!(" ")))
            .0,
        8
    );
    assert_eq!(
        client.error(variable, "SetProperties", set(variable, json!(5))).0,
        8
    );
    assert_eq!(by_name("vNew"), variable, "a refusal changes nothing");
    // Its own name is no collision, and a name that was given up is free.
    client.ok(variable, "SetProperties", set(variable, json!("vNew")));
    let patch = json!([[{ "qOp": "Replace", "qPath": "/qName", "qValue": "\"vOld\"" }]]);
    client.ok(other, "ApplyPatches", patch);
    assert_eq!(by_name("vOld"), other);
    assert_eq!(client.ok(other, "GetRawContent", json!([]))["qReturn"], "1");
    client.ok(other, "SetStringValue", json!(["2"]));
    assert_eq!(client.ok(1, "Evaluate", json!(["$(vOld)"]))["qReturn"], "2");
    assert_eq!(
        client.ok(1, "DestroySessionVariableByName", json!(["vOld"]))["qSuccess"],
        true
    );
}
