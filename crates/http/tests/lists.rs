//! Lists by HTTP: all of them page, sort, filter and count alike, and no parameter is passed over.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use fanlight_rpc::App;
use fanlight_testkit::{APP_ID, Caller, TestTenant, small_app};
use http::Method;
use serde_json::{Value, json};

/// Path, and how many entries it has with [`many`].
const LISTS: [(&str, u64); 9] = [
    ("/api/v1/apps", 5),
    ("/api/v1/items", 5),
    ("/api/v1/themes", 0),
    ("/api/v1/users", 6),
    ("/api/v1/web-integrations", 4),
    ("/api/v1/csp-origins", 4),
    ("/api/v1/identity-providers", 1),
    ("/api/fanlight/v1/sessions", 5),
    ("/api/fanlight/v1/audit", 11),
];

/// Apps, people, sessions and entries.
async fn many(tenant: &TestTenant) {
    for (id, title, description) in [
        ("a1", "Zebra sales", "Stripes"),
        ("a2", "alpha", "First of the Greek"),
        ("a3", "Beta", ""),
        ("a4", "beta two", "Second"),
    ] {
        tenant.services.host.add_app(App {
            id: id.parse().unwrap(),
            title: title.to_owned(),
            description: description.to_owned(),
            ..small_app()
        });
    }
    for subject in ["ada", "bob", "cleo", "Ada", "dan"] {
        tenant.signed_in(subject).await;
    }
    for name in ["Second", "Third", "Fourth"] {
        let new = json!({"name": name, "validOrigins": []});
        let made = tenant.program().post("/api/v1/web-integrations", &new).await;
        assert_eq!(made.status, 201);
        let new =
            json!({"name": name, "origin": format!("{name}.example"), "frameAncestors": name == "Third"});
        let made = tenant.program().post("/api/v1/csp-origins", &new).await;
        assert_eq!(made.status, 201);
    }
}

async fn list(caller: &Caller<'_>, path: &str) -> Value {
    let answer = caller.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.json()
}

fn path_of<'a>(tenant: &TestTenant, list: &'a Value, link: &str) -> Option<&'a str> {
    let href = list["links"][link]["href"].as_str()?;
    Some(href.strip_prefix(&tenant.origin()).unwrap())
}

#[tokio::test]
async fn every_list_leads_from_page_to_page_and_back() {
    let tenant = TestTenant::start().await;
    many(&tenant).await;
    let program = tenant.program();
    for (path, total) in LISTS {
        let all = list(&program, path).await;
        assert_eq!(all["totalResults"], total, "{path}");
        let all = all["data"].as_array().unwrap().clone();
        assert_eq!(all.len() as u64, total, "{path}");
        let (mut seen, mut page) = (Vec::new(), list(&program, &format!("{path}?limit=2")).await);
        loop {
            let rows = page["data"].as_array().unwrap();
            assert!(rows.len() <= 2 && (total == 0 || !rows.is_empty()), "{path}");
            seen.extend(rows.clone());
            assert_eq!(page["totalResults"], total);
            // A page is found again by its own link.
            let itself = list(&program, path_of(&tenant, &page, "self").unwrap()).await;
            assert_eq!(itself["data"], page["data"], "{path}");
            match path_of(&tenant, &page, "next") {
                Some(next) => page = list(&program, next).await,
                None => break,
            }
        }
        assert_eq!(seen, all, "{path}");
        while let Some(prev) = path_of(&tenant, &page, "prev") {
            let before = list(&program, prev).await;
            let n_rows = before["data"].as_array().unwrap().len();
            let end = all.iter().position(|row| *row == page["data"][0]).unwrap();
            assert_eq!(
                before["data"].as_array().unwrap()[..],
                all[end - n_rows..end],
                "{path}"
            );
            page = before;
        }
        assert_eq!(page["data"].get(0), all.first(), "{path}");
    }
}

#[tokio::test]
async fn a_parameter_that_is_not_understood_is_refused_by_its_name_on_every_route() {
    let tenant = TestTenant::start().await;
    let program = tenant.program();
    let singles = [
        "/api/v1/csrf-token",
        "/api/v1/user-locale",
        "/api/v1/users/me",
        "/api/v1/users/x",
        "/api/v1/users/actions/count",
        "/api/v1/tenants/me",
        "/api/v1/apps/t11",
        "/api/v1/items/t11",
        "/api/v1/themes/fanlight",
        "/api/v1/themes/fanlight/file/theme.json",
        "/api/v1/web-integrations/wi1",
        "/api/v1/csp-origins/x",
        "/api/v1/csp-origins/actions/generate-header",
        "/api/v1/identity-providers/x",
        "/api/core/auth-settings",
    ];
    for path in LISTS.map(|(path, _)| path).into_iter().chain(singles) {
        let answer = program.get(&format!("{path}?spcaeId=x")).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.body);
        let detail = answer.json()["errors"][0]["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with("spcaeId: "), "{path}: {detail}");
        let common = program
            .get(&format!("{path}?_=17&qlik-web-integration-id=wi1"))
            .await;
        assert_ne!(common.status, 400, "{path}: {}", common.body);
    }
    for (method, path) in [
        (Method::GET, "/api/fanlight/v1/events?x=1"),
        (Method::POST, "/api/v1/web-integrations?limit=1"),
        (Method::DELETE, "/api/v1/web-integrations/wi1?force=true"),
        (Method::PATCH, "/api/core/auth-settings?x="),
        (Method::POST, "/api/fanlight/v1/tickets?count=2"),
        (Method::POST, "/api/fanlight/v1/sessions/actions/end?ids=x"),
    ] {
        assert_eq!(program.call(method, path, &json!({})).await.status, 400, "{path}");
    }
    assert_eq!(
        program.get("/api/v1/web-integrations/wi1").await.status,
        200,
        "it is still there"
    );
}

