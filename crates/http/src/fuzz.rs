//! Bytes of strangers through everything that reads them before anybody is known.

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use url::Url;

use crate::auth::bearer;
use crate::integration::integration_id;
use crate::socket::SocketPath;
use crate::{cookies, returnto};

const ORIGIN: &str = "https://portal.example";

fn headers(name: &http::HeaderName, bytes: &[u8]) -> HeaderMap {
    let value = HeaderValue::from_bytes(bytes);
    value.into_iter().map(|value| (name.clone(), value)).collect()
}

proptest! {
    #[test]
    fn reading_the_path_of_a_socket_is_total(path in "(/app)?[a-z/%0-9?&=-]{0,80}") {
        if let Ok(parsed) = SocketPath::parse(&path) {
            for name in [parsed.app, parsed.identity].into_iter().flatten() {
                prop_assert!(!name.is_empty() && !name.chars().any(char::is_control), "{name:?}");
            }
        }
    }

    #[test]
    fn reading_cookies_and_credentials_is_total(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let found = headers(&COOKIE, &bytes);
        if let Some(value) = cookies::read(&found, "a") {
            prop_assert!(!value.contains([';', '\r', '\n']));
        }
        let _ = bearer(&headers(&AUTHORIZATION, &bytes));
    }

    #[test]
    fn reading_a_query_is_total(query in "[a-zA-Z%0-9&=+;-]{0,80}") {
        let id = integration_id(&HeaderMap::new(), Some(&query));
        prop_assert!(id.is_none_or(|id| !id.is_empty() && id.trim() == id));
    }

    /// As a browser reads it, what is let through leads to the tenant or to the listed origin.
    #[test]
    fn no_returnto_leads_elsewhere(
        text in "(https?:|[/\\\\ahtps:@.?#%\\t\\n -]{0,24})[/\\\\]{0,3}(portal.example@)?(evil.example|portal.example)?[/a-z.@:]{0,8}"
    ) {
        let tenant = Url::parse("https://tenant.example/login").unwrap();
        if let Some(place) = returnto::check(&text, &[ORIGIN.to_owned()]) {
            let seen = tenant.join(&place).unwrap();
            let origin = seen.origin().ascii_serialization();
            prop_assert!(origin == "https://tenant.example" || origin == ORIGIN, "{text:?} → {seen}");
            prop_assert!(!place.contains(['\r', '\n']));
        }
    }
}
