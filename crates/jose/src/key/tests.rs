//! Keys in every form in which people hand them over. The files were made by OpenSSL.

use serde_json::json;

use super::*;

const RSA_PKCS8: &str = include_str!("../../testdata/rsa.pkcs8.pem");
const RSA_PKCS1: &str = include_str!("../../testdata/rsa.pkcs1.pem");
const RSA_SPKI: &str = include_str!("../../testdata/rsa.spki.pem");
const RSA_PUBLIC_PKCS1: &str = include_str!("../../testdata/rsa.public-pkcs1.pem");
const RSA_CERTIFICATE: &str = include_str!("../../testdata/rsa.cert.pem");
const RSA_1024: &str = include_str!("../../testdata/rsa1024.spki.pem");
const EC_SEC1: &str = include_str!("../../testdata/p256.sec1.pem");
const EC_PKCS8: &str = include_str!("../../testdata/p256.pkcs8.pem");
const EC_SPKI: &str = include_str!("../../testdata/p256.spki.pem");
const EC_CERTIFICATE: &str = include_str!("../../testdata/p256.cert.pem");
const P384_PKCS8: &str = include_str!("../../testdata/p384.pkcs8.pem");
const P384_SPKI: &str = include_str!("../../testdata/p384.spki.pem");
const P521_SPKI: &str = include_str!("../../testdata/p521.spki.pem");
const ED_PKCS8: &str = include_str!("../../testdata/ed25519.pkcs8.pem");
const ED_SPKI: &str = include_str!("../../testdata/ed25519.spki.pem");
const ENCRYPTED: &str = include_str!("../../testdata/encrypted.pem");

#[test]
fn every_form_of_a_public_key_is_the_same_key() {
    for (kind, forms) in [
        (KeyKind::Rsa, vec![RSA_SPKI, RSA_PUBLIC_PKCS1, RSA_CERTIFICATE]),
        (KeyKind::P256, vec![EC_SPKI, EC_CERTIFICATE]),
        (KeyKind::P384, vec![P384_SPKI]),
        (KeyKind::Ed25519, vec![ED_SPKI]),
    ] {
        let keys: Vec<PublicKey> = forms
            .iter()
            .map(|form| PublicKey::from_pem(form).unwrap())
            .collect();
        assert!(keys.iter().all(|key| key == &keys[0] && key.kind() == kind));
        for form in forms {
            let stripped = form.replace('\n', "");
            assert_eq!(PublicKey::from_pem(&stripped).unwrap(), keys[0]);
            assert_eq!(PublicKey::from_pem(&form.replace('\n', "\\n")).unwrap(), keys[0]);
        }
        assert_eq!(PublicKey::from_pem(&keys[0].to_pem()).unwrap(), keys[0]);
    }
}

#[test]
fn every_form_of_a_private_key_has_the_public_key() {
    for (private, public) in [
        (RSA_PKCS8, RSA_SPKI),
        (RSA_PKCS1, RSA_SPKI),
        (EC_SEC1, EC_SPKI),
        (EC_PKCS8, EC_SPKI),
        (P384_PKCS8, P384_SPKI),
        (ED_PKCS8, ED_SPKI),
    ] {
        let key = PrivateKey::from_pem(private).unwrap();
        assert_eq!(key.public(), &PublicKey::from_pem(public).unwrap());
    }
}

#[test]
fn a_generated_key_reads_back_from_its_pem() {
    for kind in [KeyKind::Rsa, KeyKind::P256, KeyKind::P384, KeyKind::Ed25519] {
        let key = PrivateKey::generate(kind).unwrap();
        let again = PrivateKey::from_pem(key.to_pem().unwrap().reveal()).unwrap();
        assert_eq!((key.public(), again.public().kind()), (again.public(), kind));
        let signature = again.sign(kind.default_algorithm(), b"message").unwrap();
        assert!(
            key.public()
                .has_signed(kind.default_algorithm(), b"message", &signature)
        );
        assert!(
            !key.public()
                .has_signed(kind.default_algorithm(), b"massage", &signature)
        );
    }
}

