//! Everything reads back as it was written, also after the file was closed and opened again.

use std::time::Duration;

use fanlight_base::{Entropy as _, SeededEntropy};
use fanlight_identity::{
    ApiKeyScope, AuditLog as _, AuditQuota, Directive, End, LoginSessionState, NarrowLimits, ProviderKey,
    SessionLimits, StoreError, UserStatus, create_api_key,
};
use fanlight_jose::{KeyKind, KeyPeriod, PrivateKey};
use tempfile::TempDir;

use super::*;

mod files;
mod sessions;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

struct Fixture {
    entropy: SeededEntropy,
    store: SqliteStore,
}

fn fixture() -> Fixture {
    Fixture {
        entropy: SeededEntropy::new(1),
        store: SqliteStore::in_memory().unwrap(),
    }
}

fn user(entropy: &SeededEntropy, subject: &str) -> User {
    User {
        email: Some(format!("{subject}@portal.example")),
        email_verified: true,
        groups: vec!["planning".into(), "a \"quoted\" group".into()],
        ..User::new(subject.into(), "Ada Quill".into(), at(5), entropy)
    }
}

fn session(entropy: &SeededEntropy, user: &User) -> LoginSession {
    let mut key = [0; 32];
    fanlight_base::Entropy::fill(entropy, &mut key);
    LoginSession {
        id: LoginSessionId::generate(entropy),
        key_hash: SessionKeyHash(key),
        user: user.id.clone(),
        provider: "idp".parse().unwrap(),
        key_id: "2026-11".into(),
        token_id: "j-1".into(),
        web_integration: Some("portal".parse().unwrap()),
        created_at: at(10),
        renewal: None,
        limits: SessionLimits::default(),
        state: LoginSessionState::Active {
            last_activity: at(10),
        },
    }
}

fn provider(id: &str, kids: &[&str]) -> IdentityProvider {
    let pem = PrivateKey::generate(KeyKind::P256).unwrap().public().to_pem();
    IdentityProvider {
        id: id.parse().unwrap(),
        issuer: "https://portal.example".into(),
        keys: kids
            .iter()
            .map(|kid| ProviderKey::from_pem(*kid, pem.replace('\n', "")).unwrap())
            .collect(),
        jwks_uri: None,
        description: "the portal".into(),
        clock_tolerance: Duration::from_secs(5),
        required: fanlight_jose::RequiredClaims::default(),
        active: true,
        created_at: at(1),
        updated_at: at(2),
    }
}

fn token(id: &str) -> UsedToken {
    UsedToken {
        issuer: "idp".to_owned(),
        token_id: id.into(),
        keep_until: at(100),
    }
}

/// Signs someone in without looking at what was there.
fn sign_in(
    store: &SqliteStore,
    token_id: &str,
    user: &User,
    session: &LoginSession,
) -> Result<SignInOutcome> {
    let decision = SignInDecision::begin(user.clone(), session.clone());
    decide(store, &token(token_id), None, |_| Some(decision))
}

/// Signs Ada in, as `decide` says.
fn decide(
    store: &SqliteStore,
    token: &UsedToken,
    cookie: Option<&SessionKeyHash>,
    decide: impl FnOnce(SignInFound) -> Option<SignInDecision>,
) -> Result<SignInOutcome> {
    let attempt = SignInAttempt {
        token,
        subject: "ada",
        cookie,
    };
    let mut decide = Some(decide);
    store.sign_in(&attempt, &mut |found| decide.take().unwrap()(found))
}

#[test]
fn a_tenant_reads_back_and_there_is_one() {
    let Fixture { entropy, store } = fixture();
    assert_eq!(store.tenant().unwrap(), None);
    let mut tenant = Tenant::new("Fanlight", vec!["localhost".into()], at(1), &entropy);
    store.put_tenant(&tenant).unwrap();
    tenant.admin_subjects = vec!["ada".into()];
    tenant.limits = SessionLimits::new(Duration::from_secs(900), Duration::from_secs(7200)).unwrap();
    tenant.updated_at = at(2);
    store.put_tenant(&tenant).unwrap();
    assert_eq!(store.tenant().unwrap(), Some(tenant));
}

#[test]
fn identity_providers_read_back_with_their_keys_in_order() {
    let store = fixture().store;
    let first = provider("b-first", &["k2", "k1"]);
    let second = IdentityProvider {
        created_at: at(9),
        ..provider("a-second", &[])
    };
    store.put_identity_provider(&second).unwrap();
    store.put_identity_provider(&first).unwrap();
    assert_eq!(
        store.identity_providers().unwrap(),
        [first.clone(), second.clone()]
    );
    let [old, new] = first.keys.as_slice() else {
        panic!("two keys")
    };
    let keys = vec![
        old.clone().in_period(KeyPeriod {
            not_before: None,
            retire_at: Some(at(50)),
        }),
        new.clone().in_period(KeyPeriod {
            not_before: Some(at(40)),
            retire_at: None,
        }),
    ];
    let rotated = IdentityProvider {
        keys,
        jwks_uri: Some("https://portal.example/jwks.json".parse().unwrap()),
        active: false,
        ..first
    };
    store.put_identity_provider(&rotated).unwrap();
    assert_eq!(store.identity_providers().unwrap(), [rotated.clone(), second]);
    assert!(store.delete_identity_provider(&rotated.id).unwrap());
    assert!(!store.delete_identity_provider(&rotated.id).unwrap());
    assert_eq!(store.identity_providers().unwrap().len(), 1);
}

