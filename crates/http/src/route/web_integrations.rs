//! `/api/v1/web-integrations`

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use fanlight_base::WebIntegrationId;
use fanlight_identity::{Change, Context, NarrowLimits, Origin, WebIntegration};
use fanlight_protocol::rest;
use http::StatusCode;

use crate::AppState;
use crate::administrator::Administrator;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::{Body, Replacement, Replacements, named};
use crate::list::{Field, Kind, Spec};
use crate::wire::Base;

/// Most integrations of a tenant, and most origins of one.
const MAX_ENTRIES: usize = 256;

static WEB_INTEGRATIONS: Spec<WebIntegration> = Spec {
    path: "/api/v1/web-integrations",
    usual: 20,
    most: 100,
    fields: &[
        Field::new("name", Kind::Words, |entry| entry.name.as_str().into()),
        Field::new("id", Kind::Exact, |entry| entry.id.as_str().into()),
        Field::new("validOrigins", Kind::Words, |entry| {
            let origins: Vec<&str> = entry.origins.iter().map(Origin::as_str).collect();
            origins.join(" ").into()
        }),
        Field::new("created", Kind::Time, |entry| entry.created_at.to_string().into()),
        Field::new("lastUpdated", Kind::Time, |entry| {
            entry.updated_at.to_string().into()
        }),
    ],
    own: &["tenantId"],
    id: |entry| entry.id.to_string(),
    order: |entry| entry.created_at.to_string().into(),
};

/// `GET /api/v1/web-integrations`
pub async fn list(
    State(state): State<AppState>,
    Admin(_): Admin,
    RawQuery(query): RawQuery,
) -> Result<Json<rest::List<rest::WebIntegration>>, ApiError> {
    let query = WEB_INTEGRATIONS.read(query.as_deref())?;
    state
        .ask(move |services, cx| {
            let base = Base::new(&services.settings, cx.tenant);
            // There is one tenant; of another one there are none.
            let is_here = query.own("tenantId").is_none_or(|id| id == cx.tenant.id.as_str());
            let all = if is_here {
                cx.store.web_integrations()?
            } else {
                Vec::new()
            };
            let page = query.choose(all);
            Ok(Json(page.answer(&base, |entry| base.web_integration(&entry))))
        })
        .await
}

/// `POST /api/v1/web-integrations`
pub async fn post(
    State(state): State<AppState>,
    by: Administrator,
    Body(new): Body<rest::NewWebIntegration>,
) -> Result<(StatusCode, Json<rest::WebIntegration>), ApiError> {
    state
        .ask(move |services, cx| {
            if cx.store.web_integrations()?.len() >= MAX_ENTRIES {
                return Err(ApiError::Invalid(format!(
                    "a tenant has at most {MAX_ENTRIES} web integrations"
                )));
            }
            let entry = WebIntegration {
                id: WebIntegrationId::generate(cx.entropy),
                name: name(new.name)?,
                origins: origins(&new.valid_origins)?,
                limits: limits(
                    new.user_session_inactivity_timeout_minutes,
                    new.max_user_session_lifespan_minutes,
                )?,
                created_by: Some(by.user.clone()),
                created_at: cx.now,
                updated_at: cx.now,
            };
            by.change(services, cx, Change::PutWebIntegration(&entry))?;
            let base = Base::new(&services.settings, cx.tenant);
            Ok((StatusCode::CREATED, Json(base.web_integration(&entry))))
        })
        .await
}

/// `GET /api/v1/web-integrations/{id}`
pub async fn get(
    State(state): State<AppState>,
    Admin(_): Admin,
    Path(id): Path<String>,
) -> Result<Json<rest::WebIntegration>, ApiError> {
    state
        .ask(move |services, cx| {
            let entry = find(cx, &id)?;
            Ok(Json(
                Base::new(&services.settings, cx.tenant).web_integration(&entry),
            ))
        })
        .await
}

/// `PATCH /api/v1/web-integrations/{id}`
pub async fn patch(
    State(state): State<AppState>,
    by: Administrator,
    Path(id): Path<String>,
    Replacements(changes): Replacements,
) -> Result<StatusCode, ApiError> {
    state
        .ask(move |services, cx| {
            let mut entry = find(cx, &id)?;
            for change in changes {
                apply(&mut entry, change)?;
            }
            entry.updated_at = cx.now;
            by.change(services, cx, Change::PutWebIntegration(&entry))?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

/// `DELETE /api/v1/web-integrations/{id}`: the login sessions that were made through it end.
pub async fn delete(
    State(state): State<AppState>,
    by: Administrator,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    state
        .ask(move |services, cx| {
            let entry = find(cx, &id)?;
            by.change(services, cx, Change::DeleteWebIntegration(&entry.id))?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

fn find(cx: &Context<'_>, id: &str) -> Result<WebIntegration, ApiError> {
    named("web integration", id, |id| cx.store.web_integration(id))
}

fn apply(entry: &mut WebIntegration, change: Replacement) -> Result<(), ApiError> {
    match change.path.as_str() {
        "/name" => entry.name = name(change.value()?)?,
        "/validOrigins" => {
            let texts: Vec<String> = change.value()?;
            entry.origins = origins(&texts)?;
        }
        "/userSessionInactivityTimeoutMinutes" => {
            let idle = change.value()?;
            entry.limits = limits(idle, entry.limits.lifetime().map(|limit| limit.as_secs() / 60))?;
        }
        "/maxUserSessionLifespanMinutes" => {
            let lifetime = change.value()?;
            entry.limits = limits(entry.limits.idle().map(|limit| limit.as_secs() / 60), lifetime)?;
        }
        _ => return Err(change.refuse()),
    }
    Ok(())
}

/// Limits in minutes; `None` leaves the tenant's.
fn limits(idle: Option<u64>, lifetime: Option<u64>) -> Result<NarrowLimits, ApiError> {
    let duration = |minutes: u64| Duration::from_secs(minutes.saturating_mul(60));
    Ok(NarrowLimits::new(idle.map(duration), lifetime.map(duration))?)
}

fn name(name: String) -> Result<String, ApiError> {
    if (1..=256).contains(&name.chars().count()) {
        Ok(name)
    } else {
        Err(ApiError::Invalid("name: 1 to 256 characters".to_owned()))
    }
}

fn origins(texts: &[String]) -> Result<Vec<Origin>, ApiError> {
    if texts.len() > MAX_ENTRIES {
        return Err(ApiError::Invalid(format!("validOrigins: at most {MAX_ENTRIES}")));
    }
    texts
        .iter()
        .map(|text| {
            text.parse()
                .map_err(|error| ApiError::Invalid(format!("validOrigins: {error}")))
        })
        .collect()
}
