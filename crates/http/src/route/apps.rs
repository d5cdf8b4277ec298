//! `/api/v1/apps`

use axum::Json;
use axum::extract::{Path, State};
use fanlight_protocol::rest;

use crate::AppState;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::wire;

/// `GET /api/v1/apps`
pub async fn list(State(state): State<AppState>, _: Caller) -> Result<Json<rest::List<rest::App>>, ApiError> {
    state
        .blocking(|services| {
            services.with_context(|cx| {
                let apps = services.host.apps().iter().map(wire::app).collect();
                Ok(Json(
                    wire::Base::new(&services.settings, cx.tenant).list("/api/v1/apps", apps),
                ))
            })
        })
        .await
}

/// `GET /api/v1/apps/{id}`
pub async fn get(
    State(state): State<AppState>,
    _: Caller,
    Path(id): Path<String>,
) -> Result<Json<rest::App>, ApiError> {
    let apps = state.host.apps();
    let found = apps.iter().find(|app| app.id.as_str() == id);
    Ok(Json(wire::app(found.ok_or(ApiError::NotFound("app"))?)))
}
