//! Where a sign-in may lead back to.

use url::Url;

/// The address, if it is one of `origins` or a path of the tenant itself.
///
/// A path is taken only when it can mean nothing else: `//host` and `/\host` are addresses of other hosts to a browser.
pub fn check(returnto: &str, origins: &[String]) -> Option<String> {
    let mut chars = returnto.chars();
    if chars.next() == Some('/') {
        let local = !matches!(chars.next(), Some('/' | '\\')) && !returnto.chars().any(char::is_control);
        return local.then(|| returnto.to_owned());
    }
    let url = Url::parse(returnto).ok()?;
    let plain =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    let origin = url.origin().ascii_serialization();
    (plain && origins.contains(&origin)).then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn only_the_tenant_and_listed_origins_are_led_back_to() {
        let origins = ["https://portal.example".to_owned()];
        let ok = |text: &str| check(text, &origins);
        assert_eq!(ok("/single/?appid=x").as_deref(), Some("/single/?appid=x"));
        assert_eq!(
            ok("https://portal.example/a?b#c").as_deref(),
            Some("https://portal.example/a?b#c")
        );
        for bad in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "https://portal.example.evil.example",
            "https://portal.example@evil.example",
            "https://user@portal.example",
            "http://portal.example",
            "https://portal.example:8443",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(ok(bad), None, "{bad}");
        }
    }
}
