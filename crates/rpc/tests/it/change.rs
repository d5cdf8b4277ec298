use serde_json::{Value, json};

use crate::support::{World, cube, handles, list, target};

fn chart(id: &str) -> Value {
    json!({ "qInfo": { "qId": id, "qType": "t" }, "qHyperCubeDef": cube("xyz", "Count(numbers)") })
}

#[test]
fn a_selection_names_every_fetched_data_object_once() {
    let client = World::new().connect("ada", "t10");
    let (chart, unread) = (client.create(chart("a")), client.create(chart("b")));
    let selections = client.create(json!({ "qInfo": { "qType": "s" }, "qSelectionObjectDef": {} }));
    let plain = client.create(json!({ "qInfo": { "qType": "p" }, "title": "no data" }));
    client.ok(1, "GetAppLayout", json!([]));
    for handle in [chart, selections, plain] {
        client.layout(handle);
    }
    let select = |element: i64| {
        let reply = client.call(
            chart,
            "SelectHyperCubeValues",
            json!(["/qHyperCubeDef", 0, [element], false]),
        );
        assert_eq!(reply["result"]["qSuccess"], true);
        handles(&reply, "change")
    };
    assert_eq!(select(0), [1, chart, selections]);
    assert_eq!(select(1), [1], "the others are known to be invalid");
    client.layout(unread);
    assert_eq!(select(2), [1, unread]);
}

#[test]
fn a_change_between_request_and_calculation_is_not_lost() {
    let client = World::new().connect("ada", "t10");
    let chart = client.create(chart("a"));
    let job = client.begin(chart, "GetLayout", json!([]));
    let changed = client.changed(
        chart,
        "SelectHyperCubeValues",
        json!(["/qHyperCubeDef", 0, [0], false]),
    );
    assert_eq!(changed, [1, chart]);
    let reply: Value = serde_json::from_str(&job.run()).unwrap();
    let counts = &reply["result"]["qLayout"]["qHyperCube"]["qDimensionInfo"][0]["qStateCounts"];
    assert_eq!(
        counts["qOption"], 3,
        "the layout is the one at the time of the request"
    );
}

#[test]
fn new_objects_count_as_changed_and_destroyed_ones_are_closed() {
    let client = World::new().connect("ada", "t10");
    let reply = client.call(1, "CreateSessionObject", json!([chart("a")]));
    let handle = reply["result"]["qReturn"]["qHandle"].as_i64().unwrap();
    assert_eq!(handles(&reply, "change"), [handle]);
    let reply = client.call(1, "DestroySessionObject", json!(["a"]));
    assert_eq!(handles(&reply, "close"), [handle]);
    assert_eq!(client.error(handle, "GetLayout", json!([])).0, -32602);
    let again = client.create(chart("a"));
    assert!(again > handle, "a number never comes back");
}

#[test]
fn connections_of_one_session_share_everything_and_are_told() {
    let world = World::new();
    let (ada, window) = (world.connect("ada", "t10"), world.connect("ada", "t10"));
    let mine = ada.create(chart("shared"));
    let theirs = window.object("shared");
    assert_ne!(mine, theirs);
    window.layout(theirs);
    window.outbox.take();
    ada.ok(
        mine,
        "SelectHyperCubeValues",
        json!(["/qHyperCubeDef", 0, [1], false]),
    );
    assert_eq!(
        window.outbox.take(),
        [json!({ "jsonrpc": "2.0", "change": [1, theirs] })]
    );
    let counts = &window.layout(theirs)["qHyperCube"]["qDimensionInfo"][0]["qStateCounts"];
    assert_eq!(counts["qSelected"], 1);
    ada.ok(1, "DestroySessionObject", json!(["shared"]));
    assert_eq!(
        window.outbox.take(),
        [json!({ "jsonrpc": "2.0", "close": [theirs] })]
    );
    assert_eq!(
        ada.outbox.take().len(),
        1,
        "only OnConnected: one's own changes are in the replies"
    );
}

#[test]
fn another_identity_or_user_sees_nothing_of_it() {
    let world = World::new();
    let ada = world.connect("ada", "t10");
    let mut other = target("t10");
    other.identity = Some("second".to_owned());
    let others = [
        world.try_connect("ada", other).unwrap(),
        world.connect("eve", "t10"),
    ];
    ada.create(chart("mine"));
    for client in others {
        let reference = &client.ok(1, "GetObject", json!(["mine"]))["qReturn"];
        assert_eq!(*reference, json!({ "qType": null, "qHandle": null }));
        let handle = client.create(chart("own"));
        client.layout(handle);
        client.outbox.take();
        ada.select("xyz", &["y"]);
        assert_eq!(client.outbox.take(), Vec::<Value>::new());
        assert_eq!(client.ok(1, "BackCount", json!([]))["qReturn"], 0);
    }
}

