//! What is written is there, also for the next process; what cannot be written leaves everything as it was.

use std::thread;

use tempfile::TempDir;

use super::*;

const SETTINGS: JournalSettings = JournalSettings {
    busy_timeout: Duration::from_millis(50),
    max_bytes: 1 << 30,
    bytes_per_user: 1 << 30,
    ended_per_user: 1000,
};

/// Of one person.
const QUOTAS: JournalSettings = JournalSettings {
    bytes_per_user: 1000,
    ended_per_user: 3,
    ..SETTINGS
};

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

fn key(user: &str) -> JournalKey {
    JournalKey {
        user: user.to_owned(),
        app: "flights".to_owned(),
        identity: None,
    }
}

fn login(name: &str) -> Option<LoginSessionId> {
    Some(name.parse().unwrap())
}

fn write(user: &str, part: JournalPart, body: &str) -> JournalWrite {
    JournalWrite {
        key: key(user),
        parts: vec![(part, body.to_owned())],
        logins: vec![login("a")],
        live: Vec::new(),
        at: at(5),
    }
}

fn open(folder: &TempDir) -> SqliteJournal {
    SqliteJournal::open(&folder.path().join("journal.db"), &SETTINGS).unwrap()
}

fn selections(journal: &SqliteJournal, user: &str) -> Option<String> {
    let parts = journal.load(&key(user)).unwrap()?;
    let found = parts
        .into_iter()
        .find(|(part, _)| *part == JournalPart::Selections);
    found.map(|(_, body)| body)
}

#[test]
fn parts_read_back_apart_also_after_the_file_was_closed() {
    let folder = TempDir::new().unwrap();
    let journal = open(&folder);
    assert_eq!(journal.load(&key("ada")).unwrap(), None);
    journal.save(write("ada", JournalPart::Selections, "1")).unwrap();
    journal.save(write("ada", JournalPart::Objects, "o")).unwrap();
    journal.save(write("ada", JournalPart::Selections, "2")).unwrap();
    let other = JournalKey {
        identity: Some("left".to_owned()),
        ..key("ada")
    };
    assert_eq!(journal.load(&other).unwrap(), None);
    drop(journal);
    let expected = vec![
        (JournalPart::Selections, "2".to_owned()),
        (JournalPart::Objects, "o".to_owned()),
    ];
    assert_eq!(open(&folder).load(&key("ada")).unwrap(), Some(expected));
}

#[test]
fn an_entry_goes_with_the_last_of_its_login_sessions() {
    let folder = TempDir::new().unwrap();
    let journal = open(&folder);
    journal.save(write("ada", JournalPart::Selections, "1")).unwrap();
    let second = JournalWrite {
        logins: vec![login("b")],
        parts: Vec::new(),
        ..write("ada", JournalPart::Selections, "")
    };
    journal.save(second).unwrap();
    let program = JournalWrite {
        logins: vec![login("a"), None],
        ..write("bot", JournalPart::Selections, "1")
    };
    journal.save(program).unwrap();
    journal.forget_login(&login("a").unwrap()).unwrap();
    assert!(selections(&journal, "ada").is_some());
    journal.forget_login(&login("b").unwrap()).unwrap();
    assert_eq!(journal.load(&key("ada")).unwrap(), None);
    assert!(
        selections(&journal, "bot").is_some(),
        "a program's credential does not end"
    );
}

#[test]
fn entries_are_removed_by_name_and_by_age() {
    let folder = TempDir::new().unwrap();
    let journal = open(&folder);
    for user in ["ada", "eve", "kim"] {
        journal.save(write(user, JournalPart::Selections, "1")).unwrap();
    }
    journal.remove(vec![key("ada"), key("nobody")]).unwrap();
    assert_eq!(journal.load(&key("ada")).unwrap(), None);
    let newer = JournalWrite {
        at: at(9),
        ..write("kim", JournalPart::Selections, "1")
    };
    journal.save(newer).unwrap();
    assert_eq!(journal.sweep(at(6)).unwrap(), 1);
    assert_eq!(journal.load(&key("eve")).unwrap(), None);
    assert!(journal.load(&key("kim")).unwrap().is_some());
}

