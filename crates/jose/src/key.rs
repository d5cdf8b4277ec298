//! Public and private keys.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512,
    RsaKeyPair, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fanlight_base::Secret;

use crate::{Algorithm, KeyError, KeyKind, der, jwk, pem};

/// A key that can check signatures. Equal when it is the same key, however it was written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    kind: KeyKind,
    spki: Arc<[u8]>,
}

impl PublicKey {
    /// Reads PEM: a public key (SPKI), an RSA public key (PKCS#1) or an X.509 certificate, with or without line breaks.
    ///
    /// # Errors
    /// A private key, another kind of key, RSA below 2048 bits, or broken text.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let blocks = pem::read(text)?;
        // The text is kept and shown as it was given, so a private key must not ride along behind a certificate.
        let private = blocks.iter().find(|block| block.label.ends_with("PRIVATE KEY"));
        let block = private.unwrap_or(&blocks[0]);
        let raw = match block.label.as_str() {
            "PUBLIC KEY" => der::read_spki(&block.der)?,
            "RSA PUBLIC KEY" => (KeyKind::Rsa, block.der.as_slice()),
            "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => der::read_certificate(&block.der)?,
            label => {
                return Err(KeyError::WrongBlock {
                    found: label.to_owned(),
                    expected: "give the public key or the certificate, never the private key",
                });
            }
        };
        Self::from_raw(raw)
    }

    /// Reads a JWK (RFC 7517) as JSON text.
    ///
    /// # Errors
    /// Another kind of key, a symmetric key, or members that are missing or malformed.
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        jwk::read(json)
    }

    pub(crate) fn from_raw(raw: der::RawKey<'_>) -> Result<Self, KeyError> {
        let kind = raw.0;
        if kind == KeyKind::Rsa {
            let bits = der::rsa_bits(raw.1)?;
            if !(2048..=8192).contains(&bits) {
                return Err(KeyError::Unsupported(format!("RSA of {bits} bits")));
            }
        }
        let spki = der::write_spki(raw);
        ParsedPublicKey::new(kind.default_algorithm().verification(), &spki)
            .map_err(|_| KeyError::Malformed("the numbers inside are no valid key"))?;
        Ok(Self {
            kind,
            spki: spki.into(),
        })
    }

    /// What it is.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// As SPKI PEM (`-----BEGIN PUBLIC KEY-----`).
    pub fn to_pem(&self) -> String {
        pem::write("PUBLIC KEY", &self.spki)
    }

    /// As a JWK (RFC 7517) that says `kid`, as JSON text: a member of the set that a provider publishes.
    ///
    /// # Panics
    /// Never: the key was read by the code that reads it here.
    pub fn to_jwk(&self, kid: &str) -> String {
        let jwk = der::read_spki(&self.spki).and_then(|raw| jwk::write(kid, raw));
        jwk.expect("what this crate wrote it can read").to_string()
    }

    /// A short text that follows from the key alone: what `fanlight keys new` proposes as `kid`.
    pub fn fingerprint(&self) -> String {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &self.spki);
        URL_SAFE_NO_PAD.encode(&digest.as_ref()[..12])
    }

    /// Whether `signature` over `message` was made with this key's private half. An algorithm of another kind of key
    /// never matches.
    pub(crate) fn has_signed(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        algorithm.key_kind() == self.kind
            && UnparsedPublicKey::new(algorithm.verification(), &self.spki)
                .verify(message, signature)
                .is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.kind, self.fingerprint())
    }
}

/// A key that can sign. Its `Debug` shows nothing of it.
pub struct PrivateKey {
    pair: Pair,
    public: PublicKey,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl PrivateKey {
    /// A new key; RSA gets 2048 bits.
    ///
    /// The randomness is the crypto library's own and not the `Entropy` port: a repeatable key would be a way in.
    ///
    /// # Errors
    /// [`KeyError::Generate`] when the library has no randomness or memory.
    pub fn generate(kind: KeyKind) -> Result<Self, KeyError> {
        let failed = |_| KeyError::Generate;
        let pair = match kind {
            KeyKind::Rsa => Pair::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?.into()),
            KeyKind::P256 => Pair::Ec(EcdsaKeyPair::generate(curve(kind)).map_err(failed)?),
            KeyKind::P384 => Pair::Ec(EcdsaKeyPair::generate(curve(kind)).map_err(failed)?),
            KeyKind::Ed25519 => Pair::Ed25519(Ed25519KeyPair::generate().map_err(failed)?),
        };
        Self::from_pair(kind, pair)
    }

