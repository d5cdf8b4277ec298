//! Tokens, good and bad.

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fanlight_base::Timestamp;
use fanlight_jose::{KeyKind, PrivateKey, PublicKey};
use serde_json::{Value, json};

use crate::tenant::{ISSUER, KID};

/// Signs whatever it is given.
pub struct Forge {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

impl Forge {
    /// With a new key.
    pub fn new() -> Self {
        let key = PrivateKey::generate(KeyKind::Ed25519).expect("the library makes keys");
        let pem = key.to_pem().expect("a new key can be written");
        let der: String = pem
            .reveal()
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect();
        let der = STANDARD.decode(der).expect("PEM holds base64");
        Self {
            pair: Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).expect("PKCS#8 as written"),
            public: key.public().clone(),
        }
    }

    /// The public half.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The header of a good token.
    pub fn header() -> Value {
        json!({"alg": "EdDSA", "typ": "JWT", "kid": KID})
    }

    /// The claims of a good token for `subject`, minted at `now`.
    pub fn claims(subject: &str, token_id: &str, now: Timestamp) -> Value {
        let now = now.as_secs();
        json!({
            "iss": ISSUER, "aud": "qlik.api/login/jwt-session", "sub": subject, "subType": "user", "name": subject,
            "email": format!("{subject}@example.com"), "email_verified": true, "jti": token_id,
            "iat": now, "nbf": now, "exp": now + 60,
        })
    }

    /// A token with a valid signature over any header and claims.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(message.as_bytes()));
        format!("{message}.{signature}")
    }

    /// A token signed by HMAC with `secret`.
    pub fn sign_by_hmac(header: &Value, claims: &Value, secret: &[u8]) -> String {
        let message = unsigned(header, claims);
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
        let signature = URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, message.as_bytes()));
        format!("{message}.{signature}")
    }
}

impl Default for Forge {
    fn default() -> Self {
        Self::new()
    }
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{header}.{claims}")
}
