//! The use-cases of `fanlight-identity` on a real store.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod world;

use std::time::Duration;

use fanlight_base::SeededEntropy;
use fanlight_identity::{
    ApiKeyScope, AuthError, Credential, End, IdentityProvider, LoginSessionState, NarrowLimits,
    SessionLimits, SignInCall, SignInError, Store as _, User, UserStatus, authenticate_bearer,
    authenticate_cookie, create_api_key, end_session, expire_sweep, forget_sweep, record_activity, sign_in,
    sign_out,
};
use fanlight_jose::{AUDIENCE_PROGRAM, MintClaims, Rule, TokenError};

use world::{MINUTE, World, at, portal};

#[test]
fn the_first_sign_in_makes_the_user_and_the_cookie_finds_the_session() {
    let world = World::new();
    let portal = portal(NarrowLimits::default());
    world.store.put_web_integration(&portal).unwrap();
    let token = world.token(&World::claims("ada"), 0);
    let signed_in = sign_in(
        &world.cx(0),
        &token,
        &SignInCall {
            web_integration: Some(&portal),
            cookie: None,
            address: None,
            ..SignInCall::default()
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
        forget_sweep(&world.store, at(secs), at(secs)).unwrap();
        assert!(
            sign_in(&world.cx(secs), &token, &SignInCall::default()).is_err(),
            "{secs}"
        );
    }
}

/// The id is what an operator writes into a file, and may write anew.
#[test]
fn a_token_stays_used_when_its_provider_gets_another_id_or_comes_back() {
    let world = World::new();
    let token = world.token(&World::claims("ada"), 0);
    sign_in(&world.cx(0), &token, &SignInCall::default()).unwrap();
    let provider = world.store.identity_providers().unwrap().remove(0);
    world.store.delete_identity_provider(&provider.id).unwrap();
    let renamed = IdentityProvider {
        id: "renamed".parse().unwrap(),
        ..provider
    };
    world.store.put_identity_provider(&renamed).unwrap();
    let refused = sign_in(&world.cx(1), &token, &SignInCall::default());
    assert!(
        matches!(refused, Err(SignInError::Token(TokenError::Reused { .. }))),
        "{refused:?}"
    );
}

#[test]
fn a_token_stays_used_when_the_clock_goes_back() {
    const HOUR: i64 = 3600;
    let world = World::new();
    let token = world.token(&World::claims("ada"), 0);
    sign_in(&world.cx(0), &token, &SignInCall::default()).unwrap();
    let replayed = |secs| sign_in(&world.cx(secs), &token, &SignInCall::default());
    // Long expired, and then good once more.
    for secs in [70, HOUR, 23 * HOUR] {
        forget_sweep(&world.store, at(secs), at(secs)).unwrap();
        assert!(
            matches!(replayed(30), Err(SignInError::Token(TokenError::Reused { .. }))),
            "{secs}"
        );
    }
    // A clock that was set forward by a year for a while, beside one that nobody sets.
    forget_sweep(&world.store, at(365 * 24 * HOUR), at(90)).unwrap();
    assert!(matches!(
        replayed(30),
        Err(SignInError::Token(TokenError::Reused { .. }))
    ));
    // A new token is as good as ever.
    let other = world.token(&World::claims("ada"), 20);
    sign_in(&world.cx(20), &other, &SignInCall::default()).unwrap();
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
        Err(AuthError::SessionEnded { end: End::Idle, .. })
    ));
    assert!(world.by_cookie(&busy, late).is_ok());
    assert!(matches!(
        world.by_cookie(&busy, 50 * MINUTE),
        Err(AuthError::SessionEnded { end: End::Idle, .. })
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
        Err(AuthError::SessionEnded { end: End::Idle, .. })
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
        Err(AuthError::SessionEnded {
            end: End::SignedOut,
            ..
        })
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
    let Err(AuthError::SessionEnded {
        end: End::Revoked { by, reason },
        ..
    }) = world.by_cookie(&signed_in, 6)
    else {
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
