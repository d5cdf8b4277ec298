use serde_json::{Value, json};

use crate::support::{World, cube, texts};

fn golden() -> Value {
    json!({
        "qSize": { "qcx": 2, "qcy": 3 },
        "qDimensionInfo": [{
            "qFallbackTitle": "xyz", "qApprMaxGlyphCount": 1, "qCardinal": 3, "qSortIndicator": "N",
            "qGroupFallbackTitles": ["xyz"], "qGroupPos": 0,
            "qStateCounts": { "qLocked": 0, "qSelected": 0, "qOption": 3, "qDeselected": 0, "qAlternative": 0,
                "qExcluded": 0, "qSelectedExcluded": 0, "qLockedExcluded": 0 },
            "qTags": ["$ascii", "$text"], "qDimensionType": "D", "qGrouping": "N",
            "qNumFormat": { "qType": "U", "qnDec": 0, "qUseThou": 0 }, "qIsAutoFormat": true,
            "qGroupFieldDefs": ["xyz"], "qMin": "NaN", "qMax": "NaN", "qAttrExprInfo": [], "qAttrDimInfo": [],
            "qCardinalities": { "qCardinal": 3, "qHypercubeCardinal": 3, "qAllValuesCardinal": -1 }
        }],
        "qMeasureInfo": [{
            "qFallbackTitle": "count(numbers)", "qApprMaxGlyphCount": 1, "qCardinal": 0, "qSortIndicator": "A",
            "qNumFormat": { "qType": "I", "qnDec": 0, "qUseThou": 1, "qFmt": "###0", "qDec": "." },
            "qMin": 1, "qMax": 3, "qIsAutoFormat": true, "qAttrExprInfo": [], "qAttrDimInfo": [], "qTrendLines": []
        }],
        "qEffectiveInterColumnSortOrder": [0, 1],
        "qGrandTotalRow": [{ "qText": "5", "qNum": 5, "qElemNumber": -1, "qState": "X", "qIsTotalCell": true }],
        "qDataPages": [{
            "qMatrix": [
                [{ "qText": "x", "qNum": "NaN", "qElemNumber": 0, "qState": "O" },
                 { "qText": "1", "qNum": 1, "qElemNumber": 0, "qState": "L" }],
                [{ "qText": "y", "qNum": "NaN", "qElemNumber": 1, "qState": "O" },
                 { "qText": "3", "qNum": 3, "qElemNumber": 0, "qState": "L" }],
                [{ "qText": "z", "qNum": "NaN", "qElemNumber": 2, "qState": "O" },
                 { "qText": "1", "qNum": 1, "qElemNumber": 0, "qState": "L" }]
            ],
            "qTails": [{ "qUp": 0, "qDown": 0 }],
            "qArea": { "qLeft": 0, "qTop": 0, "qWidth": 2, "qHeight": 3 }
        }],
        "qPivotDataPages": [], "qStackedDataPages": [], "qMode": "S", "qNoOfLeftDims": -1,
        "qTreeNodesOnDim": [], "qColumnOrder": []
    })
}

#[test]
fn a_cube_has_the_recorded_layout() {
    let client = World::new().connect("ada", "t10");
    let handle = client.create(json!({
        "qInfo": { "qType": "t" },
        "qHyperCubeDef": {
            "qDimensions": [{ "qDef": { "qFieldDefs": ["xyz"] } }],
            "qMeasures": [{ "qDef": { "qDef": "count(numbers)" }, "qSortBy": { "qSortByNumeric": 1 } }],
            "qInitialDataFetch": [{ "qHeight": 10, "qWidth": 2 }],
        }
    }));
    let layout = client.layout(handle);
    assert_eq!(layout["qInfo"]["qType"], "t");
    assert_eq!(layout["qSelectionInfo"], json!({}));
    let cube = layout["qHyperCube"].as_object().unwrap();
    for (key, expected) in golden().as_object().unwrap() {
        assert_eq!(&cube[key], expected, "{key}");
    }
    assert_eq!(cube.len(), golden().as_object().unwrap().len());
}

