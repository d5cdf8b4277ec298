//! What becomes of login sessions: renewed, replaced, due, ended, and said in the audit log.

use fanlight_identity::{AuditLog as _, AuditQuery, Renewal};

use super::*;

/// Renews the session of a cookie at a time, by the next token.
fn renew(store: &SqliteStore, key: &SessionKeyHash, secs: i64) -> LoginSession {
    let by = Renewal {
        at: at(secs),
        key_id: "2027-05".into(),
        token_id: format!("j-{secs}"),
    };
    let limits = SessionLimits::new(Duration::from_secs(900), Duration::from_secs(7200)).unwrap();
    let owner = store.login_session_by_key(key).unwrap().unwrap().user;
    let user = store.user(&owner).unwrap().unwrap();
    let mut renewed = None;
    let outcome = decide(store, &token(&by.token_id.clone()), Some(key), |found| {
        let session = found.session.unwrap().renewed(by, limits).unwrap();
        renewed = Some(session.clone());
        Some(SignInDecision {
            user,
            session: SignInSession::Renewed(session),
            replaced: None,
            address: None,
            tickets: Vec::new(),
        })
    });
    assert_eq!(outcome.unwrap(), SignInOutcome::Done);
    renewed.unwrap()
}

#[test]
fn a_sign_in_sees_the_session_of_the_cookie_and_its_latest_activity() {
    let Fixture { entropy, store } = fixture();
    let ada = user(&entropy, "ada");
    let session = session(&entropy, &ada);
    sign_in(&store, "j-1", &ada, &session).unwrap();
    store.note_activity(&session.id, at(60));
    let mut seen = None;
    let outcome = decide(&store, &token("j-2"), Some(&session.key_hash), |found| {
        seen = found.session;
        None
    });
    assert_eq!(outcome.unwrap(), SignInOutcome::Refused);
    let state = LoginSessionState::Active {
        last_activity: at(60),
    };
    assert_eq!(seen, Some(LoginSession { state, ..session }));
}

#[test]
fn a_renewal_reads_back_and_makes_no_second_session() {
    let Fixture { entropy, store } = fixture();
    let ada = user(&entropy, "ada");
    let session = session(&entropy, &ada);
    sign_in(&store, "j-1", &ada, &session).unwrap();
    let renewed = renew(&store, &session.key_hash, 100);
    assert_eq!(renewed.proven_at(), at(100));
    assert_eq!(store.open_login_sessions().unwrap(), [renewed]);
}

#[test]
fn a_limit_that_was_found_before_a_renewal_ends_nothing_and_a_revocation_does() {
    let Fixture { entropy, store } = fixture();
    let ada = user(&entropy, "ada");
    let session = session(&entropy, &ada);
    sign_in(&store, "j-1", &ada, &session).unwrap();
    let late = at(100_000);
    let expired = session.clone().expired(late).unwrap();
    let revoked = session
        .clone()
        .revoked(at(100), "admin".into(), "why".into())
        .unwrap();
    renew(&store, &session.key_hash, 100);
    assert!(!store.end_login_session(&expired).unwrap());
    let open = store.open_login_sessions().unwrap().remove(0);
    assert!(store.end_login_session(&revoked).unwrap());
    assert!(!store.end_login_session(&open.expired(late).unwrap()).unwrap());
}

#[test]
fn a_replaced_session_ends_with_the_sign_in_that_replaces_it() {
    let Fixture { entropy, store } = fixture();
    let (ada, grace) = (user(&entropy, "ada"), user(&entropy, "grace"));
    let [before, after] = [&grace, &ada].map(|user| session(&entropy, user));
    sign_in(&store, "j-1", &grace, &before).unwrap();
    let ended = before.clone().replaced(at(20)).unwrap();
    let outcome = decide(&store, &token("j-2"), Some(&before.key_hash), |_| {
        Some(SignInDecision {
            replaced: Some(ended.clone()),
            ..SignInDecision::begin(ada, after.clone())
        })
    });
    assert_eq!(outcome.unwrap(), SignInOutcome::Done);
    assert_eq!(store.login_session(&before.id).unwrap(), Some(ended));
    assert_eq!(store.open_login_sessions().unwrap(), [after]);
    assert_eq!(audited(&store), ["login", "revoked", "login"]);
}

/// What the audit log says, oldest first.
fn audited(store: &SqliteStore) -> Vec<String> {
    let query = AuditQuery {
        limit: 100,
        ..AuditQuery::default()
    };
    let entries = store.audit(&query).unwrap().into_iter().rev();
    entries.map(|entry| entry.action).collect()
}

