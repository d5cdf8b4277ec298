//! The values of the cookies and of CSRF tokens: made, signed and checked here; their attributes belong to HTTP.
//!
//! The session cookie is 128 random bits; the store knows only their hash, so a stolen database signs nobody in. Each
//! cookie travels with its signature (`….sig`), which lets a forged one be refused before the store is asked.
//!
//! A CSRF token is a random number and its keyed hash together with the login session's id. It needs no memory, any
//! number of them work side by side (clients fetch a fresh one for each WebSocket), and none works for another session.

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fanlight_base::{Entropy, LoginSessionId, Secret};

use crate::AuthError;

/// The cookie that is the login session's secret.
pub const SESSION_COOKIE: &str = "eas.sid";
/// The cookie that holds a CSRF token.
pub const CSRF_COOKIE: &str = "_csrfToken";
/// The session cookie under a name that browsers take from its own host only, never from a page of a neighbouring domain
/// (RFC 6265bis §4.1.3.2). The contract's name can be planted from there.
pub const HOST_SESSION_COOKIE: &str = "__Host-eas.sid";
/// Its signature.
pub const HOST_SESSION_SIGNATURE: &str = "__Host-eas.sid.sig";
/// What the name of a cookie's signature ends with.
pub const SIG_SUFFIX: &str = ".sig";

/// The tenant's key for signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieSecret(Secret<[u8; 32]>);

impl CookieSecret {
    /// 256 unguessable bits.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 32];
        entropy.fill(&mut bytes);
        Self::from_bytes(bytes)
    }

    /// As kept in the store.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }

    /// To be kept in the store and shown nowhere.
    pub const fn reveal(&self) -> &[u8; 32] {
        self.0.reveal()
    }

    fn key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, self.0.reveal())
    }

    fn sign(&self, message: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.key(), message.as_bytes()))
    }

    /// Compares in constant time.
    fn has_signed(&self, message: &str, signature: &str) -> bool {
        URL_SAFE_NO_PAD
            .decode(signature)
            .is_ok_and(|signature| hmac::verify(&self.key(), message.as_bytes(), &signature).is_ok())
    }
}

/// SHA-256 of a session cookie's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionKeyHash(pub [u8; 32]);

impl SessionKeyHash {
    fn of(value: &str) -> Self {
        Self(sha256(value))
    }
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub fn same_secret(one: &str, other: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

pub(crate) fn sha256(text: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    hash
}

/// What a sign-in gives to the browser. `Debug` shows none of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionCookies {
    sid: Secret<String>,
    sid_sig: Secret<String>,
    csrf: Secret<String>,
    csrf_sig: Secret<String>,
}

impl SessionCookies {
    /// Fresh cookies for a session, and the hash by which the store finds it.
    pub fn generate(
        secret: &CookieSecret,
        session: &LoginSessionId,
        entropy: &dyn Entropy,
    ) -> (Self, SessionKeyHash) {
        let sid = entropy.hex128();
        let hash = SessionKeyHash::of(&sid);
        (Self::again(secret, session, sid, entropy), hash)
    }

    /// The cookies of a session whose cookie the browser has shown: the same one, and a fresh CSRF token.
    pub fn again(
        secret: &CookieSecret,
        session: &LoginSessionId,
        sid: String,
        entropy: &dyn Entropy,
    ) -> Self {
        let csrf = issue_csrf(secret, session, entropy);
        Self {
            sid_sig: Secret::new(secret.sign(&cookie(SESSION_COOKIE, &sid))),
            csrf_sig: Secret::new(secret.sign(&cookie(CSRF_COOKIE, &csrf))),
            sid: Secret::new(sid),
            csrf: Secret::new(csrf),
        }
    }

