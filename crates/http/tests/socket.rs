//! The engine WebSocket: who is let in, what ends it, and that one client's fault is not another's.

use std::time::Duration;

use fanlight_base::LoginSessionId;
use fanlight_http::{LineLimits, Rate, SocketLimits};
use fanlight_identity::{Limit, LoginSession, Store, expire_session, sign_out};
use fanlight_testkit::{
    APP_ID, Answer, Caller, Ended, PORTAL, START, TestSocket, TestTenant, WEB_INTEGRATION,
};
use serde_json::{Value, json};

fn path() -> String {
    format!("/app/{APP_ID}")
}

async fn connect(tenant: &TestTenant, caller: &Caller<'_>) -> TestSocket {
    tenant.socket(&path()).by(caller).connect().await
}

async fn refused(tenant: &TestTenant, path: &str, caller: &Caller<'_>) -> Answer {
    match tenant.socket(path).by(caller).open().await {
        Ok(_) => panic!("the handshake was accepted"),
        Err(answer) => answer,
    }
}

/// The socket opens, says that there is no session, which some clients wait for, and is closed.
async fn turned_away(tenant: &TestTenant, path: &str, caller: &Caller<'_>) -> u16 {
    let opened = tenant.socket(path).by(caller).open().await;
    let mut socket = opened.unwrap_or_else(|answer| panic!("{}", answer.status));
    let first = socket
        .next()
        .await
        .unwrap_or_else(|ended| panic!("closed: {ended:?}"));
    let code = code(&socket.ended().await);
    let state = match code {
        4005 => "SESSION_ERROR_LIMIT_EXCEEDED",
        4203 => "SESSION_ERROR_APP_ACCESS_DENIED",
        _ => "SESSION_ERROR_APP_FAILURE",
    };
    let expected = json!({"jsonrpc": "2.0", "method": "OnConnected", "params": {"qSessionState": state}});
    assert_eq!(first, expected);
    code
}

fn code(ended: &Ended) -> u16 {
    match ended {
        Ended::Closed { code, .. } => *code,
        Ended::Dropped => panic!("no close frame came"),
    }
}

/// The causes for which the server gave sockets up, once for each kind, when `n_open` of all are left.
async fn cuts(tenant: &TestTenant, n_open: usize) -> Vec<String> {
    while tenant.services.sockets.count() > n_open {
        tokio::task::yield_now().await;
    }
    let metrics = tenant.program().get("/metrics").await.body;
    let lines = metrics.lines();
    lines
        .filter_map(|line| line.strip_prefix("fanlight_connection_cuts_total{cause=\""))
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect()
}

/// Other clients are served as before.
async fn still_serves(tenant: &TestTenant) {
    let mut other = connect(tenant, &tenant.program()).await;
    let answer = other
        .call(-1, "EngineVersion", json!([]))
        .await
        .expect("the connection stands");
    assert!(answer["result"].is_object(), "{answer}");
}

#[tokio::test]
async fn a_page_connects_by_cookie_and_csrf_token_in_the_query() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let token = ada.header("qlik-csrf-token").unwrap();
    let path = format!(
        "{}?qlik-csrf-token={token}&qlik-web-integration-id={WEB_INTEGRATION}&reloadUri=x&",
        path()
    );
    let page = ada.clone().without("qlik-csrf-token").with("origin", PORTAL);
    let mut socket = tenant.socket(&path).by(&page).connect().await;
    let answer = socket.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();
    assert_eq!(answer["result"]["qReturn"]["qType"], "Doc", "{answer}");
}

#[tokio::test]
async fn the_framed_page_and_a_program_connect() {
    let tenant = TestTenant::start().await;
    let framed = tenant.signed_in("ada").await.with("origin", &tenant.origin());
    connect(&tenant, &framed).await;
    connect(&tenant, &tenant.program()).await;
    connect(&tenant, &tenant.signed_in("ada").await).await;
}