#[test]
fn a_jwk_is_the_same_key_as_its_pem() {
    let spki = |pem: &str| pem::read(pem).unwrap().remove(0).der;
    let b64 = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let ec = spki(EC_SPKI);
    let point = &ec[ec.len() - 64..];
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": b64(&point[..32]), "y": b64(&point[32..]) });
    assert_eq!(
        PublicKey::from_jwk(&jwk.to_string()),
        PublicKey::from_pem(EC_SPKI)
    );

    let ed = spki(ED_SPKI);
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(&ed[ed.len() - 32..]) });
    assert_eq!(
        PublicKey::from_jwk(&jwk.to_string()),
        PublicKey::from_pem(ED_SPKI)
    );

    // A 2048-bit PKCS#1 key ends with the modulus and the exponent 65537 (02 03 01 00 01).
    let rsa = spki(RSA_PUBLIC_PKCS1);
    let modulus = &rsa[rsa.len() - 5 - 256..rsa.len() - 5];
    let jwk = json!({ "kty": "RSA", "n": b64(modulus), "e": "AQAB" });
    assert_eq!(
        PublicKey::from_jwk(&jwk.to_string()),
        PublicKey::from_pem(RSA_SPKI)
    );
}

#[test]
fn a_jwk_that_cannot_be_used_is_refused() {
    for bad in [
        "[]",
        r#"{"kty":"oct","k":"c2VjcmV0"}"#,
        r#"{"kty":"EC","crv":"P-521","x":"","y":""}"#,
        r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#,
        r#"{"kty":"OKP","crv":"Ed25519"}"#,
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}"#,
    ] {
        assert!(PublicKey::from_jwk(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_private_key_is_no_public_key() {
    for private in [RSA_PKCS8, RSA_PKCS1, EC_SEC1, ED_PKCS8] {
        let error = PublicKey::from_pem(private).unwrap_err();
        assert!(error.to_string().contains("never the private key"), "{error}");
    }
}

#[test]
fn a_bundle_with_a_private_key_is_refused_wherever_that_stands() {
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let (public, private) = (key.public().to_pem(), key.to_pem().unwrap());
    for bundle in [
        public.clone() + private.reveal(),
        private.reveal().clone() + &public,
    ] {
        let error = PublicKey::from_pem(&bundle).unwrap_err();
        assert!(matches!(error, KeyError::WrongBlock { found, .. } if found == "PRIVATE KEY"));
    }
}

#[test]
fn a_public_or_encrypted_key_is_no_private_key() {
    for (pem, label) in [(RSA_SPKI, "PUBLIC KEY"), (ENCRYPTED, "ENCRYPTED PRIVATE KEY")] {
        let error = PrivateKey::from_pem(pem).unwrap_err();
        assert!(
            matches!(&error, KeyError::WrongBlock { found, .. } if found == label),
            "{error}"
        );
    }
}

#[test]
fn weak_and_unknown_keys_are_refused() {
    let error = PublicKey::from_pem(RSA_1024).unwrap_err();
    assert!(error.to_string().contains("RSA of 1024 bits"), "{error}");
    assert!(matches!(
        PublicKey::from_pem(P521_SPKI),
        Err(KeyError::Unsupported(_))
    ));
}

#[test]
fn a_point_that_is_not_on_the_curve_is_refused() {
    let mut block = pem::read(EC_SPKI).unwrap().remove(0);
    *block.der.last_mut().unwrap() ^= 1;
    assert!(PublicKey::from_pem(&pem::write("PUBLIC KEY", &block.der)).is_err());
}

#[test]
fn debug_shows_no_private_key() {
    let shown = format!("{:?}", PrivateKey::from_pem(ED_PKCS8).unwrap());
    assert!(shown.starts_with("PrivateKey(of PublicKey(Ed25519 "), "{shown}");
}

proptest::proptest! {
    /// Whatever arrives, reading a key ends, and without a panic.
    #[test]
    fn reading_a_key_is_total(label in "(PUBLIC KEY|RSA PUBLIC KEY|CERTIFICATE|PRIVATE KEY|EC PRIVATE KEY)",
                              der in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let text = pem::write(&label, &der);
        let _ = PublicKey::from_pem(&text);
        let _ = PrivateKey::from_pem(&text);
    }

    /// A good key with one byte changed is refused or another key, never a panic.
    #[test]
    fn a_damaged_key_does_not_panic(at in 0_usize..800, bits in 1_u8..=255) {
        for pem in [RSA_CERTIFICATE, EC_SPKI, RSA_PKCS8] {
            let mut block = pem::read(pem).unwrap().remove(0);
            let at = at % block.der.len();
            block.der[at] ^= bits;
            let text = pem::write(&block.label, &block.der);
            let _ = PublicKey::from_pem(&text);
            let _ = PrivateKey::from_pem(&text);
        }
    }
}