    /// Reads PEM: PKCS#8 of any kind, PKCS#1 (`RSA PRIVATE KEY`) or SEC1 (`EC PRIVATE KEY`).
    ///
    /// # Errors
    /// An encrypted or a public key, another kind of key, or broken text.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let blocks = pem::read(text)?;
        // OpenSSL writes the curve's parameters as a block of their own in front of an EC key.
        let block = blocks
            .iter()
            .find(|block| block.label != "EC PARAMETERS")
            .unwrap_or(&blocks[0]);
        let rejected = |_| KeyError::Malformed("the numbers inside are no valid private key");
        match block.label.as_str() {
            "PRIVATE KEY" => {
                let kind = der::pkcs8_kind(&block.der)?;
                let pair = match kind {
                    KeyKind::Rsa => Pair::Rsa(RsaKeyPair::from_pkcs8(&block.der).map_err(rejected)?.into()),
                    KeyKind::P256 | KeyKind::P384 => {
                        Pair::Ec(EcdsaKeyPair::from_pkcs8(curve(kind), &block.der).map_err(rejected)?)
                    }
                    KeyKind::Ed25519 => Pair::Ed25519(
                        Ed25519KeyPair::from_pkcs8_maybe_unchecked(&block.der).map_err(rejected)?,
                    ),
                };
                Self::from_pair(kind, pair)
            }
            "RSA PRIVATE KEY" => {
                let pair = RsaKeyPair::from_der(&block.der).map_err(rejected)?;
                Self::from_pair(KeyKind::Rsa, Pair::Rsa(pair.into()))
            }
            "EC PRIVATE KEY" => [KeyKind::P256, KeyKind::P384]
                .into_iter()
                .find_map(|kind| {
                    let pair = EcdsaKeyPair::from_private_key_der(curve(kind), &block.der).ok()?;
                    Some(Self::from_pair(kind, Pair::Ec(pair)))
                })
                .unwrap_or_else(|| Err(KeyError::Unsupported("an EC key on another curve".into()))),
            label => Err(KeyError::WrongBlock {
                found: label.to_owned(),
                expected: "give an unencrypted private key (`openssl pkcs8 -topk8 -nocrypt` makes one)",
            }),
        }
    }

    fn from_pair(kind: KeyKind, pair: Pair) -> Result<Self, KeyError> {
        let raw = match &pair {
            Pair::Rsa(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ec(pair) => pair.public_key().as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
        };
        Ok(Self {
            pair,
            public: PublicKey::from_raw((kind, &raw))?,
        })
    }

    /// Its public half.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// As PKCS#8 PEM (`-----BEGIN PRIVATE KEY-----`). Whoever has it can sign in as anyone.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] when the library cannot write it.
    pub fn to_pem(&self) -> Result<Secret<String>, KeyError> {
        let failed = |_| KeyError::Malformed("the key cannot be written as PKCS#8");
        let text = match &self.pair {
            Pair::Rsa(pair) => {
                let der = AsDer::<Pkcs8V1Der<'_>>::as_der(pair.as_ref()).map_err(failed)?;
                pem::write("PRIVATE KEY", der.as_ref())
            }
            Pair::Ec(pair) => pem::write("PRIVATE KEY", pair.to_pkcs8v1().map_err(failed)?.as_ref()),
            Pair::Ed25519(pair) => pem::write("PRIVATE KEY", pair.to_pkcs8v1().map_err(failed)?.as_ref()),
        };
        Ok(Secret::new(text))
    }

    /// The signature over `message`; `None` when the algorithm is for another kind of key.
    pub(crate) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        if algorithm.key_kind() != self.public.kind {
            return None;
        }
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let padding = match algorithm {
                    Algorithm::Rs384 => &RSA_PKCS1_SHA384,
                    Algorithm::Rs512 => &RSA_PKCS1_SHA512,
                    _ => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, message, &mut signature).ok()?;
                Some(signature)
            }
            Pair::Ec(pair) => Some(pair.sign(&random, message).ok()?.as_ref().to_vec()),
            Pair::Ed25519(pair) => Some(pair.sign(message).as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey(of {:?})", self.public)
    }
}

fn curve(kind: KeyKind) -> &'static EcdsaSigningAlgorithm {
    if kind == KeyKind::P384 {
        &ECDSA_P384_SHA384_FIXED_SIGNING
    } else {
        &ECDSA_P256_SHA256_FIXED_SIGNING
    }
}

#[cfg(test)]
mod tests;