#[tokio::test]
async fn without_a_cookie_nobody_connects() {
    let tenant = TestTenant::start().await;
    let answer = refused(&tenant, &path(), &tenant.anonymous()).await;
    assert_eq!(answer.status, 401);
    still_serves(&tenant).await;
}

#[tokio::test]
async fn a_page_of_another_origin_does_not_connect() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    for origin in [
        "https://evil.example",
        "null",
        "http://portal.example",
        "https://portal.example.evil.example",
    ] {
        let answer = refused(&tenant, &path(), &ada.clone().with("origin", origin)).await;
        assert_eq!(answer.status, 403, "{origin}");
    }
    still_serves(&tenant).await;
}

#[tokio::test]
async fn a_page_of_another_integration_does_not_connect() {
    let tenant = TestTenant::start().await;
    let page = tenant.signed_in("ada").await.with("origin", PORTAL);
    let path = format!("{}?qlik-web-integration-id=other", path());
    assert_eq!(refused(&tenant, &path, &page).await.status, 403);
}

#[tokio::test]
async fn a_cookie_without_csrf_token_does_not_connect() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let without = ada.clone().without("qlik-csrf-token");
    for (case, path) in [
        ("missing", path()),
        ("wrong", format!("{}?qlik-csrf-token=wrong", path())),
    ] {
        assert_eq!(refused(&tenant, &path, &without).await.status, 403, "{case}");
    }
    still_serves(&tenant).await;
}

#[tokio::test]
async fn a_program_with_a_foreign_origin_does_not_connect() {
    let tenant = TestTenant::start().await;
    let program = tenant.program().with("origin", "https://evil.example");
    assert_eq!(refused(&tenant, &path(), &program).await.status, 403);
}

#[tokio::test]
async fn an_expired_login_session_does_not_connect() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    tenant.clock.advance(Duration::from_secs(31 * 60));
    assert_eq!(refused(&tenant, &path(), &ada).await.status, 401);
}

#[tokio::test]
async fn an_unknown_app_is_told_by_close_code() {
    let tenant = TestTenant::start().await;
    let program = tenant.program();
    assert_eq!(turned_away(&tenant, "/app/nothing", &program).await, 4204);
    assert_eq!(turned_away(&tenant, "/app/no%20such%2Fapp", &program).await, 4204);
    still_serves(&tenant).await;
}

#[tokio::test]
async fn a_path_that_is_none_is_told_by_close_code() {
    let tenant = TestTenant::start().await;
    let program = tenant.program();
    for path in ["/app/t11/color/red", "/app/t11/ttl/soon", "/app/t11/identity/%ff"] {
        assert_eq!(turned_away(&tenant, path, &program).await, 4202, "{path}");
    }
}

#[tokio::test]
async fn a_get_without_upgrade_is_a_bad_request() {
    let tenant = TestTenant::start().await;
    assert_eq!(tenant.program().get(&path()).await.status, 400);
}

#[tokio::test]
async fn an_oversized_message_ends_its_own_connection() {
    let tenant = TestTenant::start_with(|settings| settings.max_message_bytes = 1000).await;
    let mut socket = connect(&tenant, &tenant.program()).await;
    socket
        .send(json!({"pad": "a".repeat(1000)}).to_string())
        .await
        .unwrap();
    assert_eq!(code(&socket.ended().await), 4202);
    still_serves(&tenant).await;
    drop(socket);
    assert_eq!(cuts(&tenant, 0).await, ["bad-request"]);
}

#[tokio::test]
async fn a_message_too_large_to_be_read_ends_its_own_connection() {
    let tenant = TestTenant::start_with(|settings| settings.max_message_bytes = 1000).await;
    let mut socket = connect(&tenant, &tenant.program()).await;
    // The server stops reading, so the close frame may or may not get through.
    let _ = socket.send("a".repeat(100_000)).await;
    socket.ended().await;
    still_serves(&tenant).await;
}

