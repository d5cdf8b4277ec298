//! One bad token for each rule, every kind of key with every algorithm, and another implementation as a witness. This
//! file has the rules about form and signature, `claims.rs` those about claims and times.

use std::sync::OnceLock;
use std::time::Duration;

use fanlight_base::{IdentityProviderId, SeededEntropy, Timestamp};
use serde_json::{Value, json};

use super::*;
use crate::RequiredClaims;
use crate::mint::sign;
use crate::{
    AUDIENCE_LOGIN, Algorithm, KeyKind, KeyPeriod, MintClaims, PrivateKey, Rule, TrustedIssuer, TrustedKey,
    explain, mint,
};

mod claims;
mod period;

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://portal.example";

fn now() -> Timestamp {
    Timestamp::from_secs(NOW)
}

/// One key of each kind for all tests: RSA keys take a while to make.
fn key(kind: KeyKind) -> &'static PrivateKey {
    static KEYS: [OnceLock<PrivateKey>; 4] = [const { OnceLock::new() }; 4];
    KEYS[kind as usize].get_or_init(|| PrivateKey::generate(kind).unwrap())
}

fn kid(kind: KeyKind) -> String {
    format!("{kind}-1")
}

fn rules() -> Rules {
    let kinds = [KeyKind::Rsa, KeyKind::P256, KeyKind::P384, KeyKind::Ed25519];
    Rules::login(vec![TrustedIssuer {
        provider: "idp".parse::<IdentityProviderId>().unwrap(),
        issuer: ISSUER.to_owned(),
        keys: kinds
            .map(|kind| TrustedKey {
                kid: kid(kind),
                key: key(kind).public().clone(),
                period: KeyPeriod::ALWAYS,
            })
            .to_vec(),
        clock_tolerance: Duration::from_secs(5),
        required: RequiredClaims::default(),
    }])
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "JWT", "kid": kid(KeyKind::Ed25519) })
}

fn payload() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE_LOGIN, "sub": "ada", "subType": "user", "name": "Ada Quill",
        "email": "ada@portal.example", "email_verified": true, "groups": ["planning", "planning", "ops"],
        "jti": "j-1", "iat": NOW, "nbf": NOW, "exp": NOW + 60,
    })
}

fn signed(header: &Value, payload: &Value) -> String {
    sign(key(KeyKind::Ed25519), Algorithm::EdDsa, header, payload).unwrap()
}

/// A token whose payload differs from the good one in `claim`; null takes the claim away.
fn with(claim: &str, value: Value) -> String {
    let mut payload = payload();
    match value {
        Value::Null => drop(payload.as_object_mut().unwrap().remove(claim)),
        value => payload[claim] = value,
    }
    signed(&header(), &payload)
}

fn verify(token: &str) -> Result<VerifiedToken, TokenError> {
    UnverifiedToken::parse(token)?.verify(&rules(), now())
}

/// The sign-in refuses with `expected`, and `explain` names the same rule first, with the same words and a fix.
#[track_caller]
fn refuses(token: &str, expected: &TokenError) {
    assert_eq!(verify(token).as_ref(), Err(expected));
    let findings = explain(token, &rules(), now());
    let first = findings.iter().find(|finding| !finding.ok).unwrap();
    assert_eq!(
        (first.rule, first.message.as_str()),
        (expected.rule(), expected.to_string().as_str())
    );
    assert_eq!(first.fix.as_deref(), Some(expected.fix().as_str()));
}

#[track_caller]
fn accepts(token: &str) -> Claims {
    assert!(explain(token, &rules(), now()).iter().all(|finding| finding.ok));
    verify(token).unwrap().claims().clone()
}

#[test]
fn a_good_token_is_accepted_with_all_its_claims() {
    let token = verify(&signed(&header(), &payload())).unwrap();
    assert_eq!(token.provider().as_str(), "idp");
    assert_eq!(token.keep_until(), Timestamp::from_secs(NOW + 60 + 5 + 1));
    let claims = token.claims();
    assert_eq!(
        (claims.subject.as_str(), claims.name.as_str()),
        ("ada", "Ada Quill")
    );
    assert_eq!(
        (claims.email.as_deref(), claims.email_verified),
        (Some("ada@portal.example"), true)
    );
    assert_eq!(claims.groups, ["planning", "ops"]);
    assert_eq!(
        (claims.token_id.as_str(), claims.expires.as_secs()),
        ("j-1", NOW + 60)
    );
}

