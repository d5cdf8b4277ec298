//! One request, one credential; CSRF; the end of a login session.

use std::time::Duration;

use fanlight_testkit::{PORTAL, TestTenant, WEB_INTEGRATION};
use http::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_changing_call_by_cookie_needs_the_csrf_token() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    for (case, caller) in [
        ("missing", ada.clone().without("qlik-csrf-token")),
        ("wrong", ada.clone().with("qlik-csrf-token", "wrong")),
        ("of another session", {
            let bob = tenant.signed_in("bob").await;
            ada.clone()
                .with("qlik-csrf-token", bob.header("qlik-csrf-token").unwrap())
        }),
    ] {
        let answer = caller.post("/logout", &Value::Null).await;
        assert_eq!(
            (answer.status, answer.code()),
            (403, "CSRF-TOKEN-2".to_owned()),
            "{case}"
        );
        // Clients fetch a new token only if the code stands at the top level.
        assert_eq!(answer.json()["code"], "CSRF-TOKEN-2", "{case}");
        assert_eq!(
            ada.get("/api/v1/users/me").await.status,
            200,
            "{case}: still signed in"
        );
    }
    assert_eq!(ada.post("/logout", &Value::Null).await.status, 204);
    assert_eq!(ada.get("/api/v1/users/me").await.status, 401);
}

#[tokio::test]
async fn a_program_needs_no_csrf_token() {
    let tenant = TestTenant::start().await;
    let new = json!({"name": "Second", "validOrigins": []});
    assert_eq!(
        tenant
            .program()
            .post("/api/v1/web-integrations", &new)
            .await
            .status,
        201
    );
    let token = tenant.program().get("/api/v1/csrf-token").await;
    assert_eq!((token.status, token.header("qlik-csrf-token")), (204, ""));
}

#[tokio::test]
async fn a_refused_cookie_is_not_replaced_by_a_bearer_token() {
    let tenant = TestTenant::start().await;
    let both = tenant.program().with("cookie", "eas.sid=0; eas.sid.sig=0");
    assert_eq!(both.get("/api/v1/users/me").await.status, 401);
}

#[tokio::test]
async fn the_cookie_counts_when_a_bearer_token_comes_along() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let both = tenant.program().with("cookie", ada.header("cookie").unwrap());
    assert_eq!(both.get("/api/v1/users/me").await.json()["subject"], "ada");
}

#[tokio::test]
async fn an_altered_cookie_is_refused() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let all = ada.header("cookie").unwrap().to_owned();
    // What is under the contract's name alone, as clients keep it, and what browsers guard beside it.
    let contract: String = all.split("; __Host-").next().unwrap().to_owned();
    let guarded = all.replace("eas.sid=", "eas.sid=0");
    let unsigned = all.replace("eas.sid.sig=", "eas.sid.sig=0");
    let cookie = contract;
    let without_signature: String = cookie
        .split("; ")
        .filter(|pair| !pair.starts_with("eas.sid.sig"))
        .collect();
    let first = cookie.replacen("eas.sid=", "eas.sid=0", 1);
    for altered in [first, without_signature, guarded, unsigned] {
        assert_eq!(
            ada.clone()
                .with("cookie", &altered)
                .get("/api/v1/users/me")
                .await
                .status,
            401,
            "{altered}"
        );
    }
}

#[tokio::test]
async fn wrong_api_keys_are_refused() {
    let tenant = TestTenant::start().await;
    for key in ["flk_x_y", "flk_", "x", ""] {
        let caller = tenant.anonymous().with("authorization", &format!("Bearer {key}"));
        assert_eq!(caller.get("/api/v1/users/me").await.status, 401, "{key}");
    }
}

