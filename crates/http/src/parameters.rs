//! The parameters of a query. One that is not understood is refused by its name: a call that left it out of account would
//! answer something else than what was asked.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;

use crate::error::ApiError;

/// What every route takes, and reads elsewhere: the integration and the CSRF token of clients that cannot set headers, and
/// the number by which libraries get around a cache.
const COMMON: [&str; 3] = ["qlik-web-integration-id", "qlik-csrf-token", "_"];

/// Lists take parameters; each of them reads its own by [`crate::list::Spec::read`], which refuses every other one.
const LISTS: [&str; 10] = [
    "/api/v1/api-keys",
    "/api/v1/apps",
    "/api/v1/items",
    "/api/v1/themes",
    "/api/v1/users",
    "/api/v1/web-integrations",
    "/api/v1/csp-origins",
    "/api/v1/identity-providers",
    "/api/fanlight/v1/sessions",
    "/api/fanlight/v1/audit",
];

/// Whether every route takes it.
fn is_common(name: &str) -> bool {
    COMMON.iter().any(|common| common.eq_ignore_ascii_case(name))
}

/// Name and value of each parameter but those that every route takes.
///
/// # Errors
/// One of them is there twice.
pub fn given(query: Option<&str>) -> Result<Vec<(String, String)>, ApiError> {
    let mut given: Vec<(String, String)> = Vec::new();
    for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if is_common(&name) {
            continue;
        }
        if given.iter().any(|(known, _)| *known == name) {
            return Err(ApiError::Parameter {
                name: name.into_owned(),
                known: "it is there twice; give it once".to_owned(),
            });
        }
        given.push((name.into_owned(), value.into_owned()));
    }
    Ok(given)
}

/// The refusal of a parameter.
pub fn unknown(name: &str, known: &[&str]) -> ApiError {
    let known = match known {
        [] => "no parameter of this call, which takes none".to_owned(),
        known => format!("no parameter of this list; it takes {}", known.join(", ")),
    };
    ApiError::Parameter {
        name: name.to_owned(),
        known,
    }
}

/// Refuses a call of the API whose query has a parameter that its route does not take.
///
/// # Errors
/// [`ApiError::Invalid`] names the parameter.
pub async fn known_only(request: Request, next: Next) -> Result<Response, ApiError> {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("", MatchedPath::as_str);
    // What has no path has no parameters either; that it is not there is said first.
    let is_there =
        route.starts_with("/api/") && !route.ends_with("{*path}") || route.ends_with("/file/{*path}");
    let is_list = matches!(*request.method(), Method::GET | Method::HEAD) && LISTS.contains(&route);
    if is_there
        && !is_list
        && let Some((name, _)) = given(request.uri().query())?.first()
    {
        return Err(unknown(name, &[]));
    }
    Ok(next.run(request).await)
}
