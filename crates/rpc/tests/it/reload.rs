//! An app is read again while its sessions go on.

use std::collections::BTreeSet;

use fanlight_rpc::{Access, App, CloseCode, Reloaded};
use serde_json::{Value, json};

use crate::support::{Client, World, app, cube, handles, list, states, table, texts};

/// Version 1, and version 2 with other rows in another order, another field first, and one sheet less.
fn version(number: u32) -> App {
    let sales = match number {
        1 => table("Sales", "Region Amount", "North,1;South,2;West,4"),
        _ => table("Sales", "Year Region Amount", "1,East,8;1,South,16;1,North,32"),
    };
    let chart = |id: &str| {
        json!({ "qInfo": { "qId": id, "qType": "kpi" },
        "qHyperCubeDef": { "qMeasures": [{ "qDef": { "qDef": "Sum(Amount)" } }] } })
    };
    let objects = match number {
        1 => vec![chart("total"), chart("old")],
        _ => vec![chart("total"), chart("new")],
    };
    App {
        objects,
        variables: vec![("v".to_owned(), number.to_string())],
        ..app("sales", vec![sales])
    }
}

fn world() -> World {
    let world = World::new();
    world.host.add_app(version(1));
    world
}

/// A session object that shows the regions and their amounts.
fn chart(client: &Client) -> i64 {
    client.create(json!({ "qInfo": { "qType": "t" }, "qHyperCubeDef": cube("Region", "Sum(Amount)") }))
}

fn rows(client: &Client, handle: i64) -> Vec<Vec<String>> {
    texts(&client.layout(handle)["qHyperCube"]["qDataPages"])
}

#[test]
fn a_session_goes_on_with_its_selections_by_value_and_is_told_to_fetch_everything() {
    let world = world();
    let [ada, other] = [(); 2].map(|()| world.connect("ada", "sales"));
    let bob = world.connect("bob", "sales");
    let (table, total, old) = (chart(&ada), ada.object("total"), ada.object("old"));
    let (field, amount) = (ada.field("Region"), ada.field("Amount"));
    assert!(ada.select("Region", &["South", "West"]));
    assert_eq!(rows(&ada, table), [["South", "2"], ["West", "4"]]);
    for handle in [total, old] {
        ada.layout(handle);
    }
    let bobs = chart(&bob);
    assert_eq!(rows(&bob, bobs).len(), 3);
    for client in [&ada, &other, &bob] {
        client.outbox.take();
    }

    let reloaded = world.host.reload_app(&version(2));
    assert_eq!(
        reloaded,
        Reloaded {
            sessions: 2,
            with_losses: 1,
            closed: 0
        }
    );

    let pushed = ada.outbox.take();
    assert_eq!(pushed.len(), 1, "one change, as a whole: {pushed:?}");
    assert_eq!(handles(&pushed[0], "close"), [old]);
    let changed = handles(&pushed[0], "change");
    for handle in [1, table, total] {
        assert!(changed.contains(&handle), "{handle} in {changed:?}");
    }
    assert_eq!(handles(&other.outbox.take()[0], "change"), [1]);
    assert_eq!(handles(&bob.outbox.take()[0], "change"), [1, bobs]);

    assert_eq!(rows(&ada, table), [["South", "16"]], "West is gone");
    assert_eq!(
        ada.layout(total)["qHyperCube"]["qDataPages"][0]["qMatrix"][0][0]["qText"],
        "16"
    );
    assert_eq!(rows(&bob, bobs).len(), 3);
    assert!(ada.object("new") > 0);
    assert_eq!(ada.error(old, "GetLayout", json!([])).0, -32602);
    // The handle of a field is still that field's, wherever it stands now.
    assert_eq!(ada.ok(field, "Clear", json!([]))["qReturn"], true);
    assert_eq!(rows(&ada, table).len(), 3);
    assert_eq!(
        ada.ok(amount, "SelectValues", json!([[{ "qText": "8" }], false, false]))["qReturn"],
        true
    );
    assert_eq!(rows(&ada, table), [["East", "8"]]);
}

#[test]
fn whoever_connects_later_finds_the_new_app() {
    let world = world();
    world.host.reload_app(&version(2));
    let client = world.connect("cyd", "sales");
    assert_eq!(
        rows(&client, chart(&client)),
        [["East", "8"], ["South", "16"], ["North", "32"]]
    );
}

#[test]
fn what_the_session_made_stays_and_what_it_did_not_touch_follows_the_app() {
    let world = world();
    let client = world.connect("ada", "sales");
    let made = client.ok(
        1,
        "CreateObject",
        json!([{ "qInfo": { "qId": "mine", "qType": "t" }, "n": { "qValueExpression": "=v" } }]),
    );
    let made = made["qReturn"]["qHandle"].as_i64().unwrap();
    assert_eq!(client.layout(made)["n"], 1.0);
    world.host.reload_app(&version(2));
    assert_eq!(client.layout(made)["n"], 2.0);
    assert_eq!(client.object("mine"), made);
}

#[test]
fn a_modal_selection_ends_and_a_calculation_under_way_ends_on_the_old_data() {
    let world = world();
    let client = world.connect("ada", "sales");
    let boxed = client.create(json!({ "qInfo": { "qType": "t" }, "qListObjectDef": list("Region") }));
    client.layout(boxed);
    client.ok(boxed, "BeginSelections", json!([["/qListObjectDef"]]));
    client.ok(
        boxed,
        "SelectListObjectValues",
        json!(["/qListObjectDef", [1], true]),
    );
    let under_way = client.begin(boxed, "GetLayout", json!([]));
    world.host.reload_app(&version(2));
    let layout: Value = serde_json::from_str(&under_way.run()).unwrap();
    let before = states(&layout["result"]["qLayout"]);
    assert_eq!(before.len(), 3);
    assert!(
        before.contains(&("West".to_owned(), "A".to_owned())),
        "{before:?}"
    );
    let layout = client.layout(boxed);
    assert_eq!(layout["qSelectionInfo"], json!({}));
    let now = states(&layout);
    assert!(now.contains(&("South".to_owned(), "S".to_owned())), "{now:?}");
    assert!(now.contains(&("East".to_owned(), "A".to_owned())), "{now:?}");
}

#[test]
fn those_who_may_no_longer_open_the_app_are_told_and_closed() {
    let world = world();
    let (ada, bob) = (world.connect("ada", "sales"), world.connect("bob", "sales"));
    let access = Access::Only {
        users: BTreeSet::from(["auth0|ada".to_owned()]),
        groups: BTreeSet::new(),
    };
    let reloaded = world.host.reload_app(&App { access, ..version(2) });
    assert_eq!((reloaded.sessions, reloaded.closed), (2, 1));
    assert_eq!(ada.outbox.closed(), None);
    assert_eq!(bob.outbox.closed(), Some(CloseCode::NotPermitted));
    assert!(world.try_connect("bob", crate::support::target("sales")).is_err());
}

#[test]
fn sessions_of_other_apps_hear_nothing() {
    let world = world();
    let client = world.connect("ada", "t10");
    client.outbox.take();
    assert_eq!(world.host.reload_app(&version(2)), Reloaded::default());
    assert_eq!(client.outbox.take(), Vec::<Value>::new());
}

#[test]
fn the_old_data_is_freed() {
    let world = world();
    let first = version(1);
    let old = std::sync::Arc::downgrade(&first.model);
    world.host.add_app(first);
    let client = world.connect("ada", "sales");
    rows(&client, chart(&client));
    assert!(old.upgrade().is_some());
    world.host.reload_app(&version(2));
    assert!(old.upgrade().is_none(), "somebody holds the old data");
}
