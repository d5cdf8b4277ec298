//! What enigma.js asks when it comes back after a lost connection.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, World, list, target};

fn start(client: &Client) -> Value {
    let frames = client.outbox.take();
    assert_eq!(frames.len(), 1, "OnConnected comes first and alone: {frames:?}");
    assert_eq!(frames[0]["method"], "OnConnected");
    assert_eq!(frames[0].get("id"), None);
    frames[0]["params"]["qSessionState"].clone()
}

#[test]
fn a_lost_connection_comes_back_to_its_session() {
    let world = World::new();
    let client = world.connect("ada", "t10");
    assert_eq!(start(&client), "SESSION_CREATED");
    assert_eq!(client.error(-1, "GetActiveDoc", json!([])).0, 1007);
    client.open("t10");
    let old = client
        .create(json!({ "qInfo": { "qId": "box", "qType": "listbox" }, "qListObjectDef": list("xyz") }));
    client.select("xyz", &["y"]);
    client.leave(1006);
    world.advance(30);

    let client = world.connect("ada", "t10");
    assert_eq!(start(&client), "SESSION_ATTACHED");
    // Requests of a resume have no `delta`.
    let reply = client.frame(r#"{"jsonrpc":"2.0","id":40,"handle":-1,"method":"GetActiveDoc","params":[]}"#);
    assert_eq!(
        reply["result"]["qReturn"],
        json!({ "qType": "Doc", "qHandle": 1, "qGenericId": "t10" })
    );
    let handle = client.object("box");
    assert_ne!(handle, old);
    assert_eq!(client.object("box"), handle);
    let counts = &client.layout(handle)["qListObject"]["qDimensionInfo"]["qStateCounts"];
    assert_eq!(counts["qSelected"], 1);
    assert_eq!(
        client.ok(1, "GetDimension", json!(["dim-xyz"]))["qReturn"]["qType"],
        "GenericDimension"
    );
    assert_eq!(
        client.ok(1, "GetMeasure", json!(["m-count"]))["qReturn"]["qType"],
        "GenericMeasure"
    );
    assert_eq!(
        client.ok(1, "GetVariableById", json!(["vLimit"]))["qReturn"]["qType"],
        "GenericVariable"
    );
}

#[test]
fn a_session_that_is_over_is_made_anew() {
    let world = World::new();
    let client = world.connect("ada", "t10");
    client.open("t10");
    client.create(json!({ "qInfo": { "qId": "box", "qType": "t" } }));
    client.leave(1006);
    world.advance(61);
    let client = world.connect("ada", "t10");
    assert_eq!(start(&client), "SESSION_CREATED");
    assert_eq!(client.error(-1, "GetActiveDoc", json!([])).0, 1007);
    client.open("t10");
    assert_eq!(
        client.ok(1, "GetObject", json!(["box"]))["qReturn"]["qHandle"],
        Value::Null
    );
}

#[test]
fn a_ttl_in_the_url_holds_up_to_its_limit() {
    let world = World::new();
    let with_ttl = |secs: u64| {
        let mut target = target("t10");
        target.ttl = Some(Duration::from_secs(secs));
        world.try_connect("ada", target).unwrap()
    };
    with_ttl(300).leave(1006);
    world.advance(299);
    let client = with_ttl(300);
    assert_eq!(start(&client), "SESSION_ATTACHED");
    client.leave(1000);
    world.advance(299);
    let client = with_ttl(1_000_000);
    assert_eq!(start(&client), "SESSION_ATTACHED");
    client.leave(1006);
    world.advance(1801);
    assert_eq!(start(&with_ttl(5)), "SESSION_CREATED");
}

#[test]
fn a_goodbye_keeps_the_session_for_seconds_only() {
    let world = World::new();
    world.connect("ada", "t10").leave(1000);
    world.advance(4);
    let client = world.connect("ada", "t10");
    assert_eq!(start(&client), "SESSION_ATTACHED");
    client.leave(1000);
    world.advance(6);
    assert_eq!(start(&world.connect("ada", "t10")), "SESSION_CREATED");
}

#[test]
fn a_suspended_session_app_keeps_its_properties_without_a_ttl() {
    let world = World::new();
    let client = world.connect("ada", "SessionApp_1234");
    assert_eq!(start(&client), "SESSION_CREATED");
    let reference = client.ok(-1, "GetActiveDoc", json!([]))["qReturn"].clone();
    assert_eq!(reference["qGenericId"], "SessionApp_1234");
    client.ok(1, "SetAppProperties", json!([{ "qTitle": "unsaved" }]));
    client.leave(4000);
    world.advance(1);
    let client = world.connect("ada", "SessionApp_1234");
    assert_eq!(start(&client), "SESSION_ATTACHED");
    client.ok(-1, "GetActiveDoc", json!([]));
    assert_eq!(
        client.ok(1, "GetAppProperties", json!([]))["qProp"]["qTitle"],
        "unsaved"
    );
    let stranger = world.connect("eve", "SessionApp_1234");
    assert_eq!(
        start(&stranger),
        "SESSION_CREATED",
        "a session app is its user's own"
    );
}

#[test]
fn an_app_is_opened_on_a_connection_without_one() {
    let world = World::new();
    let client = world.connect("ada", "");
    assert_eq!(start(&client), "SESSION_CREATED");
    assert_eq!(client.connection.session_id(), None);
    assert_eq!(client.error(1, "GetAppLayout", json!([])).0, -32602);
    assert_eq!(client.error(-1, "OpenDoc", json!(["gone"])).0, 1003);
    assert_eq!(client.error(-1, "OpenDoc", json!(["no / id"])).0, 1003);
    let reply = client.call(-1, "OpenDoc", json!(["t10"]));
    assert_eq!(reply["change"], json!([1]));
    assert_eq!(client.error(-1, "OpenDoc", json!(["t1"])).0, 1002);
    client.open("t10");
    assert!(client.connection.session_id().is_some());
    assert_eq!(client.outbox.take(), Vec::<Value>::new());

    let client = world.connect("ada", "");
    let reply = client.call(-1, "CreateSessionApp", json!([]));
    let result = &reply["result"];
    assert_eq!(result["qReturn"]["qGenericId"], result["qSessionAppId"]);
    assert_eq!(reply["change"], json!([1]));
    assert_eq!(client.error(-1, "CreateSessionApp", json!([])).0, 1002);
    assert_eq!(
        client.ok(1, "GetAppLayout", json!([]))["qLayout"]["qIsSessionApp"],
        true
    );
}

#[test]
fn global_answers_what_clients_ask_first() {
    let world = World::new();
    let client = world.connect("ada", "");
    let docs = client.ok(-1, "GetDocList", json!([]))["qDocList"].clone();
    assert_eq!(docs.as_array().unwrap().len(), 3);
    assert_eq!(docs[1]["qDocId"], "t10");
    assert!(client.ok(-1, "EngineVersion", json!([]))["qVersion"]["qComponentVersion"].is_string());
    assert!(client.ok(-1, "ProductVersion", json!([]))["qReturn"].is_string());
    assert_eq!(client.ok(-1, "IsDesktopMode", json!([]))["qReturn"], false);
    assert_eq!(client.ok(-1, "AllowCreateApp", json!([]))["qReturn"], false);
    assert_eq!(
        client.ok(-1, "GetAuthenticatedUser", json!([]))["qReturn"],
        "auth0|ada"
    );
    let progress = client.ok(-1, "GetProgress", json!([0]))["qProgressData"].clone();
    let unknown = json!({ "qStarted": true, "qFinished": true, "qCompleted": 0, "qTotal": 0, "qKB": 0,
        "qMillisecs": 0, "qErrorData": [], "qPersistentProgressMessages": [],
        "qTransientProgressMessage": { "qMessageCode": 0, "qMessageParameters": [""] } });
    assert_eq!(progress, unknown);
    for method in ["ConfigureReload", "CancelReload"] {
        assert_eq!(client.ok(-1, method, json!([])), json!({}));
    }
    client.open("t10");
    for method in ["ClearUndoBuffer", "SetFetchLimit", "MigrateVariables", "Resume"] {
        assert_eq!(client.ok(1, method, json!([])), json!({}), "{method}");
    }
    assert_eq!(client.ok(1, "GetScript", json!([])), json!({ "qScript": "" }));
}
