//! A session that calculates keeps nobody else waiting, and an end reaches everybody all the same.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use fanlight_base::LoginSessionId;
use fanlight_rpc::{Deadline, ExpiringReason};
use fanlight_store::SqliteStore;
use fanlight_testkit::{APP_ID, Caller, Ended, Gate, TestSocket, TestTenant};
use http::Method;
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// Twice as many as the threads of the test.
const CROWD: usize = 10;

/// A tenant in which whatever changes a session stays in its middle until the gate is opened.
async fn tenant() -> (TestTenant, Arc<Gate>) {
    let gate = Gate::shut();
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    let tenant = TestTenant::start_on(store, Arc::clone(&gate) as _, |_| {}).await;
    (tenant, gate)
}

async fn connect(tenant: &TestTenant, caller: &Caller<'_>) -> TestSocket {
    tenant
        .socket(&format!("/app/{APP_ID}"))
        .by(caller)
        .connect()
        .await
}

/// Opens the app and a field in it; the handle of the field.
async fn field(socket: &mut TestSocket) -> i64 {
    socket.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();
    let field = socket.call(1, "GetField", json!(["Region"])).await.unwrap();
    field["result"]["qReturn"]["qHandle"].as_i64().unwrap()
}

async fn select(socket: &mut TestSocket, field: i64) {
    let select = json!({
        "jsonrpc": "2.0", "id": 99, "handle": field, "method": "SelectValues",
        "params": [[{"qText": "North"}], false, false]
    });
    socket.send(select.to_string()).await.unwrap();
}

/// Somebody whose session is in the middle of a request.
async fn calculating(tenant: &TestTenant, gate: &Gate, caller: &Caller<'_>) -> TestSocket {
    let mut socket = connect(tenant, caller).await;
    let field = field(&mut socket).await;
    select(&mut socket, field).await;
    gate.entered().await;
    socket
}

/// A connection of each kind: with an engine session, with an empty one, with none.
async fn connections(tenant: &TestTenant, caller: &Caller<'_>) -> Vec<TestSocket> {
    let mut sockets = vec![connect(tenant, caller).await, connect(tenant, caller).await];
    for path in ["/app/SessionApp_1", "/app/engineData"] {
        sockets.push(tenant.socket(path).by(caller).connect().await);
    }
    sockets
}

async fn are_closed(sockets: Vec<TestSocket>, code: u16) {
    for mut socket in sockets {
        let farewell = socket.next().await.unwrap();
        assert_eq!(farewell["params"]["code"], code, "{farewell}");
        let ended = socket.ended().await;
        assert!(
            matches!(ended, Ended::Closed { code: closed, .. } if closed == code),
            "{ended:?}"
        );
    }
}

