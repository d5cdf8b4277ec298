//! Which web integration a call belongs to.

use fanlight_identity::{Store, StoreError, WebIntegration};
use http::HeaderMap;
use http::header::ORIGIN;

use crate::error::ApiError;

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

/// The text as it stands in a message: short.
fn shown(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Why a page may not call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginRefusal {
    /// No web integration lists its origin.
    #[error("the origin {origin:?} is in no web integration{}", also(.named.as_deref()))]
    Unlisted {
        /// The page's; empty where the browser tells nothing but that it is of another site.
        origin: String,
        /// The web integration that the page named.
        named: Option<String>,
    },
    /// The integration that it names does not list its origin; another one does.
    #[error("the origin {origin:?} is not in the web integration {named:?}")]
    OfAnother {
        /// The page's.
        origin: String,
        /// The web integration that the page named.
        named: String,
    },
    /// The login session was opened through another web integration.
    #[error(
        "the origin {origin:?} is not in the web integration {opened_by:?} that the login session was opened through"
    )]
    Session {
        /// The page's.
        origin: String,
        /// The web integration of the session.
        opened_by: String,
    },
    /// Administration is for the tenant's own pages and for programs.
    #[error("a page of the origin {origin:?} may not administer the tenant")]
    OwnPagesOnly {
        /// The page's.
        origin: String,
    },
}

/// A web integration that the tenant does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no web integration {named:?}, which {} named", .origin.as_ref().map_or_else(|| "a program".to_owned(), |origin| format!("a page of {origin:?}")))]
pub struct UnknownIntegration {
    /// The page's, if it is one.
    pub origin: Option<String>,
    /// The id.
    pub named: String,
}

fn also(named: Option<&str>) -> String {
    named.map_or_else(String::new, |named| format!("; it named {named:?}"))
}

impl OriginRefusal {
    /// What the page's author may do about it. A stranger gets the same words whatever it asked for.
    pub fn detail(&self) -> String {
        match self {
            Self::Unlisted { .. } => "add the page's origin to a web integration of this tenant".to_owned(),
            Self::OfAnother { origin, named } => format!(
                "add {origin} to the origins of the web integration `{named}`, or send the id of the one that lists it"
            ),
            Self::Session { .. } => {
                "the login session was opened by a page of another web integration; sign in through this one"
                    .to_owned()
            }
            Self::OwnPagesOnly { .. } => {
                "administration is for the tenant's own pages and for programs with an API key".to_owned()
            }
        }
    }
}

impl UnknownIntegration {
    /// What the page's author may do about it.
    pub fn detail(&self) -> String {
        format!(
            "send the id of a web integration of this tenant as qlik-web-integration-id; there is no `{}`",
            self.named
        )
    }
}

/// Lets a page call whose origin is listed: by the integration that is `named`, or, when none is, by any.
///
/// # Errors
/// Why not, or the store failed. A page that no integration lists is told the same whatever it names.
pub fn check_origin(store: &dyn Store, origin: &str, named: Option<&str>) -> Result<(), ApiError> {
    if is_listed(store, origin, named)? {
        return Ok(());
    }
    let origin_shown = shown(origin);
    let Some(id) = named else {
        return Err(unlisted(origin, None));
    };
    if !is_listed(store, origin, None)? {
        return Err(unlisted(origin, named));
    }
    let named = shown(id);
    Err(match by_id(store, id)? {
        Some(_) => ApiError::Origin(OriginRefusal::OfAnother {
            origin: origin_shown,
            named,
        }),
        None => ApiError::UnknownIntegration(UnknownIntegration {
            origin: Some(origin_shown),
            named,
        }),
    })
}

/// The refusal of a page of an origin that nobody lists.
pub fn unlisted(origin: &str, named: Option<&str>) -> ApiError {
    ApiError::Origin(OriginRefusal::Unlisted {
        origin: shown(origin),
        named: named.map(shown),
    })
}

/// The refusal of a page, listed or not, where only the tenant's own may call.
///
/// # Errors
/// The store failed.
pub fn own_pages_only(store: &dyn Store, origin: &str) -> Result<ApiError, StoreError> {
    Ok(if is_listed(store, origin, None)? {
        ApiError::Origin(OriginRefusal::OwnPagesOnly {
            origin: shown(origin),
        })
    } else {
        unlisted(origin, None)
    })
}

/// Lets a page of the web integration call that its login session was opened through.
///
/// # Errors
/// It is of another one, or the store failed.
pub fn check_session(store: &dyn Store, origin: &str, opened_by: &str) -> Result<(), ApiError> {
    if is_listed(store, origin, Some(opened_by))? {
        Ok(())
    } else {
        Err(ApiError::Origin(OriginRefusal::Session {
            origin: shown(origin),
            opened_by: opened_by.to_owned(),
        }))
    }
}

fn is_listed(store: &dyn Store, origin: &str, named: Option<&str>) -> Result<bool, StoreError> {
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
/// There is none of the id that it named, or the store failed.
pub fn of_call(
    store: &dyn Store,
    named: Option<&str>,
    headers: &HeaderMap,
) -> Result<Option<WebIntegration>, ApiError> {
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    if let Some(named) = named {
        let found = by_id(store, named)?;
        let unknown = || UnknownIntegration {
            origin: origin.map(shown),
            named: shown(named),
        };
        return found
            .map(Some)
            .ok_or_else(|| ApiError::UnknownIntegration(unknown()));
    }
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
