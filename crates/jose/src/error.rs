//! What can be wrong with a token or a key.

use std::fmt;

use crate::{Algorithm, KeyKind, MAX_TOKEN_BYTES, RequiredClaims};

/// A rule that a sign-in token must keep. Its code is stable: sign-in, `token explain` and the audit log use the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// At most [`MAX_TOKEN_BYTES`] long.
    Size,
    /// Three base64url parts; a JSON header and a JSON payload.
    Form,
    /// `alg` is on the allow-list and fits the key.
    Algorithm,
    /// `iss` is the issuer of an identity provider of the tenant.
    Issuer,
    /// `kid` is there and names a key of that identity provider.
    KeyId,
    /// The key that `kid` names may be used already.
    KeyNotBefore,
    /// The key that `kid` names is not retired.
    KeyRetired,
    /// The signature was made with that key.
    Signature,
    /// `aud` is exactly what the endpoint asks for.
    Audience,
    /// `sub` is there and is a text.
    Subject,
    /// `subType` is `user`, or absent.
    SubjectType,
    /// `name` is there and is a text.
    Name,
    /// `email` and `email_verified` have the right types.
    Email,
    /// `groups` is a list of texts, or absent.
    Groups,
    /// `jti` is there, a text or a number, unless the provider has `require_jti = false`.
    TokenId,
    /// `iat` is there and not in the future.
    IssuedAt,
    /// `nbf` is there, unless the provider has `require_nbf = false`, and has been reached.
    NotBefore,
    /// `exp` is there and has not been reached.
    Expires,
    /// `exp` − `nbf` is at most an hour; `exp` − `iat` five minutes where `jti` or `nbf` is left out.
    Lifetime,
    /// `jti` was not used before.
    SingleUse,
}

