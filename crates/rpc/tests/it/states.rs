//! Whom a selection is told: the app always, and of the objects those whose layout follows the state.

use serde_json::{Value, json};

use crate::support::{Client, World, cube, handles, list};

/// A client with the alternate states `B` and `C`.
fn client() -> Client {
    let client = World::new().connect("ada", "t10");
    for state in ["B", "C"] {
        client.ok(1, "AddSessionAlternateState", json!([state]));
    }
    client
}

fn chart(state: &str, measure: &str) -> Value {
    let mut cube = cube("xyz", measure);
    cube["qStateName"] = json!(state);
    json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": cube })
}

fn select(client: &Client, state: &str) -> Vec<i64> {
    let found = client.ok(1, "GetField", json!(["xyz", state]));
    let handle = found["qReturn"]["qHandle"].as_i64().unwrap();
    let changed = client.changed(handle, "SelectValues", json!([[{ "qText": "y" }]]));
    client.ok(handle, "Clear", json!([]));
    changed
}

/// The states whose selections the object is told of.
#[track_caller]
fn check(client: &Client, properties: Value, follows: &[&str]) {
    let shown = properties.to_string();
    let handle = client.create(properties);
    let told: Vec<&str> = ["$", "B", "C"]
        .into_iter()
        .filter(|state| {
            client.layout(handle);
            let changed = select(client, state);
            assert!(changed.contains(&1), "the app is told of {state}");
            changed.contains(&handle)
        })
        .collect();
    assert_eq!(told, follows, "{shown}");
    client.ok(
        1,
        "DestroySessionObject",
        json!([client.ok(handle, "GetInfo", json!([]))["qInfo"]["qId"]]),
    );
}

#[test]
fn an_object_is_told_of_its_own_state_and_those_it_names() {
    let client = client();
    check(&client, chart("", "Count(numbers)"), &["$"]);
    check(&client, chart("B", "Count(numbers)"), &["B"]);
    check(&client, chart("B", "Count({$} numbers)"), &["$", "B"]);
    check(&client, chart("B", "Count({$<xyz={x}>} numbers)"), &["$", "B"]);
    check(&client, chart("B", "Count({1} numbers)"), &["B"]);
    check(&client, chart("B", "Count({[$]} numbers)"), &["$", "B"]);
    check(
        &client,
        chart("", "Count({B} numbers) / Count({1} numbers)"),
        &["$", "B"],
    );
    check(&client, chart("C", "Count({<xyz=B::xyz>} numbers)"), &["B", "C"]);
    check(&client, chart("B", "Count({$1} numbers)"), &["$", "B", "C"]);
    let mut context = chart("C", "Count(numbers)");
    context["qHyperCubeDef"]["qContextSetExpression"] = json!("B");
    check(&client, context, &["B", "C"]);
    let mut condition = chart("C", "Count(numbers)");
    condition["qHyperCubeDef"]["qCalcCondition"] = json!({ "qCond": { "qv": "Count({B} numbers) > 0" } });
    check(&client, condition, &["B", "C"]);
    let mut format = chart("B", "Count(numbers)");
    format["qHyperCubeDef"]["qMeasures"][0]["qDef"]["qNumFormat"] =
        json!({ "qType": "M", "qFmt": "$ #,##0" });
    check(&client, format, &["B"]);
}

#[test]
fn lists_texts_and_inherited_states_are_told_apart_too() {
    let client = client();
    let mut own = list("xyz");
    own["qStateName"] = json!("B");
    check(
        &client,
        json!({ "qInfo": { "qType": "l" }, "qListObjectDef": own }),
        &["B"],
    );
    let of_object =
        json!({ "qInfo": { "qType": "t" }, "qStateName": "C", "qHyperCubeDef": cube("xyz", "1") });
    check(&client, of_object, &["C"]);
    let title = json!({ "qInfo": { "qType": "k" }, "qStateName": "B",
        "title": { "qStringExpression": { "qExpr": "='n ' & Count({C} numbers)" } } });
    check(&client, title, &["B", "C"]);
    let selections = json!({ "qInfo": { "qType": "s" }, "qSelectionObjectDef": { "qStateName": "B" } });
    check(&client, selections, &["$", "B", "C"]);
    check(
        &client,
        json!({ "qInfo": { "qType": "p" }, "title": "nothing calculated" }),
        &[],
    );
}

#[test]
fn what_variables_and_master_items_name_is_followed() {
    let client = client();
    let variable = |name: &str, definition: &str| {
        client.ok(
            1,
            "CreateSessionVariable",
            json!([{ "qName": name, "qDefinition": definition }]),
        );
    };
    variable("vSet", "{C}");
    variable("vPlain", "3");
    client.ok(
        1,
        "CreateMeasure",
        json!([{ "qInfo": { "qId": "m", "qType": "measure" },
        "qMeasure": { "qDef": "Count($(vSet) numbers)" }, "qMetaDef": { "title": "Of C" } }]),
    );
    check(&client, chart("B", "Count($(vSet) numbers)"), &["B", "C"]);
    check(&client, chart("B", "Count(numbers) * $(vPlain)"), &["B"]);
    check(&client, chart("B", "[Of C] + 1"), &["B", "C"]);
    let mut by_item = chart("B", "");
    by_item["qHyperCubeDef"]["qMeasures"] = json!([{ "qLibraryId": "m" }]);
    check(&client, by_item, &["B", "C"]);
}