#[tokio::test]
async fn a_flood_ends_its_own_connection() {
    let rate = Rate {
        burst: 20,
        per_second: 1.0,
    };
    let tenant = TestTenant::start_with(move |settings| settings.messages = rate).await;
    let mut socket = connect(&tenant, &tenant.program()).await;
    for id in 0..21 {
        let request =
            json!({"jsonrpc": "2.0", "id": id, "handle": -1, "method": "EngineVersion", "params": []});
        socket.send(request.to_string()).await.unwrap();
    }
    let farewell = loop {
        let frame = socket.next().await.unwrap();
        if frame["method"] == "OnSessionClosed" {
            break frame;
        }
    };
    assert_eq!(farewell["params"]["severity"], "fatal");
    assert_eq!(code(&socket.ended().await), 4205);
    still_serves(&tenant).await;
    drop(socket);
    assert_eq!(cuts(&tenant, 0).await, ["flood"]);
}

#[tokio::test]
async fn a_binary_frame_ends_its_own_connection() {
    let tenant = TestTenant::start().await;
    let mut socket = connect(&tenant, &tenant.program()).await;
    socket.send_binary(b"{}").await.unwrap();
    assert_eq!(code(&socket.ended().await), 4202);
}

#[tokio::test]
async fn the_number_of_sockets_of_a_user_is_bounded() {
    let limits = SocketLimits {
        total: 10,
        per_user: 1,
    };
    let tenant = TestTenant::start_with(move |settings| settings.sockets = limits).await;
    let _first = connect(&tenant, &tenant.program()).await;
    assert_eq!(turned_away(&tenant, &path(), &tenant.program()).await, 4005);
    connect(&tenant, &tenant.signed_in("ada").await).await;
    let metrics = tenant.program().get("/metrics").await.body;
    let counted = "fanlight_refused_connections_total{reason=\"session-limit\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn signing_out_ends_the_sockets_of_that_session_only() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let bob = tenant.signed_in("bob").await;
    let mut socket = connect(&tenant, &ada).await;
    let mut global = tenant.socket("/app/engineData").by(&ada).connect().await;
    let mut others = connect(&tenant, &bob).await;
    assert_eq!(ada.post("/logout", &Value::Null).await.status, 204);
    let farewell = socket.next().await.unwrap();
    assert_eq!(farewell["method"], "OnSessionLoggedOut", "{farewell}");
    assert_eq!(code(&socket.ended().await), 4006);
    assert_eq!(code(&global.ended().await), 4006);
    assert!(others.call(-1, "EngineVersion", json!([])).await.is_ok());
}

#[tokio::test]
async fn an_idle_login_session_takes_its_sockets_along() {
    let tenant = TestTenant::start_with(|settings| settings.line = patient()).await;
    let ada = tenant.signed_in("ada").await;
    let mut socket = connect(&tenant, &ada).await;
    tenant.advance(Duration::from_secs(20 * 60));
    assert!(socket.call(-1, "EngineVersion", json!([])).await.is_ok());
    tenant.advance(Duration::from_secs(10 * 60));
    assert_eq!(code(&socket.ended().await), 4001);
}

#[tokio::test]
async fn work_on_the_socket_keeps_the_login_session() {
    let tenant = TestTenant::start_with(|settings| settings.line = patient()).await;
    let ada = tenant.signed_in("ada").await;
    let mut socket = connect(&tenant, &ada).await;
    tenant.advance(Duration::from_secs(20 * 60));
    assert!(socket.call(-1, "OpenDoc", json!([APP_ID])).await.is_ok());
    tenant.advance(Duration::from_secs(20 * 60));
    assert!(socket.call(1, "GetAppLayout", json!([])).await.is_ok());
    assert_eq!(ada.get("/api/v1/users/me").await.status, 200);
}

#[tokio::test]
async fn a_revoked_login_session_takes_its_sockets_along() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let mut socket = connect(&tenant, &ada).await;
    let store = tenant.services.store.as_ref();
    let session = store.open_login_sessions().unwrap().remove(0);
    // As another process would do it: nobody tells the server.
    fanlight_identity::end_session(store, &session.id, ("admin", "test"), START).unwrap();
    tenant.sweep();
    assert_eq!(code(&socket.ended().await), 4006);
}

