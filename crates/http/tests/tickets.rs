//! Tickets: a page without any cookie gets its WebSocket, once, and nobody else does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::time::Duration;

use fanlight_identity::{NarrowLimits, WebIntegration};
use fanlight_testkit::{Answer, Caller, Ended, PORTAL, TestTenant, WEB_INTEGRATION};
use serde_json::{Value, json};

#[path = "tickets/join.rs"]
mod join;

const PATH: &str = "/api/fanlight/v1/tickets";
const OTHER_PORTAL: &str = "https://other.example";

/// A page of the portal with a fresh sign-in token of `subject` and no cookie.
fn page<'a>(tenant: &'a TestTenant, subject: &str) -> Caller<'a> {
    tenant
        .anonymous()
        .with("origin", PORTAL)
        .with("qlik-web-integration-id", WEB_INTEGRATION)
        .with("authorization", &format!("Bearer {}", tenant.token(subject)))
}

async fn given(caller: &Caller<'_>, body: Value) -> Value {
    let answer = caller.post(PATH, &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert!(answer.set_cookies().is_empty());
    answer.json()
}

async fn ticket(tenant: &TestTenant, body: Value) -> String {
    let answer = given(&page(tenant, "ada"), body).await;
    answer["ticket"].as_str().unwrap().to_owned()
}

fn path(ticket: &str) -> String {
    format!("/app/t11?ticket={ticket}")
}

/// The answer to a handshake that is refused.
async fn refused(tenant: &TestTenant, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = tenant.socket(path);
    for (name, value) in headers {
        request = request.with(name, value);
    }
    match request.open().await {
        Ok(_) => panic!("let in"),
        Err(answer) => answer,
    }
}

fn second_integration(tenant: &TestTenant) {
    let first = tenant.services.store.web_integrations().unwrap().remove(0);
    let second = WebIntegration {
        id: "wi2".parse().unwrap(),
        origins: vec![OTHER_PORTAL.parse().unwrap()],
        ..first
    };
    tenant.services.store.put_web_integration(&second).unwrap();
}

#[tokio::test]
async fn a_page_without_a_cookie_opens_its_socket_by_ticket() {
    let tenant = TestTenant::start().await;
    let answer = given(&page(&tenant, "ada"), Value::Null).await;
    assert_eq!(answer["expiresInSeconds"], 60);
    assert_eq!(answer["tickets"], json!([answer["ticket"]]));
    let ticket = answer["ticket"].as_str().unwrap();
    let mut socket = tenant
        .socket(&path(ticket))
        .with("origin", PORTAL)
        .connect()
        .await;
    let user = socket.call(-1, "GetAuthenticatedUser", json!([])).await.unwrap();
    assert!(
        user["result"]["qReturn"].as_str().unwrap().contains("ada"),
        "{user}"
    );
}

#[tokio::test]
async fn a_cookie_and_its_csrf_token_give_tickets_of_the_same_login_session() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await.with("origin", PORTAL);
    let session = tenant.services.store.open_login_sessions().unwrap().remove(0);
    let answer = given(&ada, json!({})).await;
    assert_eq!(answer["sessionId"], session.id.as_str());
    assert_eq!(tenant.services.store.open_login_sessions().unwrap().len(), 1);
}

#[tokio::test]
async fn a_cookie_without_the_csrf_token_gives_none() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await.without("qlik-csrf-token");
    assert_eq!(ada.post(PATH, &Value::Null).await.code(), "CSRF-TOKEN-2");
}

#[tokio::test]
async fn nothing_gives_none() {
    let tenant = TestTenant::start().await;
    let answer = tenant.anonymous().post(PATH, &Value::Null).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "AUTH-1"));
}

#[tokio::test]
async fn an_api_key_gives_none() {
    let tenant = TestTenant::start().await;
    let answer = tenant.program().post(PATH, &Value::Null).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "token.form"));
}