    /// The session cookie and its signature once more, under the names that browsers guard.
    pub fn guarded_pairs(&self) -> [(&'static str, &str); 2] {
        [
            (HOST_SESSION_COOKIE, self.sid.reveal()),
            (HOST_SESSION_SIGNATURE, self.sid_sig.reveal()),
        ]
    }

    /// Name and value of each, in the order in which they are set. All characters are fit for a cookie and a URL.
    pub fn pairs(&self) -> [(&'static str, &str); 4] {
        [
            (SESSION_COOKIE, self.sid.reveal()),
            ("eas.sid.sig", self.sid_sig.reveal()),
            (CSRF_COOKIE, self.csrf.reveal()),
            ("_csrfToken.sig", self.csrf_sig.reveal()),
        ]
    }
}

/// The hash by which the store finds the session of a cookie.
///
/// # Errors
/// [`AuthError::BadCookie`] when the signature is not the tenant's.
pub(crate) fn check_session_cookie(
    secret: &CookieSecret,
    sid: &str,
    sig: &str,
) -> Result<SessionKeyHash, AuthError> {
    if secret.has_signed(&cookie(SESSION_COOKIE, sid), sig) {
        Ok(SessionKeyHash::of(sid))
    } else {
        Err(AuthError::BadCookie)
    }
}

/// A CSRF token for a login session.
pub fn issue_csrf(secret: &CookieSecret, session: &LoginSessionId, entropy: &dyn Entropy) -> String {
    let nonce = entropy.hex128();
    let mac = secret.sign(&csrf_message(session, &nonce));
    format!("{nonce}.{mac}")
}

/// Whether a CSRF token was issued for this login session. Compares in constant time.
pub fn verify_csrf(secret: &CookieSecret, session: &LoginSessionId, token: &str) -> bool {
    token
        .split_once('.')
        .is_some_and(|(nonce, mac)| secret.has_signed(&csrf_message(session, nonce), mac))
}

fn cookie(name: &str, value: &str) -> String {
    format!("{name}={value}")
}

fn csrf_message(session: &LoginSessionId, nonce: &str) -> String {
    format!("csrf:{session}:{nonce}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanlight_base::SeededEntropy;

    fn fixture() -> (CookieSecret, LoginSessionId, SeededEntropy) {
        let entropy = SeededEntropy::new(3);
        (
            CookieSecret::generate(&entropy),
            LoginSessionId::generate(&entropy),
            entropy,
        )
    }

    #[test]
    fn a_cookie_leads_to_the_hash_it_was_made_with() {
        let (secret, session, entropy) = fixture();
        let (cookies, hash) = SessionCookies::generate(&secret, &session, &entropy);
        let [(_, sid), (_, sig), ..] = cookies.pairs();
        assert_eq!(check_session_cookie(&secret, sid, sig).unwrap(), hash);
    }

    #[test]
    fn names_of_signatures_follow_from_the_names() {
        let (secret, session, entropy) = fixture();
        let (cookies, _) = SessionCookies::generate(&secret, &session, &entropy);
        let [(sid, _), (sid_sig, _), (csrf, _), (csrf_sig, _)] = cookies.pairs();
        assert_eq!(
            (sid_sig, csrf_sig),
            (&*format!("{sid}{SIG_SUFFIX}"), &*format!("{csrf}{SIG_SUFFIX}"))
        );
    }

    #[test]
    fn an_altered_cookie_is_refused() {
        let (secret, session, entropy) = fixture();
        let (cookies, _) = SessionCookies::generate(&secret, &session, &entropy);
        let [(_, sid), (_, sig), (_, csrf), (_, csrf_sig)] = cookies.pairs();
        for (sid, sig) in [
            (&sid[1..], sig),
            (sid, ""),
            (sid, csrf_sig),
            (csrf, csrf_sig),
            (sid, "not base64!"),
        ] {
            assert!(
                matches!(check_session_cookie(&secret, sid, sig), Err(AuthError::BadCookie)),
                "{sid} {sig}"
            );
        }
        let other = CookieSecret::generate(&entropy);
        assert!(check_session_cookie(&other, sid, sig).is_err());
    }

    #[test]
    fn a_csrf_token_works_for_its_session_only() {
        let (secret, session, entropy) = fixture();
        let first = issue_csrf(&secret, &session, &entropy);
        let second = issue_csrf(&secret, &session, &entropy);
        assert_ne!(first, second);
        assert!(verify_csrf(&secret, &session, &first) && verify_csrf(&secret, &session, &second));
        assert!(!verify_csrf(&secret, &LoginSessionId::generate(&entropy), &first));
        assert!(!verify_csrf(&CookieSecret::generate(&entropy), &session, &first));
        for bad in [
            "",
            ".",
            "abc",
            &first[1..],
            &first[..first.len() - 1],
            &format!("{first}x"),
        ] {
            assert!(!verify_csrf(&secret, &session, bad), "{bad:?}");
        }
    }

    #[test]
    fn debug_shows_no_value() {
        let (secret, session, entropy) = fixture();
        let (cookies, _) = SessionCookies::generate(&secret, &session, &entropy);
        let shown = format!("{cookies:?} {secret:?}");
        for (_, value) in cookies.pairs() {
            assert!(!shown.contains(value));
        }
    }
}
