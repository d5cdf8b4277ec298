//! An app, a session, a cookie of somebody else.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::time::Duration;

use fanlight_base::Clock as _;

use fanlight_rpc::{Access, App};
use fanlight_testkit::{APP_ID, Caller, Ended, PORTAL, TestTenant, small_app};
use futures_util::StreamExt as _;
use http::Method;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const SECRET: &str = "secret";

/// A tenant with an app for Ada and the group `finance`, beside the one for everybody.
async fn tenant() -> TestTenant {
    let tenant = TestTenant::start().await;
    let access = Access::Only {
        users: ["ada".to_owned()].into(),
        groups: ["finance".to_owned()].into(),
    };
    tenant.services.host.add_app(App {
        id: SECRET.parse().unwrap(),
        title: "Salaries".to_owned(),
        access,
        ..small_app()
    });
    tenant
}

/// Somebody of the group `finance`.
async fn of_finance<'a>(tenant: &'a TestTenant, subject: &str) -> Caller<'a> {
    let mut claims = tenant.claims(subject);
    claims["groups"] = json!(["finance"]);
    let token = tenant.forge.sign(&fanlight_testkit::Forge::header(), &claims);
    let signed_in = tenant.sign_in(&token).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    let caller = tenant.anonymous().with("cookie", &signed_in.cookies());
    let csrf = caller.get("/api/v1/csrf-token").await;
    caller.with("qlik-csrf-token", csrf.header("qlik-csrf-token"))
}

async fn ids(caller: &Caller<'_>, path: &str, member: &str) -> Vec<String> {
    let list = caller.get(path).await.json();
    let entries = list["data"].as_array().unwrap();
    let id = |entry: &Value| entry.pointer(member).unwrap().as_str().unwrap().to_owned();
    entries.iter().map(id).collect()
}

/// How a socket for the secret app ends, or nothing while it stands.
async fn ending(tenant: &TestTenant, caller: &Caller<'_>) -> Option<u16> {
    let opened = tenant.socket("/app/secret").by(caller).open().await;
    let mut socket = opened.unwrap_or_else(|answer| panic!("{}", answer.status));
    let first = socket.next().await.unwrap_or_else(|ended| panic!("{ended:?}"));
    assert_eq!(first["method"], "OnConnected");
    if first["params"]["qSessionState"] != "SESSION_ERROR_APP_ACCESS_DENIED" {
        return None;
    }
    match socket.ended().await {
        Ended::Closed { code, .. } => Some(code),
        Ended::Dropped => panic!("no close frame came"),
    }
}

#[tokio::test]
async fn an_app_of_others_is_closed_by_its_code_and_nothing_of_it_is_listed() {
    let tenant = tenant().await;
    let bob = tenant.signed_in("bob").await;
    assert_eq!(ending(&tenant, &bob).await, Some(4203));
    assert_eq!(ids(&bob, "/api/v1/apps", "/attributes/id").await, [APP_ID]);
    assert_eq!(ids(&bob, "/api/v1/items", "/resourceId").await, [APP_ID]);
    for path in ["/api/v1/apps/secret", "/api/v1/items/secret"] {
        let answer = bob.get(path).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "AUTH-3"), "{path}");
        assert!(!answer.body.contains("Salaries"));
    }
    let found = ids(&bob, "/api/v1/items?query=salar", "/resourceId").await;
    assert!(found.is_empty(), "{found:?}");
    let mut socket = tenant.socket("/app/engineData").by(&bob).connect().await;
    let refused = socket.call(-1, "OpenDoc", json!([SECRET])).await.unwrap();
    assert_eq!(refused["error"]["code"], 5, "{refused}");
    let listed = socket.call(-1, "GetDocList", json!([])).await.unwrap();
    assert!(!listed.to_string().contains("Salaries"), "{listed}");
    let ticket = bob
        .post("/api/fanlight/v1/tickets", &json!({ "appId": SECRET }))
        .await;
    assert_eq!((ticket.status, ticket.code().as_str()), (403, "AUTH-3"));
}