#[test]
fn web_integrations_and_policy_entries_read_back() {
    let Fixture { entropy, store } = fixture();
    let integration = WebIntegration {
        id: "portal".parse().unwrap(),
        name: "Portal".into(),
        origins: vec![
            "https://portal.example".parse().unwrap(),
            "http://localhost:3000".parse().unwrap(),
        ],
        limits: NarrowLimits::new(Some(Duration::from_secs(900)), None).unwrap(),
        created_by: Some(UserId::generate(&entropy)),
        created_at: at(1),
        updated_at: at(2),
    };
    store.put_web_integration(&integration).unwrap();
    assert_eq!(
        store.web_integrations().unwrap(),
        std::slice::from_ref(&integration)
    );
    assert!(store.delete_web_integration(&integration.id).unwrap());
    assert!(store.web_integrations().unwrap().is_empty());

    let entry = CspOrigin {
        id: CspOriginId::generate(&entropy),
        name: "Portal".into(),
        description: "frames us".into(),
        source: "*.portal.example".parse().unwrap(),
        directives: [Directive::FrameAncestors, Directive::WorkerSrc]
            .into_iter()
            .collect(),
        created_at: at(1),
        updated_at: at(2),
    };
    store.put_csp_origin(&entry).unwrap();
    assert_eq!(store.csp_origins().unwrap(), std::slice::from_ref(&entry));
    assert!(store.delete_csp_origin(&entry.id).unwrap());
    assert!(!store.delete_csp_origin(&entry.id).unwrap());
}

#[test]
fn users_read_back_and_are_listed_in_pages() {
    let Fixture { entropy, store } = fixture();
    let mut users: Vec<User> = (0..5).map(|n| user(&entropy, &format!("user-{n}"))).collect();
    users[3].status = UserStatus::Disabled;
    users.iter().for_each(|user| store.put_user(user).unwrap());
    assert_eq!(store.user(&users[3].id).unwrap(), Some(users[3].clone()));
    assert_eq!(store.user_by_subject("user-3").unwrap(), Some(users[3].clone()));
    assert_eq!(store.user_by_subject("user-9").unwrap(), None);
    assert_eq!(store.count_users().unwrap(), 5);
    users.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(store.users(None, 2).unwrap(), users[..2]);
    assert_eq!(store.users(Some(&users[1].id), 10).unwrap(), users[2..]);
}

#[test]
fn two_users_cannot_have_one_subject() {
    let Fixture { entropy, store } = fixture();
    store.put_user(&user(&entropy, "ada")).unwrap();
    let second = store.put_user(&user(&entropy, "ada"));
    assert!(
        matches!(second, Err(StoreError::Duplicate("subject"))),
        "{second:?}"
    );
}

#[test]
fn a_token_works_once() {
    let Fixture { entropy, store } = fixture();
    let ada = user(&entropy, "ada");
    assert_eq!(
        sign_in(&store, "j-1", &ada, &session(&entropy, &ada)).unwrap(),
        SignInOutcome::Done
    );
    let again = session(&entropy, &ada);
    assert_eq!(
        sign_in(&store, "j-1", &ada, &again).unwrap(),
        SignInOutcome::TokenReused
    );
    assert_eq!(store.login_session(&again.id).unwrap(), None);
    let other = UsedToken {
        issuer: "other".to_owned(),
        ..token("j-1")
    };
    let outcome = decide(&store, &other, None, |_| Some(SignInDecision::begin(ada, again)));
    assert_eq!(outcome.unwrap(), SignInOutcome::Done);
}

#[test]
fn a_refused_sign_in_keeps_nothing() {
    let Fixture { entropy, store } = fixture();
    assert_eq!(
        decide(&store, &token("j-1"), None, |_| None).unwrap(),
        SignInOutcome::Refused
    );
    assert_eq!(store.count_users().unwrap(), 0);
    let ada = user(&entropy, "ada");
    assert_eq!(
        sign_in(&store, "j-1", &ada, &session(&entropy, &ada)).unwrap(),
        SignInOutcome::Done
    );
}