#[tokio::test]
async fn a_token_for_programs_gives_none() {
    let tenant = TestTenant::start().await;
    let mut claims = tenant.claims("ada");
    claims["aud"] = json!("qlik.api");
    let token = tenant.forge.sign(&fanlight_testkit::Forge::header(), &claims);
    let caller = page(&tenant, "ada").with("authorization", &format!("Bearer {token}"));
    assert_eq!(caller.post(PATH, &Value::Null).await.code(), "token.audience");
}

#[tokio::test]
async fn two_credentials_at_once_give_none() {
    let tenant = TestTenant::start().await;
    let both = tenant
        .signed_in("ada")
        .await
        .with("authorization", &format!("Bearer {}", tenant.token("ada")));
    assert_eq!(both.post(PATH, &Value::Null).await.status, 400);
}

#[tokio::test]
async fn a_sign_in_token_gives_tickets_once() {
    let tenant = TestTenant::start().await;
    let caller = page(&tenant, "ada");
    given(&caller, Value::Null).await;
    assert_eq!(caller.post(PATH, &Value::Null).await.code(), "token.single-use");
    let token = caller.header("authorization").unwrap().to_owned();
    let sign_in = tenant.sign_in(token.trim_start_matches("Bearer ")).await;
    assert_eq!(sign_in.code(), "token.single-use");
}

#[tokio::test]
async fn a_page_that_is_not_listed_gets_none() {
    let tenant = TestTenant::start().await;
    let caller = page(&tenant, "ada").with("origin", "https://evil.example");
    let answer = caller.post(PATH, &Value::Null).await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "ORIGIN-1"));
}

#[tokio::test]
async fn a_cookie_taken_to_another_web_integration_gives_none() {
    let tenant = TestTenant::start().await;
    second_integration(&tenant);
    let sign_in = page(&tenant, "ada")
        .post("/login/jwt-session", &Value::Null)
        .await;
    let thief = tenant.anonymous().with("cookie", &sign_in.cookies());
    let csrf = thief.get("/api/v1/csrf-token").await;
    let thief = thief
        .with("qlik-csrf-token", csrf.header("qlik-csrf-token"))
        .with("origin", OTHER_PORTAL);
    assert_eq!(thief.post(PATH, &Value::Null).await.code(), "ORIGIN-1");
}

#[tokio::test]
async fn a_page_of_another_web_integration_gets_none_for_a_session_that_it_joins() {
    let tenant = TestTenant::start().await;
    second_integration(&tenant);
    let first = given(&page(&tenant, "ada"), Value::Null).await;
    let other = page(&tenant, "ada")
        .with("origin", OTHER_PORTAL)
        .with("qlik-web-integration-id", "wi2");
    let answer = other.post(PATH, &json!({"sessionId": first["sessionId"]})).await;
    assert_eq!(answer.code(), "ticket.web-integration");
}

#[tokio::test]
async fn a_body_that_makes_no_sense_is_refused() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    for bad in [
        json!({"count": 0}),
        json!({"count": 11}),
        json!({"identity": "x"}),
        json!({"appId": "a".repeat(1025)}),
        json!({"appid": "t11"}),
        json!(7),
    ] {
        assert_eq!(ada.post(PATH, &bad).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn several_tickets_at_once_are_different() {
    let tenant = TestTenant::start().await;
    let answer = given(&page(&tenant, "ada"), json!({"count": 3})).await;
    let tickets = answer["tickets"].as_array().unwrap().clone();
    assert_eq!(tickets.len(), 3);
    for ticket in tickets {
        let path = path(ticket.as_str().unwrap());
        tenant.socket(&path).with("origin", PORTAL).connect().await;
    }
}

#[tokio::test]
async fn a_ticket_that_was_used_is_refused() {
    let tenant = TestTenant::start().await;
    let path = path(&ticket(&tenant, Value::Null).await);
    tenant.socket(&path).with("origin", PORTAL).connect().await;
    let answer = refused(&tenant, &path, &[("origin", PORTAL)]).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "ticket.used"));
}