#[test]
fn properties_reach_the_object_its_parent_and_lists() {
    let client = World::new().connect("SessionApp-user", "SessionApp_a");
    let created = client.ok(
        1,
        "CreateObject",
        json!([{ "qInfo": { "qId": "s", "qType": "sheet" },
        "qMetaDef": { "title": "one" }, "qChildListDef": { "qData": { "title": "/title" } } }]),
    );
    let sheet = created["qReturn"]["qHandle"].as_i64().unwrap();
    let list = client.create(json!({ "qInfo": { "qType": "SheetList" },
        "qAppObjectListDef": { "qType": "sheet", "qData": { "title": "/qMetaDef/title" } } }));
    client.layout(list);
    client.layout(sheet);
    let child = client.ok(
        sheet,
        "CreateChild",
        json!([{ "qInfo": { "qId": "c", "qType": "t" }, "title": "child" }]),
    );
    let child = child["qReturn"]["qHandle"].as_i64().unwrap();
    let layout = client.layout(sheet);
    assert_eq!(
        layout["qChildList"]["qItems"][0]["qData"],
        json!({ "title": "child" })
    );
    client.layout(list);
    client.layout(child);
    let patch = json!([[{ "qOp": "replace", "qPath": "/title", "qValue": "\"new\"" }]]);
    let mut changed = client.changed(child, "ApplyPatches", patch);
    changed.sort_unstable();
    assert_eq!(changed, [sheet, list, child]);
    let properties = json!([{ "qInfo": { "qId": "s", "qType": "sheet" }, "qMetaDef": { "title": "two" } }]);
    client.layout(list);
    assert_eq!(client.changed(sheet, "SetProperties", properties), [list]);
    assert_eq!(
        client.layout(list)["qAppObjectList"]["qItems"][0]["qData"],
        json!({ "title": "two" })
    );
}

#[test]
fn an_object_that_extends_another_changes_with_it() {
    let client = World::new().connect("ada", "SessionApp_a");
    let base = json!({ "qInfo": { "qId": "m", "qType": "masterobject" }, "title": "base", "keep": [1, 2] });
    let base = client.ok(1, "CreateObject", json!([base]))["qReturn"]["qHandle"]
        .as_i64()
        .unwrap();
    let chart =
        client.create(json!({ "qInfo": { "qId": "e", "qType": "t" }, "qExtendsId": "m", "keep": [3] }));
    let layout = client.layout(chart);
    assert_eq!((&layout["title"], &layout["keep"]), (&json!("base"), &json!([3])));
    assert_eq!(layout["qInfo"]["qId"], "e");
    assert_eq!(layout["qExtendsId"], "m");
    let patch = json!([[{ "qOp": "replace", "qPath": "/title", "qValue": "\"other\"" }]]);
    assert_eq!(client.changed(base, "ApplyPatches", patch), [chart]);
    assert_eq!(client.layout(chart)["title"], "other");
}

#[test]
fn a_variable_reaches_what_is_calculated() {
    let client = World::new().connect("ada", "t10");
    let chart = client.create(json!({ "qInfo": { "qType": "t" },
        "title": { "qStringExpression": "='above ' & Count({<numbers={\">$(vLimit)\"}>} numbers)" } }));
    assert_eq!(client.layout(chart)["title"], "above 2");
    let reply = client.ok(1, "GetVariableByName", json!(["vLimit"]));
    let variable = reply["qReturn"]["qHandle"].as_i64().unwrap();
    assert_eq!(client.layout(variable)["qNum"], 3);
    let mut changed = client.changed(variable, "SetNumValue", json!([4]));
    changed.sort_unstable();
    assert_eq!(changed, [chart, variable]);
    assert_eq!(client.layout(chart)["title"], "above 1");
    assert_eq!(client.layout(variable)["qText"], "4");
    client.ok(variable, "SetStringValue", json!(["=1+1"]));
    assert_eq!(client.layout(variable)["qText"], "2");
    client.ok(variable, "SetDualValue", json!(["two's", 2]));
    let layout = client.layout(variable);
    assert_eq!((&layout["qText"], &layout["qNum"]), (&json!("two's"), &json!(2)));
}

#[test]
fn the_apps_properties_reach_the_app() {
    let client = World::new().connect("ada", "SessionApp_a");
    client.ok(1, "GetAppLayout", json!([]));
    assert_eq!(
        client.changed(1, "SetAppProperties", json!([{ "qTitle": "Mine", "own": 1 }])),
        [1]
    );
    let layout = &client.ok(1, "GetAppLayout", json!([]))["qLayout"];
    assert_eq!((&layout["qTitle"], &layout["own"]), (&json!("Mine"), &json!(1)));
    assert_eq!(
        client.ok(1, "GetAppProperties", json!([]))["qProp"]["qTitle"],
        "Mine"
    );
}

#[test]
fn a_list_that_is_searched_in_changes_alone() {
    let client = World::new().connect("ada", "t10");
    let first = client.create(json!({ "qInfo": { "qType": "l" }, "qListObjectDef": list("xyz") }));
    let second = client.create(json!({ "qInfo": { "qType": "l" }, "qListObjectDef": list("xyz") }));
    client.layout(first);
    client.layout(second);
    assert_eq!(
        client.changed(first, "SearchListObjectFor", json!(["/qListObjectDef", "x"])),
        [first]
    );
}
