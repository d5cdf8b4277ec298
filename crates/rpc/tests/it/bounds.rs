//! What one client can make the server hold or calculate.

use std::time::Duration;

use fanlight_rpc::{HostSettings, Job, Limits, Reply};
use serde_json::{Value, json};

use crate::support::{Client, World, app, cube, list, table};

const LIMIT_REACHED: i64 = 19;
const ABORTED: i64 = 15;
const BUSY: i64 = 5006;

fn world(change: impl FnOnce(&mut Limits)) -> World {
    let mut settings = HostSettings::default();
    change(&mut settings.limits);
    World::with(settings)
}

/// A calculation under the id `7`.
fn evaluate(client: &Client) -> Result<Job, i64> {
    let frame =
        json!({ "jsonrpc": "2.0", "id": 7, "handle": 1, "method": "Evaluate", "params": ["Sum(Amount)"] });
    match client.connection.receive(&frame.to_string()) {
        Reply::Later(job) => Ok(job),
        Reply::Now(text) => {
            let reply: Value = serde_json::from_str(&text).unwrap();
            Err(reply["error"]["code"].as_i64().unwrap())
        }
        Reply::None => panic!("no answer"),
    }
}

fn code(frame: &str) -> Option<i64> {
    let reply: Value = serde_json::from_str(frame).unwrap();
    reply["error"]["code"].as_i64()
}

#[test]
fn requests_of_one_id_do_not_get_around_the_limit_of_calculations() {
    let world = world(|limits| limits.pending_jobs = 2);
    let client = world.connect("ada", "t1");
    client.open("t1");
    let (first, second) = (evaluate(&client).unwrap(), evaluate(&client).unwrap());
    assert_eq!(evaluate(&client).err(), Some(BUSY));
    first.run();
    let third = evaluate(&client).unwrap();
    client.leave(1001);
    assert_eq!(code(&second.run()), Some(ABORTED));
    assert_eq!(code(&third.run()), Some(ABORTED));
}

#[test]
fn the_requests_of_pending_calculations_are_bounded_in_bytes() {
    let world = world(|limits| limits.pending_bytes = 5_000);
    let client = world.connect("ada", "t1");
    client.open("t1");
    let long = format!("1 + {}1", " ".repeat(3_000));
    let first = client.begin(1, "Evaluate", json!([&long]));
    assert_eq!(client.error(1, "Evaluate", json!([&long])).0, BUSY);
    first.run();
    client.ok(1, "Evaluate", json!([&long]));
}

#[test]
fn whatever_a_client_has_asked_for_is_cancelled_when_it_leaves() {
    let world = World::new();
    let client = world.connect("ada", "t1");
    client.open("t1");
    let object = client.create(json!({
        "qInfo": { "qType": "x" },
        "text": { "qStringExpression": "=Sum(Amount)" },
        "qHyperCubeDef": cube("Country", "Sum(Amount)"),
        "qListObjectDef": list("Product"),
    }));
    let jobs = [
        client.begin(1, "Evaluate", json!(["Sum(Amount)"])),
        client.begin(1, "EvaluateEx", json!(["Sum(Amount)"])),
        client.begin(1, "ExpandExpression", json!(["$(=Sum(Amount))"])),
        client.begin(1, "CheckExpression", json!(["$(=Sum(Amount))"])),
        client.begin(1, "CheckNumberOrExpression", json!(["$(=Sum(Amount))"])),
        client.begin(object, "GetLayout", json!([])),
    ];
    client.leave(1001);
    for job in jobs {
        assert_eq!(code(&job.run()), Some(ABORTED));
    }
}

#[test]
fn a_calculation_that_takes_too_long_is_an_error() {
    let world = world(|limits| limits.calculation_time = Duration::ZERO);
    let client = world.connect("ada", "t1");
    client.open("t1");
    let (code, words) = client.error(1, "Evaluate", json!(["Sum(Amount)"]));
    assert_eq!(code, LIMIT_REACHED);
    assert!(words.contains("took longer"), "{words}");
}

#[test]
fn a_selection_that_takes_too_long_is_taken_back() {
    let slow = world(|limits| limits.ordered_time = Duration::ZERO);
    let client = slow.connect("ada", "t1");
    client.open("t1");
    let field = client.field("Country");
    for pattern in ["France", "=Sum(Amount)>0"] {
        let (code, words) = client.error(field, "Select", json!([pattern]));
        assert_eq!(code, LIMIT_REACHED, "{words}");
    }
    let world = World::new();
    let client = world.connect("ada", "t1");
    client.open("t1");
    let selected = client.ok(client.field("Country"), "Select", json!(["=Sum(Amount)>0"]));
    assert_eq!(selected["qReturn"], true);
}

#[test]
fn alternate_states_are_bounded() {
    let world = world(|limits| limits.states_per_session = 2);
    let client = world.connect("ada", "t1");
    client.open("t1");
    for name in ["one", "two"] {
        client.ok(1, "AddSessionAlternateState", json!([name]));
    }
    let (code, _) = client.error(1, "AddSessionAlternateState", json!(["three"]));
    assert_eq!(code, LIMIT_REACHED);
    client.ok(1, "RemoveSessionAlternateState", json!(["one"]));
    client.ok(1, "AddSessionAlternateState", json!(["three"]));
}