impl Rule {
    /// The stable code, e.g. `token.audience`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Size => "token.size",
            Self::Form => "token.form",
            Self::Algorithm => "token.algorithm",
            Self::Issuer => "token.issuer",
            Self::KeyId => "token.key-id",
            Self::KeyNotBefore => "token.key-not-before",
            Self::KeyRetired => "token.key-retired",
            Self::Signature => "token.signature",
            Self::Audience => "token.audience",
            Self::Subject => "token.subject",
            Self::SubjectType => "token.subject-type",
            Self::Name => "token.name",
            Self::Email => "token.email",
            Self::Groups => "token.groups",
            Self::TokenId => "token.token-id",
            Self::IssuedAt => "token.issued-at",
            Self::NotBefore => "token.not-before",
            Self::Expires => "token.expires",
            Self::Lifetime => "token.lifetime",
            Self::SingleUse => "token.single-use",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why a token was refused. The message says what the token has; [`TokenError::fix`] says what to change.
///
/// Times are seconds since the Unix epoch, as in the token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Longer than [`MAX_TOKEN_BYTES`].
    #[error("the token is {bytes} bytes long; at most {MAX_TOKEN_BYTES} are read")]
    Oversized {
        /// Its length.
        bytes: usize,
    },
    /// Not a JWT at all.
    #[error("this is not a JWT: {problem}")]
    Garbage {
        /// What was found instead.
        problem: &'static str,
    },
    /// `alg` is `none`, an HMAC, or unknown.
    #[error("the algorithm `{found}` is not allowed")]
    AlgorithmNotAllowed {
        /// The header's `alg`, shortened and cleaned for display.
        found: String,
    },
    /// `alg` is allowed but belongs to another kind of key.
    #[error("the token says {algorithm}, but the key `{kid}` is {kind}")]
    AlgorithmDoesNotFitKey {
        /// The header's `alg`.
        algorithm: Algorithm,
        /// The key that `kid` names.
        kid: String,
        /// What that key is.
        kind: KeyKind,
    },
    /// The header marks an extension as critical; none is understood (RFC 7515 §4.1.11).
    #[error("the header asks for extensions (`crit`) that are not supported")]
    CriticalExtension,
    /// A member of the header or a claim is there twice.
    #[error("`{claim}` is there twice")]
    DuplicateClaim {
        /// Its name, shortened and cleaned for display.
        claim: String,
    },
    /// The header has no `kid`.
    #[error("the header has no `kid`")]
    NoKeyId,
    /// No key of the identity provider has that `kid`.
    #[error("the key id `{kid}` is not known for the issuer `{issuer}`")]
    UnknownKeyId {
        /// The header's `kid`.
        kid: String,
        /// The token's `iss`.
        issuer: String,
    },
    /// The key's period has not begun.
    #[error("the key `{kid}` may be used only in {in_secs} s (from {not_before} on, now {now})")]
    KeyNotYetUsable {
        /// The header's `kid`.
        kid: String,
        /// When its period begins.
        not_before: i64,
        /// The server's time.
        now: i64,
        /// Seconds until then.
        in_secs: i64,
    },
    /// The key's period is over.
    #[error("the key `{kid}` was retired {ago_secs} s ago (at {retired_at}, now {now})")]
    KeyRetired {
        /// The header's `kid`.
        kid: String,
        /// When its period ended.
        retired_at: i64,
        /// The server's time.
        now: i64,
        /// Seconds since then.
        ago_secs: i64,
    },
    /// No identity provider has that issuer.
    #[error("the issuer `{issuer}` is not known to this tenant")]
    UnknownIssuer {
        /// The token's `iss`.
        issuer: String,
    },
    /// The signature does not belong to this token and key.
    #[error("the signature does not match the key `{kid}`")]
    BadSignature {
        /// The key it was checked with.
        kid: String,
    },
    /// `aud` is something else.
    #[error("the audience is `{found}`, not `{expected}`")]
    WrongAudience {
        /// The token's `aud`.
        found: String,
        /// What the endpoint asks for.
        expected: &'static str,
    },
    /// A required claim is absent or empty.
    #[error("Missing required claim: {claim}")]
    MissingClaim {
        /// The claim's name.
        claim: &'static str,
    },
    /// A claim has the wrong JSON type.
    #[error("the claim `{claim}` must be {expected}")]
    WrongType {
        /// The claim's name.
        claim: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// `subType` is there and not `user`.
    #[error("the subject type is `{found}`; only `user` can sign in")]
    WrongSubjectType {
        /// The token's `subType`.
        found: String,
    },
    /// `exp` has passed.
    #[error("the token expired {ago_secs} s ago (exp {exp}, now {now})")]
    Expired {
        /// The claim.
        exp: i64,
        /// The server's time.
        now: i64,
        /// Seconds since then.
        ago_secs: i64,
    },
    /// `nbf` lies in the future.
    #[error("the token is valid only in {in_secs} s (nbf {nbf}, now {now})")]
    NotYetValid {
        /// The claim.
        nbf: i64,
        /// The server's time.
        now: i64,
        /// Seconds until then.
        in_secs: i64,
    },
    /// `iat` lies in the future.
    #[error("the token was issued {in_secs} s in the future (iat {iat}, now {now})")]
    IssuedInFuture {
        /// The claim.
        iat: i64,
        /// The server's time.
        now: i64,
        /// Seconds until then.
        in_secs: i64,
    },
    /// `exp` is not after `nbf`.
    #[error("the token ends before it begins (nbf {nbf}, exp {exp})")]
    EndsBeforeItBegins {
        /// The claim.
        nbf: i64,
        /// The claim.
        exp: i64,
    },
    /// `exp` − `nbf` is longer than allowed.
    #[error("the token lives for {lifetime_secs} s; at most {max_secs} s are allowed")]
    LifetimeTooLong {
        /// `exp` − `nbf`.
        lifetime_secs: i64,
        /// The limit.
        max_secs: u64,
    },
    /// A token that leaves a claim out, as its provider allows, lives for longer than such a one may.
    #[error(
        "the token has no `{claim}` and lives for {lifetime_secs} s after `iat`; without it at most {max_secs} s are allowed"
    )]
    LifetimeTooLongWithout {
        /// What it leaves out.
        claim: &'static str,
        /// `exp` − `iat`.
        lifetime_secs: i64,
        /// The limit.
        max_secs: u64,
    },
    /// The token was used before. Found by the sign-in, which remembers the ids, not by this crate.
    #[error("the token with the id `{jti}` was used before")]
    Reused {
        /// The token's `jti`.
        jti: String,
    },
}

impl TokenError {
    /// The rule that is broken.
    pub fn rule(&self) -> Rule {
        match self {
            Self::Oversized { .. } => Rule::Size,
            Self::Garbage { .. } | Self::CriticalExtension | Self::DuplicateClaim { .. } => Rule::Form,
            Self::AlgorithmNotAllowed { .. } | Self::AlgorithmDoesNotFitKey { .. } => Rule::Algorithm,
            Self::NoKeyId | Self::UnknownKeyId { .. } => Rule::KeyId,
            Self::KeyNotYetUsable { .. } => Rule::KeyNotBefore,
            Self::KeyRetired { .. } => Rule::KeyRetired,
            Self::UnknownIssuer { .. } => Rule::Issuer,
            Self::BadSignature { .. } => Rule::Signature,
            Self::WrongAudience { .. } => Rule::Audience,
            Self::MissingClaim { claim } | Self::WrongType { claim, .. } => rule_of_claim(claim),
            Self::WrongSubjectType { .. } => Rule::SubjectType,
            Self::Expired { .. } => Rule::Expires,
            Self::NotYetValid { .. } => Rule::NotBefore,
            Self::IssuedInFuture { .. } => Rule::IssuedAt,
            Self::EndsBeforeItBegins { .. }
            | Self::LifetimeTooLong { .. }
            | Self::LifetimeTooLongWithout { .. } => Rule::Lifetime,
            Self::Reused { .. } => Rule::SingleUse,
        }
    }