#[tokio::test]
async fn an_app_opens_for_those_that_it_names_and_for_administrators() {
    let tenant = tenant().await;
    let (ada, eve) = (tenant.signed_in("ada").await, of_finance(&tenant, "eve").await);
    for caller in [&ada, &eve, &tenant.program()] {
        assert_eq!(ending(&tenant, caller).await, None);
        let listed = ids(caller, "/api/v1/apps", "/attributes/id").await;
        assert_eq!(listed.len(), 2, "{listed:?}");
        assert_eq!(caller.get("/api/v1/items/secret").await.status, 200);
    }
    let ticket = ada
        .post("/api/fanlight/v1/tickets", &json!({ "appId": SECRET }))
        .await;
    assert_eq!(ticket.status, 201, "{}", ticket.body);
}

#[tokio::test]
async fn a_sign_in_for_a_ticket_that_is_refused_leaves_nothing_and_uses_no_token_up() {
    let tenant = tenant().await;
    let bob = tenant
        .anonymous()
        .with("authorization", &format!("Bearer {}", tenant.token("bob")));
    let path = "/api/fanlight/v1/tickets";
    let refused = bob.post(path, &json!({ "appId": SECRET })).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH-3"));
    assert!(tenant.services.store.open_login_sessions().unwrap().is_empty());
    let log = tenant.program().get("/api/fanlight/v1/audit").await.json();
    let entries = log["data"].as_array().unwrap();
    let actions: Vec<&str> = entries
        .iter()
        .filter_map(|entry| entry["action"].as_str())
        .collect();
    assert_eq!(actions, ["login-refused"]);
    let allowed = bob.post(path, &json!({ "appId": APP_ID })).await;
    assert_eq!(allowed.status, 201, "the token is still good: {}", allowed.body);
}

#[tokio::test]
async fn a_token_that_joins_a_session_for_an_app_of_others_is_refused_and_not_used_up() {
    let tenant = tenant().await;
    let path = "/api/fanlight/v1/tickets";
    let by_token = || {
        let bearer = format!("Bearer {}", tenant.token("bob"));
        tenant.anonymous().with("authorization", &bearer)
    };
    let first = by_token().post(path, &json!({})).await.json();
    let bob = by_token();
    let refused = bob
        .post(path, &json!({"sessionId": first["sessionId"], "appId": SECRET}))
        .await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH-3"));
    let joined = bob.post(path, &json!({"sessionId": first["sessionId"]})).await;
    assert_eq!(joined.status, 201, "the token is still good: {}", joined.body);
}

#[tokio::test]
async fn a_group_that_is_left_opens_no_app_any_more() {
    let tenant = tenant().await;
    let eve = of_finance(&tenant, "eve").await;
    assert_eq!(ending(&tenant, &eve).await, None);
    // The portal signs her in anew, without the group.
    let mut claims = tenant.claims("eve");
    claims["groups"] = json!([]);
    let token = tenant.forge.sign(&fanlight_testkit::Forge::header(), &claims);
    assert_eq!(tenant.sign_in(&token).await.status, 200);
    assert_eq!(ending(&tenant, &eve).await, Some(4203), "in her old session too");
}

