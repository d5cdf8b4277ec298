//! `/api/v1/apps`: the apps that the caller may open.

use axum::Json;
use axum::extract::{Path, State};
use fanlight_identity::Authenticated;
use fanlight_protocol::rest;
use fanlight_rpc::AppEntry;

use crate::AppState;
use crate::auth::{Caller, viewer};
use crate::error::ApiError;
use crate::state::Services;
use crate::wire;

/// `GET /api/v1/apps`
pub async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
) -> Result<Json<rest::List<rest::App>>, ApiError> {
    state
        .ask(move |services, cx| {
            let apps = services.host.apps(viewer(&caller));
            let apps = apps.iter().map(wire::app).collect();
            Ok(Json(
                wire::Base::new(&services.settings, cx.tenant).list("/api/v1/apps", apps),
            ))
        })
        .await
}

/// `GET /api/v1/apps/{id}`
pub async fn get(
    State(state): State<AppState>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<rest::App>, ApiError> {
    find(&state, &caller, &id, "app").map(|app| Json(wire::app(&app)))
}

/// The app of this id, if the caller may open it.
///
/// # Errors
/// [`ApiError::NotFound`] says that there is no such `what`, [`ApiError::NotPermitted`] that it is for others, as the close
/// codes of a WebSocket do.
pub fn find(
    services: &Services,
    caller: &Authenticated,
    id: &str,
    what: &'static str,
) -> Result<AppEntry, ApiError> {
    match services.host.may_open(id, viewer(caller)) {
        None => Err(ApiError::NotFound(what)),
        Some(false) => Err(ApiError::NotPermitted),
        Some(true) => {
            let mut apps = services.host.apps(viewer(caller)).into_iter();
            apps.find(|app| app.id.as_str() == id)
                .ok_or(ApiError::NotFound(what))
        }
    }
}
