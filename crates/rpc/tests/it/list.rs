use serde_json::{Value, json};

use crate::support::{Client, World, list, states};

fn boxed(client: &Client, field: &str) -> i64 {
    client.create(json!({ "qInfo": { "qType": "listbox" }, "qListObjectDef": list(field) }))
}

fn pair(text: &str, state: &str) -> (String, String) {
    (text.to_owned(), state.to_owned())
}

const PATH: &str = "/qListObjectDef";

#[test]
fn a_list_shows_states_and_counts_that_sum_up() {
    let client = World::new().connect("ada", "t1");
    let year = boxed(&client, "Year");
    let country = boxed(&client, "Country");
    assert!(client.select("Year", &["2019"]));
    let layout = client.layout(year);
    assert_eq!(
        states(&layout),
        [pair("2018", "A"), pair("2019", "S"), pair("2020", "A")]
    );
    let info = &layout["qListObject"]["qDimensionInfo"];
    assert_eq!(
        (
            &info["qStateCounts"]["qSelected"],
            &info["qStateCounts"]["qAlternative"]
        ),
        (&json!(1), &json!(2))
    );
    assert_eq!(info["qCardinal"], 3);
    let counts = client.layout(country)["qListObject"]["qDimensionInfo"]["qStateCounts"].clone();
    assert_eq!((&counts["qOption"], &counts["qExcluded"]), (&json!(1), &json!(3)));
    let sum: u64 = counts
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(sum, 4);
}

#[test]
fn a_list_that_hides_alternative_values_still_counts_them() {
    let client = World::new().connect("ada", "t1");
    let mut def = list("Year");
    def["qShowAlternatives"] = json!(false);
    let handle = client.create(json!({ "qInfo": { "qType": "listbox" }, "qListObjectDef": def }));
    client.select("Year", &["2019"]);
    let layout = client.layout(handle);
    assert_eq!(states(&layout)[0], pair("2018", "X"));
    assert_eq!(
        layout["qListObject"]["qDimensionInfo"]["qStateCounts"]["qAlternative"],
        2
    );
}

#[test]
fn a_page_of_no_height_has_one_column() {
    let client = World::new().connect("ada", "t1");
    let mut def = list("Year");
    def["qInitialDataFetch"] = json!([{ "qTop": 0, "qLeft": 0, "qWidth": 9, "qHeight": 0 }]);
    let handle = client.create(json!({ "qInfo": { "qType": "listbox" }, "qListObjectDef": def }));
    let expected = json!([{ "qMatrix": [], "qTails": [],
        "qArea": { "qLeft": 0, "qTop": 0, "qWidth": 1, "qHeight": 0 } }]);
    assert_eq!(client.layout(handle)["qListObject"]["qDataPages"], expected);
    let page = json!({ "qTop": 0, "qLeft": 0, "qWidth": 1, "qHeight": 100 });
    let answer = client.ok(handle, "GetListObjectData", json!([PATH, [page, page]]));
    assert_eq!(answer["qDataPages"][0], answer["qDataPages"][1]);
    assert_eq!(answer["qDataPages"][0]["qMatrix"].as_array().unwrap().len(), 3);
}

#[test]
fn frequencies_are_texts() {
    let client = World::new().connect("ada", "t1");
    let mut def = list("Country");
    def["qFrequencyMode"] = json!("V");
    let handle = client.create(json!({ "qInfo": { "qType": "listbox" }, "qListObjectDef": def }));
    let cell = &client.layout(handle)["qListObject"]["qDataPages"][0]["qMatrix"][0][0];
    assert_eq!(
        (&cell["qText"], &cell["qFrequency"]),
        (&json!("Canada"), &json!("2"))
    );
}

#[test]
fn a_search_finds_is_accepted_and_is_over() {
    let client = World::new().connect("ada", "t1");
    let handle = boxed(&client, "Country");
    client.layout(handle);
    let reply = client.call(handle, "SearchListObjectFor", json!([PATH, "c*"]));
    assert_eq!(reply["result"]["qSuccess"], true);
    assert_eq!(reply["change"], json!([handle]));
    let found = client.layout(handle);
    assert_eq!(states(&found), [pair("Canada", "O"), pair("Czech Republic", "O")]);
    assert_eq!(found["qListObject"]["qSize"]["qcy"], 2);
    assert_eq!(
        client.ok(handle, "AcceptListObjectSearch", json!([PATH, false])),
        json!({})
    );
    let after = client.layout(handle);
    assert_eq!(
        states(&after),
        [
            pair("Canada", "S"),
            pair("Germany", "A"),
            pair("France", "A"),
            pair("Czech Republic", "S")
        ]
    );
}

