//! Faults of the whole server.

use fanlight_testkit::{APP_ID, Caller, Ended, TestSocket, TestTenant};
use serde_json::{Value, json};

use super::support::{connect, post, state};

const TICKETS: &str = "/api/fanlight/v1/tickets";

/// Plans faults, and gives them as they stand then.
async fn plan(tenant: &TestTenant, faults: Value) -> Value {
    let (status, faults) = post(tenant, "faults", faults).await;
    assert_eq!(status, 200, "{faults}");
    faults
}

/// The status and code of a handshake that is refused.
async fn refused(tenant: &TestTenant, caller: &Caller<'_>) -> (u16, Value) {
    let path = format!("/app/{APP_ID}");
    match tenant.socket(&path).by(caller).open().await {
        Ok(_) => panic!("the handshake was accepted"),
        Err(answer) => (answer.status, answer.json()["code"].clone()),
    }
}

/// How a connection to the app ends whose handshake was accepted.
async fn turned_away(tenant: &TestTenant, caller: &Caller<'_>) -> Ended {
    let path = format!("/app/{APP_ID}");
    let opened = tenant.socket(&path).by(caller).open().await;
    let mut socket: TestSocket = opened.unwrap_or_else(|answer| panic!("{}", answer.status));
    socket.ended().await
}

#[tokio::test]
async fn without_faults_all_are_off() {
    let tenant = TestTenant::start().await;
    let off = json!({
        "csrf-refuse-once": false, "deny-app-once": false, "token-endpoint-500": false, "tickets-refuse": false,
        "plain-cookies": false, "frame-refuse": false,
    });
    assert_eq!(state(&tenant).await["faults"], off);
    assert_eq!(plan(&tenant, json!({})).await, off);
}

#[tokio::test]
async fn what_is_left_out_stays_as_it_is() {
    let tenant = TestTenant::start().await;
    plan(&tenant, json!({"plain-cookies": true, "deny-app-once": 3})).await;
    let faults = plan(&tenant, json!({"frame-refuse": true})).await;
    assert_eq!(faults["plain-cookies"], true);
    assert_eq!(faults["deny-app-once"], 3);
    assert_eq!(faults["frame-refuse"], true);
    assert_eq!(state(&tenant).await["faults"], faults);
}

#[tokio::test]
async fn a_handshake_by_cookie_is_refused_as_with_a_wrong_csrf_token() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let program = tenant.program();
    let wrong = refused(&tenant, &ada.clone().with("qlik-csrf-token", "wrong")).await;
    assert_eq!(
        plan(&tenant, json!({"csrf-refuse-once": true})).await["csrf-refuse-once"],
        1
    );
    connect(&tenant, &program, "one").await;
    assert_eq!(refused(&tenant, &ada).await, wrong);
    connect(&tenant, &ada, "one").await;
    assert_eq!(state(&tenant).await["faults"]["csrf-refuse-once"], false);

    plan(&tenant, json!({"csrf-refuse-once": 2})).await;
    assert_eq!(refused(&tenant, &ada).await, wrong);
    assert_eq!(state(&tenant).await["faults"]["csrf-refuse-once"], 1);
    assert_eq!(refused(&tenant, &ada).await, wrong);
    connect(&tenant, &ada, "one").await;

    plan(&tenant, json!({"csrf-refuse-once": true})).await;
    plan(&tenant, json!({"csrf-refuse-once": false})).await;
    connect(&tenant, &ada, "one").await;
}

#[tokio::test]
async fn a_handshake_by_ticket_needs_no_csrf_token_to_be_refused() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let ticket = ada.post(TICKETS, &json!({})).await.json()["ticket"].clone();
    plan(&tenant, json!({"csrf-refuse-once": true})).await;
    let path = format!("/app/{APP_ID}?ticket={}", ticket.as_str().unwrap());
    tenant.socket(&path).connect().await;
    assert_eq!(state(&tenant).await["faults"]["csrf-refuse-once"], 1);
}

#[tokio::test]
async fn an_app_is_denied_so_often_as_was_said() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    assert_eq!(
        plan(&tenant, json!({"deny-app-once": 2})).await["deny-app-once"],
        2
    );
    for _ in 0..2 {
        let ended = turned_away(&tenant, &ada).await;
        assert!(matches!(ended, Ended::Closed { code: 4203, .. }), "{ended:?}");
    }
    connect(&tenant, &ada, "one").await;
    assert_eq!(
        plan(&tenant, json!({"deny-app-once": true})).await["deny-app-once"],
        1
    );
    let ended = turned_away(&tenant, &ada).await;
    let reason = format!("you may not open the app {APP_ID}");
    assert_eq!(ended, Ended::Closed { code: 4203, reason });
    connect(&tenant, &ada, "one").await;
}

#[tokio::test]
async fn tickets_are_refused() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    assert_eq!(
        plan(&tenant, json!({"tickets-refuse": true})).await["tickets-refuse"],
        true
    );
    for _ in 0..3 {
        assert_eq!(ada.post(TICKETS, &json!({})).await.status, 403);
    }
    plan(&tenant, json!({"tickets-refuse": 1})).await;
    assert_eq!(ada.post(TICKETS, &json!({})).await.status, 403);
    assert_eq!(ada.post(TICKETS, &json!({})).await.status, 201);
}

#[tokio::test]
async fn the_token_endpoint_is_told_to_fail() {
    let tenant = TestTenant::start().await;
    assert!(!tenant.control.fails_token_endpoint());
    plan(&tenant, json!({"token-endpoint-500": true})).await;
    assert!(tenant.control.fails_token_endpoint() && tenant.control.fails_token_endpoint());
    plan(&tenant, json!({"token-endpoint-500": 1})).await;
    assert!(tenant.control.fails_token_endpoint());
    assert!(!tenant.control.fails_token_endpoint());
}

#[tokio::test]
async fn sign_in_cookies_lose_their_partition() {
    let tenant = TestTenant::start().await;
    plan(&tenant, json!({"plain-cookies": true})).await;
    let signed_in = tenant.sign_in(&tenant.token("ada")).await;
    let cookies = signed_in.set_cookies();
    assert_eq!(cookies.len(), 6);
    for cookie in cookies {
        assert!(
            cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=None"),
            "{cookie}"
        );
    }
    // A cookie is taken away by the attributes that it was set with.
    let ada = tenant.signed_in("ada").await;
    let signed_out = ada.post("/logout", &Value::Null).await;
    assert!(
        signed_out
            .set_cookies()
            .iter()
            .all(|cookie| !cookie.contains("Partitioned"))
    );
    plan(&tenant, json!({"plain-cookies": false})).await;
    let signed_in = tenant.sign_in(&tenant.token("ada")).await;
    assert!(
        signed_in
            .set_cookies()
            .iter()
            .all(|cookie| cookie.ends_with("; Partitioned"))
    );
}

#[tokio::test]
async fn nobody_may_frame_the_sheet() {
    let tenant = TestTenant::start().await;
    let policy = async || {
        let page = tenant.anonymous().get("/single/?appid=t11").await;
        page.header("content-security-policy").to_owned()
    };
    let before = policy().await;
    plan(&tenant, json!({"frame-refuse": true})).await;
    let refused = policy().await;
    assert!(
        refused.split("; ").any(|part| part == "frame-ancestors 'none'"),
        "{refused}"
    );
    assert_eq!(refused.matches("frame-ancestors").count(), 1);
    plan(&tenant, json!({"frame-refuse": false})).await;
    assert_eq!(policy().await, before);
}