    /// What to change so that the token is accepted, as one sentence.
    pub fn fix(&self) -> String {
        match self {
            Self::Oversized { .. } => "leave out claims that are not needed; groups are the usual reason".into(),
            Self::Garbage { .. } => {
                "send the token as `header.payload.signature` after `Authorization: Bearer `, with nothing around it".into()
            }
            Self::AlgorithmNotAllowed { .. } => format!(
                "sign with a private key and one of {}; never with `none` or a shared secret",
                Algorithm::ALL.map(Algorithm::name).join(", ")
            ),
            Self::AlgorithmDoesNotFitKey { kind, .. } => {
                format!("sign with {}, or register a key of the right kind", kind.default_algorithm())
            }
            Self::DuplicateClaim { .. } => "write each claim and each member of the header once".into(),
            Self::CriticalExtension => "leave `crit` out of the header".into(),
            Self::NoKeyId => "put the key id of the identity provider into the header as `kid`".into(),
            Self::UnknownKeyId { .. } => {
                "use a `kid` that is registered with the identity provider, or register this key there".into()
            }
            Self::KeyNotYetUsable { .. } => "sign with the key before this one until then, or let this key's period begin earlier".into(),
            Self::KeyRetired { .. } => {
                "sign with the key that replaced it; `fanlight keys list` shows which keys may be used".into()
            }
            Self::UnknownIssuer { .. } => "set `iss` to the issuer of an active identity provider, letter by letter".into(),
            Self::BadSignature { .. } => {
                "sign with the private key whose public half is registered under this `kid`; do not alter the token afterwards".into()
            }
            Self::WrongAudience { expected, .. } => format!("set `aud` to exactly `{expected}`"),
            Self::MissingClaim { claim } => missing_claim_fix(claim),
            Self::WrongType { claim, expected } => format!("make `{claim}` {expected}"),
            Self::WrongSubjectType { .. } => "set `subType` to `user`".into(),
            Self::Expired { .. } => "mint the token right before it is used, and check the clock of the machine that mints it".into(),
            Self::NotYetValid { .. } => "set `nbf` to the current time, and check the clock of the machine that mints the token".into(),
            Self::IssuedInFuture { .. } => "set `iat` to the current time, and check the clock of the machine that mints the token".into(),
            Self::EndsBeforeItBegins { .. } => "set `exp` to a time after `nbf`; 60 s are plenty".into(),
            Self::LifetimeTooLong { max_secs, .. } => {
                format!("set `exp` to at most {max_secs} s after `nbf`; it does not limit the login session, so 60 s are plenty")
            }
            Self::LifetimeTooLongWithout { claim, max_secs, .. } => {
                format!("add the claim `{claim}`, or set `exp` to at most {max_secs} s after `iat`; 60 s are plenty")
            }
            Self::Reused { .. } => "mint a token with a new random `jti` for every sign-in".into(),
        }
    }
}

fn rule_of_claim(claim: &str) -> Rule {
    match claim {
        "iss" => Rule::Issuer,
        "aud" => Rule::Audience,
        "sub" => Rule::Subject,
        "subType" => Rule::SubjectType,
        "name" => Rule::Name,
        "email" | "email_verified" => Rule::Email,
        "groups" => Rule::Groups,
        "jti" => Rule::TokenId,
        "iat" => Rule::IssuedAt,
        "nbf" => Rule::NotBefore,
        "exp" => Rule::Expires,
        "alg" => Rule::Algorithm,
        "kid" => Rule::KeyId,
        _ => Rule::Form,
    }
}

fn missing_claim_fix(claim: &str) -> String {
    let value = match claim {
        "sub" => "the user's id in the portal",
        "name" => "the user's name",
        "jti" => "a new random text for every token",
        "iat" | "nbf" => "the current time in seconds since 1970",
        "exp" => "the current time plus 60, in seconds since 1970",
        "iss" => "the issuer of the identity provider",
        _ => "its value",
    };
    let setting = match claim {
        "jti" => "require_jti",
        "nbf" => "require_nbf",
        _ => return format!("add the claim `{claim}`: {value}"),
    };
    format!(
        "add the claim `{claim}`: {value}; for a portal that cannot, set `{setting} = false` at its identity provider, and \
         let `exp` be at most {} s after `iat`",
        RequiredClaims::MAX_LIFETIME_WITHOUT.as_secs()
    )
}

/// Why a key could not be read or made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a PEM block.
    #[error(
        "this is not PEM: {0}; a key begins with `-----BEGIN PUBLIC KEY-----` or `-----BEGIN CERTIFICATE-----`"
    )]
    NotPem(&'static str),
    /// A PEM block of something else.
    #[error("a PEM block `{found}` cannot be used here; {expected}")]
    WrongBlock {
        /// The block's label.
        found: String,
        /// What is accepted.
        expected: &'static str,
    },
    /// The bytes inside are not what the label says.
    #[error("the key's contents cannot be read: {0}")]
    Malformed(&'static str),
    /// A kind or size of key that is not supported.
    #[error("this kind of key is not supported: {0}; use RSA of 2048 to 8192 bits, P-256, P-384 or Ed25519")]
    Unsupported(String),
    /// The operating system or the library failed while a key was made.
    #[error("a key could not be generated")]
    Generate,
}
