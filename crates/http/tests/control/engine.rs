//! Engine sessions that end, and an engine that restarts.

use fanlight_testkit::{APP_ID, TestTenant};
use serde_json::json;

use super::support::{closed, connect, farewell, post, rows, select, session_of, state};

/// Code, the word that goes with it, the notification before it, and what a client finds that comes back.
const CODES: [(u16, &str, &str, &str); 9] = [
    (4001, "idle-timeout", "OnSessionTimedOut", "created"),
    (4003, "engine-restart", "OnSessionClosed", "rebuilt"),
    (4004, "app-removed", "OnSessionClosed", "rebuilt"),
    (4005, "session-limit", "OnSessionClosed", "rebuilt"),
    (4006, "signed-out", "OnSessionLoggedOut", "created"),
    (4202, "bad-request", "OnSessionClosed", "rebuilt"),
    (4203, "not-permitted", "OnSessionClosed", "created"),
    (4204, "no-such-app", "OnSessionClosed", "rebuilt"),
    (4205, "too-many-requests", "OnSessionClosed", "rebuilt"),
];

#[tokio::test]
async fn a_close_with_any_code_looks_as_it_does_in_life() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    for (code, word, method, how) in CODES {
        let identity = format!("i{code}");
        let (mut page, connected) = connect(&tenant, &ada, &identity).await;
        let (mut frame, _) = connect(&tenant, &ada, &identity).await;
        select(&mut page).await;
        let path = format!("engine-sessions/{}/close", session_of(&connected));
        let answer = post(&tenant, &path, json!({ "code": code })).await;
        assert_eq!(answer, (200, json!({"connections": 2})), "{code}");
        for socket in [&mut page, &mut frame] {
            let (said, ended) = farewell(socket).await;
            assert_eq!(said["method"], method, "{code}");
            assert_eq!(said["params"]["reason"], word, "{code}");
            assert_eq!(said["params"]["code"], code);
            assert_eq!(said["params"]["severity"], "fatal");
            assert_eq!(ended, closed(code, word));
        }
        // The login session goes on.
        let (mut again, connected) = connect(&tenant, &ada, &identity).await;
        assert_eq!(connected["how"], how, "{code}");
        again.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();
        let left = if how == "rebuilt" { 2.0 } else { 6.0 };
        assert_eq!(rows(&mut again).await, left, "{code}");
    }
}

#[tokio::test]
async fn a_detached_session_can_be_closed() {
    let tenant = TestTenant::start().await;
    let (_socket, connected) = connect(&tenant, &tenant.program(), "one").await;
    let session = session_of(&connected);
    tenant.control.drop_engine(&session).await.unwrap();
    let path = format!("engine-sessions/{session}/close");
    let answer = post(&tenant, &path, json!({"code": 4001})).await;
    assert_eq!(answer, (200, json!({"connections": 0})));
    assert_eq!(state(&tenant).await["engineSessions"], json!([]));
}

#[tokio::test]
async fn others_sessions_stay() {
    let tenant = TestTenant::start().await;
    let (mut one, connected) = connect(&tenant, &tenant.program(), "one").await;
    let (mut two, _) = connect(&tenant, &tenant.program(), "two").await;
    let path = format!("engine-sessions/{}/close", session_of(&connected));
    post(&tenant, &path, json!({"code": 4006})).await;
    assert_eq!(one.ended().await, closed(4006, "signed-out"));
    assert!(two.call(-1, "EngineVersion", json!([])).await.is_ok());
}