#[test]
fn a_variable_is_told_of_selections_only_where_it_is_calculated() {
    let client = client();
    let create = |name: &str, definition: &str| {
        let created = client.ok(
            1,
            "CreateSessionVariable",
            json!([{ "qName": name, "qDefinition": definition }]),
        );
        let handle = created["qReturn"]["qHandle"].as_i64().unwrap();
        client.layout(handle);
        handle
    };
    let (constant, calculated) = (
        create("vConstant", "5"),
        create("vCalculated", "=Count({B} numbers)"),
    );
    client.layout(constant);
    client.layout(calculated);
    assert_eq!(select(&client, "C"), [1]);
    assert_eq!(select(&client, "B"), [1, calculated]);
    let changed = client.changed(constant, "SetStringValue", json!(["6"]));
    assert!(changed.contains(&constant));
}

/// Recordings of a real engine have `"change":[1,2]` after a selection.
#[test]
fn the_app_is_told_of_everything_that_changes_selections() {
    let world = World::new();
    let client = world.connect("ada", "t10");
    let window = world.connect("ada", "t10");
    let handle = client.create(json!({ "qInfo": { "qType": "l" }, "qListObjectDef": list("xyz") }));
    let field = client.field("xyz");
    let path = "/qListObjectDef";
    let calls: &[(i64, &str, Value)] = &[
        (field, "SelectValues", json!([[{ "qText": "y" }]])),
        (field, "Lock", json!([])),
        (field, "Unlock", json!([])),
        (1, "LockAll", json!([])),
        (1, "UnlockAll", json!([])),
        (field, "SelectAll", json!([])),
        (1, "Back", json!([])),
        (1, "Forward", json!([])),
        (field, "Clear", json!([])),
        (field, "Select", json!(["x"])),
        (field, "ToggleSelect", json!(["z"])),
        (field, "SelectExcluded", json!([])),
        (field, "LowLevelSelect", json!([[0], false])),
        (1, "ClearAll", json!([])),
        (handle, "SelectListObjectValues", json!([path, [1], false])),
        (handle, "SelectListObjectAlternative", json!([path])),
        (handle, "ClearSelections", json!([path])),
        (handle, "SelectListObjectAll", json!([path])),
        (handle, "BeginSelections", json!([[path]])),
        (handle, "SelectListObjectValues", json!([path, [2], false])),
        (handle, "ResetMadeSelections", json!([])),
        (handle, "SelectListObjectValues", json!([path, [1], false])),
        (handle, "EndSelections", json!([true])),
        (handle, "Lock", json!([path])),
    ];
    for (called, method, params) in calls {
        client.layout(handle);
        window.outbox.take();
        let changed = client.changed(*called, method, params.clone());
        if *method == "BeginSelections" {
            assert_eq!(changed, [handle], "nothing is selected yet");
            continue;
        }
        assert_eq!(changed, [1, handle], "{method}");
        let pushed = window.outbox.take();
        assert_eq!(pushed.len(), 1, "{method}");
        assert_eq!(handles(&pushed[0], "change"), [1], "{method}");
    }
}

#[test]
fn what_changes_nothing_is_told_to_nobody() {
    let client = client();
    let handle = client.create(chart("", "Count(numbers)"));
    client.layout(handle);
    let field = client.field("xyz");
    for (called, method, params) in [
        (field, "Clear", json!([])),
        (field, "ClearAllButThis", json!([])),
        (1, "ClearAll", json!([])),
        (1, "Back", json!([])),
        (1, "Forward", json!([])),
        (1, "LockAll", json!([])),
        (field, "SelectValues", json!([[{ "qText": "no such value" }]])),
    ] {
        assert_eq!(
            client.changed(called, method, params),
            Vec::<i64>::new(),
            "{method}"
        );
    }
    client.select("xyz", &["y"]);
    client.layout(handle);
    let again = client.changed(field, "SelectValues", json!([[{ "qText": "y" }]]));
    assert_eq!(again, Vec::<i64>::new(), "y is selected already");
}

#[test]
fn a_new_or_removed_state_is_told_to_those_that_named_it() {
    let client = World::new().connect("ada", "t10");
    let early = client.create(chart("", "Count({D} numbers)"));
    assert!(client.layout(early)["qHyperCube"]["qMeasureInfo"][0]["qError"].is_object());
    assert_eq!(
        client.changed(1, "AddSessionAlternateState", json!(["D"])),
        [1, early]
    );
    assert_eq!(
        client.layout(early)["qHyperCube"]["qMeasureInfo"][0].get("qError"),
        None
    );
    assert_eq!(select(&client, "D"), [1, early]);
    client.layout(early);
    assert_eq!(
        client.changed(1, "RemoveSessionAlternateState", json!(["D"])),
        [1, early]
    );
}