/// As it is between the end of a session and the end of its sockets: a sweep that comes first must not make up a reason.
#[tokio::test]
async fn a_sweep_tells_the_end_that_the_store_has() {
    type Ending = fn(&dyn Store, &LoginSessionId) -> Option<LoginSession>;
    let endings: [(Ending, u16, &str); 3] = [
        (
            |store, id| sign_out(store, id, START).unwrap(),
            4006,
            "signed-out",
        ),
        (
            |store, id| expire_session(store, id, Limit::Idle, START).unwrap(),
            4001,
            "idle-timeout",
        ),
        (
            |store, id| expire_session(store, id, Limit::Lifetime, START).unwrap(),
            4006,
            "lifetime",
        ),
    ];
    for (ending, code, reason) in endings {
        let tenant = TestTenant::start().await;
        let ada = tenant.signed_in("ada").await;
        let mut socket = connect(&tenant, &ada).await;
        let store = tenant.services.store.as_ref();
        let session = store.open_login_sessions().unwrap().remove(0);
        ending(store, &session.id).unwrap();
        tenant.sweep();
        let ended = socket.ended().await;
        assert!(
            matches!(&ended, Ended::Closed { code: told, reason: word } if *told == code && word == reason),
            "{reason}: {ended:?}"
        );
    }
}

#[tokio::test]
async fn a_revoked_api_key_takes_its_sockets_along() {
    let tenant = TestTenant::start().await;
    let ada = tenant.signed_in("ada").await;
    let mut others = connect(&tenant, &ada).await;
    let mut socket = connect(&tenant, &tenant.program()).await;
    let store = tenant.services.store.as_ref();
    let mut key = store.api_keys().unwrap().remove(0);
    tenant.sweep();
    assert!(socket.call(-1, "EngineVersion", json!([])).await.is_ok());
    key.revoked_at = Some(START);
    store.put_api_key(&key).unwrap();
    tenant.sweep();
    assert_eq!(code(&socket.ended().await), 4006);
    assert!(others.call(-1, "EngineVersion", json!([])).await.is_ok());
}

#[tokio::test]
async fn a_programs_socket_ends_with_its_token() {
    let tenant = TestTenant::start_with(|settings| settings.line = patient()).await;
    let mut claims = tenant.claims("robot");
    claims["aud"] = json!("qlik.api");
    let token = tenant.forge.sign(&fanlight_testkit::Forge::header(), &claims);
    let robot = tenant
        .anonymous()
        .with("authorization", &format!("Bearer {token}"));
    let mut socket = connect(&tenant, &robot).await;
    let lifetime = claims["exp"].as_i64().unwrap() - START.as_millis() / 1000;
    let lifetime = u64::try_from(lifetime).unwrap();
    tenant.advance(Duration::from_secs(lifetime - 1));
    assert!(socket.call(-1, "EngineVersion", json!([])).await.is_ok());
    tenant.advance(Duration::from_secs(1));
    assert_eq!(code(&socket.ended().await), 4006);
}

#[tokio::test]
async fn two_people_never_share_an_engine_session() {
    let tenant = TestTenant::start().await;
    let (ada, bob) = (tenant.signed_in("ada").await, tenant.signed_in("bob").await);
    let path = format!("{}/identity/same", path());
    let (mut first, mut second) = (
        tenant.socket(&path).by(&ada).connect().await,
        tenant.socket(&path).by(&bob).connect().await,
    );
    for socket in [&mut first, &mut second] {
        socket.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();
    }
    let select = json!({"qInfo": {"qType": "field"}, "qListObjectDef": {"qDef": {"qFieldDefs": ["Region"]}}});
    let made = first
        .call(1, "CreateSessionObject", json!([select]))
        .await
        .unwrap();
    let handle = made["result"]["qReturn"]["qHandle"].as_i64().unwrap();
    let params = json!(["/qListObjectDef", [0], false]);
    let selected = first.call(handle, "SelectListObjectValues", params).await;
    assert_eq!(selected.unwrap()["result"]["qSuccess"], true);
    let count = async |socket: &mut TestSocket| {
        let answer = socket
            .call(1, "EvaluateEx", json!(["Count(Amount)"]))
            .await
            .unwrap();
        answer["result"]["qValue"]["qNumber"].clone()
    };
    assert_eq!(count(&mut first).await, 2.0);
    assert_eq!(count(&mut second).await, 6.0);
    let sessions = tenant.services.host.sessions();
    assert_eq!(sessions.len(), 2);
}

