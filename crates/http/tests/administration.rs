//! What administrators change: each change is in the audit log, and a portal that is gone takes its sessions along.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use fanlight_identity::AuditQuery;
use fanlight_testkit::{Answer, Caller, Ended, Forge, PORTAL, TestTenant, WEB_INTEGRATION};
use http::Method;
use serde_json::{Value, json};

const INTEGRATIONS: &str = "/api/v1/web-integrations";

/// The kinds, acts and ids of the log, oldest first, without what the store holds from the start.
fn changes(tenant: &TestTenant) -> Vec<String> {
    let query = AuditQuery {
        action: Some("admin-change".to_owned()),
        limit: 99,
        ..AuditQuery::default()
    };
    let mut entries = tenant.services.store.audit(&query).unwrap();
    entries.reverse();
    let program = tenant.services.store.user_by_subject("program").unwrap().unwrap();
    for entry in &entries {
        assert_eq!(entry.actor, program.id.as_str());
        assert_eq!(entry.address.as_deref(), Some("127.0.0.1"));
    }
    entries.into_iter().map(|entry| entry.detail).collect()
}

async fn done(tenant: &TestTenant, method: Method, path: &str, body: &Value) -> Answer {
    let answer = tenant.program().call(method, path, body).await;
    assert!(answer.status < 300, "{path}: {}", answer.body);
    answer
}

/// Makes, changes and deletes one thing, and says what the log must then hold.
async fn life(
    tenant: &TestTenant,
    (path, kind): (&str, &str),
    new: Value,
    (method, change): (Method, Value),
) -> Vec<String> {
    let made = done(tenant, Method::POST, path, &new).await.json();
    let id = made["id"].as_str().unwrap();
    let one = format!("{path}/{id}");
    done(tenant, method, &one, &change).await;
    done(tenant, Method::DELETE, &one, &Value::Null).await;
    ["set", "set", "deleted"]
        .map(|became| format!("{kind} {became} · {id}"))
        .to_vec()
}

#[tokio::test]
async fn every_change_of_the_tenant_is_audited_with_who_made_it() {
    let tenant = TestTenant::start().await;
    let mut expected = Vec::new();
    let rename = json!([{"op": "replace", "path": "/name", "value": "Other"}]);
    let new = json!({"name": "Second", "validOrigins": []});
    expected.extend(
        life(
            &tenant,
            (INTEGRATIONS, "web-integration"),
            new,
            (Method::PATCH, rename),
        )
        .await,
    );
    let new = json!({"origin": "https://x.example", "frameAncestors": true});
    let change = (Method::PUT, new.clone());
    expected.extend(life(&tenant, ("/api/v1/csp-origins", "csp-origin"), new, change).await);
    let pem = Forge::new().public().to_pem();
    let new = json!({"protocol": "jwtAuth", "options": {"issuer": "other", "staticKeys": [{"kid": "k", "pem": pem}]}});
    let describe = json!([{"op": "replace", "path": "/description", "value": "x"}]);
    let path = ("/api/v1/identity-providers", "identity-provider");
    expected.extend(life(&tenant, path, new, (Method::PATCH, describe)).await);
    let limits = json!([{"op": "replace", "path": "/userSessionInactivityTimeoutMinutes", "value": 15}]);
    done(&tenant, Method::PATCH, "/api/core/auth-settings", &limits).await;
    let id = tenant.services.store.tenant().unwrap().unwrap().id;
    expected.push(format!("tenant set · {id}"));
    assert_eq!(changes(&tenant), expected);
}

#[tokio::test]
async fn a_change_that_is_refused_leaves_no_entry() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let new = json!({"name": "Second", "validOrigins": []});
    assert_eq!(ada.post(INTEGRATIONS, &new).await.status, 403);
    let bad = json!({"name": "", "validOrigins": []});
    assert_eq!(tenant.program().post(INTEGRATIONS, &bad).await.status, 400);
    assert_eq!(changes(&tenant), Vec::<String>::new());
}

/// A browser that signed in through the portal, as the framed sheet goes on with it.
async fn framed<'a>(tenant: &'a TestTenant, subject: &str) -> Caller<'a> {
    let page = tenant
        .anonymous()
        .with("origin", PORTAL)
        .with("qlik-web-integration-id", WEB_INTEGRATION)
        .with("authorization", &format!("Bearer {}", tenant.token(subject)));
    let signed_in = page.post("/login/jwt-session", &Value::Null).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    let sheet = tenant.anonymous().with("cookie", &signed_in.cookies());
    let csrf = sheet.get("/api/v1/csrf-token").await;
    sheet
        .with("qlik-csrf-token", csrf.header("qlik-csrf-token"))
        .with("origin", &tenant.origin())
}

async fn opens(tenant: &TestTenant, caller: &Caller<'_>) -> u16 {
    let opened = tenant.socket("/app/t11").by(caller).open().await;
    opened.err().map_or(101, |answer| answer.status)
}

#[tokio::test]
async fn the_sessions_of_a_web_integration_end_with_it() {
    let tenant = TestTenant::start().await;
    let ada = framed(&tenant, "ada").await;
    let other = tenant.signed_in("bob").await;
    let mut socket = tenant.socket("/app/t11").by(&ada).connect().await;
    let path = format!("{INTEGRATIONS}/{WEB_INTEGRATION}");
    done(&tenant, Method::DELETE, &path, &Value::Null).await;
    let Ended::Closed { code, reason } = socket.ended().await else {
        panic!("dropped")
    };
    assert_eq!(code, 4006);
    assert!(reason.starts_with("revoked"), "{reason}");
    for sheet in [ada.clone(), ada.clone().without("origin")] {
        let answer = sheet.get("/api/v1/users/me").await;
        assert_eq!(answer.code(), "AUTH-2", "{}", answer.body);
        assert_eq!(opens(&tenant, &sheet).await, 401);
    }
    assert_eq!(other.get("/api/v1/users/me").await.status, 200);
}

#[tokio::test]
async fn a_session_whose_web_integration_is_not_there_counts_for_nothing() {
    let tenant = TestTenant::start().await;
    let ada = framed(&tenant, "ada").await;
    let id = WEB_INTEGRATION.parse().unwrap();
    // As it is for a sign-in that ends a moment after the deletion.
    tenant.services.store.delete_web_integration(&id).unwrap();
    for sheet in [ada.clone(), ada.clone().without("origin")] {
        assert_eq!(sheet.get("/api/v1/users/me").await.code(), "AUTH-2");
        assert_eq!(opens(&tenant, &sheet).await, 401);
    }
}
