//! A process that is killed without warning loses nothing that was acknowledged.
//!
//! The test runs itself again as a child, which signs people in and names each one when the store has said yes, and
//! kills it in the middle of its work.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use fanlight_base::{Entropy as _, LoginSessionId, SeededEntropy, Timestamp};
use fanlight_identity::{
    AuditLog as _, AuditQuery, LoginSession, LoginSessionState, SessionKeyHash, SessionLimits, SignInAttempt,
    SignInDecision, SignInOutcome, Store as _, UsedToken, User,
};
use fanlight_store::SqliteStore;

const FOLDER: &str = "FANLIGHT_TEST_CRASH_FOLDER";

fn sign_in(store: &SqliteStore, entropy: &SeededEntropy, n: usize) -> (SignInOutcome, LoginSession) {
    let now = Timestamp::from_secs(1);
    let subject = format!("user-{n}");
    let user = User::new(subject.clone(), subject.clone(), now, entropy);
    let mut key = [0; 32];
    entropy.fill(&mut key);
    let session = LoginSession {
        id: LoginSessionId::generate(entropy),
        key_hash: SessionKeyHash(key),
        user: user.id.clone(),
        provider: "idp".parse().unwrap(),
        key_id: "k1".to_owned(),
        token_id: format!("j-{n}"),
        web_integration: None,
        created_at: now,
        renewal: None,
        limits: SessionLimits::default(),
        state: LoginSessionState::Active { last_activity: now },
    };
    let token = UsedToken {
        issuer: "portal".to_owned(),
        token_id: format!("j-{n}"),
        keep_until: now,
    };
    let attempt = SignInAttempt {
        token: &token,
        subject: &subject,
        cookie: None,
    };
    let outcome = store
        .sign_in(&attempt, &mut |_| {
            Some(SignInDecision::begin(user.clone(), session.clone()))
        })
        .unwrap();
    (outcome, session)
}

/// The child's part; without the folder this is no child and there is nothing to do.
#[test]
fn child_signs_people_in_until_it_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let store = SqliteStore::open(&Path::new(&folder).join("fanlight.db")).unwrap();
    let entropy = SeededEntropy::new(7);
    for n in 0.. {
        let (outcome, session) = sign_in(&store, &entropy, n);
        assert_eq!(outcome, SignInOutcome::Done);
        println!("acknowledged {n} {}", session.id);
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "child_signs_people_in_until_it_is_killed",
            "--nocapture",
        ])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some((_, rest)) = line.split_once("acknowledged ") {
            let (_, id) = rest.split_once(' ').unwrap();
            acknowledged.push(id.parse::<LoginSessionId>().unwrap());
        }
        if acknowledged.len() == 25 {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let store = SqliteStore::open(&folder.path().join("fanlight.db")).unwrap();
    assert_eq!(acknowledged.len(), 25);
    for id in &acknowledged {
        let session = store
            .login_session(id)
            .unwrap()
            .expect("an acknowledged session is there");
        assert!(store.user(&session.user).unwrap().is_some());
        let query = AuditQuery {
            user: Some(session.user.to_string()),
            limit: 2,
            ..AuditQuery::default()
        };
        let audited = store.audit(&query).unwrap();
        assert_eq!(audited.len(), 1, "one entry for one sign-in");
        assert_eq!(audited[0].action, "login");
    }
    // Nothing half-done either: as many users as sessions, and every used token is remembered.
    let sessions = store.open_login_sessions().unwrap();
    assert_eq!(store.count_users().unwrap(), sessions.len() as u64);
    for n in 0..sessions.len() {
        assert_eq!(
            sign_in(&store, &SeededEntropy::new(8), n).0,
            SignInOutcome::TokenReused
        );
    }
}