#[tokio::test]
async fn an_idle_session_ends_and_says_how() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    tenant.advance(Duration::from_secs(29 * 60));
    assert_eq!(ada.get("/api/v1/users/me").await.status, 200);
    tenant.advance(Duration::from_secs(29 * 60));
    assert_eq!(ada.get("/api/v1/users/me").await.status, 200);
    tenant.advance(Duration::from_secs(30 * 60));
    let answer = ada.get("/api/v1/users/me").await;
    assert_eq!((answer.status, answer.code()), (401, "AUTH-2".to_owned()));
    assert_eq!(answer.json()["errors"][0]["detail"], "idle-timeout");
}

#[tokio::test]
async fn checking_whether_one_is_signed_in_keeps_nobody_signed_in() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    tenant.advance(Duration::from_secs(20 * 60));
    assert_eq!(ada.get("/api/v1/user-locale").await.status, 200);
    tenant.advance(Duration::from_secs(10 * 60));
    assert_eq!(ada.get("/api/v1/user-locale").await.status, 401);
}

#[tokio::test]
async fn signing_out_takes_the_cookies_away() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let answer = ada.clone().with("sec-fetch-site", "none").get("/logout").await;
    assert_eq!(answer.status, 200);
    let cleared = answer.set_cookies();
    assert_eq!(cleared.len(), 6);
    assert!(
        cleared
            .iter()
            .all(|cookie| cookie.contains("Max-Age=0") && cookie.contains("Partitioned"))
    );
    assert_eq!(ada.get("/api/v1/users/me").await.code(), "AUTH-2");
    assert_eq!(tenant.anonymous().post("/logout", &Value::Null).await.status, 204);
}

#[tokio::test]
async fn a_link_of_another_site_asks_before_it_signs_anybody_out() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await.without("qlik-csrf-token");
    let mut question = String::new();
    for site in ["cross-site", "same-site", ""] {
        let linked = ada
            .clone()
            .with("sec-fetch-site", site)
            .with("sec-fetch-mode", "navigate");
        let answer = linked.get("/logout").await;
        assert_eq!(answer.status, 200, "{site:?}");
        assert!(answer.set_cookies().is_empty(), "{site:?}");
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(ada.get("/api/v1/users/me").await.status, 200, "{site:?}");
        question = answer.body;
    }
    assert!(!question.contains("<script"), "{question}");
    let (_, rest) = question.split_once("action=\"").unwrap();
    let (action, _) = rest.split_once('"').unwrap();
    let form = ada
        .clone()
        .with("origin", &tenant.origin())
        .with("content-type", "application/x-www-form-urlencoded");
    let answer = form.post(action, &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.contains("You are signed out"), "{}", answer.body);
    assert_eq!(answer.set_cookies().len(), 6);
    assert_eq!(ada.get("/api/v1/users/me").await.code(), "AUTH-2");
}

