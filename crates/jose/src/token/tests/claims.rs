//! What the payload must say.

use super::*;

#[test]
fn an_unknown_issuer_is_refused() {
    for issuer in [
        "https://evil.example",
        "https://portal.example/",
        "HTTPS://portal.example",
    ] {
        refuses(
            &with("iss", json!(issuer)),
            &TokenError::UnknownIssuer {
                issuer: issuer.into(),
            },
        );
    }
}

#[test]
fn a_wrong_audience_is_refused() {
    let wrong = |found: &str| TokenError::WrongAudience {
        found: found.into(),
        expected: AUDIENCE_LOGIN,
    };
    refuses(&with("aud", json!("qlik.api")), &wrong("qlik.api"));
    refuses(
        &with("aud", json!("qlik.api/login/jwt-session/")),
        &wrong("qlik.api/login/jwt-session/"),
    );
    refuses(
        &with("aud", json!([AUDIENCE_LOGIN, "x"])),
        &wrong(&format!("[\"{AUDIENCE_LOGIN}\",\"x\"]")),
    );
    accepts(&with("aud", json!([AUDIENCE_LOGIN])));
}

macro_rules! required_claims {
    ($($name:ident: $claim:literal;)*) => {$(
        #[test]
        fn $name() {
            let error = TokenError::MissingClaim { claim: $claim };
            refuses(&with($claim, Value::Null), &error);
            assert_eq!(error.to_string(), concat!("Missing required claim: ", $claim));
        }
    )*};
}

required_claims! {
    a_missing_iss_is_refused: "iss";
    a_missing_aud_is_refused: "aud";
    a_missing_sub_is_refused: "sub";
    a_missing_name_is_refused: "name";
    a_missing_jti_is_refused: "jti";
    a_missing_iat_is_refused: "iat";
    a_missing_nbf_is_refused: "nbf";
    a_missing_exp_is_refused: "exp";
}

#[test]
fn an_empty_text_counts_as_missing() {
    for claim in ["sub", "name", "jti"] {
        refuses(&with(claim, json!(" ")), &TokenError::MissingClaim { claim });
    }
}

#[test]
fn a_claim_of_the_wrong_type_is_refused() {
    let date = "a number of seconds since 1970";
    for (claim, value, expected) in [
        ("iss", json!(1), "a text"),
        ("aud", json!(1), "a text"),
        ("sub", json!(1), "a text"),
        ("subType", json!(1), "the text `user`"),
        ("name", json!({}), "a text"),
        ("email", json!([]), "a text"),
        ("email_verified", json!(1), "true or false"),
        ("email_verified", json!("yes"), "true or false"),
        ("groups", json!("planning"), "a list of texts"),
        ("groups", json!([1]), "a list of texts"),
        ("jti", json!(true), "a text or a number"),
        ("iat", json!("1800000000"), date),
        ("nbf", json!(true), date),
        ("exp", json!(1e300), date),
    ] {
        refuses(&with(claim, value), &TokenError::WrongType { claim, expected });
    }
}

#[test]
fn a_wrong_subject_type_is_refused() {
    refuses(
        &with("subType", json!("client")),
        &TokenError::WrongSubjectType {
            found: "client".into(),
        },
    );
}

#[test]
fn claims_that_may_be_absent_may_be_absent() {
    for claim in ["subType", "email", "email_verified", "groups"] {
        accepts(&with(claim, Value::Null));
    }
}

#[test]
fn loose_forms_that_real_libraries_write_are_accepted() {
    assert_eq!(accepts(&with("jti", json!(12345))).token_id, "12345");
    assert!(accepts(&with("email_verified", json!("true"))).email_verified);
    assert!(!accepts(&with("email_verified", json!("False"))).email_verified);
    assert_eq!(
        accepts(&with("exp", json!(60.9 + NOW as f64))).expires.as_secs(),
        NOW + 60
    );
    accepts(&format!(" {}\n", signed(&header(), &payload())));
}

