//! The little DER that keys need: read a public key out of SPKI, PKCS#1 or a certificate, and write SPKI.
//!
//! Everything is bounds-checked; input that does not fit is an error, never a panic.

use crate::{KeyError, KeyKind};

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const NULL: u8 = 0x05;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
/// `[0] EXPLICIT`, the version of a certificate.
const CONTEXT_0: u8 = 0xa0;

const OID_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const OID_EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const OID_P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const OID_P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const OID_ED25519: &[u8] = &[0x2b, 0x65, 0x70];

/// Reads one element after the other.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn peek_tag(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The contents of the next element, which must have this tag.
    fn take(&mut self, tag: u8) -> Result<&'a [u8], KeyError> {
        let broken = KeyError::Malformed("the DER structure is broken or of another kind");
        let [found, rest @ ..] = self.0 else {
            return Err(broken);
        };
        if *found != tag {
            return Err(broken);
        }
        let (length, rest) = length(rest).ok_or_else(|| broken.clone())?;
        let (contents, rest) = rest.split_at_checked(length).ok_or(broken)?;
        self.0 = rest;
        Ok(contents)
    }
}

fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    if first < 0x80 {
        return Some((usize::from(first), rest));
    }
    let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    // Keys and certificates are far below 16 MiB; more digits are either an attack or not DER.
    if digits.is_empty() || digits.len() > 3 {
        return None;
    }
    Some((
        digits
            .iter()
            .fold(0, |length, &digit| length << 8 | usize::from(digit)),
        rest,
    ))
}

/// One element.
fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = contents.len().to_be_bytes();
    let digits = &length[length
        .iter()
        .position(|&digit| digit != 0)
        .unwrap_or(length.len())..];
    if contents.len() < 0x80 {
        out.push(length[length.len() - 1]);
    } else {
        out.push(0x80 | digits.len().to_le_bytes()[0]);
        out.extend_from_slice(digits);
    }
    out.extend_from_slice(contents);
    out
}

/// A non-negative INTEGER from big-endian bytes.
fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let digits = &bytes[bytes.iter().position(|&digit| digit != 0).unwrap_or(bytes.len())..];
    let mut contents = Vec::with_capacity(digits.len() + 1);
    if digits.first().is_none_or(|&digit| digit >= 0x80) {
        contents.push(0);
    }
    contents.extend_from_slice(digits);
    element(INTEGER, &contents)
}

/// The kind of an AlgorithmIdentifier.
fn kind(identifier: &[u8]) -> Result<KeyKind, KeyError> {
    let mut identifier = Reader::new(identifier);
    match identifier.take(OID)? {
        OID_RSA => Ok(KeyKind::Rsa),
        OID_ED25519 => Ok(KeyKind::Ed25519),
        OID_EC => match identifier.take(OID)? {
            OID_P256 => Ok(KeyKind::P256),
            OID_P384 => Ok(KeyKind::P384),
            _ => Err(KeyError::Unsupported(
                "an elliptic curve other than P-256 and P-384".into(),
            )),
        },
        _ => Err(KeyError::Unsupported("neither RSA nor EC nor Ed25519".into())),
    }
}

/// A public key as it lies in its wrapping: PKCS#1, a curve point, or 32 bytes.
pub(crate) type RawKey<'a> = (KeyKind, &'a [u8]);

/// Reads a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
pub(crate) fn read_spki(der: &[u8]) -> Result<RawKey<'_>, KeyError> {
    spki_contents(Reader::new(der).take(SEQUENCE)?)
}

/// Reads the key of an X.509 certificate (RFC 5280 §4.1). The certificate's own signature and dates do not matter: it
/// is only the wrapping in which an administrator hands over a key.
pub(crate) fn read_certificate(der: &[u8]) -> Result<RawKey<'_>, KeyError> {
    let mut certificate = Reader::new(Reader::new(der).take(SEQUENCE)?);
    let mut tbs = Reader::new(certificate.take(SEQUENCE)?);
    if tbs.peek_tag() == Some(CONTEXT_0) {
        tbs.take(CONTEXT_0)?;
    }
    tbs.take(INTEGER)?;
    for _signature_issuer_validity_subject in 0..4 {
        tbs.take(SEQUENCE)?;
    }
    spki_contents(tbs.take(SEQUENCE)?)
}