#[tokio::test]
async fn the_tenants_own_page_a_typed_address_and_a_listed_page_sign_out_at_once() {
    let tenant = TestTenant::start().await;
    for (name, value) in [
        ("sec-fetch-site", "same-origin"),
        ("sec-fetch-site", "none"),
        ("origin", PORTAL),
    ] {
        let ada = tenant.signed_in("ada").await;
        let answer = ada.clone().with(name, value).get("/logout").await;
        assert!(
            answer.body.contains("You are signed out"),
            "{value}: {}",
            answer.body
        );
        assert_eq!(ada.get("/api/v1/users/me").await.code(), "AUTH-2", "{value}");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_not_asked() {
    let tenant = TestTenant::start().await;
    let linked = tenant.anonymous().with("sec-fetch-site", "cross-site");
    let answer = linked.get("/logout").await;
    assert!(answer.body.contains("You are signed out"), "{}", answer.body);
}

#[tokio::test]
async fn administration_is_for_administrators() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    for path in [
        "/api/v1/web-integrations",
        "/api/v1/csp-origins",
        "/api/v1/csp-origins/actions/generate-header",
        "/api/v1/identity-providers",
        "/api/v1/users",
        "/api/core/auth-settings",
    ] {
        assert_eq!(ada.get(path).await.code(), "AUTH-3", "{path}");
        assert_eq!(tenant.anonymous().get(path).await.code(), "AUTH-1", "{path}");
        assert_eq!(tenant.program().get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn new_limits_hold_for_new_sessions() {
    let tenant = TestTenant::start().await;
    let before = tenant.signed_in("ada").await;
    let patch = json!([{"op": "replace", "path": "/userSessionInactivityTimeoutMinutes", "value": 15}]);
    let changed = tenant
        .program()
        .call(Method::PATCH, "/api/core/auth-settings", &patch)
        .await;
    assert_eq!(changed.json()["userSessionInactivityTimeoutMinutes"], 15);
    let after = tenant.signed_in("ada").await;
    tenant.advance(Duration::from_secs(16 * 60));
    assert_eq!(before.get("/api/v1/users/me").await.status, 200);
    assert_eq!(after.get("/api/v1/users/me").await.status, 401);
    let too_short = json!([{"op": "replace", "path": "/userSessionInactivityTimeoutMinutes", "value": 14}]);
    let refused = tenant
        .program()
        .call(Method::PATCH, "/api/core/auth-settings", &too_short)
        .await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn another_person_in_the_same_browser_ends_the_session_of_the_first() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let mut socket = tenant.socket("/app/t11").by(&ada).connect().await;
    let sign_in = |subject: &str| {
        let bearer = format!("Bearer {}", tenant.token(subject));
        ada.clone().with("authorization", &bearer)
    };
    assert_eq!(
        sign_in("ada")
            .post("/login/jwt-session", &Value::Null)
            .await
            .status,
        200
    );
    assert_eq!(
        ada.get("/api/v1/users/me").await.status,
        200,
        "the same person goes on"
    );
    assert_eq!(
        tenant.services.store.open_login_sessions().unwrap().len(),
        1,
        "with the same session"
    );
    assert_eq!(
        sign_in("bob")
            .post("/login/jwt-session", &Value::Null)
            .await
            .status,
        200
    );
    let after = ada.get("/api/v1/users/me").await;
    assert_eq!(after.status, 401);
    assert!(after.body.contains(r#""detail":"replaced""#), "{}", after.body);
    let fanlight_testkit::Ended::Closed { code, reason } = socket.ended().await else {
        panic!("the server closes the socket");
    };
    assert_eq!((code, reason.as_str()), (4006, "replaced"));
}

#[tokio::test]
async fn a_session_answers_only_pages_of_the_integration_that_opened_it() {
    let tenant = TestTenant::start().await;
    let other = "https://other.example";
    let new = json!({"name": "Other", "validOrigins": [other]});
    let made = tenant.program().post("/api/v1/web-integrations", &new).await;
    assert_eq!(made.status, 201);
    for (named, page) in [(WEB_INTEGRATION, None), ("", Some(PORTAL))] {
        let token = tenant.token("ada");
        let mut caller = tenant
            .anonymous()
            .with("authorization", &format!("Bearer {token}"))
            .with("qlik-web-integration-id", named);
        if let Some(page) = page {
            caller = caller.with("origin", page);
        }
        let signed_in = caller.post("/login/jwt-session", &Value::Null).await;
        assert_eq!(signed_in.status, 200);
        let ada = tenant.anonymous().with("cookie", &signed_in.cookies());
        let me = async |origin: &str| {
            let page = ada.clone().with("origin", origin);
            page.get("/api/v1/users/me").await.status
        };
        assert_eq!(me(PORTAL).await, 200);
        assert_eq!(me(&tenant.origin()).await, 200, "the tenant's own page");
        assert_eq!(ada.get("/api/v1/users/me").await.status, 200, "no page at all");
        assert_eq!(me(other).await, 403);
        let csrf = ada.get("/api/v1/csrf-token").await;
        let hijacker = ada
            .clone()
            .with("qlik-csrf-token", csrf.header("qlik-csrf-token"))
            .with("origin", other);
        let refused = tenant.socket("/app/small").by(&hijacker).open().await;
        assert_eq!(refused.err().map(|answer| answer.status), Some(403));
    }
}
