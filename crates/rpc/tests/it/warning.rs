//! Clients hear of an end before it comes, once for each step.

use std::time::Duration;

use fanlight_base::{Clock as _, LoginSessionId};
use fanlight_rpc::{Deadline, ExpiringReason, HostSettings};
use serde_json::{Value, json};

use crate::support::{Client, World, principal};

fn world() -> World {
    World::with(HostSettings {
        idle: Some(Duration::from_secs(100)),
        ..HostSettings::default()
    })
}

fn heard(world: &World, client: &Client) -> Vec<(String, Value)> {
    world.host.sweep(world.clock.now());
    let frames = client.outbox.take();
    let told = |frame: Value| {
        let params = &frame["params"];
        (
            frame["method"].as_str().unwrap().to_owned(),
            json!([params["reason"], params["secondsLeft"]]),
        )
    };
    frames.into_iter().map(told).collect()
}

fn expiring(reason: &str, secs: u64) -> Vec<(String, Value)> {
    vec![("OnSessionExpiring".to_owned(), json!([reason, secs]))]
}

fn login() -> LoginSessionId {
    principal("ada").login_session.unwrap()
}

#[test]
fn an_idle_session_is_warned_twice_and_activity_takes_it_back() {
    let world = world();
    let client = world.connect("ada", "t10");
    client.outbox.take();
    world.advance(39);
    assert_eq!(heard(&world, &client), []);
    world.advance(1);
    assert_eq!(heard(&world, &client), expiring("idle", 60));
    world.advance(1);
    assert_eq!(heard(&world, &client), [], "once for each step");
    world.advance(49);
    assert_eq!(heard(&world, &client), expiring("idle", 10));
    client.ok(-1, "EngineVersion", json!([]));
    let taken_back = heard(&world, &client);
    assert_eq!(taken_back.len(), 1);
    assert_eq!(taken_back[0].0, "OnSessionExtended");
    world.advance(40);
    assert_eq!(heard(&world, &client), expiring("idle", 60), "and it begins anew");
}

#[test]
fn what_a_page_asks_by_itself_takes_no_warning_back() {
    let world = world();
    let client = world.connect("ada", "t10");
    let doc = client.ok(-1, "OpenDoc", json!(["t10"]))["qReturn"]["qHandle"].clone();
    client.outbox.take();
    world.advance(40);
    assert_eq!(heard(&world, &client), expiring("idle", 60));
    let ask = |id: u64, handle: &Value, method: &str, background: bool| {
        let request = json!({
            "jsonrpc": "2.0", "id": id, "handle": handle, "method": method, "params": [], "background": background,
        });
        let reply = client.frame(&request.to_string());
        assert!(reply["result"].is_object(), "{reply}");
    };
    ask(901, &json!(-1), "EngineVersion", true);
    ask(902, &doc, "GetAppLayout", true);
    assert_eq!(heard(&world, &client), []);
    ask(903, &doc, "GetAppLayout", false);
    let taken_back = heard(&world, &client);
    assert_eq!(taken_back[0].0, "OnSessionExtended");
}

#[test]
fn the_login_session_warns_where_it_ends_first() {
    let world = world();
    let client = world.connect("ada", "t10");
    let stranger = world.connect("eve", "t10");
    client.outbox.take();
    stranger.outbox.take();
    let now = world.clock.now();
    let lifetime_until = now.plus(Duration::from_secs(30));
    let deadline = Deadline {
        at: lifetime_until,
        reason: ExpiringReason::Lifetime,
        lifetime_until,
        since: now,
    };
    world.host.login_expires(&login(), Some(deadline));
    assert_eq!(heard(&world, &client), expiring("lifetime", 30));
    assert_eq!(stranger.outbox.take(), Vec::<Value>::new());
    let renewed = Deadline {
        at: now.plus(Duration::from_secs(9000)),
        lifetime_until: now.plus(Duration::from_secs(9000)),
        ..deadline
    };
    world.host.login_expires(&login(), Some(renewed));
    world.host.sweep(world.clock.now());
    let extended = client.outbox.take().remove(0);
    assert_eq!(extended["method"], "OnSessionExtended");
    assert_eq!(extended["params"]["lifetimeSecondsLeft"], 9000);
    let second = world.connect("ada", "t10");
    let greeting = second.outbox.take().remove(0);
    assert_eq!(greeting["params"]["lifetimeSecondsLeft"], 9000);
    assert_eq!(greeting["params"]["idleSeconds"], 100);
}

#[test]
fn a_deadline_that_comes_nearer_is_told_again() {
    let world = World::with(HostSettings {
        idle: None,
        ..HostSettings::default()
    });
    let client = world.connect("ada", "t10");
    client.outbox.take();
    let at = |secs: u64| {
        let at = world.clock.now().plus(Duration::from_secs(secs));
        let deadline = Deadline {
            at,
            reason: ExpiringReason::Idle,
            lifetime_until: at,
            since: world.clock.now(),
        };
        world.host.login_expires(&login(), Some(deadline));
    };
    at(50);
    assert_eq!(heard(&world, &client), expiring("idle", 50));
    at(30);
    assert_eq!(heard(&world, &client), expiring("idle", 30));
    world.host.login_expires(&login(), None);
    assert_eq!(
        heard(&world, &client).len(),
        1,
        "nothing is known of an end any more"
    );
}

#[test]
fn a_renewed_login_session_is_told_at_once_and_what_was_true_before_is_not_believed() {
    let world = World::with(HostSettings {
        idle: None,
        ..HostSettings::default()
    });
    let client = world.connect("ada", "t10");
    let stranger = world.connect("eve", "t10");
    stranger.outbox.take();
    client.outbox.take();
    let began = world.clock.now();
    let until = |secs: u64, since| Deadline {
        at: began.plus(Duration::from_secs(secs)),
        reason: ExpiringReason::Lifetime,
        lifetime_until: began.plus(Duration::from_secs(secs)),
        since,
    };
    let before = until(30, began);
    world.host.login_expires(&login(), Some(before));
    assert_eq!(heard(&world, &client), expiring("lifetime", 30));
    world.advance(5);
    world.host.login_renewed(&login(), until(3605, world.clock.now()));
    let extended = client.outbox.take().remove(0);
    assert_eq!(extended["method"], "OnSessionExtended");
    assert_eq!(extended["params"]["lifetimeSecondsLeft"], 3600);
    world.host.login_expires(&login(), Some(before));
    assert_eq!(heard(&world, &client), []);
    assert_eq!(stranger.outbox.take(), Vec::<Value>::new());
}

#[test]
fn a_renewal_does_not_promise_that_an_idle_engine_session_goes_on() {
    let world = world();
    let client = world.connect("ada", "t10");
    client.outbox.take();
    world.advance(90);
    assert_eq!(heard(&world, &client), expiring("idle", 10));
    let now = world.clock.now();
    let lifetime_until = now.plus(Duration::from_secs(9000));
    let deadline = Deadline {
        at: lifetime_until,
        reason: ExpiringReason::Lifetime,
        lifetime_until,
        since: now,
    };
    world.host.login_renewed(&login(), deadline);
    assert_eq!(client.outbox.take(), Vec::<Value>::new());
}