#[tokio::test]
async fn a_ticket_that_has_expired_is_refused() {
    let tenant = TestTenant::start().await;
    let [in_time, late] = [
        ticket(&tenant, Value::Null).await,
        ticket(&tenant, Value::Null).await,
    ];
    tenant.advance(Duration::from_millis(59_999));
    tenant
        .socket(&path(&in_time))
        .with("origin", PORTAL)
        .connect()
        .await;
    tenant.advance(Duration::from_millis(1));
    let answer = refused(&tenant, &path(&late), &[("origin", PORTAL)]).await;
    assert_eq!(answer.code(), "ticket.expired");
}

#[tokio::test]
async fn an_invented_ticket_is_refused() {
    let tenant = TestTenant::start().await;
    for invented in ["flt_0", "", "%00"] {
        let answer = refused(&tenant, &path(invented), &[("origin", PORTAL)]).await;
        assert_eq!(answer.code(), "ticket.unknown", "{invented:?}");
    }
}

#[tokio::test]
async fn a_ticket_of_another_page_is_refused_and_used_up() {
    let tenant = TestTenant::start().await;
    second_integration(&tenant);
    let path = path(&ticket(&tenant, Value::Null).await);
    let answer = refused(&tenant, &path, &[("origin", OTHER_PORTAL)]).await;
    assert_eq!(answer.code(), "ticket.origin");
    let answer = refused(&tenant, &path, &[("origin", PORTAL)]).await;
    assert_eq!(answer.code(), "ticket.used");
}

#[tokio::test]
async fn a_program_cannot_use_the_ticket_of_a_page() {
    let tenant = TestTenant::start().await;
    let path = path(&ticket(&tenant, Value::Null).await);
    assert_eq!(refused(&tenant, &path, &[]).await.code(), "ticket.origin");
}

#[tokio::test]
async fn a_page_cannot_use_the_ticket_of_a_program() {
    let tenant = TestTenant::start().await;
    for origin in [PORTAL.to_owned(), tenant.origin()] {
        let answer = given(&page(&tenant, "ada").without("origin"), Value::Null).await;
        let path = path(answer["ticket"].as_str().unwrap());
        let answer = refused(&tenant, &path, &[("origin", &origin)]).await;
        assert_eq!(answer.code(), "ticket.origin", "{origin}");
    }
}

#[tokio::test]
async fn the_framed_sheet_uses_a_ticket_of_the_page_around_it() {
    let tenant = TestTenant::start().await;
    let path = path(&ticket(&tenant, Value::Null).await);
    tenant
        .socket(&path)
        .with("origin", &tenant.origin())
        .connect()
        .await;
}

#[tokio::test]
async fn a_ticket_under_the_name_of_another_web_integration_is_refused() {
    let tenant = TestTenant::start().await;
    second_integration(&tenant);
    let path = path(&ticket(&tenant, Value::Null).await);
    let own = tenant.origin();
    let headers = [("origin", own.as_str()), ("qlik-web-integration-id", "wi2")];
    assert_eq!(
        refused(&tenant, &path, &headers).await.code(),
        "ticket.web-integration"
    );
}

#[tokio::test]
async fn a_ticket_of_a_web_integration_that_is_gone_is_refused_in_the_frame_too() {
    let tenant = TestTenant::start().await;
    let path = path(&ticket(&tenant, Value::Null).await);
    let id = WEB_INTEGRATION.parse().unwrap();
    tenant.services.store.delete_web_integration(&id).unwrap();
    let own = tenant.origin();
    let answer = refused(&tenant, &path, &[("origin", &own)]).await;
    assert_eq!(answer.code(), "ticket.web-integration");
}

#[tokio::test]
async fn a_ticket_opens_the_app_and_identity_that_it_is_for() {
    let tenant = TestTenant::start().await;
    let wanted = json!({"appId": "t11", "identity": "left"});
    for path in [
        "/app/t11",
        "/app/t11/identity/right",
        "/app/other/identity/left",
        "/app",
    ] {
        let ticket = ticket(&tenant, wanted.clone()).await;
        let answer = refused(&tenant, &format!("{path}?ticket={ticket}"), &[("origin", PORTAL)]).await;
        assert_eq!(answer.code(), "ticket.target", "{path}");
    }
    let ticket = ticket(&tenant, wanted).await;
    let path = format!("/app/t11/identity/left?ticket={ticket}");
    tenant.socket(&path).with("origin", PORTAL).connect().await;
}

