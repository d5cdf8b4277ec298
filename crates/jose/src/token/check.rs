//! The rules, one function each, in one order for the sign-in and for `explain`.

use fanlight_base::Timestamp;
use serde_json::Value;

use super::UnverifiedToken;
use crate::rules::{KeyState, RequiredClaims, Rules, TrustedIssuer, TrustedKey};
use crate::{Algorithm, Claims, Rule, TokenError};

/// A token together with what it is checked against.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub token: &'a UnverifiedToken,
    pub rules: &'a Rules,
    pub now: Timestamp,
}

/// The outcome of a rule that is not broken: why it is kept.
pub(crate) type Checked = Result<String, TokenError>;

/// Every rule after size and form, in the order in which they are checked.
pub(crate) const ORDER: [Rule; 17] = [
    Rule::Algorithm,
    Rule::Issuer,
    Rule::KeyId,
    Rule::KeyNotBefore,
    Rule::KeyRetired,
    Rule::Signature,
    Rule::Audience,
    Rule::Subject,
    Rule::SubjectType,
    Rule::Name,
    Rule::Email,
    Rule::Groups,
    Rule::TokenId,
    Rule::IssuedAt,
    Rule::NotBefore,
    Rule::Expires,
    Rule::Lifetime,
];

const NUMERIC_DATE: &str = "a number of seconds since 1970";

impl<'a> Subject<'a> {
    /// Checks one rule.
    pub(crate) fn check(&self, rule: Rule) -> Checked {
        match rule {
            // The parser has seen to the first two, and the third needs a memory.
            Rule::Size | Rule::Form | Rule::SingleUse => Ok(String::new()),
            Rule::Algorithm => self.check_algorithm(),
            Rule::Issuer => self.check_issuer(),
            Rule::KeyId => self.check_key_id(),
            Rule::KeyNotBefore => self.check_key_not_before(),
            Rule::KeyRetired => self.check_key_retired(),
            Rule::Signature => self.check_signature(),
            Rule::Audience => self.check_audience(),
            Rule::Subject => self.check_sub(),
            Rule::SubjectType => self.check_sub_type(),
            Rule::Name => self.check_name(),
            Rule::Email => self.check_email(),
            Rule::Groups => self.check_groups(),
            Rule::TokenId => self.check_token_id(),
            Rule::IssuedAt => self.check_issued_at(),
            Rule::NotBefore => self.check_not_before(),
            Rule::Expires => self.check_expires(),
            Rule::Lifetime => self.check_lifetime(),
        }
    }

    fn check_algorithm(&self) -> Checked {
        let algorithm = self.algorithm()?;
        if let Ok((_, key)) = self.key()
            && key.key.kind() != algorithm.key_kind()
        {
            return Err(TokenError::AlgorithmDoesNotFitKey {
                algorithm,
                kid: key.kid.clone(),
                kind: key.key.kind(),
            });
        }
        Ok(format!("signed with {algorithm}"))
    }

    fn check_issuer(&self) -> Checked {
        let issuer = self.issuer()?;
        Ok(format!("`{issuer}` is a known issuer"))
    }

    fn check_key_id(&self) -> Checked {
        let (_, key) = self.key()?;
        Ok(format!("the key `{}` is known", key.kid))
    }

    fn check_key_not_before(&self) -> Checked {
        let (_, key) = self.key()?;
        let now = self.now.as_secs();
        match (key.period.state_at(self.now), key.period.not_before) {
            (KeyState::Pending { not_before }, _) => Err(TokenError::KeyNotYetUsable {
                kid: key.kid.clone(),
                not_before: not_before.as_secs(),
                now,
                in_secs: not_before.as_secs().saturating_sub(now),
            }),
            (_, Some(since)) => Ok(format!("usable since {}", since.as_secs())),
            (_, None) => Ok("usable since ever".into()),
        }
    }