#[tokio::test]
async fn after_a_restart_everybody_comes_back_rebuilt() {
    let tenant = TestTenant::start().await;
    let (ada, bob) = (tenant.signed_in("ada").await, tenant.signed_in("bob").await);
    let (mut first, before) = connect(&tenant, &ada, "one").await;
    let (mut second, _) = connect(&tenant, &bob, "one").await;
    let mut global = tenant.socket("/app/engineData").by(&ada).connect().await;
    select(&mut first).await;
    second.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();

    let (status, faults) = post(&tenant, "faults", json!({"restart-engine": true})).await;
    assert_eq!(status, 200);
    assert_eq!(faults.get("restart-engine"), None, "it is no fault that stands");
    for socket in [&mut first, &mut second] {
        let (said, ended) = farewell(socket).await;
        assert_eq!(said["params"]["reason"], "engine-restart");
        assert_eq!(ended, closed(4003, "engine-restart"));
    }
    assert_eq!(global.ended().await, closed(4003, "the server restarts"));
    assert_eq!(state(&tenant).await["engineSessions"], json!([]));

    let (mut first, after) = connect(&tenant, &ada, "one").await;
    assert_eq!(after["how"], "rebuilt");
    assert_eq!(after["notRestored"], json!([]));
    assert_eq!(after["qSessionState"], "SESSION_CREATED");
    assert_ne!(after["sessionId"], before["sessionId"]);
    first.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();
    assert_eq!(rows(&mut first).await, 2.0);
    let (mut second, after) = connect(&tenant, &bob, "one").await;
    assert_eq!(
        after["how"], "created",
        "nothing was kept, because nothing was done"
    );
    second.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();
    assert_eq!(rows(&mut second).await, 6.0);
}

#[tokio::test]
async fn a_restart_that_is_not_wanted_does_nothing() {
    let tenant = TestTenant::start().await;
    let (mut socket, _) = connect(&tenant, &tenant.program(), "one").await;
    assert_eq!(
        post(&tenant, "faults", json!({"restart-engine": false})).await.0,
        200
    );
    assert!(socket.call(-1, "EngineVersion", json!([])).await.is_ok());
}

#[tokio::test]
async fn the_state_shows_every_session() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let (_page, connected) = connect(&tenant, &ada, "one").await;
    let (_frame, _) = connect(&tenant, &ada, "one").await;
    let session = session_of(&connected);
    let now = fanlight_testkit::START;
    let seen = state(&tenant).await;
    assert_eq!(seen["now"], now.to_string());
    let login = &seen["loginSessions"][0];
    assert_eq!(login["user"]["subject"], "ada");
    assert_eq!(login["user"]["name"], "ada");
    assert_eq!(
        (&login["state"], &login["connections"]),
        (&json!("active"), &json!(2))
    );
    assert_eq!(login["createdAt"], now.to_string());
    assert_eq!(login["lastActiveAt"], now.to_string());
    let idle = std::time::Duration::from_secs(1800);
    assert_eq!(login["endsAt"], now.plus(idle).to_string());
    assert_eq!(login["endsBy"], "idle-timeout");
    let engine = &seen["engineSessions"][0];
    assert_eq!(engine["id"], session.as_str());
    assert_eq!(engine["user"], login["user"]);
    assert_eq!(
        (&engine["app"], &engine["identity"]),
        (&json!(APP_ID), &json!("one"))
    );
    assert_eq!(engine["state"], "attached");
    assert_eq!(engine.get("until"), None);
    assert_eq!(engine["connections"].as_array().unwrap().len(), 2);
    assert_eq!(engine["connections"][0]["loginSession"], login["id"]);
    assert_eq!(engine["fault"], json!({"frozen": false, "delayMs": 0}));

    tenant.control.drop_engine(&session).await.unwrap();
    let engine = &state(&tenant).await["engineSessions"][0];
    assert_eq!(
        (&engine["state"], &engine["connections"]),
        (&json!("detached"), &json!([]))
    );
    let linger = std::time::Duration::from_secs(60);
    assert_eq!(engine["until"], now.plus(linger).to_string());
}

#[tokio::test]
async fn the_clock_moves_and_what_is_due_is_done() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let (mut page, _) = connect(&tenant, &ada, "one").await;
    let (status, now) = post(&tenant, "clock", json!({"advance": 1800.5})).await;
    let moved = fanlight_testkit::START.plus(std::time::Duration::from_millis(1_800_500));
    assert_eq!((status, now), (200, json!({ "now": moved.to_string() })));
    assert_eq!(farewell(&mut page).await.1, closed(4001, "idle-timeout"));
    assert_eq!(ada.get("/api/v1/users/me").await.status, 401);
}
