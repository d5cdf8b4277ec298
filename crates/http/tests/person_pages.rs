//! What a person sees at the tenant's own addresses, and what a program gets there.

use fanlight_testkit::{Answer, PORTAL, TestTenant};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

async fn seen(tenant: &TestTenant, path: &str, accept: &str) -> Answer {
    tenant.anonymous().with("accept", accept).get(path).await
}

fn link(portal: &str) -> String {
    format!("<a href=\"{portal}\">{portal}</a>")
}

#[tokio::test]
async fn the_front_page_tells_people_where_to_sign_in_and_programs_that_nothing_is_there() {
    let tenant = TestTenant::start().await;
    let page = seen(&tenant, "/", BROWSER).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.body.contains(&link(PORTAL)), "{}", page.body);
    assert!(page.body.contains("<a href=\"/console/\">"), "{}", page.body);
    for program in ["*/*", "application/json"] {
        let answer = seen(&tenant, "/", program).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "HTTP-404"));
    }
    let style = seen(&tenant, "/page.css", "text/css,*/*;q=0.1").await;
    assert_eq!(style.status, 200);
    assert!(style.body.contains("prefers-color-scheme: dark"));
}

#[tokio::test]
async fn an_unknown_path_is_a_page_for_a_browser_and_json_for_a_program() {
    let tenant = TestTenant::start().await;
    for path in [
        "/no/such",
        "/singel/?appid=x",
        "/api/v1/nothing",
        "/embed/nothing.js",
        "/console/x",
    ] {
        let page = seen(&tenant, path, BROWSER).await;
        assert_eq!(page.status, 404, "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
        // Under `/api/` the page's origin counts as well, in a header of its own.
        let varies = page.header("vary");
        assert!(
            varies.contains("accept") || path.starts_with("/api/"),
            "{path}: {varies}"
        );
        assert!(
            page.body.contains("There is no such page"),
            "{path}: {}",
            page.body
        );
        assert!(page.body.contains(&link(PORTAL)), "{path}: {}", page.body);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'self'"));
        for program in ["*/*", "application/json, text/plain, */*"] {
            let answer = seen(&tenant, path, program).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (404, "HTTP-404"),
                "{path}"
            );
            assert_eq!(answer.header("content-type"), "application/json", "{path}");
        }
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_reads_where_that_is_done() {
    let tenant = TestTenant::start().await;
    let page = seen(&tenant, "/api/v1/users/me", BROWSER).await;
    assert_eq!(page.status, 401);
    assert!(page.body.contains("You are not signed in"), "{}", page.body);
    assert!(page.body.contains(&link(PORTAL)), "{}", page.body);
}

#[tokio::test]
async fn a_tenant_without_a_sign_in_page_names_its_portals() {
    let tenant = TestTenant::start().await;
    let page = seen(&tenant, "/login", BROWSER).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Sign in through your portal"), "{}", page.body);
    assert!(page.body.contains(&link(PORTAL)), "{}", page.body);
    let places = seen(&tenant, "/login", "application/json").await.json();
    assert_eq!(
        places,
        serde_json::json!({"signInPage": null, "portals": [PORTAL]})
    );
}

#[tokio::test]
async fn a_sign_in_page_of_the_configuration_is_told_as_well() {
    let page = |settings: &mut fanlight_http::Settings| {
        settings.sign_in_page = Some("https://portal.example/sign-in".to_owned());
    };
    let tenant = TestTenant::start_with(page).await;
    let places = seen(&tenant, "/login", "application/json").await.json();
    assert_eq!(places["signInPage"], "https://portal.example/sign-in");
    assert_eq!(seen(&tenant, "/login", BROWSER).await.status, 302);
}

#[tokio::test]
async fn what_an_address_holds_is_never_part_of_the_page() {
    let tenant = TestTenant::start().await;
    let page = seen(&tenant, "/%3Cscript%3Ealert(1)%3C/script%3E", BROWSER).await;
    assert_eq!(page.status, 404);
    assert!(!page.body.contains("<script"), "{}", page.body);
}
