//! `/api/core/auth-settings`: how long login sessions last.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use fanlight_identity::{SessionLimits, Tenant};
use fanlight_protocol::rest;
use fanlight_protocol::rest::{Patch, PatchOp};

use crate::AppState;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::Body;
use crate::wire;

/// `GET /api/core/auth-settings`
pub async fn get(
    State(state): State<AppState>,
    Admin(_): Admin,
) -> Result<Json<rest::AuthSettings>, ApiError> {
    state
        .blocking(|services| services.with_context(|cx| Ok(Json(wire::auth_settings(cx.tenant)))))
        .await
}

/// `PATCH /api/core/auth-settings`: for sessions to come.
pub async fn patch(
    State(state): State<AppState>,
    Admin(_): Admin,
    Body(patches): Body<Vec<Patch>>,
) -> Result<Json<rest::AuthSettings>, ApiError> {
    state
        .blocking(move |services| {
            services.with_context(|cx| {
                let tenant = Tenant {
                    limits: patched(cx.tenant.limits, &patches)?,
                    updated_at: cx.now,
                    ..cx.tenant.clone()
                };
                cx.store.put_tenant(&tenant)?;
                Ok(Json(wire::auth_settings(&tenant)))
            })
        })
        .await
}

fn patched(limits: SessionLimits, patches: &[Patch]) -> Result<SessionLimits, ApiError> {
    let (mut idle, mut lifetime) = (limits.idle(), limits.lifetime());
    for patch in patches {
        let target = match patch.path.as_str() {
            "/userSessionInactivityTimeoutMinutes" => &mut idle,
            "/maxUserSessionLifespanMinutes" => &mut lifetime,
            other => return Err(ApiError::Invalid(format!("{other} cannot be changed"))),
        };
        let minutes = patch.value.as_u64().filter(|_| patch.op == PatchOp::Replace);
        let minutes =
            minutes.ok_or_else(|| ApiError::Invalid("replace it by a number of minutes".to_owned()))?;
        *target = Duration::from_secs(minutes.saturating_mul(60));
    }
    Ok(SessionLimits::new(idle, lifetime)?)
}
