//! `/api/v1/identity-providers`

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use fanlight_base::IdentityProviderId;
use fanlight_identity::{Context, IdentityProvider, ProviderKey};
use fanlight_protocol::rest;
use http::StatusCode;

use crate::AppState;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::Body;
use crate::wire::Base;

/// Most providers of a tenant, and most keys of one.
const MAX_PROVIDERS: usize = 100;
const MAX_KEYS: usize = 10;

/// `GET /api/v1/identity-providers`
pub async fn list(
    State(state): State<AppState>,
    Admin(_): Admin,
) -> Result<Json<rest::List<rest::IdentityProvider>>, ApiError> {
    state
        .blocking(|services| {
            services.with_context(|cx| {
                let base = Base::new(&services.settings, cx.tenant);
                let all = cx.store.identity_providers()?;
                let entries = all.iter().map(|entry| base.identity_provider(entry)).collect();
                Ok(Json(base.list("/api/v1/identity-providers", entries)))
            })
        })
        .await
}

/// `POST /api/v1/identity-providers`
pub async fn post(
    State(state): State<AppState>,
    Admin(_): Admin,
    Body(new): Body<rest::NewIdentityProvider>,
) -> Result<(StatusCode, Json<rest::IdentityProvider>), ApiError> {
    state
        .blocking(move |services| {
            services.with_context(|cx| {
                if cx.store.identity_providers()?.len() >= MAX_PROVIDERS {
                    let text = format!("a tenant has at most {MAX_PROVIDERS} identity providers");
                    return Err(ApiError::Invalid(text));
                }
                let entry = provider(cx, new)?;
                cx.store.put_identity_provider(&entry)?;
                let base = Base::new(&services.settings, cx.tenant);
                Ok((StatusCode::CREATED, Json(base.identity_provider(&entry))))
            })
        })
        .await
}

/// `GET /api/v1/identity-providers/{id}`
pub async fn get(
    State(state): State<AppState>,
    Admin(_): Admin,
    Path(id): Path<String>,
) -> Result<Json<rest::IdentityProvider>, ApiError> {
    state
        .blocking(move |services| {
            services.with_context(|cx| {
                let entry = find(cx, &id)?;
                Ok(Json(
                    Base::new(&services.settings, cx.tenant).identity_provider(&entry),
                ))
            })
        })
        .await
}

/// `DELETE /api/v1/identity-providers/{id}`
pub async fn delete(
    State(state): State<AppState>,
    Admin(_): Admin,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    state
        .blocking(move |services| {
            services.with_context(|cx| {
                let entry = find(cx, &id)?;
                cx.store.delete_identity_provider(&entry.id)?;
                Ok(StatusCode::NO_CONTENT)
            })
        })
        .await
}

fn find(cx: &Context<'_>, id: &str) -> Result<IdentityProvider, ApiError> {
    let all = cx.store.identity_providers()?;
    let found = all.into_iter().find(|entry| entry.id.as_str() == id);
    found.ok_or(ApiError::NotFound("identity provider"))
}

fn provider(cx: &Context<'_>, new: rest::NewIdentityProvider) -> Result<IdentityProvider, ApiError> {
    let wrong = |text: &str| Err(ApiError::Invalid(text.to_owned()));
    if new.protocol != "jwtAuth" {
        return wrong("protocol: only `jwtAuth` is supported");
    }
    if new.options.issuer.is_empty() || new.options.issuer.len() > 256 {
        return wrong("options.issuer: 1 to 256 bytes");
    }
    if !(1..=MAX_KEYS).contains(&new.options.static_keys.len()) {
        return wrong("options.staticKeys: 1 to 10 keys");
    }
    let tolerance = new.clock_tolerance_sec.map(Duration::from_secs);
    let tolerance = tolerance.unwrap_or(IdentityProvider::DEFAULT_CLOCK_TOLERANCE);
    if tolerance > IdentityProvider::MAX_CLOCK_TOLERANCE {
        return wrong("clockToleranceSec: at most 300");
    }
    let keys = new.options.static_keys.into_iter().map(|key| {
        ProviderKey::from_pem(key.kid.clone(), key.pem)
            .map_err(|error| ApiError::Invalid(format!("options.staticKeys, {}: {error}", key.kid)))
    });
    Ok(IdentityProvider {
        id: IdentityProviderId::generate(cx.entropy),
        issuer: new.options.issuer,
        keys: keys.collect::<Result<_, _>>()?,
        jwks_uri: None,
        description: new.description.unwrap_or_default(),
        clock_tolerance: tolerance,
        active: true,
        created_at: cx.now,
        updated_at: cx.now,
    })
}