#[test]
fn an_aborted_search_shows_all_values_again_and_may_be_aborted_again() {
    let client = World::new().connect("ada", "t1");
    let handle = boxed(&client, "Country");
    client.ok(handle, "SearchListObjectFor", json!([PATH, "f"]));
    assert_eq!(states(&client.layout(handle)), [pair("France", "O")]);
    assert_eq!(
        client.changed(handle, "AbortListObjectSearch", json!([PATH])),
        [handle]
    );
    assert_eq!(states(&client.layout(handle)).len(), 4);
    for _ in 0..2 {
        assert_eq!(
            client.changed(handle, "AbortListObjectSearch", json!([PATH])),
            Vec::<i64>::new()
        );
    }
    client.ok(handle, "SearchListObjectFor", json!([PATH, "f"]));
    client.ok(handle, "SearchListObjectFor", json!([PATH, ""]));
    assert_eq!(states(&client.layout(handle)).len(), 4);
}

#[test]
fn groups_of_values_are_selected_among_the_hits_of_a_search() {
    let client = World::new().connect("ada", "t1");
    let handle = boxed(&client, "Country");
    let select = |method: &str| {
        client.ok(handle, method, json!([PATH]))["qSuccess"]
            .as_bool()
            .unwrap()
    };
    client.select("Country", &["Canada"]);
    assert!(select("SelectListObjectAlternative"));
    assert_eq!(states(&client.layout(handle))[0], pair("Canada", "A"));
    assert!(select("SelectListObjectExcluded"));
    assert_eq!(states(&client.layout(handle))[1], pair("Germany", "A"));
    client.ok(1, "ClearAll", json!([]));
    assert!(!select("SelectListObjectExcluded"), "nothing is excluded");
    client.ok(handle, "SearchListObjectFor", json!([PATH, "germ*"]));
    assert!(select("SelectListObjectAll"));
    client.ok(handle, "AbortListObjectSearch", json!([PATH]));
    assert_eq!(states(&client.layout(handle))[1], pair("Germany", "S"));
    assert!(select("SelectListObjectPossible"));
}

#[test]
fn values_are_toggled_cleared_and_locked_in_a_list() {
    let client = World::new().connect("ada", "t1");
    let handle = boxed(&client, "Year");
    let select = |values: Value, toggle: bool| {
        let params = json!([PATH, values, toggle]);
        client.ok(handle, "SelectListObjectValues", params)["qSuccess"]
            .as_bool()
            .unwrap()
    };
    let selected = || client.layout(handle)["qListObject"]["qDimensionInfo"]["qStateCounts"].clone();
    assert!(select(json!([0]), true));
    assert!(select(json!([1]), true));
    assert_eq!(selected()["qSelected"], 2);
    client.ok(handle, "Lock", json!([PATH]));
    assert_eq!(selected()["qLocked"], 2);
    assert_eq!(
        client.layout(handle)["qListObject"]["qDimensionInfo"]["qLocked"],
        true
    );
    assert!(!select(json!([2]), false), "a locked field refuses");
    client.ok(handle, "ClearSelections", json!([PATH]));
    assert_eq!(selected()["qLocked"], 2);
    client.ok(handle, "Unlock", json!([PATH]));
    client.ok(handle, "ClearSelections", json!([PATH]));
    assert_eq!(selected()["qOption"], 3);
    let ranges = json!([{ "qMin": 2019, "qMax": 2020, "qMinInclEq": true, "qMaxInclEq": true }]);
    let result = client.ok(handle, "SelectListObjectContinuousRange", json!([PATH, ranges]));
    assert_eq!(result["qSuccess"], true);
    assert_eq!(selected()["qSelected"], 2);
}