#[test]
fn a_session_and_what_the_audit_log_says_of_it_change_together() {
    let Fixture { entropy, store } = fixture();
    let ada = user(&entropy, "ada");
    let session = session(&entropy, &ada);
    sign_in(&store, "j-1", &ada, &session).unwrap();
    assert_eq!(audited(&store), ["login"]);
    assert_eq!(
        sign_in(&store, "j-1", &ada, &session).unwrap(),
        SignInOutcome::TokenReused
    );
    assert_eq!(audited(&store), ["login"], "what was refused is not kept");
    let renewed = renew(&store, &session.key_hash, 100);
    let ended = renewed.clone().signed_out(at(200)).unwrap();
    assert!(store.end_login_session(&ended).unwrap());
    let late = renewed.revoked(at(300), "admin".into(), "late".into()).unwrap();
    assert!(!store.end_login_session(&late).unwrap());
    assert_eq!(audited(&store), ["login", "login-renewed", "signed-out"]);
}

/// Signs somebody in whose session idles out `idle_secs` after the beginning.
fn idles_out(store: &SqliteStore, entropy: &SeededEntropy, idle_secs: u64) -> LoginSession {
    let user = user(entropy, &entropy.hex128());
    let limits = SessionLimits::new(Duration::from_secs(idle_secs), Duration::from_secs(7200)).unwrap();
    let session = LoginSession {
        limits,
        ..session(entropy, &user)
    };
    sign_in(store, &entropy.hex128(), &user, &session).unwrap();
    session
}

#[test]
fn only_sessions_whose_limit_has_passed_are_due() {
    let Fixture { entropy, store } = fixture();
    let [early, late, over] = [900, 1800, 900].map(|idle| idles_out(&store, &entropy, idle));
    let due = |secs: i64| -> Vec<String> {
        let due = store.due_login_sessions(at(secs), 10).unwrap();
        due.into_iter().map(|session| session.id.to_string()).collect()
    };
    assert!(
        store
            .end_login_session(&over.signed_out(at(11)).unwrap())
            .unwrap()
    );
    assert!(due(909).is_empty());
    assert_eq!(due(910), [early.id.as_str()]);
    assert_eq!(due(1810).len(), 2);
    assert_eq!(store.due_login_sessions(at(1810), 1).unwrap().len(), 1);
    store.note_activity(&early.id, at(900));
    store.flush_activity().unwrap();
    assert!(due(1799).is_empty());
    renew(&store, &late.key_hash, 1000);
    assert_eq!(
        due(1800),
        [early.id.as_str()],
        "idle 900 s after its last activity"
    );
    assert_eq!(store.count_open_login_sessions().unwrap(), 2);
}

#[test]
fn what_is_due_is_found_by_its_index() {
    let Fixture { store, .. } = fixture();
    let (_, sql) = read::DUE_SESSIONS;
    let plan = format!("EXPLAIN QUERY PLAN {sql}");
    let connection = store.reading();
    let mut statement = connection.prepare(&plan).unwrap();
    let steps = statement.query_map([1, 1], |row| row.get::<_, String>("detail"));
    let steps: Vec<String> = steps.unwrap().map(|step| step.unwrap()).collect();
    assert!(steps[0].contains("login_sessions_due"), "{steps:?}");
}

#[test]
fn sessions_are_found_by_many_ids_unless_they_have_ended() {
    let Fixture { entropy, store } = fixture();
    let [first, second, over] = [900; 3].map(|idle| idles_out(&store, &entropy, idle));
    assert!(
        store
            .end_login_session(&over.clone().signed_out(at(11)).unwrap())
            .unwrap()
    );
    let unknown = LoginSessionId::generate(&entropy);
    store.note_activity(&first.id, at(60));
    let ids = [first.id.clone(), over.id, unknown];
    let found = store.open_login_sessions_of(&ids).unwrap();
    let state = LoginSessionState::Active {
        last_activity: at(60),
    };
    assert_eq!(found, [LoginSession { state, ..first }]);
    assert_eq!(store.open_login_sessions_of(&[]).unwrap(), []);
    assert_eq!(
        store
            .open_login_sessions_of(std::slice::from_ref(&second.id))
            .unwrap(),
        [second]
    );
}

#[test]
fn several_sessions_end_together_and_those_that_had_ended_are_left_out() {
    let Fixture { entropy, store } = fixture();
    let [first, second] = [900; 2].map(|idle| idles_out(&store, &entropy, idle));
    let ends = [&first, &second].map(|session| session.clone().expired(at(5000)).unwrap());
    assert!(
        store
            .end_login_session(&second.signed_out(at(20)).unwrap())
            .unwrap()
    );
    let ended = store.end_login_sessions(ends.to_vec()).unwrap();
    assert_eq!(ended, ends[..1]);
    assert_eq!(store.count_open_login_sessions().unwrap(), 0);
    assert_eq!(audited(&store), ["login", "login", "signed-out", "expired"]);
}
