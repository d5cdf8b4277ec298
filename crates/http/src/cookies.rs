//! Reading and writing cookies. What their values mean is `fanlight-identity`'s business.

use fanlight_base::Secret;
use fanlight_identity::{HOST_SESSION_COOKIE, HOST_SESSION_SIGNATURE, SESSION_COOKIE};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

/// Which pages may make a browser send the tenant's cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CookieReach {
    /// Portals on other sites: `SameSite=None; Partitioned`, so that each embedding site has a login session of its own
    /// and browsers that block third-party cookies keep it.
    #[default]
    CrossSite,
    /// As `CrossSite`, but as servers did it before there was `Partitioned`: browsers that block third-party cookies drop
    /// them. For tests of pages that must notice.
    CrossSiteUnpartitioned,
    /// Portals on the tenant's own site only: `SameSite=Lax`.
    SameSite,
}

/// Most session cookies of one browser that are looked at.
const MAX_SESSION_COOKIES: usize = 4;

/// A session cookie as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownSession {
    /// The cookie's value.
    pub sid: Secret<String>,
    /// The value of its signature's cookie.
    pub signature: Option<Secret<String>>,
}

/// The session cookies of a request; none of them is known to be good.
///
/// What stands under the guarded name was set by this host. There may be several, when how cookies are set was changed in
/// between: each is a session of this browser, and one that runs counts. Under the contract's name a page of a neighbouring
/// domain may have planted one, and a browser sends that one first or last as its path has it. So that name counts only where
/// there is no guarded one, and only with one value: of two, nobody can say whose browser this is.
pub fn sessions(headers: &HeaderMap) -> Vec<ShownSession> {
    let guarded = pairs(headers, (HOST_SESSION_COOKIE, HOST_SESSION_SIGNATURE));
    if !guarded.is_empty() {
        return guarded;
    }
    let open = pairs(headers, (SESSION_COOKIE, "eas.sid.sig"));
    if open.len() > 1 {
        tracing::info!(
            "the request carries different session cookies, one of which another domain may have set"
        );
        return Vec::new();
    }
    open
}

/// Whether a session cookie came along, good or not.
pub fn has_session(headers: &HeaderMap) -> bool {
    [HOST_SESSION_COOKIE, SESSION_COOKIE]
        .into_iter()
        .any(|name| all(headers, name).next().is_some())
}

/// Each value with its signature: both are set at once, so they come in one order.
fn pairs(headers: &HeaderMap, (name, signature): (&str, &str)) -> Vec<ShownSession> {
    let mut signatures = all(headers, signature);
    let mut pairs: Vec<ShownSession> = Vec::new();
    for sid in all(headers, name).take(MAX_SESSION_COOKIES) {
        let pair = ShownSession {
            sid: Secret::new(sid.to_owned()),
            signature: signatures.next().map(|text| Secret::new(text.to_owned())),
        };
        if !pairs.contains(&pair) {
            pairs.push(pair);
        }
    }
    pairs
}

/// The values of all cookies called `name`, in the order in which they came.
fn all<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter_map(move |(key, value)| (key == name).then_some(value))
}

/// The value of the first cookie called `name`.
#[cfg(test)]
pub fn read<'a>(headers: &'a HeaderMap, name: &'a str) -> Option<&'a str> {
    all(headers, name).next()
}

/// A `Set-Cookie` value that lasts as long as the browser runs; `None` if `value` cannot stand in a cookie.
pub fn set(name: &str, value: &str, reach: CookieReach) -> Option<HeaderValue> {
    let fits = value.bytes().all(|byte| {
        // RFC 6265 §4.1.1, cookie-octet.
        matches!(byte, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e)
    });
    let text = format!("{name}={value}; Path=/; {}", reach.attributes());
    fits.then(|| HeaderValue::from_str(&text).ok()).flatten()
}

/// A `Set-Cookie` value that takes the cookie away. The attributes must be those it was set with: a partitioned cookie
/// is another cookie than an unpartitioned one of the same name.
pub fn clear(name: &str, reach: CookieReach) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{name}=; Path=/; Max-Age=0; {}", reach.attributes())).ok()
}

impl CookieReach {
    const fn attributes(self) -> &'static str {
        match self {
            Self::CrossSite => "Secure; HttpOnly; SameSite=None; Partitioned",
            Self::CrossSiteUnpartitioned => "Secure; HttpOnly; SameSite=None",
            Self::SameSite => "Secure; HttpOnly; SameSite=Lax",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_first_cookie_of_a_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; eas.sid=first; b=x=y"));
        headers.append(COOKIE, HeaderValue::from_static("eas.sid=second"));
        assert_eq!(read(&headers, "eas.sid"), Some("first"));
        assert_eq!(read(&headers, "b"), Some("x=y"));
        assert_eq!(read(&headers, "eas"), None);
    }

    #[test]
    fn a_cookie_for_other_sites_is_partitioned() {
        assert_eq!(
            set("eas.sid", "abc", CookieReach::CrossSite).unwrap(),
            "eas.sid=abc; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"
        );
        assert_eq!(
            set("eas.sid", "abc", CookieReach::CrossSiteUnpartitioned).unwrap(),
            "eas.sid=abc; Path=/; Secure; HttpOnly; SameSite=None"
        );
        assert_eq!(
            set("eas.sid", "abc", CookieReach::SameSite).unwrap(),
            "eas.sid=abc; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn a_value_that_would_end_the_cookie_is_refused() {
        for bad in ["a;b", "a b", "a\r\nx", "a\"", "a,b"] {
            assert_eq!(set("eas.sid", bad, CookieReach::CrossSite), None, "{bad:?}");
        }
    }
}