/// The kind of key in a PKCS#8 private key (RFC 5208 §5).
pub(crate) fn pkcs8_kind(der: &[u8]) -> Result<KeyKind, KeyError> {
    let mut info = Reader::new(Reader::new(der).take(SEQUENCE)?);
    info.take(INTEGER)?;
    let kind = kind(info.take(SEQUENCE)?)?;
    info.take(OCTET_STRING)?;
    Ok(kind)
}

/// Writes a SubjectPublicKeyInfo.
pub(crate) fn write_spki((kind, raw): RawKey<'_>) -> Vec<u8> {
    let identifier = match kind {
        KeyKind::Rsa => [element(OID, OID_RSA), element(NULL, &[])].concat(),
        KeyKind::P256 => [element(OID, OID_EC), element(OID, OID_P256)].concat(),
        KeyKind::P384 => [element(OID, OID_EC), element(OID, OID_P384)].concat(),
        KeyKind::Ed25519 => element(OID, OID_ED25519),
    };
    let key = [&[0][..], raw].concat();
    element(
        SEQUENCE,
        &[element(SEQUENCE, &identifier), element(BIT_STRING, &key)].concat(),
    )
}

/// Writes an RSAPublicKey (RFC 8017 §A.1.1).
pub(crate) fn write_rsa(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    element(SEQUENCE, &[unsigned(modulus), unsigned(exponent)].concat())
}

/// Modulus and exponent of an RSAPublicKey, without leading zeros.
pub(crate) fn read_rsa(pkcs1: &[u8]) -> Result<(&[u8], &[u8]), KeyError> {
    let mut key = Reader::new(Reader::new(pkcs1).take(SEQUENCE)?);
    let modulus = key.take(INTEGER)?;
    let exponent = key.take(INTEGER)?;
    Ok((without_zeros(modulus), without_zeros(exponent)))
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let first = number.iter().position(|&digit| digit != 0);
    first.map_or(&[], |first| &number[first..])
}

/// The bits of the modulus of an RSAPublicKey.
pub(crate) fn rsa_bits(pkcs1: &[u8]) -> Result<usize, KeyError> {
    let (digits, _) = read_rsa(pkcs1)?;
    Ok(digits
        .first()
        .map_or(0, |first| digits.len() * 8 - first.leading_zeros() as usize))
}

fn spki_contents(contents: &[u8]) -> Result<RawKey<'_>, KeyError> {
    let mut spki = Reader::new(contents);
    let kind = kind(spki.take(SEQUENCE)?)?;
    match spki.take(BIT_STRING)? {
        [0, raw @ ..] => Ok((kind, raw)),
        _ => Err(KeyError::Malformed("the key is not a whole number of bytes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_reads_back_at_every_length_form() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let contents = vec![7; length];
            let written = element(OCTET_STRING, &contents);
            assert_eq!(
                Reader::new(&written).take(OCTET_STRING).unwrap(),
                contents,
                "{length}"
            );
        }
    }

    #[test]
    fn every_truncation_is_an_error() {
        let spki = write_spki((KeyKind::Ed25519, &[9; 32]));
        assert!(read_spki(&spki).is_ok());
        for end in 0..spki.len() {
            assert!(read_spki(&spki[..end]).is_err(), "{end}");
            assert!(read_certificate(&spki[..end]).is_err(), "{end}");
        }
    }

    #[test]
    fn an_integer_stays_positive_and_short() {
        assert_eq!(unsigned(&[0x80]), [INTEGER, 2, 0, 0x80]);
        assert_eq!(unsigned(&[0, 0, 1]), [INTEGER, 1, 1]);
        assert_eq!(unsigned(&[]), [INTEGER, 1, 0]);
    }
}
