//! A clock that is set back: nobody is thrown out, and nobody is let in again by what is over.

use std::time::Duration;

use fanlight_testkit::{PORTAL, TestTenant};
use serde_json::{Value, json};

const HOUR: Duration = Duration::from_secs(3600);
const ME: &str = "/api/v1/users/me";

/// Sets the clock back and does whatever is due then.
fn set_back(tenant: &TestTenant, by: Duration) {
    tenant.clock.set_back(by);
    tenant.sweep();
}

#[tokio::test]
async fn who_is_signed_in_goes_on_when_the_clock_is_set_back() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let mut socket = tenant.socket("/app/t11").by(&ada).connect().await;
    set_back(&tenant, 2 * HOUR);
    assert_eq!(ada.get(ME).await.status, 200);
    assert!(socket.is_silent(), "nobody is warned of an end");
    let opened = socket.call(-1, "OpenDoc", json!(["t11"])).await.unwrap();
    assert_eq!(opened["result"]["qReturn"]["qHandle"], 1, "{opened}");
    tenant.advance(Duration::from_secs(29 * 60));
    assert_eq!(ada.get(ME).await.status, 200);
}

#[tokio::test]
async fn an_end_stays_an_end_when_the_clock_is_set_back() {
    let tenant = TestTenant::start().await;
    let (idle, out) = (tenant.signed_in("ada").await, tenant.signed_in("bob").await);
    assert_eq!(out.post("/logout", &Value::Null).await.status, 204);
    tenant.advance(Duration::from_secs(31 * 60));
    set_back(&tenant, HOUR);
    for (browser, how) in [(idle, "idle-timeout"), (out, "signed-out")] {
        let refused = browser.get(ME).await;
        assert_eq!(refused.status, 401, "{how}");
        assert_eq!(refused.json()["errors"][0]["detail"], how);
    }
}

#[tokio::test]
async fn a_used_ticket_stays_used_when_the_clock_is_set_back() {
    let tenant = TestTenant::start().await;
    let page = tenant
        .anonymous()
        .with("origin", PORTAL)
        .with("authorization", &format!("Bearer {}", tenant.token("ada")));
    let given = page.post("/api/fanlight/v1/tickets", &Value::Null).await;
    assert_eq!(given.status, 201, "{}", given.body);
    let path = format!("/app/t11?ticket={}", given.json()["ticket"].as_str().unwrap());
    tenant.socket(&path).with("origin", PORTAL).connect().await;
    // Long enough that used tickets are forgotten, and back to when this one was good.
    tenant.advance(HOUR);
    set_back(&tenant, HOUR);
    let again = tenant.socket(&path).with("origin", PORTAL).open().await;
    let again = again.err().expect("it lets nobody in again");
    assert_eq!(again.status, 401, "{}", again.body);
}

#[tokio::test]
async fn a_limit_neither_opens_nor_locks_anybody_out_when_the_clock_is_set_back() {
    let tenant = TestTenant::start_with(|settings| {
        settings.sign_ins = fanlight_http::Rate::per_minute(2);
    })
    .await;
    let sign_in = async || tenant.sign_in(&tenant.token("ada")).await.status;
    assert_eq!([sign_in().await, sign_in().await], [200, 200]);
    set_back(&tenant, HOUR);
    assert_eq!(sign_in().await, 429);
    tenant.advance(Duration::from_secs(60));
    assert_eq!(sign_in().await, 200);
}
