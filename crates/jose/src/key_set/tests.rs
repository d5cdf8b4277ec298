//! Sets as providers publish them, and every reason for leaving a key out.

use serde_json::json;

use super::*;
use crate::{KeyKind, PrivateKey};

fn jwk(kid: &str, key: &PrivateKey) -> Value {
    serde_json::from_str(&key.public().to_jwk(kid)).unwrap()
}

fn ed25519() -> PrivateKey {
    PrivateKey::generate(KeyKind::Ed25519).unwrap()
}

fn parse(document: &Value) -> Result<KeySet, KeySetError> {
    KeySet::parse(document.to_string().as_bytes())
}

#[test]
fn every_kind_of_key_is_read_as_it_was_written() {
    for kind in [KeyKind::Rsa, KeyKind::P256, KeyKind::P384, KeyKind::Ed25519] {
        let key = PrivateKey::generate(kind).unwrap();
        let set = parse(&json!({"keys": [jwk("a", &key)]})).unwrap();
        assert_eq!(&set.keys()[0].key, key.public(), "{kind}");
    }
}

#[test]
fn keys_come_in_the_sets_order_with_their_names() {
    let (one, two) = (ed25519(), ed25519());
    let set = parse(&json!({"keys": [jwk("a", &one), jwk("b", &two)], "else": 1})).unwrap();
    let found: Vec<(&str, &PublicKey)> = set
        .keys()
        .iter()
        .map(|key| (key.kid.as_str(), &key.key))
        .collect();
    assert_eq!(found, [("a", one.public()), ("b", two.public())]);
    assert!(set.has("b") && !set.has("c"));
    assert!(set.unused().is_empty());
}

/// A set with a good key and `entry`, which is left out because of `problem`.
fn leaves_out(entry: &Value, problem: &str) {
    let set = parse(&json!({"keys": [entry, jwk("good", &ed25519())]})).unwrap();
    assert_eq!(set.keys().len(), 1);
    let [unused] = set.unused() else { panic!("{set:?}") };
    assert!(unused.problem.contains(problem), "{unused:?}");
}

fn altered(member: &str, value: Value) -> Value {
    let mut entry = jwk("x", &ed25519());
    entry[member] = value;
    entry
}

#[test]
fn a_key_without_a_kid_is_left_out() {
    leaves_out(&altered("kid", Value::Null), "no `kid`");
    leaves_out(&altered("kid", json!("")), "no `kid`");
    leaves_out(&altered("kid", json!(7)), "no `kid`");
}

#[test]
fn a_key_for_encryption_is_left_out() {
    leaves_out(&altered("use", json!("enc")), "not for signatures");
}

#[test]
fn a_key_with_an_algorithm_that_is_not_allowed_is_left_out() {
    for algorithm in ["HS256", "none", "PS256", "RS256"] {
        leaves_out(&altered("alg", json!(algorithm)), "algorithm");
    }
}

#[test]
fn a_symmetric_key_is_left_out() {
    leaves_out(
        &json!({"kty": "oct", "kid": "x", "k": "c2VjcmV0"}),
        "not supported",
    );
}

#[test]
fn a_private_key_is_left_out() {
    leaves_out(&altered("d", json!("c2VjcmV0")), "never the private key");
}

#[test]
fn a_key_that_cannot_be_read_is_left_out() {
    leaves_out(&altered("x", json!("!")), "not base64url");
    leaves_out(&json!("text"), "no `kid`");
}

#[test]
fn the_second_key_of_a_name_is_left_out() {
    let set = parse(&json!({"keys": [jwk("a", &ed25519()), jwk("a", &ed25519())]})).unwrap();
    assert_eq!(set.keys().len(), 1);
    assert!(set.unused()[0].problem.contains("same `kid`"));
}

#[test]
fn what_is_no_set_is_refused() {
    for text in ["", "[]", "<html>", r#"{"keys": {}}"#, r#"{"jwks": []}"#] {
        assert_eq!(KeySet::parse(text.as_bytes()), Err(KeySetError::Shape), "{text}");
    }
}

#[test]
fn a_set_without_a_usable_key_is_refused() {
    assert!(matches!(
        parse(&json!({"keys": []})),
        Err(KeySetError::NoneUsable(_))
    ));
    let refused = parse(&json!({"keys": [altered("use", json!("enc"))]})).unwrap_err();
    assert!(
        refused.to_string().contains("x: it is not for signatures"),
        "{refused}"
    );
}

#[test]
fn a_set_of_too_many_keys_is_refused() {
    let entry = jwk("a", &ed25519());
    let entries: Vec<Value> = (0..=MAX_KEYS_IN_SET).map(|_| entry.clone()).collect();
    assert_eq!(
        parse(&json!({ "keys": entries })),
        Err(KeySetError::TooMany(MAX_KEYS_IN_SET + 1))
    );
}
