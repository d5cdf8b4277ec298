//! A session in the middle of a request, and whom it keeps waiting.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use fanlight_base::{Clock as _, LoginSessionId, Timestamp};
use fanlight_rpc::{
    CloseCode, Deadline, ExpiringReason, HostSettings, Journal, JournalEntry, JournalError, Kept, Reply,
    SessionFilter, SessionKey,
};
use serde_json::json;

use crate::support::{Client, World, principal, target};

/// A journal whose writes wait for a word, so that a request stays in its middle.
#[derive(Debug)]
struct Gate {
    entered: Mutex<Sender<()>>,
    released: Mutex<Receiver<()>>,
}

impl Journal for Gate {
    fn save(&self, _: &SessionKey, _: &JournalEntry) -> Result<(), JournalError> {
        self.entered.lock().unwrap().send(()).unwrap();
        let word = self
            .released
            .lock()
            .unwrap()
            .recv_timeout(Duration::from_secs(60));
        word.map_err(|_| JournalError::Locked)
    }

    fn load(&self, _: &SessionKey) -> Result<Option<Kept>, JournalError> {
        Ok(None)
    }

    fn remove(&self, _: &[SessionKey]) -> Result<(), JournalError> {
        Ok(())
    }

    fn forget_login(&self, _: &LoginSessionId) -> Result<(), JournalError> {
        Ok(())
    }

    fn sweep(&self, _: Timestamp) -> Result<u64, JournalError> {
        Ok(0)
    }
}

/// A world in which Ada's session is in the middle of a request.
struct Busy {
    world: Arc<World>,
    ada: Client,
    release: Sender<()>,
    selecting: JoinHandle<Reply>,
}

impl Busy {
    fn new() -> Self {
        let (entered, has_entered) = channel();
        let (release, released) = channel();
        let gate = Gate {
            entered: Mutex::new(entered),
            released: Mutex::new(released),
        };
        let world = Arc::new(World::with_journal(HostSettings::default(), Arc::new(gate)));
        let ada = world.connect("ada", "t1");
        ada.open("t1");
        let select = json!({
            "jsonrpc": "2.0", "id": 1, "handle": ada.field("Country"), "method": "Select", "params": ["France"]
        });
        let connection = Arc::clone(&ada.connection);
        let selecting = std::thread::spawn(move || connection.receive(&select.to_string()));
        has_entered.recv().unwrap();
        Self {
            world,
            ada,
            release,
            selecting,
        }
    }

    /// Does `work` on a thread of its own, and fails if it waits for Ada.
    fn meanwhile<T: Send + 'static>(&self, work: impl FnOnce(&World) -> T + Send + 'static) -> T {
        let done = self.beside(work).recv_timeout(Duration::from_secs(30));
        if done.is_err() {
            self.release.send(()).unwrap();
        }
        done.expect("this waits for a session that it has nothing to do with")
    }

    fn beside<T: Send + 'static>(&self, work: impl FnOnce(&World) -> T + Send + 'static) -> Receiver<T> {
        let (done, is_done) = channel();
        let world = Arc::clone(&self.world);
        std::thread::spawn(move || done.send(work(&world)));
        is_done
    }

    /// Ada's request ends.
    fn finish(self) -> (Arc<World>, Client) {
        self.release.send(()).unwrap();
        assert!(matches!(self.selecting.join().unwrap(), Reply::Now(_)));
        (self.world, self.ada)
    }
}

fn login(user: &str) -> LoginSessionId {
    principal(user).login_session.unwrap()
}

#[test]
fn only_its_own_person_waits_for_it() {
    let busy = Busy::new();
    // Ada's second window waits for the first. The others do not.
    let second = busy.beside(|world| world.try_connect("ada", target("t1")).is_ok());
    busy.meanwhile(|world| {
        world.connect("bob", "t1");
        world.host.sweep(Timestamp::from_secs(1_700_000_001));
    });
    assert_eq!(second.try_recv().ok(), None);
    let (world, _ada) = busy.finish();
    assert_eq!(second.recv(), Ok(true));
    let restart = world
        .host
        .end_sessions(&SessionFilter::All, CloseCode::Restarting, "over");
    assert_eq!(restart.len(), 2);
}

#[test]
fn another_session_ends_meanwhile() {
    let busy = Busy::new();
    let filters = [
        SessionFilter::LoginSession(login("bob")),
        SessionFilter::User("bob".parse().unwrap()),
    ];
    for filter in filters {
        let (ended, bob) = busy.meanwhile(move |world| {
            let bob = world.connect("bob", "t1");
            let ended = world
                .host
                .end_sessions(&filter, CloseCode::SignedOut, "signed-out");
            (ended.len(), bob.outbox)
        });
        assert_eq!((ended, bob.closed()), (1, Some(CloseCode::SignedOut)));
    }
    busy.finish();
}

#[test]
fn another_login_session_is_renewed_meanwhile() {
    let busy = Busy::new();
    let frames = busy.meanwhile(|world| {
        let bob = world.connect("bob", "t1");
        bob.outbox.take();
        let now = world.clock.now();
        let deadline = Deadline {
            at: now.plus(Duration::from_secs(1000)),
            reason: ExpiringReason::Lifetime,
            lifetime_until: now.plus(Duration::from_secs(1000)),
            since: now,
        };
        world.host.login_renewed(&login("bob"), deadline);
        bob.outbox.take()
    });
    assert_eq!(frames[0]["params"]["lifetimeSecondsLeft"], 1000);
    busy.finish();
}

#[test]
fn it_is_listed_meanwhile() {
    let busy = Busy::new();
    let (infos, logins) = busy.meanwhile(|world| (world.host.sessions(), world.host.login_sessions()));
    assert_eq!(infos[0].connections[0].login, Some(login("ada")));
    assert!(logins.contains(&login("ada")));
    busy.finish();
}

#[test]
fn the_others_of_a_restart_come_first() {
    let busy = Busy::new();
    let bob = busy.meanwhile(|world| world.connect("bob", "t1"));
    let restart = busy.beside(|world| {
        let filter = SessionFilter::All;
        world
            .host
            .end_sessions(&filter, CloseCode::Restarting, "over")
            .len()
    });
    while bob.outbox.closed().is_none() {
        std::thread::yield_now();
    }
    assert_eq!(restart.try_recv().ok(), None, "Ada's session is waited for");
    let (_world, ada) = busy.finish();
    assert_eq!(restart.recv(), Ok(2));
    assert_eq!(ada.outbox.closed(), Some(CloseCode::Restarting));
}

#[test]
fn whoever_comes_back_does_not_wait_for_its_end() {
    let busy = Busy::new();
    let end = |world: &World| {
        let filter = SessionFilter::LoginSession(login("ada"));
        let ended = world
            .host
            .end_sessions_at_rest(&filter, CloseCode::SignedOut, "signed-out");
        ended.len()
    };
    assert_eq!(busy.meanwhile(end), 0);
    let (world, ada) = busy.finish();
    assert_eq!(ada.outbox.closed(), None);
    assert_eq!(end(&world), 1);
    assert_eq!(ada.outbox.closed(), Some(CloseCode::SignedOut));
    assert!(world.host.login_sessions().is_empty());
}