#[test]
fn a_minted_token_is_accepted() {
    let claims = MintClaims {
        issuer: ISSUER.into(),
        audience: AUDIENCE_LOGIN.into(),
        subject: "grace".into(),
        name: "Grace".into(),
        email: None,
        groups: Vec::new(),
        ttl: Duration::from_secs(60),
    };
    let entropy = SeededEntropy::new(1);
    let one = |kind: KeyKind| {
        mint(
            key(kind),
            kind.default_algorithm(),
            &kid(kind),
            &claims,
            now(),
            &entropy,
        )
        .unwrap()
    };
    let first = accepts(&one(KeyKind::P256));
    assert_eq!(first.subject, "grace");
    assert_ne!(first.token_id, accepts(&one(KeyKind::P256)).token_id);
}

#[test]
fn minting_with_the_wrong_algorithm_is_refused() {
    let claims = MintClaims {
        issuer: String::new(),
        audience: String::new(),
        subject: String::new(),
        name: String::new(),
        email: None,
        groups: Vec::new(),
        ttl: Duration::ZERO,
    };
    let refused = mint(
        key(KeyKind::P256),
        Algorithm::Rs256,
        "k",
        &claims,
        now(),
        &SeededEntropy::new(1),
    );
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("a P-256 key cannot sign with RS256")
    );
}

macro_rules! every_algorithm {
    ($($name:ident: $algorithm:ident;)*) => {$(
        #[test]
        fn $name() {
            let algorithm = Algorithm::$algorithm;
            let kind = algorithm.key_kind();
            let header = json!({ "alg": algorithm.name(), "kid": kid(kind) });
            let token = sign(key(kind), algorithm, &header, &payload()).unwrap();
            accepts(&token);
            // The last character may hold spare bits, so the change is made further in.
            let at = token.rfind('.').unwrap() + 5;
            let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
            let forged = format!("{}{other}{}", &token[..at], &token[at + 1..]);
            refuses(&forged, &TokenError::BadSignature { kid: kid(kind) });
            for wrong in Algorithm::ALL.into_iter().filter(|other| other.key_kind() != kind) {
                assert_eq!(key(kind).sign(wrong, b"message"), None);
                assert!(!key(kind).public().has_signed(wrong, b"message", b"signature"));
            }
        }
    )*};
}

every_algorithm! {
    rs256_works_with_rsa: Rs256;
    rs384_works_with_rsa: Rs384;
    rs512_works_with_rsa: Rs512;
    es256_works_with_p256: Es256;
    es384_works_with_p384: Es384;
    eddsa_works_with_ed25519: EdDsa;
}

#[test]
fn an_oversized_token_is_refused_unread() {
    let token = with("name", json!("x".repeat(MAX_TOKEN_BYTES)));
    refuses(&token, &TokenError::Oversized { bytes: token.len() });
}

#[test]
fn garbage_is_refused_with_what_is_wrong_about_it() {
    let good = signed(&header(), &payload());
    let (start, signature) = good.rsplit_once('.').unwrap();
    let (first, second) = start.split_once('.').unwrap();
    for (garbage, about) in [
        (String::new(), "three parts"),
        ("hello".into(), "three parts"),
        (start.to_owned(), "three parts"),
        (format!("{good}.x.y"), "encrypted"),
        (format!("?.{second}.{signature}"), "header"),
        (format!("{second}x.{second}.{signature}"), "header"),
        (format!("{first}.?.{signature}"), "payload"),
        (format!("{first}.W10.{signature}"), "payload"),
        (format!("{first}.{second}.?"), "signature"),
        ("\u{0}.é.\u{202e}".into(), "header"),
    ] {
        let Err(error @ TokenError::Garbage { problem }) = verify(&garbage) else {
            panic!("{garbage}")
        };
        assert!(problem.contains(about), "{garbage}: {problem}");
        refuses(&garbage, &error);
    }
}

#[test]
fn alg_none_is_refused() {
    for name in ["none", "None", "NONE"] {
        let token = signed(&json!({ "alg": name, "kid": kid(KeyKind::Ed25519) }), &payload());
        let (start, _) = token.rsplit_once('.').unwrap();
        refuses(
            &format!("{start}."),
            &TokenError::AlgorithmNotAllowed { found: name.into() },
        );
        refuses(&token, &TokenError::AlgorithmNotAllowed { found: name.into() });
    }
}

