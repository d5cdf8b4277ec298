//! The framed page, static files, themes and what every answer carries.

use std::sync::Arc;
use std::time::Duration;

use fanlight_identity::{AuditQuota, AuditRecord};
use fanlight_store::{SqliteStore, StoreSettings};
use fanlight_testkit::{CSP_ORIGIN, MemoryJournal, TestTenant};
use http::Method;
use serde_json::{Value, json};

/// The whole of one directive of a policy, and whether it is there once.
fn directive<'a>(policy: &'a str, name: &str) -> Option<&'a str> {
    let mut found = policy
        .split(';')
        .filter_map(|part| part.trim().strip_prefix(name)?.strip_prefix(' '));
    let first = found.next();
    assert_eq!(found.next(), None, "{name} twice: {policy}");
    first
}

#[tokio::test]
async fn nobody_frames_a_page_but_listed_origins_the_framed_one() {
    let tenant = TestTenant::start().await;
    let ancestors = async |path: &str| {
        let page = tenant.anonymous().get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        let policy = page.header("content-security-policy");
        // Who may is a set, whatever its order.
        let who = directive(policy, "frame-ancestors").unwrap_or_default();
        let mut who: Vec<String> = who.split(' ').map(str::to_owned).collect();
        who.sort();
        who
    };
    assert_eq!(ancestors("/single/").await, ["'self'", CSP_ORIGIN]);
    assert_eq!(ancestors("/console/").await, ["'none'"]);
    // Listed for something else, which lets it frame nothing.
    let other = json!({"origin": "https://other.example", "imgSrc": true});
    let made = tenant.program().post("/api/v1/csp-origins", &other).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(ancestors("/single/").await, ["'self'", CSP_ORIGIN]);
    let second = json!({"origin": "https://second.example", "frameAncestors": true});
    let made = tenant.program().post("/api/v1/csp-origins", &second).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let both = ["'self'", CSP_ORIGIN, "https://second.example"];
    assert_eq!(ancestors("/single/").await, both);
    assert_eq!(ancestors("/console/").await, ["'none'"], "whoever is listed");
}

