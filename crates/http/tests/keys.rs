//! A rotation over the REST surface, and the limits of a web integration there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::time::Duration;

use fanlight_testkit::{Answer, Forge, KID, START, TestTenant, WEB_INTEGRATION};
use http::Method;
use serde_json::{Value, json};

/// The path and the document of the one provider.
async fn provider(tenant: &TestTenant) -> (String, Value) {
    let list = tenant.program().get("/api/v1/identity-providers").await.json();
    let provider = list["data"][0].clone();
    let id = provider["id"].as_str().unwrap();
    (format!("/api/v1/identity-providers/{id}"), provider)
}

async fn replace(tenant: &TestTenant, path: &str, member: &str, value: Value) -> Answer {
    let patch = json!([{"op": "replace", "path": member, "value": value}]);
    tenant.program().call(Method::PATCH, path, &patch).await
}

fn token(tenant: &TestTenant, forge: &Forge, kid: &str) -> String {
    let mut header = Forge::header();
    header["kid"] = json!(kid);
    forge.sign(&header, &tenant.claims("ada"))
}

#[tokio::test]
async fn a_rotation_overlaps_and_then_the_old_key_is_refused_by_name() {
    let tenant = TestTenant::start().await;
    let (path, document) = provider(&tenant).await;
    let next = Forge::new();
    let mut old = document["options"]["staticKeys"][0].clone();
    old["retireAt"] = json!(START.plus(Duration::from_secs(3600)).to_string());
    let new = json!({
        "kid": "next", "pem": next.public().to_pem(),
        "notBefore": START.plus(Duration::from_secs(60)).to_string(),
    });
    let answer = replace(&tenant, &path, "/options/staticKeys", json!([old, new])).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    let (_, rotated) = provider(&tenant).await;
    assert_eq!(rotated["options"]["staticKeys"], json!([old, new]));

    let early = tenant.sign_in(&token(&tenant, &next, "next")).await;
    assert_eq!(
        (early.status, early.code().as_str()),
        (401, "token.key-not-before")
    );
    tenant.advance(Duration::from_secs(60));
    assert_eq!(tenant.sign_in(&token(&tenant, &next, "next")).await.status, 200);
    assert_eq!(
        tenant.sign_in(&token(&tenant, &tenant.forge, KID)).await.status,
        200
    );
    tenant.advance(Duration::from_secs(3540));
    let late = tenant.sign_in(&token(&tenant, &tenant.forge, KID)).await;
    assert_eq!((late.status, late.code().as_str()), (401, "token.key-retired"));
    assert_eq!(tenant.sign_in(&token(&tenant, &next, "next")).await.status, 200);
}

/// What the key has vouched for is over when somebody ends it: a rotation does not, an operator who fears for a stolen key
/// finds its sessions by `kid`.
#[tokio::test]
async fn who_is_signed_in_goes_on_when_the_key_is_retired_and_taken_out() {
    let tenant = TestTenant::start().await;
    let (path, document) = provider(&tenant).await;
    let ada = tenant.signed_in("ada").await;
    let mut socket = tenant.socket("/app/t11").by(&ada).connect().await;
    let next = Forge::new();
    let new = json!({ "kid": "next", "pem": next.public().to_pem() });
    let mut old = document["options"]["staticKeys"][0].clone();
    old["retireAt"] = json!(START.to_string());
    for keys in [json!([old, new]), json!([new])] {
        let answer = replace(&tenant, &path, "/options/staticKeys", keys).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
        tenant.advance(Duration::from_secs(60));
        let by_old_key = tenant.sign_in(&token(&tenant, &tenant.forge, KID)).await;
        assert_eq!(by_old_key.status, 401, "{}", by_old_key.body);
        assert_eq!(ada.get("/api/v1/users/me").await.status, 200);
        let answer = socket.call(-1, "EngineVersion", json!([])).await.unwrap();
        assert_eq!(answer["error"], Value::Null, "{answer}");
        tenant.socket("/app/t11").by(&ada).connect().await;
    }
    let renewing = token(&tenant, &next, "next");
    let renewing = ada.clone().with("authorization", &format!("Bearer {renewing}"));
    assert_eq!(
        renewing.post("/login/jwt-session", &Value::Null).await.status,
        200
    );
    let sessions = tenant.services.store.open_login_sessions().unwrap();
    let keys = |session: &fanlight_identity::LoginSession| {
        let renewed_by = session.renewal.as_ref().map(|renewal| renewal.key_id.clone());
        (session.key_id.clone(), renewed_by)
    };
    let keys: Vec<_> = sessions.iter().map(keys).collect();
    assert_eq!(
        keys,
        [(KID.to_owned(), Some("next".to_owned()))],
        "the same session"
    );
    tenant.advance(Duration::from_secs(31 * 60));
    assert_eq!(
        ada.get("/api/v1/users/me").await.code(),
        "AUTH-2",
        "its own limits hold"
    );
}