#[test]
fn a_search_is_bounded() {
    let world = world(|limits| limits.search_bytes = 10);
    let client = world.connect("ada", "t1");
    client.open("t1");
    let list = client.create(json!({ "qInfo": { "qType": "x" }, "qListObjectDef": list("Product") }));
    let field = client.field("Product");
    for (pattern, fits) in [("*bolt*", true), ("*abcdefghi*", false)] {
        let search = client.call(list, "SearchListObjectFor", json!(["/qListObjectDef", pattern]));
        let select = client.call(field, "Select", json!([pattern]));
        for reply in [search, select] {
            let code = reply["error"]["code"].as_i64();
            assert_eq!(code, (!fits).then_some(LIMIT_REACHED), "{pattern}");
        }
    }
}

#[test]
fn an_id_is_a_number_or_a_short_text() {
    let world = World::new();
    let client = world.connect("ada", "t1");
    let ask = |id: Value| {
        let frame =
            json!({ "jsonrpc": "2.0", "id": id, "handle": -1, "method": "EngineVersion", "params": [] });
        client.frame(&frame.to_string())
    };
    for id in [json!(1), json!("a"), json!("x".repeat(200))] {
        assert_eq!(ask(id.clone())["id"], id);
    }
    for id in [json!("x".repeat(1000)), json!([1]), json!({ "a": 1 })] {
        assert_eq!(ask(id)["error"]["code"], -32600);
    }
}

#[test]
fn an_answer_is_bounded() {
    let world = world(|limits| limits.reply_bytes = 2_000);
    let client = world.connect("ada", "t1");
    client.open("t1");
    let long = "x".repeat(3_000);
    let object = client.create(json!({ "qInfo": { "qType": "x" }, "text": long }));
    for method in ["GetProperties", "GetLayout"] {
        let (code, words) = client.error(object, method, json!([]));
        assert_eq!(code, LIMIT_REACHED, "{method}");
        assert!(words.contains("2000 bytes"), "{words}");
    }
    client.ok(object, "GetInfo", json!([]));
}

#[test]
fn one_layout_shows_only_so_many_cells() {
    let world = World::new();
    let numbers: Vec<String> = (0..4_000).map(|number| number.to_string()).collect();
    world
        .host
        .add_app(app("long", vec![table("T", "N", &numbers.join(";"))]));
    let client = world.connect("ada", "long");
    client.open("long");
    let list = json!({
        "qDef": { "qFieldDefs": ["N"] },
        "qInitialDataFetch": [{ "qTop": 0, "qLeft": 0, "qWidth": 1, "qHeight": 10_000 }]
    });
    let many: Vec<Value> = (0..15).map(|_| json!({ "qListObjectDef": list })).collect();
    let layout = client.layout(client.create(json!({ "qInfo": { "qType": "x" }, "many": many })));
    let lists = layout["many"].as_array().unwrap();
    let rows = |list: &Value| {
        list["qListObject"]["qDataPages"][0]["qMatrix"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(rows(&lists[0]), 4_000);
    assert_eq!(rows(&lists[9]), 4_000);
    assert_eq!(rows(&lists[10]), 0, "forty thousand are there");
    assert_eq!(
        lists[14]["qListObject"]["qSize"]["qcy"], 4_000,
        "its size is told all the same"
    );
}

#[test]
fn the_lists_of_one_answer_copy_only_so_much() {
    let world = World::new();
    let client = world.connect("ada", "t1");
    client.open("t1");
    let big = json!({ "qInfo": { "qType": "x" }, "big": "x".repeat(500_000) });
    client.ok(1, "CreateObject", json!([big]));
    let asked = |count: usize| -> Value {
        (0..count)
            .map(|name| (format!("n{name}"), json!("/big")))
            .collect()
    };
    client.ok(1, "GetObjects", json!([{ "qTypes": ["x"], "qData": asked(10) }]));
    // Twenty megabytes: the answer itself might have them, so it is not its limit that is met.
    let too_many = client.error(1, "GetObjects", json!([{ "qTypes": ["x"], "qData": asked(40) }]));
    let lister = client.create(json!({
        "qInfo": { "qType": "lister" },
        "qAppObjectListDef": { "qType": "x", "qData": asked(40) }
    }));
    for (code, words) in [too_many, client.error(lister, "GetLayout", json!([]))] {
        assert_eq!(code, LIMIT_REACHED);
        assert!(words.contains("the lists in one answer"), "{words}");
    }
}

#[test]
fn an_order_of_many_names_is_quick_and_right() {
    let world = World::new();
    let client = world.connect("ada", "t10");
    client.open("t10");
    let parent = client.create(json!({ "qInfo": { "qId": "p", "qType": "x" } }));
    for name in ["a", "b", "c"] {
        client.ok(
            parent,
            "CreateChild",
            json!([{ "qInfo": { "qId": name, "qType": "y" } }]),
        );
    }
    client.ok(parent, "SetChildArrayOrder", json!([["c", "nobody", "c", "a"]]));
    let infos = client.ok(parent, "GetChildInfos", json!([]));
    let ids: Vec<&str> = infos["qInfos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|info| info["qId"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["c", "a", "b"]);
}
