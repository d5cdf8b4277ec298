//! Which web integration a call belongs to.

use fanlight_identity::{Store, StoreError, WebIntegration};
use http::HeaderMap;
use http::header::ORIGIN;

/// Names the integration, as a header or in the query.
const NAME: &str = "qlik-web-integration-id";

/// The id that a call names. Clients pad it with blanks, and write the query's name in any case.
pub fn integration_id(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    let header = headers.get(NAME).and_then(|value| value.to_str().ok());
    let named = header.map(str::to_owned).or_else(|| {
        let pairs = url::form_urlencoded::parse(query?.as_bytes());
        pairs
            .into_iter()
            .find_map(|(key, value)| key.eq_ignore_ascii_case(NAME).then(|| value.into_owned()))
    });
    named.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty())
}

/// Whether `origin` is listed: by the integration that is `named`, or, when none is, by any.
///
/// # Errors
/// The store failed.
pub fn is_listed(store: &dyn Store, origin: &str, named: Option<&str>) -> Result<bool, StoreError> {
    let lists = |integration: WebIntegration| integration.allows(origin);
    Ok(match named {
        Some(id) => by_id(store, id)?.is_some_and(lists),
        None => store.web_integrations()?.into_iter().any(lists),
    })
}

/// The integration that a sign-in came through: the one that it named, else the first that lists the page's origin. A page
/// cannot get around the limits of its integration by not naming it.
///
/// # Errors
/// The store failed.
pub fn of_call(
    store: &dyn Store,
    named: Option<&str>,
    headers: &HeaderMap,
) -> Result<Option<WebIntegration>, StoreError> {
    if let Some(named) = named {
        return by_id(store, named);
    }
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let lists = |integration: &WebIntegration| origin.is_some_and(|origin| integration.allows(origin));
    Ok(store.web_integrations()?.into_iter().find(lists))
}

/// What is no id names no integration.
fn by_id(store: &dyn Store, id: &str) -> Result<Option<WebIntegration>, StoreError> {
    let id = id.parse().ok();
    Ok(id.map(|id| store.web_integration(&id)).transpose()?.flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_comes_by_header_or_query_in_any_case_with_blanks() {
        let mut headers = HeaderMap::new();
        assert_eq!(integration_id(&headers, None), None);
        let query = Some("a=b&Qlik-Web-Integration-Id=%20wi1%20");
        assert_eq!(integration_id(&headers, query).as_deref(), Some("wi1"));
        headers.insert(NAME, " wi2 ".parse().unwrap());
        assert_eq!(integration_id(&headers, query).as_deref(), Some("wi2"));
        headers.insert(NAME, "  ".parse().unwrap());
        assert_eq!(integration_id(&headers, None), None);
    }
}
