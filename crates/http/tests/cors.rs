//! Which pages may call: preflights as clients were seen to send them, and the calls after them.

use fanlight_testkit::{Answer, Caller, PORTAL, TestTenant, WEB_INTEGRATION};
use http::Method;
use serde_json::{Value, json};

const EVIL: &str = "https://evil.example";

async fn preflight(caller: &Caller<'_>, method: &str, headers: &str, path: &str) -> Answer {
    let asking = caller
        .clone()
        .with("access-control-request-method", method)
        .with("access-control-request-headers", headers);
    asking.call(Method::OPTIONS, path, &Value::Null).await
}

fn allows(answer: &Answer, headers: &str) {
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), PORTAL);
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    let allowed: Vec<&str> = answer
        .header("access-control-allow-headers")
        .split(", ")
        .collect();
    for header in headers.split(',') {
        assert!(allowed.contains(&header), "{header} is not in {allowed:?}");
    }
    let vary: Vec<&str> = answer
        .headers
        .get_all("vary")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    assert!(vary.contains(&"origin"), "{vary:?}");
}

#[tokio::test]
async fn traced_preflights_are_answered() {
    let tenant = TestTenant::start().await;
    let page = tenant.anonymous().with("origin", PORTAL);
    let login = "authorization,qlik-web-integration-id";
    let path = format!("/login/jwt-session?qlik-web-integration-id={WEB_INTEGRATION}");
    allows(&preflight(&page, "POST", login, &path).await, login);
    // The seed's later calls name the integration in a header only, which a preflight does not carry.
    let get = "qlik-api-version,qlik-web-integration-id";
    allows(&preflight(&page, "GET", get, "/api/v1/users/me").await, get);
    let post = "content-type,qlik-api-version,qlik-csrf-token,qlik-web-integration-id";
    let answer = preflight(&page, "POST", post, "/api/fanlight/v1/tickets").await;
    allows(&answer, post);
    assert!(answer.header("access-control-allow-methods").contains("PATCH"));
}

#[tokio::test]
async fn an_origin_that_is_not_listed_learns_nothing() {
    let tenant = TestTenant::start().await;
    for origin in [
        EVIL,
        "null",
        "http://portal.example",
        "https://portal.example:8443",
        "https://PORTAL.example",
    ] {
        let page = tenant.anonymous().with("origin", origin);
        let asked = preflight(&page, "GET", "qlik-web-integration-id", "/api/v1/users/me").await;
        let called = page.get("/api/v1/users/me").await;
        for answer in [asked, called] {
            assert_eq!(
                (answer.status, answer.code()),
                (403, "ORIGIN-1".to_owned()),
                "{origin}"
            );
            assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
        }
    }
}

#[tokio::test]
async fn a_listed_page_may_read_answers_and_the_csrf_token() {
    let tenant = TestTenant::start().await;
    let page = tenant.signed_in("ada").await.with("origin", PORTAL);
    let answer = page.get("/api/v1/csrf-token").await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), PORTAL);
    assert!(
        answer
            .header("access-control-expose-headers")
            .contains("qlik-csrf-token")
    );
    assert!(!answer.header("qlik-csrf-token").is_empty());
}

#[tokio::test]
async fn refusals_can_be_read_by_a_listed_page() {
    let tenant = TestTenant::start().await;
    let answer = tenant
        .anonymous()
        .with("origin", PORTAL)
        .get("/api/v1/users/me")
        .await;
    assert_eq!((answer.status, answer.code()), (401, "AUTH-1".to_owned()));
    assert_eq!(answer.header("access-control-allow-origin"), PORTAL);
}

#[tokio::test]
async fn a_call_is_held_to_the_integration_that_it_names() {
    let tenant = TestTenant::start().await;
    let page = tenant.signed_in("ada").await.with("origin", PORTAL);
    let named = page
        .clone()
        .with("qlik-web-integration-id", &format!(" {WEB_INTEGRATION} "));
    assert_eq!(named.get("/api/v1/users/me").await.status, 200);
    let other = page.with("qlik-web-integration-id", "other");
    assert_eq!(other.get("/api/v1/users/me").await.status, 403);
}

#[tokio::test]
async fn the_tenants_own_page_needs_no_integration() {
    let tenant = TestTenant::start().await;
    let page = tenant.signed_in("ada").await.with("origin", &tenant.origin());
    let answer = page.get("/api/v1/users/me").await;
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (200, "")
    );
}

#[tokio::test]
async fn an_image_of_another_site_is_refused() {
    let tenant = TestTenant::start().await;
    let image = tenant
        .signed_in("ada")
        .await
        .with("sec-fetch-site", "cross-site")
        .with("sec-fetch-mode", "no-cors");
    assert_eq!(image.get("/api/v1/users/me").await.status, 403);
    assert_eq!(image.get("/logout").await.status, 403);
}

#[tokio::test]
async fn what_kind_of_server_this_is_can_be_asked_by_any_listed_page() {
    let tenant = TestTenant::start().await;
    let page = tenant.anonymous().with("origin", PORTAL);
    let answer = page.get("/resources/autogenerated/product-info.json").await;
    assert_eq!(
        answer.json()["composition"]["deploymentType"],
        "qlikcloudservices"
    );
    assert_eq!(answer.header("access-control-allow-origin"), PORTAL);
}

