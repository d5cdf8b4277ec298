//! `/api/v1/tenants`

use axum::Json;
use axum::extract::{Path, State};
use fanlight_protocol::rest;

use crate::AppState;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::wire::Base;

/// `GET /api/v1/tenants/me` and `/api/v1/tenants/{id}`, which is the same tenant.
pub async fn get(
    State(state): State<AppState>,
    _: Caller,
    Path(id): Path<String>,
) -> Result<Json<rest::Tenant>, ApiError> {
    state
        .ask(move |services, cx| {
            if id != "me" && id != cx.tenant.id.as_str() {
                return Err(ApiError::NotFound("tenant"));
            }
            Ok(Json(Base::new(&services.settings, cx.tenant).tenant(cx.tenant)))
        })
        .await
}
