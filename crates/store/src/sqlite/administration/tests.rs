//! Changes and their entries.

use fanlight_base::{LoginSessionId, SeededEntropy, Timestamp, UserId};
use fanlight_identity::{
    ApiKeyScope, AuditEntry, AuditLog as _, AuditQuery, End, LoginSessionState, NarrowLimits, SessionKeyHash,
    SessionLimits, SignInAttempt, SignInDecision, Store as _, UsedToken, User, WebIntegration, new_api_key,
};

use super::*;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + secs)
}

fn act<'a>(by: &'a str, change: Change<'a>) -> Act<'a> {
    Act {
        at: at(9),
        by,
        address: Some([192, 0, 2, 7].into()),
        change,
    }
}

fn portal(id: &str) -> WebIntegration {
    WebIntegration {
        id: id.parse().unwrap(),
        name: "Portal".to_owned(),
        origins: Vec::new(),
        limits: NarrowLimits::default(),
        created_by: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// The whole log, oldest first.
fn log(store: &SqliteStore) -> Vec<AuditEntry> {
    let query = AuditQuery {
        limit: 99,
        ..AuditQuery::default()
    };
    let mut entries = store.audit(&query).unwrap();
    entries.reverse();
    entries
}

/// A login session of `user`, made through a portal.
fn signed_in(store: &SqliteStore, name: &str, through: &WebIntegration) -> LoginSessionId {
    let entropy = SeededEntropy::new(u64::from(name.as_bytes()[0]));
    let user = User::new(name.to_owned(), name.to_owned(), at(0), &entropy);
    let session = LoginSession {
        id: LoginSessionId::generate(&entropy),
        key_hash: SessionKeyHash([name.as_bytes()[0]; 32]),
        user: user.id.clone(),
        provider: "idp".parse().unwrap(),
        key_id: "k1".to_owned(),
        token_id: name.to_owned(),
        web_integration: Some(through.id.clone()),
        created_at: at(0),
        renewal: None,
        limits: SessionLimits::default(),
        state: LoginSessionState::Active { last_activity: at(0) },
    };
    let token = UsedToken {
        issuer: "portal".to_owned(),
        token_id: name.to_owned(),
        keep_until: at(60),
    };
    let attempt = SignInAttempt {
        token: &token,
        subject: name,
        cookie: None,
    };
    let mut decide = |_| Some(SignInDecision::begin(user.clone(), session.clone()));
    store.sign_in(&attempt, &mut decide).unwrap();
    session.id
}

#[test]
fn a_change_and_its_entry_are_kept_together() {
    let store = SqliteStore::in_memory().unwrap();
    let portal = portal("p1");
    store
        .administer(&act("ada", Change::PutWebIntegration(&portal)))
        .unwrap();
    assert_eq!(store.web_integration(&portal.id).unwrap(), Some(portal));
    let entry = log(&store).remove(0);
    assert_eq!(
        (entry.action.as_str(), entry.actor.as_str(), entry.detail.as_str()),
        ("admin-change", "ada", "web-integration set · p1")
    );
    assert_eq!((entry.at, entry.address.as_deref()), (at(9), Some("192.0.2.7")));
}

#[test]
fn a_change_that_fails_leaves_no_entry() {
    let store = SqliteStore::in_memory().unwrap();
    let entropy = SeededEntropy::new(1);
    let nobody = UserId::generate(&entropy);
    let made = new_api_key(&nobody, "", ApiKeyScope::User, at(0), &entropy);
    assert!(
        store
            .administer(&act("ada", Change::PutApiKey(&made.key)))
            .is_err()
    );
    assert!(log(&store).is_empty());
}

#[test]
fn deleting_what_is_not_there_leaves_no_entry() {
    let store = SqliteStore::in_memory().unwrap();
    for change in [
        Change::DeleteWebIntegration(&"p1".parse().unwrap()),
        Change::DeleteIdentityProvider(&"p1".parse().unwrap()),
        Change::DeleteCspOrigin(&"p1".parse().unwrap()),
    ] {
        assert!(store.administer(&act("ada", change)).unwrap().is_empty());
    }
    assert!(log(&store).is_empty());
}

#[test]
fn the_login_sessions_of_a_portal_end_with_it_and_no_others() {
    let store = SqliteStore::in_memory().unwrap();
    let (gone, stays) = (portal("p1"), portal("p2"));
    for portal in [&gone, &stays] {
        store.put_web_integration(portal).unwrap();
    }
    let ada = signed_in(&store, "ada", &gone);
    let bob = signed_in(&store, "bob", &stays);
    let ended = store
        .administer(&act("root", Change::DeleteWebIntegration(&gone.id)))
        .unwrap();
    assert_eq!(ended.len(), 1);
    let LoginSessionState::Ended { at: when, end } = store.login_session(&ada).unwrap().unwrap().state else {
        panic!("still runs")
    };
    let expected = End::Revoked {
        by: "root".to_owned(),
        reason: PORTAL_GONE.to_owned(),
    };
    assert_eq!((when, end), (at(9), expected));
    let bob = store.login_session(&bob).unwrap().unwrap();
    assert!(matches!(bob.state, LoginSessionState::Active { .. }));
    let actions: Vec<String> = log(&store).into_iter().map(|entry| entry.action).collect();
    assert_eq!(actions, ["login", "login", "admin-change", "revoked"]);
}