#[test]
fn without_room_nothing_is_lost_and_with_room_it_goes_on() {
    let folder = TempDir::new().unwrap();
    let journal = open(&folder);
    journal
        .save(write("ada", JournalPart::Selections, "kept"))
        .unwrap();
    journal.limit_bytes(1).unwrap();
    let large = "x".repeat(100_000);
    let refused = journal.save(write("ada", JournalPart::Selections, &large));
    assert!(matches!(refused, Err(StoreError::DiskFull)), "{refused:?}");
    assert_eq!(selections(&journal, "ada").as_deref(), Some("kept"));
    assert!(
        journal.remove(vec![key("nobody")]).is_ok(),
        "what needs no room still works"
    );
    journal.limit_bytes(SETTINGS.max_bytes).unwrap();
    journal
        .save(write("ada", JournalPart::Selections, &large))
        .unwrap();
    assert_eq!(selections(&journal, "ada"), Some(large));
}

#[test]
fn a_lock_is_not_waited_for_for_ever() {
    let folder = TempDir::new().unwrap();
    let journal = open(&folder);
    journal
        .save(write("ada", JournalPart::Selections, "kept"))
        .unwrap();
    let other = Connection::open(folder.path().join("journal.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = journal.save(write("ada", JournalPart::Selections, "lost"));
    assert!(matches!(refused, Err(StoreError::Locked)), "{refused:?}");
    assert_eq!(
        selections(&journal, "ada").as_deref(),
        Some("kept"),
        "reading does not wait"
    );
    other.execute_batch("ROLLBACK").unwrap();
    journal
        .save(write("ada", JournalPart::Selections, "now"))
        .unwrap();
    assert_eq!(selections(&journal, "ada").as_deref(), Some("now"));
}

#[test]
fn many_write_at_once_and_each_is_written() {
    let folder = TempDir::new().unwrap();
    let journal = open(&folder);
    thread::scope(|scope| {
        for user in 0..50 {
            let journal = &journal;
            scope.spawn(move || {
                for step in 0..10 {
                    let name = format!("user-{user}");
                    let body = step.to_string();
                    journal
                        .save(write(&name, JournalPart::Selections, &body))
                        .unwrap();
                    assert_eq!(selections(journal, &name), Some(body));
                }
            });
        }
    });
    drop(journal);
    let again = open(&folder);
    for user in 0..50 {
        assert_eq!(selections(&again, &format!("user-{user}")).as_deref(), Some("9"));
    }
}

#[test]
fn among_many_the_one_that_finds_no_room_fails_alone() {
    let folder = TempDir::new().unwrap();
    let journal = open(&folder);
    for user in ["ada", "eve"] {
        journal.save(write(user, JournalPart::Selections, "1")).unwrap();
    }
    journal.limit_bytes(1).unwrap();
    let waiting = |change: JournalWrite| Waiting {
        change: Change::Save(change),
        outcome: Arc::default(),
    };
    let batch = [
        waiting(write("ada", JournalPart::Selections, "2")),
        waiting(write("eve", JournalPart::Selections, &"x".repeat(100_000))),
    ];
    write::batch(&mut lock(&journal.writer), &batch, &SETTINGS);
    assert!(matches!(lock(&batch[0].outcome).take(), Some(Ok(1))));
    assert!(matches!(
        lock(&batch[1].outcome).take(),
        Some(Err(StoreError::DiskFull))
    ));
    assert_eq!(selections(&journal, "ada").as_deref(), Some("2"));
    assert_eq!(selections(&journal, "eve").as_deref(), Some("1"));
}

#[test]
fn a_file_of_a_newer_program_is_left_alone() {
    let folder = TempDir::new().unwrap();
    drop(open(&folder));
    let path = folder.path().join("journal.db");
    let other = Connection::open(&path).unwrap();
    other.pragma_update(None, "user_version", VERSION + 1).unwrap();
    let refused = SqliteJournal::open(&path, &SETTINGS);
    assert!(matches!(refused, Err(StoreError::TooNew { .. })), "{refused:?}");
}

fn open_with_quotas(folder: &TempDir) -> SqliteJournal {
    SqliteJournal::open(&folder.path().join("journal.db"), &QUOTAS).unwrap()
}

/// A write of one of a person's sessions, by its identity.
fn session(user: &str, identity: &str, n_bytes: usize, secs: i64) -> JournalWrite {
    JournalWrite {
        key: JournalKey {
            identity: Some(identity.to_owned()),
            ..key(user)
        },
        at: at(secs),
        ..write(user, JournalPart::Objects, &"x".repeat(n_bytes))
    }
}

fn is_kept(journal: &SqliteJournal, user: &str, identity: &str) -> bool {
    journal
        .load(&session(user, identity, 0, 0).key)
        .unwrap()
        .is_some()
}

#[test]
fn only_so_many_ended_sessions_of_a_person_are_kept() {
    let folder = TempDir::new().unwrap();
    let journal = open_with_quotas(&folder);
    journal.save(session("bob", "0", 1, 0)).unwrap();
    let living = session("ada", "lives", 1, 1).key;
    journal.save(session("ada", "lives", 1, 1)).unwrap();
    for number in 0..6 {
        let write = JournalWrite {
            live: vec![living.clone()],
            ..session("ada", &number.to_string(), 1, 10 + number)
        };
        assert_eq!(journal.save(write).unwrap(), Saved::Written);
    }
    // The last one is the one that was written, and lives.
    let kept: Vec<bool> = (0..6)
        .map(|number| is_kept(&journal, "ada", &number.to_string()))
        .collect();
    assert_eq!(kept, [false, false, true, true, true, true]);
    assert!(is_kept(&journal, "ada", "lives") && is_kept(&journal, "bob", "0"));
}

#[test]
fn a_persons_oldest_ended_sessions_give_way_to_what_they_write() {
    let folder = TempDir::new().unwrap();
    let journal = open_with_quotas(&folder);
    journal.save(session("bob", "0", 900, 0)).unwrap();
    for (identity, secs) in [("newer", 2), ("older", 1)] {
        journal.save(session("ada", identity, 400, secs)).unwrap();
    }
    assert_eq!(
        journal.save(session("ada", "now", 500, 3)).unwrap(),
        Saved::Written
    );
    assert!(is_kept(&journal, "ada", "newer") && is_kept(&journal, "ada", "now"));
    assert!(!is_kept(&journal, "ada", "older"));
    assert!(is_kept(&journal, "bob", "0"));
    // A part that is written again counts as it is now.
    assert_eq!(
        journal.save(session("ada", "now", 10, 4)).unwrap(),
        Saved::Written
    );
    assert_eq!(
        journal.save(session("ada", "more", 500, 5)).unwrap(),
        Saved::Written
    );
    assert!(is_kept(&journal, "ada", "newer"));
}

#[test]
fn a_person_whose_living_sessions_take_too_much_is_refused_and_nobody_else() {
    let folder = TempDir::new().unwrap();
    let journal = open_with_quotas(&folder);
    journal.save(session("ada", "lives", 600, 1)).unwrap();
    let second = JournalWrite {
        live: vec![session("ada", "lives", 0, 0).key],
        ..session("ada", "second", 600, 2)
    };
    assert_eq!(journal.save(second.clone()).unwrap(), Saved::OverQuota);
    assert!(is_kept(&journal, "ada", "lives"));
    assert!(!is_kept(&journal, "ada", "second"), "nothing of it was written");
    assert_eq!(journal.save(session("bob", "0", 900, 3)).unwrap(), Saved::Written);
    let ended = JournalWrite {
        live: Vec::new(),
        ..second
    };
    assert_eq!(journal.save(ended).unwrap(), Saved::Written);
    assert!(!is_kept(&journal, "ada", "lives"));
}

#[test]
fn sessions_of_an_older_file_are_counted() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("journal.db");
    let old = Connection::open(&file).unwrap();
    old.execute_batch(SCHEMA).unwrap();
    let ada =
        "INSERT INTO sessions (id, user, app, identity, written_at) VALUES (1, 'ada', 'flights', 'old', 1)";
    old.execute_batch(ada).unwrap();
    let part = "INSERT INTO parts VALUES (1, 2, ?)";
    old.execute(part, ["x".repeat(800)]).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    drop(old);
    let journal = open_with_quotas(&folder);
    assert!(is_kept(&journal, "ada", "old"));
    journal.save(session("ada", "new", 300, 2)).unwrap();
    assert!(!is_kept(&journal, "ada", "old"));
}
