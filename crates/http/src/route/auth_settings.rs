//! `/api/core/auth-settings`: how long login sessions last.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use fanlight_identity::{Change, SessionLimits, Tenant};
use fanlight_protocol::rest;

use crate::AppState;
use crate::administrator::Administrator;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::{Replacement, Replacements};
use crate::wire;

/// `GET /api/core/auth-settings`
pub async fn get(
    State(state): State<AppState>,
    Admin(_): Admin,
) -> Result<Json<rest::AuthSettings>, ApiError> {
    state.ask(|_, cx| Ok(Json(wire::auth_settings(cx.tenant)))).await
}

/// `PATCH /api/core/auth-settings`: for sessions to come.
pub async fn patch(
    State(state): State<AppState>,
    by: Administrator,
    Replacements(changes): Replacements,
) -> Result<Json<rest::AuthSettings>, ApiError> {
    state
        .ask(move |services, cx| {
            let tenant = Tenant {
                limits: changed(cx.tenant.limits, changes)?,
                updated_at: cx.now,
                ..cx.tenant.clone()
            };
            by.change(services, cx, Change::PutTenant(&tenant))?;
            Ok(Json(wire::auth_settings(&tenant)))
        })
        .await
}

fn changed(limits: SessionLimits, changes: Vec<Replacement>) -> Result<SessionLimits, ApiError> {
    let (mut idle, mut lifetime) = (limits.idle(), limits.lifetime());
    for change in changes {
        let target = match change.path.as_str() {
            "/userSessionInactivityTimeoutMinutes" => &mut idle,
            "/maxUserSessionLifespanMinutes" => &mut lifetime,
            _ => return Err(change.refuse()),
        };
        let minutes: u64 = change.value()?;
        *target = Duration::from_secs(minutes.saturating_mul(60));
    }
    Ok(SessionLimits::new(idle, lifetime)?)
}
