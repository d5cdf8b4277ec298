//! What one person can make the server hold in memory, and that it comes back.

use fanlight_base::Clock as _;
use fanlight_rpc::{CloseCode, HostSettings, Limits, Refusal};
use serde_json::{Value, json};

use crate::support::{Client, World, cube, target};

const LIMIT_REACHED: i64 = 19;
const MB: usize = 1 << 20;

fn world(session: usize, user: usize) -> World {
    World::with(HostSettings {
        limits: Limits {
            memory_bytes_per_session: session,
            memory_bytes_per_user: user,
            ..Limits::default()
        },
        ..HostSettings::default()
    })
}

fn zeros(id: &str, n_zeros: usize) -> Value {
    json!([{ "qInfo": { "qId": id, "qType": "zeros" }, "zeros": vec![0; n_zeros] }])
}

/// How many objects of so many zeros fit.
fn fill(client: &Client, n_zeros: usize) -> usize {
    // Three times as many as fit anywhere here: without a limit this fails, and does not fill the machine.
    for number in 0..120 {
        let answer = client.call(1, "CreateSessionObject", zeros(&format!("z{number}"), n_zeros));
        if answer.get("error").is_some() {
            assert_eq!(answer["error"]["code"], LIMIT_REACHED, "{answer}");
            let why = answer["error"]["parameter"].as_str().unwrap();
            assert!(why.contains("bytes of memory"), "{why}");
            return number;
        }
    }
    panic!("everything fits");
}

/// A zero takes two bytes of text, and as many in memory as any other value.
#[test]
fn objects_count_as_what_they_take_in_memory() {
    let world = world(16 * MB, 64 * MB);
    let ada = world.connect("ada", "t1");
    ada.open("t1");
    let n_fit = fill(&ada, 20_000);
    let n_bytes = 20_000 * size_of::<Value>();
    assert!((1..=16 * MB / n_bytes).contains(&n_fit), "{n_fit}");
    assert!(world.host.counted_memory() >= n_fit * n_bytes);
    // What goes makes room, and what was refused takes none.
    ada.ok(1, "DestroySessionObject", json!(["z0"]));
    ada.ok(1, "CreateSessionObject", zeros("again", 20_000));
    let eve = world.connect("eve", "t1");
    eve.open("t1");
    eve.ok(1, "CreateSessionObject", zeros("hers", 20_000));
}

#[test]
fn all_sessions_of_a_person_count_together_and_give_back_what_they_had() {
    let world = world(16 * MB, 24 * MB);
    let first = world.connect("ada", "t1");
    first.open("t1");
    fill(&first, 20_000);
    let second = world.connect("ada", "t10");
    second.open("t10");
    fill(&second, 20_000);
    assert!(world.host.counted_memory() <= 24 * MB);
    let eve = world.connect("eve", "t1");
    eve.open("t1");
    eve.ok(1, "CreateSessionObject", zeros("hers", 20_000));
    for client in [first, second, eve] {
        client.leave(1000);
        drop(client);
    }
    world.advance(100);
    world.host.sweep(world.clock.now());
    assert_eq!(world.host.counted_memory(), 0);
}

#[test]
fn soft_patches_variables_and_app_properties_count_too() {
    let long = "x".repeat(100_000);
    let patch = |number: usize| {
        let value = json!(long).to_string();
        json!([[{ "qOp": "Add", "qPath": format!("/p{number}"), "qValue": value }], true])
    };
    let variable = |number: usize| json!([{ "qInfo": { "qType": "variable" }, "qName": format!("v{number}"), "qDefinition": long }]);
    for kind in ["patches", "variables"] {
        let world = world(2 * MB, 64 * MB);
        let client = world.connect("ada", "t1");
        client.open("t1");
        let object = client.create(json!({ "qInfo": { "qId": "o", "qType": "o" } }));
        let refused = (0..200).find(|number| {
            let answer = match kind {
                "patches" => client.call(object, "ApplyPatches", patch(*number)),
                _ => client.call(1, "CreateSessionVariable", variable(*number)),
            };
            answer["error"]["code"] == LIMIT_REACHED
        });
        assert!(refused.is_some_and(|number| number > 5), "{kind}: {refused:?}");
    }
    let world = world(4 * MB, 64 * MB);
    let client = world.connect("ada", "SessionApp_x");
    let zeros: Vec<i32> = vec![0; 10_000];
    client.ok(1, "SetAppProperties", json!([{ "zeros": zeros }]));
    let more: Vec<i32> = vec![0; 40_000];
    assert_eq!(
        client.error(1, "SetAppProperties", json!([{ "zeros": more }])).0,
        LIMIT_REACHED
    );
}

/// A message is counted before it is read.
#[test]
fn a_message_that_would_take_too_much_is_refused_unread() {
    let world = world(4 * MB, 64 * MB);
    let client = world.connect("ada", "t1");
    client.open("t1");
    let (code, why) = client.error(1, "Evaluate", json!([vec![0; 100_000]]));
    assert_eq!(code, LIMIT_REACHED, "its parameter is not even a text: {why}");
    assert_eq!(client.ok(1, "EvaluateEx", json!(["1+1"]))["qValue"]["qNumber"], 2);
}

