//! What operators see and do.

use fanlight_identity::AuditQuery;
use fanlight_testkit::{Caller, Ended, TestSocket, TestTenant};
use serde_json::{Value, json};

const SESSIONS: &str = "/api/fanlight/v1/sessions";
const END: &str = "/api/fanlight/v1/sessions/actions/end";
const MESSAGE: &str = "/api/fanlight/v1/sessions/actions/message";
const AUDIT: &str = "/api/fanlight/v1/audit";

async fn list(tenant: &TestTenant, query: &str) -> Vec<Value> {
    let answer = tenant.program().get(&format!("{SESSIONS}?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["data"].as_array().expect("a list").clone()
}

fn id_of(entry: &Value) -> String {
    entry["id"].as_str().expect("an id").to_owned()
}

async fn on_app(tenant: &TestTenant, caller: &Caller<'_>, identity: &str) -> TestSocket {
    let path = format!("/app/t11/identity/{identity}");
    tenant.socket(&path).by(caller).connect().await
}

async fn farewell(socket: &mut TestSocket) -> (Value, Ended) {
    let mut last = Value::Null;
    loop {
        match socket.next().await {
            Ok(frame) => last = frame,
            Err(ended) => return (last, ended),
        }
    }
}

#[tokio::test]
async fn strangers_and_users_see_nothing() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let body = json!({"ids": ["x"]});
    for path in [SESSIONS, AUDIT, "/api/fanlight/v1/events"] {
        assert_eq!(tenant.anonymous().get(path).await.status, 401, "{path}");
        let refused = ada.get(path).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (403, "AUTH-3"),
            "{path}"
        );
    }
    for path in [END, MESSAGE] {
        assert_eq!(tenant.anonymous().post(path, &body).await.status, 401, "{path}");
        assert_eq!(ada.post(path, &body).await.status, 403, "{path}");
    }
    let path = format!("{SESSIONS}/x");
    let refused = ada.call(http::Method::DELETE, &path, &Value::Null).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn an_administrators_cookie_needs_the_csrf_token() {
    let tenant = TestTenant::start().await;
    let mut record = tenant.services.store.tenant().unwrap().unwrap();
    record.admin_subjects = vec!["root".to_owned()];
    tenant.services.store.put_tenant(&record).unwrap();
    let root = tenant.signed_in("root").await;
    assert_eq!(root.get(SESSIONS).await.status, 200);
    let without = root.clone().without("qlik-csrf-token");
    let refused = without.post(END, &json!({"filter": {"user": "ada"}})).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "CSRF-TOKEN-2"));
    let allowed = root.post(END, &json!({"filter": {"user": "ada"}})).await;
    assert_eq!(allowed.status, 200, "{}", allowed.body);
}