#[test]
fn an_expired_token_is_refused_after_the_tolerance() {
    let mut payload = payload();
    payload["iat"] = json!(NOW - 100);
    payload["nbf"] = json!(NOW - 100);
    for (ago_secs, ok) in [(4, true), (5, false), (40, false)] {
        let exp = NOW - ago_secs;
        payload["exp"] = json!(exp);
        let token = signed(&header(), &payload);
        if ok {
            drop(accepts(&token));
        } else {
            refuses(
                &token,
                &TokenError::Expired {
                    exp,
                    now: NOW,
                    ago_secs,
                },
            );
        }
    }
}

#[test]
fn a_token_that_is_not_yet_valid_is_refused_before_the_tolerance() {
    accepts(&with("nbf", json!(NOW + 5)));
    let nbf = NOW + 6;
    refuses(
        &with("nbf", json!(nbf)),
        &TokenError::NotYetValid {
            nbf,
            now: NOW,
            in_secs: 6,
        },
    );
}

#[test]
fn a_token_from_the_future_is_refused() {
    accepts(&with("iat", json!(NOW + 5)));
    let iat = NOW + 6;
    refuses(
        &with("iat", json!(iat)),
        &TokenError::IssuedInFuture {
            iat,
            now: NOW,
            in_secs: 6,
        },
    );
}

#[test]
fn a_lifetime_of_more_than_an_hour_is_refused() {
    accepts(&with("exp", json!(NOW + 3600)));
    let error = TokenError::LifetimeTooLong {
        lifetime_secs: 3601,
        max_secs: 3600,
    };
    refuses(&with("exp", json!(NOW + 3601)), &error);
}

#[test]
fn a_token_that_ends_before_it_begins_is_refused() {
    let mut payload = payload();
    (payload["nbf"], payload["exp"]) = (json!(NOW + 2), json!(NOW + 1));
    let error = TokenError::EndsBeforeItBegins {
        nbf: NOW + 2,
        exp: NOW + 1,
    };
    refuses(&signed(&header(), &payload), &error);
}

/// The rules of a provider whose tokens may leave these claims out.
fn lenient(token_id: bool, not_before: bool) -> Rules {
    let mut rules = rules();
    for issuer in &mut rules.issuers {
        issuer.required = RequiredClaims {
            token_id: !token_id,
            not_before: !not_before,
        };
    }
    rules
}

/// A token without these claims, that expires so long after its `iat`.
fn without(claims: &[&str], ttl: i64) -> String {
    let mut payload = payload();
    payload["exp"] = json!(NOW + ttl);
    for claim in claims {
        payload.as_object_mut().unwrap().remove(*claim);
    }
    signed(&header(), &payload)
}

fn verified(token: &str, rules: &Rules) -> Result<Claims, TokenError> {
    let verified = UnverifiedToken::parse(token)?.verify(rules, now());
    verified.map(|token| token.claims().clone())
}

#[test]
fn a_provider_may_let_its_tokens_leave_out_jti_and_nbf() {
    let claims = verified(&without(&["jti", "nbf"], 300), &lenient(true, true)).unwrap();
    assert_eq!(claims.not_before.as_secs(), NOW);
    assert!(claims.token_id.starts_with("sha256:"), "{}", claims.token_id);
    // Each setting is for its own claim.
    let missing = |claim| Err(TokenError::MissingClaim { claim });
    assert_eq!(
        verified(&without(&["jti", "nbf"], 60), &lenient(true, false)),
        missing("nbf")
    );
    assert_eq!(
        verified(&without(&["jti", "nbf"], 60), &lenient(false, true)),
        missing("jti")
    );
    // A claim that is there is held to its rules.
    let mut payload = payload();
    payload["nbf"] = json!(NOW + 60);
    payload["jti"] = json!(" ");
    let token = signed(&header(), &payload);
    assert_eq!(verified(&token, &lenient(true, false)), missing("jti"));
    payload["jti"] = json!("j-1");
    let token = signed(&header(), &payload);
    assert!(matches!(
        verified(&token, &lenient(true, true)),
        Err(TokenError::NotYetValid { .. })
    ));
}

