//! Who may call the control API, and which calls it refuses.

use std::sync::Arc;

use axum::body::Body;
use fanlight_testkit::TestTenant;
use http::{Method, Request};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::support::{Call, post, state};

const HOST: (&str, &str) = ("host", "127.0.0.1:8080");
const JSON: (&str, &str) = ("content-type", "application/json");
/// Every POST of the API, with a good body.
const POSTS: [(&str, &str); 8] = [
    ("clock", r#"{"advance": 1}"#),
    ("faults", r#"{"frame-refuse": true}"#),
    ("login-sessions/nobody/expire", "{}"),
    ("login-sessions/nobody/revoke", "{}"),
    ("engine-sessions/none/close", r#"{"code": 4003}"#),
    ("engine-sessions/none/drop", "{}"),
    ("engine-sessions/none/freeze", "{}"),
    ("engine-sessions/none/delay", r#"{"millis": 1}"#),
];

fn call<'a>(path: &'a str, body: &str) -> Call<'a> {
    Call {
        body: body.to_owned(),
        ..Call::post(path, &Value::Null)
    }
}

/// Nothing was moved and nothing was planned.
async fn is_untouched(tenant: &TestTenant) {
    let state = state(tenant).await;
    assert_eq!(state["now"], fanlight_testkit::START.to_string());
    assert_eq!(state["faults"]["frame-refuse"], false);
}

async fn refuses(tenant: &TestTenant, change: impl Fn(Call<'static>) -> Call<'static>) {
    let get = Call {
        method: Method::GET,
        ..call("state", "")
    };
    let posts = POSTS.into_iter().map(|(path, body)| call(path, body));
    for call in posts.chain([get]) {
        let path = call.path;
        let (status, body) = change(call).send(tenant).await;
        assert_eq!(status, 403, "{path}");
        assert!(
            body["error"]
                .as_str()
                .unwrap()
                .contains("only programs on this machine")
        );
    }
    is_untouched(tenant).await;
}

#[tokio::test]
async fn browsers_are_refused() {
    let tenant = TestTenant::start().await;
    refuses(&tenant, |call| Call {
        headers: &[HOST, JSON, ("origin", "http://127.0.0.1:8080")],
        ..call
    })
    .await;
    refuses(&tenant, |call| Call {
        headers: &[HOST, JSON, ("sec-fetch-site", "none")],
        ..call
    })
    .await;
}

#[tokio::test]
async fn foreign_host_names_are_refused() {
    let tenant = TestTenant::start().await;
    refuses(&tenant, |call| Call {
        headers: &[("host", "evil.example:8080"), JSON],
        ..call
    })
    .await;
    refuses(&tenant, |call| Call {
        headers: &[JSON],
        ..call
    })
    .await;
}

#[tokio::test]
async fn other_machines_are_refused() {
    let tenant = TestTenant::start().await;
    for peer in [Some("192.0.2.7:50000"), Some("[2001:db8::1]:50000"), None] {
        refuses(&tenant, |call| Call { peer, ..call }).await;
    }
}

#[tokio::test]
async fn this_machine_is_let_in_by_either_address() {
    let tenant = TestTenant::start().await;
    for peer in ["127.0.0.1:50000", "[::1]:50000", "[::ffff:127.0.0.1]:50000"] {
        let call = Call {
            peer: Some(peer),
            ..call("faults", "{}")
        };
        assert_eq!(call.send(&tenant).await.0, 200, "{peer}");
    }
}

#[tokio::test]
async fn without_a_control_there_is_no_control_api() {
    let tenant = TestTenant::start().await;
    let service = fanlight_http::router(Arc::clone(&tenant.services));
    for (path, body) in POSTS.into_iter().chain([("state", "")]) {
        let request = Request::post(format!("/control/v1/{path}")).header("host", "127.0.0.1");
        let request = request.body(Body::from(body)).unwrap();
        let answer = service.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
}

#[tokio::test]
async fn unknown_sessions_are_not_found() {
    let tenant = TestTenant::start().await;
    for (path, body) in POSTS.into_iter().skip(2) {
        for id in ["nobody", "no%20id", "0123456789abcdef0123456789abcdef"] {
            let path = path.replace("nobody", id).replace("none", id);
            let (status, answer) = call(&path, body).send(&tenant).await;
            assert_eq!(status, 404, "{path}");
            let error = answer["error"].as_str().unwrap();
            assert!(
                error.starts_with("there is no ") && error.contains("session"),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn bad_bodies_are_refused_in_words() {
    let tenant = TestTenant::start().await;
    for (path, body, word) in [
        ("clock", r#"{"advance": 1, "by": 2}"#, "by"),
        ("clock", "{}", "advance"),
        ("clock", r#"{"advance": "soon"}"#, "soon"),
        ("clock", r#"{"advance": -1}"#, "advance"),
        ("clock", r#"{"advance": 1e300}"#, "advance"),
        ("clock", r#"{"advance": 31622401}"#, "366 days"),
        ("clock", r#"{"advance": "#, "EOF"),
        ("faults", r#"{"no-such-fault": true}"#, "no-such-fault"),
        ("faults", r#"{"plain-cookies": 2}"#, "boolean"),
        (
            "faults",
            r#"{"frame-refuse": true, "tickets-refuse": "yes"}"#,
            "how many times",
        ),
        (
            "faults",
            r#"{"frame-refuse": true, "tickets-refuse": -1}"#,
            "how many times",
        ),
        (
            "faults",
            r#"{"frame-refuse": true, "tickets-refuse": 1001}"#,
            "1000 times",
        ),
        (
            "faults",
            r#"{"frame-refuse": true, "csrf-refuse-once": 99999999999}"#,
            "1000 times",
        ),
        (
            "login-sessions/nobody/expire",
            r#"{"reason": "revoked"}"#,
            "idle-timeout",
        ),
        ("login-sessions/nobody/expire", r#"{"why": "lifetime"}"#, "why"),
        (
            "login-sessions/nobody/revoke",
            r#"{"reason": ""}"#,
            "256 characters",
        ),
        (
            "login-sessions/nobody/revoke",
            r#"{"reason": "a\nb"}"#,
            "one line",
        ),
        ("login-sessions/nobody/revoke", r#"{"why": "x"}"#, "why"),
        ("engine-sessions/none/close", "{}", "code"),
        ("engine-sessions/none/close", r#"{"code": 1000}"#, "4001"),
        ("engine-sessions/none/close", r#"{"code": 4000}"#, "4205"),
        ("engine-sessions/none/close", r#"{"code": 99999}"#, "99999"),
        (
            "engine-sessions/none/close",
            r#"{"code": 4003, "reason": "x"}"#,
            "reason",
        ),
        ("engine-sessions/none/drop", r#"{"code": 4003}"#, "code"),
        ("engine-sessions/none/freeze", r#"{"frozen": "yes"}"#, "boolean"),
        ("engine-sessions/none/freeze", r#"{"millis": 1}"#, "millis"),
        ("engine-sessions/none/delay", "{}", "millis"),
        ("engine-sessions/none/delay", r#"{"millis": -1}"#, "-1"),
        ("engine-sessions/none/delay", r#"{"millis": 60001}"#, "60000"),
    ] {
        let (status, answer) = call(path, body).send(&tenant).await;
        assert_eq!(status, 400, "{path} {body}: {answer}");
        let error = answer["error"].as_str().unwrap();
        assert!(error.contains(word), "{path} {body}: {error}");
    }
    is_untouched(&tenant).await;
}

#[tokio::test]
async fn words_that_are_too_long_are_refused() {
    let tenant = TestTenant::start().await;
    let body = json!({"reason": "a".repeat(257)});
    let (status, _) = post(&tenant, "login-sessions/nobody/revoke", body).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let tenant = TestTenant::start().await;
    let body = format!(r#"{{"advance": 1{}}}"#, " ".repeat(20_000));
    assert_eq!(call("clock", &body).send(&tenant).await.0, 413);
    is_untouched(&tenant).await;
}

#[tokio::test]
async fn a_body_that_does_not_say_that_it_is_json_is_refused() {
    let tenant = TestTenant::start().await;
    for headers in [&[HOST][..], &[HOST, ("content-type", "text/plain")]] {
        let call = Call {
            headers,
            ..call("clock", r#"{"advance": 1}"#)
        };
        assert_eq!(call.send(&tenant).await.0, 415);
    }
    is_untouched(&tenant).await;
}

#[tokio::test]
async fn no_body_is_an_empty_object() {
    let tenant = TestTenant::start().await;
    let call = Call {
        headers: &[HOST],
        ..call("faults", "")
    };
    assert_eq!(call.send(&tenant).await.0, 200);
}
