//! Apps that are for some people only.

use fanlight_rpc::{Access, App, CloseCode, Refusal, Role};
use serde_json::{Value, json};

use crate::support::{World, app, principal, table, target};

/// A world with the app `secret`, which is for Ada and for the group `finance`.
fn world() -> World {
    let world = World::new();
    let set = |name: &str| [name.to_owned()].into();
    world.host.add_app(App {
        access: Access::Only {
            users: set("auth0|ada"),
            groups: set("finance"),
        },
        ..app("secret", vec![table("T", "A", "1;2")])
    });
    world
}

fn listed(list: &Value) -> Vec<&str> {
    let entries = list["qDocList"].as_array().unwrap();
    entries
        .iter()
        .map(|entry| entry["qDocId"].as_str().unwrap())
        .collect()
}

#[test]
fn an_app_of_others_is_refused_whichever_way_it_is_asked_for() {
    let world = world();
    let refused = world.try_connect("bob", target("secret")).err().unwrap();
    assert_eq!(refused, Refusal::NotPermitted("secret".to_owned()));
    assert_eq!(refused.close_code(), CloseCode::NotPermitted);
    assert_eq!(world.host.sessions(), [], "no session is left behind");
    let bob = world.connect("bob", "");
    let (code, _) = bob.error(-1, "OpenDoc", json!(["secret"]));
    assert_eq!(code, 5, "access denied");
    assert_eq!(world.host.sessions(), []);
    assert!(!listed(&bob.ok(-1, "GetDocList", json!([]))).contains(&"secret"));
}

#[test]
fn those_that_an_app_names_open_it_by_name_by_group_and_as_administrators() {
    let world = world();
    let ada = world.connect("ada", "secret");
    ada.open("secret");
    assert!(listed(&ada.ok(-1, "GetDocList", json!([]))).contains(&"secret"));
    let mut bob = principal("bob");
    bob.groups = vec!["sales".to_owned(), "finance".to_owned()];
    assert_eq!(world.host.may_open("secret", bob.viewer()), Some(true));
    let mut root = principal("root");
    assert_eq!(world.host.may_open("secret", root.viewer()), Some(false));
    root.role = Role::Admin;
    assert_eq!(world.host.may_open("secret", root.viewer()), Some(true));
    assert_eq!(world.host.may_open("other", root.viewer()), None);
}

#[test]
fn who_may_open_an_app_is_asked_again_for_each_connection() {
    let world = world();
    let first = world.connect("ada", "secret");
    world.host.add_app(App {
        access: Access::Only {
            users: ["auth0|bob".to_owned()].into(),
            groups: Default::default(),
        },
        ..app("secret", vec![table("T", "A", "1;2")])
    });
    let second = world.try_connect("ada", target("secret")).err();
    assert_eq!(second, Some(Refusal::NotPermitted("secret".to_owned())));
    drop(first);
}

#[test]
fn a_handle_of_another_connection_is_no_handle() {
    let world = World::new();
    let [ada, bob] = ["ada", "bob"].map(|user| world.connect(user, "t1"));
    let second = world.connect("ada", "t1");
    for client in [&ada, &bob, &second] {
        client.open("t1");
    }
    let handle = ada.create(json!({ "qInfo": { "qId": "mine", "qType": "x" }, "secret": 1 }));
    for other in [&bob, &second] {
        for method in ["GetLayout", "GetProperties", "SetProperties"] {
            let (code, words) = other.error(handle, method, json!([]));
            assert_eq!(code, -32602, "{words}");
        }
    }
    assert_eq!(
        bob.ok(1, "GetObject", json!(["mine"]))["qReturn"]["qHandle"],
        Value::Null
    );
}
