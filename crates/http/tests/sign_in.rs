//! `POST /login/jwt-session`: every rule of a sign-in token, and what a good one gives.

use std::time::Duration;

use fanlight_testkit::{Forge, KID, TestTenant};
use serde_json::{Value, json};

/// Signs in with changed claims and gives status and code.
async fn with_claims(change: impl FnOnce(&mut Value)) -> (u16, String) {
    let tenant = TestTenant::start().await;
    let mut claims = tenant.claims("ada");
    change(&mut claims);
    refused(&tenant, &tenant.forge.sign(&Forge::header(), &claims)).await
}

async fn with_header(header: Value) -> (u16, String) {
    let tenant = TestTenant::start().await;
    let token = tenant.forge.sign(&header, &tenant.claims("ada"));
    refused(&tenant, &token).await
}

async fn refused(tenant: &TestTenant, token: &str) -> (u16, String) {
    let answer = tenant.sign_in(token).await;
    assert!(
        answer.set_cookies().is_empty(),
        "a refused sign-in sets no cookie"
    );
    assert!(answer.json()["traceId"].as_str().is_some_and(|id| !id.is_empty()));
    (answer.status, answer.code())
}

fn breaks(rule: &str) -> (u16, String) {
    (401, rule.to_owned())
}

#[tokio::test]
async fn a_good_token_gives_partitioned_cookies_and_an_empty_object() {
    let tenant = TestTenant::start().await;
    let answer = tenant.sign_in(&tenant.token("ada")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "{}"));
    assert_eq!(answer.header("content-type"), "application/json");
    let cookies = answer.set_cookies();
    let names: Vec<&str> = cookies
        .iter()
        .filter_map(|cookie| cookie.split('=').next())
        .collect();
    let contract = ["eas.sid", "eas.sid.sig", "_csrfToken", "_csrfToken.sig"];
    assert_eq!(names[..4], contract);
    assert_eq!(names[4..], ["__Host-eas.sid", "__Host-eas.sid.sig"]);
    for cookie in cookies {
        assert!(
            cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"),
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn on_the_tenants_own_site_cookies_are_lax() {
    let same_site =
        |settings: &mut fanlight_http::Settings| settings.cookies = fanlight_http::CookieReach::SameSite;
    let tenant = TestTenant::start_with(same_site).await;
    let answer = tenant.sign_in(&tenant.token("ada")).await;
    for cookie in answer.set_cookies() {
        assert!(
            cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"),
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn the_csrf_cookie_is_a_csrf_token() {
    let tenant = TestTenant::start().await;
    let answer = tenant.sign_in(&tenant.token("ada")).await;
    let cookies = answer.cookies();
    let token = cookies
        .split("; ")
        .find_map(|pair| pair.strip_prefix("_csrfToken="))
        .unwrap();
    let caller = tenant
        .anonymous()
        .with("cookie", &cookies)
        .with("qlik-csrf-token", token);
    assert_eq!(caller.post("/logout", &Value::Null).await.status, 204);
}

#[tokio::test]
async fn the_signed_in_user_is_the_tokens() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let me = ada.get("/api/v1/users/me").await;
    assert_eq!(me.status, 200);
    let me = me.json();
    assert_eq!(
        (&me["subject"], &me["email"]),
        (&json!("ada"), &json!("ada@example.com"))
    );
    assert_eq!(me["status"], "active");
    let locale = ada.get("/api/v1/user-locale").await;
    assert_eq!(
        (locale.status, locale.header("content-type")),
        (200, "application/json")
    );
}

#[tokio::test]
async fn without_a_token_nobody_signs_in() {
    let tenant = TestTenant::start().await;
    let answer = tenant.anonymous().post("/login/jwt-session", &Value::Null).await;
    assert_eq!((answer.status, answer.code()), (401, "AUTH-1".to_owned()));
}

#[tokio::test]
async fn alg_none_is_refused() {
    let header = json!({"alg": "none", "typ": "JWT", "kid": KID});
    assert_eq!(with_header(header).await, breaks("token.algorithm"));
}

#[tokio::test]
async fn hmac_with_the_public_key_as_secret_is_refused() {
    let tenant = TestTenant::start().await;
    let header = json!({"alg": "HS256", "typ": "JWT", "kid": KID});
    let secret = tenant.forge.public().to_pem();
    let token = Forge::sign_by_hmac(&header, &tenant.claims("ada"), secret.as_bytes());
    assert_eq!(refused(&tenant, &token).await, breaks("token.algorithm"));
}

#[tokio::test]
async fn an_algorithm_of_another_kind_of_key_is_refused() {
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": KID});
    assert_eq!(with_header(header).await, breaks("token.algorithm"));
}

#[tokio::test]
async fn an_unknown_key_id_is_refused() {
    let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": "other"});
    assert_eq!(with_header(header).await, breaks("token.key-id"));
}

#[tokio::test]
async fn a_missing_key_id_is_refused() {
    assert_eq!(
        with_header(json!({"alg": "EdDSA", "typ": "JWT"})).await,
        breaks("token.key-id")
    );
}

#[tokio::test]
async fn a_signature_of_another_key_is_refused() {
    let tenant = TestTenant::start().await;
    let token = Forge::new().sign(&Forge::header(), &tenant.claims("ada"));
    assert_eq!(refused(&tenant, &token).await, breaks("token.signature"));
}

#[tokio::test]
async fn an_unknown_issuer_is_refused() {
    let answer = with_claims(|claims| claims["iss"] = json!("https://evil.example")).await;
    assert_eq!(answer, breaks("token.issuer"));
}

#[tokio::test]
async fn another_audience_is_refused() {
    let answer = with_claims(|claims| claims["aud"] = json!("qlik.api")).await;
    assert_eq!(answer, breaks("token.audience"));
}

#[tokio::test]
async fn another_kind_of_subject_is_refused() {
    let answer = with_claims(|claims| claims["subType"] = json!("machine")).await;
    assert_eq!(answer, breaks("token.subject-type"));
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let tenant = TestTenant::start().await;
    let token = tenant.token("ada");
    tenant.clock.advance(Duration::from_secs(61));
    assert_eq!(refused(&tenant, &token).await, breaks("token.expires"));
}

#[tokio::test]
async fn a_token_that_is_not_valid_yet_is_refused() {
    let later = |claims: &mut Value| {
        for time in ["nbf", "exp"] {
            claims[time] = json!(claims[time].as_i64().unwrap() + 30);
        }
    };
    assert_eq!(with_claims(later).await, breaks("token.not-before"));
}

#[tokio::test]
async fn a_lifetime_over_an_hour_is_refused() {
    let answer = with_claims(|claims| claims["exp"] = json!(claims["nbf"].as_i64().unwrap() + 3601)).await;
    assert_eq!(answer, breaks("token.lifetime"));
}

#[tokio::test]
async fn each_required_claim_is_missed_by_its_name() {
    let required = [
        ("iss", "token.issuer"),
        ("aud", "token.audience"),
        ("sub", "token.subject"),
        ("name", "token.name"),
        ("jti", "token.token-id"),
        ("iat", "token.issued-at"),
        ("nbf", "token.not-before"),
        ("exp", "token.expires"),
    ];
    for (claim, rule) in required {
        let without = |claims: &mut Value| {
            claims.as_object_mut().unwrap().remove(claim);
        };
        assert_eq!(with_claims(without).await, breaks(rule), "{claim}");
    }
}

#[tokio::test]
async fn a_token_works_once() {
    let tenant = TestTenant::start().await;
    let token = tenant.token("ada");
    assert_eq!(tenant.sign_in(&token).await.status, 200);
    assert_eq!(refused(&tenant, &token).await, breaks("token.single-use"));
}

#[tokio::test]
async fn an_oversized_token_is_refused() {
    let answer = with_claims(|claims| claims["name"] = json!("a".repeat(40_000))).await;
    assert_eq!(answer, breaks("token.size"));
}

#[tokio::test]
async fn garbage_is_refused() {
    let tenant = TestTenant::start().await;
    for garbage in ["x", "a.b", "a.b.c", "....", "eyJhbGciOiJub25lIn0.e30."] {
        let (status, code) = refused(&tenant, garbage).await;
        assert_eq!(status, 401, "{garbage}");
        assert!(code.starts_with("token."), "{garbage}: {code}");
    }
}

#[tokio::test]
async fn sign_ins_are_limited_per_client() {
    let tenant =
        TestTenant::start_with(|settings| settings.sign_ins = fanlight_http::Rate::per_minute(2)).await;
    for _ in 0..2 {
        assert_eq!(tenant.sign_in(&tenant.token("ada")).await.status, 200);
    }
    let answer = tenant.sign_in(&tenant.token("ada")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "30"));
    tenant.clock.advance(Duration::from_secs(30));
    assert_eq!(tenant.sign_in(&tenant.token("ada")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_shown_fifty_times_at_once_works_once() {
    let tenant = TestTenant::start().await;
    let token = tenant.token("ada");
    let attempts = (0..50).map(|_| tenant.sign_in(&token));
    let answers = futures_util::future::join_all(attempts).await;
    let (good, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(good.len(), 1);
    for answer in refused {
        assert_eq!(answer.status, 401);
        assert!(answer.set_cookies().is_empty());
    }
    let store = tenant.services.store.as_ref();
    assert_eq!(store.open_login_sessions().unwrap().len(), 1);
}

/// As older samples mint them. Without an id the token itself is remembered.
#[tokio::test]
async fn a_provider_may_let_its_tokens_leave_out_jti_and_nbf_and_each_works_once() {
    let tenant = TestTenant::start().await;
    let mut claims = tenant.claims("ada");
    for claim in ["jti", "nbf"] {
        claims.as_object_mut().unwrap().remove(claim);
    }
    let token = tenant.forge.sign(&Forge::header(), &claims);
    let refused = tenant.sign_in(&token).await;
    assert_eq!((refused.status, refused.code()), breaks("token.token-id"));
    let detail = refused.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("`require_jti = false`"), "{detail}");

    let program = tenant.program();
    let path = "/api/v1/identity-providers";
    let id = program.get(path).await.json()["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let changes = json!([
        {"op": "replace", "path": "/options/requireJti", "value": false},
        {"op": "replace", "path": "/options/requireNbf", "value": false},
    ]);
    let changed = program
        .call(http::Method::PATCH, &format!("{path}/{id}"), &changes)
        .await;
    assert_eq!(changed.status, 204, "{}", changed.body);
    let options = program.get(&format!("{path}/{id}")).await.json()["options"].clone();
    assert_eq!(
        (&options["requireJti"], &options["requireNbf"]),
        (&json!(false), &json!(false))
    );

    assert_eq!(tenant.sign_in(&token).await.status, 200);
    let again = tenant.sign_in(&token).await;
    assert_eq!((again.status, again.code()), breaks("token.single-use"));
    claims["exp"] = json!(claims["iat"].as_i64().unwrap() + 301);
    let long = tenant
        .sign_in(&tenant.forge.sign(&Forge::header(), &claims))
        .await;
    assert_eq!((long.status, long.code()), breaks("token.lifetime"));
}

#[tokio::test]
async fn used_tokens_are_not_forgotten_when_the_clock_is_set_forward_and_back() {
    let tenant = TestTenant::start().await;
    let token = tenant.token("ada");
    assert_eq!(tenant.sign_in(&token).await.status, 200);
    // By a year, for long enough that everything that is due is done.
    tenant.advance(Duration::from_secs(365 * 24 * 3600));
    let used = fanlight_identity::UsedToken {
        issuer: fanlight_testkit::ISSUER.to_owned(),
        token_id: "0".to_owned(),
        keep_until: fanlight_testkit::START,
    };
    assert!(!tenant.services.store.use_token(&used, &[]).unwrap());
}
