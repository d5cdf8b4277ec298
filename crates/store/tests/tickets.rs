//! Tickets on a real store: one taker, and what a restart and a sweep leave.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use std::sync::Barrier;

use fanlight_base::{LoginSessionId, SeededEntropy, Timestamp};
use fanlight_identity::{
    AuditLog as _, AuditQuery, LoginSession, LoginSessionState, MAX_OPEN_TICKETS, SessionKeyHash,
    SessionLimits, SignInAttempt, SignInDecision, SignInOutcome, Store as _, StoreError, TakenTicket, Ticket,
    TicketHash, TicketScope, TicketTarget, UsedToken, User,
};
use fanlight_store::SqliteStore;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

fn token(id: &str) -> UsedToken {
    UsedToken {
        issuer: "idp".to_owned(),
        token_id: id.to_owned(),
        keep_until: at(60),
    }
}

/// A store with one login session.
fn open(path: &Path) -> (SqliteStore, LoginSessionId) {
    let (store, entropy) = (SqliteStore::open(path).unwrap(), SeededEntropy::new(1));
    let user = User::new("ada".to_owned(), "Ada".to_owned(), at(0), &entropy);
    let session = LoginSession {
        id: LoginSessionId::generate(&entropy),
        key_hash: SessionKeyHash([1; 32]),
        user: user.id.clone(),
        provider: "idp".parse().unwrap(),
        key_id: "k1".to_owned(),
        token_id: "j-1".to_owned(),
        web_integration: None,
        created_at: at(0),
        renewal: None,
        limits: SessionLimits::default(),
        state: LoginSessionState::Active { last_activity: at(0) },
    };
    let mut decide = |_| Some(SignInDecision::begin(user.clone(), session.clone()));
    let attempt = SignInAttempt {
        token: &token("j-1"),
        subject: "ada",
        cookie: None,
    };
    store.sign_in(&attempt, &mut decide).unwrap();
    (store, session.id.clone())
}

fn ticket(text: &str, session: &LoginSessionId) -> Ticket {
    Ticket {
        hash: TicketHash::of(text),
        login_session: session.clone(),
        scope: TicketScope {
            origin: Some("https://portal.example".to_owned()),
            web_integration: Some("portal".parse().unwrap()),
            target: Some(TicketTarget {
                app: "flights".to_owned(),
                identity: Some("left".to_owned()),
            }),
        },
        expires_at: at(60),
    }
}

#[test]
fn a_ticket_reads_back_once_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fanlight.db");
    let (store, session) = open(&path);
    let bare = Ticket {
        scope: TicketScope::default(),
        ..ticket("bare", &session)
    };
    let full = ticket("full", &session);
    store.put_tickets(&[bare.clone(), full.clone()]).unwrap();
    drop(store);
    let store = SqliteStore::open(&path).unwrap();
    for ticket in [bare, full] {
        let first = store.take_ticket(&ticket.hash, at(1)).unwrap();
        assert_eq!(first, Some(TakenTicket::First(ticket.clone())));
        let again = store.take_ticket(&ticket.hash, at(2)).unwrap();
        assert_eq!(again, Some(TakenTicket::Again { used_at: at(1) }));
    }
    assert_eq!(store.take_ticket(&TicketHash::of("other"), at(1)).unwrap(), None);
}

#[test]
fn of_many_at_once_one_takes_the_ticket() {
    let folder = tempfile::tempdir().unwrap();
    let (store, session) = open(&folder.path().join("fanlight.db"));
    let ticket = ticket("one", &session);
    store.put_tickets(std::slice::from_ref(&ticket)).unwrap();
    let barrier = Barrier::new(8);
    let taken: Vec<bool> = std::thread::scope(|scope| {
        let takers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    let taken = store.take_ticket(&ticket.hash, at(1)).unwrap();
                    matches!(taken, Some(TakenTicket::First(_)))
                })
            })
            .collect();
        takers.into_iter().map(|taker| taker.join().unwrap()).collect()
    });
    assert_eq!(taken.iter().filter(|first| **first).count(), 1);
}

#[test]
fn tickets_are_kept_all_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let (store, session) = open(&folder.path().join("fanlight.db"));
    let [one, two] = [ticket("one", &session), ticket("two", &session)];
    assert!(store.put_tickets(&[one.clone(), two.clone(), two]).is_err());
    assert_eq!(store.take_ticket(&one.hash, at(1)).unwrap(), None);
    let stranger = ticket("three", &"nobody".parse().unwrap());
    assert!(store.put_tickets(&[stranger]).is_err());
}

#[test]
fn old_tickets_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let (store, session) = open(&folder.path().join("fanlight.db"));
    let ticket = ticket("one", &session);
    store.put_tickets(std::slice::from_ref(&ticket)).unwrap();
    assert_eq!(store.forget_tickets(at(60)).unwrap(), 0);
    assert_eq!(store.forget_tickets(at(61)).unwrap(), 1);
    assert_eq!(store.take_ticket(&ticket.hash, at(61)).unwrap(), None);
}

