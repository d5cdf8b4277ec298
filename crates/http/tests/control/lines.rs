//! Connections that are cut, frozen or slow.

use std::time::Duration;

use fanlight_base::EngineSessionId;
use fanlight_testkit::{APP_ID, Ended, TestSocket, TestTenant};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::support::{closed, connect, engine_state, list_of_regions, post, rows, select, session_of};

const DELAY: Duration = Duration::from_millis(150);

async fn send(socket: &mut TestSocket, id: u64, method: &str, handle: i64, params: Value) {
    let request = json!({"jsonrpc": "2.0", "id": id, "handle": handle, "method": method, "params": params});
    socket.send(request.to_string()).await.unwrap();
}

async fn fault(tenant: &TestTenant, session: &EngineSessionId) -> Value {
    engine_state(tenant, session).await["fault"].clone()
}

#[tokio::test]
async fn a_drop_cuts_the_connections_and_keeps_the_session() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let (mut page, connected) = connect(&tenant, &ada, "one").await;
    let (mut frame, _) = connect(&tenant, &ada, "one").await;
    let (mut other, _) = connect(&tenant, &ada, "two").await;
    select(&mut page).await;
    let session = session_of(&connected);
    let path = format!("engine-sessions/{session}/drop");
    assert_eq!(
        post(&tenant, &path, json!({})).await,
        (200, json!({"connections": 2}))
    );
    assert_eq!(engine_state(&tenant, &session).await["state"], "detached");
    // What was pushed before may still arrive; no close frame does.
    assert_eq!(page.ended().await, Ended::Dropped);
    assert_eq!(frame.ended().await, Ended::Dropped);
    assert!(other.call(-1, "EngineVersion", json!([])).await.is_ok());
    let (mut page, again) = connect(&tenant, &ada, "one").await;
    assert_eq!(again["how"], "attached");
    assert_eq!(again["sessionId"], connected["sessionId"]);
    page.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();
    assert_eq!(rows(&mut page).await, 2.0);
}

#[tokio::test]
async fn a_frozen_connection_is_silent_until_it_thaws() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let (mut frozen, connected) = connect(&tenant, &ada, "one").await;
    let handle = list_of_regions(&mut frozen).await;
    let session = session_of(&connected);
    let path = format!("engine-sessions/{session}/freeze");
    assert_eq!(
        post(&tenant, &path, json!({})).await,
        (200, json!({"connections": 1}))
    );
    assert_eq!(
        fault(&tenant, &session).await,
        json!({"frozen": true, "delayMs": 0})
    );

    send(
        &mut frozen,
        50,
        "SelectListObjectValues",
        handle,
        json!(["/qListObjectDef", [0], false]),
    )
    .await;
    frozen.ping().await.unwrap();
    // A connection that came later works, and what the frozen one asked for is not done.
    let (mut other, _) = connect(&tenant, &ada, "one").await;
    other.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();
    for _ in 0..20 {
        assert_eq!(rows(&mut other).await, 6.0);
    }
    assert!(frozen.is_silent());
    assert_eq!(engine_state(&tenant, &session).await["state"], "attached");

    let (status, _) = post(&tenant, &path, json!({"frozen": false})).await;
    assert_eq!(status, 200);
    let answer = frozen.next().await.unwrap();
    assert_eq!(
        (&answer["id"], &answer["result"]["qSuccess"]),
        (&json!(50), &json!(true))
    );
    assert_eq!(rows(&mut other).await, 2.0);
    assert_eq!(
        fault(&tenant, &session).await,
        json!({"frozen": false, "delayMs": 0})
    );
}

#[tokio::test]
async fn the_sweep_does_not_end_a_frozen_connection() {
    let tenant = TestTenant::start().await;
    let (mut frozen, connected) = connect(&tenant, &tenant.program(), "one").await;
    let session = session_of(&connected);
    tenant.control.freeze_engine(&session).unwrap();
    for _ in 0..20 {
        tenant.advance(Duration::from_secs(20));
    }
    assert!(frozen.is_silent());
    tenant.control.thaw_engine(&session).unwrap();
    tenant.sweep();
    assert!(frozen.call(-1, "EngineVersion", json!([])).await.is_ok());
}