#[tokio::test]
async fn keys_that_make_no_sense_are_refused() {
    let tenant = TestTenant::start().await;
    let (path, document) = provider(&tenant).await;
    let key = &document["options"]["staticKeys"][0];
    let with = |member: &str, value: Value| {
        let mut key = key.clone();
        key[member] = value;
        key
    };
    for (case, keys) in [
        ("none", json!([])),
        ("two of a name", json!([key, key])),
        ("no name", json!([with("kid", json!(""))])),
        ("no key", json!([with("pem", json!("x"))])),
        ("no time", json!([with("retireAt", json!("soon"))])),
        ("no time", json!([with("notBefore", json!("2026-13-01"))])),
        (
            "too many",
            json!(
                (0..11)
                    .map(|n| with("kid", json!(n.to_string())))
                    .collect::<Vec<_>>()
            ),
        ),
    ] {
        let answer = replace(&tenant, &path, "/options/staticKeys", keys).await;
        assert_eq!(answer.status, 400, "{case}");
    }
    let (_, after) = provider(&tenant).await;
    assert_eq!(after["options"], document["options"]);
}

#[tokio::test]
async fn an_address_of_keys_is_shown_and_an_insecure_one_refused() {
    let tenant = TestTenant::start().await;
    let (path, _) = provider(&tenant).await;
    let insecure = replace(
        &tenant,
        &path,
        "/options/jwksUri",
        json!("http://portal.example/keys"),
    )
    .await;
    assert_eq!(insecure.status, 400);
    let uri = "https://portal.example/keys";
    assert_eq!(
        replace(&tenant, &path, "/options/jwksUri", json!(uri))
            .await
            .status,
        204
    );
    let without_own = replace(&tenant, &path, "/options/staticKeys", json!([])).await;
    assert_eq!(without_own.status, 204);
    let (_, document) = provider(&tenant).await;
    assert_eq!(document["options"]["jwksUri"], uri);
    assert_eq!(
        replace(&tenant, &path, "/options/jwksUri", Value::Null)
            .await
            .status,
        400
    );
    let new = json!({"protocol": "jwtAuth", "options": {"issuer": "second", "jwksUri": uri}});
    let made = tenant.program().post("/api/v1/identity-providers", &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn what_cannot_be_patched_is_refused() {
    let tenant = TestTenant::start().await;
    let (path, _) = provider(&tenant).await;
    assert_eq!(
        replace(&tenant, &path, "/options/issuer", json!("x"))
            .await
            .status,
        400
    );
    assert_eq!(
        replace(&tenant, &path, "/description", json!("x")).await.status,
        204
    );
    let ada = tenant.signed_in("ada").await;
    let patch = json!([{"op": "replace", "path": "/description", "value": "y"}]);
    assert_eq!(ada.call(Method::PATCH, &path, &patch).await.status, 403);
}

#[tokio::test]
async fn limits_of_a_web_integration_are_set_shown_and_bounded() {
    let tenant = TestTenant::start().await;
    let path = format!("/api/v1/web-integrations/{WEB_INTEGRATION}");
    let (idle, lifetime) = (
        "userSessionInactivityTimeoutMinutes",
        "maxUserSessionLifespanMinutes",
    );
    let before = tenant.program().get(&path).await.json();
    assert!(before.get(idle).is_none() && before.get(lifetime).is_none());
    for (member, bad, good) in [(idle, 14, 15), (lifetime, 59, 60)] {
        let member = format!("/{member}");
        assert_eq!(replace(&tenant, &path, &member, json!(bad)).await.status, 400);
        assert_eq!(replace(&tenant, &path, &member, json!(good)).await.status, 204);
    }
    let after = tenant.program().get(&path).await.json();
    assert_eq!((&after[idle], &after[lifetime]), (&json!(15), &json!(60)));
    assert_eq!(
        replace(&tenant, &path, &format!("/{idle}"), Value::Null)
            .await
            .status,
        204
    );
    assert!(tenant.program().get(&path).await.json().get(idle).is_none());
    let new = json!({"name": "Second", idle: 20, lifetime: 120});
    let made = tenant.program().post("/api/v1/web-integrations", &new).await;
    assert_eq!((made.status, &made.json()[idle]), (201, &json!(20)));
}
