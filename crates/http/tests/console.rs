//! What the console asks of the REST API beside the contract: names, filters, API keys, accounts.

use fanlight_testkit::{Caller, Ended, TestTenant, WEB_INTEGRATION};
use http::Method;
use serde_json::{Value, json};

const SESSIONS: &str = "/api/fanlight/v1/sessions";
const AUDIT: &str = "/api/fanlight/v1/audit";
const KEYS: &str = "/api/v1/api-keys";

async fn json_of(caller: &Caller<'_>, path: &str) -> Value {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

fn data(page: &Value) -> Vec<Value> {
    page["data"].as_array().expect("a list").clone()
}

fn replace(path: &str, value: &Value) -> Value {
    json!([{"op": "replace", "path": path, "value": value}])
}

#[tokio::test]
async fn sessions_are_found_by_names_and_ids_and_counted_whatever_is_asked() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let _bob = tenant.signed_in("bob").await;
    let _socket = tenant.socket("/app/t11/identity/desk").by(&ada).connect().await;
    let program = tenant.program();
    let all = json_of(&program, SESSIONS).await;
    let engine = data(&all)
        .into_iter()
        .find(|entry| entry["kind"] == "engine")
        .expect("one");
    let title = engine["appName"]
        .as_str()
        .expect("the app has a title")
        .to_owned();
    let counts = json!({"loginSessions": 2, "engineSessions": 1, "connections": 1});
    assert_eq!(all["counts"], counts);
    for (text, n_found) in [
        ("ada", 2),
        ("ADA", 2),
        ("bo", 1),
        ("DESK", 1),
        ("t11", 1),
        (&title.to_uppercase(), 1),
        (engine["id"].as_str().expect("an id"), 1),
        (engine["user"]["id"].as_str().expect("an id"), 2),
        ("nobody", 0),
        ("%20", 3),
    ] {
        let found = json_of(&program, &format!("{SESSIONS}?text={}", text.replace(' ', "%20"))).await;
        assert_eq!(data(&found).len(), n_found, "{text}");
        assert_eq!(found["total"], n_found, "{text}");
        assert_eq!(found["counts"], counts, "the counters follow no filter");
    }
    let refused = program.get(&format!("{SESSIONS}?txt=ada")).await;
    assert_eq!(
        refused.status, 400,
        "a parameter that is not understood is not ignored"
    );
}

