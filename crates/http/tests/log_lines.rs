//! Nobody forges a log line or steers the terminal that shows it. Alone in its program, because it collects every line.

use fanlight_testkit::{APP_ID, CapturedLogs, Forge, PORTAL, TestTenant};
use http::Method;
use serde_json::{Value, json};

/// Would be a line of its own, and paint all that follows red.
const FORGED: &str = "x\r\nFORGED 2026-01-01T00:00:00Z  INFO signed in by token user.id=root\u{1b}[31m\u{9b}31m\u{7}\u{8}\u{202e}";
const ENCODED: &str = "x%0d%0aFORGED%20line%1b%5b31m%c2%9b31m";

/// Odd texts wherever a caller may put one.
async fn call_and_connect(tenant: &TestTenant) {
    let program = tenant.program();
    for path in [
        format!("/{ENCODED}"),
        format!("/api/v1/apps/{ENCODED}"),
        format!("/api/v1/users/{ENCODED}"),
        format!("/login?returnto={ENCODED}"),
        format!("/api/fanlight/v1/sessions?state={ENCODED}"),
    ] {
        program.get(&path).await;
        program.call(Method::POST, &path, &json!({ "x": FORGED })).await;
    }
    let reason = json!({ "filter": { "user": FORGED }, "reason": FORGED });
    program
        .post("/api/fanlight/v1/sessions/actions/end", &reason)
        .await;
    let integration = json!({ "name": FORGED, "validOrigins": [FORGED] });
    program.post("/api/v1/web-integrations", &integration).await;
    for path in [
        format!("/app/{ENCODED}"),
        format!("/app/{APP_ID}/identity/{ENCODED}"),
        format!("/app/{APP_ID}?qlik-web-integration-id={ENCODED}"),
        format!("/app/{APP_ID}?ticket={ENCODED}"),
    ] {
        if let Ok(mut socket) = tenant.socket(&path).by(&program).open().await {
            let call =
                json!({ "jsonrpc": "2.0", "id": 1, "handle": -1, "method": FORGED, "params": [FORGED] });
            let _ = socket.send(call.to_string()).await;
            let open =
                json!({ "jsonrpc": "2.0", "id": 2, "handle": -1, "method": "OpenDoc", "params": [FORGED] });
            let _ = socket.send(open.to_string()).await;
            socket.close(1000).await;
        }
        let page = tenant.anonymous().with("origin", PORTAL);
        let _ = tenant.socket(&path).by(&page).open().await;
    }
}

/// Whoever reads the log finds the page and the integration that its author has to look at.
async fn refuse_pages(tenant: &TestTenant) {
    let named = |origin: &str, id: &str| {
        let page = tenant.anonymous().with("origin", origin);
        page.with("qlik-web-integration-id", id)
    };
    named("https://evil.example", "wi7").get("/api/v1/users/me").await;
    named(PORTAL, "wi8").get("/api/v1/users/me").await;
    named(PORTAL, "wi8").get("/api/v1/csp-origins").await;
}

#[tokio::test]
async fn no_text_of_strangers_makes_a_log_line_of_its_own() {
    let (text, json) = CapturedLogs::start_in_both_forms();
    let tenant = TestTenant::start().await;
    refuse_pages(&tenant).await;
    for words in [
        r#"the origin \"https://evil.example\" is in no web integration; it named \"wi7\""#,
        r#"there is no web integration \"wi8\", which a page of \"https://portal.example\" named"#,
        r#"a page of the origin \"https://portal.example\" may not administer the tenant"#,
    ] {
        assert!(text.text().contains(words), "{words}: {}", text.text());
    }
    let mut claims = tenant.claims(FORGED);
    claims["name"] = json!(FORGED);
    claims["jti"] = json!(FORGED);
    let signed_in = tenant
        .sign_in(&tenant.forge.sign(&Forge::header(), &claims))
        .await;
    let mut foreign = tenant.claims("ada");
    foreign["iss"] = json!(FORGED);
    tenant
        .sign_in(&tenant.forge.sign(&Forge::header(), &foreign))
        .await;
    let header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": FORGED });
    tenant
        .sign_in(&tenant.forge.sign(&header, &tenant.claims("ada")))
        .await;
    call_and_connect(&tenant).await;
    if signed_in.status == 200 {
        let eve = tenant.anonymous().with("cookie", &signed_in.cookies());
        eve.get("/logout").await;
    }
    let (text, json) = (text.text(), json.text());
    assert!(text.contains("request refused"), "something was logged");
    for line in text.lines() {
        assert!(!line.starts_with("FORGED"), "{line}");
        assert!(line.starts_with("20"), "each line begins with its time: {line}");
    }
    let is_odd = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    let odd = text.lines().find(|line| line.contains(is_odd));
    assert_eq!(odd, None, "no control character is written as it is");
    for line in json.lines() {
        let entry: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(
            entry["timestamp"].is_string() && entry["level"].is_string(),
            "{line}"
        );
        assert!(!line.contains(|c: char| c.is_control()), "{line}");
    }
}
