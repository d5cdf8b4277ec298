//! The use-cases of `fanlight-identity` on a real store.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::time::Duration;

use fanlight_base::{SeededEntropy, Timestamp};
use fanlight_identity::{
    ApiKeyScope, AuthError, Authenticated, Context, Credential, End, IdentityProvider, LoginSessionState,
    NarrowLimits, NoRemoteKeys, ProviderKey, SessionLimits, ShownCookie, SignInCall, SignInError, SignedIn,
    Store as _, Tenant, User, UserStatus, WebIntegration, authenticate_bearer, authenticate_cookie,
    create_api_key, end_session, expire_sweep, record_activity, sign_in, sign_out, verify_csrf,
};
use fanlight_jose::{
    AUDIENCE_LOGIN, AUDIENCE_PROGRAM, KeyKind, MintClaims, PrivateKey, Rule, TokenError, mint,
};
use fanlight_store::SqliteStore;

const BEGAN: i64 = 1_800_000_000;
const ISSUER: &str = "https://portal.example";
const MINUTE: i64 = 60;

struct World {
    store: SqliteStore,
    tenant: Tenant,
    entropy: SeededEntropy,
    key: PrivateKey,
}

impl World {
    fn new() -> Self {
        let (store, entropy) = (SqliteStore::in_memory().unwrap(), SeededEntropy::new(1));
        let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        let mut tenant = Tenant::new("Fanlight", vec!["localhost".into()], at(0), &entropy);
        tenant.admin_subjects = vec!["root".into()];
        store.put_tenant(&tenant).unwrap();
        let provider = IdentityProvider {
            id: "idp".parse().unwrap(),
            issuer: ISSUER.into(),
            keys: vec![ProviderKey::from_pem("k1", key.public().to_pem()).unwrap()],
            jwks_uri: None,
            description: String::new(),
            clock_tolerance: Duration::from_secs(5),
            active: true,
            created_at: at(0),
            updated_at: at(0),
        };
        store.put_identity_provider(&provider).unwrap();
        Self {
            store,
            tenant,
            entropy,
            key,
        }
    }

    fn cx(&self, secs: i64) -> Context<'_> {
        Context {
            store: &self.store,
            tenant: &self.tenant,
            now: at(secs),
            remote_keys: &NoRemoteKeys,
            entropy: &self.entropy,
        }
    }

    fn claims(subject: &str) -> MintClaims {
        MintClaims {
            issuer: ISSUER.into(),
            audience: AUDIENCE_LOGIN.into(),
            subject: subject.into(),
            name: format!("{subject} by name"),
            email: Some(format!("{subject}@portal.example")),
            groups: vec!["planning".into()],
            ttl: Duration::from_secs(60),
        }
    }

    fn token(&self, claims: &MintClaims, secs: i64) -> String {
        let algorithm = self.key.public().kind().default_algorithm();
        mint(&self.key, algorithm, "k1", claims, at(secs), &self.entropy).unwrap()
    }

    fn signed_in(&self, subject: &str, secs: i64) -> SignedIn {
        let token = self.token(&Self::claims(subject), secs);
        sign_in(&self.cx(secs), &token, &SignInCall::default()).unwrap()
    }

    /// Signs somebody in, in a browser that has the cookie of an earlier sign-in.
    fn signed_in_again(&self, subject: &str, before: &SignedIn, secs: i64) -> SignedIn {
        self.signed_in_through(subject, before, None, secs)
    }

    fn signed_in_through(
        &self,
        subject: &str,
        before: &SignedIn,
        web_integration: Option<&WebIntegration>,
        secs: i64,
    ) -> SignedIn {
        let [(_, sid), (_, signature), ..] = before.cookies.pairs();
        let call = SignInCall {
            web_integration,
            cookie: Some(ShownCookie { sid, signature }),
            address: None,
        };
        let token = self.token(&Self::claims(subject), secs);
        sign_in(&self.cx(secs), &token, &call).unwrap()
    }

    fn by_cookie(&self, signed_in: &SignedIn, secs: i64) -> Result<Authenticated, AuthError> {
        let [(_, sid), (_, sig), ..] = signed_in.cookies.pairs();
        authenticate_cookie(&self.cx(secs), Some(sid), Some(sig))
    }
}

