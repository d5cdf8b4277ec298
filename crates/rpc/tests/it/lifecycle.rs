use std::sync::Arc;
use std::time::Duration;

use fanlight_base::{Clock as _, LoginSessionId};
use fanlight_rpc::{CloseCode, HostSettings, Reply, SessionFilter, SessionState};
use serde_json::{Value, json};

use crate::support::{World, principal, target};

fn login(user: &str) -> LoginSessionId {
    principal(user).login_session.unwrap()
}

#[test]
fn a_session_is_listed_while_it_lives() {
    let world = World::new();
    assert_eq!(world.host.sessions(), []);
    let client = world.connect("ada", "t10");
    let second = world.connect("ada", "t10");
    let info = world.host.sessions().remove(0);
    assert_eq!((info.app.as_str(), info.user.as_str()), ("t10", "ada"));
    assert_eq!(info.state, SessionState::Attached { sockets: 2 });
    assert_eq!(client.connection.session_id(), Some(info.id));
    client.leave(1006);
    second.leave(1006);
    client.leave(1006);
    let until = world.clock.now().plus(Duration::from_secs(60));
    assert_eq!(world.host.sessions()[0].state, SessionState::Detached { until });
    assert_eq!(world.host.sweep(world.clock.now()), []);
    world.advance(60);
    assert_eq!(world.host.sweep(world.clock.now()).len(), 1);
    assert_eq!(world.host.sessions(), []);
}

#[test]
fn a_connection_that_is_forgotten_counts_as_lost() {
    let world = World::new();
    drop(world.connect("ada", "t10"));
    assert!(matches!(
        world.host.sessions()[0].state,
        SessionState::Detached { .. }
    ));
}

#[test]
fn an_idle_session_is_told_and_closed() {
    let world = World::with(HostSettings {
        idle: Some(Duration::from_secs(100)),
        ..HostSettings::default()
    });
    let idle = world.connect("ada", "t10");
    let busy = world.connect("eve", "t10");
    world.advance(60);
    busy.ok(-1, "EngineVersion", json!([]));
    idle.outbox.take();
    world.advance(60);
    let ended = world.host.sweep(world.clock.now());
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].user.as_str(), "ada");
    let farewell = idle.outbox.take().remove(0);
    assert_eq!(farewell["method"], "OnSessionTimedOut");
    assert_eq!(farewell["params"]["severity"], "fatal");
    assert_eq!(farewell["params"]["code"], 4001);
    assert_eq!(idle.outbox.closed(), Some(CloseCode::Idle));
    assert_eq!(busy.outbox.closed(), None);
    let late = idle
        .connection
        .receive(r#"{"jsonrpc":"2.0","id":1,"handle":1,"method":"GetAppLayout","params":[]}"#);
    assert!(matches!(late, Reply::None), "{late:?}");
}

#[test]
fn the_end_of_a_login_session_ends_what_only_it_used() {
    let world = World::new();
    let (ada, eve) = (world.connect("ada", "t10"), world.connect("eve", "t10"));
    ada.outbox.take();
    let ended = world.host.end_sessions(
        &SessionFilter::LoginSession(login("ada")),
        CloseCode::SignedOut,
        "signed out",
    );
    assert_eq!(ended.len(), 1);
    let farewell = ada.outbox.take().remove(0);
    assert_eq!(farewell["method"], "OnSessionLoggedOut");
    assert_eq!(farewell["params"]["message"], "signed out");
    assert_eq!(ada.outbox.closed(), Some(CloseCode::SignedOut));
    assert_eq!(eve.outbox.closed(), None);
    assert_eq!(world.host.sessions().len(), 1);
}

#[test]
fn a_session_that_two_browsers_share_outlives_the_sign_out_of_one() {
    let world = World::new();
    let first = world.connect("ada", "t10");
    let outbox = Arc::new(crate::support::Recorder::default());
    let mut other = principal("ada");
    other.login_session = Some("login-elsewhere".parse().unwrap());
    let second = world
        .host
        .connect(other, target("t10"), Arc::clone(&outbox) as _)
        .unwrap();
    assert_eq!(second.session_id(), first.connection.session_id());
    let ended = world.host.end_sessions(
        &SessionFilter::LoginSession(login("ada")),
        CloseCode::SignedOut,
        "",
    );
    assert_eq!(ended, []);
    assert_eq!(first.outbox.closed(), Some(CloseCode::SignedOut));
    assert_eq!(outbox.closed(), None);
    assert_eq!(
        world.host.sessions()[0].state,
        SessionState::Attached { sockets: 1 }
    );
}

#[test]
fn sessions_are_ended_by_user_by_id_and_all() {
    let world = World::new();
    let clients = [
        world.connect("ada", "t1"),
        world.connect("ada", "t10"),
        world.connect("eve", "t1"),
    ];
    let id = clients[0].connection.session_id().unwrap();
    let end = |filter: SessionFilter| {
        world
            .host
            .end_sessions(&filter, CloseCode::Restarting, "restart")
            .len()
    };
    assert_eq!(end(SessionFilter::EngineSession(id)), 1);
    assert_eq!(end(SessionFilter::User("ada".parse().unwrap())), 1);
    assert_eq!(end(SessionFilter::All), 1);
    assert!(
        clients
            .iter()
            .all(|client| client.outbox.closed() == Some(CloseCode::Restarting))
    );
    let farewells: Vec<Value> = clients[2].outbox.take();
    assert_eq!(farewells[1]["method"], "OnSessionClosed");
}

#[test]
fn an_app_that_is_not_there_is_refused() {
    let world = World::new();
    let refusal = world.try_connect("ada", target("gone")).err().unwrap();
    assert_eq!(refusal.close_code(), CloseCode::NoSuchApp);
    assert!(refusal.to_string().contains("gone"));
}

#[test]
fn a_full_outbox_refuses_the_connection() {
    let world = World::new();
    let outbox = Arc::new(crate::support::Recorder::default());
    *outbox.full.lock().unwrap() = true;
    let refused = world
        .host
        .connect(principal("ada"), target("t10"), Arc::clone(&outbox) as _);
    assert_eq!(refused.err().unwrap().close_code(), CloseCode::TooManyRequests);
    assert_eq!(world.host.sessions(), [], "no session is left behind");
}

#[test]
fn apps_are_listed_by_title() {
    let world = World::new();
    let ada = principal("ada");
    let titles: Vec<String> = world
        .host
        .apps(ada.viewer())
        .into_iter()
        .map(|app| app.title)
        .collect();
    assert_eq!(titles, ["T1", "T10", "T11"]);
}
