use fanlight_rpc::{CloseCode, HostSettings, Limits, Refusal, Reply};
use serde_json::{Value, json};

use crate::support::{World, target};

fn world(limits: Limits) -> World {
    World::with(HostSettings {
        limits,
        ..HostSettings::default()
    })
}

#[test]
fn sessions_of_a_user_are_limited() {
    let world = world(Limits {
        sessions_per_user: 1,
        ..Limits::default()
    });
    let first = world.connect("ada", "t10");
    let refusal = world.try_connect("ada", target("t1")).err().unwrap();
    assert_eq!(refusal, Refusal::SessionsOfUser { limit: 1 });
    assert_eq!(refusal.close_code(), CloseCode::SessionLimit);
    world.connect("eve", "t1");
    world.connect("ada", "t10");
    // On a connection without an app the limit is an error.
    let idle = world.connect("ada", "");
    assert_eq!(idle.error(-1, "OpenDoc", json!(["t1"])).0, 5006);
    first.leave(1000);
    world.advance(100);
    world.connect("ada", "t1");
}

#[test]
fn sessions_in_total_are_limited() {
    let world = world(Limits {
        sessions_total: 1,
        ..Limits::default()
    });
    let _ada = world.connect("ada", "t10");
    let refusal = world.try_connect("eve", target("t10")).err().unwrap();
    assert_eq!(refusal, Refusal::SessionsInTotal { limit: 1 });
}

#[test]
fn connections_of_a_session_are_limited() {
    let world = world(Limits {
        connections_per_session: 1,
        ..Limits::default()
    });
    let first = world.connect("ada", "t10");
    let refusal = world.try_connect("ada", target("t10")).err().unwrap();
    assert_eq!(refusal, Refusal::ConnectionsOfSession { limit: 1 });
    first.leave(1006);
    world.connect("ada", "t10");
}

#[test]
fn objects_are_limited_and_destroying_makes_room() {
    let world = world(Limits {
        objects_per_session: 1,
        ..Limits::default()
    });
    let client = world.connect("ada", "t10");
    client.create(json!({ "qInfo": { "qId": "a", "qType": "t" } }));
    let (code, parameter) = client.error(1, "CreateSessionObject", json!([{ "qInfo": { "qType": "t" } }]));
    assert_eq!(code, 19);
    assert!(parameter.contains('1'), "{parameter}");
    let variable = json!([{ "qName": "v", "qInfo": { "qType": "variable" } }]);
    assert_eq!(
        client.error(1, "CreateSessionVariable", variable).0,
        19,
        "the app has one already"
    );
    client.ok(1, "DestroySessionObject", json!(["a"]));
    client.create(json!({ "qInfo": { "qType": "t" } }));
}

#[test]
fn handles_are_limited() {
    let world = world(Limits {
        handles_per_connection: 1,
        ..Limits::default()
    });
    let client = world.connect("ada", "t10");
    let sheet = client.object("sheet-1");
    assert_eq!(client.object("sheet-1"), sheet);
    assert_eq!(client.error(1, "GetObject", json!(["chart-1"])).0, 19);
}

#[test]
fn messages_are_limited() {
    let world = world(Limits {
        message_size_bytes: 300,
        ..Limits::default()
    });
    let client = world.connect("ada", "t10");
    client.object("sheet-1");
    let long = format!(
        r#"{{"id":1,"handle":-1,"method":"EngineVersion","params":["{}"]}}"#,
        "x".repeat(300)
    );
    assert!(matches!(client.connection.receive(&long), Reply::None));
    assert_eq!(client.outbox.closed(), Some(CloseCode::BadRequest));
}

#[test]
fn calculations_at_once_are_limited() {
    let world = world(Limits {
        pending_jobs: 1,
        ..Limits::default()
    });
    let client = world.connect("ada", "t10");
    let sheet = client.object("sheet-1");
    let job = client.begin(sheet, "GetLayout", json!([]));
    let (code, parameter) = client.error(sheet, "GetLayout", json!([]));
    assert_eq!(code, 5006);
    assert!(parameter.contains("pending"), "{parameter}");
    assert_eq!(
        client.ok(-1, "GetProgress", json!([2]))["qProgressData"]["qFinished"],
        false
    );
    let reply: Value = serde_json::from_str(&job.run()).unwrap();
    assert_eq!(reply["id"], 2);
    client.layout(sheet);
    drop(client.begin(sheet, "GetLayout", json!([])));
    client.layout(sheet);
}

#[test]
fn a_tree_of_objects_may_not_be_endlessly_deep() {
    let client = World::new().connect("ada", "t10");
    let handle = client.create(json!({ "qInfo": { "qId": "root", "qType": "t" } }));
    let mut tree = json!({ "qProperty": { "qInfo": { "qType": "t" } }, "qChildren": [] });
    for _ in 0..40 {
        tree = json!({ "qProperty": { "qInfo": { "qType": "t" } }, "qChildren": [tree] });
    }
    assert_eq!(client.error(handle, "SetFullPropertyTree", json!([tree])).0, 19);
    assert_eq!(client.ok(handle, "GetChildInfos", json!([]))["qInfos"], json!([]));
}

#[test]
fn what_one_session_keeps_is_limited_in_bytes() {
    let world = world(Limits {
        journal_bytes_per_session: 2_000,
        ..Limits::default()
    });
    let client = world.connect("ada", "t10");
    client.open("t10");
    let object = |id: &str, n_bytes: usize| json!({ "qInfo": { "qId": id, "qType": "t" }, "text": "x".repeat(n_bytes) });
    client.create(object("a", 1_200));
    let (code, parameter) = client.error(1, "CreateSessionObject", json!([object("b", 1_200)]));
    assert_eq!(code, 19);
    assert!(parameter.contains("2000 bytes"), "{parameter}");
    let infos = client.ok(1, "GetAllInfos", json!([])).to_string();
    assert!(!infos.contains("\"b\""), "nothing has changed: {infos}");
    assert!(client.select("xyz", &["y"]), "what fits goes on");
    client.ok(1, "DestroySessionObject", json!(["a"]));
    client.create(object("b", 1_200));
}
