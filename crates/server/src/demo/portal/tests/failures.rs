//! The buttons "Make it fail": whom they reach, and who may press them.

use fanlight_testkit::{APP_ID, Ended, TestSocket, TestTenant};

use super::*;

/// Every name that the page may send.
const NAMES: [&str; 23] = [
    "idle-expiry",
    "lifetime-expiry",
    "revoke",
    "close-4001",
    "close-4003",
    "close-4004",
    "close-4005",
    "close-4203",
    "drop",
    "freeze",
    "delay",
    "csrf-refuse-once",
    "deny-app-once",
    "token-endpoint-500",
    "tickets-refuse",
    "plain-cookies",
    "frame-refuse",
    "restart-engine",
    "clock-1",
    "clock-15",
    "clock-29",
    "clock-30",
    "normal",
];

async fn fail(world: &World, browser: &Browser, name: &str, identity: &str) -> Answer {
    let headers = [
        ("cookie", &*browser.cookie),
        ("x-csrf-token", &browser.csrf),
        ("origin", PORTAL),
        ("content-type", "application/json"),
    ];
    let body = json!({ "identity": identity }).to_string();
    world
        .call("POST", &format!("/failures/{name}"), &headers, &body)
        .await
}

async fn world() -> (TestTenant, World) {
    let tenant = TestTenant::start().await;
    let world = World::made(PORTAL, Some(tenant.control.clone()));
    (tenant, world)
}

async fn connect(tenant: &TestTenant, subject: &str, identity: &str) -> TestSocket {
    let caller = tenant.signed_in(subject).await;
    let path = format!("/app/{APP_ID}/identity/{identity}");
    tenant.socket(&path).by(&caller).connect().await
}

async fn code(socket: &mut TestSocket) -> Option<u16> {
    loop {
        match socket.next().await {
            Ok(_) => {}
            Err(Ended::Closed { code, .. }) => return Some(code),
            Err(_) => return None,
        }
    }
}

async fn answers(socket: &mut TestSocket) -> bool {
    socket.call(-1, "EngineVersion", json!([])).await.is_ok()
}

#[tokio::test]
async fn a_login_session_ends_for_the_person_who_is_signed_in_and_nobody_else() {
    for (name, expected) in [("idle-expiry", 4001), ("lifetime-expiry", 4006), ("revoke", 4006)] {
        let (tenant, world) = world().await;
        let (mut ada, mut grace) = (
            connect(&tenant, "ada", "one").await,
            connect(&tenant, "grace", "one").await,
        );
        let answer = fail(&world, &world.browser("ada").await, name, "one").await;
        assert_eq!(
            (answer.status, answer.json),
            (StatusCode::OK, json!({ "touched": 1, "inForce": [] }))
        );
        assert_eq!(code(&mut ada).await, Some(expected), "{name}");
        assert!(answers(&mut grace).await, "{name}");
    }
}

#[tokio::test]
async fn a_connection_fails_for_one_person_and_one_identity() {
    for (name, expected) in [
        ("close-4001", Some(4001)),
        ("close-4003", Some(4003)),
        ("close-4004", Some(4004)),
        ("close-4005", Some(4005)),
        ("close-4203", Some(4203)),
        ("drop", None),
        ("csrf-refuse-once", None),
        ("deny-app-once", None),
    ] {
        let (tenant, world) = world().await;
        let mut ada = connect(&tenant, "ada", "one").await;
        let mut apart = connect(&tenant, "ada", "two").await;
        let mut grace = connect(&tenant, "grace", "one").await;
        let answer = fail(&world, &world.browser("ada").await, name, "one").await;
        assert_eq!(
            (answer.status, &answer.json["touched"]),
            (StatusCode::OK, &json!(1)),
            "{name}"
        );
        assert_eq!(code(&mut ada).await, expected, "{name}");
        assert!(answers(&mut apart).await && answers(&mut grace).await, "{name}");
    }
}