#[test]
fn hs256_with_the_public_key_as_the_secret_is_refused() {
    let kid = kid(KeyKind::Rsa);
    let pem = key(KeyKind::Rsa).public().to_pem();
    let header = URL_SAFE_NO_PAD.encode(json!({ "alg": "HS256", "kid": kid }).to_string());
    let start = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload().to_string()));
    let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, pem.as_bytes());
    let mac = URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&secret, start.as_bytes()));
    refuses(
        &format!("{start}.{mac}"),
        &TokenError::AlgorithmNotAllowed {
            found: "HS256".into(),
        },
    );
}

#[test]
fn a_missing_alg_is_refused() {
    refuses(
        &signed(&json!({ "kid": "k" }), &payload()),
        &TokenError::MissingClaim { claim: "alg" },
    );
}

#[test]
fn an_algorithm_of_another_kind_of_key_is_refused() {
    let kid = kid(KeyKind::Rsa);
    let token = signed(&json!({ "alg": "EdDSA", "kid": kid }), &payload());
    let error = TokenError::AlgorithmDoesNotFitKey {
        algorithm: Algorithm::EdDsa,
        kid,
        kind: KeyKind::Rsa,
    };
    refuses(&token, &error);
}

#[test]
fn critical_extensions_are_refused() {
    let token = signed(
        &json!({ "alg": "EdDSA", "kid": kid(KeyKind::Ed25519), "crit": ["b64"] }),
        &payload(),
    );
    refuses(&token, &TokenError::CriticalExtension);
}

#[test]
fn a_missing_kid_is_refused() {
    refuses(
        &signed(&json!({ "alg": "EdDSA" }), &payload()),
        &TokenError::NoKeyId,
    );
    refuses(
        &signed(&json!({ "alg": "EdDSA", "kid": "" }), &payload()),
        &TokenError::NoKeyId,
    );
    let error = TokenError::WrongType {
        claim: "kid",
        expected: "a text",
    };
    refuses(&signed(&json!({ "alg": "EdDSA", "kid": 7 }), &payload()), &error);
}

#[test]
fn an_unknown_kid_is_refused() {
    let token = signed(&json!({ "alg": "EdDSA", "kid": "other" }), &payload());
    refuses(
        &token,
        &TokenError::UnknownKeyId {
            kid: "other".into(),
            issuer: ISSUER.into(),
        },
    );
}

#[test]
fn a_key_of_another_issuer_is_unknown() {
    let mut rules = rules();
    let other = TrustedIssuer {
        issuer: "https://other.example".into(),
        keys: rules.issuers[0].keys.clone(),
        ..rules.issuers[0].clone()
    };
    rules.issuers[0].keys.clear();
    rules.issuers.push(other);
    let refused = UnverifiedToken::parse(&signed(&header(), &payload()))
        .unwrap()
        .verify(&rules, now());
    assert!(
        matches!(refused, Err(TokenError::UnknownKeyId { .. })),
        "{refused:?}"
    );
}

#[test]
fn several_providers_of_one_issuer_all_count() {
    let mut rules = rules();
    let keys = std::mem::take(&mut rules.issuers[0].keys);
    let second = TrustedIssuer {
        provider: "second".parse().unwrap(),
        keys,
        ..rules.issuers[0].clone()
    };
    rules.issuers.push(second);
    let token = UnverifiedToken::parse(&signed(&header(), &payload()))
        .unwrap()
        .verify(&rules, now())
        .unwrap();
    assert_eq!(token.provider().as_str(), "second");
}

#[test]
fn a_foreign_key_under_a_known_kid_is_refused() {
    let foreign = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let token = sign(&foreign, Algorithm::EdDsa, &header(), &payload()).unwrap();
    refuses(
        &token,
        &TokenError::BadSignature {
            kid: kid(KeyKind::Ed25519),
        },
    );
}

#[test]
fn an_altered_payload_is_refused() {
    let good = signed(&header(), &payload());
    let evil = with("sub", json!("root"));
    let (start, _) = evil.rsplit_once('.').unwrap();
    let (_, signature) = good.rsplit_once('.').unwrap();
    refuses(
        &format!("{start}.{signature}"),
        &TokenError::BadSignature {
            kid: kid(KeyKind::Ed25519),
        },
    );
    refuses(
        &format!("{start}."),
        &TokenError::BadSignature {
            kid: kid(KeyKind::Ed25519),
        },
    );
}

