//! Keys before, in and after their period.

use super::*;

fn verify_in_period(not_before: Option<i64>, retire_at: Option<i64>) -> Result<VerifiedToken, TokenError> {
    let mut rules = rules();
    for key in &mut rules.issuers[0].keys {
        key.period = KeyPeriod {
            not_before: not_before.map(Timestamp::from_secs),
            retire_at: retire_at.map(Timestamp::from_secs),
        };
    }
    UnverifiedToken::parse(&signed(&header(), &payload()))
        .unwrap()
        .verify(&rules, now())
}

#[test]
fn a_retired_key_is_refused_from_the_moment_on() {
    let refused = verify_in_period(None, Some(NOW)).unwrap_err();
    assert_eq!(
        refused,
        TokenError::KeyRetired {
            kid: kid(KeyKind::Ed25519),
            retired_at: NOW,
            now: NOW,
            ago_secs: 0,
        }
    );
    assert_eq!(refused.rule().code(), "token.key-retired");
    // The clock tolerance of the provider is about its tokens, not about the tenant's own rotation.
    assert!(verify_in_period(None, Some(NOW - 4)).is_err());
    assert!(verify_in_period(None, Some(NOW + 1)).is_ok());
}

#[test]
fn a_key_before_its_period_is_refused() {
    let refused = verify_in_period(Some(NOW + 1), None).unwrap_err();
    assert_eq!(
        refused,
        TokenError::KeyNotYetUsable {
            kid: kid(KeyKind::Ed25519),
            not_before: NOW + 1,
            now: NOW,
            in_secs: 1,
        }
    );
    assert_eq!(refused.rule().code(), "token.key-not-before");
    assert!(verify_in_period(Some(NOW), None).is_ok());
}

#[test]
fn a_period_that_ends_before_it_begins_is_over() {
    let refused = verify_in_period(Some(NOW + 10), Some(NOW - 10)).unwrap_err();
    assert!(matches!(refused, TokenError::KeyRetired { .. }), "{refused:?}");
}

#[test]
fn a_verified_token_names_its_key() {
    let token = verify(&signed(&header(), &payload())).unwrap();
    assert_eq!(token.key_id(), kid(KeyKind::Ed25519));
}