#[test]
fn a_token_that_leaves_a_claim_out_is_good_for_five_minutes_only() {
    for claim in ["jti", "nbf"] {
        let refused = verified(&without(&[claim], 301), &lenient(true, true));
        let error = TokenError::LifetimeTooLongWithout {
            claim,
            lifetime_secs: 301,
            max_secs: 300,
        };
        assert_eq!(refused, Err(error.clone()));
        assert_eq!(error.rule(), Rule::Lifetime);
        verified(&without(&[claim], 300), &lenient(true, true)).unwrap();
    }
    // One with both lives for an hour, as ever.
    verified(&without(&[], 3600), &lenient(true, true)).unwrap();
}

#[test]
fn tokens_without_an_id_are_told_apart_by_what_they_say() {
    let rules = lenient(true, true);
    let id = |token: &str| verified(token, &rules).unwrap().token_id;
    let one = without(&["jti"], 60);
    assert_eq!(id(&one), id(&format!(" {one} ")));
    assert_ne!(id(&one), id(&without(&["jti"], 61)));
    // A signature of another kind of key over the same claims is another token; the same claims signed again are the same.
    let mut payload = payload();
    payload.as_object_mut().unwrap().remove("jti");
    let header = json!({ "alg": "ES256", "typ": "JWT", "kid": kid(KeyKind::P256) });
    let again = || sign(key(KeyKind::P256), Algorithm::Es256, &header, &payload).unwrap();
    let (first, second) = (again(), again());
    assert_ne!(first, second, "this algorithm signs at random");
    assert_eq!(id(&first), id(&second));
}

#[test]
fn the_settings_are_named_where_their_claims_are_missing() {
    for (claim, setting) in [("jti", "require_jti = false"), ("nbf", "require_nbf = false")] {
        let fix = TokenError::MissingClaim { claim }.fix();
        assert!(fix.contains(setting), "{fix}");
        let findings = explain(&with(claim, Value::Null), &rules(), now());
        let finding = findings.iter().find(|finding| !finding.ok).unwrap();
        assert!(finding.fix.as_deref().unwrap().contains(setting));
        let findings = explain(&without(&[claim], 60), &lenient(true, true), now());
        assert!(findings.iter().all(|finding| finding.ok));
        assert!(
            findings.iter().any(|finding| finding.message.contains(setting)),
            "{findings:?}"
        );
    }
    assert!(
        !TokenError::MissingClaim { claim: "sub" }
            .fix()
            .contains("require_")
    );
}

/// A token with a text in place of its header or payload, and a good signature.
fn of_texts(header: &str, payload: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", encode(header), encode(payload));
    let signature = key(KeyKind::Ed25519)
        .sign(Algorithm::EdDsa, signed.as_bytes())
        .unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn a_claim_or_a_member_of_the_header_that_is_there_twice_is_refused() {
    let (good_header, good_payload) = (header().to_string(), payload().to_string());
    accepts(&of_texts(&good_header, &good_payload));
    let twice = |text: &str, more: &str| format!("{},{more}}}", &text[..text.len() - 1]);
    for (header, payload, claim) in [
        (
            good_header.clone(),
            twice(&good_payload, r#""sub":"root""#),
            "sub",
        ),
        (
            good_header.clone(),
            twice(&good_payload, r#""\u0073ub":"ada""#),
            "sub",
        ),
        (
            good_header.clone(),
            twice(&good_payload, r#""x":{"y":1,"y":1}"#),
            "y",
        ),
        (
            twice(&good_header, r#""alg":"EdDSA""#),
            good_payload.clone(),
            "alg",
        ),
        (
            twice(&good_header, r#""kid":"other""#),
            good_payload.clone(),
            "kid",
        ),
    ] {
        let error = TokenError::DuplicateClaim { claim: claim.into() };
        assert_eq!(error.rule(), Rule::Form);
        refuses(&of_texts(&header, &payload), &error);
    }
}