#[test]
fn what_the_author_adds_to_columns_and_cube_is_carried_on() {
    let client = World::new().connect("ada", "t10");
    let handle = client.create(json!({
        "qInfo": { "qType": "t" },
        "color": { "auto": true },
        "layers": [{ "qHyperCubeDef": {
            "qDimensions": [{ "qDef": { "qFieldDefs": ["xyz"], "cId": "d", "autoSort": false, "qReverseSort": true } }],
            "qMeasures": [{ "qLibraryId": "m-count", "qDef": { "cId": "m", "coloring": { "gradient": null } } }],
            "mine": 1
        } }]
    }));
    let layout = client.layout(handle);
    assert_eq!(layout["color"], json!({ "auto": true }));
    let cube = &layout["layers"][0]["qHyperCube"];
    assert_eq!(cube["mine"], 1);
    let dimension = &cube["qDimensionInfo"][0];
    assert_eq!(
        (&dimension["cId"], &dimension["autoSort"]),
        (&json!("d"), &json!(false))
    );
    assert_eq!(dimension["qReverseSort"], true);
    let measure = &cube["qMeasureInfo"][0];
    assert_eq!(measure["cId"], "m");
    assert_eq!(measure["coloring"], json!({ "gradient": null }));
    assert_eq!(measure["qLibraryId"], "m-count");
    assert_eq!(measure["qFallbackTitle"], "How many");
}

#[test]
fn a_false_condition_leaves_the_cube_or_the_column_out() {
    let client = World::new().connect("ada", "t10");
    let mut def = cube("xyz", "Count(numbers)");
    def["qCalcCondition"] = json!({ "qCond": { "qv": "=1=0" }, "qMsg": { "qv": "='pick ' & 'one'" } });
    let handle = client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": def }));
    let layout = &client.layout(handle)["qHyperCube"];
    assert_eq!(layout["qError"]["qErrorCode"], 7005);
    assert_eq!(layout["qCalcCondMsg"], "pick one");
    assert_eq!(layout["qSize"], json!({ "qcx": 0, "qcy": 0 }));
    let page = json!(["/qHyperCubeDef", [{ "qWidth": 1, "qHeight": 1 }]]);
    assert_eq!(client.error(handle, "GetHyperCubeData", page).0, 7005);

    let mut def = cube("xyz", "Count(numbers)");
    def["qMeasures"] = json!([
        { "qDef": { "qDef": "Count(numbers)" }, "qCalcCondition": { "qCond": { "qv": "=1=0" } } },
        { "qDef": { "qDef": "Sum(numbers)" } }
    ]);
    let handle = client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": def }));
    let layout = &client.layout(handle)["qHyperCube"];
    assert_eq!(layout["qSize"]["qcx"], 2);
    assert_eq!(layout["qMeasureInfo"].as_array().unwrap().len(), 2);
    assert_eq!(layout["qMeasureInfo"][0]["qError"]["qErrorCode"], 7005);
    assert_eq!(layout["qGrandTotalRow"].as_array().unwrap().len(), 1);
    assert_eq!(texts(&layout["qDataPages"])[1], ["y", "9"]);
}

#[test]
fn mistakes_in_definitions_are_data() {
    let client = World::new().connect("ada", "t10");
    let code_of = |def: Value, pointer: &str| {
        let handle = client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": def }));
        client
            .layout(handle)
            .pointer(pointer)
            .cloned()
            .unwrap_or_default()
    };
    let dimension = "/qHyperCube/qDimensionInfo/0/qError/qErrorCode";
    let measure = "/qHyperCube/qMeasureInfo/0/qError/qErrorCode";
    assert_eq!(code_of(cube("no such field", "Count(numbers)"), dimension), 7000);
    assert_eq!(code_of(cube("xyz", "Sum("), measure), 7000);
    let library =
        json!({ "qDimensions": [{ "qLibraryId": "gone" }], "qMeasures": [{ "qLibraryId": "gone" }] });
    assert_eq!(code_of(library.clone(), dimension), 7001);
    assert_eq!(code_of(library, measure), 7001);
    let relative = json!({ "qMeasures": [{ "qDef": { "qDef": "Sum(numbers)", "qRelative": true } }] });
    assert_eq!(code_of(relative, measure), 7000);
    let wrong = json!({ "qDimensions": "xyz" });
    assert_eq!(code_of(wrong, "/qHyperCube/qError/qErrorCode"), 7000);
    let stacked = json!({ "qMode": "K", "qDimensions": [{ "qDef": { "qFieldDefs": ["xyz"] } },
        { "qDef": { "qFieldDefs": ["numbers"] } }], "qMeasures": [{ "qDef": { "qDef": "Sum(numbers)" } }] });
    assert_eq!(code_of(stacked.clone(), "/qHyperCube/qError/qErrorCode"), 7000);
    let message = code_of(stacked, "/qHyperCube/qError/qExtendedMessage");
    assert!(message.as_str().unwrap().contains("stacked"), "{message}");
}

