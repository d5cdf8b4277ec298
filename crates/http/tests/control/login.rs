//! Login sessions that end before their time.

use fanlight_identity::{End, LoginSessionState};
use fanlight_testkit::{Caller, START, TestTenant};
use serde_json::{Value, json};

use super::support::{closed, connect, farewell, post, rows, select, state};

/// The login session of the only person who has one.
async fn only_login(tenant: &TestTenant) -> String {
    let state = state(tenant).await;
    let sessions = state["loginSessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 1, "{state}");
    sessions[0]["id"].as_str().unwrap().to_owned()
}

fn kept(tenant: &TestTenant, id: &str) -> LoginSessionState {
    let session = tenant.services.store.login_session(&id.parse().unwrap());
    session.unwrap().unwrap().state
}

async fn is_refused(caller: &Caller<'_>, why: &str) {
    let answer = caller.get("/api/v1/users/me").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["errors"][0]["detail"], why, "{}", answer.body);
}

#[tokio::test]
async fn an_expiry_by_idleness_looks_as_it_does_in_life() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let id = only_login(&tenant).await;
    let bob = tenant.signed_in("bob").await;
    let (mut page, _) = connect(&tenant, &ada, "one").await;
    let (mut frame, _) = connect(&tenant, &ada, "one").await;
    let mut global = tenant.socket("/app/engineData").by(&ada).connect().await;
    let (mut other, _) = connect(&tenant, &bob, "one").await;
    select(&mut page).await;

    let (status, _) = post(&tenant, &format!("login-sessions/{id}/expire"), json!({})).await;
    assert_eq!(status, 204);
    let said = page.next().await.unwrap();
    assert_eq!(said["method"], "OnSessionTimedOut", "without a warning before it");
    assert_eq!(said["params"]["reason"], "idle-timeout");
    assert_eq!(said["params"]["code"], 4001);
    assert_eq!(page.ended().await, closed(4001, "idle-timeout"));
    assert_eq!(frame.ended().await, closed(4001, "idle-timeout"));
    let end = global.ended().await;
    assert!(matches!(end, fanlight_testkit::Ended::Closed { code: 4001, .. }));
    let end = End::Idle;
    assert_eq!(kept(&tenant, &id), LoginSessionState::Ended { at: START, end });
    is_refused(&ada, "idle-timeout").await;

    assert!(other.call(-1, "EngineVersion", json!([])).await.is_ok());
    let again = tenant.signed_in("ada").await;
    let (mut page, connected) = connect(&tenant, &again, "one").await;
    assert_eq!(connected["how"], "created", "its selections are forgotten");
    page.call(-1, "OpenDoc", json!([fanlight_testkit::APP_ID]))
        .await
        .unwrap();
    assert_eq!(rows(&mut page).await, 6.0);
}

#[tokio::test]
async fn an_expiry_by_age_looks_as_it_does_in_life() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let id = only_login(&tenant).await;
    let (mut page, _) = connect(&tenant, &ada, "one").await;
    let reason = json!({"reason": "lifetime"});
    let (status, _) = post(&tenant, &format!("login-sessions/{id}/expire"), reason).await;
    assert_eq!(status, 204);
    let (said, ended) = farewell(&mut page).await;
    assert_eq!(said["method"], "OnSessionLoggedOut");
    assert_eq!(said["params"]["reason"], "lifetime");
    assert_eq!(ended, closed(4006, "lifetime"));
    let end = End::Lifetime;
    assert_eq!(kept(&tenant, &id), LoginSessionState::Ended { at: START, end });
    is_refused(&ada, "lifetime").await;
}

#[tokio::test]
async fn a_revocation_says_the_testers_words() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let id = only_login(&tenant).await;
    let (mut page, _) = connect(&tenant, &ada, "one").await;
    let reason = json!({"reason": "lost laptop"});
    let (status, _) = post(&tenant, &format!("login-sessions/{id}/revoke"), reason).await;
    assert_eq!(status, 204);
    let (said, ended) = farewell(&mut page).await;
    assert_eq!(said["method"], "OnSessionLoggedOut");
    assert_eq!(said["params"]["reason"], "revoked");
    assert_eq!(said["params"]["message"], "lost laptop");
    assert_eq!(ended, closed(4006, "revoked"));
    let end = End::Revoked {
        by: "control".to_owned(),
        reason: "lost laptop".to_owned(),
    };
    assert_eq!(kept(&tenant, &id), LoginSessionState::Ended { at: START, end });
    is_refused(&ada, "revoked").await;
    let audit = tenant
        .program()
        .get("/api/fanlight/v1/audit?action=revoked")
        .await;
    assert_eq!(audit.json()["data"][0]["actor"], "control", "{}", audit.body);
    assert_eq!(state(&tenant).await["loginSessions"], json!([]));
}

#[tokio::test]
async fn a_revocation_needs_no_words() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let id = only_login(&tenant).await;
    let (mut page, _) = connect(&tenant, &ada, "one").await;
    let (status, _) = post(&tenant, &format!("login-sessions/{id}/revoke"), json!({})).await;
    assert_eq!(status, 204);
    assert_eq!(farewell(&mut page).await.1, closed(4006, "revoked"));
}

#[tokio::test]
async fn a_session_ends_once() {
    let tenant = TestTenant::start().await;
    tenant.signed_in("ada").await;
    let id = only_login(&tenant).await;
    let path = format!("login-sessions/{id}/expire");
    assert_eq!(post(&tenant, &path, json!({})).await, (204, Value::Null));
    for action in ["expire", "revoke"] {
        let (status, body) = post(&tenant, &format!("login-sessions/{id}/{action}"), json!({})).await;
        assert_eq!(status, 404, "{action}");
        let error = body["error"].as_str().unwrap();
        assert!(error.contains("already ended: idle-timeout"), "{error}");
    }
}
