use serde_json::{Value, json};

use super::{TABLE, completed, drawn_as, types};

fn bar(cube: &Value) -> Value {
    completed(
        &json!({ "qInfo": { "qId": "a", "qType": "barchart" }, "qHyperCubeDef": cube }),
        "barchart",
    )
}

fn columns(dimensions: usize, measures: usize) -> Value {
    json!({ "qDimensions": vec![json!({ "qDef": { "qFieldDefs": ["Region"] } }); dimensions],
        "qMeasures": vec![json!({ "qDef": { "qDef": "Sum(Amount)" } }); measures] })
}

#[test]
fn the_table_names_only_parts_that_it_has() {
    for (name, chart) in &TABLE.types {
        for part in &chart.parts {
            assert!(TABLE.parts.contains_key(part), "{name} names {part}");
        }
    }
    assert!(types().contains(&"barchart"));
}

#[test]
fn a_chart_that_says_only_what_it_shows_is_completed() {
    let chart = bar(&columns(1, 1));
    assert_eq!(chart["visualization"], "barchart");
    assert_eq!(chart["color"]["auto"], true);
    assert_eq!(chart["showTitles"], true);
    assert_eq!(
        chart.get("title"),
        None,
        "a title is made of what the chart shows"
    );
    let cube = &chart["qHyperCubeDef"];
    assert_eq!(
        cube["qInitialDataFetch"],
        json!([{ "qTop": 0, "qLeft": 0, "qWidth": 17, "qHeight": 500 }])
    );
    assert_eq!(cube["qInterColumnSortOrder"], json!([0, 1]));
    assert_eq!(cube["qSuppressMissing"], true);
    assert_eq!(
        cube["qDimensions"][0]["qDef"]["qSortCriterias"],
        json!([{ "qSortByNumeric": 1, "qSortByAscii": 1, "qSortByLoadOrder": 1 }])
    );
    assert_eq!(
        cube["qMeasures"][0]["qSortBy"],
        json!({ "qSortByNumeric": -1, "qSortByLoadOrder": 1 })
    );
}

#[test]
fn own_values_win() {
    let own = json!({ "qInfo": { "qType": "barchart" }, "visualization": "barchart", "title": "", "components": null,
        "subtitle": { "qStringExpression": "=1" }, "legend": { "show": false }, "measureAxis": { "show": "none" },
        "qHyperCubeDef": { "qDimensions": [{ "qDef": { "qSortCriterias": [] } }], "qMeasures": [{ "qSortBy": {} }],
            "qSuppressMissing": false, "qInterColumnSortOrder": [] } });
    let chart = completed(&own, "barchart");
    assert_eq!(chart["title"], "");
    assert_eq!(chart["subtitle"], own["subtitle"]);
    assert_eq!(chart["components"], json!([]), "null says nothing");
    assert_eq!(
        chart["legend"],
        json!({ "show": false, "dock": "auto", "showTitle": true })
    );
    assert_eq!(chart["measureAxis"]["show"], "none");
    assert_eq!(chart["measureAxis"]["autoMinMax"], true);
    for pointer in [
        "/qSuppressMissing",
        "/qInterColumnSortOrder",
        "/qMeasures/0/qSortBy",
    ] {
        let (has, had) = (
            chart["qHyperCubeDef"].pointer(pointer),
            own["qHyperCubeDef"].pointer(pointer),
        );
        assert_eq!(has, had, "{pointer}");
    }
    assert_eq!(
        chart["qHyperCubeDef"]["qDimensions"][0]["qDef"]["qSortCriterias"],
        json!([])
    );
}

#[test]
fn what_is_said_by_hand_is_not_automatic() {
    let own = json!({ "color": { "mode": "byDimension" }, "gridLine": {}, "measureAxis": { "max": 5 },
        "tooltip": { "auto": true, "hideBasic": true } });
    let chart = completed(&own, "barchart");
    assert_eq!(chart["color"]["auto"], false);
    assert_eq!(chart["color"]["autoMinMax"], true);
    assert_eq!(chart["gridLine"]["auto"], true);
    assert_eq!(chart["measureAxis"]["autoMinMax"], false);
    assert_eq!(chart["tooltip"]["auto"], true);
}

