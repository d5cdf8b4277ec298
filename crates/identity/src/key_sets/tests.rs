//! Every refused address, and every moment in the life of a fetched set.

use fanlight_jose::{KeyKind, PrivateKey};

use super::*;

const NOW: i64 = 1_800_000_000;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(NOW + secs)
}

fn uri() -> JwksUri {
    "https://portal.example/jwks.json".parse().unwrap()
}

/// A set whose one key is called `kid`.
fn set(kid: &str) -> KeySet {
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let jwk = key.public().to_jwk(kid);
    KeySet::parse(format!("{{\"keys\":[{jwk}]}}").as_bytes()).unwrap()
}

/// A cache that fetched a set with the key `a` at second 0.
fn filled() -> KeySetCache {
    let mut cache = KeySetCache::default();
    assert!(cache.begin(&uri(), at(0)));
    cache.end(&uri(), Some(set("a")), at(0));
    cache
}

#[test]
fn an_address_is_https_or_on_this_machine() {
    for good in [
        "https://portal.example/jwks.json",
        "http://localhost:8080/keys",
        "http://portal.localhost/keys",
        "http://127.0.0.1:99/",
        "http://[::1]/keys",
    ] {
        assert!(good.parse::<JwksUri>().is_ok(), "{good}");
    }
}

#[test]
fn an_address_over_plain_http_is_refused() {
    for bad in [
        "http://portal.example/jwks.json",
        "http://10.0.0.1/",
        "http://localhost.evil.example/",
    ] {
        assert_eq!(bad.parse::<JwksUri>(), Err(JwksUriError::Insecure), "{bad}");
    }
}

#[test]
fn an_address_of_another_scheme_is_refused() {
    for bad in ["ftp://portal.example/jwks", "ws://127.0.0.1/"] {
        assert_eq!(bad.parse::<JwksUri>(), Err(JwksUriError::Scheme), "{bad}");
    }
}

#[test]
fn a_text_that_is_no_address_is_refused() {
    for bad in ["", "jwks.json", "file:///etc/passwd", "data:,x"] {
        assert_eq!(bad.parse::<JwksUri>(), Err(JwksUriError::NotAUrl), "{bad}");
    }
}

#[test]
fn an_address_with_a_password_is_refused() {
    for bad in [
        "https://ada@portal.example/",
        "https://ada:secret@portal.example/",
    ] {
        assert_eq!(bad.parse::<JwksUri>(), Err(JwksUriError::Credentials), "{bad}");
    }
}

#[test]
fn a_redirect_stays_on_its_host() {
    let here = uri();
    assert_eq!(
        here.redirected("/keys").unwrap().to_string(),
        "https://portal.example/keys"
    );
    assert!(here.redirected("https://portal.example:443/x").is_ok());
    for bad in [
        "https://evil.example/jwks.json",
        "//evil.example/",
        "http://portal.example/jwks.json",
        "https://portal.example:8443/",
        "https://www.portal.example/",
    ] {
        assert!(here.redirected(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_first_token_waits_for_the_first_fetch() {
    assert_eq!(KeySetCache::default().need(&uri(), "a", at(0)), Need::Wait);
}

#[test]
fn a_fresh_set_needs_nothing() {
    assert_eq!(filled().need(&uri(), "a", at(599)), Need::Nothing);
}

#[test]
fn a_key_in_a_stale_set_waits_for_the_set_of_today() {
    let mut cache = filled();
    assert_eq!(cache.need(&uri(), "a", at(600)), Need::Wait);
    assert!(cache.begin(&uri(), at(600)));
    assert_eq!(cache.need(&uri(), "a", at(600)), Need::Wait, "with the others");
    cache.end(&uri(), Some(set("b")), at(601));
    assert!(!cache.usable(&uri(), at(601)).unwrap().has("a"), "withdrawn");
}

#[test]
fn a_set_is_asked_for_again_when_the_clock_was_set_back_behind_it() {
    let mut cache = filled();
    assert_eq!(
        cache.need(&uri(), "a", at(-3600)),
        Need::Wait,
        "it may be withdrawn"
    );
    assert!(cache.begin(&uri(), at(-3600)));
    cache.end(&uri(), Some(set("b")), at(-3599));
    assert!(!cache.usable(&uri(), at(-3599)).unwrap().has("a"));
    assert_eq!(cache.need(&uri(), "b", at(-3000)), Need::Nothing);
    assert!(!cache.begin(&uri(), at(-3541)), "its own pause holds");
}

#[test]
fn an_unknown_kid_asks_at_most_once_a_minute() {
    let mut cache = filled();
    assert_eq!(cache.need(&uri(), "b", at(59)), Need::Nothing);
    assert!(!cache.begin(&uri(), at(59)));
    assert_eq!(cache.need(&uri(), "b", at(60)), Need::Wait);
    assert!(cache.begin(&uri(), at(60)));
    cache.end(&uri(), Some(set("b")), at(61));
    assert_eq!(cache.need(&uri(), "b", at(61)), Need::Nothing);
    assert_eq!(cache.need(&uri(), "c", at(119)), Need::Nothing);
}

#[test]
fn there_is_one_fetch_at_a_time() {
    let mut cache = KeySetCache::default();
    assert!(cache.begin(&uri(), at(0)));
    assert!(!cache.begin(&uri(), at(1000)));
    assert!(cache.is_under_way(&uri()));
    assert_eq!(cache.need(&uri(), "a", at(1)), Need::Wait);
    cache.end(&uri(), None, at(2));
    assert!(!cache.is_under_way(&uri()));
    assert_eq!(cache.need(&uri(), "a", at(2)), Need::Nothing);
}

#[test]
fn a_failing_address_keeps_the_last_good_set_until_it_is_too_old() {
    let mut cache = filled();
    let mut secs = 600;
    while secs < 24 * 3600 {
        assert_eq!(cache.need(&uri(), "a", at(secs)), Need::Wait, "{secs}");
        assert!(cache.begin(&uri(), at(secs)));
        cache.end(&uri(), None, at(secs + 5));
        assert!(cache.usable(&uri(), at(secs + 5)).is_some(), "{secs}");
        assert_eq!(cache.need(&uri(), "a", at(secs + 5)), Need::Nothing, "{secs}");
        secs += 600;
    }
    assert!(cache.usable(&uri(), at(24 * 3600)).is_none());
    assert_eq!(cache.need(&uri(), "a", at(24 * 3600)), Need::Wait);
}

#[test]
fn addresses_do_not_share_their_sets() {
    let other: JwksUri = "https://other.example/jwks.json".parse().unwrap();
    assert!(filled().usable(&other, at(1)).is_none());
}
