//! The portal's routes, called without a socket.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::HeaderMap;
use fanlight_base::{ManualClock, SeededEntropy, Timestamp};
use fanlight_identity::{IdentityProvider, NoRemoteKeys, ProviderKey, login_rules};
use fanlight_jose::{Claims, KeyKind, UnverifiedToken};
use tower::ServiceExt as _;

use super::*;

mod failures;

const ISSUER: &str = "https://portal.example";
const PORTAL: &str = "http://portal.localhost:8081";
const TENANT: &str = "http://tenant.localhost:8080";

struct World {
    router: Router,
    clock: Arc<ManualClock>,
    provider: IdentityProvider,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    json: Value,
}

/// A browser that is signed in to the portal.
struct Browser {
    cookie: String,
    csrf: String,
}

impl World {
    fn new() -> Self {
        Self::at(PORTAL)
    }

    fn at(portal: &str) -> Self {
        Self::made(portal, None)
    }

    fn made(portal: &str, control: Option<Control>) -> Self {
        let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        let now = Timestamp::from_secs(1_800_000_000);
        let provider = IdentityProvider {
            id: "idp".parse().unwrap(),
            issuer: ISSUER.into(),
            keys: vec![ProviderKey::from_pem("k1", key.public().to_pem()).unwrap()],
            jwks_uri: None,
            description: String::new(),
            clock_tolerance: Duration::ZERO,
            required: fanlight_jose::RequiredClaims::default(),
            active: true,
            created_at: now,
            updated_at: now,
        };
        let clock = Arc::new(ManualClock::frozen_at(now));
        let settings = PortalSettings {
            tenant: TENANT.into(),
            own_origins: vec![portal.into(), "http://localhost:8081".into()],
            web_integration_id: "integration".into(),
            app_id: "flights".into(),
            sheet_id: "overview".into(),
            signer: Signer {
                issuer: ISSUER.into(),
                kid: "k1".into(),
                key,
            },
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(SeededEntropy::new(1)),
            assets: Assets::default(),
            control,
        };
        Self {
            router: router(settings),
            clock,
            provider,
        }
    }

    async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Answer {
            status: parts.status,
            headers: parts.headers,
            json,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &[], "").await
    }

    async fn sign_in(&self, person: &str) -> Answer {
        let headers = [("content-type", "application/json"), ("origin", PORTAL)];
        self.call(
            "POST",
            "/sign-in",
            &headers,
            &json!({ "person": person }).to_string(),
        )
        .await
    }

    async fn browser(&self, person: &str) -> Browser {
        let answer = self.sign_in(person).await;
        let cookie = answer.headers["set-cookie"]
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let me = self.call("GET", "/me", &[("cookie", &cookie)], "").await;
        Browser {
            cookie,
            csrf: me.json["csrf"].as_str().unwrap().to_owned(),
        }
    }

    async fn token(&self, browser: &Browser) -> Answer {
        let headers = [
            ("cookie", &*browser.cookie),
            ("x-csrf-token", &browser.csrf),
            ("origin", PORTAL),
        ];
        self.call("POST", "/analytics-token", &headers, "{}").await
    }

    /// What the tenant reads in a token.
    fn claims(&self, answer: &Answer) -> Claims {
        let token = UnverifiedToken::parse(answer.json["body"].as_str().unwrap()).unwrap();
        let now = self.clock.now();
        let rules = login_rules(std::slice::from_ref(&self.provider), &NoRemoteKeys, now);
        token.verify(&rules, now).unwrap().claims().clone()
    }
}