#[tokio::test]
async fn a_ticket_beside_the_cookie_of_somebody_else_is_refused() {
    let tenant = TestTenant::start().await;
    let bob = tenant.signed_in("bob").await;
    let path = path(&ticket(&tenant, Value::Null).await);
    let headers = [("origin", PORTAL), ("cookie", bob.header("cookie").unwrap())];
    assert_eq!(
        refused(&tenant, &path, &headers).await.code(),
        "ticket.two-people"
    );
}

#[tokio::test]
async fn a_ticket_beside_a_cookie_of_the_same_person_or_a_dead_one_is_fine() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let cookie = ada.header("cookie").unwrap();
    for cookie in [cookie, "eas.sid=forged; eas.sid.sig=forged"] {
        let path = path(&ticket(&tenant, Value::Null).await);
        tenant
            .socket(&path)
            .with("origin", PORTAL)
            .with("cookie", cookie)
            .connect()
            .await;
    }
}

#[tokio::test]
async fn a_good_cookie_does_not_save_a_bad_ticket() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let headers = [
        ("cookie", ada.header("cookie").unwrap()),
        ("qlik-csrf-token", ada.header("qlik-csrf-token").unwrap()),
    ];
    let answer = refused(&tenant, &path("flt_0"), &headers).await;
    assert_eq!(answer.code(), "ticket.unknown");
}

#[tokio::test]
async fn a_bearer_token_beside_a_ticket_is_refused() {
    let tenant = TestTenant::start().await;
    let program = tenant.program();
    let headers = [("authorization", program.header("authorization").unwrap())];
    assert_eq!(refused(&tenant, &path("flt_0"), &headers).await.status, 400);
}

#[tokio::test]
async fn a_ticket_is_no_credential_for_calls() {
    let tenant = TestTenant::start().await;
    let ticket = ticket(&tenant, Value::Null).await;
    let plain = tenant.anonymous().with("origin", PORTAL);
    let answer = plain.get(&format!("/api/v1/users/me?ticket={ticket}")).await;
    // Calls take no such parameter.
    assert_eq!((answer.status, answer.code()), (400, "HTTP-400".to_owned()));
    let bearer = plain.with("authorization", &format!("Bearer {ticket}"));
    assert_eq!(bearer.get("/api/v1/users/me").await.code(), "token.form");
}

#[tokio::test]
async fn a_socket_by_ticket_ends_with_its_login_session() {
    let tenant = TestTenant::start().await;
    let ticket = ticket(&tenant, Value::Null).await;
    let mut socket = tenant
        .socket(&path(&ticket))
        .with("origin", PORTAL)
        .connect()
        .await;
    tenant.advance(Duration::from_secs(31 * 60));
    let Ended::Closed { code, .. } = socket.ended().await else {
        panic!("dropped")
    };
    assert_eq!(code, 4001);
}

#[tokio::test]
async fn a_web_integration_tightens_the_limits_of_its_sessions_however_they_begin() {
    let tenant = TestTenant::start().await;
    let store = &tenant.services.store;
    let minutes = |minutes: u64| Some(Duration::from_secs(minutes * 60));
    let mut integration = store.web_integrations().unwrap().remove(0);
    integration.limits = NarrowLimits::new(minutes(15), minutes(60)).unwrap();
    store.put_web_integration(&integration).unwrap();
    given(&page(&tenant, "ada"), Value::Null).await;
    // A page that does not name its integration is known by its origin.
    let unnamed = page(&tenant, "bob").without("qlik-web-integration-id");
    unnamed.post("/login/jwt-session", &Value::Null).await;
    for session in store.open_login_sessions().unwrap() {
        let (idle, lifetime) = (session.limits.idle(), session.limits.lifetime());
        assert_eq!((idle.as_secs(), lifetime.as_secs()), (900, 3600), "{session:?}");
    }
    tenant.advance(Duration::from_secs(901));
    assert!(store.open_login_sessions().unwrap().is_empty());
}