#[tokio::test]
async fn the_name_of_a_web_integration_stands_beside_its_id() {
    let tenant = TestTenant::start().await;
    let token = tenant.token("ada");
    let caller = tenant
        .anonymous()
        .with("origin", fanlight_testkit::PORTAL)
        .with("qlik-web-integration-id", WEB_INTEGRATION)
        .with("authorization", &format!("Bearer {token}"));
    let answer = caller.post("/login/jwt-session", &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let sessions = data(&json_of(&tenant.program(), SESSIONS).await);
    assert_eq!(sessions[0]["webIntegration"], WEB_INTEGRATION);
    let stored = tenant.services.store.web_integrations().expect("a store");
    assert_eq!(sessions[0]["webIntegrationName"], stored[0].name);
}

#[tokio::test]
async fn the_audit_log_has_names_and_is_found_by_them_by_words_and_by_times() {
    let tenant = TestTenant::start().await;
    tenant.signed_in("ada").await;
    tenant.advance(std::time::Duration::from_secs(600));
    let noon = tenant.services.clock.now().to_string();
    tenant.signed_in("bob").await;
    let program = tenant.program();
    let made = program
        .post(KEYS, &json!({"description": "nightly export"}))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let all = data(&json_of(&program, AUDIT).await);
    let ada = all
        .iter()
        .find(|entry| entry["userName"] == "ada" && entry["action"] == "login")
        .expect("ada's");
    assert_eq!(
        (ada["action"].as_str(), ada["actorName"].as_str()),
        (Some("login"), Some("ada"))
    );
    for (query, n_found) in [
        ("user=ada", 1),
        ("text=ADA", 1),
        ("text=api-key", 1),
        ("text=127.0.0.1&action=login", 2),
        (&format!("action=login&since={noon}"), 1),
        (&format!("action=login&until={noon}"), 1),
        ("text=nobody%20here", 0),
    ] {
        let page = json_of(&program, &format!("{AUDIT}?{query}")).await;
        assert_eq!(data(&page).len(), n_found, "{query}: {page}");
    }
    for wrong in ["since=yesterday", "until=1", "actor=x", "limit=many"] {
        assert_eq!(
            program.get(&format!("{AUDIT}?{wrong}")).await.status,
            400,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn pages_of_the_audit_log_follow_each_other_with_a_text_as_without() {
    let tenant = TestTenant::start().await;
    for place in 0..7 {
        tenant.signed_in(&format!("person{place}")).await;
        tenant.signed_in(&format!("other{place}")).await;
    }
    for (query, n_expected) in [("text=person&", 7), ("action=login&", 14)] {
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let path = format!("{AUDIT}?{query}limit=3{next}");
            let page = json_of(&tenant.program(), &path).await;
            assert!(data(&page).len() <= 3);
            seen.extend(
                data(&page)
                    .iter()
                    .map(|entry| entry["id"].as_i64().expect("an id")),
            );
            match page["next"].as_str() {
                Some(place) => next = format!("&next={place}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), n_expected, "{query}");
        assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "{seen:?}");
    }
}

#[tokio::test]
async fn an_api_key_is_made_shown_once_used_renamed_and_revoked() {
    let tenant = TestTenant::start().await;
    let program = tenant.program();
    let new = json!({"description": "nightly export", "expiry": "P1D", "scope": "admin"});
    let made = program.post(KEYS, &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    let token = made["token"].as_str().expect("shown once").to_owned();
    let path = format!("{KEYS}/{}", made["id"].as_str().expect("an id"));
    let by_key = tenant
        .anonymous()
        .with("authorization", &format!("Bearer {token}"));
    assert_eq!(by_key.get(SESSIONS).await.status, 200, "it administers");
    let kept = json_of(&program, &path).await;
    assert_eq!((kept.get("token"), &kept["status"]), (None, &json!("active")));
    assert!(
        !program.get(KEYS).await.body.contains(&token),
        "the list shows no secret"
    );

    let renamed = program
        .call(Method::PATCH, &path, &replace("/description", &json!("weekly")))
        .await;
    assert_eq!(renamed.status, 204, "{}", renamed.body);
    assert_eq!(json_of(&program, &path).await["description"], "weekly");
    tenant.advance(std::time::Duration::from_secs(24 * 3600 + 1));
    assert_eq!(json_of(&program, &path).await["status"], "expired");
    assert_eq!(by_key.get(SESSIONS).await.status, 401);

    let second = program.post(KEYS, &json!({"description": "second"})).await.json();
    let token = second["token"].as_str().expect("shown once").to_owned();
    let by_key = tenant
        .anonymous()
        .with("authorization", &format!("Bearer {token}"));
    assert_eq!(by_key.get("/api/v1/users/me").await.status, 200);
    assert_eq!(by_key.get(SESSIONS).await.status, 403, "it administers nothing");
    let path = format!("{KEYS}/{}", second["id"].as_str().expect("an id"));
    for _ in 0..2 {
        let revoked = program.call(Method::DELETE, &path, &Value::Null).await;
        assert_eq!(revoked.status, 204, "{}", revoked.body);
    }
    assert_eq!(by_key.get("/api/v1/users/me").await.status, 401);
    let revoked = json_of(&program, &format!("{KEYS}?status=revoked")).await;
    assert_eq!(data(&revoked).len(), 1);
    assert!(
        !program.get(AUDIT).await.body.contains(&token),
        "no secret in the log"
    );
}

#[tokio::test]
async fn what_cannot_be_an_api_key_is_refused_with_the_reason() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let program = tenant.program();
    assert_eq!(ada.get(KEYS).await.status, 403);
    assert_eq!(ada.post(KEYS, &json!({"description": "x"})).await.status, 403);
    let id = json_of(&ada, "/api/v1/users/me").await["id"].clone();
    for (body, said) in [
        (json!({}), "description"),
        (json!({"description": "  "}), "description"),
        (json!({"description": "x", "expiry": "30 days"}), "P30D"),
        (json!({"description": "x", "sub": "nobody"}), "sub"),
        (
            json!({"description": "x", "subType": "externalClient"}),
            "subType",
        ),
        (json!({"description": "x", "scope": "root"}), "scope"),
        (
            json!({"description": "x", "sub": id, "scope": "admin"}),
            "no administrator",
        ),
        (json!({"description": "x", "until": "P1D"}), "until"),
    ] {
        let refused = program.post(KEYS, &body).await;
        assert_eq!(refused.status, 400, "{body}");
        assert!(refused.body.contains(said), "{body}: {}", refused.body);
    }
    assert_eq!(program.get(&format!("{KEYS}/nobody")).await.status, 404);
    assert_eq!(program.get(&format!("{KEYS}?status=lost")).await.status, 400);
    assert_eq!(program.get(&format!("{KEYS}?state=active")).await.status, 400);
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once_and_in_again_when_enabled() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let id = json_of(&ada, "/api/v1/users/me").await["id"].clone();
    let path = format!("/api/v1/users/{}", id.as_str().expect("an id"));
    let mut socket = tenant.socket("/app/t11/identity/desk").by(&ada).connect().await;
    let program = tenant.program();
    let disable = replace("/status", &json!("disabled"));
    assert_eq!(ada.call(Method::PATCH, &path, &disable).await.status, 403);
    let done = program.call(Method::PATCH, &path, &disable).await;
    assert_eq!(done.status, 204, "{}", done.body);
    let ended = loop {
        if let Err(ended) = socket.next().await {
            break ended;
        }
    };
    assert!(matches!(ended, Ended::Closed { code: 4006, .. }), "{ended:?}");
    assert_eq!(ada.get("/api/v1/users/me").await.status, 401);
    let refused = tenant.sign_in(&tenant.token("ada")).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "AUTH-5"));
    let enable = replace("/status", &json!("active"));
    assert_eq!(program.call(Method::PATCH, &path, &enable).await.status, 204);
    assert_eq!(tenant.sign_in(&tenant.token("ada")).await.status, 200);
}

#[tokio::test]
async fn the_administrator_role_is_given_and_taken_but_never_ones_own() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let program = tenant.program();
    let id = json_of(&ada, "/api/v1/users/me").await["id"].clone();
    let path = format!("/api/v1/users/{}", id.as_str().expect("an id"));
    for (roles, status) in [(json!([{"name": "TenantAdmin"}]), 200), (json!([]), 403)] {
        let done = program
            .call(Method::PATCH, &path, &replace("/assignedRoles", &roles))
            .await;
        assert_eq!(done.status, 204, "{}", done.body);
        assert_eq!(ada.get(SESSIONS).await.status, status);
    }
    for (at, value) in [
        ("/assignedRoles", json!([{"name": "Developer"}])),
        ("/status", json!("asleep")),
        ("/name", json!("Countess")),
    ] {
        let refused = program.call(Method::PATCH, &path, &replace(at, &value)).await;
        assert_eq!(refused.status, 400, "{at}: {}", refused.body);
    }
    let own = json_of(&program, "/api/v1/users/me").await["id"].clone();
    let own = format!("/api/v1/users/{}", own.as_str().expect("an id"));
    let refused = program
        .call(Method::PATCH, &own, &replace("/status", &json!("disabled")))
        .await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(refused.body.contains("another administrator"), "{}", refused.body);
}
