//! A person who signs in again in the same browser goes on with the same login session.

use std::time::Duration;

use fanlight_http::LineLimits;
use fanlight_testkit::{APP_ID, Answer, Caller, Ended, TestSocket, TestTenant, WEB_INTEGRATION};
use serde_json::{Value, json};

const MINUTE: u64 = 60;

/// A tenant whose sockets are not pinged, and whose login sessions last an hour however busy they are.
async fn tenant() -> TestTenant {
    let quiet = Duration::from_secs(1_000_000);
    let line = LineLimits {
        ping_after: quiet,
        dead_after: quiet,
        ..LineLimits::default()
    };
    let tenant = TestTenant::start_with(|settings| settings.line = line).await;
    let patch = json!([
        {"op": "replace", "path": "/userSessionInactivityTimeoutMinutes", "value": 1440},
        {"op": "replace", "path": "/maxUserSessionLifespanMinutes", "value": 60},
    ]);
    let changed = tenant
        .program()
        .call(http::Method::PATCH, "/api/core/auth-settings", &patch)
        .await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    tenant
}

/// Signs `subject` in with whatever `browser` sends along.
async fn sign_in(tenant: &TestTenant, browser: &Caller<'_>, subject: &str) -> Answer {
    let bearer = format!("Bearer {}", tenant.token(subject));
    let caller = browser.clone().with("authorization", &bearer);
    caller.post("/login/jwt-session", &Value::Null).await
}

fn logins(tenant: &TestTenant) -> usize {
    let open = tenant.services.store.open_login_sessions();
    open.expect("the store answers").len()
}

async fn connect(tenant: &TestTenant, caller: &Caller<'_>, identity: &str) -> TestSocket {
    let path = format!("/app/{APP_ID}/identity/{identity}");
    tenant.socket(&path).by(caller).connect().await
}

/// Keeps the engine session from going idle.
async fn works(socket: &mut TestSocket) {
    let answer = socket.call(-1, "EngineVersion", json!([])).await;
    assert!(answer.expect("the connection stands")["result"].is_object());
}

#[tokio::test]
async fn cookies_come_again_and_there_is_no_second_session() {
    let tenant = tenant().await;
    let ada = tenant.signed_in("ada").await;
    let again = sign_in(&tenant, &ada, "ada").await;
    assert_eq!((again.status, again.body.as_str()), (200, "{}"));
    let session_cookie = |cookies: &str| -> Vec<String> {
        let pairs = cookies.split("; ").filter(|pair| pair.starts_with("eas.sid"));
        pairs.map(str::to_owned).collect()
    };
    assert_eq!(
        session_cookie(&again.cookies()),
        session_cookie(ada.header("cookie").unwrap())
    );
    assert!(again.set_cookies()[0].ends_with("; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"));
    assert_eq!(logins(&tenant), 1);
    // The CSRF token that the page has goes on to work.
    let with_old_token = ada.clone().with("cookie", &again.cookies());
    assert_eq!(with_old_token.post("/logout", &Value::Null).await.status, 204);
}

#[tokio::test]
async fn sockets_stay_and_hear_that_the_announced_end_does_not_come() {
    let tenant = tenant().await;
    let ada = tenant.signed_in("ada").await;
    let mut socket = connect(&tenant, &ada, "one").await;
    for _ in 0..3 {
        tenant.advance(Duration::from_secs(19 * MINUTE));
        works(&mut socket).await;
    }
    tenant.advance(Duration::from_secs(2 * MINUTE));
    let announced = socket.next().await.unwrap();
    assert_eq!(announced["method"], "OnSessionExpiring", "{announced}");
    assert_eq!(announced["params"]["reason"], "lifetime");
    assert_eq!(sign_in(&tenant, &ada, "ada").await.status, 200);
    let extended = socket.next().await.unwrap();
    assert_eq!(extended["method"], "OnSessionExtended", "{extended}");
    assert_eq!(extended["params"]["lifetimeSecondsLeft"], 3600);
    // The lifetime really moved: the first one is long over.
    for _ in 0..3 {
        tenant.advance(Duration::from_secs(19 * MINUTE));
        works(&mut socket).await;
    }
    assert_eq!(ada.get("/api/v1/users/me").await.status, 200);
    assert_eq!(tenant.services.host.sessions().len(), 1);
    tenant.advance(Duration::from_secs(3 * MINUTE));
    assert!(matches!(socket.ended().await, Ended::Closed { code: 4006, .. }));
    let over = ada.get("/api/v1/users/me").await;
    assert_eq!(over.json()["errors"][0]["detail"], "lifetime");
}