#[tokio::test]
async fn sessions_are_listed_with_their_connections_and_filtered() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let bob = tenant.signed_in("bob").await;
    let _first = on_app(&tenant, &ada, "one").await;
    let _second = on_app(&tenant, &ada, "one").await;
    let _other = on_app(&tenant, &bob, "two").await;
    let all = list(&tenant, "").await;
    let kinds: Vec<&str> = all.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["login", "login", "engine", "engine"]);

    let of_ada = list(&tenant, "user=ada").await;
    assert_eq!(of_ada.len(), 2);
    assert_eq!(of_ada[0]["connections"], 2);
    assert_eq!(of_ada[1]["connections"].as_array().unwrap().len(), 2);
    assert_eq!(of_ada[1]["connections"][0]["loginSession"], of_ada[0]["id"]);
    assert_eq!(of_ada[1]["identity"], "one");

    assert_eq!(list(&tenant, "app=t11").await.len(), 2);
    assert_eq!(list(&tenant, "app=other").await.len(), 0);
    assert_eq!(list(&tenant, "user=nobody").await.len(), 0);
    assert_eq!(list(&tenant, "kind=login").await.len(), 2);
    assert_eq!(list(&tenant, "state=active").await.len(), 2);
    assert_eq!(list(&tenant, "state=attached").await.len(), 2);
    assert_eq!(list(&tenant, "state=detached").await.len(), 0);
    assert_eq!(list(&tenant, "kid=test&kind=login").await.len(), 2);
    assert_eq!(list(&tenant, "kid=other").await.len(), 0);
    assert_eq!(list(&tenant, "webIntegration=wi1").await.len(), 0);
    let jti = of_ada[0]["jti"].as_str().unwrap();
    let by_jti = list(&tenant, &format!("jti={jti}")).await;
    assert_eq!(by_jti.len(), 2, "the login session and its engine session");
    for wrong in ["kind=other", "state=gone", "next=x", "limit=many"] {
        let refused = tenant.program().get(&format!("{SESSIONS}?{wrong}")).await;
        assert_eq!(refused.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn pages_follow_each_other() {
    let tenant = TestTenant::start().await;
    for person in ["a", "b", "c", "d", "e"] {
        tenant.signed_in(person).await;
    }
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let path = format!("{SESSIONS}?limit=2{next}");
        let page = tenant.program().get(&path).await.json();
        assert_eq!(page["total"], 5);
        seen.extend(page["data"].as_array().unwrap().iter().map(id_of));
        match page["next"].as_str() {
            Some(token) => next = format!("&next={token}"),
            None => break,
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5);
}

#[tokio::test]
async fn ending_a_login_session_closes_every_socket_under_it() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let bob = tenant.signed_in("bob").await;
    let mut sockets = [
        on_app(&tenant, &ada, "one").await,
        on_app(&tenant, &ada, "two").await,
    ];
    let mut other = on_app(&tenant, &bob, "one").await;
    let login = id_of(&list(&tenant, "user=ada&kind=login").await[0]);
    let body = json!({"ids": [login, "nobody"], "reason": "the shift is over"});
    let answer = tenant.program().post(END, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["notFound"], json!(["nobody"]));
    for socket in &mut sockets {
        let (said, ended) = farewell(socket).await;
        assert_eq!(said["params"]["severity"], "fatal", "{said}");
        assert!(said.to_string().contains("the shift is over"), "{said}");
        assert!(matches!(ended, Ended::Closed { code: 4006, .. }), "{ended:?}");
    }
    assert_eq!(ada.get("/api/v1/users/me").await.status, 401);
    assert!(other.call(-1, "EngineVersion", json!([])).await.is_ok());
}

#[tokio::test]
async fn ending_an_engine_session_leaves_the_login_session() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let mut socket = on_app(&tenant, &ada, "one").await;
    let engine = id_of(&list(&tenant, "kind=engine").await[0]);
    let path = format!("{SESSIONS}/{engine}");
    let delete = async |path: &str| {
        tenant
            .program()
            .call(http::Method::DELETE, path, &Value::Null)
            .await
    };
    assert_eq!(delete(&path).await.status, 204);
    let (_, ended) = farewell(&mut socket).await;
    assert!(matches!(ended, Ended::Closed { code: 4006, .. }), "{ended:?}");
    assert_eq!(ada.get("/api/v1/users/me").await.status, 200);
    assert_eq!(delete(&path).await.status, 404);
}

