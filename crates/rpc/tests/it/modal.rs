use serde_json::{Value, json};

use crate::support::{World, cube, list, texts};

const LIST: &str = "/qListObjectDef";
const CUBE: &str = "/qHyperCubeDef";

fn listbox(field: &str) -> Value {
    json!({ "qInfo": { "qType": "listbox" }, "qListObjectDef": list(field) })
}

#[test]
fn another_object_may_not_be_selected_in() {
    let client = World::new().connect("ada", "t1");
    let (first, second) = (client.create(listbox("Year")), client.create(listbox("Country")));
    let field = client.field("Country");
    client.ok(first, "BeginSelections", json!([[LIST]]));
    let refused = [
        (second, "SelectListObjectValues", json!([LIST, [0], false])),
        (second, "BeginSelections", json!([[LIST]])),
        (second, "ClearSelections", json!([LIST])),
        (field, "Select", json!(["Canada"])),
        (field, "Clear", json!([])),
        (1, "ClearAll", json!([])),
        (1, "Back", json!([])),
        (1, "Forward", json!([])),
    ];
    for (handle, method, params) in refused {
        assert_eq!(client.error(handle, method, params).0, 6003, "{method}");
    }
    client.layout(second);
    client.ok(1, "AbortModal", json!([true]));
    assert_eq!(
        client.ok(second, "SelectListObjectValues", json!([LIST, [0], false]))["qSuccess"],
        true
    );
}

#[test]
fn a_modal_selection_is_one_step_or_none() {
    let client = World::new().connect("ada", "t1");
    let handle = client.create(listbox("Year"));
    let steps = || client.ok(1, "BackCount", json!([]))["qReturn"].as_u64().unwrap();
    let select = || {
        for element in 0..3 {
            client.ok(handle, "SelectListObjectValues", json!([LIST, [element], true]));
        }
    };
    client.ok(handle, "BeginSelections", json!([[LIST]]));
    select();
    client.ok(handle, "EndSelections", json!([true]));
    assert_eq!(steps(), 1);
    let before = client.layout(handle)["qListObject"].clone();
    client.ok(handle, "BeginSelections", json!([[LIST]]));
    select();
    assert_ne!(client.layout(handle)["qListObject"], before);
    client.ok(handle, "EndSelections", json!([false]));
    assert_eq!(steps(), 1);
    assert_eq!(client.layout(handle)["qListObject"], before);
    client.ok(1, "Back", json!([]));
    let counts = |layout: &Value| layout["qListObject"]["qDimensionInfo"]["qStateCounts"].clone();
    assert_eq!(counts(&client.layout(handle))["qOption"], 3);
    assert_eq!(client.ok(1, "ForwardCount", json!([]))["qReturn"], 1);
    client.ok(1, "Forward", json!([]));
    assert_eq!(counts(&client.layout(handle))["qSelected"], 3);
}

#[test]
fn the_owner_says_that_it_is_selected_in() {
    let client = World::new().connect("ada", "t1");
    let (owner, other) = (client.create(listbox("Year")), client.create(listbox("Country")));
    client.layout(owner);
    client.layout(other);
    assert_eq!(client.changed(owner, "BeginSelections", json!([[LIST]])), [owner]);
    assert_eq!(
        client.layout(owner)["qSelectionInfo"],
        json!({ "qInSelections": true })
    );
    client.ok(owner, "SelectListObjectValues", json!([LIST, [0], true]));
    let both = json!({ "qInSelections": true, "qMadeSelections": true });
    assert_eq!(client.layout(owner)["qSelectionInfo"], both);
    assert_eq!(client.layout(other)["qSelectionInfo"], json!({}));
    client.ok(owner, "ResetMadeSelections", json!([]));
    assert_eq!(
        client.layout(owner)["qSelectionInfo"],
        json!({ "qInSelections": true })
    );
    assert_eq!(client.changed(owner, "EndSelections", json!([true])), [owner]);
    assert_eq!(client.layout(owner)["qSelectionInfo"], json!({}));
}