#[tokio::test]
async fn a_frozen_connection_hears_after_it_thaws_that_its_session_has_ended() {
    let tenant = TestTenant::start().await;
    let (mut frozen, connected) = connect(&tenant, &tenant.program(), "one").await;
    let (mut other, _) = connect(&tenant, &tenant.program(), "two").await;
    let session = session_of(&connected);
    tenant.control.freeze_engine(&session).unwrap();
    let path = format!("engine-sessions/{session}/close");
    assert_eq!(post(&tenant, &path, json!({"code": 4006})).await.0, 200);
    assert!(other.call(-1, "EngineVersion", json!([])).await.is_ok());
    assert!(frozen.is_silent());
    assert_eq!(tenant.services.sockets.count(), 2);
    // Nobody can find it any more to thaw it, so it must not stay for ever.
    tenant.sweep();
    tenant.advance(Duration::from_secs(10));
    assert_eq!(frozen.ended().await, Ended::Dropped);
}

#[tokio::test]
async fn a_restart_cuts_frozen_connections() {
    let tenant = TestTenant::start().await;
    let (mut frozen, connected) = connect(&tenant, &tenant.program(), "one").await;
    tenant.control.freeze_engine(&session_of(&connected)).unwrap();
    post(&tenant, "faults", json!({"restart-engine": true})).await;
    assert_eq!(frozen.ended().await, Ended::Dropped);
}

#[tokio::test]
async fn a_frozen_connection_can_be_dropped() {
    let tenant = TestTenant::start().await;
    let (mut frozen, connected) = connect(&tenant, &tenant.program(), "one").await;
    let session = session_of(&connected);
    tenant.control.freeze_engine(&session).unwrap();
    assert_eq!(tenant.control.drop_engine(&session).await, Ok(1));
    assert_eq!(frozen.ended().await, Ended::Dropped);
}

#[tokio::test]
async fn delayed_frames_come_late_and_in_order() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let (mut page, connected) = connect(&tenant, &ada, "one").await;
    let session = session_of(&connected);
    let path = format!("engine-sessions/{session}/delay");
    let millis = json!({"millis": 150});
    assert_eq!(
        post(&tenant, &path, millis).await,
        (200, json!({"connections": 1}))
    );
    assert_eq!(
        fault(&tenant, &session).await,
        json!({"frozen": false, "delayMs": 150})
    );
    let asked = Instant::now();
    for id in 100..110 {
        send(&mut page, id, "EngineVersion", -1, json!([])).await;
    }
    for id in 100..110 {
        assert_eq!(page.next().await.unwrap()["id"], id);
        assert!(asked.elapsed() >= DELAY);
    }

    // A connection that comes later waits for its greeting already.
    let asked = Instant::now();
    let (mut frame, _) = connect(&tenant, &ada, "one").await;
    assert!(asked.elapsed() >= DELAY);
    let (_other, _) = connect(&tenant, &ada, "two").await;

    // Nothing overtakes what is still held back when the delay ends.
    send(&mut page, 200, "EngineVersion", -1, json!([])).await;
    assert_eq!(post(&tenant, &path, json!({"millis": 0})).await.0, 200);
    send(&mut page, 201, "EngineVersion", -1, json!([])).await;
    assert_eq!(page.next().await.unwrap()["id"], 200);
    assert_eq!(page.next().await.unwrap()["id"], 201);
    assert!(frame.call(-1, "EngineVersion", json!([])).await.is_ok());
    assert_eq!(
        fault(&tenant, &session).await,
        json!({"frozen": false, "delayMs": 0})
    );
}

#[tokio::test]
async fn a_delay_holds_back_the_goodbye() {
    let tenant = TestTenant::start().await;
    let (mut socket, connected) = connect(&tenant, &tenant.program(), "one").await;
    let session = session_of(&connected);
    tenant.control.delay_engine(&session, DELAY).unwrap();
    let asked = Instant::now();
    let path = format!("engine-sessions/{session}/close");
    post(&tenant, &path, json!({"code": 4003})).await;
    assert_eq!(socket.next().await.unwrap()["method"], "OnSessionClosed");
    assert_eq!(socket.ended().await, closed(4003, "engine-restart"));
    assert!(asked.elapsed() >= DELAY);
}

#[tokio::test]
async fn a_delay_reaches_a_connection_that_opens_the_app_later() {
    let tenant = TestTenant::start().await;
    let (_first, connected) = connect(&tenant, &tenant.program(), "one").await;
    let session = session_of(&connected);
    tenant.control.delay_engine(&session, DELAY).unwrap();
    let path = "/app/engineData/identity/one";
    let mut late = tenant.socket(path).by(&tenant.program()).connect().await;
    let asked = Instant::now();
    assert!(late.call(-1, "OpenDoc", json!([APP_ID])).await.is_ok());
    assert!(asked.elapsed() >= DELAY);
}
