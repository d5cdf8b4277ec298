//! What a tab hears that was away while its login session was ended: the operator's words, and nobody else does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::time::Duration;

use fanlight_testkit::{Caller, PORTAL, TestTenant, WEB_INTEGRATION};
use serde_json::{Value, json};

const ME: &str = "/api/v1/users/me";
const TICKETS: &str = "/api/fanlight/v1/tickets";

/// A browser in which `subject` signed in through the portal's page.
async fn at_portal<'a>(tenant: &'a TestTenant, subject: &str) -> Caller<'a> {
    let page = tenant
        .anonymous()
        .with("origin", PORTAL)
        .with("qlik-web-integration-id", WEB_INTEGRATION);
    let bearer = format!("Bearer {}", tenant.token(subject));
    let signing_in = page.clone().with("authorization", &bearer);
    let signed_in = signing_in.post("/login/jwt-session", &Value::Null).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    page.with("cookie", &signed_in.cookies())
}

/// The page of another portal on the same site, to whose calls the browser adds the same cookies.
async fn at_another_portal<'a>(tenant: &TestTenant, browser: &Caller<'a>) -> Caller<'a> {
    let origin = "https://other.example";
    let new = json!({"name": "Other", "validOrigins": [origin]});
    let made = tenant.program().post("/api/v1/web-integrations", &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    browser
        .clone()
        .with("origin", origin)
        .with("qlik-web-integration-id", &id)
}

/// An operator ends every login session, with these words or without any.
async fn end_all(tenant: &TestTenant, reason: Option<&str>) {
    let ids: Vec<String> = tenant
        .services
        .store
        .open_login_sessions()
        .unwrap()
        .iter()
        .map(|session| session.id.to_string())
        .collect();
    let mut body = json!({"ids": ids});
    if let Some(reason) = reason {
        body["reason"] = json!(reason);
    }
    let path = "/api/fanlight/v1/sessions/actions/end";
    let done = tenant.program().post(path, &body).await;
    assert_eq!(done.status, 200, "{}", done.body);
}

/// Code, detail and reason of the refusal that the caller gets.
async fn told(caller: &Caller<'_>, path: &str) -> [Value; 3] {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, 401, "{}", answer.body);
    let error = &answer.json()["errors"][0];
    ["code", "detail", "reason"].map(|member| error[member].clone())
}

#[tokio::test]
async fn a_tab_that_was_away_reads_the_operators_words_with_its_next_call() {
    let tenant = TestTenant::start().await;
    let page = at_portal(&tenant, "ada").await;
    end_all(&tenant, Some("lost laptop")).await;
    let words = [json!("AUTH-2"), json!("revoked"), json!("lost laptop")];
    for path in [ME, "/api/v1/csrf-token", "/api/v1/apps"] {
        assert_eq!(told(&page, path).await, words, "{path}");
    }
    let sheet = page.with("origin", &tenant.origin());
    assert_eq!(told(&sheet, ME).await, words, "the framed sheet");
    // The longest time that anybody may have gone on with it, had it not been ended.
    tenant.advance(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(told(&sheet, ME).await, words, "a week later");
}

#[tokio::test]
async fn the_words_of_an_end_are_forgotten_after_a_month() {
    let tenant = TestTenant::start().await;
    let page = at_portal(&tenant, "ada").await;
    end_all(&tenant, Some("lost laptop")).await;
    tenant.advance(Duration::from_secs(30 * 24 * 3600 + 1));
    assert_eq!(told(&page, ME).await[0], json!("AUTH-1"));
}

#[tokio::test]
async fn an_end_without_words_of_an_operator_has_no_reason() {
    let tenant = TestTenant::start().await;
    let page = at_portal(&tenant, "ada").await;
    tenant.advance(Duration::from_secs(31 * 60));
    let idle = [json!("AUTH-2"), json!("idle-timeout"), Value::Null];
    assert_eq!(told(&page, ME).await, idle);
    let page = at_portal(&tenant, "ada").await;
    end_all(&tenant, None).await;
    let usual = [
        json!("AUTH-2"),
        json!("revoked"),
        json!(fanlight_protocol::USUAL_END),
    ];
    assert_eq!(told(&page, ME).await, usual);
}

#[tokio::test]
async fn who_has_no_cookie_of_that_session_reads_nothing_of_its_end() {
    let tenant = TestTenant::start().await;
    let page = at_portal(&tenant, "ada").await;
    let id = tenant.services.store.open_login_sessions().unwrap().remove(0).id;
    let altered = page
        .header("cookie")
        .unwrap()
        .replace("eas.sid.sig=", "eas.sid.sig=x");
    end_all(&tenant, Some("lost laptop")).await;
    let bob = at_portal(&tenant, "bob").await;
    let by_token = bob
        .clone()
        .without("cookie")
        .with("authorization", &format!("Bearer {}", tenant.token("bob")));
    let answers = [
        ("without a cookie", page.clone().without("cookie").get(ME).await),
        (
            "with an altered cookie",
            page.clone().with("cookie", &altered).get(ME).await,
        ),
        ("another person's cookie", bob.get(ME).await),
        (
            "another person's token, with the id",
            by_token
                .post(TICKETS, &json!({"sessionId": id.to_string()}))
                .await,
        ),
        (
            "a page that nobody lists",
            page.clone().with("origin", "https://evil.example").get(ME).await,
        ),
    ];
    for (who, answer) in answers {
        assert!(!answer.body.contains("laptop"), "{who}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_page_of_another_portal_does_not_read_what_was_said_in_this_one() {
    let tenant = TestTenant::start().await;
    let page = at_portal(&tenant, "ada").await;
    let other = at_another_portal(&tenant, &page).await;
    end_all(&tenant, Some("lost laptop")).await;
    let nothing = [json!("AUTH-2"), json!("revoked"), Value::Null];
    assert_eq!(told(&other, ME).await, nothing);
}

/// A page without cookies shows the id that only it was told, with a new token of the same person.
#[tokio::test]
async fn a_page_with_tickets_reads_the_words_when_it_asks_for_the_next_ones() {
    let tenant = TestTenant::start().await;
    let page = |tenant: &TestTenant| format!("Bearer {}", tenant.token("ada"));
    let portal = tenant
        .anonymous()
        .with("origin", PORTAL)
        .with("qlik-web-integration-id", WEB_INTEGRATION);
    let ada = portal.clone().with("authorization", &page(&tenant));
    let given = ada.post(TICKETS, &Value::Null).await;
    assert_eq!(given.status, 201, "{}", given.body);
    let other = at_another_portal(&tenant, &portal).await;
    end_all(&tenant, Some("lost laptop")).await;
    for renew in [false, true] {
        let body = json!({"sessionId": given.json()["sessionId"], "renew": renew});
        let again = portal.clone().with("authorization", &page(&tenant));
        let refused = again.post(TICKETS, &body).await;
        assert_eq!(refused.code(), "AUTH-2", "{}", refused.body);
        assert_eq!(refused.json()["errors"][0]["reason"], "lost laptop");
        let elsewhere = other.clone().with("authorization", &page(&tenant));
        let refused = elsewhere.post(TICKETS, &body).await;
        assert_eq!(refused.code(), "ticket.web-integration", "{}", refused.body);
        assert!(!refused.body.contains("laptop"), "{}", refused.body);
    }
}