#[test]
fn ending_what_was_not_begun_is_silent() {
    let client = World::new().connect("ada", "t1");
    let handle = client.create(listbox("Year"));
    client.layout(handle);
    for method in ["EndSelections", "ResetMadeSelections"] {
        assert_eq!(
            client.changed(handle, method, json!([true])),
            Vec::<i64>::new(),
            "{method}"
        );
    }
    client.ok(handle, "BeginSelections", json!([[LIST]]));
    client.ok(handle, "BeginSelections", json!([[LIST]]));
    client.ok(handle, "EndSelections", json!([true]));
    assert_eq!(client.ok(handle, "EndSelections", json!([true])), json!({}));
    client.ok(1, "AbortModal", json!([true]));
}

/// Tables send all selected rows again with each click, as numbers of the rows before the first click.
#[test]
fn the_owners_rows_stay_while_it_is_selected_in() {
    let client = World::new().connect("ada", "t1");
    let mut def = cube("Country", "Sum(Amount)");
    def["qInterColumnSortOrder"] = json!([1, 0]);
    def["qMeasures"][0]["qSortBy"] = json!({ "qSortByNumeric": -1 });
    let table = client.create(json!({ "qInfo": { "qType": "table" }, "qHyperCubeDef": def }));
    let other =
        client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": cube("Country", "Sum(Amount)") }));
    let before = texts(&client.layout(table)["qHyperCube"]["qDataPages"]);
    assert_eq!(before[0], ["Canada", "14"]);
    client.ok(table, "BeginSelections", json!([[CUBE]]));
    for rows in [json!([1]), json!([1, 3])] {
        assert_eq!(
            client.ok(table, "SelectHyperCubeCells", json!([CUBE, rows, [0]]))["qSuccess"],
            true
        );
    }
    let layout = client.layout(table);
    assert_eq!(texts(&layout["qHyperCube"]["qDataPages"]), before);
    let rows = layout["qHyperCube"]["qDataPages"][0]["qMatrix"]
        .as_array()
        .unwrap();
    let states: Vec<&Value> = rows.iter().map(|row| &row[0]["qState"]).collect();
    assert_eq!(states, ["A", "S", "A", "S"]);
    let page = json!([CUBE, [{ "qWidth": 2, "qHeight": 9 }]]);
    assert_eq!(
        texts(&client.ok(table, "GetHyperCubeData", page)["qDataPages"]),
        before
    );
    assert_eq!(texts(&client.layout(other)["qHyperCube"]["qDataPages"]).len(), 2);
    client.ok(table, "EndSelections", json!([true]));
    let after = texts(&client.layout(table)["qHyperCube"]["qDataPages"]);
    assert_eq!(after, [before[1].clone(), before[3].clone()]);
}

#[test]
fn the_end_of_the_owner_ends_its_selection_and_keeps_it() {
    let world = World::new();
    let client = world.connect("ada", "t1");
    let owner =
        client.create(json!({ "qInfo": { "qId": "o", "qType": "listbox" }, "qListObjectDef": list("Year") }));
    client.ok(owner, "BeginSelections", json!([[LIST]]));
    client.ok(owner, "SelectListObjectValues", json!([LIST, [0], true]));
    assert_eq!(
        client.ok(1, "DestroySessionObject", json!(["o"]))["qSuccess"],
        true
    );
    assert!(client.select("Country", &["Canada"]));
    assert_eq!(client.ok(1, "BackCount", json!([]))["qReturn"], 2);

    let other = world.connect("ada", "t1");
    let owner = other.create(listbox("Year"));
    other.ok(owner, "BeginSelections", json!([[LIST]]));
    assert_eq!(client.error(1, "ClearAll", json!([])).0, 6003);
    other.leave(1006);
    client.ok(1, "ClearAll", json!([]));
}

#[test]
fn only_the_connection_that_began_it_takes_a_modal_selection_with_it() {
    let world = World::new();
    let (first, second) = (world.connect("ada", "t1"), world.connect("ada", "t1"));
    let owner = first.create(listbox("Year"));
    first.ok(owner, "BeginSelections", json!([[LIST]]));
    second.ok(1, "AbortModal", json!([true]));
    let owner = second.create(listbox("Year"));
    second.ok(owner, "BeginSelections", json!([[LIST]]));
    first.leave(1006);
    assert_eq!(second.layout(owner)["qSelectionInfo"]["qInSelections"], true);
}
