//! Clients behind a reverse proxy.

use fanlight_http::{Rate, TrustedProxies};
use fanlight_testkit::TestTenant;
use serde_json::Value;

/// Two sign-ins in a minute; the router's caller counts as loopback.
async fn tenant(trusted: &[&str]) -> TestTenant {
    let networks: Vec<_> = trusted
        .iter()
        .map(|text| text.parse().expect("a network"))
        .collect();
    TestTenant::start_with(|settings| {
        settings.sign_ins = Rate::per_minute(2);
        settings.trusted_proxies = TrustedProxies::new(&networks);
    })
    .await
}

async fn sign_in(tenant: &TestTenant, forwarded_for: &str) -> u16 {
    let token = tenant.token("ada");
    let caller = tenant
        .anonymous()
        .with("authorization", &format!("Bearer {token}"))
        .with("x-forwarded-for", forwarded_for);
    caller.post("/login/jwt-session", &Value::Null).await.status
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_limit() {
    let tenant = tenant(&["127.0.0.0/8"]).await;
    for client in ["192.0.2.1", "192.0.2.2", "2001:db8:1:1::1"] {
        assert_eq!(sign_in(&tenant, client).await, 200, "{client}");
        assert_eq!(sign_in(&tenant, &format!("198.51.100.66, {client}")).await, 200);
        assert_eq!(sign_in(&tenant, client).await, 429, "{client}");
    }
    assert_eq!(
        sign_in(&tenant, "2001:db8:1:1:ffff::2").await,
        429,
        "the same network"
    );
}

#[tokio::test]
async fn a_spoofed_header_moves_nobody_out_of_a_limit() {
    let tenant = tenant(&["10.0.0.0/8"]).await;
    assert_eq!(sign_in(&tenant, "192.0.2.1").await, 200);
    assert_eq!(sign_in(&tenant, "192.0.2.2").await, 200);
    assert_eq!(sign_in(&tenant, "192.0.2.3").await, 429);
    assert_eq!(sign_in(&tenant, "10.0.0.1").await, 429);
}

#[tokio::test]
async fn the_audit_log_names_the_client_and_not_its_network() {
    let tenant = tenant(&["127.0.0.1"]).await;
    assert_eq!(sign_in(&tenant, "2001:db8:1:1::7").await, 200);
    tenant.sweep();
    let log = tenant.program().get("/api/fanlight/v1/audit?action=login").await;
    assert_eq!(
        log.json()["data"][0]["address"],
        "2001:db8:1:1::7",
        "{}",
        log.body
    );
}
