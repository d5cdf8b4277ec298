//! The built binary: what is there after the first start, after a crash, and after a goodbye.

#[cfg(unix)]
mod documented;
mod folder;
#[expect(dead_code, reason = "others use it too, and need more than these tests")]
mod support;

use serde_json::json;
use support::Demo;

#[test]
fn the_ready_line_names_everything() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    for key in [
        "tenant",
        "portal",
        "control",
        "tenantId",
        "webIntegrationId",
        "apiKey",
        "appId",
        "sheetId",
        "tokenEndpoint",
    ] {
        assert!(demo.ready[key].is_string(), "{key}: {}", demo.ready);
    }
    assert_eq!(
        (&demo.ready["ca"], &demo.ready["appId"]),
        (&json!(null), &json!("flights"))
    );
    assert_eq!(demo.tenant("GET", "/readyz", &[]).status, 200);
    let key = format!("Bearer {}", demo.ready["apiKey"].as_str().unwrap());
    let items = demo
        .tenant("GET", "/api/v1/items", &[("authorization", &key)])
        .json();
    assert_eq!(items["data"][0]["resourceId"], "flights");
}

#[test]
fn users_sessions_and_settings_survive_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let first = Demo::start(folder.path(), &[]);
    let cookie = first.sign_in("ada");
    let me = first
        .tenant("GET", "/api/v1/users/me", &[("cookie", &cookie)])
        .json();
    let key = format!("Bearer {}", first.ready["apiKey"].as_str().unwrap());
    let integration = json!({"name": "Mine", "validOrigins": ["https://mine.example"]}).to_string();
    let made = first.tenant_with_body(
        "POST",
        "/api/v1/web-integrations",
        &[("authorization", &key)],
        &integration,
    );
    assert_eq!(made.status, 201, "{}", made.body);
    let ids = ["tenantId", "webIntegrationId", "apiKey"].map(|key| first.ready[key].clone());
    first.kill();

    let second = Demo::start(folder.path(), &[]);
    assert_eq!(
        ids,
        ["tenantId", "webIntegrationId", "apiKey"].map(|key| second.ready[key].clone())
    );
    let again = second.tenant("GET", "/api/v1/users/me", &[("cookie", &cookie)]);
    assert_eq!(again.status, 200, "{}", again.body);
    assert_eq!(again.json()["id"], me["id"]);
    let listed = second
        .tenant("GET", "/api/v1/web-integrations", &[("authorization", &key)])
        .json();
    let names: Vec<&str> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["name"].as_str())
        .collect();
    assert!(names.contains(&"Mine"), "{names:?}");
}

#[test]
fn a_used_token_stays_used_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let first = Demo::start(folder.path(), &[]);
    let token = first.token("ada");
    let bearer = format!("Bearer {token}");
    assert_eq!(
        first
            .tenant("POST", "/login/jwt-session", &[("authorization", &bearer)])
            .status,
        200
    );
    first.kill();
    let second = Demo::start(folder.path(), &[]);
    let reused = second.tenant("POST", "/login/jwt-session", &[("authorization", &bearer)]);
    assert_eq!(reused.json()["errors"][0]["code"], "token.single-use");
}

#[test]
fn the_clock_is_moved_by_programs_of_this_machine_only() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let cookie = demo.sign_in("ada");
    let advance = json!({"advance": 1801}).to_string();
    let page = demo.tenant_with_body(
        "POST",
        "/control/v1/clock",
        &[("origin", "http://localhost")],
        &advance,
    );
    assert_eq!(page.status, 403);
    assert_eq!(
        demo.tenant("GET", "/api/v1/user-locale", &[("cookie", &cookie)])
            .status,
        200
    );
    assert_eq!(
        demo.tenant_with_body("POST", "/control/v1/clock", &[], &advance)
            .status,
        200
    );
    assert_eq!(
        demo.tenant("GET", "/api/v1/user-locale", &[("cookie", &cookie)])
            .status,
        401
    );
}