#[test]
fn rows_are_sorted_by_what_the_author_sorts() {
    let order = |kind: &str, cube: &Value| {
        let chart = completed(&json!({ "qHyperCubeDef": cube }), kind);
        chart["qHyperCubeDef"]["qInterColumnSortOrder"].clone()
    };
    assert_eq!(order("piechart", &columns(1, 2)), json!([1, 2, 0]));
    assert_eq!(order("piechart", &columns(2, 1)), json!([0, 1, 2]));
    assert_eq!(order("barchart", &columns(1, 1)), json!([0, 1]));
    let mut by_dimension = columns(1, 2);
    by_dimension["qDimensions"][0]["qDef"]["qSortCriterias"] = json!([{ "qSortByAscii": 1 }]);
    assert_eq!(order("piechart", &by_dimension), json!([0, 1, 2]));
    let mut by_measure = columns(1, 1);
    by_measure["qMeasures"][0]["qSortBy"] = json!({ "qSortByNumeric": 1 });
    assert_eq!(order("linechart", &by_measure), json!([1, 0]));
    assert_eq!(order("linechart", &columns(1, 1)), json!([0, 1]));
}

#[test]
fn a_definition_that_says_its_first_page_is_left_as_it_is() {
    let mut cube = columns(1, 1);
    cube["qInitialDataFetch"] = json!([]);
    assert_eq!(bar(&cube)["qHyperCubeDef"], cube);
    let list =
        json!({ "qDef": { "qFieldDefs": ["Region"] }, "qInitialDataFetch": [{ "qWidth": 1, "qHeight": 9 }] });
    assert_eq!(
        completed(&json!({ "qListObjectDef": list }), "listbox")["qListObjectDef"],
        list
    );
}

#[test]
fn what_is_read_back_is_complete() {
    let mut cube = columns(1, 1);
    cube["qSuppressMissing"] = json!(false);
    let read = crate::normal::object(&bar(&cube), crate::normal::Empty::Omit);
    assert_eq!(read["qHyperCubeDef"].get("qSuppressMissing"), None);
    assert_eq!(completed(&read, "barchart"), read);
    let list = json!({ "qListObjectDef": { "qDef": { "qFieldDefs": ["Region"] } } });
    let completed_list = completed(&list, "listbox");
    assert_eq!(completed_list["qListObjectDef"]["qShowAlternatives"], true);
    let read = crate::normal::object(&completed_list, crate::normal::Empty::Omit);
    assert_eq!(completed(&read, "listbox"), read);
}

#[test]
fn only_charts_and_sheets_have_defaults() {
    let own = json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": columns(1, 1) });
    assert_eq!(completed(&own, "t"), own);
    let extending = json!({ "qExtendsId": "b", "qHyperCubeDef": {} });
    assert_eq!(completed(&extending, "barchart"), extending);
    let unknown = json!({ "visualization": "treemap", "qHyperCubeDef": {} });
    assert_eq!(completed(&unknown, "barchart"), unknown);
    assert_eq!(completed(&json!([]), "barchart"), json!([]));
    let sheet = completed(&json!({ "rows": 6 }), "sheet");
    assert_eq!((&sheet["columns"], &sheet["rows"]), (&json!(24), &json!(6)));
}

#[test]
fn what_an_object_is_drawn_as_follows_its_type() {
    assert_eq!(drawn_as(&json!({}), "barchart"), "barchart");
    assert_eq!(drawn_as(&json!({ "visualization": "" }), "barchart"), "barchart");
    let converted = json!({ "visualization": "linechart" });
    assert_eq!(drawn_as(&converted, "barchart"), "linechart");
    assert_eq!(completed(&converted, "barchart")["lineType"], "line");
    // A chart whose type only its `visualization` names is one all the same.
    assert_eq!(completed(&converted, "chart")["lineType"], "line");
}