#[tokio::test]
async fn an_action_names_its_sessions_in_one_way() {
    let tenant = TestTenant::start().await;
    let too_many = vec!["x"; 1001];
    for body in [
        json!({}),
        json!({"filter": {}}),
        json!({"ids": []}),
        json!({"ids": too_many}),
        json!({"ids": ["x"], "filter": {"user": "ada"}}),
        json!({"filter": {"colour": "red"}}),
        json!({"filter": {"state": "gone"}}),
        json!({"ids": ["x"], "reason": ""}),
        json!({"ids": ["x"], "reason": "two\nlines"}),
        json!({"ids": ["x"], "reason": "x".repeat(257)}),
    ] {
        let refused = tenant.program().post(END, &body).await;
        assert_eq!(refused.status, 400, "{body}");
    }
    let refused = tenant
        .program()
        .post(MESSAGE, &json!({"ids": ["x"], "message": " "}))
        .await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn a_message_reaches_the_connections_that_are_meant_once() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let bob = tenant.signed_in("bob").await;
    let mut socket = on_app(&tenant, &ada, "one").await;
    let mut other = on_app(&tenant, &bob, "one").await;
    let body = json!({"filter": {"user": "ada"}, "message": "Maintenance at noon", "severity": "warning"});
    let answer = tenant.program().post(MESSAGE, &body).await;
    assert_eq!(answer.json()["connections"], 1, "{}", answer.body);
    let said = socket.next().await.unwrap();
    assert_eq!(said["method"], "OnSessionMessage");
    assert_eq!(said["params"]["message"], "Maintenance at noon");
    assert_eq!(said["params"]["severity"], "warning");
    let next = other.call(-1, "EngineVersion", json!([])).await.unwrap();
    assert_eq!(next["id"], 1, "nothing came before the answer");
}

#[tokio::test]
async fn the_audit_log_says_who_did_what_and_never_shows_a_token() {
    let tenant = TestTenant::start().await;
    let token = tenant.token("ada");
    assert_eq!(tenant.sign_in(&token).await.status, 200);
    assert_eq!(tenant.sign_in(&token).await.status, 401, "used up");
    let body = json!({"filter": {"user": "ada"}, "reason": "leaver"});
    assert_eq!(tenant.program().post(END, &body).await.status, 200);
    let log = tenant.program().get(AUDIT).await;
    let entries = log.json()["data"].as_array().unwrap().clone();
    let actions: Vec<&str> = entries
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["revoked", "admin-end", "login-refused", "login"]);
    assert_eq!(entries[0]["actor"], entries[1]["actor"]);
    assert!(entries[1]["detail"].as_str().unwrap().contains("leaver"));
    assert_eq!(entries[3]["address"], "127.0.0.1");
    assert!(!log.body.contains(&token));

    let first = tenant.program().get(&format!("{AUDIT}?limit=3")).await.json();
    let next = first["next"].as_str().unwrap();
    let rest = tenant
        .program()
        .get(&format!("{AUDIT}?limit=3&next={next}"))
        .await
        .json();
    assert_eq!(rest["data"].as_array().unwrap().len(), 1);
    let logins = tenant
        .program()
        .get(&format!("{AUDIT}?action=login"))
        .await
        .json();
    assert_eq!(logins["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn metrics_are_for_this_machine_and_for_administrators() {
    let tenant = TestTenant::start_with(|settings| {
        settings.metrics_token = Some(fanlight_base::Secret::new("scrape".to_owned()));
    })
    .await;
    let ada = tenant.signed_in("ada").await;
    let socket = on_app(&tenant, &ada, "one").await;
    let local = tenant.anonymous().with("host", "127.0.0.1:8080");
    let answer = local.get("/metrics").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for line in [
        "fanlight_sessions{kind=\"login\",state=\"active\"} 1",
        "fanlight_sessions{kind=\"engine\",state=\"attached\"} 1",
        "fanlight_connections 1",
        "fanlight_logins_total{result=\"ok\"} 1",
    ] {
        assert!(answer.body.contains(line), "{line} is not in {}", answer.body);
    }
    drop(socket);
    let forwarded = local.clone().with("x-forwarded-for", "192.0.2.1");
    assert_eq!(forwarded.get("/metrics").await.status, 401);
    let rebound = tenant.anonymous().with("host", "evil.example");
    assert_eq!(rebound.get("/metrics").await.status, 401);
    assert_eq!(
        tenant
            .program()
            .with("host", "evil.example")
            .get("/metrics")
            .await
            .status,
        200
    );
    let scraper = rebound.clone().with("authorization", "Bearer scrape");
    assert_eq!(scraper.get("/metrics").await.status, 200);
    let wrong = rebound.with("authorization", "Bearer scrapes");
    assert_eq!(wrong.get("/metrics").await.status, 401);
}

#[tokio::test]
async fn requests_are_timed_by_route_and_class_and_by_nothing_that_callers_choose() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    for path in [
        "/api/v1/apps/one",
        "/api/v1/apps/two",
        "/no/such/page",
        "/nor/this",
    ] {
        ada.get(path).await;
    }
    let text = tenant.program().get("/metrics").await.body;
    let count = |labels: &str| {
        let name = format!("fanlight_http_request_seconds_count{{{labels}}} ");
        text.lines()
            .find_map(|line| line.strip_prefix(&name))
            .map(str::to_owned)
    };
    let found = |route: &str, status: &str| count(&format!("route=\"{route}\",status=\"{status}\""));
    assert_eq!(found("/login/jwt-session", "2xx").as_deref(), Some("1"), "{text}");
    assert_eq!(found("/api/v1/apps/{id}", "4xx").as_deref(), Some("2"));
    assert_eq!(found("other", "4xx").as_deref(), Some("2"));
    assert!(!text.contains("two") && !text.contains("such"));
}

