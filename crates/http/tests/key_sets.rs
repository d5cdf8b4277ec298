//! Keys by address: fetched when they are needed, kept while the address fails, asked for at most once a minute.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use fanlight_identity::IdentityProvider;
use fanlight_testkit::{Answer, Forge, TestTenant};
use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

/// Somebody who publishes the key of the tenant's forge under the name `kid`.
struct Publisher {
    n_asked: Arc<AtomicUsize>,
    fails: Arc<AtomicBool>,
    set: Arc<Mutex<String>>,
    _serving: AbortOnDropHandle<()>,
}

impl Publisher {
    async fn of(tenant: &TestTenant, kid: &str) -> Self {
        let (n_asked, fails) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let set = format!("{{\"keys\":[{}]}}", tenant.forge.public().to_jwk(kid));
        let set = Arc::new(Mutex::new(set));
        let (counted, failing, shown) = (Arc::clone(&n_asked), Arc::clone(&fails), Arc::clone(&set));
        let answer = async move || {
            counted.fetch_add(1, Ordering::SeqCst);
            if failing.load(Ordering::SeqCst) {
                Err(StatusCode::SERVICE_UNAVAILABLE)
            } else {
                Ok(shown.lock().unwrap().clone())
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/keys", listener.local_addr().unwrap());
        let routes = Router::new().route("/keys", get(answer));
        let serving = TaskTracker::new().spawn(async move {
            axum::serve(listener, routes).await.unwrap();
        });
        let store = &tenant.services.store;
        let provider = store.identity_providers().unwrap().remove(0);
        let provider = IdentityProvider {
            jwks_uri: Some(uri.parse().unwrap()),
            ..provider
        };
        store.put_identity_provider(&provider).unwrap();
        Self {
            n_asked,
            fails,
            set,
            _serving: AbortOnDropHandle::new(serving),
        }
    }

    /// From now on the key has that name, and nobody publishes the one before.
    fn rename(&self, tenant: &TestTenant, kid: &str) {
        *self.set.lock().unwrap() = format!("{{\"keys\":[{}]}}", tenant.forge.public().to_jwk(kid));
    }

    fn n_asked(&self) -> usize {
        self.n_asked.load(Ordering::SeqCst)
    }
}

fn token(tenant: &TestTenant, kid: &str) -> String {
    let mut header = Forge::header();
    header["kid"] = json!(kid);
    tenant.forge.sign(&header, &tenant.claims("ada"))
}

async fn sign_in(tenant: &TestTenant, kid: &str) -> Answer {
    tenant.sign_in(&token(tenant, kid)).await
}

#[tokio::test]
async fn a_published_key_signs_in_and_the_session_names_it() {
    let tenant = TestTenant::start().await;
    let publisher = Publisher::of(&tenant, "published").await;
    assert_eq!(sign_in(&tenant, "published").await.status, 200);
    let session = tenant.services.store.open_login_sessions().unwrap().remove(0);
    assert_eq!(session.key_id, "published");
    assert_eq!(sign_in(&tenant, "published").await.status, 200);
    assert_eq!(publisher.n_asked(), 1);
}

#[tokio::test]
async fn a_published_key_opens_tickets_and_program_calls_too() {
    let tenant = TestTenant::start().await;
    let _publisher = Publisher::of(&tenant, "published").await;
    let bearer = format!("Bearer {}", token(&tenant, "published"));
    let page = tenant.anonymous().with("authorization", &bearer);
    let answer = page.post("/api/fanlight/v1/tickets", &Value::Null).await;
    assert_eq!(answer.status, 201, "{}", answer.body);

    let tenant = TestTenant::start().await;
    let _publisher = Publisher::of(&tenant, "published").await;
    let mut claims = tenant.claims("robot");
    claims["aud"] = json!("qlik.api");
    let mut header = Forge::header();
    header["kid"] = json!("published");
    let bearer = format!("Bearer {}", tenant.forge.sign(&header, &claims));
    let program = tenant.anonymous().with("authorization", &bearer);
    assert_eq!(program.get("/api/v1/users/me").await.status, 200);
}

#[tokio::test]
async fn an_invented_kid_asks_once_a_minute() {
    let tenant = TestTenant::start().await;
    let publisher = Publisher::of(&tenant, "published").await;
    for _ in 0..5 {
        assert_eq!(sign_in(&tenant, "invented").await.code(), "token.key-id");
    }
    assert_eq!(publisher.n_asked(), 1);
    tenant.advance(Duration::from_secs(60));
    for _ in 0..5 {
        assert_eq!(sign_in(&tenant, "invented").await.code(), "token.key-id");
    }
    assert_eq!(publisher.n_asked(), 2);
}

#[tokio::test]
async fn many_at_once_ask_once() {
    let tenant = TestTenant::start().await;
    let publisher = Publisher::of(&tenant, "published").await;
    let (one, two, three, four) = tokio::join!(
        sign_in(&tenant, "published"),
        sign_in(&tenant, "published"),
        sign_in(&tenant, "published"),
        sign_in(&tenant, "published"),
    );
    for answer in [one, two, three, four] {
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    assert_eq!(publisher.n_asked(), 1);
}

#[tokio::test]
async fn a_failing_address_keeps_the_last_good_set_for_a_day() {
    let tenant = TestTenant::start().await;
    let publisher = Publisher::of(&tenant, "published").await;
    assert_eq!(sign_in(&tenant, "published").await.status, 200);
    publisher.fails.store(true, Ordering::SeqCst);
    tenant.advance(Duration::from_secs(23 * 3600));
    assert_eq!(sign_in(&tenant, "published").await.status, 200);
    tenant.advance(Duration::from_secs(3600));
    assert_eq!(sign_in(&tenant, "published").await.code(), "token.key-id");
    publisher.fails.store(false, Ordering::SeqCst);
    tenant.advance(Duration::from_secs(60));
    assert_eq!(sign_in(&tenant, "published").await.status, 200);
}

#[tokio::test]
async fn a_key_that_was_withdrawn_on_a_quiet_day_is_refused_at_once() {
    let tenant = TestTenant::start().await;
    let publisher = Publisher::of(&tenant, "published").await;
    assert_eq!(sign_in(&tenant, "published").await.status, 200);
    publisher.rename(&tenant, "next");
    tenant.advance(Duration::from_secs(599));
    assert_eq!(sign_in(&tenant, "published").await.status, 200, "still fresh");
    tenant.advance(Duration::from_secs(1));
    assert_eq!(sign_in(&tenant, "published").await.code(), "token.key-id");
    assert_eq!(sign_in(&tenant, "next").await.status, 200);
}

#[tokio::test]
async fn a_key_of_the_tenants_own_list_asks_nobody() {
    let tenant = TestTenant::start().await;
    let publisher = Publisher::of(&tenant, "published").await;
    assert_eq!(tenant.sign_in(&tenant.token("ada")).await.status, 200);
    assert_eq!(publisher.n_asked(), 0);
}

#[tokio::test]
async fn a_provider_that_is_switched_off_is_not_asked() {
    let tenant = TestTenant::start().await;
    let publisher = Publisher::of(&tenant, "published").await;
    let store = &tenant.services.store;
    let provider = store.identity_providers().unwrap().remove(0);
    let provider = IdentityProvider {
        active: false,
        ..provider
    };
    store.put_identity_provider(&provider).unwrap();
    assert_eq!(sign_in(&tenant, "published").await.code(), "token.issuer");
    assert_eq!(publisher.n_asked(), 0);
}

#[tokio::test]
async fn a_key_that_is_retired_here_is_refused_though_it_is_still_published() {
    let tenant = TestTenant::start().await;
    let _publisher = Publisher::of(&tenant, fanlight_testkit::KID).await;
    let store = &tenant.services.store;
    let mut provider = store.identity_providers().unwrap().remove(0);
    provider.keys[0].period.retire_at = Some(fanlight_testkit::START);
    store.put_identity_provider(&provider).unwrap();
    let answer = tenant.sign_in(&tenant.token("ada")).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (401, "token.key-retired")
    );
}

#[tokio::test]
async fn who_is_signed_in_goes_on_when_the_key_is_no_longer_published() {
    let tenant = TestTenant::start().await;
    let publisher = Publisher::of(&tenant, "published").await;
    let signed_in = sign_in(&tenant, "published").await;
    let ada = tenant.anonymous().with("cookie", &signed_in.cookies());
    publisher.rename(&tenant, "next");
    tenant.advance(Duration::from_secs(600));
    assert_eq!(sign_in(&tenant, "published").await.code(), "token.key-id");
    assert_eq!(ada.get("/api/v1/users/me").await.status, 200);
}