    fn check_key_retired(&self) -> Checked {
        let (_, key) = self.key()?;
        let now = self.now.as_secs();
        match (key.period.state_at(self.now), key.period.retire_at) {
            (KeyState::Retired { retired_at }, _) => Err(TokenError::KeyRetired {
                kid: key.kid.clone(),
                retired_at: retired_at.as_secs(),
                now,
                ago_secs: now.saturating_sub(retired_at.as_secs()),
            }),
            (_, Some(until)) => Ok(format!(
                "retires at {}, in {} s",
                until.as_secs(),
                until.as_secs().saturating_sub(now)
            )),
            (_, None) => Ok("never retires".into()),
        }
    }

    fn check_signature(&self) -> Checked {
        let (_, key) = self.key()?;
        if key.key.has_signed(
            self.algorithm()?,
            self.token.signed.as_bytes(),
            &self.token.signature,
        ) {
            Ok(format!("made with the key `{}`", key.kid))
        } else {
            Err(TokenError::BadSignature { kid: key.kid.clone() })
        }
    }

    fn check_audience(&self) -> Checked {
        let expected = self.rules.audience;
        let found = match self.claim("aud")? {
            Value::String(audience) => audience.clone(),
            Value::Array(list) => match list.as_slice() {
                [Value::String(audience)] => audience.clone(),
                _ => Value::Array(list.clone()).to_string(),
            },
            _ => {
                return Err(TokenError::WrongType {
                    claim: "aud",
                    expected: "a text",
                });
            }
        };
        if found == expected {
            Ok(format!("`{expected}`"))
        } else {
            Err(TokenError::WrongAudience {
                found: shown(&found),
                expected,
            })
        }
    }

    fn check_sub(&self) -> Checked {
        self.text("sub").map(|subject| format!("`{}`", shown(subject)))
    }

    fn check_sub_type(&self) -> Checked {
        match self.token.payload.get("subType") {
            None => Ok("absent, which counts as `user`".into()),
            Some(Value::String(kind)) if kind == "user" => Ok("`user`".into()),
            Some(Value::String(kind)) => Err(TokenError::WrongSubjectType { found: shown(kind) }),
            Some(_) => Err(TokenError::WrongType {
                claim: "subType",
                expected: "the text `user`",
            }),
        }
    }

    fn check_name(&self) -> Checked {
        self.text("name").map(|name| format!("`{}`", shown(name)))
    }

    fn check_email(&self) -> Checked {
        match (self.email()?, self.email_verified()?) {
            (None, _) => Ok("absent, which is allowed".into()),
            (Some(email), true) => Ok(format!("`{}`, verified", shown(&email))),
            (Some(email), false) => Ok(format!("`{}`, not verified", shown(&email))),
        }
    }

    fn check_groups(&self) -> Checked {
        self.groups().map(|groups| match groups.len() {
            0 => "none".into(),
            n => format!("{n}: {}", shown(&groups.join(", "))),
        })
    }

    fn check_token_id(&self) -> Checked {
        if self.leaves_out("jti") {
            return Ok(
                "absent, which `require_jti = false` allows; the token is known again by its hash".into(),
            );
        }
        self.token_id().map(|id| format!("`{}`", shown(&id)))
    }

    fn check_issued_at(&self) -> Checked {
        let (iat, now) = (self.date("iat")?, self.now.as_secs());
        if iat > self.latest_start() {
            return Err(TokenError::IssuedInFuture {
                iat,
                now,
                in_secs: iat.saturating_sub(now),
            });
        }
        Ok(format!("{iat}, {} s ago", now.saturating_sub(iat)))
    }

    fn check_not_before(&self) -> Checked {
        if self.leaves_out("nbf") {
            return Ok("absent, which `require_nbf = false` allows; the token counts from `iat` on".into());
        }
        let (nbf, now) = (self.date("nbf")?, self.now.as_secs());
        if nbf > self.latest_start() {
            return Err(TokenError::NotYetValid {
                nbf,
                now,
                in_secs: nbf.saturating_sub(now),
            });
        }
        Ok(format!("{nbf}, {} s ago", now.saturating_sub(nbf)))
    }

    fn check_expires(&self) -> Checked {
        let (exp, now) = (self.date("exp")?, self.now.as_secs());
        let tolerance = self.tolerance_secs();
        if exp.saturating_add(tolerance) <= now {
            return Err(TokenError::Expired {
                exp,
                now,
                ago_secs: now.saturating_sub(exp),
            });
        }
        Ok(format!("{exp}, in {} s", exp.saturating_sub(now)))
    }