#[tokio::test]
async fn a_sign_out_after_a_renewal_ends_everything() {
    let tenant = tenant().await;
    let ada = tenant.signed_in("ada").await;
    let mut before = connect(&tenant, &ada, "one").await;
    let again = sign_in(&tenant, &ada, "ada").await;
    let renewed = ada.clone().with("cookie", &again.cookies());
    let mut after = connect(&tenant, &renewed, "two").await;
    assert_eq!(renewed.post("/logout", &Value::Null).await.status, 204);
    for socket in [&mut before, &mut after] {
        assert!(matches!(socket.ended().await, Ended::Closed { code: 4006, .. }));
    }
    assert_eq!(logins(&tenant), 0);
    assert!(tenant.services.host.sessions().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn tabs_that_sign_in_at_once_renew_one_session() {
    let tenant = tenant().await;
    let ada = tenant.signed_in("ada").await;
    let mut socket = connect(&tenant, &ada, "one").await;
    let tabs = (0..10).map(|_| sign_in(&tenant, &ada, "ada"));
    let answers = futures_util::future::join_all(tabs).await;
    let sid = |answer: &Answer| answer.set_cookies()[0].to_owned();
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(sid(answer), sid(&answers[0]));
    }
    assert_eq!(logins(&tenant), 1);
    works(&mut socket).await;
}

#[tokio::test]
async fn a_tenant_with_a_new_web_integration_does_not_lend_it_the_session() {
    let tenant = tenant().await;
    let ada = tenant.signed_in("ada").await;
    let elsewhere = ada.clone().with("qlik-web-integration-id", WEB_INTEGRATION);
    let first = sign_in(&tenant, &elsewhere, "ada").await;
    assert_eq!(logins(&tenant), 2);
    let elsewhere = elsewhere.with("cookie", &first.cookies());
    assert_eq!(sign_in(&tenant, &elsewhere, "ada").await.status, 200);
    assert_eq!(logins(&tenant), 2);
}

#[tokio::test]
async fn a_planted_cookie_makes_nobody_known_to_its_planter() {
    let tenant = tenant().await;
    let mallory = tenant.signed_in("mallory").await;
    let victim = sign_in(&tenant, &mallory, "ada").await;
    let sid = |cookies: &str| cookies.split("; ").next().map(str::to_owned);
    assert_ne!(sid(&victim.cookies()), sid(mallory.header("cookie").unwrap()));
    assert_eq!(mallory.get("/api/v1/users/me").await.status, 401);
    for planted in ["eas.sid=chosen; eas.sid.sig=chosen", "eas.sid=chosen"] {
        let browser = tenant.anonymous().with("cookie", planted);
        let signed_in = sign_in(&tenant, &browser, "ada").await;
        assert!(!signed_in.cookies().contains("chosen"));
        assert_eq!(browser.get("/api/v1/users/me").await.status, 401);
    }
}

#[tokio::test]
async fn operators_see_renewals_and_find_both_keys_tokens() {
    let tenant = tenant().await;
    let ada = tenant.signed_in("ada").await;
    tenant.clock.advance(Duration::from_secs(5));
    assert_eq!(sign_in(&tenant, &ada, "ada").await.status, 200);
    tenant.sweep();
    let get = async |path: &str| tenant.program().get(path).await;
    let audit = get("/api/fanlight/v1/audit?action=login-renewed").await.json();
    assert_eq!(audit["data"].as_array().unwrap().len(), 1, "{audit}");
    let listed = get("/api/fanlight/v1/sessions?kind=login&user=ada").await.json();
    let entry = &listed["data"][0];
    assert_ne!(entry["renewedAt"], entry["createdAt"]);
    for jti in ["0", "1"] {
        let found = get(&format!("/api/fanlight/v1/sessions?jti={jti}")).await.json();
        assert_eq!(found["data"][0]["id"], entry["id"], "{jti}");
    }
    let metrics = get("/metrics").await.body;
    assert!(metrics.contains("fanlight_login_renewals_total 1"), "{metrics}");
    assert!(metrics.contains("fanlight_logins_total{result=\"ok\"} 2"));
}