#[test]
fn the_portals_token_endpoint_fails_on_demand() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let ask = || demo.portal("POST", "/analytics-token").status;
    assert_eq!(ask(), 401, "nobody is signed in to the portal");
    let faults = json!({"token-endpoint-500": 2}).to_string();
    let planned = demo.tenant_with_body("POST", "/control/v1/faults", &[], &faults);
    assert_eq!(
        (planned.status, &planned.json()["token-endpoint-500"]),
        (200, &json!(2))
    );
    assert_eq!([ask(), ask(), ask()], [500, 500, 401]);
    let state = demo.tenant("GET", "/control/v1/state", &[]).json();
    assert_eq!(state["faults"]["token-endpoint-500"], false);
}

#[cfg(unix)]
#[test]
fn a_goodbye_ends_the_process_cleanly() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    assert!(demo.terminate().success());
}

#[test]
fn a_port_that_is_taken_is_said_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = support::fanlight(&[
        "demo",
        "--tenant-addr",
        &address,
        "--data",
        &folder.path().display().to_string(),
    ]);
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(
        error.contains(&address) && error.contains("--tenant-addr"),
        "{error}"
    );
}

#[test]
fn every_command_explains_itself_with_an_example() {
    for command in [
        &["demo"][..],
        &["serve"],
        &["token", "mint"],
        &["token", "explain"],
        &["keys", "new"],
        &["app", "check"],
    ] {
        let output = support::fanlight(&[command, &["--help"]].concat());
        assert!(output.status.success(), "{command:?}");
        assert!(
            String::from_utf8(output.stdout)
                .unwrap()
                .contains("Example: fanlight "),
            "{command:?}"
        );
    }
}

#[test]
fn a_good_app_passes_the_check_and_a_bad_one_does_not() {
    let flights = concat!(env!("CARGO_MANIFEST_DIR"), "/../../apps/flights");
    assert!(support::fanlight(&["app", "check", flights]).status.success());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("app.toml"), "nme = 1").unwrap();
    let output = support::fanlight(&["app", "check", &folder.path().display().to_string()]);
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("app.toml:1"));
}

#[test]
fn a_service_takes_everything_from_its_file_and_has_no_control_api() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fanlight.toml");
    let text = "[server]\nlisten = \"127.0.0.1:0\"\ndata = \"state\"\n[http]\nmax_body_bytes = 2048\n";
    std::fs::write(&file, text).unwrap();
    let (_process, port) = support::serve(&file);
    assert_eq!(support::call(port, "GET", "/readyz", &[], "").status, 200);
    assert!(folder.path().join("state/fanlight.db").is_file());
    let advance = json!({"advance": 1}).to_string();
    assert_eq!(
        support::call(port, "POST", "/control/v1/clock", &[], &advance).status,
        404
    );
}

#[test]
fn a_mistyped_key_of_the_file_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fanlight.toml");
    std::fs::write(&file, "[server]\nlisen = \"127.0.0.1:0\"\n").unwrap();
    let output = support::fanlight(&["serve", "--config", &file.display().to_string()]);
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("lisen"));
}

#[test]
fn by_tls_both_sites_answer_with_the_certificate_that_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &["--tls"]);
    let ca = std::path::PathBuf::from(demo.ready["ca"].as_str().unwrap());
    assert!(ca.is_absolute() && ca.is_file());
    let made = std::fs::read(&ca).unwrap();
    assert!(
        demo.ready["tenant"]
            .as_str()
            .unwrap()
            .starts_with("https://tenant.localhost:")
    );
    // Plain HTTP is no way in.
    let tenant = demo.ready["tenant"].as_str().unwrap();
    let port: u16 = tenant.rsplit(':').next().unwrap().parse().unwrap();
    assert!(!support::speaks_plain_http(port));
    demo.kill();
    let again = Demo::start(folder.path(), &["--tls"]);
    assert_eq!(
        std::fs::read(again.ready["ca"].as_str().unwrap()).unwrap(),
        made,
        "kept, not made anew"
    );
}
