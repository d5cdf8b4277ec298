use super::*;
use proptest::prelude::*;

fn origin(text: &str) -> Result<Origin, OriginError> {
    text.parse()
}

#[test]
fn an_origin_is_kept_as_browsers_send_it() {
    for (written, kept, host) in [
        (
            "https://portal.example",
            "https://portal.example",
            "portal.example",
        ),
        (
            "https://Portal.Example:443",
            "https://portal.example",
            "portal.example",
        ),
        (
            "https://portal.example:8443",
            "https://portal.example:8443",
            "portal.example",
        ),
        (
            "https://bücher.example",
            "https://xn--bcher-kva.example",
            "xn--bcher-kva.example",
        ),
        ("http://localhost:8081", "http://localhost:8081", "localhost"),
        (
            "http://portal.localhost:8081",
            "http://portal.localhost:8081",
            "portal.localhost",
        ),
        ("http://127.0.0.1:80", "http://127.0.0.1", "127.0.0.1"),
        ("http://[::1]:3000", "http://[::1]:3000", "[::1]"),
    ] {
        let origin = origin(written).unwrap();
        assert_eq!((origin.as_str(), origin.host()), (kept, host), "{written}");
    }
}

#[test]
fn a_wildcard_is_refused() {
    for text in [
        "*",
        "https://*.example.com",
        "https://*",
        "https://a*.example.com",
    ] {
        assert!(matches!(origin(text), Err(OriginError::Wildcard(_))), "{text}");
    }
}

#[test]
fn a_path_a_query_or_a_user_is_refused() {
    for text in [
        "https://portal.example/",
        "https://portal.example/app",
        "https://portal.example?x",
        "https://portal.example#x",
        "https://user@portal.example",
        "https://user:pw@portal.example",
        "https:///portal.example",
    ] {
        assert!(
            matches!(origin(text), Err(OriginError::NotOnlyOrigin(_))),
            "{text}"
        );
    }
}

#[test]
fn plain_http_is_refused_off_the_machine() {
    for text in [
        "http://portal.example",
        "http://localhost.example",
        "http://10.0.0.1",
        "http://notlocalhost",
    ] {
        assert!(matches!(origin(text), Err(OriginError::NotHttps(_))), "{text}");
    }
}

#[test]
fn what_is_no_origin_is_refused() {
    for text in [
        "",
        "null",
        "portal.example",
        "https://",
        "https:portal.example",
        "https:\\\\portal.example",
        "ftp://portal.example",
        "file://portal",
        "javascript://portal.example",
        "https://a b",
        "https://portal.example ",
        "https://a%2eb",
        "https://a\tb",
        "https://portal.example:99999",
        "https://a\"b.example",
        "https://a;b.example",
    ] {
        assert!(
            matches!(origin(text), Err(OriginError::NotAnOrigin(_))),
            "{text:?}"
        );
    }
}

#[test]
fn a_source_of_the_policy_may_have_a_wildcard_and_no_scheme() {
    for (written, header, socket) in [
        ("portal.example", "portal.example", "wss://portal.example"),
        ("*.portal.example", "*.portal.example", "wss://*.portal.example"),
        (
            "https://Portal.example:8443",
            "https://portal.example:8443",
            "wss://portal.example:8443",
        ),
        (
            "https://*.portal.example",
            "https://*.portal.example",
            "wss://*.portal.example",
        ),
        (
            "http://portal.localhost:8081",
            "http://portal.localhost:8081",
            "ws://portal.localhost:8081",
        ),
        (
            "http://*.localhost:8081",
            "http://*.localhost:8081",
            "ws://*.localhost:8081",
        ),
        ("localhost:3000", "localhost:3000", "wss://localhost:3000"),
    ] {
        let source: CspSource = written.parse().unwrap();
        assert_eq!(
            (source.to_header().as_str(), source.to_websocket().as_str()),
            (header, socket)
        );
        assert_eq!(header.parse(), Ok(source));
    }
}

#[test]
fn a_source_that_would_let_in_anyone_or_break_the_header_is_refused() {
    for text in [
        "*",
        "*.com",
        "https://*",
        "*.*.example.com",
        "a.*.example.com",
        "'self'",
        "data:",
        "portal.example; script-src *",
        "portal.example other.example",
        "portal.example,other.example",
        "portal.example/path",
        "http://portal.example",
        "",
        "ws://portal.example",
    ] {
        assert!(text.parse::<CspSource>().is_err(), "{text:?}");
    }
}

proptest! {
    /// Whatever is accepted is in its normal form, is nothing but an origin, and can stand in a header.
    #[test]
    fn an_accepted_origin_is_exact(text in "(https?://|)[a-zA-Z0-9.*:/@?#\\[\\]\\\\ %_-]{0,30}") {
        if let Ok(origin) = origin(&text) {
            let kept = origin.as_str();
            prop_assert_eq!(kept.parse::<Origin>(), Ok(origin.clone()));
            let (scheme, authority) = kept.split_once("://").unwrap();
            prop_assert!(scheme == "https" || scheme == "http");
            prop_assert!(!authority.is_empty());
            prop_assert!(!authority.contains(['*', '/', '?', '#', '@', '\\', ' ', '%']));
            prop_assert_eq!(kept.to_ascii_lowercase(), kept);
            prop_assert!(authority.starts_with(origin.host()));
        }
    }

    /// Any host name with any port is accepted, and two spellings of it are one origin.
    #[test]
    fn a_plain_https_origin_is_accepted(host in "[a-z]([a-z0-9-]{0,10}[a-z0-9])?\\.[a-z]{2,6}", port in 1_u16..) {
        prop_assume!(!host.starts_with("xn--"));
        let lower = origin(&format!("https://{host}:{port}")).unwrap();
        prop_assert_eq!(&lower, &origin(&format!("https://{}:{port}", host.to_uppercase())).unwrap());
        prop_assert_eq!(lower.as_str().ends_with(&format!(":{port}")), port != 443);
    }

    /// A source never holds what would begin another source or directive.
    #[test]
    fn an_accepted_source_is_one_word(text in "(https?://|)[a-zA-Z0-9.*:/;,' \"_-]{0,30}") {
        if let Ok(source) = text.parse::<CspSource>() {
            let header = source.to_header();
            prop_assert!(!header.contains([' ', ';', ',', '\'', '"']));
            prop_assert_eq!(header.parse::<CspSource>(), Ok(source));
        }
    }
}