#[test]
fn an_empty_cube_and_one_without_dimensions_are_legal() {
    let client = World::new().connect("ada", "t10");
    let handle = client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": {} }));
    assert_eq!(client.layout(handle)["qHyperCube"]["qMode"], "S");
    let kpi = json!({ "qMeasures": [{ "qDef": { "qDef": "Sum(numbers)" } }],
        "qInitialDataFetch": [{ "qWidth": 500, "qHeight": 10 }] });
    let handle = client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": kpi }));
    assert_eq!(
        texts(&client.layout(handle)["qHyperCube"]["qDataPages"]),
        [["15"]]
    );
}

#[test]
fn pages_are_clipped_and_may_overlap() {
    let client = World::new().connect("ada", "t10");
    let handle =
        client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": cube("xyz", "Count(numbers)") }));
    let pages = json!([{ "qTop": 1, "qLeft": 0, "qWidth": 9, "qHeight": 9 }, { "qTop": 2, "qLeft": 1, "qWidth": 1, "qHeight": 1 },
        { "qTop": 7, "qLeft": -3, "qWidth": 2, "qHeight": 2 }]);
    let answer = client.ok(handle, "GetHyperCubeData", json!(["/qHyperCubeDef", pages]));
    let pages = &answer["qDataPages"];
    assert_eq!(
        pages[0]["qArea"],
        json!({ "qLeft": 0, "qTop": 1, "qWidth": 2, "qHeight": 2 })
    );
    assert_eq!(texts(pages), [["y", "3"], ["z", "1"]]);
    assert_eq!(pages[1]["qMatrix"][0][0]["qText"], "1");
    assert_eq!(pages[2]["qMatrix"], json!([]));
}

#[test]
fn the_reduced_form_of_a_small_cube_is_the_cube() {
    let client = World::new().connect("ada", "t10");
    let handle =
        client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": cube("xyz", "Count(numbers)") }));
    let page = json!([{ "qTop": 0, "qLeft": 0, "qWidth": 20, "qHeight": 2000 }]);
    let params = json!(["/qHyperCubeDef", page, -1, "D1"]);
    let answer = client.ok(handle, "GetHyperCubeReducedData", params);
    assert_eq!(answer["qDataPages"][0]["qIsReduced"], true);
    assert_eq!(texts(&answer["qDataPages"]).len(), 3);
}

#[test]
fn columns_come_in_the_order_asked_for() {
    let client = World::new().connect("ada", "t10");
    let mut def = cube("xyz", "Count(numbers)");
    def["qColumnOrder"] = json!([1, 0]);
    let handle = client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": def }));
    let layout = &client.layout(handle)["qHyperCube"];
    assert_eq!(texts(&layout["qDataPages"])[1], ["3", "y"]);
    assert_eq!(layout["qColumnOrder"], json!([1, 0]));
}

#[test]
fn attribute_expressions_colour_cells() {
    let client = World::new().connect("ada", "t10");
    let mut def = cube("xyz", "Count(numbers)");
    def["qDimensions"][0]["qAttributeExpressions"] = json!([{ "qExpression": "If(Count(numbers) > 1, '#cc0044', '#00cc44')", "qAttribute": true, "id": "colorByExpression" }]);
    let handle = client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": def }));
    let layout = &client.layout(handle)["qHyperCube"];
    assert_eq!(
        layout["qDimensionInfo"][0]["qAttrExprInfo"][0]["id"],
        "colorByExpression"
    );
    let cell = &layout["qDataPages"][0]["qMatrix"][1][0];
    assert_eq!(
        cell["qAttrExps"],
        json!({ "qValues": [{ "qText": "#cc0044", "qNum": "NaN" }] })
    );
}