async fn names(caller: &Caller<'_>, path: &str, pointer: &str) -> Vec<String> {
    let all = list(caller, path).await;
    let rows = all["data"].as_array().unwrap().iter();
    rows.map(|row| row.pointer(pointer).unwrap().as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn apps_and_items_are_found_sorted_and_described() {
    let tenant = TestTenant::start().await;
    many(&tenant).await;
    let ada = tenant.signed_in("ada").await;
    for (path, name) in [("/api/v1/apps", "/attributes/name"), ("/api/v1/items", "/name")] {
        for (query, wanted) in [
            (
                "sort=name",
                vec!["alpha", "Beta", "beta two", "Sales", "Zebra sales"],
            ),
            ("sort=-name&limit=2", vec!["Zebra sales", "Sales"]),
            ("name=BETA", vec!["Beta", "beta two"]),
            ("name=sale&sort=-name", vec!["Zebra sales", "Sales"]),
            ("spaceId=5f1e", vec![]),
            ("filter=description%20co%20%22greek%22", vec!["alpha"]),
        ] {
            assert_eq!(
                names(&ada, &format!("{path}?{query}"), name).await,
                wanted,
                "{path}?{query}"
            );
        }
        let described = list(&ada, &format!("{path}?name=alpha")).await;
        let row = &described["data"][0];
        let description = row.pointer("/attributes/description").or(row.get("description"));
        assert_eq!(description.unwrap(), "First of the Greek");
    }
    let app = list(&ada, &format!("/api/v1/apps/{APP_ID}")).await;
    assert_eq!(app["attributes"]["description"], "What was sold.");
    let item = list(&ada, &format!("/api/v1/items/{APP_ID}")).await;
    assert_eq!(item["description"], "What was sold.");
    assert_eq!(item["resourceAttributes"]["description"], "What was sold.");
    for (query, n) in [
        ("resourceType=app", 5),
        ("resourceType=collection", 0),
        ("resourceType=app,qvapp", 5),
        ("resourceId=a2", 1),
        ("query=greek", 1),
        ("noActions=true", 5),
    ] {
        let found = list(&ada, &format!("/api/v1/items?{query}")).await;
        assert_eq!(found["totalResults"], n, "{query}");
    }
    let bare = list(&ada, "/api/v1/items?noActions=true").await;
    assert_eq!(bare["data"][0]["actions"], json!([]));
}

#[tokio::test]
async fn users_are_found_by_name_subject_status_and_filter() {
    let tenant = TestTenant::start().await;
    many(&tenant).await;
    let store = &tenant.services.store;
    let mut dan = store.user_by_subject("dan").unwrap().unwrap();
    dan.status = fanlight_identity::UserStatus::Disabled;
    store.put_user(&dan).unwrap();
    let program = tenant.program();
    for (query, wanted) in [
        ("filter=subject%20eq%20%22ada%22", vec!["ada"]),
        ("subject=Ada", vec!["Ada"]),
        ("status=disabled", vec!["dan"]),
        ("status=invited", vec![]),
        (
            "filter=status%20eq%20%22disabled%22%20or%20subject%20sw%20%22c%22&sort=subject",
            vec!["cleo", "dan"],
        ),
        ("sort=-subject&limit=2", vec!["program", "dan"]),
    ] {
        let found = names(&program, &format!("/api/v1/users?{query}"), "/subject").await;
        assert_eq!(found, wanted, "{query}");
    }
    let refused = program.get("/api/v1/users?status=gone").await;
    assert_eq!(refused.status, 400, "{}", refused.body);
}

#[tokio::test]
async fn what_administrators_list_is_filtered_by_its_fields() {
    let tenant = TestTenant::start().await;
    many(&tenant).await;
    let program = tenant.program();
    let id = tenant.services.store.tenant().unwrap().unwrap().id;
    for (path, n) in [
        ("/api/v1/web-integrations?name=THI".to_owned(), 1),
        ("/api/v1/web-integrations?validOrigins=portal".to_owned(), 1),
        (format!("/api/v1/web-integrations?tenantId={id}"), 4),
        ("/api/v1/web-integrations?tenantId=other".to_owned(), 0),
        ("/api/v1/csp-origins?frameAncestors=true&name=third".to_owned(), 1),
        ("/api/v1/csp-origins?origin=fourth".to_owned(), 1),
        ("/api/v1/identity-providers?active=false".to_owned(), 0),
        ("/api/v1/identity-providers?status=active".to_owned(), 1),
        ("/api/fanlight/v1/sessions?user=bob&kind=login".to_owned(), 1),
        ("/api/fanlight/v1/audit?action=login".to_owned(), 5),
    ] {
        assert_eq!(list(&program, &path).await["totalResults"], n, "{path}");
    }
}