fn login_of(tenant: &TestTenant, subject: &str) -> LoginSessionId {
    let store = &tenant.services.store;
    let user = store.user_by_subject(subject).unwrap().unwrap();
    let sessions = store.open_login_sessions().unwrap();
    let mut of_user = sessions.into_iter().filter(|session| session.user == user.id);
    of_user.next().unwrap().id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_a_revocation_and_an_expiry_close_everything_while_another_session_calculates() {
    let (tenant, gate) = tenant().await;
    let ada = tenant.signed_in("ada").await;
    let ada_socket = calculating(&tenant, &gate, &ada).await;

    let bob = tenant.signed_in("bob").await;
    let sockets = connections(&tenant, &bob).await;
    assert_eq!(bob.post("/logout", &Value::Null).await.status, 204);
    are_closed(sockets, 4006).await;

    let bob = tenant.signed_in("bob").await;
    let sockets = connections(&tenant, &bob).await;
    let path = format!("/api/fanlight/v1/sessions/{}", login_of(&tenant, "bob"));
    let revoked = tenant.program().call(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(revoked.status, 204, "{}", revoked.body);
    are_closed(sockets, 4006).await;

    let bob = tenant.signed_in("bob").await;
    let sockets = connections(&tenant, &bob).await;
    tenant.advance(Duration::from_secs(20 * 60));
    ada.get("/api/v1/users/me").await;
    tenant.advance(Duration::from_secs(11 * 60));
    for mut socket in sockets {
        let ended = socket.ended().await;
        assert!(matches!(ended, Ended::Closed { code: 4001, .. }), "{ended:?}");
    }
    // Her own engine session is due by now, and whether it is the answer or the end that comes first is nobody's concern.
    assert_eq!(gate.open(), 1, "Ada's session calculated until now");
    drop(ada_socket);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_out_is_out_while_their_own_session_calculates() {
    let (tenant, gate) = tenant().await;
    let ada = tenant.signed_in("ada").await;
    let mut socket = calculating(&tenant, &gate, &ada).await;
    // The answer does not wait for the session, which cannot end before the gate is open.
    let answer = ada.post("/logout", &Value::Null).await;
    assert_eq!(answer.status, 204);
    let cleared: Vec<&str> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|cookie| cookie.to_str().ok())
        .filter(|cookie| cookie.contains("Max-Age=0"))
        .collect();
    assert!(cleared.len() >= 4, "{cleared:?}");
    let farewell = socket.next().await.unwrap();
    assert_eq!(farewell["params"]["reason"], "signed-out");
    let ended = socket.ended().await;
    assert!(matches!(ended, Ended::Closed { code: 4006, .. }), "{ended:?}");
    assert_eq!(gate.open(), 1, "the session calculated until now");
    // Its selections go as soon as it is at rest.
    while !tenant.services.host.sessions().is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_comes_back_for_a_session_that_calculated() {
    let (tenant, gate) = tenant().await;
    let ada = tenant.signed_in("ada").await;
    let mut socket = calculating(&tenant, &gate, &ada).await;
    tenant.advance(Duration::from_secs(31 * 60));
    let ended = socket.ended().await;
    assert!(matches!(ended, Ended::Closed { code: 4001, .. }), "{ended:?}");
    assert_eq!(tenant.services.host.sessions().len(), 1);
    assert_eq!(gate.open(), 1);
    while !tenant.services.host.sessions().is_empty() {
        tokio::task::yield_now().await;
        tenant.sweep();
    }
    assert!(tenant.services.host.login_sessions().is_empty());
}

/// Runs a test with so many threads for work that blocks.
fn with_threads(n_threads: usize, test: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().max_blocking_threads(n_threads).build();
    runtime.unwrap().block_on(test);
}

#[test]
fn whoever_waits_for_a_session_holds_no_thread() {
    with_threads(CROWD / 2, async {
        let (tenant, gate) = tenant().await;
        let ada = tenant.signed_in("ada").await;
        let mut sockets = Vec::new();
        for _ in 0..CROWD {
            let mut socket = connect(&tenant, &ada).await;
            let field = field(&mut socket).await;
            sockets.push((socket, field));
        }
        for (socket, field) in &mut sockets {
            select(socket, *field).await;
        }
        gate.entered().await;
        // Some more that connect, and some that leave.
        for _ in 0..CROWD {
            let opened = tenant.socket(&format!("/app/{APP_ID}")).by(&ada).open().await;
            assert!(opened.is_ok());
        }
        drop(sockets.split_off(CROWD / 2));
        for number in 0..CROWD {
            let bob = tenant.signed_in(&format!("bob-{number}")).await;
            connect(&tenant, &bob).await;
        }
        assert_eq!(gate.open(), 1, "one request was in its middle, the others waited");
        for (mut socket, _) in sockets {
            while socket.next().await.unwrap()["id"] != 99 {}
        }
    });
}

/// The only thread for work that blocks, taken.
struct Taken {
    has_begun: oneshot::Receiver<()>,
    release: Sender<()>,
}

impl Taken {
    /// Takes it after the work that waits for it already.
    fn next() -> Self {
        let (begin, has_begun) = oneshot::channel();
        let (release, released) = channel();
        tokio::task::spawn_blocking(move || {
            begin.send(()).unwrap();
            released.recv()
        });
        Self { has_begun, release }
    }

    async fn begun(mut self) -> Self {
        (&mut self.has_begun).await.unwrap();
        self
    }
}

/// Drops a call while its last piece of work that blocks waits for its thread; so many come before it.
async fn abandoned(call: impl Future, n_pieces_before: usize) {
    let mut call = Box::pin(call);
    let mut taken = Taken::next().begun().await;
    for _ in 0..n_pieces_before {
        assert!(futures_util::poll!(call.as_mut()).is_pending());
        let next = Taken::next();
        taken.release.send(()).unwrap();
        taken = next.begun().await;
    }
    assert!(futures_util::poll!(call.as_mut()).is_pending());
    drop(call);
    taken.release.send(()).unwrap();
}

#[test]
fn a_sign_out_goes_on_when_its_client_does_not_wait() {
    with_threads(1, async {
        let tenant = TestTenant::start().await;
        let ada = tenant.signed_in("ada").await;
        let mut socket = connect(&tenant, &ada).await;
        abandoned(ada.post("/logout", &Value::Null), 0).await;
        let ended = socket.ended().await;
        assert!(matches!(ended, Ended::Closed { code: 4006, .. }), "{ended:?}");
    });
}

#[test]
fn a_sign_in_ends_what_it_replaces_when_its_client_does_not_wait() {
    with_threads(1, async {
        let tenant = TestTenant::start().await;
        let ada = tenant.signed_in("ada").await;
        let mut socket = connect(&tenant, &ada).await;
        let token = format!("Bearer {}", tenant.token("bob"));
        let same_browser = ada.clone().with("authorization", &token);
        // First it is looked whether keys are to be fetched.
        abandoned(same_browser.post("/login/jwt-session", &Value::Null), 1).await;
        let ended = socket.ended().await;
        assert!(matches!(ended, Ended::Closed { code: 4006, .. }), "{ended:?}");
    });
}

#[tokio::test]
async fn an_engine_session_without_connections_goes_with_its_login_session() {
    let (tenant, gate) = tenant().await;
    gate.open();
    let ada = tenant.signed_in("ada").await;
    let socket = connect(&tenant, &ada).await;
    socket.close(1001).await;
    let login = login_of(&tenant, "ada");
    // As if the server had been stopped between the two.
    let now = tenant.services.clock.now();
    fanlight_identity::sign_out(tenant.services.store.as_ref(), &login, now).unwrap();
    assert_eq!(tenant.services.host.sessions().len(), 1);
    tenant.sweep();
    assert!(tenant.services.host.sessions().is_empty());
}

#[tokio::test]
async fn a_deadline_that_was_told_too_late_does_not_stay() {
    let (tenant, _gate) = tenant().await;
    let ada = tenant.signed_in("ada").await;
    let socket = connect(&tenant, &ada).await;
    let login = login_of(&tenant, "ada");
    let host = &tenant.services.host;
    assert_eq!(ada.post("/logout", &Value::Null).await.status, 204);
    drop(socket);
    while tenant.services.sockets.count() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(host.login_sessions().is_empty());
    // As a sweep does that has looked just before.
    let at = tenant.services.clock.now();
    let deadline = Deadline {
        at,
        reason: ExpiringReason::Idle,
        lifetime_until: at,
        since: at,
    };
    host.login_expires(&login, Some(deadline));
    tenant.sweep();
    assert!(host.login_sessions().is_empty());
}