#[test]
fn records_without_a_value_make_a_null_row() {
    let client = World::new().connect("ada", "t11");
    let handle =
        client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": cube("Product", "Sum(Amount)") }));
    let layout = &client.layout(handle)["qHyperCube"];
    let rows = layout["qDataPages"][0]["qMatrix"].as_array().unwrap();
    let null = rows
        .iter()
        .map(|row| &row[0])
        .find(|cell| cell["qElemNumber"] == -2)
        .unwrap();
    let expected = json!({ "qText": "-", "qNum": "NaN", "qElemNumber": -2, "qState": "L", "qIsNull": true });
    assert_eq!(*null, expected);
}

#[test]
fn selecting_by_value_row_and_range() {
    let client = World::new().connect("ada", "t10");
    let handle =
        client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": cube("xyz", "Count(numbers)") }));
    let path = "/qHyperCubeDef";
    let selected = |method: &str, params: Value| {
        let result = client.ok(handle, method, params);
        let states = client.layout(handle)["qHyperCube"]["qDimensionInfo"][0]["qStateCounts"].clone();
        client.ok(1, "ClearAll", json!([]));
        (
            result["qSuccess"].as_bool().unwrap(),
            states["qSelected"].as_u64().unwrap(),
        )
    };
    assert_eq!(
        selected("SelectHyperCubeValues", json!([path, 0, [1, 2], false])),
        (true, 2)
    );
    assert_eq!(
        selected("SelectHyperCubeValues", json!([path, 0, [-2], false])),
        (false, 0)
    );
    assert_eq!(
        selected("SelectHyperCubeValues", json!([path, 7, [0], false])),
        (false, 0)
    );
    assert_eq!(
        selected("SelectHyperCubeCells", json!([path, [2], [0]])),
        (true, 1)
    );
    assert_eq!(selected("SelectHyperCubeCells", json!([path, [], []])), (true, 3));
    assert_eq!(
        selected("SelectHyperCubeCells", json!([path, [99], [0], false])),
        (false, 0)
    );
    let range = json!({ "qMeasureIx": 0, "qRange": { "qMin": 2, "qMax": 3, "qMinInclEq": true, "qMaxInclEq": true } });
    assert_eq!(
        selected("RangeSelectHyperCubeValues", json!([path, [range], [], true])),
        (true, 1)
    );
    assert_eq!(
        selected(
            "MultiRangeSelectHyperCubeValues",
            json!([path, [{ "qRanges": [range] }], true])
        ),
        (true, 1)
    );

    let numbers =
        client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": cube("numbers", "Count(xyz)") }));
    let range = json!([{ "qDimIx": 0, "qRange": { "qMin": 2, "qMax": 4, "qMinInclEq": true } }]);
    let result = client.ok(numbers, "SelectHyperCubeContinuousRange", json!([path, range]));
    assert_eq!(result["qSuccess"], true);
    let counts = &client.layout(numbers)["qHyperCube"]["qDimensionInfo"][0]["qStateCounts"];
    assert_eq!(
        (&counts["qSelected"], &counts["qAlternative"]),
        (&json!(2), &json!(3))
    );
}

#[test]
fn a_soft_patch_sorts_a_table_for_this_session_only() {
    let world = World::new();
    let client = world.connect("ada", "t10");
    let handle = client.object("chart-1");
    let before = client.ok(handle, "GetProperties", json!([]));
    let patches =
        json!([{ "qOp": "Replace", "qPath": "/qHyperCubeDef/qInterColumnSortOrder", "qValue": "[1,0]" }]);
    client.ok(handle, "ApplyPatches", json!([patches, true]));
    assert_eq!(client.ok(handle, "GetProperties", json!([])), before);
    let effective = client.ok(handle, "GetEffectiveProperties", json!([]));
    assert_eq!(
        effective["qProp"]["qHyperCubeDef"]["qInterColumnSortOrder"],
        json!([1, 0])
    );
    let layout = client.layout(handle);
    assert_eq!(layout["qHasSoftPatches"], true);
    assert_eq!(
        layout["qHyperCube"]["qEffectiveInterColumnSortOrder"],
        json!([1, 0])
    );

    let other = world.connect("eve", "t10");
    assert_eq!(other.layout(other.object("chart-1")).get("qHasSoftPatches"), None);

    client.ok(handle, "ClearSoftPatches", json!([]));
    let layout = client.layout(handle);
    assert_eq!(layout.get("qHasSoftPatches"), None);
    assert_eq!(
        layout["qHyperCube"]["qEffectiveInterColumnSortOrder"],
        json!([0, 1])
    );
}
