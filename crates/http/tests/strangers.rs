//! Pages of origins that are not listed learn nothing, and odd bytes reach no header.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use fanlight_testkit::{APP_ID, Answer, Caller, TestTenant};
use http::Method;
use serde_json::{Value, json};

const EVIL: &str = "https://evil.example";

/// All of an answer but what differs each time.
fn learned(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date"))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    let mut body = answer.json();
    body["traceId"] = Value::Null;
    (answer.status, headers, body)
}

/// Somebody without a credential, with a good one, with a bad one, with a program's.
async fn everybody(tenant: &TestTenant) -> Vec<Caller<'_>> {
    let all = [
        tenant.anonymous(),
        tenant.signed_in("ada").await,
        tenant.anonymous().with("cookie", "eas.sid=0; eas.sid.sig=0"),
        tenant.program(),
        tenant.anonymous().with("authorization", "Bearer nonsense"),
    ];
    all.map(|caller| caller.with("origin", EVIL)).into()
}

#[tokio::test]
async fn to_a_stranger_what_exists_and_what_does_not_look_the_same() {
    let tenant = TestTenant::start().await;
    let calls = [
        (Method::GET, "/api/v1/apps"),
        (Method::GET, "/api/v1/apps/t11"),
        (Method::GET, "/api/v1/apps/nothing"),
        (Method::GET, "/api/v1/items/t11"),
        (Method::GET, "/api/v1/items/nothing"),
        (Method::GET, "/api/v1/users/me"),
        (Method::GET, "/api/v1/users/nobody"),
        (Method::GET, "/api/v1/csrf-token"),
        (Method::GET, "/api/v1/themes/fanlight"),
        (Method::GET, "/api/v1/themes/nothing/file/theme.json"),
        (Method::GET, "/api/v1/web-integrations/wi1"),
        (Method::GET, "/api/v1/web-integrations/wi9"),
        (Method::PUT, "/api/v1/apps"),
        (Method::POST, "/api/fanlight/v1/tickets"),
        (Method::POST, "/login/jwt-session"),
        (Method::GET, "/logout"),
        (Method::OPTIONS, "/api/v1/apps"),
    ];
    let mut seen = Vec::new();
    for caller in everybody(&tenant).await {
        for (method, path) in &calls {
            let answer = caller.call(method.clone(), path, &Value::Null).await;
            assert_eq!(
                answer.header("access-control-allow-origin"),
                "",
                "{method} {path}"
            );
            seen.push((path, learned(&answer)));
        }
    }
    let (_, first) = &seen[0];
    assert_eq!(first.0, 403);
    for (path, other) in &seen {
        assert_eq!(other, first, "{path}");
    }
}

#[tokio::test]
async fn to_a_stranger_all_sockets_look_the_same() {
    let tenant = TestTenant::start().await;
    let mut seen = Vec::new();
    for caller in everybody(&tenant).await {
        for path in [
            format!("/app/{APP_ID}"),
            format!("/app/{APP_ID}?qlik-web-integration-id=wi1"),
            "/app/nothing".to_owned(),
            "/app/nothing/identity/x/ttl/soon".to_owned(),
            "/app".to_owned(),
            format!("/app/{APP_ID}?ticket=flt_0"),
        ] {
            let opened = tenant.socket(&path).by(&caller).open().await;
            let answer = opened.err().unwrap_or_else(|| panic!("{path} was let in"));
            assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
            seen.push((path, learned(&answer)));
        }
    }
    let (_, first) = &seen[0];
    assert_eq!(first.0, 403);
    for (path, other) in &seen {
        assert_eq!(other, first, "{path}");
    }
}

/// No page of another origin, listed or not, calls what operators call.
#[tokio::test]
async fn what_operators_call_is_for_the_tenants_own_pages() {
    let tenant = TestTenant::start().await;
    for origin in [EVIL, fanlight_testkit::PORTAL, "null"] {
        let page = tenant.program().with("origin", origin);
        for path in ["sessions", "audit", "events"] {
            let answer = page.get(&format!("/api/fanlight/v1/{path}")).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (403, "ORIGIN-1"),
                "{path}"
            );
            assert_eq!(answer.header("access-control-allow-origin"), "");
        }
        assert_eq!(page.get("/metrics").await.status, 403);
        let path = "/api/fanlight/v1/sessions/actions/end";
        let answer = page.post(path, &json!({ "filter": { "user": "ada" } })).await;
        assert_eq!(answer.status, 403);
    }
    let own = tenant.program().with("origin", &tenant.origin());
    assert_eq!(own.get("/api/fanlight/v1/sessions").await.status, 200);
}

