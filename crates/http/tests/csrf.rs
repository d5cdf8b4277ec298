//! Whatever a cookie can change needs the CSRF token of that cookie's session, route by route.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::path::Path;

use fanlight_testkit::{Caller, TestTenant};
use http::Method;
use serde_json::Value;

const REPLACE: &str = r#"[{"op": "replace", "path": "/name", "value": "x"}]"#;
const INTEGRATION: &str = r#"{"name": "x", "validOrigins": []}"#;
const CSP: &str = r#"{"origin": "https://x.example"}"#;
const IDS: &str = r#"{"ids": ["x"], "message": "x"}"#;

/// A handler as the router names it, and a call of it: method, path and body. Sign-out comes last, because it works.
const CALLS: [(&str, &str, &str, &str); 19] = [
    (
        "api_keys::post",
        "POST",
        "/api/v1/api-keys",
        r#"{"description": "x"}"#,
    ),
    ("api_keys::patch", "PATCH", "/api/v1/api-keys/x", REPLACE),
    ("api_keys::delete", "DELETE", "/api/v1/api-keys/x", "null"),
    ("users::patch", "PATCH", "/api/v1/users/x", REPLACE),
    (
        "web_integrations::post",
        "POST",
        "/api/v1/web-integrations",
        INTEGRATION,
    ),
    (
        "web_integrations::patch",
        "PATCH",
        "/api/v1/web-integrations/x",
        REPLACE,
    ),
    (
        "web_integrations::delete",
        "DELETE",
        "/api/v1/web-integrations/x",
        "null",
    ),
    ("csp_origins::post", "POST", "/api/v1/csp-origins", CSP),
    ("csp_origins::put_one", "PUT", "/api/v1/csp-origins/x", CSP),
    ("csp_origins::delete", "DELETE", "/api/v1/csp-origins/x", "null"),
    (
        "identity_providers::post",
        "POST",
        "/api/v1/identity-providers",
        "{}",
    ),
    (
        "identity_providers::patch",
        "PATCH",
        "/api/v1/identity-providers/x",
        REPLACE,
    ),
    (
        "identity_providers::delete",
        "DELETE",
        "/api/v1/identity-providers/x",
        "null",
    ),
    (
        "auth_settings::patch",
        "PATCH",
        "/api/core/auth-settings",
        REPLACE,
    ),
    ("tickets::post", "POST", "/api/fanlight/v1/tickets", "{}"),
    (
        "session_actions::end",
        "POST",
        "/api/fanlight/v1/sessions/actions/end",
        IDS,
    ),
    (
        "session_actions::message",
        "POST",
        "/api/fanlight/v1/sessions/actions/message",
        IDS,
    ),
    (
        "session_actions::delete",
        "DELETE",
        "/api/fanlight/v1/sessions/x",
        "null",
    ),
    ("logout::post", "POST", "/logout", "null"),
];

/// The handlers of the router that are called to change something.
fn changing() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/router.rs");
    let router = std::fs::read_to_string(path).unwrap();
    let mut found = BTreeSet::new();
    for method in ["post(", "put(", "patch(", "delete("] {
        let after = router.split(method).skip(1);
        let names = after.filter_map(|rest| rest.split_once(')'));
        found.extend(
            names
                .map(|(name, _)| name.trim().trim_end_matches(',').to_owned())
                .filter(|name| name.contains("::")),
        );
    }
    found
}

/// An administrator's browser, to which every route is open.
async fn root(tenant: &TestTenant) -> Caller<'_> {
    let mut record = tenant.services.store.tenant().unwrap().unwrap();
    record.admin_subjects = vec!["root".to_owned()];
    tenant.services.store.put_tenant(&record).unwrap();
    tenant.signed_in("root").await
}

#[test]
fn every_route_that_changes_something_is_looked_at() {
    let mut looked_at: BTreeSet<String> = CALLS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    // It takes no cookie as a credential: the token in its header is one that no browser adds by itself.
    looked_at.insert("jwt_session::post".to_owned());
    assert_eq!(changing(), looked_at);
}

#[tokio::test]
async fn a_cookie_changes_nothing_without_the_csrf_token_whatever_the_route() {
    let tenant = TestTenant::start().await;
    let root = root(&tenant).await;
    let bob = tenant.signed_in("bob").await;
    let of_bob = bob.header("qlik-csrf-token").unwrap();
    for (name, method, path, body) in CALLS {
        let method: Method = method.parse().unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        for (case, caller) in [
            ("none", root.clone().without("qlik-csrf-token")),
            ("wrong", root.clone().with("qlik-csrf-token", "wrong")),
            ("of another session", root.clone().with("qlik-csrf-token", of_bob)),
        ] {
            let refused = caller.call(method.clone(), path, &body).await;
            let seen = (refused.status, refused.code());
            assert_eq!(seen, (403, "CSRF-TOKEN-2".to_owned()), "{name}, {case}");
        }
        let allowed = root.call(method, path, &body).await;
        assert!(![403, 405].contains(&allowed.status), "{name}: {}", allowed.body);
    }
}
