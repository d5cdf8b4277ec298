//! Mint, parse and verify JWTs, and read and make the keys they are signed with.
//!
//! A token that was only read and a token that was checked are different types. [`UnverifiedToken::parse`] looks at
//! the form alone; [`UnverifiedToken::verify`] is the one way to a [`VerifiedToken`], and checks the signature and
//! every rule about the claims against [`Rules`]. [`explain`] walks through the same checks and says for each rule
//! whether the token keeps it, so that a developer is told what the sign-in would say, and how to put it right.
//!
//! Algorithms are an allow-list ([`Algorithm`]): asymmetric ones only. `none` and the HMAC family cannot be expressed.
//! A key works with the algorithms of its own kind and no others, so a token cannot choose how a key is used.
//!
//! Nothing here reads a clock, a file or the network.

mod algorithm;
mod claims;
mod der;
mod error;
mod explain;
mod jwk;
mod key;
mod key_set;
mod mint;
mod object;
mod pem;
mod rules;
mod token;

pub use algorithm::{Algorithm, KeyKind};
pub use claims::Claims;
pub use error::{KeyError, Rule, TokenError};
pub use explain::{Finding, explain};
pub use key::{PrivateKey, PublicKey};
pub use key_set::{KeySet, KeySetError, MAX_KEYS_IN_SET, NamedKey, UnusedKey};
pub use mint::{MintClaims, MintError, mint};
pub use rules::{
    AUDIENCE_LOGIN, AUDIENCE_PROGRAM, KeyPeriod, KeyState, RequiredClaims, Rules, TrustedIssuer, TrustedKey,
};
pub use token::{MAX_TOKEN_BYTES, UnverifiedToken, VerifiedToken};
