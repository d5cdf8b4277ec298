//! The token endpoints of `docs/examples` are what portals copy: each is run against a tenant, as far as its language is
//! there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use fanlight_base::{Clock as _, SystemClock};
use fanlight_jose::{KeyKind, PrivateKey};
use fanlight_testkit::{START, TestTenant};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

#[path = "../../../docs/examples/axum/token_endpoint.rs"]
#[expect(
    clippy::disallowed_methods,
    reason = "a portal reads its own clock; the ports of this workspace are not the reader's"
)]
mod token_endpoint;

use token_endpoint::{Person, Signer, SignerSettings, token_endpoint};

const ORIGIN: &str = "https://portal.example";
const ISSUER: &str = "https://examples.example";
const KEY_ID: &str = "example";

/// A tenant at today's time that trusts `key`.
async fn tenant_that_trusts(key: &PrivateKey) -> TestTenant {
    let tenant = TestTenant::start().await;
    tenant.advance(SystemClock.now().since(START));
    let provider = json!({
        "protocol": "jwtAuth",
        "options": { "issuer": ISSUER, "staticKeys": [{ "kid": KEY_ID, "pem": key.public().to_pem() }] },
    });
    let made = tenant
        .program()
        .post("/api/v1/identity-providers", &provider)
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    tenant
}

#[tokio::test]
async fn the_tenant_takes_the_token_of_the_axum_example() {
    let key = PrivateKey::generate(KeyKind::Rsa).unwrap();
    let tenant = tenant_that_trusts(&key).await;
    let signer = Signer::new(SignerSettings {
        origin: ORIGIN.to_owned(),
        issuer: ISSUER.to_owned(),
        key_id: KEY_ID.to_owned(),
        private_key_pem: key.to_pem().unwrap().reveal().clone().into_bytes(),
    })
    .unwrap();
    let portal = token_endpoint(signer, |headers| {
        headers.get("x-test-person").map(|_| Person {
            id: "ada".to_owned(),
            name: "Ada Quill".to_owned(),
            groups: vec!["sales".to_owned()],
        })
    });
    let asked = |origin, person| ask(portal.clone(), origin, person);
    assert_eq!(asked(None, Some("ada")).await.0, StatusCode::FORBIDDEN);
    assert_eq!(
        asked(Some("https://elsewhere.example"), Some("ada")).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(asked(Some(ORIGIN), None).await.0, StatusCode::UNAUTHORIZED);
    let (status, answer) = asked(Some(ORIGIN), Some("ada")).await;
    assert_eq!(status, StatusCode::OK);
    let token = answer["body"].as_str().unwrap();
    let signed_in = tenant.sign_in(token).await;
    assert_eq!(signed_in.status, 200, "{}", signed_in.body);
    assert_eq!(tenant.sign_in(token).await.code(), "token.single-use");
}

async fn ask(portal: Router, origin: Option<&str>, person: Option<&str>) -> (StatusCode, Value) {
    let mut request = Request::post("/");
    for (name, value) in [("origin", origin), ("x-test-person", person)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    let answer = portal
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenant_takes_the_token_of_the_express_example() {
    let dir = examples().join("express");
    assert!(
        dir.join("node_modules/express").is_dir(),
        "run `npm ci` in docs/examples/express first"
    );
    let key = PrivateKey::generate(KeyKind::Rsa).unwrap();
    let tenant = tenant_that_trusts(&key).await;
    let folder = tempfile::tempdir().unwrap();
    let key_file = folder.path().join("key.pem");
    std::fs::write(&key_file, key.to_pem().unwrap().reveal()).unwrap();
    let mut node = Command::new("node");
    node.args(["--test", "--test-reporter=tap"])
        .current_dir(&dir)
        .envs([
            ("TENANT", tenant.origin().as_str()),
            ("ISSUER", ISSUER),
            ("KEY_ID", KEY_ID),
            ("KEY_FILE", key_file.to_str().unwrap()),
        ]);
    let output = tokio::task::spawn_blocking(move || run(node)).await.unwrap();
    assert!(
        output.contains("# skipped 0") && output.contains("# fail 0"),
        "{output}"
    );
}

/// Django is not run here. Without Python this fails, so that nobody believes that the file was read.
#[test]
fn python_reads_the_django_example() {
    let folder = tempfile::tempdir().unwrap();
    let mut python = Command::new("python3");
    python
        .args(["-m", "py_compile", "token_endpoint.py"])
        .current_dir(examples().join("django"))
        .env("PYTHONPYCACHEPREFIX", folder.path());
    run(python);
}

/// What it says, after it has ended well.
fn run(mut command: Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{} cannot be started: {error}", command.get_program().display()));
    let text = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    assert!(output.status.success(), "{command:?}:\n{text}");
    text
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples")
}