/// Each calculation that waits looks at the object as it was when it was asked for.
#[test]
fn what_waiting_calculations_look_at_is_counted() {
    let world = world(16 * MB, 64 * MB);
    let client = world.connect("ada", "t1");
    client.open("t1");
    let object = client.create(json!({ "qInfo": { "qId": "o", "qType": "o" } }));
    let mut waiting = Vec::new();
    let refused = (0..100).find(|_| {
        let answer = client.call(object, "SetProperties", zeros("o", 20_000));
        if answer.get("error").is_none() {
            waiting.push(client.begin(object, "GetLayout", json!([])));
        }
        answer["error"]["code"] == LIMIT_REACHED
    });
    assert!(refused.is_some(), "{} are waiting", waiting.len());
    drop(waiting);
    client.ok(object, "SetProperties", zeros("o", 20_000));
}

#[test]
fn a_calculation_takes_from_what_its_session_may_have() {
    let world = world(MB, 64 * MB);
    let client = world.connect("ada", "t1");
    client.open("t1");
    let attribute = |n_bytes: usize| format!("Repeat('a', {n_bytes}) & Only(Country)");
    let text = |id: &str, n_bytes: usize| {
        client.create(json!({
            "qInfo": { "qId": id, "qType": "c" },
            "qHyperCubeDef": cube("Country", &attribute(n_bytes))
        }))
    };
    let (small, large) = (text("small", 1_000), text("large", 900_000));
    let cube = client.layout(small)["qHyperCube"].clone();
    assert!(cube.get("qError").is_none(), "{cube}");
    let cube = client.layout(large)["qHyperCube"].clone();
    assert_eq!(cube["qError"]["qErrorCode"], 7003, "{cube}");
    let why = cube["qError"]["qExtendedMessage"].to_string();
    assert!(why.contains("this session may use 1048576 bytes"), "{cube}");
}

#[test]
fn where_the_process_is_short_of_memory_nothing_new_begins() {
    let world = World::with(HostSettings {
        limits: Limits {
            memory_bytes: 100 * MB,
            ..Limits::default()
        },
        ..HostSettings::default()
    });
    let ada = world.connect("ada", "t1");
    ada.open("t1");
    world.host.memory_taken(101 * MB);
    assert_eq!(ada.error(1, "Evaluate", json!(["1"])).0, LIMIT_REACHED);
    assert_eq!(
        ada.error(1, "CreateSessionObject", zeros("z", 5_000)).0,
        LIMIT_REACHED
    );
    let refusal = world.try_connect("eve", target("t1")).err().unwrap();
    assert_eq!(refusal, Refusal::NoMemory);
    assert_eq!(refusal.close_code(), CloseCode::Restarting, "clients come back");
    // What is there can be looked at and given up.
    ada.ok(1, "GetAllInfos", json!([]));
    world.host.memory_taken(99 * MB);
    ada.ok(1, "Evaluate", json!(["1"]));
    world.connect("eve", "t1");
}

#[test]
fn all_people_together_have_only_what_the_process_may_take() {
    let world = World::with(HostSettings {
        limits: Limits {
            memory_bytes: 12 * MB,
            ..Limits::default()
        },
        ..HostSettings::default()
    });
    let ada = world.connect("ada", "t1");
    ada.open("t1");
    fill(&ada, 20_000);
    assert!(world.host.counted_memory() <= 12 * MB);
}

/// Each of these patches moves a hundred thousand values.
#[test]
fn patches_are_stopped_in_their_middle() {
    let world = world(512 * MB, 512 * MB);
    let client = world.connect("ada", "t1");
    client.open("t1");
    let object = client.create(json!({ "qInfo": { "qId": "o", "qType": "o" }, "zeros": vec![0; 100_000] }));
    let patch = json!({ "qOp": "Add", "qPath": "/zeros/0", "qValue": "1" });
    for is_soft in [false, true] {
        client.ok(object, "ApplyPatches", json!([vec![patch.clone(); 10], is_soft]));
        let (code, why) = client.error(object, "ApplyPatches", json!([vec![patch.clone(); 900], is_soft]));
        assert_eq!(code, LIMIT_REACHED);
        assert!(why.contains("too much work"), "{why}");
    }
    let zeros = client.ok(object, "GetProperties", json!([]))["qProp"]["zeros"].clone();
    assert_eq!(
        zeros.as_array().map(Vec::len),
        Some(100_010),
        "all of them or none"
    );
    let zeros = client.ok(object, "GetEffectiveProperties", json!([]))["qProp"]["zeros"].clone();
    assert_eq!(zeros.as_array().map(Vec::len), Some(100_020));
}

#[test]
fn soft_patches_of_an_object_are_limited() {
    let world = world(64 * MB, 64 * MB);
    let client = world.connect("ada", "t1");
    client.open("t1");
    let object = client.create(json!({ "qInfo": { "qId": "o", "qType": "o" } }));
    let patches = |op: &str, from: usize, to: usize| -> Vec<Value> {
        let patch = |n| json!({ "qOp": op, "qPath": format!("/p{n}"), "qValue": "1" });
        (from..to).map(patch).collect()
    };
    client.ok(object, "ApplyPatches", json!([patches("Add", 0, 900), true]));
    let (code, why) = client.error(object, "ApplyPatches", json!([patches("Add", 900, 1100), true]));
    assert_eq!(code, LIMIT_REACHED);
    assert!(why.contains("1000 soft patches"), "{why}");
    // Those that a later one makes pointless do not count.
    for _ in 0..50 {
        client.ok(object, "ApplyPatches", json!([patches("Replace", 0, 50), true]));
    }
}
