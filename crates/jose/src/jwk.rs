//! JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::{KeyError, KeyKind, PublicKey, der};

pub(crate) fn read(json: &str) -> Result<PublicKey, KeyError> {
    let Ok(Value::Object(jwk)) = serde_json::from_str(json) else {
        return Err(KeyError::Malformed("a JWK is a JSON object"));
    };
    if jwk.contains_key("d") {
        return Err(KeyError::WrongBlock {
            found: "JWK with `d`".into(),
            expected: "give the public key, never the private key",
        });
    }
    let text = |name| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    match (text("kty"), text("crv")) {
        ("RSA", _) => {
            let pkcs1 = der::write_rsa(&bytes(&jwk, "n")?, &bytes(&jwk, "e")?);
            PublicKey::from_raw((KeyKind::Rsa, &pkcs1))
        }
        ("EC", "P-256") => PublicKey::from_raw((KeyKind::P256, &point(&jwk, 32)?)),
        ("EC", "P-384") => PublicKey::from_raw((KeyKind::P384, &point(&jwk, 48)?)),
        ("OKP", "Ed25519") => PublicKey::from_raw((KeyKind::Ed25519, &bytes(&jwk, "x")?)),
        (kty, crv) => Err(KeyError::Unsupported(format!("a JWK of type `{kty}` `{crv}`"))),
    }
}

fn bytes(jwk: &Map<String, Value>, name: &str) -> Result<Vec<u8>, KeyError> {
    jwk.get(name)
        .and_then(Value::as_str)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .ok_or(KeyError::Malformed(
            "a member of the JWK is missing or not base64url",
        ))
}

/// An uncompressed curve point (SEC 1 §2.3.3).
fn point(jwk: &Map<String, Value>, size: usize) -> Result<Vec<u8>, KeyError> {
    let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
    if x.len() != size || y.len() != size {
        return Err(KeyError::Malformed(
            "the coordinates of the JWK have the wrong length",
        ));
    }
    Ok([&[4][..], &x, &y].concat())
}

/// The key as a member of a set, for signatures. `raw` is a key as [`PublicKey`] holds it.
pub(crate) fn write(kid: &str, (kind, raw): der::RawKey<'_>) -> Result<Value, KeyError> {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let alg = kind.default_algorithm().name();
    Ok(match kind {
        KeyKind::Rsa => {
            let (n, e) = der::read_rsa(raw)?;
            json!({ "kty": "RSA", "kid": kid, "use": "sig", "alg": alg, "n": text(n), "e": text(e) })
        }
        KeyKind::P256 | KeyKind::P384 => {
            let (_, point) = raw.split_at(1);
            let (x, y) = point.split_at(point.len() / 2);
            let crv = kind.to_string();
            json!({ "kty": "EC", "kid": kid, "use": "sig", "alg": alg, "crv": crv, "x": text(x), "y": text(y) })
        }
        KeyKind::Ed25519 => {
            json!({ "kty": "OKP", "kid": kid, "use": "sig", "alg": alg, "crv": "Ed25519", "x": text(raw) })
        }
    })
}