#[tokio::test]
async fn json_nested_without_end_is_refused() {
    let tenant = TestTenant::start().await;
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let mut socket = connect(&tenant, &tenant.program()).await;
    let request = format!(r#"{{"jsonrpc":"2.0","id":1,"handle":-1,"method":"OpenDoc","params":{deep}}}"#);
    socket.send(request).await.unwrap();
    // Refused by an error or by the end of the connection; what counts is that the server goes on.
    if let Ok(answer) = socket.next().await {
        assert!(answer.get("result").is_none(), "{answer}");
    }
    still_serves(&tenant).await;
}

#[tokio::test]
async fn a_quiet_client_is_pinged_and_a_dead_one_dropped() {
    let limits = LineLimits {
        ping_after: Duration::from_secs(20),
        dead_after: Duration::from_secs(60),
        ..LineLimits::default()
    };
    let tenant = TestTenant::start_with(move |settings| settings.line = limits).await;
    let mut alive = connect(&tenant, &tenant.program()).await;
    let mut dead = connect(&tenant, &tenant.program()).await;
    for _ in 0..4 {
        tenant.advance(Duration::from_secs(20));
        // Reading answers the ping; the dead client does not read.
        assert!(alive.call(-1, "EngineVersion", json!([])).await.is_ok());
    }
    assert_eq!(dead.ended().await, Ended::Dropped);
    assert_eq!(cuts(&tenant, 1).await, ["dead"]);
    assert!(alive.call(-1, "EngineVersion", json!([])).await.is_ok());
}

#[tokio::test]
async fn a_client_that_vanishes_is_no_client_that_was_given_up() {
    let tenant = TestTenant::start().await;
    let socket = connect(&tenant, &tenant.program()).await;
    drop(socket);
    assert!(cuts(&tenant, 0).await.is_empty());
}

#[tokio::test]
async fn the_clients_close_code_is_echoed() {
    let tenant = TestTenant::start().await;
    let socket = connect(&tenant, &tenant.program()).await;
    assert_eq!(code(&socket.close(4029).await), 4029);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_disconnected() {
    let tenant = TestTenant::start_with(|settings| settings.line = patient()).await;
    let mut socket = connect(&tenant, &tenant.program()).await;
    socket.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();
    let large = json!({"qInfo": {"qType": "note"}, "text": "a".repeat(200_000)});
    let made = socket
        .call(1, "CreateSessionObject", json!([large]))
        .await
        .unwrap();
    let handle = made["result"]["qReturn"]["qHandle"].as_i64().unwrap();
    let asking = async {
        // Answers pile up until no buffer takes more; the requests themselves are small and come one at a time.
        for id in 100.. {
            let request = json!({"jsonrpc": "2.0", "id": id, "handle": handle, "method": "GetProperties", "params": []});
            if socket.send(request.to_string()).await.is_err() {
                return;
            }
        }
    };
    let time_passes = async {
        let mut interval = tokio::time::interval(Duration::from_millis(20));
        loop {
            interval.tick().await;
            tenant.advance(Duration::from_secs(3));
        }
    };
    tokio::select! {
        () = asking => {}
        () = time_passes => {}
    }
    still_serves(&tenant).await;
    assert_eq!(cuts(&tenant, 0).await, ["stalled"]);
}

/// Without pings, which a test that moves the clock by minutes would not answer in time.
fn patient() -> LineLimits {
    LineLimits {
        ping_after: Duration::from_secs(100_000),
        dead_after: Duration::from_secs(200_000),
        ..LineLimits::default()
    }
}