#[test]
fn a_token_is_used_up_with_and_without_a_session() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(&folder.path().join("fanlight.db"));
    assert!(!store.use_token(&token("j-1"), &[]).unwrap());
    assert!(store.use_token(&token("j-2"), &[]).unwrap());
    assert!(!store.use_token(&token("j-2"), &[]).unwrap());
}

#[test]
fn a_token_is_used_up_together_with_the_tickets_for_it_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (store, session) = open(&folder.path().join("fanlight.db"));
    let [one, two] = [ticket("one", &session), ticket("two", &session)];
    assert!(
        store
            .use_token(&token("j-2"), &[one.clone(), one.clone()])
            .is_err()
    );
    assert!(
        store
            .use_token(&token("j-2"), std::slice::from_ref(&one))
            .unwrap()
    );
    assert!(
        !store
            .use_token(&token("j-2"), std::slice::from_ref(&two))
            .unwrap()
    );
    assert_eq!(store.take_ticket(&two.hash, at(1)).unwrap(), None);
    let taken = store.take_ticket(&one.hash, at(1)).unwrap();
    assert_eq!(taken, Some(TakenTicket::First(one)));
}

#[test]
fn a_sign_in_and_its_tickets_are_kept_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (store, first) = open(&folder.path().join("fanlight.db"));
    let before = store.login_session(&first).unwrap().unwrap();
    let user = store.user(&before.user).unwrap().unwrap();
    let session = LoginSession {
        id: LoginSessionId::generate(&SeededEntropy::new(2)),
        key_hash: SessionKeyHash([2; 32]),
        ..before
    };
    let ticket = ticket("one", &session.id);
    let used = token("j-2");
    let attempt = SignInAttempt {
        token: &used,
        subject: "ada",
        cookie: None,
    };
    let sign_in = |tickets: Vec<Ticket>| {
        store.sign_in(&attempt, &mut |_| {
            Some(SignInDecision {
                tickets: tickets.clone(),
                ..SignInDecision::begin(user.clone(), session.clone())
            })
        })
    };
    assert!(sign_in(vec![ticket.clone(), ticket.clone()]).is_err());
    assert_eq!(store.login_session(&session.id).unwrap(), None);
    let query = AuditQuery {
        limit: 9,
        ..AuditQuery::default()
    };
    assert_eq!(store.audit(&query).unwrap().len(), 1, "that of the first sign-in");
    assert_eq!(sign_in(vec![ticket.clone()]).unwrap(), SignInOutcome::Done);
    let taken = store.take_ticket(&ticket.hash, at(1)).unwrap();
    assert_eq!(taken, Some(TakenTicket::First(ticket)));
}

/// As many tickets as wanted, with texts of their own.
fn numbered(session: &LoginSessionId, texts: std::ops::Range<u32>) -> Vec<Ticket> {
    texts.map(|n| ticket(&n.to_string(), session)).collect()
}

#[test]
fn the_open_tickets_of_a_login_session_are_limited() {
    let folder = tempfile::tempdir().unwrap();
    let (store, session) = open(&folder.path().join("fanlight.db"));
    store
        .put_tickets(&numbered(&session, 0..MAX_OPEN_TICKETS - 1))
        .unwrap();
    let refused = store.put_tickets(&numbered(&session, 100..102)).unwrap_err();
    assert!(
        matches!(refused, StoreError::TooManyTickets { max: 50, wait } if wait.as_secs() == 60),
        "{refused:?}"
    );
    assert_eq!(
        store.take_ticket(&TicketHash::of("100"), at(1)).unwrap(),
        None,
        "all or none"
    );
    store.put_tickets(&numbered(&session, 100..101)).unwrap();
    assert!(store.put_tickets(&numbered(&session, 101..102)).is_err());
    // One that is used makes room, and so do those that have expired.
    store.take_ticket(&TicketHash::of("7"), at(1)).unwrap();
    store.put_tickets(&numbered(&session, 101..102)).unwrap();
    let later: Vec<Ticket> = numbered(&session, 200..210)
        .into_iter()
        .map(|ticket| Ticket {
            expires_at: at(121),
            ..ticket
        })
        .collect();
    store.put_tickets(&later).unwrap();
    let again = store.take_ticket(&TicketHash::of("7"), at(62)).unwrap();
    assert!(
        matches!(again, Some(TakenTicket::Again { .. })),
        "a used one is known as such"
    );
}

/// Whoever uses tickets up as fast as they come leaves only so many.
#[test]
fn of_very_many_used_tickets_the_latest_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fanlight.db");
    let (store, session) = open(&path);
    for n in 0..1_000 {
        store.put_tickets(&numbered(&session, n..n + 1)).unwrap();
        store.take_ticket(&TicketHash::of(&n.to_string()), at(1)).unwrap();
    }
    let rows = rusqlite::Connection::open(&path).unwrap();
    let n_rows: u32 = rows
        .query_row("SELECT count(*) FROM tickets", [], |row| row.get(0))
        .unwrap();
    assert!((200..=201).contains(&n_rows), "{n_rows}");
}