#[test]
fn explain_names_every_broken_rule_at_once() {
    let mut payload = payload();
    payload["aud"] = json!("elsewhere");
    payload["exp"] = json!(NOW + 7200);
    payload.as_object_mut().unwrap().remove("jti");
    let findings = explain(&signed(&header(), &payload), &rules(), now());
    let broken: Vec<Rule> = findings
        .iter()
        .filter(|finding| !finding.ok)
        .map(|finding| finding.rule)
        .collect();
    assert_eq!(broken, [Rule::Audience, Rule::TokenId, Rule::Lifetime]);
    assert_eq!(findings.len(), 19);
    assert!(
        findings
            .iter()
            .all(|finding| finding.ok == finding.fix.is_none() && !finding.message.is_empty())
    );
}

#[test]
fn messages_show_no_control_characters_and_stay_short() {
    let error = verify(&with("iss", json!(format!("a\r\nb\u{1b}{}", "x".repeat(5000))))).unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.len() < 400 && !shown.chars().any(char::is_control),
        "{shown:?}"
    );
}

#[test]
fn debug_shows_nothing_that_could_be_replayed() {
    let token = UnverifiedToken::parse(&signed(&header(), &payload())).unwrap();
    assert_eq!(format!("{token:?}"), "UnverifiedToken([redacted])");
}

/// Another implementation of the RFCs reads what this one writes, and the other way round.
#[test]
fn another_implementation_agrees() {
    use jsonwebtoken as other;
    let algorithms = [
        (Algorithm::Rs256, other::Algorithm::RS256),
        (Algorithm::Rs384, other::Algorithm::RS384),
        (Algorithm::Rs512, other::Algorithm::RS512),
        (Algorithm::Es256, other::Algorithm::ES256),
        (Algorithm::Es384, other::Algorithm::ES384),
        (Algorithm::EdDsa, other::Algorithm::EdDSA),
    ];
    for (ours, theirs) in algorithms {
        let kind = ours.key_kind();
        let public = key(kind).public().to_pem();
        let private = key(kind).to_pem().unwrap();
        let (decoding, encoding) = match kind {
            KeyKind::Rsa => (
                other::DecodingKey::from_rsa_pem(public.as_bytes()).unwrap(),
                other::EncodingKey::from_rsa_pem(private.reveal().as_bytes()).unwrap(),
            ),
            KeyKind::P256 | KeyKind::P384 => (
                other::DecodingKey::from_ec_pem(public.as_bytes()).unwrap(),
                other::EncodingKey::from_ec_pem(private.reveal().as_bytes()).unwrap(),
            ),
            KeyKind::Ed25519 => (
                other::DecodingKey::from_ed_pem(public.as_bytes()).unwrap(),
                other::EncodingKey::from_ed_pem(private.reveal().as_bytes()).unwrap(),
            ),
        };
        let mut validation = other::Validation::new(theirs);
        validation.set_audience(&[AUDIENCE_LOGIN]);
        validation.validate_exp = false;
        let header = json!({ "alg": ours.name(), "kid": kid(kind) });
        let token = sign(key(kind), ours, &header, &payload()).unwrap();
        let read = other::decode::<Value>(&token, &decoding, &validation).unwrap();
        assert_eq!(read.claims, payload(), "{ours}");

        let mut header = other::Header::new(theirs);
        header.kid = Some(kid(kind));
        accepts(&other::encode(&header, &payload(), &encoding).unwrap());
    }
}

proptest::proptest! {
    /// Whatever arrives, it is refused with an error, and `explain` says the same.
    #[test]
    fn reading_a_token_is_total(token in "[a-zA-Z0-9_=.{}\":é -]{0,80}") {
        let refused = verify(&token).unwrap_err();
        let findings = explain(&token, &rules(), now());
        assert_eq!(findings.iter().find(|finding| !finding.ok).unwrap().rule, refused.rule());
    }

    /// A payload of any JSON scalars is refused by a rule or accepted, and `explain` agrees.
    #[test]
    fn any_payload_is_judged_alike(claim in "(iss|aud|sub|name|jti|iat|nbf|exp|groups|email)",
                                   number in proptest::num::f64::ANY, text in ".{0,20}", which in 0..3) {
        let value = match which { 0 => json!(number), 1 => json!(text), _ => json!([text]) };
        let token = with(&claim, value);
        let ok = explain(&token, &rules(), now()).iter().all(|finding| finding.ok);
        assert_eq!(verify(&token).is_ok(), ok);
    }
}
