//! The built binary is killed while 200 people select; every one of them finds what was last acknowledged.

#[path = "../demo/support.rs"]
#[expect(dead_code, reason = "this test needs a part of what the demo's tests need")]
mod support;

#[path = "../demo/socket.rs"]
mod socket;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;
use socket::Socket;
use support::Demo;

const PEOPLE: usize = 200;
/// The binary is killed when so many selections were acknowledged, while others are under way.
const KILL_AFTER: usize = 600;
/// A test that waits longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a person knows: the month that was acknowledged last, and one that was sent after it.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    acknowledged: Option<u64>,
    sent: Option<u64>,
}

/// Signs a person in. One address may sign in so often in a minute, so the demo's clock is moved on in between.
fn sign_in(demo: &Demo, person: usize) -> String {
    if person % 50 == 49 {
        let minute = json!({ "advance": 60 }).to_string();
        let moved = demo.tenant_with_body("POST", "/control/v1/clock", &[], &minute);
        assert_eq!(moved.status, 200, "{}", moved.body);
    }
    demo.sign_in(&format!("person-{person}"))
}

#[test]
fn selections_of_200_people_survive_a_kill_in_their_middle() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let cookies: Vec<String> = (0..PEOPLE).map(|person| sign_in(&demo, person)).collect();
    let known: Vec<Mutex<Known>> = (0..PEOPLE).map(|_| Mutex::default()).collect();
    let acknowledged = AtomicUsize::new(0);
    let (ready, enough) = std::sync::mpsc::channel();
    let sockets: Vec<Socket> = (0..PEOPLE)
        .map(|person| Socket::open(&demo, &cookies[person], person))
        .collect();
    thread::scope(|scope| {
        for (person, mut socket) in sockets.into_iter().enumerate() {
            let (known, acknowledged, ready) = (&known[person], &acknowledged, ready.clone());
            scope.spawn(move || {
                let Some(field) = socket.month() else { return };
                for step in 0.. {
                    let month = (person as u64 + step) % 12;
                    known.lock().unwrap().sent = Some(month);
                    let params = json!([[month], false, false]);
                    if socket.call(field, "LowLevelSelect", &params).is_none() {
                        return;
                    }
                    known.lock().unwrap().acknowledged = Some(month);
                    if acknowledged.fetch_add(1, Ordering::SeqCst) == KILL_AFTER {
                        ready.send(()).unwrap();
                    }
                }
            });
        }
        enough.recv_timeout(PATIENCE).unwrap();
        demo.kill();
    });

    let demo = Demo::start(folder.path(), &[]);
    for (person, cookie) in cookies.iter().enumerate() {
        let known = *known[person].lock().unwrap();
        let mut socket = Socket::open(&demo, cookie, person);
        if known.acknowledged.is_none() {
            continue;
        }
        assert_eq!(
            socket.greeting["how"], "rebuilt",
            "person {person}: {}",
            socket.greeting
        );
        assert_eq!(socket.greeting["notRestored"], json!([]));
        let selected = socket.selected();
        // The last one that was sent may have been written without its answer getting through.
        let possible = [known.acknowledged, known.sent];
        assert!(
            selected.len() == 1 && possible.contains(&Some(selected[0])),
            "person {person}: {selected:?}, {known:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn an_orderly_stop_writes_the_audit_entries_that_wait() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let cookie = demo.sign_in("ada");
    let _socket = Socket::open(&demo, &cookie, 0);
    assert!(demo.terminate().success());
    let again = Demo::start(folder.path(), &[]);
    let key = format!("Bearer {}", again.ready["apiKey"].as_str().unwrap());
    let path = "/api/fanlight/v1/audit?action=engine-ended";
    let entries = again.tenant("GET", path, &[("authorization", &key)]).json();
    let details: Vec<&str> = entries["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["detail"].as_str())
        .collect();
    assert_eq!(details, ["flights · engine-restart"]);
}

/// Calculations that would take minutes, and a client that does not end its request: the one is cut off, the other is not
/// waited for longer than the grace time.
#[cfg(unix)]
#[test]
fn the_process_ends_whatever_runs() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let cookie = demo.sign_in("ada");
    let mut socket = Socket::open(&demo, &cookie, 0);
    let _ = socket.month();
    let expression = "WildMatch(Repeat('a',500000), '*?'&Repeat('a',250000)&'b*')";
    for id in 10..14 {
        socket.begin(id, (1, "EvaluateEx"), &json!([expression]));
    }
    // Answered behind them, so they have begun or wait for their turn.
    assert!(socket.call(1, "GetAppLayout", &json!([])).is_some());
    let port = demo.ready["tenant"]
        .as_str()
        .unwrap()
        .rsplit(':')
        .next()
        .unwrap()
        .to_owned();
    let mut slow = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let head = "POST /api/v1/login/jwt-session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n";
    std::io::Write::write_all(&mut slow, head.as_bytes()).unwrap();
    assert!(demo.terminate().success());
}