#[tokio::test]
async fn what_becomes_of_a_login_session_is_audited_before_it_is_answered() {
    let tenant = TestTenant::start().await;
    // What the store holds, without anything being swept or flushed.
    let audited = || -> Vec<String> {
        let query = AuditQuery {
            limit: 100,
            ..AuditQuery::default()
        };
        let entries = tenant.services.store.audit(&query).unwrap();
        entries.into_iter().rev().map(|entry| entry.action).collect()
    };
    let ada = tenant.signed_in("ada").await;
    assert_eq!(audited(), ["login"]);
    let again = ada
        .clone()
        .with("authorization", &format!("Bearer {}", tenant.token("ada")));
    assert_eq!(again.post("/login/jwt-session", &Value::Null).await.status, 200);
    assert_eq!(audited()[1..], ["login-renewed"]);
    assert_eq!(ada.post("/logout", &Value::Null).await.status, 204);
    assert_eq!(audited()[2..], ["signed-out"]);
    let bob = tenant.signed_in("bob").await;
    let other = bob.with("authorization", &format!("Bearer {}", tenant.token("eve")));
    assert_eq!(other.post("/login/jwt-session", &Value::Null).await.status, 200);
    assert_eq!(audited()[3..], ["login", "revoked", "login"]);
    tenant.advance(std::time::Duration::from_secs(31 * 60));
    assert_eq!(audited()[6..], ["expired"]);
}

#[tokio::test]
async fn what_became_of_changed_app_folders_is_told_to_administrators() {
    let tenant = TestTenant::start().await;
    let path = "/api/fanlight/v1/app-folders";
    let ada = tenant.signed_in("ada").await;
    assert_eq!(tenant.anonymous().get(path).await.code(), "AUTH-1");
    assert_eq!(ada.get(path).await.code(), "AUTH-3");
    let list = tenant.program().get(path).await;
    assert_eq!((list.status, list.json()), (200, json!({"data": []})));

    let folders = &tenant.services.app_folders;
    let at = |secs| fanlight_testkit::START.plus(std::time::Duration::from_secs(secs));
    folders.refused("sales", "sales.csv, line 3: a quote is not closed", at(1));
    folders.taken_in("flights", at(2));
    let expected = json!([
        {"app": "flights", "at": at(2).to_string()},
        {"app": "sales", "at": at(1).to_string(), "refused": "sales.csv, line 3: a quote is not closed"},
    ]);
    assert_eq!(tenant.program().get(path).await.json()["data"], expected);
    folders.taken_in("sales", at(3));
    let mended = tenant.program().get(path).await.json()["data"][1].clone();
    assert_eq!(
        mended,
        json!({"app": "sales", "at": at(3).to_string()}),
        "the last word counts"
    );
}
