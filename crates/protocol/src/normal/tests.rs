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

/// The shapes and the contract say the same of which members are enums.
#[test]
fn every_enum_of_a_known_structure_is_read_as_one() {
    use crate::enumeration::table::MEMBERS;
    let mut n_found = 0;
    for shape in shapes::ALL {
        for member in MEMBERS.iter().filter(|member| member.structure == shape.name) {
            let found = shape.members.iter().find(|(name, _)| *name == member.member);
            let known = match found {
                Some((_, Kind::Enum(known, _) | Kind::OptionalEnum(known))) => *known,
                _ => panic!("{}.{} is no enum", shape.name, member.member),
            };
            assert_eq!(known, member.enumeration, "{}.{}", shape.name, member.member);
            n_found += 1;
        }
    }
    assert_eq!(n_found, 18);
}

#[test]
fn every_spelling_of_an_enum_has_one_normal_form() {
    let cube = |mode: Value| json!({ "qHyperCubeDef": { "qMode": mode } });
    for mode in [
        json!("DATA_MODE_PIVOT"),
        json!("EQ_DATA_MODE_PIVOT"),
        json!("P"),
        json!(1),
        json!(1.0),
    ] {
        assert_eq!(object(&cube(mode), Empty::Omit)["qHyperCubeDef"]["qMode"], "P");
    }
    let given = json!({ "qMeasure": { "qDef": "1", "qGrouping": "NX_NONE", "qNumFormat": { "qType": "MONEY" } },
        "qDim": { "qGrouping": "GRP_NX_HIERARCHY", "qOrigin": "script" },
        "qHyperCubeDef": { "qDimensions": [{ "qOtherTotalSpec": { "qOtherMode": 1, "qOtherSortMode": "eq_other_sort_ascending" } }],
            "qMeasures": [{ "qTrendLines": [{ "qType": "Linear", "qMultiDimMode": "TRENDLINE_SUM", "qXColIx": -1 }] }] },
        "qNumberPresentation": { "qType": "TIMESTAMP" } });
    let normal = object(&given, Empty::Omit);
    assert_eq!(normal["qMeasure"]["qNumFormat"]["qType"], "M");
    assert_eq!(normal["qDim"]["qGrouping"], "H");
    assert_eq!(normal["qDim"]["qOrigin"], "SCRIPT");
    let cube = &normal["qHyperCubeDef"];
    let other = &cube["qDimensions"][0]["qOtherTotalSpec"];
    assert_eq!(other["qOtherMode"], "OTHER_COUNTED");
    assert_eq!(other["qOtherSortMode"], "OTHER_SORT_ASCENDING");
    assert_eq!(
        cube["qMeasures"][0]["qTrendLines"],
        json!([{ "qType": "LINEAR", "qMultiDimMode": "Sum", "qXColIx": -1 }])
    );
    assert_eq!(normal["qNumberPresentation"]["qType"], "TS");
}

#[test]
fn an_unknown_spelling_is_told_with_the_path_to_it() {
    let path = |given: Value| check(&given).err().map(|error| error.member);
    let wrong = |mode: Value| json!({ "layers": [{ "qHyperCubeDef": { "qMode": mode } }] });
    for mode in [json!("X"), json!(5), json!(true), json!({})] {
        assert_eq!(
            path(wrong(mode)).as_deref(),
            Some("/layers/0/qHyperCubeDef/qMode")
        );
    }
    let deep = json!({ "qListObjectDef": { "qDef": { "qNumberPresentations": [{}, { "qType": "N" }] } } });
    assert_eq!(
        path(deep).as_deref(),
        Some("/qListObjectDef/qDef/qNumberPresentations/1/qType")
    );
    let fine = json!({ "qMode": "X", "qHyperCubeDef": { "qMode": "", "mine": { "qMode": "X" } },
        "qLayoutExclude": { "qHyperCubeDef": { "qMode": "X" } } });
    assert_eq!(path(fine), None);
    assert_eq!(
        check_app(&json!({ "qUsage": "FUN" })).unwrap_err().member,
        "/qUsage"
    );
    assert_eq!(
        app(&json!({ "qUsage": "analytics", "qTitle": "t" })),
        json!({ "qUsage": "ANALYTICS", "qTitle": "t" })
    );
}