/// What has no path is no secret, but its answer cannot be read by a page of another origin.
#[tokio::test]
async fn answers_outside_the_api_cannot_be_read_by_strangers() {
    let tenant = TestTenant::start().await;
    let page = tenant.anonymous().with("origin", EVIL);
    for path in [
        "/",
        "/nothing",
        "/api/v1/nothing",
        "/healthz",
        "/readyz",
        "/console/",
    ] {
        let answer = page.get(path).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
    }
}

#[tokio::test]
async fn line_breaks_in_what_callers_send_reach_no_header() {
    let tenant = TestTenant::start_with(|settings| {
        settings.sign_in_page = Some("https://portal.example/sign-in".to_owned());
    })
    .await;
    let break_in = "%0d%0ax-injected:%20yes%0d%0a%0d%0a%3cscript%3e";
    let program = tenant.program();
    for path in [
        format!("/login?returnto=/single/{break_in}"),
        format!("/login?returnto=https://portal.example/{break_in}"),
        format!("/login?returnto={break_in}"),
        format!("/single?appid={break_in}"),
        format!("/api/v1/themes/{break_in}"),
        format!("/api/v1/themes/fanlight/file/{break_in}"),
        format!("/api/v1/apps/{break_in}"),
        format!("/embed/{break_in}"),
        format!("/{break_in}"),
        format!("/api/v1/users?next={break_in}"),
        format!("/api/fanlight/v1/sessions?next={break_in}"),
        format!("/api/v1/csp-origins/actions/generate-header?x={break_in}"),
    ] {
        let answer = program.get(&path).await;
        assert_ne!(answer.status, 500, "{path}");
        assert!(!answer.headers.contains_key("x-injected"), "{path}");
        for (name, value) in &answer.headers {
            let value = value.to_str().unwrap();
            assert!(
                !value.contains(['\r', '\n']) && !value.contains("<script>"),
                "{path}: {name}: {value}"
            );
        }
    }
}

#[tokio::test]
async fn origins_with_odd_bytes_never_reach_a_policy() {
    let tenant = TestTenant::start().await;
    let odd = [
        "https://a.example\r\nx: y",
        "https://a.example; script-src *",
        "https://a.example, https://b.example",
        "https://a.example 'unsafe-inline'",
        "https://a.example\u{0}",
        "https://a.example/\u{1b}[31m",
        "*",
        "javascript:alert(1)",
    ];
    for origin in odd {
        let integration = json!({ "name": "x", "validOrigins": [origin] });
        let answer = tenant
            .program()
            .post("/api/v1/web-integrations", &integration)
            .await;
        assert_eq!(answer.status, 400, "{origin:?}");
        let entry = json!({ "name": "x", "origin": origin, "frameAncestors": true });
        tenant.program().post("/api/v1/csp-origins", &entry).await;
    }
    let page = tenant.anonymous().get("/single/").await;
    let policy = page.header("content-security-policy");
    let frames: Vec<&str> = policy
        .split(';')
        .filter(|directive| directive.trim().starts_with("frame-ancestors"))
        .collect();
    assert_eq!(frames.len(), 1, "{policy}");
    assert!(
        !policy.contains("script-src *") && !frames[0].contains("unsafe-inline"),
        "{policy}"
    );
    assert_eq!(policy.matches("script-src ").count(), 1, "{policy}");
}

/// A person's name is theirs to choose, as far as the portal lets them.
#[tokio::test]
async fn a_persons_name_reaches_no_header() {
    let tenant = TestTenant::start().await;
    let mut claims = tenant.claims("eve\r\nset-cookie: a=b");
    claims["name"] = json!("Eve\r\nx-injected: yes\u{1b}[31m");
    claims["groups"] = json!(["a\r\nb"]);
    let token = tenant.forge.sign(&fanlight_testkit::Forge::header(), &claims);
    let signed_in = tenant.sign_in(&token).await;
    assert!(
        matches!(signed_in.status, 200 | 400 | 401),
        "{}",
        signed_in.status
    );
    assert!(!signed_in.headers.contains_key("x-injected"));
    assert!(
        signed_in
            .set_cookies()
            .iter()
            .all(|cookie| !cookie.starts_with("a="))
    );
    if signed_in.status == 200 {
        let eve = tenant.anonymous().with("cookie", &signed_in.cookies());
        let me = eve.get("/api/v1/users/me").await;
        assert_eq!(me.json()["name"], claims["name"]);
        assert!(!me.headers.contains_key("x-injected"));
    }
}
