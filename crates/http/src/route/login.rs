//! `/login`: the way to sign in for people. The tenant has no form of its own; the portal has.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use fanlight_identity::StoreError;
use fanlight_protocol::rest;
use http::header::{ACCEPT, LOCATION, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use url::Url;

use crate::AppState;
use crate::error::ApiError;
use crate::extract::Params;
use crate::integration::integration_id;
use crate::person_page::{self, SignInPlaces};
use crate::returnto;

/// What may stand in the query; `login_hint`, `prompt` and the like are the portal's business.
#[derive(Debug, Deserialize)]
pub struct Query {
    returnto: Option<String>,
}

/// Leads to the configured sign-in page, which leads back to `returnto`.
pub async fn get(
    State(state): State<AppState>,
    Params(query): Params<Query>,
    request: Request,
) -> Result<Response, ApiError> {
    if wants_places(request.headers()) {
        let SignInPlaces { page, portals } = state.blocking(SignInPlaces::of).await?;
        let places = rest::SignInPlaces {
            sign_in_page: page,
            portals,
        };
        return Ok(([(VARY, "accept")], Json(places)).into_response());
    }
    let named = integration_id(request.headers(), request.uri().query());
    let returnto = match query.returnto {
        None => None,
        Some(returnto) => {
            let mut origins = listed(&state, named).await?;
            origins.extend_from_slice(&state.settings.own_origins);
            Some(returnto::check(&returnto, &origins).ok_or(ApiError::ReturnTo)?)
        }
    };
    let Some(page) = &state.settings.sign_in_page else {
        let places = state.blocking(SignInPlaces::of).await?;
        return Ok(person_page::sign_in(&places));
    };
    let mut page =
        Url::parse(page).map_err(|error| ApiError::Internal(format!("the sign-in page: {error}")))?;
    if let Some(returnto) = returnto {
        let absolute = match returnto.strip_prefix('/') {
            Some(_) => format!("{}{returnto}", state.settings.public_origin()),
            None => returnto,
        };
        page.query_pairs_mut().append_pair("returnto", &absolute);
    }
    let location =
        HeaderValue::from_str(page.as_str()).map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok((StatusCode::FOUND, [(LOCATION, location)]).into_response())
}

/// Whether a program asks where people sign in, in place of a person who wants to.
fn wants_places(headers: &HeaderMap) -> bool {
    let accepts = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accepts| accepts.trim().eq_ignore_ascii_case("application/json"))
}

/// The origins of the integration that is named, or, when none is, of all.
async fn listed(state: &AppState, named: Option<String>) -> Result<Vec<String>, ApiError> {
    state
        .blocking(move |services| {
            let integrations = services.store.web_integrations()?;
            let chosen = integrations
                .iter()
                .filter(|integration| named.as_ref().is_none_or(|id| integration.id.as_str() == id));
            let origins = chosen.flat_map(|integration| &integration.origins);
            Ok::<_, StoreError>(origins.map(|origin| origin.as_str().to_owned()).collect())
        })
        .await
}