#[tokio::test]
async fn nobody_but_an_administrator_ends_a_session_by_its_id() {
    let tenant = TestTenant::start().await;
    let (ada, bob) = (tenant.signed_in("ada").await, tenant.signed_in("bob").await);
    let _socket = tenant.socket("/app/t11").by(&ada).connect().await;
    let sessions = tenant.program().get("/api/fanlight/v1/sessions").await.json();
    let of_ada: Vec<&str> = sessions["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["user"]["subject"] == "ada")
        .map(|entry| entry["id"].as_str().unwrap())
        .collect();
    assert_eq!(of_ada.len(), 2, "a login session and an engine session");
    for id in of_ada {
        let path = format!("/api/fanlight/v1/sessions/{id}");
        assert_eq!(bob.call(Method::DELETE, &path, &Value::Null).await.status, 403);
        let body = json!({ "ids": [id] });
        for action in ["end", "message"] {
            let path = format!("/api/fanlight/v1/sessions/actions/{action}");
            assert_eq!(bob.post(&path, &body).await.status, 403);
        }
        // A ticket of hers for that session is nothing that Bob gets either, nor what a socket joins by its id.
        let ticket = bob
            .post("/api/fanlight/v1/tickets", &json!({ "sessionId": id }))
            .await;
        assert_eq!(ticket.status, 401, "{}", ticket.body);
    }
    assert_eq!(ada.get("/api/v1/users/me").await.status, 200);
    assert_eq!(tenant.services.host.sessions().len(), 1);
}

/// Events never stop coming, so that the stream is never quiet; its key is looked at all the same.
#[tokio::test]
async fn a_stream_of_events_ends_with_its_key_however_busy_it_is() {
    let tenant = TestTenant::start().await;
    let request = http::Request::get("/api/fanlight/v1/events")
        .header("authorization", format!("Bearer {}", tenant.api_key))
        .body(axum::body::Body::empty())
        .unwrap();
    let response = tenant.router().oneshot(request).await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    let mut stream = response.into_body().into_data_stream();
    assert!(stream.next().await.is_some(), "it is connected");
    tenant.signed_in("ada").await;
    let event = stream.next().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&event).contains("login"), "{event:?}");
    let mut key = tenant.services.store.api_keys().unwrap().remove(0);
    key.revoked_at = Some(tenant.clock.now());
    tenant.services.store.put_api_key(&key).unwrap();
    tenant.clock.advance(Duration::from_secs(16));
    tenant.signed_in("bob").await;
    let ended = tokio::time::timeout(Duration::from_secs(10), stream.next()).await;
    assert!(ended.expect("the stream ends at once").is_none());
}

#[tokio::test]
async fn a_stolen_cookie_is_of_no_use_to_the_page_of_another_integration() {
    let tenant = TestTenant::start().await;
    let other = "https://other.example";
    let new = json!({ "name": "Other", "validOrigins": [other] });
    let made = tenant.program().post("/api/v1/web-integrations", &new).await;
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let signing_in = tenant
        .anonymous()
        .with("authorization", &format!("Bearer {}", tenant.token("ada")))
        .with("origin", PORTAL);
    let signed_in = signing_in.post("/login/jwt-session", &Value::Null).await;
    let ada = tenant.anonymous().with("cookie", &signed_in.cookies());
    let csrf = ada.get("/api/v1/csrf-token").await;
    let thief = ada
        .with("qlik-csrf-token", csrf.header("qlik-csrf-token"))
        .with("origin", other);
    for named in [None, Some(id.as_str())] {
        let mut thief = thief.clone();
        if let Some(named) = named {
            thief = thief.with("qlik-web-integration-id", named);
        }
        for path in ["/api/v1/users/me", "/api/v1/apps", "/api/v1/csrf-token"] {
            assert_eq!(thief.get(path).await.status, 403, "{path}");
        }
        let ticket = thief.post("/api/fanlight/v1/tickets", &Value::Null).await;
        assert!(matches!(ticket.status, 401 | 403), "{}", ticket.status);
        let socket = tenant.socket("/app/t11").by(&thief).open().await;
        assert_eq!(socket.err().map(|answer| answer.status), Some(403));
    }
}

/// The attacker plants a cookie in somebody's browser before that person signs in.
#[tokio::test]
async fn a_cookie_planted_before_the_sign_in_is_worth_nothing_after_it() {
    let tenant = TestTenant::start().await;
    let sign_in = async |subject: &str, planted: &str| {
        let caller = tenant
            .anonymous()
            .with("authorization", &format!("Bearer {}", tenant.token(subject)))
            .with("cookie", planted);
        let answer = caller.post("/login/jwt-session", &Value::Null).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.cookies()
    };
    let sid = |cookies: &str| cookies.split("; ").next().unwrap().to_owned();
    let invented = "eas.sid=0123456789abcdef0123456789abcdef; eas.sid.sig=AAAA";
    let of_mallory = sign_in("mallory", "").await;
    for planted in [invented, &of_mallory] {
        let given = sign_in("ada", planted).await;
        assert_ne!(sid(&given), sid(planted));
        let me = tenant
            .anonymous()
            .with("cookie", &given)
            .get("/api/v1/users/me")
            .await;
        assert_eq!(me.json()["subject"], "ada");
    }
    for worthless in [invented, &of_mallory] {
        let caller = tenant.anonymous().with("cookie", worthless);
        assert_eq!(caller.get("/api/v1/users/me").await.status, 401);
    }
}
