//! 200 people select while the journal cannot be written: each is told of every click that was not kept, and finds what was
//! acknowledged last, also after a crash in the middle of it.

use std::sync::{Condvar, Mutex};
use std::thread;

use super::*;

const PEOPLE: usize = 200;
/// Clicks that are kept, and clicks that are not, before the next thing happens.
const SOME: usize = 200;
/// A test that waits longer than this hangs.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(120);

/// The clicks of all, and what each person knows.
#[derive(Default)]
struct Crowd {
    counts: Mutex<Counts>,
    changed: Condvar,
    known: Vec<Mutex<Known>>,
}

#[derive(Default)]
struct Counts {
    kept: usize,
    refused: usize,
}

/// The month that was acknowledged last, and one whose answer did not come any more.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    acknowledged: Option<u64>,
    unanswered: Option<u64>,
}

impl Crowd {
    fn new() -> Self {
        Self {
            known: (0..PEOPLE).map(|_| Mutex::default()).collect(),
            ..Self::default()
        }
    }

    fn count(&self, add: impl FnOnce(&mut Counts)) {
        add(&mut self.counts.lock().unwrap());
        self.changed.notify_all();
    }

    /// Waits until some more clicks have come to that.
    fn wait_for_some(&self, of: impl Fn(&Counts) -> usize) {
        let counts = self.counts.lock().unwrap();
        let enough = of(&counts) + SOME;
        let (counts, waited) = self
            .changed
            .wait_timeout_while(counts, PATIENCE, |counts| of(counts) < enough)
            .unwrap();
        let Counts {
            kept: n_kept,
            refused: n_refused,
        } = *counts;
        drop(counts);
        assert!(
            !waited.timed_out(),
            "{n_kept} clicks were kept and {n_refused} refused, and no more"
        );
    }

    /// Clicks until the server is gone.
    fn click(&self, number: usize, mut person: Person) {
        for step in 0.. {
            let month = (number as u64 + step) % 12;
            self.known[number].lock().unwrap().unanswered = Some(month);
            let params = json!([[month], false, false]);
            let Some(answer) = person.socket.ask(person.field, "LowLevelSelect", &params) else {
                return;
            };
            let mut known = self.known[number].lock().unwrap();
            known.unanswered = None;
            if answer.get("error").is_none() {
                known.acknowledged = Some(month);
                self.count(|counts| counts.kept += 1);
            } else {
                assert_eq!(answer["error"]["code"], NOT_KEPT, "{answer}");
                self.count(|counts| counts.refused += 1);
            }
        }
    }
}

/// One address may sign in so often in a minute, so the demo's clock is moved on in between.
fn cookie_of(demo: &Demo, number: usize) -> String {
    if number % 50 == 49 {
        let minute = json!({ "advance": 60 }).to_string();
        let moved = demo.tenant_with_body("POST", "/control/v1/clock", &[], &minute);
        assert_eq!(moved.status, 200, "{}", moved.body);
    }
    demo.sign_in(&format!("person-{number}"))
}

/// Everybody clicks; the journal fails, heals, and fails again, and in the middle of that the server is killed.
fn survives<T>(folder: &Path, demo: Demo, fail: impl Fn(&Demo) -> T, heal: impl Fn(&Demo, T)) {
    let cookies: Vec<String> = (0..PEOPLE).map(|number| cookie_of(&demo, number)).collect();
    let people: Vec<Person> = cookies.iter().map(|cookie| Person::open(&demo, cookie)).collect();
    let crowd = Crowd::new();
    thread::scope(|scope| {
        for (number, person) in people.into_iter().enumerate() {
            let crowd = &crowd;
            scope.spawn(move || crowd.click(number, person));
        }
        crowd.wait_for_some(|counts| counts.kept);
        let failing = fail(&demo);
        crowd.wait_for_some(|counts| counts.refused);
        heal(&demo, failing);
        crowd.wait_for_some(|counts| counts.kept);
        let failing = fail(&demo);
        crowd.wait_for_some(|counts| counts.refused);
        demo.kill();
        drop(failing);
    });

    let demo = Demo::start(folder, &[]);
    for (number, cookie) in cookies.iter().enumerate() {
        let known = *crowd.known[number].lock().unwrap();
        let mut back = Socket::open(&demo, cookie, number);
        assert_eq!(back.greeting["how"], "rebuilt", "person {number}");
        assert_eq!(back.greeting["notRestored"], json!([]));
        let selected = back.selected();
        let possible = [known.acknowledged, known.unanswered];
        let is_known = match selected[..] {
            [] => known.acknowledged.is_none(),
            [month] => possible.contains(&Some(month)),
            _ => false,
        };
        assert!(is_known, "person {number}: {selected:?}, {known:?}");
    }
}

#[test]
fn two_hundred_people_lose_nothing_while_the_disk_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start_with_errors_for_large_files(folder.path());
    let fail = |demo: &Demo| demo.limit_files("1");
    survives(folder.path(), demo, fail, |demo, ()| {
        demo.limit_files("unlimited");
    });
}

#[test]
fn two_hundred_people_lose_nothing_while_the_journal_is_locked() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let journal = folder.path().join("journal.db");
    survives(folder.path(), demo, |_| hold(&journal), |_, held| drop(held));
}
