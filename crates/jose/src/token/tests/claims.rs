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
