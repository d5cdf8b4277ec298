//! A browser that signs in again goes on with its login session, where it may.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod world;

use std::time::Duration;

use fanlight_identity::{
    AuthError, End, LoginSessionState, NarrowLimits, SessionLimits, ShownCookie, SignInCall, SignedIn,
    Store as _, WebIntegration, expire_sweep, sign_in, sign_out, verify_csrf,
};
use world::{MINUTE, World, at, portal};

impl World {
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
            ..SignInCall::default()
        };
        let token = self.token(&Self::claims(subject), secs);
        sign_in(&self.cx(secs), &token, &call).unwrap()
    }
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
        Err(AuthError::SessionEnded {
            end: End::Replaced,
            ..
        })
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
            ..SignInCall::default()
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
        ..SignInCall::default()
    };
    assert!(sign_in(&world.cx(1), &token, &call).is_err());
    assert_eq!(world.store.open_login_sessions().unwrap(), [first.session]);
}