#[test]
fn fields_are_selected_by_number_text_pattern_and_group() {
    let client = World::new().connect("ada", "t1");
    let year = client.field("Year");
    let country = client.field("Country");
    let list = boxed(&client, "Country");
    let yes = |handle: i64, method: &str, params: Value| client.ok(handle, method, params)["qReturn"] == true;
    assert_eq!(client.ok(year, "GetCardinal", json!([]))["qReturn"], 3);
    let values = json!([{ "qIsNumeric": true, "qNumber": 2018 }, { "qText": "2019" }]);
    assert!(yes(year, "SelectValues", json!([values])));
    assert!(
        !yes(year, "SelectValues", json!([[{ "qText": "1999" }]])),
        "no such value"
    );
    assert!(yes(year, "Clear", json!([])));
    assert!(yes(country, "Select", json!(["*a*"])));
    assert_eq!(
        client.layout(list)["qListObject"]["qDimensionInfo"]["qStateCounts"]["qSelected"],
        3
    );
    assert!(!yes(country, "Select", json!(["zz*"])));
    assert!(yes(country, "ToggleSelect", json!(["Can*"])));
    assert!(yes(country, "LowLevelSelect", json!([[3], false])));
    assert!(yes(country, "SelectExcluded", json!([])));
    assert!(yes(country, "SelectAlternative", json!([])));
    assert!(yes(country, "SelectPossible", json!([])));
    assert!(yes(country, "SelectAll", json!([])));
    assert!(yes(country, "Lock", json!([])));
    assert!(!yes(country, "Clear", json!([])));
    assert!(yes(country, "Unlock", json!([])));
    assert!(yes(year, "ClearAllButThis", json!([])));
    assert_eq!(
        client.layout(list)["qListObject"]["qDimensionInfo"]["qStateCounts"]["qOption"],
        4
    );
}

#[test]
fn the_selection_object_lists_what_is_selected() {
    let client = World::new().connect("ada", "t1");
    let handle = client.create(json!({ "qInfo": { "qType": "current-selections" },
        "qSelectionObjectDef": { "qStateName": "$" }, "alternateStates": [] }));
    client.select("Country", &["Canada", "Czech Republic"]);
    let object = &client.layout(handle)["qSelectionObject"];
    assert_eq!(
        (&object["qBackCount"], &object["qForwardCount"]),
        (&json!(1), &json!(0))
    );
    let item = &object["qSelections"][0];
    assert_eq!(item["qField"], "Country");
    assert_eq!(item["qSelected"], "Canada, Czech Republic");
    assert_eq!((&item["qTotal"], &item["qSelectedCount"]), (&json!(4), &json!(2)));
    let expected = json!({ "qName": "Canada", "qFieldSelectionMode": "NORMAL" });
    assert_eq!(item["qSelectedFieldSelectionInfo"][0], expected);
    assert_eq!(item.get("qLocked"), None);
    client.ok(1, "LockAll", json!([]));
    assert_eq!(
        client.layout(handle)["qSelectionObject"]["qSelections"][0]["qLocked"],
        true
    );
    client.ok(1, "UnlockAll", json!([]));
    client.ok(1, "ClearAll", json!([]));
    assert_eq!(
        client.layout(handle)["qSelectionObject"]["qSelections"],
        json!([])
    );
}

#[test]
fn a_selection_object_per_alternate_state_may_sit_anywhere() {
    let client = World::new().connect("ada", "t1");
    client.ok(1, "AddSessionAlternateState", json!(["Other"]));
    let field = client.ok(1, "GetField", json!(["Country", "Other"]))["qReturn"]["qHandle"]
        .as_i64()
        .unwrap();
    client.ok(field, "SelectValues", json!([[{ "qText": "France" }]]));
    let handle = client.create(json!({ "qInfo": { "qType": "x" }, "qSelectionObjectDef": {},
        "alternateStates": [{ "stateName": "Other", "qSelectionObjectDef": { "qStateName": "Other" } }] }));
    let layout = client.layout(handle);
    assert_eq!(layout["qSelectionObject"]["qSelections"], json!([]));
    let other = &layout["alternateStates"][0]["qSelectionObject"];
    assert_eq!(other["qStateName"], "Other");
    assert_eq!(other["qSelections"][0]["qSelected"], "France");
    assert_eq!(
        client.ok(1, "RemoveSessionAlternateState", json!(["Other"]))["qSuccess"],
        true
    );
    assert_eq!(
        client.ok(1, "RemoveSessionAlternateState", json!(["Other"]))["qSuccess"],
        false
    );
}

#[test]
fn what_a_search_found_is_marked() {
    let client = World::new().connect("ada", "t1");
    let handle = boxed(&client, "Country");
    client.ok(handle, "SearchListObjectFor", json!([PATH, "rep"]));
    let cell = client.layout(handle)["qListObject"]["qDataPages"][0]["qMatrix"][0][0].clone();
    assert_eq!(cell["qText"], "Czech Republic");
    let expected = json!({ "qRanges": [{ "qCharPos": 6, "qCharCount": 3 }] });
    assert_eq!(cell["qHighlightRanges"], expected);
}