#[tokio::test]
async fn the_framed_page_may_be_framed_by_listed_origins_only() {
    let tenant = TestTenant::start().await;
    let page = tenant.anonymous().get("/single/?appid=t11").await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains(&format!("frame-ancestors 'self' {CSP_ORIGIN}")),
        "{policy}"
    );
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(policy.contains("script-src 'self';"), "{policy}");
    assert!(policy.contains("connect-src 'self' ws://127.0.0.1:"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn a_new_csp_origin_counts_at_once() {
    let tenant = TestTenant::start().await;
    let new = json!({"origin": "https://second.example", "frameAncestors": true});
    let made = tenant.program().post("/api/v1/csp-origins", &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let page = tenant.anonymous().get("/single/").await;
    assert!(
        page.header("content-security-policy")
            .contains("https://second.example")
    );
    let header = tenant
        .program()
        .get("/api/v1/csp-origins/actions/generate-header")
        .await;
    let header = header.json();
    assert!(
        header["Content-Security-Policy"]
            .as_str()
            .unwrap()
            .contains("https://second.example")
    );
    let path = format!("/api/v1/csp-origins/{}", made.json()["id"].as_str().unwrap());
    let off = json!({"origin": "https://second.example", "frameAncestors": false});
    assert_eq!(tenant.program().call(Method::PUT, &path, &off).await.status, 200);
    assert_eq!(
        tenant
            .program()
            .call(Method::DELETE, &path, &Value::Null)
            .await
            .status,
        204
    );
    assert_eq!(tenant.program().get(&path).await.status, 404);
}

#[tokio::test]
async fn the_framed_page_is_asked_for_again_by_its_tag() {
    let tenant = TestTenant::start().await;
    let page = tenant.anonymous().get("/single/").await;
    assert_eq!(page.header("cache-control"), "no-cache");
    let again = tenant
        .anonymous()
        .with("if-none-match", page.header("etag"))
        .get("/single/")
        .await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
}

#[tokio::test]
async fn the_sdk_is_readable_from_any_page() {
    let tenant = TestTenant::start().await;
    let stranger = tenant.anonymous().with("origin", "https://stranger.example");
    let script = stranger.get("/embed/fanlight-embed.js").await;
    assert_eq!(script.status, 200);
    assert_eq!(script.header("access-control-allow-origin"), "*");
    assert_eq!(script.header("cross-origin-resource-policy"), "cross-origin");
    let missing = tenant.anonymous().get("/embed/nothing.js").await;
    assert_eq!((missing.status, missing.code()), (404, "HTTP-404".to_owned()));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_in_the_tenants_form() {
    let tenant = TestTenant::start().await;
    let caller = tenant.program();
    assert_eq!(caller.get("/nothing").await.code(), "HTTP-404");
    assert_eq!(caller.get("/api/v1/nothing").await.code(), "HTTP-404");
    assert_eq!(
        caller
            .call(Method::DELETE, "/api/v1/users/me", &Value::Null)
            .await
            .code(),
        "HTTP-405"
    );
}

#[tokio::test]
async fn other_answers_can_neither_be_framed_nor_kept() {
    let tenant = TestTenant::start().await;
    let answer = tenant.program().get("/api/v1/users/me").await;
    assert!(
        answer
            .header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("x-request-id").len(), 32);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let tenant = TestTenant::start_with(|settings| settings.max_body_bytes = 100).await;
    let large = json!({"name": "a".repeat(200)});
    let answer = tenant.program().post("/api/v1/web-integrations", &large).await;
    assert_eq!((answer.status, answer.code()), (413, "HTTP-413".to_owned()));
}

#[tokio::test]
async fn a_body_that_is_wrong_is_refused() {
    let tenant = TestTenant::start().await;
    for wrong in [
        json!({}),
        json!({"name": "x", "validOrigins": ["*"]}),
        json!({"name": "x", "validOrigins": ["http://portal.example"]}),
        json!({"name": ""}),
    ] {
        let answer = tenant.program().post("/api/v1/web-integrations", &wrong).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn too_many_requests_are_refused() {
    let tenant =
        TestTenant::start_with(|settings| settings.requests = fanlight_http::Rate::per_minute(3)).await;
    for _ in 0..3 {
        assert_eq!(tenant.anonymous().get("/healthz").await.status, 200);
    }
    assert_eq!(tenant.anonymous().get("/healthz").await.status, 429);
}

#[tokio::test]
async fn apps_items_and_the_tenant_are_listed_for_the_signed_in() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let items = ada.get("/api/v1/items?resourceType=app&limit=10").await.json();
    assert_eq!(items["data"][0]["resourceId"], "t11");
    assert_eq!(
        ada.get("/api/v1/items?resourceType=note").await.json()["data"],
        json!([])
    );
    assert_eq!(
        ada.get("/api/v1/apps/t11").await.json()["attributes"]["name"],
        "Sales"
    );
    assert_eq!(ada.get("/api/v1/apps/nothing").await.status, 404);
    assert_eq!(ada.get("/api/v1/tenants/me").await.json()["name"], "Test");
    assert_eq!(ada.get("/api/v1/themes/nothing").await.status, 404);
    assert_eq!(tenant.anonymous().get("/api/v1/items").await.status, 401);
}

#[tokio::test]
async fn an_identity_provider_can_be_added_with_its_line_breaks_lost() {
    let tenant = TestTenant::start().await;
    let forge = fanlight_testkit::Forge::new();
    let pem = forge.public().to_pem().replace('\n', "");
    let new = json!({
        "protocol": "jwtAuth", "provider": "external", "interactive": false, "active": true,
        "options": {"jwtLoginEnabled": true, "issuer": "second", "staticKeys": [{"kid": "k", "pem": pem}]},
    });
    let made = tenant.program().post("/api/v1/identity-providers", &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let mut claims = tenant.claims("eve");
    claims["iss"] = json!("second");
    let header = json!({"alg": "EdDSA", "kid": "k"});
    assert_eq!(tenant.sign_in(&forge.sign(&header, &claims)).await.status, 200);
    let path = format!(
        "/api/v1/identity-providers/{}",
        made.json()["id"].as_str().unwrap()
    );
    assert_eq!(
        tenant
            .program()
            .call(Method::DELETE, &path, &Value::Null)
            .await
            .status,
        204
    );
    claims["jti"] = json!("another");
    assert_eq!(
        tenant.sign_in(&forge.sign(&header, &claims)).await.code(),
        "token.issuer"
    );
}

#[tokio::test]
async fn signing_in_by_hand_leads_to_the_portal_and_back_to_listed_places_only() {
    let page = |settings: &mut fanlight_http::Settings| {
        settings.sign_in_page = Some("https://portal.example/sign-in".to_owned());
    };
    let tenant = TestTenant::start_with(page).await;
    let caller = tenant.anonymous();
    let answer = caller
        .get("/login?returnto=https%3A%2F%2Fportal.example%2Fa")
        .await;
    assert_eq!(answer.status, 302);
    let expected = "https://portal.example/sign-in?returnto=https%3A%2F%2Fportal.example%2Fa";
    assert_eq!(answer.header("location"), expected);
    let answer = caller.get("/login?returnto=https%3A%2F%2Fevil.example").await;
    assert_eq!((answer.status, answer.code()), (401, "LOGIN-10".to_owned()));
}

/// The process is ready as long as somebody could sign in.
#[tokio::test]
async fn a_database_at_its_limit_is_told_by_readiness_and_metrics() {
    let folder = tempfile::tempdir().unwrap();
    let limits = StoreSettings { max_bytes: 1 << 20 };
    let store = SqliteStore::open_with(&folder.path().join("fanlight.db"), limits).unwrap();
    let journal = Arc::new(MemoryJournal::default());
    let tenant = TestTenant::start_on(Arc::new(store), journal, |_| {}).await;
    let ready = tenant.anonymous().get("/readyz").await;
    assert_eq!((ready.status, ready.body.as_str()), (200, "ready\nstore: ok\n"));
    let ada = tenant.signed_in("ada").await;
    let record = AuditRecord::new(fanlight_testkit::START, "login", "server").with_detail(&"x".repeat(400));
    let store = &tenant.services.store;
    while store.try_write(fanlight_testkit::START).is_ok() {
        store.append_audit(&vec![record.clone(); 20]).unwrap();
    }
    let refused = tenant.anonymous().get("/readyz").await;
    assert_eq!(refused.status, 503);
    assert!(
        refused.body.contains("its limit of 1048576 bytes"),
        "{}",
        refused.body
    );
    let signed_in = tenant.sign_in(&tenant.token("bob")).await;
    assert_eq!((signed_in.status, signed_in.code()), (503, "HTTP-503".to_owned()));
    let metrics = tenant.program().get("/metrics").await.body;
    assert!(
        metrics.contains("fanlight_database_max_bytes 1048576"),
        "{metrics}"
    );
    let bytes = metrics
        .lines()
        .find_map(|line| line.strip_prefix("fanlight_database_bytes "))
        .unwrap();
    assert!(bytes.parse::<u64>().unwrap() > 990_000, "{bytes}");
    // Who is in can leave.
    assert_eq!(ada.post("/logout", &Value::Null).await.status, 204);
    let nothing = AuditQuota {
        others: 0,
        strangers: 0,
    };
    store
        .forget_audit(fanlight_testkit::START.plus(Duration::from_secs(1)), nothing)
        .unwrap();
    assert_eq!(tenant.anonymous().get("/readyz").await.status, 200);
    assert_eq!(tenant.sign_in(&tenant.token("bob")).await.status, 200);
}

#[tokio::test]
async fn tickets_beyond_what_one_session_may_have_open_are_refused_with_a_word_when_to_come_back() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let path = "/api/fanlight/v1/tickets";
    for _ in 0..5 {
        assert_eq!(ada.post(path, &json!({"count": 10})).await.status, 201);
    }
    let refused = ada.post(path, &json!({})).await;
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, "60"),
        "{}",
        refused.body
    );
    let bob = tenant.signed_in("bob").await;
    assert_eq!(
        bob.post(path, &json!({})).await.status,
        201,
        "others have their own"
    );
    tenant.advance(Duration::from_secs(60));
    assert_eq!(ada.post(path, &json!({})).await.status, 201);
}
