use super::*;

fn golden_other() -> Value {
    json!({
        "qOtherMode": "OTHER_OFF", "qOtherCounted": {}, "qOtherLimit": {}, "qOtherLimitMode": "OTHER_GT_LIMIT",
        "qForceBadValueKeeping": true, "qApplyEvenWhenPossiblyWrongResult": true,
        "qOtherSortMode": "OTHER_SORT_DESCENDING", "qTotalMode": "TOTAL_OFF", "qReferencedExpression": {}
    })
}

#[test]
fn a_minimal_cube_is_completed_as_recorded() {
    let given = json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": {
        "qDimensions": [{ "qDef": { "qFieldDefs": ["xyz"] } }],
        "qMeasures": [{ "qDef": { "qDef": "count(numbers)" }, "qSortBy": { "qSortByFrequency": 1 } }],
        "qInitialDataFetch": [{ "qHeight": 10, "qWidth": 2 }],
    }});
    let expected = json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": {
        "qDimensions": [{
            "qDef": { "qGrouping": "N", "qFieldDefs": ["xyz"], "qFieldLabels": [], "qSortCriterias": [],
                "qNumberPresentations": [], "qActiveField": 0 },
            "qOtherTotalSpec": golden_other(), "qOtherLabel": {}, "qTotalLabel": {}, "qCalcCond": {},
            "qAttributeExpressions": [], "qAttributeDimensions": [], "qCalcCondition": { "qCond": {}, "qMsg": {} }
        }],
        "qMeasures": [{
            "qDef": { "qTags": [], "qGrouping": "N", "qDef": "count(numbers)", "qAccumulate": 0,
                "qActiveExpression": 0, "qExpressions": [] },
            "qSortBy": { "qSortByFrequency": 1, "qExpression": {} },
            "qAttributeExpressions": [], "qAttributeDimensions": [], "qCalcCond": {},
            "qCalcCondition": { "qCond": {}, "qMsg": {} }, "qTrendLines": [],
            "qMiniChartDef": { "qSortBy": { "qExpression": {} }, "qOtherTotalSpec": golden_other(),
                "qMaxNumberPoints": -1, "qAttributeExpressions": [] }
        }],
        "qInterColumnSortOrder": [],
        "qInitialDataFetch": [{ "qLeft": 0, "qTop": 0, "qWidth": 2, "qHeight": 10 }],
        "qReductionMode": "N", "qMode": "S", "qPseudoDimPos": -1, "qNoOfLeftDims": -1, "qMaxStackedCells": 5000,
        "qCalcCond": {}, "qTitle": {}, "qCalcCondition": { "qCond": {}, "qMsg": {} },
        "qColumnOrder": [], "qExpansionState": [], "qDynamicScript": []
    }});
    assert_eq!(object(&given, Empty::Omit), expected);
    assert_eq!(
        object(&expected, Empty::Omit),
        expected,
        "the normal form is its own normal form"
    );
}

#[test]
fn unknown_keys_stay_at_every_depth() {
    let given = json!({ "a": [1, { "b": null }], "qHyperCubeDef": { "x": { "y": false },
        "qDimensions": [{ "cId": "k", "qDef": { "autoSort": false, "cId": "" } }] } });
    let normal = object(&given, Empty::Omit);
    assert_eq!(normal["a"], given["a"]);
    assert_eq!(normal["qHyperCubeDef"]["x"], json!({ "y": false }));
    let dimension = &normal["qHyperCubeDef"]["qDimensions"][0];
    assert_eq!(dimension["cId"], "k");
    assert_eq!(dimension["qDef"]["autoSort"], false);
    assert_eq!(dimension["qDef"]["cId"], "");
}

#[test]
fn loose_forms_become_the_schemas_own() {
    let given = json!({ "l": { "qListObjectDef": { "qShowAlternatives": 1, "qFrequencyMode": "NX_FREQUENCY_VALUE",
        "qDef": { "qSortCriterias": [{ "qSortByState": true, "qSortByAscii": "-1", "qExpression": "Sum(x)" }] } } },
        "qHyperCubeDef": { "qMode": 2, "qSuppressZero": false, "qCalcCond": "=1=0", "qReductionMode": "d1" } });
    let normal = object(&given, Empty::Omit);
    let list = &normal["l"]["qListObjectDef"];
    assert_eq!(list["qShowAlternatives"], true);
    assert_eq!(list["qFrequencyMode"], "V");
    assert_eq!(
        list["qDef"]["qSortCriterias"][0],
        json!({ "qSortByState": 1, "qSortByAscii": -1, "qExpression": { "qv": "Sum(x)" } })
    );
    let cube = &normal["qHyperCubeDef"];
    assert_eq!(cube["qMode"], "K");
    assert_eq!(cube["qReductionMode"], "D1");
    assert_eq!(cube["qCalcCond"], json!({ "qv": "=1=0" }));
    assert_eq!(cube.get("qSuppressZero"), None);
}

#[test]
fn empty_values_are_written_when_asked_for() {
    let given = json!({ "qHyperCubeDef": {} });
    let cube = &object(&given, Empty::Keep)["qHyperCubeDef"];
    assert_eq!(cube["qSuppressZero"], false);
    assert_eq!(cube["qStateName"], "");
    assert_eq!(cube["qSortbyYValue"], 0);
}
