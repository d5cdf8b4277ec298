//! The built binary without room, and beside a program that holds its locks: it says so, loses nothing, and goes on.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod crowd;
#[path = "../demo/socket.rs"]
#[expect(dead_code, reason = "this test needs a part of what the others need")]
mod socket;
#[path = "../demo/support.rs"]
#[expect(dead_code, reason = "this test needs a part of what the demo's tests need")]
mod support;

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};
use socket::Socket;
use support::{Answer, Demo};

/// The engine's code for a change that could not be kept.
const NOT_KEPT: i64 = 5007;

/// Somebody on the app, with a list of months.
struct Person {
    socket: Socket,
    field: i64,
    list: i64,
}

impl Person {
    fn open(demo: &Demo, cookie: &str) -> Self {
        let mut socket = Socket::open(demo, cookie, 0);
        let field = socket.month().unwrap();
        let list = socket.list();
        Self { socket, field, list }
    }

    fn select(&mut self, month: u64) -> Value {
        let params = json!([[month], false, false]);
        self.socket.ask(self.field, "LowLevelSelect", &params).unwrap()
    }

    #[track_caller]
    fn selects(&mut self, month: u64) {
        let answer = self.select(month);
        assert!(answer.get("error").is_none(), "{answer}");
        assert_eq!(self.selected(), [month]);
    }

    /// A click that cannot be kept: an error, and everything as before.
    #[track_caller]
    fn fails_to_select(&mut self, month: u64) {
        let before = self.selected();
        let answer = self.select(month);
        assert_eq!(answer["error"]["code"], NOT_KEPT, "{answer}");
        assert!(
            answer["error"]["message"]
                .as_str()
                .is_some_and(|words| !words.is_empty())
        );
        assert_eq!(self.selected(), before);
    }

    fn selected(&mut self) -> Vec<u64> {
        self.socket.selected_in(self.list)
    }
}

fn sign_in(demo: &Demo, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    demo.tenant("POST", "/login/jwt-session", &[("authorization", &bearer)])
}

/// A sign-in that cannot be kept: a sentence for people, and no cookie.
#[track_caller]
fn is_told_to_come_back(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    let error = &answer.json()["errors"][0];
    assert_eq!(error["title"], "Not available");
    assert!(error["detail"].as_str().unwrap().contains("try again"), "{error}");
    assert!(!answer.head.contains("set-cookie"));
}

#[test]
fn without_room_nothing_is_lost_and_with_room_it_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start_with_errors_for_large_files(folder.path());
    let cookie = demo.sign_in("ada");
    let mut ada = Person::open(&demo, &cookie);
    ada.selects(1);
    let token = demo.token("grace");

    demo.limit_files("1");
    ada.fails_to_select(2);
    is_told_to_come_back(&sign_in(&demo, &token));
    let me = demo.tenant("GET", "/api/v1/users/me", &[("cookie", &cookie)]);
    assert_eq!(me.status, 200, "what was kept can be read");

    demo.limit_files("unlimited");
    ada.selects(3);
    let signed_in = sign_in(&demo, &token);
    assert_eq!(
        signed_in.status, 200,
        "the token was not used up: {}",
        signed_in.body
    );

    demo.limit_files("1");
    ada.fails_to_select(4);
    demo.kill();

    let demo = Demo::start(folder.path(), &[]);
    let mut back = Socket::open(&demo, &cookie, 0);
    assert_eq!(back.greeting["how"], "rebuilt", "{}", back.greeting);
    assert_eq!(back.greeting["notRestored"], json!([]));
    assert_eq!(back.selected(), [3], "what was acknowledged last");
    assert_eq!(sign_in(&demo, &token).status, 401, "used up before the crash");
}

/// Holds the lock of a database for as long as it lives.
fn hold(file: &Path) -> Connection {
    let connection = Connection::open(file).unwrap();
    connection
        .busy_timeout(std::time::Duration::from_secs(30))
        .unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

#[test]
fn a_lock_that_another_program_holds_is_told_and_goes_by() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let cookie = demo.sign_in("ada");
    let mut ada = Person::open(&demo, &cookie);
    ada.selects(1);
    let token = demo.token("grace");

    let journal = hold(&folder.path().join("journal.db"));
    ada.fails_to_select(2);
    assert_eq!(demo.tenant("GET", "/readyz", &[]).status, 200);
    drop(journal);
    ada.selects(3);

    let database = hold(&folder.path().join("fanlight.db"));
    is_told_to_come_back(&sign_in(&demo, &token));
    ada.selects(4);
    demo.kill();
    drop(database);

    let demo = Demo::start(folder.path(), &[]);
    let mut back = Socket::open(&demo, &cookie, 0);
    assert_eq!(back.selected(), [4]);
    let signed_in = sign_in(&demo, &token);
    assert_eq!(
        signed_in.status, 200,
        "the token was not used up: {}",
        signed_in.body
    );
}