#[tokio::test]
async fn what_stays_in_force_is_told_until_all_is_normal() {
    let (tenant, world) = world().await;
    let _socket = connect(&tenant, "ada", "one").await;
    let ada = world.browser("ada").await;
    for name in ["freeze", "delay", "token-endpoint-500", "frame-refuse"] {
        let answer = fail(&world, &ada, name, "one").await;
        assert_eq!(answer.json["inForce"], json!([name]), "{name}");
        let headers = [("cookie", &*ada.cookie)];
        let told = world.call("GET", "/failures", &headers, "").await;
        assert_eq!(told.json, json!({ "touched": 0, "inForce": [name] }), "{name}");
        let answer = fail(&world, &ada, "normal", "one").await;
        assert_eq!(answer.json["inForce"], json!([]), "{name}");
    }
    let answer = fail(&world, &ada, "tickets-refuse", "one").await;
    assert_eq!(answer.json["inForce"], json!(["tickets-refuse", "plain-cookies"]));
}

#[tokio::test]
async fn the_token_endpoint_fails_until_all_is_normal() {
    let (_tenant, world) = world().await;
    let ada = world.browser("ada").await;
    fail(&world, &ada, "token-endpoint-500", "one").await;
    assert_eq!(world.token(&ada).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    fail(&world, &ada, "normal", "one").await;
    assert_eq!(world.token(&ada).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_clock_moves_by_minutes() {
    let (tenant, world) = world().await;
    let ada = world.browser("ada").await;
    let before = tenant.clock.now();
    for (name, minutes) in [
        ("clock-1", 1),
        ("clock-15", 16),
        ("clock-29", 45),
        ("clock-30", 75),
    ] {
        assert_eq!(fail(&world, &ada, name, "one").await.status, StatusCode::OK);
        assert_eq!(
            tenant.clock.now().since(before),
            Duration::from_secs(60 * minutes),
            "{name}"
        );
    }
}

#[tokio::test]
async fn no_failure_without_the_portals_session() {
    let (tenant, world) = world().await;
    let mut ada = connect(&tenant, "ada", "one").await;
    let nobody = Browser {
        cookie: "portal_session=guess".into(),
        csrf: "guess".into(),
    };
    for name in NAMES {
        let answer = fail(&world, &nobody, name, "one").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name}");
    }
    assert_eq!(world.get("/failures").await.status, StatusCode::UNAUTHORIZED);
    assert!(answers(&mut ada).await);
}

#[tokio::test]
async fn no_failure_without_the_csrf_token() {
    let (tenant, world) = world().await;
    let mut socket = connect(&tenant, "ada", "one").await;
    let (ada, grace) = (world.browser("ada").await, world.browser("grace").await);
    for csrf in ["", "guess", &grace.csrf] {
        let guesser = Browser {
            cookie: ada.cookie.clone(),
            csrf: csrf.to_owned(),
        };
        for name in NAMES {
            let answer = fail(&world, &guesser, name, "one").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} {csrf:?}");
        }
    }
    assert!(answers(&mut socket).await);
}

#[tokio::test]
async fn no_failure_for_a_foreign_page() {
    let (tenant, world) = world().await;
    let mut socket = connect(&tenant, "ada", "one").await;
    let ada = world.browser("ada").await;
    for origin in [TENANT, "http://evil.localhost:8081", "null"] {
        let headers = [
            ("cookie", &*ada.cookie),
            ("x-csrf-token", &ada.csrf),
            ("origin", origin),
            ("content-type", "application/json"),
        ];
        let answer = world
            .call("POST", "/failures/revoke", &headers, r#"{"identity":"one"}"#)
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin}");
    }
    assert!(answers(&mut socket).await);
}

#[tokio::test]
async fn an_unknown_failure_is_not_found() {
    let (_tenant, world) = world().await;
    let ada = world.browser("ada").await;
    for name in ["nothing", "close-1000", "close-4006", "Revoke"] {
        let answer = fail(&world, &ada, name, "one").await;
        assert_eq!(
            (answer.status, answer.json),
            (
                StatusCode::NOT_FOUND,
                json!({ "error": "there is no such failure" })
            ),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_failure_names_an_identity_and_nothing_else() {
    let (_tenant, world) = world().await;
    let ada = world.browser("ada").await;
    let headers = [
        ("cookie", &*ada.cookie),
        ("x-csrf-token", &*ada.csrf),
        ("content-type", "application/json"),
    ];
    for body in ["{}", r#"{"identity":"one","subject":"grace"}"#] {
        let answer = world.call("POST", "/failures/revoke", &headers, body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
}

#[tokio::test]
async fn a_portal_without_control_makes_nothing_fail() {
    let world = World::new();
    let answer = fail(&world, &world.browser("ada").await, "revoke", "one").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