#[test]
fn a_sign_in_sees_the_user_of_the_subject() {
    let Fixture { entropy, store } = fixture();
    let ada = user(&entropy, "ada");
    store.put_user(&ada).unwrap();
    let mut seen = None;
    let outcome = decide(&store, &token("j-1"), None, |found| {
        seen = found.user;
        None
    });
    assert_eq!((outcome.unwrap(), seen), (SignInOutcome::Refused, Some(ada)));
}

#[test]
fn expired_tokens_are_forgotten() {
    let Fixture { entropy, store } = fixture();
    let ada = user(&entropy, "ada");
    sign_in(&store, "j-1", &ada, &session(&entropy, &ada)).unwrap();
    assert_eq!(store.forget_used_tokens(at(99)).unwrap(), 0);
    assert_eq!(store.forget_used_tokens(at(100)).unwrap(), 1);
}

#[test]
fn a_login_session_is_found_by_its_id_and_by_its_key() {
    let Fixture { entropy, store } = fixture();
    let ada = user(&entropy, "ada");
    let session = session(&entropy, &ada);
    sign_in(&store, "j-1", &ada, &session).unwrap();
    assert_eq!(store.login_session(&session.id).unwrap(), Some(session.clone()));
    assert_eq!(
        store.login_session_by_key(&session.key_hash).unwrap(),
        Some(session.clone())
    );
    assert_eq!(
        store.login_session_by_key(&SessionKeyHash([9; 32])).unwrap(),
        None
    );
    assert_eq!(store.open_login_sessions().unwrap(), [session]);
}

#[test]
fn every_end_reads_back_and_the_first_one_stays() {
    for end in [
        End::Idle,
        End::Lifetime,
        End::SignedOut,
        End::Replaced,
        End::Revoked {
            by: "admin".into(),
            reason: "lost laptop".into(),
        },
    ] {
        let Fixture { entropy, store } = fixture();
        let ada = user(&entropy, "ada");
        let session = session(&entropy, &ada);
        sign_in(&store, "j-1", &ada, &session).unwrap();
        let ended = |end: &End, secs| LoginSession {
            state: LoginSessionState::Ended {
                at: at(secs),
                end: end.clone(),
            },
            ..session.clone()
        };
        assert!(store.end_login_session(&ended(&end, 20)).unwrap());
        assert!(!store.end_login_session(&ended(&End::SignedOut, 30)).unwrap());
        assert_eq!(store.login_session(&session.id).unwrap(), Some(ended(&end, 20)));
        assert!(store.open_login_sessions().unwrap().is_empty());
        assert_eq!(store.forget_ended_sessions(at(20)).unwrap(), 0);
        assert_eq!(store.forget_ended_sessions(at(21)).unwrap(), 1);
    }
}

#[test]
fn activity_is_seen_at_once_and_never_goes_back() {
    let Fixture { entropy, store } = fixture();
    let ada = user(&entropy, "ada");
    let session = session(&entropy, &ada);
    sign_in(&store, "j-1", &ada, &session).unwrap();
    let last = || match store.login_session(&session.id).unwrap().unwrap().state {
        LoginSessionState::Active { last_activity } => last_activity,
        LoginSessionState::Ended { .. } => panic!("it runs"),
    };
    store.note_activity(&session.id, at(50));
    store.note_activity(&session.id, at(40));
    assert_eq!(last(), at(50));
    store.flush_activity().unwrap();
    assert_eq!(last(), at(50));
    store.note_activity(&session.id, at(45));
    store.flush_activity().unwrap();
    assert_eq!(last(), at(50));
}

#[test]
fn api_keys_read_back() {
    let Fixture { entropy, store } = fixture();
    let ada = user(&entropy, "ada");
    store.put_user(&ada).unwrap();
    let mut key = create_api_key(&store, &ada.id, "nightly", ApiKeyScope::Admin, at(1), &entropy)
        .unwrap()
        .key;
    assert_eq!(store.api_keys().unwrap(), [key.clone()]);
    (key.revoked_at, key.expires_at) = (Some(at(3)), Some(at(4)));
    store.put_api_key(&key).unwrap();
    assert_eq!(store.api_key(&key.id).unwrap(), Some(key));
    let orphan = create_api_key(
        &store,
        &UserId::generate(&entropy),
        "",
        ApiKeyScope::User,
        at(1),
        &entropy,
    );
    assert!(matches!(orphan, Err(StoreError::Duplicate(_))), "{orphan:?}");
}

#[test]
fn only_one_of_many_simultaneous_sign_ins_with_a_token_works() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open(&folder.path().join("fanlight.db")).unwrap();
    let entropy = SeededEntropy::new(1);
    let outcomes: Vec<SignInOutcome> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let ada = user(&entropy, &entropy.hex128());
                let session = session(&entropy, &ada);
                let store = &store;
                scope.spawn(move || sign_in(store, "j-1", &ada, &session).unwrap())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == SignInOutcome::Done)
            .count(),
        1
    );
    assert_eq!(store.count_users().unwrap(), 1);
}
