//! Origins of web integrations, and sources of the content security policy.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// An exact origin that may call the tenant from a browser: `https://host[:port]`, or `http://` on the machine itself.
///
/// Kept in the one form in which browsers send it: lower case, punycode, without the scheme's own port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// Why a text is no origin, with what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Not a URL.
    #[error("`{0}` is no origin; write `https://host` or `https://host:port`")]
    NotAnOrigin(String),
    /// A `*`.
    #[error("`{0}` has a wildcard; list each origin, because every one of them may act for signed-in people")]
    Wildcard(String),
    /// Another scheme than https.
    #[error(
        "`{0}` is not https; plain http is allowed for `localhost`, names under it, and loopback addresses only"
    )]
    NotHttps(String),
    /// More than an origin.
    #[error(
        "`{0}` has a path, a query, a fragment or a user name; write only `https://host` or `https://host:port`, without a slash at the end"
    )]
    NotOnlyOrigin(String),
}

impl Origin {
    /// The origin as browsers send it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host name or address alone; an IPv6 address keeps its brackets.
    pub fn host(&self) -> &str {
        let authority = self.0.split_once("://").map_or("", |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let shown = || text.chars().take(200).collect::<String>();
        if text.contains('*') {
            return Err(OriginError::Wildcard(shown()));
        }
        // The URL parser forgives what an allow-list must not: backslashes, blanks, missing slashes.
        let forgiven = |c: char| c.is_whitespace() || c.is_control() || c == '\\' || c == '%';
        let Some((_, authority)) = text.split_once("://").filter(|_| !text.contains(forgiven)) else {
            return Err(OriginError::NotAnOrigin(shown()));
        };
        if authority.contains(['/', '?', '#', '@']) {
            return Err(OriginError::NotOnlyOrigin(shown()));
        }
        let url = Url::parse(text).map_err(|_| OriginError::NotAnOrigin(shown()))?;
        let Some(host) = url.host() else {
            return Err(OriginError::NotAnOrigin(shown()));
        };
        if !is_plain(&host) || authority.ends_with(':') {
            return Err(OriginError::NotAnOrigin(shown()));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            "http" => return Err(OriginError::NotHttps(shown())),
            _ => return Err(OriginError::NotAnOrigin(shown())),
        }
        Ok(Self(url.origin().ascii_serialization()))
    }
}

/// The URL parser lets through host names with quotes, semicolons and commas, which would end a source in a header.
fn is_plain(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// A source of the content security policy: `[scheme://]host[:port]`, where the host may begin with `*.`.
///
/// Without a scheme it means `https`. Only a whole first label can be a wildcard, and never the name right under a
/// top-level domain alone (`*.com`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CspSource {
    scheme: Option<&'static str>,
    host: String,
}

impl CspSource {
    /// As it stands in the header.
    pub fn to_header(&self) -> String {
        match self.scheme {
            Some(scheme) => format!("{scheme}://{}", self.host),
            None => self.host.clone(),
        }
    }

    /// The same host for WebSockets.
    pub fn to_websocket(&self) -> String {
        let scheme = if self.scheme == Some("http") { "ws" } else { "wss" };
        format!("{scheme}://{}", self.host)
    }
}

impl fmt::Display for CspSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_header())
    }
}

impl FromStr for CspSource {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let (scheme, host) = match text.split_once("://") {
            Some(("https", host)) => (Some("https"), host),
            Some(("http", host)) => (Some("http"), host),
            Some(_) => return Err(OriginError::NotAnOrigin(text.chars().take(200).collect())),
            None => (None, text),
        };
        let (wildcard, name) = match host.strip_prefix("*.") {
            Some(name) => ("*.", name),
            None => ("", host),
        };
        // The rest must be an exact origin; `*.` in front of it is the only difference.
        let exact: Origin = format!("{}://{name}", scheme.unwrap_or("https"))
            .parse()
            .map_err(|error| match error {
                OriginError::NotAnOrigin(_) => OriginError::NotAnOrigin(text.chars().take(200).collect()),
                OriginError::Wildcard(_) => OriginError::Wildcard(text.chars().take(200).collect()),
                OriginError::NotHttps(_) => OriginError::NotHttps(text.chars().take(200).collect()),
                OriginError::NotOnlyOrigin(_) => OriginError::NotOnlyOrigin(text.chars().take(200).collect()),
            })?;
        let (_, name) = exact.as_str().split_once("://").unwrap_or_default();
        let bare = name.split(':').next().unwrap_or_default();
        if !wildcard.is_empty() && !bare.contains('.') && bare != "localhost" {
            return Err(OriginError::Wildcard(text.chars().take(200).collect()));
        }
        Ok(Self {
            scheme,
            host: format!("{wildcard}{name}"),
        })
    }
}

#[cfg(test)]
mod tests;