    fn check_lifetime(&self) -> Checked {
        let (nbf, exp) = (self.not_before()?, self.date("exp")?);
        self.check_lifetime_without(exp)?;
        let lifetime_secs = exp.saturating_sub(nbf);
        let max_secs = self.rules.max_lifetime.as_secs();
        match u64::try_from(lifetime_secs) {
            Ok(secs) if secs > max_secs => Err(TokenError::LifetimeTooLong {
                lifetime_secs,
                max_secs,
            }),
            Ok(1..) => Ok(format!("{lifetime_secs} s of at most {max_secs} s")),
            Ok(0) | Err(_) => Err(TokenError::EndsBeforeItBegins { nbf, exp }),
        }
    }

    /// A token that leaves out what most have is good for a short time only.
    fn check_lifetime_without(&self, exp: i64) -> Result<(), TokenError> {
        let Some(claim) = ["jti", "nbf"].into_iter().find(|claim| self.leaves_out(claim)) else {
            return Ok(());
        };
        let lifetime_secs = exp.saturating_sub(self.date("iat")?);
        let max_secs = RequiredClaims::MAX_LIFETIME_WITHOUT.as_secs();
        if u64::try_from(lifetime_secs).is_ok_and(|secs| secs > max_secs) {
            return Err(TokenError::LifetimeTooLongWithout {
                claim,
                lifetime_secs,
                max_secs,
            });
        }
        Ok(())
    }

    /// Whether the token has no such claim, and its provider allows that.
    fn leaves_out(&self, claim: &str) -> bool {
        let required = self
            .key()
            .map_or_else(|_| RequiredClaims::default(), |(trusted, _)| trusted.required);
        let is_required = match claim {
            "jti" => required.token_id,
            "nbf" => required.not_before,
            _ => true,
        };
        !is_required && matches!(self.token.payload.get(claim), None | Some(Value::Null))
    }

    /// From when on the token counts.
    fn not_before(&self) -> Result<i64, TokenError> {
        self.date(if self.leaves_out("nbf") { "iat" } else { "nbf" })
    }

    /// The latest second that does not yet count as the future.
    fn latest_start(&self) -> i64 {
        self.now.as_secs().saturating_add(self.tolerance_secs())
    }

    /// The clock tolerance of the provider; none while the provider is unknown.
    fn tolerance_secs(&self) -> i64 {
        let tolerance = self
            .key()
            .map_or(0, |(trusted, _)| trusted.clock_tolerance.as_secs());
        i64::try_from(tolerance).unwrap_or(i64::MAX)
    }

    fn algorithm(&self) -> Result<Algorithm, TokenError> {
        let found = match self.token.header.get("alg") {
            None => return Err(TokenError::MissingClaim { claim: "alg" }),
            Some(Value::String(name)) => name.clone(),
            Some(other) => other.to_string(),
        };
        Algorithm::from_name(&found).ok_or_else(|| TokenError::AlgorithmNotAllowed { found: shown(&found) })
    }

