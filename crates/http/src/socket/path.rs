//! Reads the path of an engine WebSocket: `/app[/{app}][/identity/{identity}][/ttl/{seconds}]`.

use std::time::Duration;

use percent_encoding::percent_decode_str;

/// Longest identity, in characters, after decoding.
const MAX_IDENTITY_CHARS: usize = 256;
/// Longest app name, in characters, after decoding.
const MAX_APP_CHARS: usize = 256;
/// A session that is asked to be kept for ever (`-1`) is kept for as long as the host allows.
const FOR_EVER: Duration = Duration::from_secs(u32::MAX as u64);

/// What a path asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketPath {
    /// The app's name, decoded; `None` for a session without an app.
    pub app: Option<String>,
    /// The identity, decoded.
    pub identity: Option<String>,
    /// How long the session outlives its last socket.
    pub ttl: Option<Duration>,
}

/// Why a path is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Something else than the known parts.
    #[error("the path is not /app/{{app}}[/identity/{{identity}}][/ttl/{{seconds}}]")]
    Shape,
    /// A part that is no text, has control characters, or is too long.
    #[error("the app and the identity are texts of at most 256 characters, percent-encoded UTF-8")]
    Text,
    /// The time to live.
    #[error("ttl is a whole number of seconds, or -1")]
    Ttl,
}

impl SocketPath {
    /// Reads `path`, still percent-encoded, so that an encoded slash stays part of its segment.
    ///
    /// # Errors
    /// The path has another shape.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        // Proxies and hand-built addresses leave a stray `&` behind when the query is empty.
        let path = path.trim_end_matches('&');
        let rest = path.strip_prefix("/app").ok_or(PathError::Shape)?;
        let mut segments = rest.trim_end_matches('/').split('/').skip(1);
        let app = match segments.next() {
            None | Some("engineData") => None,
            Some(segment) => Some(text(segment, MAX_APP_CHARS)?),
        };
        let mut parsed = Self {
            // Clients ask for an app that nobody stores by an empty query in the app's place.
            app: app.filter(|name| name != "?transient="),
            identity: None,
            ttl: None,
        };
        while let Some(key) = segments.next() {
            let value = segments.next().ok_or(PathError::Shape)?;
            match key {
                "identity" => parsed.identity = Some(text(value, MAX_IDENTITY_CHARS)?),
                "ttl" => parsed.ttl = Some(ttl(value)?),
                _ => return Err(PathError::Shape),
            }
        }
        Ok(parsed)
    }
}

fn text(segment: &str, max_chars: usize) -> Result<String, PathError> {
    let decoded = percent_decode_str(segment)
        .decode_utf8()
        .map_err(|_| PathError::Text)?;
    let fits =
        !decoded.is_empty() && decoded.chars().count() <= max_chars && !decoded.chars().any(char::is_control);
    if fits {
        Ok(decoded.into_owned())
    } else {
        Err(PathError::Text)
    }
}

fn ttl(value: &str) -> Result<Duration, PathError> {
    if value == "-1" {
        return Ok(FOR_EVER);
    }
    value
        .parse::<u32>()
        .map(|secs| Duration::from_secs(u64::from(secs)))
        .map_err(|_| PathError::Ttl)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(app: Option<&str>, identity: Option<&str>, ttl: Option<u64>) -> Result<SocketPath, PathError> {
        Ok(SocketPath {
            app: app.map(str::to_owned),
            identity: identity.map(str::to_owned),
            ttl: ttl.map(Duration::from_secs),
        })
    }

    #[test]
    fn every_traced_form_is_read() {
        for without in ["/app", "/app/", "/app/engineData", "/app/engineData/"] {
            assert_eq!(SocketPath::parse(without), path(None, None, None), "{without}");
        }
        assert_eq!(
            SocketPath::parse("/app/flights"),
            path(Some("flights"), None, None)
        );
        assert_eq!(
            SocketPath::parse("/app/flights/identity/a%2Fb%20c/ttl/0"),
            path(Some("flights"), Some("a/b c"), Some(0))
        );
        assert_eq!(
            SocketPath::parse("/app/SessionApp_1234/ttl/60&"),
            path(Some("SessionApp_1234"), None, Some(60))
        );
        assert_eq!(
            SocketPath::parse("/app/%3Ftransient%3D/identity/17"),
            path(None, Some("17"), None)
        );
        assert_eq!(
            SocketPath::parse("/app/C%3A%5Capps%5Csales.qvf"),
            path(Some("C:\\apps\\sales.qvf"), None, None)
        );
    }

    #[test]
    fn a_ttl_of_minus_one_is_as_long_as_it_gets() {
        assert_eq!(SocketPath::parse("/app/x/ttl/-1").unwrap().ttl, Some(FOR_EVER));
    }

    #[test]
    fn each_fault_has_its_name() {
        assert_eq!(SocketPath::parse("/app/x/identity"), Err(PathError::Shape));
        assert_eq!(SocketPath::parse("/app/x/color/red"), Err(PathError::Shape));
        assert_eq!(SocketPath::parse("/app/x/ttl/soon"), Err(PathError::Ttl));
        assert_eq!(SocketPath::parse("/app/x/ttl/-2"), Err(PathError::Ttl));
        assert_eq!(SocketPath::parse("/app/%ff"), Err(PathError::Text));
        assert_eq!(SocketPath::parse("/app/x/identity/%0a"), Err(PathError::Text));
        let long = format!("/app/x/identity/{}", "i".repeat(257));
        assert_eq!(SocketPath::parse(&long), Err(PathError::Text));
    }
}