#[tokio::test]
async fn a_new_integration_counts_at_once() {
    let tenant = TestTenant::start().await;
    let new = json!({"name": "Second", "validOrigins": ["https://second.example"]});
    let made = tenant.program().post("/api/v1/web-integrations", &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let page = tenant.anonymous().with("origin", "https://second.example");
    assert_eq!(page.get("/api/v1/users/me").await.status, 401);
    let path = format!("/api/v1/web-integrations/{}", made.json()["id"].as_str().unwrap());
    let gone = tenant.program().call(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(gone.status, 204);
    assert_eq!(page.get("/api/v1/users/me").await.status, 403);
}

/// A page that calls what is not there sees that it is not there, and no failure of the network.
#[tokio::test]
async fn what_does_not_exist_can_be_read_by_listed_pages_and_by_nobody_else() {
    let tenant = TestTenant::start().await;
    let page = tenant.anonymous().with("origin", PORTAL);
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/licenses/settings",
        "/api/v1/apps/t11/media/thumbnail?x=1",
        "/api/v2/apps",
        "/api/fanlight/v1/nothing",
        "/resources/nothing.json",
    ] {
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            let asked = preflight(&page, method, "content-type,qlik-csrf-token", path).await;
            allows(&asked, "content-type,qlik-csrf-token");
            let method: Method = method.parse().unwrap();
            let answer = page.call(method.clone(), path, &Value::Null).await;
            let seen = (answer.status, answer.code());
            assert_eq!(seen, (404, "HTTP-404".to_owned()), "{method} {path}");
            assert_eq!(
                answer.header("access-control-allow-origin"),
                PORTAL,
                "{method} {path}"
            );
        }
        let stranger = tenant.anonymous().with("origin", EVIL).get(path).await;
        let seen = (stranger.status, stranger.header("access-control-allow-origin"));
        assert_eq!(seen, (403, ""), "{path}");
        assert_eq!(tenant.program().get(path).await.status, 404, "{path}");
    }
    // A method that a path does not have.
    for (method, path) in [
        (Method::PUT, "/api/v1/apps"),
        (Method::DELETE, "/api/v1/users/me"),
    ] {
        let answer = page.call(method, path, &Value::Null).await;
        assert_eq!(
            (answer.status, answer.code()),
            (405, "HTTP-405".to_owned()),
            "{path}"
        );
        assert_eq!(answer.header("access-control-allow-origin"), PORTAL, "{path}");
    }
}

/// Each mistake of a page by its own name; a page that nobody lists is told the same whatever it sends.
#[tokio::test]
async fn a_mistyped_integration_and_one_that_does_not_list_the_page_are_told_apart() {
    let tenant = TestTenant::start().await;
    let new = json!({"name": "Second", "validOrigins": ["https://second.example"]});
    let made = tenant.program().post("/api/v1/web-integrations", &new).await;
    let second = made.json()["id"].as_str().unwrap().to_owned();
    let cases = [
        (PORTAL, "wi2", "ORIGIN-2", "there is no `wi2`"),
        (PORTAL, "no id at all", "ORIGIN-2", "there is no `no id at all`"),
        (
            PORTAL,
            second.as_str(),
            "ORIGIN-1",
            "to the origins of the web integration",
        ),
        (
            EVIL,
            "wi2",
            "ORIGIN-1",
            "add the page's origin to a web integration",
        ),
        (
            EVIL,
            WEB_INTEGRATION,
            "ORIGIN-1",
            "add the page's origin to a web integration",
        ),
    ];
    for (origin, id, code, words) in cases {
        let page = tenant
            .anonymous()
            .with("origin", origin)
            .with("qlik-web-integration-id", id);
        let token = page
            .clone()
            .with("authorization", &format!("Bearer {}", tenant.token("ada")));
        let path = format!("/app/t11?qlik-web-integration-id={}", id.replace(' ', "%20"));
        let socket = tenant.socket(&path).with("origin", origin).open().await;
        for answer in [
            page.get("/api/v1/users/me").await,
            token.post("/login/jwt-session", &Value::Null).await,
            token.post("/api/fanlight/v1/tickets", &Value::Null).await,
            socket.err().unwrap(),
        ] {
            assert_eq!(
                (answer.status, answer.code()),
                (403, code.to_owned()),
                "{origin} {id}"
            );
            let detail = answer.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(words), "{detail}");
        }
        let readable = page.get("/api/v1/users/me").await;
        let allowed = readable.header("access-control-allow-origin");
        assert_eq!(allowed, if origin == PORTAL { PORTAL } else { "" }, "{id}");
    }
    // A program that names one is held to it as well.
    let program = tenant
        .anonymous()
        .with("qlik-web-integration-id", "wi2")
        .with("authorization", &format!("Bearer {}", tenant.token("ada")));
    let refused = program.post("/login/jwt-session", &Value::Null).await;
    assert_eq!((refused.status, refused.code()), (403, "ORIGIN-2".to_owned()));
}