    fn issuer(&self) -> Result<&'a str, TokenError> {
        let issuer = self.text("iss")?;
        if self.rules.issuers_named(issuer).next().is_none() {
            return Err(TokenError::UnknownIssuer {
                issuer: shown(issuer),
            });
        }
        Ok(issuer)
    }

    /// The key that the token names, and whose it is.
    pub(super) fn key(&self) -> Result<(&'a TrustedIssuer, &'a TrustedKey), TokenError> {
        let issuer = self.issuer()?;
        let kid = match self.token.header.get("kid") {
            Some(Value::String(kid)) if !kid.is_empty() => kid.as_str(),
            None | Some(Value::String(_)) => return Err(TokenError::NoKeyId),
            Some(_) => {
                return Err(TokenError::WrongType {
                    claim: "kid",
                    expected: "a text",
                });
            }
        };
        self.rules
            .issuers_named(issuer)
            .flat_map(|trusted| trusted.keys.iter().map(move |key| (trusted, key)))
            .find(|(_, key)| key.kid == kid)
            .ok_or_else(|| TokenError::UnknownKeyId {
                kid: shown(kid),
                issuer: shown(issuer),
            })
    }

    /// The claims, once every check has passed.
    pub(super) fn claims(&self) -> Result<Claims, TokenError> {
        Ok(Claims {
            issuer: self.issuer()?.to_owned(),
            subject: self.text("sub")?.to_owned(),
            name: self.text("name")?.to_owned(),
            email: self.email()?,
            email_verified: self.email_verified()?,
            groups: self.groups()?,
            token_id: self.token_id()?,
            issued_at: Timestamp::from_secs(self.date("iat")?),
            not_before: Timestamp::from_secs(self.not_before()?),
            expires: Timestamp::from_secs(self.date("exp")?),
        })
    }

    fn claim(&self, claim: &'static str) -> Result<&'a Value, TokenError> {
        match self.token.payload.get(claim) {
            None | Some(Value::Null) => Err(TokenError::MissingClaim { claim }),
            Some(value) => Ok(value),
        }
    }

    fn text(&self, claim: &'static str) -> Result<&'a str, TokenError> {
        match self.claim(claim)? {
            Value::String(text) if text.trim().is_empty() => Err(TokenError::MissingClaim { claim }),
            Value::String(text) => Ok(text),
            _ => Err(TokenError::WrongType {
                claim,
                expected: "a text",
            }),
        }
    }

    /// A NumericDate (RFC 7519 §2); a fraction of a second is allowed and dropped.
    fn date(&self, claim: &'static str) -> Result<i64, TokenError> {
        let Value::Number(number) = self.claim(claim)? else {
            return Err(TokenError::WrongType {
                claim,
                expected: NUMERIC_DATE,
            });
        };
        let secs = number.as_f64().unwrap_or(f64::NAN);
        // Beyond 2^53 a fraction would be lost, and such a time is millions of years away.
        if secs.abs() < 9.0e15 {
            Ok(secs.floor() as i64)
        } else {
            Err(TokenError::WrongType {
                claim,
                expected: NUMERIC_DATE,
            })
        }
    }

    fn email(&self) -> Result<Option<String>, TokenError> {
        match self.token.payload.get("email") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(email)) => Ok(Some(email.clone()).filter(|email| !email.is_empty())),
            Some(_) => Err(TokenError::WrongType {
                claim: "email",
                expected: "a text",
            }),
        }
    }

    fn email_verified(&self) -> Result<bool, TokenError> {
        match self.token.payload.get("email_verified") {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(verified)) => Ok(*verified),
            // Some JWT libraries write booleans as texts.
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(TokenError::WrongType {
                claim: "email_verified",
                expected: "true or false",
            }),
        }
    }

    fn groups(&self) -> Result<Vec<String>, TokenError> {
        let wrong = TokenError::WrongType {
            claim: "groups",
            expected: "a list of texts",
        };
        let list = match self.token.payload.get("groups") {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(list)) => list,
            Some(_) => return Err(wrong),
        };
        let mut groups: Vec<String> = Vec::with_capacity(list.len());
        for group in list {
            let name = group.as_str().ok_or_else(|| wrong.clone())?;
            if !groups.iter().any(|known| known == name) {
                groups.push(name.to_owned());
            }
        }
        Ok(groups)
    }

    fn token_id(&self) -> Result<String, TokenError> {
        if self.leaves_out("jti") {
            return Ok(self.token.hash());
        }
        match self.claim("jti")? {
            Value::Number(number) => Ok(number.to_string()),
            Value::String(_) => self.text("jti").map(str::to_owned),
            _ => Err(TokenError::WrongType {
                claim: "jti",
                expected: "a text or a number",
            }),
        }
    }
}

/// A value from the token, fit for an error message: short, and without control characters.
pub(super) fn shown(value: &str) -> String {
    const LONGEST: usize = 100;
    let mut text: String = value
        .chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if value.chars().nth(LONGEST).is_some() {
        text.push('…');
    }
    text
}