#[tokio::test]
async fn the_page_is_told_what_to_embed_and_whom_it_may_call() {
    let answer = World::new().get("/config.json").await;
    assert_eq!(
        answer.json,
        json!({ "tenant": TENANT, "webIntegrationId": "integration", "appId": "flights", "sheetId": "overview" })
    );
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    for part in [
        "connect-src 'self' http://tenant.localhost:8080 ws://tenant.localhost:8080;",
        "frame-src http://tenant.localhost:8080;",
        "script-src 'self' http://tenant.localhost:8080;",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
}

#[tokio::test]
async fn a_person_signs_in_is_known_and_signs_out() {
    let world = World::new();
    let people = world.get("/people").await.json;
    assert_eq!(people[0]["id"], "ada");
    let browser = world.browser("grace").await;
    let me = world.call("GET", "/me", &[("cookie", &browser.cookie)], "").await;
    assert_eq!(
        (me.status, &me.json["person"]["id"]),
        (StatusCode::OK, &json!("grace"))
    );
    assert_eq!(me.headers["x-csrf-token"], browser.csrf.as_str());
    assert_eq!(me.headers["cache-control"], "no-store");
    let headers = [("cookie", &*browser.cookie), ("x-csrf-token", &browser.csrf)];
    let out = world.call("POST", "/sign-out", &headers, "{}").await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(
        world.call("GET", "/me", &headers, "").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(world.token(&browser).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_cookie_is_kept_from_scripts_and_other_sites() {
    let cookie = |answer: Answer| answer.headers["set-cookie"].to_str().unwrap().to_owned();
    let plain = cookie(World::new().sign_in("ada").await);
    assert!(
        plain.contains("; Path=/; HttpOnly; SameSite=Lax; Max-Age=28800"),
        "{plain}"
    );
    assert!(!plain.contains("Secure"));
    let world = World::at("https://portal.localhost:8081");
    let headers = [("content-type", "application/json")];
    let secure = cookie(
        world
            .call("POST", "/sign-in", &headers, r#"{"person":"ada"}"#)
            .await,
    );
    assert!(secure.ends_with("; Secure"), "{secure}");
}

#[tokio::test]
async fn the_token_is_for_the_person_who_is_signed_in() {
    let world = World::new();
    let answer = world.token(&world.browser("grace").await).await;
    assert_eq!(
        (answer.status, answer.headers["cache-control"].to_str().unwrap()),
        (StatusCode::OK, "no-store")
    );
    let claims = world.claims(&answer);
    assert_eq!(
        (claims.subject.as_str(), claims.name.as_str()),
        ("grace", "Grace Tern")
    );
    assert_eq!(claims.groups, ["operations", "stations"]);
    assert_eq!(claims.expires.since(claims.not_before), Duration::from_secs(60));
}

#[tokio::test]
async fn no_token_without_the_portals_session() {
    let world = World::new();
    let browser = Browser {
        cookie: "portal_session=guess".into(),
        csrf: "guess".into(),
    };
    assert_eq!(world.token(&browser).await.status, StatusCode::UNAUTHORIZED);
    world.browser("ada").await;
    assert_eq!(
        world.call("POST", "/analytics-token", &[], "{}").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn no_token_without_the_csrf_token() {
    let world = World::new();
    let browser = world.browser("ada").await;
    let other = world.browser("grace").await;
    for csrf in ["", "guess", &other.csrf] {
        let headers = [("cookie", &*browser.cookie), ("x-csrf-token", csrf)];
        let answer = world.call("POST", "/analytics-token", &headers, "{}").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{csrf:?}");
    }
}

#[tokio::test]
async fn no_token_and_no_sign_in_for_a_foreign_page() {
    let world = World::new();
    let browser = world.browser("ada").await;
    for origin in [
        "http://evil.localhost:8081",
        "null",
        "http://portal.localhost:9999",
    ] {
        let headers = [
            ("cookie", &*browser.cookie),
            ("x-csrf-token", &browser.csrf),
            ("origin", origin),
            ("content-type", "application/json"),
        ];
        for (path, body) in [
            ("/analytics-token", "{}"),
            ("/sign-in", r#"{"person":"ada"}"#),
            ("/sign-out", "{}"),
        ] {
            let answer = world.call("POST", path, &headers, body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {origin}");
        }
    }
}

#[tokio::test]
async fn no_token_by_get() {
    let world = World::new();
    assert_eq!(
        world.get("/analytics-token").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn too_many_tokens_are_refused_until_a_while_later() {
    let world = World::new();
    let (browser, other) = (world.browser("ada").await, world.browser("grace").await);
    for _ in 0..TOKENS {
        assert_eq!(world.token(&browser).await.status, StatusCode::OK);
    }
    let refused = world.token(&browser).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(world.token(&other).await.status, StatusCode::OK);
    world.clock.advance(Duration::from_secs(2));
    assert_eq!(world.token(&browser).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_portals_session_ends_by_itself() {
    let world = World::new();
    let browser = world.browser("ada").await;
    world.clock.advance(Duration::from_secs(8 * 3600 - 1));
    assert_eq!(world.token(&browser).await.status, StatusCode::OK);
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(world.token(&browser).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_sign_in_names_a_known_person_in_json() {
    let world = World::new();
    assert_eq!(world.sign_in("mallory").await.status, StatusCode::NOT_FOUND);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = world.call("POST", "/sign-in", &form, "person=ada").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let json = [("content-type", "application/json")];
    let long = format!(r#"{{"person":"{}"}}"#, "x".repeat(2000));
    assert_eq!(
        world.call("POST", "/sign-in", &json, &long).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

#[tokio::test]
async fn the_demo_token_is_for_anyone_who_asks() {
    let world = World::new();
    let answer = world.get("/demo-token?user=ada").await;
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(world.claims(&answer).name, "Ada Quill");
    assert_eq!(
        world
            .claims(&world.get("/demo-token?user=tester-7").await)
            .subject,
        "tester-7"
    );
    for bad in [
        "/demo-token",
        "/demo-token?user=",
        "/demo-token?user=a%20b",
        "/demo-token?user=%3Cscript%3E",
    ] {
        assert_eq!(world.get(bad).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so() {
    let answer = World::new().get("/nothing").await;
    assert_eq!(
        (answer.status, answer.json),
        (StatusCode::NOT_FOUND, json!({ "error": "there is no such page" }))
    );
}

#[tokio::test]
async fn nobody_gets_a_token_for_the_administrator() {
    let world = World::new();
    let answer = world.get("/demo-token?user=demo-program").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
