//! Reading and writing cookies. What their values mean is `fanlight-identity`'s business.

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

/// The value of the first cookie called `name`.
///
/// A browser sends the cookie of the more exact path first (RFC 6265 §5.4); taking the first one keeps to one identity
/// per request instead of trying each.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
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