fn portal(limits: NarrowLimits) -> WebIntegration {
    WebIntegration {
        id: "portal".parse().unwrap(),
        name: "Portal".to_owned(),
        origins: vec![ISSUER.parse().unwrap()],
        limits,
        created_by: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(BEGAN + secs)
}

#[test]
fn the_first_sign_in_makes_the_user_and_the_cookie_finds_the_session() {
    let world = World::new();
    let portal = portal(NarrowLimits::default());
    let token = world.token(&World::claims("ada"), 0);
    let signed_in = sign_in(
        &world.cx(0),
        &token,
        &SignInCall {
            web_integration: Some(&portal),
            cookie: None,
            address: None,
        },
    )
    .unwrap();
    assert_eq!(
        (signed_in.user.subject.as_str(), signed_in.user.name.as_str()),
        ("ada", "ada by name")
    );
    assert_eq!(
        (signed_in.user.groups.as_slice(), signed_in.user.is_admin),
        (&["planning".to_owned()][..], false)
    );
    assert_eq!(signed_in.session.web_integration, Some(portal.id));
    assert_eq!(signed_in.session.key_id, "k1");
    assert_eq!(signed_in.session.token_id.len(), 32);
    let found = world.by_cookie(&signed_in, 1).unwrap();
    assert_eq!(
        (&found.user, found.login_session()),
        (&signed_in.user, Some(&signed_in.session))
    );
}

#[test]
fn a_later_sign_in_updates_the_user_and_begins_another_session() {
    let world = World::new();
    let first = world.signed_in("ada", 0);
    let claims = MintClaims {
        name: "Ada Q.".into(),
        email: None,
        groups: Vec::new(),
        ..World::claims("ada")
    };
    let second = sign_in(&world.cx(10), &world.token(&claims, 10), &SignInCall::default()).unwrap();
    assert_eq!(second.user.id, first.user.id);
    assert_eq!(
        (second.user.name.as_str(), second.user.groups.len()),
        ("Ada Q.", 0)
    );
    assert_eq!(second.user.email, first.user.email);
    assert_eq!((second.user.created_at, second.user.updated_at), (at(0), at(10)));
    assert_ne!(second.session.id, first.session.id);
    assert!(world.by_cookie(&first, 11).is_ok());
    assert_eq!(world.store.count_users().unwrap(), 1);
}

#[test]
fn the_same_person_goes_on_with_the_session_of_the_browser() {
    let mut world = World::new();
    let first = world.signed_in("ada", 0);
    world.tenant.limits = SessionLimits::new(Duration::from_secs(900), Duration::from_secs(7200)).unwrap();
    let second = world.signed_in_again("ada", &first, 29 * MINUTE);
    assert!(second.is_renewal && !first.is_renewal);
    assert_eq!(second.session.id, first.session.id);
    let [(_, sid), (_, sid_sig), (_, csrf), _] = second.cookies.pairs();
    let [(_, sid_before), (_, sig_before), (_, csrf_before), _] = first.cookies.pairs();
    assert_eq!((sid, sid_sig), (sid_before, sig_before));
    assert_ne!(csrf, csrf_before);
    for csrf in [csrf, csrf_before] {
        assert!(verify_csrf(&world.tenant.cookie_secret, &second.session.id, csrf));
    }
    assert_eq!(second.session.limits, world.tenant.limits);
    assert_eq!(second.session.lifetime_until(), at(29 * MINUTE + 7200));
    assert_eq!(world.store.open_login_sessions().unwrap(), [second.session]);
}

#[test]
fn a_lifetime_that_was_renewed_ends_as_late_as_the_renewal_says() {
    let mut world = World::new();
    world.tenant.limits =
        SessionLimits::new(Duration::from_secs(24 * 3600), Duration::from_secs(3600)).unwrap();
    let first = world.signed_in("ada", 0);
    let second = world.signed_in_again("ada", &first, 59 * MINUTE);
    assert!(expire_sweep(&world.store, at(118 * MINUTE)).unwrap().is_empty());
    assert!(world.by_cookie(&second, 118 * MINUTE).is_ok());
    let ended = expire_sweep(&world.store, at(119 * MINUTE)).unwrap();
    assert!(
        matches!(ended[0].state, LoginSessionState::Ended { at: end, end: End::Lifetime } if end == at(119 * MINUTE))
    );
}

#[test]
fn a_session_is_renewed_through_its_own_web_integration_only() {
    let world = World::new();
    let portal = portal(NarrowLimits::default());
    let first = world.signed_in("ada", 0);
    let second = world.signed_in_through("ada", &first, Some(&portal), 1);
    assert!(!second.is_renewal);
    assert_ne!(second.session.id, first.session.id);
    assert!(world.by_cookie(&first, 2).is_ok(), "it goes on as before");
    assert!(
        world
            .signed_in_through("ada", &second, Some(&portal), 3)
            .is_renewal
    );
    assert!(!world.signed_in_again("ada", &second, 4).is_renewal);
}

#[test]
fn a_session_is_renewed_by_its_own_identity_provider_only() {
    let world = World::new();
    let first = world.signed_in("ada", 0);
    let mut provider = world.store.identity_providers().unwrap().remove(0);
    world.store.delete_identity_provider(&provider.id).unwrap();
    provider.id = "other".parse().unwrap();
    world.store.put_identity_provider(&provider).unwrap();
    assert!(!world.signed_in_again("ada", &first, 1).is_renewal);
}

#[test]
fn the_session_of_another_person_ends_and_is_not_renewed() {
    let world = World::new();
    let planted = world.signed_in("mallory", 0);
    let victim = world.signed_in_again("ada", &planted, 1);
    assert_ne!(victim.session.id, planted.session.id);
    assert_eq!(
        victim.replaced.as_ref().map(|session| &session.id),
        Some(&planted.session.id)
    );
    assert!(matches!(
        world.by_cookie(&planted, 2),
        Err(AuthError::SessionEnded(End::Revoked { .. }))
    ));
}

#[test]
fn a_session_that_is_over_is_not_renewed() {
    let world = World::new();
    let (out, idle) = (world.signed_in("ada", 0), world.signed_in("ada", 0));
    sign_out(&world.store, &out.session.id, at(5)).unwrap();
    for (before, secs) in [(&out, 6), (&idle, 30 * MINUTE)] {
        let after = world.signed_in_again("ada", before, secs);
        assert!(!after.is_renewal && after.replaced.is_none());
        assert_ne!(after.session.id, before.session.id);
    }
}

#[test]
fn a_cookie_whose_signature_is_wrong_renews_nothing_and_ends_nothing() {
    let world = World::new();
    let (ada, mallory) = (world.signed_in("ada", 0), world.signed_in("mallory", 0));
    for sid in [&ada, &mallory].map(|signed_in| signed_in.cookies.pairs()[0].1) {
        let call = SignInCall {
            web_integration: None,
            cookie: Some(ShownCookie {
                sid,
                signature: ada.cookies.pairs()[3].1,
            }),
            address: None,
        };
        let token = world.token(&World::claims("ada"), 1);
        let signed_in = sign_in(&world.cx(1), &token, &call).unwrap();
        assert!(!signed_in.is_renewal && signed_in.replaced.is_none());
    }
    assert_eq!(world.store.open_login_sessions().unwrap().len(), 4);
}

#[test]
fn a_used_token_renews_nothing() {
    let world = World::new();
    let token = world.token(&World::claims("ada"), 0);
    let first = sign_in(&world.cx(0), &token, &SignInCall::default()).unwrap();
    let [(_, sid), (_, signature), ..] = first.cookies.pairs();
    let call = SignInCall {
        web_integration: None,
        cookie: Some(ShownCookie { sid, signature }),
        address: None,
    };
    assert!(sign_in(&world.cx(1), &token, &call).is_err());
    assert_eq!(world.store.open_login_sessions().unwrap(), [first.session]);
}

#[test]
fn a_reused_token_is_refused_and_named() {
    let world = World::new();
    let token = world.token(&World::claims("ada"), 0);
    sign_in(&world.cx(0), &token, &SignInCall::default()).unwrap();
    let refused = sign_in(&world.cx(1), &token, &SignInCall::default()).unwrap_err();
    let SignInError::Token(error @ TokenError::Reused { .. }) = refused else {
        panic!("{refused}")
    };
    assert_eq!(error.rule(), Rule::SingleUse);
}

#[test]
fn a_token_stays_used_until_it_has_expired() {
    let world = World::new();
    let token = world.token(&World::claims("ada"), 0);
    sign_in(&world.cx(0), &token, &SignInCall::default()).unwrap();
    for secs in 0..80 {
        expire_sweep(&world.store, at(secs)).unwrap();
        assert!(
            sign_in(&world.cx(secs), &token, &SignInCall::default()).is_err(),
            "{secs}"
        );
    }
}

#[test]
fn a_broken_rule_keeps_nothing() {
    let world = World::new();
    let claims = MintClaims {
        ttl: Duration::from_secs(7200),
        ..World::claims("ada")
    };
    let refused = sign_in(&world.cx(0), &world.token(&claims, 0), &SignInCall::default());
    assert!(matches!(
        refused,
        Err(SignInError::Token(TokenError::LifetimeTooLong { .. }))
    ));
    assert_eq!(world.store.count_users().unwrap(), 0);
}

#[test]
fn an_inactive_provider_is_not_trusted() {
    let world = World::new();
    let provider = world.store.identity_providers().unwrap().remove(0);
    world
        .store
        .put_identity_provider(&IdentityProvider {
            active: false,
            ..provider
        })
        .unwrap();
    let refused = sign_in(
        &world.cx(0),
        &world.token(&World::claims("ada"), 0),
        &SignInCall::default(),
    );
    assert!(matches!(
        refused,
        Err(SignInError::Token(TokenError::UnknownIssuer { .. }))
    ));
}

#[test]
fn a_disabled_user_gets_nowhere() {
    let world = World::new();
    let signed_in = world.signed_in("ada", 0);
    let key = create_api_key(
        &world.store,
        &signed_in.user.id,
        "",
        ApiKeyScope::User,
        at(0),
        &world.entropy,
    )
    .unwrap();
    let disabled = User {
        status: UserStatus::Disabled,
        ..signed_in.user.clone()
    };
    world.store.put_user(&disabled).unwrap();
    assert!(matches!(
        world.by_cookie(&signed_in, 1),
        Err(AuthError::UserDisabled)
    ));
    assert!(matches!(
        authenticate_bearer(&world.cx(1), key.text.reveal()),
        Err(AuthError::UserDisabled)
    ));
    let again = sign_in(
        &world.cx(1),
        &world.token(&World::claims("ada"), 1),
        &SignInCall::default(),
    );
    assert!(matches!(again, Err(SignInError::UserDisabled)));
    let claims = MintClaims {
        audience: AUDIENCE_PROGRAM.into(),
        ..World::claims("ada")
    };
    assert!(matches!(
        authenticate_bearer(&world.cx(1), &world.token(&claims, 1)),
        Err(AuthError::UserDisabled)
    ));
}

#[test]
fn a_named_subject_is_an_administrator() {
    let world = World::new();
    assert!(
        world
            .by_cookie(&world.signed_in("root", 0), 1)
            .unwrap()
            .is_admin()
    );
    assert!(!world.by_cookie(&world.signed_in("ada", 0), 1).unwrap().is_admin());
}

#[test]
fn without_a_cookie_or_with_a_foreign_one_nobody_is_known() {
    let world = World::new();
    let signed_in = world.signed_in("ada", 0);
    let [(_, sid), (_, sig), ..] = signed_in.cookies.pairs();
    let cx = world.cx(1);
    assert!(matches!(
        authenticate_cookie(&cx, None, Some(sig)),
        Err(AuthError::NoCookie)
    ));
    assert!(matches!(
        authenticate_cookie(&cx, Some(sid), None),
        Err(AuthError::NoCookie)
    ));
    assert!(matches!(
        authenticate_cookie(&cx, Some(sig), Some(sid)),
        Err(AuthError::BadCookie)
    ));
    // A cookie of another tenant's store with the same secret is signed, but unknown here.
    let other = World {
        tenant: world.tenant.clone(),
        entropy: SeededEntropy::new(2),
        ..World::new()
    };
    let stranger = other.signed_in("eve", 0);
    assert!(matches!(
        world.by_cookie(&stranger, 1),
        Err(AuthError::UnknownSession)
    ));
}

#[test]
fn a_session_idles_out_unless_something_is_done() {
    let world = World::new();
    let (quiet, busy) = (world.signed_in("ada", 0), world.signed_in("grace", 0));
    record_activity(&world.store, &busy.session, at(20 * MINUTE));
    let late = 30 * MINUTE;
    assert!(matches!(
        world.by_cookie(&quiet, late),
        Err(AuthError::SessionEnded(End::Idle))
    ));
    assert!(world.by_cookie(&busy, late).is_ok());
    assert!(matches!(
        world.by_cookie(&busy, 50 * MINUTE),
        Err(AuthError::SessionEnded(End::Idle))
    ));
}

#[test]
fn the_sweep_writes_down_who_expired_once() {
    let world = World::new();
    let (quiet, busy) = (world.signed_in("ada", 0), world.signed_in("grace", 0));
    record_activity(&world.store, &busy.session, at(20 * MINUTE));
    assert!(expire_sweep(&world.store, at(29 * MINUTE)).unwrap().is_empty());
    let ended = expire_sweep(&world.store, at(31 * MINUTE)).unwrap();
    assert_eq!(
        ended.iter().map(|session| &session.id).collect::<Vec<_>>(),
        [&quiet.session.id]
    );
    assert_eq!(
        ended[0].state,
        LoginSessionState::Ended {
            at: at(30 * MINUTE),
            end: End::Idle
        }
    );
    assert!(expire_sweep(&world.store, at(32 * MINUTE)).unwrap().is_empty());
}

#[test]
fn changed_limits_are_for_new_sessions_only() {
    let mut world = World::new();
    let before = world.signed_in("ada", 0);
    world.tenant.limits = SessionLimits::new(Duration::from_secs(900), Duration::from_secs(3600)).unwrap();
    let after = world.signed_in("ada", 0);
    assert!(world.by_cookie(&before, 20 * MINUTE).is_ok());
    assert!(matches!(
        world.by_cookie(&after, 20 * MINUTE),
        Err(AuthError::SessionEnded(End::Idle))
    ));
}

#[test]
fn signing_out_ends_one_session_once() {
    let world = World::new();
    let (here, there) = (world.signed_in("ada", 0), world.signed_in("ada", 0));
    let ended = sign_out(&world.store, &here.session.id, at(5)).unwrap().unwrap();
    assert_eq!(
        ended.state,
        LoginSessionState::Ended {
            at: at(5),
            end: End::SignedOut
        }
    );
    assert!(sign_out(&world.store, &here.session.id, at(6)).unwrap().is_none());
    assert!(matches!(
        world.by_cookie(&here, 7),
        Err(AuthError::SessionEnded(End::SignedOut))
    ));
    assert!(world.by_cookie(&there, 7).is_ok());
}

#[test]
fn a_revoked_session_says_by_whom_and_why() {
    let world = World::new();
    let signed_in = world.signed_in("ada", 0);
    let ended = end_session(
        &world.store,
        &signed_in.session.id,
        ("root", "lost laptop"),
        at(5),
    )
    .unwrap();
    assert!(ended.is_some());
    let Err(AuthError::SessionEnded(End::Revoked { by, reason })) = world.by_cookie(&signed_in, 6) else {
        panic!("it is revoked")
    };
    assert_eq!((by.as_str(), reason.as_str()), ("root", "lost laptop"));
    let unknown = "nobody".parse().unwrap();
    assert!(
        end_session(&world.store, &unknown, ("root", ""), at(5))
            .unwrap()
            .is_none()
    );
}

#[test]
fn an_api_key_acts_as_its_user_within_its_scope() {
    let world = World::new();
    let root = world.signed_in("root", 0).user;
    for (scope, is_admin) in [(ApiKeyScope::User, false), (ApiKeyScope::Admin, true)] {
        let key = create_api_key(&world.store, &root.id, "", scope, at(0), &world.entropy).unwrap();
        let known = authenticate_bearer(&world.cx(1), key.text.reveal()).unwrap();
        assert_eq!(
            (&known.user, known.is_admin(), known.login_session()),
            (&root, is_admin, None)
        );
        assert_eq!(known.credential, Credential::ApiKey(key.key.id, scope));
    }
}

#[test]
fn an_api_key_that_is_wrong_revoked_or_expired_is_refused() {
    let world = World::new();
    let ada = world.signed_in("ada", 0).user;
    let new = create_api_key(
        &world.store,
        &ada.id,
        "",
        ApiKeyScope::User,
        at(0),
        &world.entropy,
    )
    .unwrap();
    let text = new.text.reveal();
    for wrong in [
        &text[..text.len() - 1],
        &format!("{text}0"),
        "flk_",
        "flk_a_b",
        &text.replace('_', "-"),
    ] {
        assert!(authenticate_bearer(&world.cx(1), wrong).is_err(), "{wrong}");
    }
    let mut key = new.key.clone();
    key.expires_at = Some(at(100));
    world.store.put_api_key(&key).unwrap();
    assert!(authenticate_bearer(&world.cx(99), text).is_ok());
    assert!(matches!(
        authenticate_bearer(&world.cx(100), text),
        Err(AuthError::ApiKeyEnded)
    ));
    (key.expires_at, key.revoked_at) = (None, Some(at(50)));
    world.store.put_api_key(&key).unwrap();
    assert!(matches!(
        authenticate_bearer(&world.cx(60), text),
        Err(AuthError::ApiKeyEnded)
    ));
}

#[test]
fn a_program_token_works_many_times_and_makes_its_user() {
    let world = World::new();
    let claims = MintClaims {
        audience: AUDIENCE_PROGRAM.into(),
        ..World::claims("robot")
    };
    let token = world.token(&claims, 0);
    let first = authenticate_bearer(&world.cx(1), &token).unwrap();
    let second = authenticate_bearer(&world.cx(2), &token).unwrap();
    assert_eq!(first.user.subject, "robot");
    assert!(matches!(first.credential, Credential::Token { .. }));
    assert_eq!(first.user, second.user);
}

#[test]
fn a_token_for_one_purpose_is_refused_for_the_other() {
    let world = World::new();
    let login = world.token(&World::claims("ada"), 0);
    let refused = authenticate_bearer(&world.cx(1), &login);
    assert!(matches!(
        refused,
        Err(AuthError::Token(TokenError::WrongAudience { .. }))
    ));
    let claims = MintClaims {
        audience: AUDIENCE_PROGRAM.into(),
        ..World::claims("ada")
    };
    let refused = sign_in(&world.cx(1), &world.token(&claims, 1), &SignInCall::default());
    assert!(matches!(
        refused,
        Err(SignInError::Token(TokenError::WrongAudience { .. }))
    ));
}

#[test]
fn a_sweep_ends_however_many_are_over() {
    let world = World::new();
    for person in 0..1001 {
        let _ = world.signed_in(&format!("person-{person}"), 0);
    }
    assert_eq!(expire_sweep(&world.store, at(31 * MINUTE)).unwrap().len(), 1001);
    assert_eq!(world.store.count_open_login_sessions().unwrap(), 0);
}
