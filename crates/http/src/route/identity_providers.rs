//! `/api/v1/identity-providers`

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use fanlight_base::{IdentityProviderId, Timestamp};
use fanlight_identity::{Change, Context, IdentityProvider, JwksUri, ProviderKey, RequiredClaims};
use fanlight_jose::KeyPeriod;
use fanlight_protocol::rest;
use http::StatusCode;

use crate::AppState;
use crate::administrator::Administrator;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::{Body, Replacement, Replacements, named};
use crate::list::{Field, Kind, Spec, Value};
use crate::wire::Base;

/// Most providers of a tenant, and most keys of one.
const MAX_PROVIDERS: usize = 100;
const MAX_KEYS: usize = 10;

static IDENTITY_PROVIDERS: Spec<IdentityProvider> = Spec {
    path: "/api/v1/identity-providers",
    usual: 20,
    most: 100,
    fields: &[
        Field::new("description", Kind::Words, |entry| {
            entry.description.as_str().into()
        }),
        Field::new("issuer", Kind::Exact, |entry| entry.issuer.as_str().into()),
        Field::new("id", Kind::Exact, |entry| entry.id.as_str().into()),
        Field::new("active", Kind::Flag, |entry| Value::Flag(entry.active)),
        Field::new("status", Kind::OneOf(&["active", "inactive"]), |entry| {
            if entry.active { "active" } else { "inactive" }.into()
        }),
        Field::new("protocol", Kind::Exact, |_| "jwtAuth".into()),
        Field::new("provider", Kind::Exact, |_| "external".into()),
        Field::new("interactive", Kind::Flag, |_| Value::Flag(false)),
        Field::new("created", Kind::Time, |entry| entry.created_at.to_string().into()),
        Field::new("lastUpdated", Kind::Time, |entry| {
            entry.updated_at.to_string().into()
        }),
    ],
    own: &[],
    id: |entry| entry.id.to_string(),
    order: |entry| entry.created_at.to_string().into(),
};

/// `GET /api/v1/identity-providers`
pub async fn list(
    State(state): State<AppState>,
    Admin(_): Admin,
    RawQuery(query): RawQuery,
) -> Result<Json<rest::List<rest::IdentityProvider>>, ApiError> {
    let query = IDENTITY_PROVIDERS.read(query.as_deref())?;
    state
        .ask(move |services, cx| {
            let base = Base::new(&services.settings, cx.tenant);
            let page = query.choose(cx.store.identity_providers()?);
            Ok(Json(page.answer(&base, |entry| base.identity_provider(&entry))))
        })
        .await
}

/// `POST /api/v1/identity-providers`
pub async fn post(
    State(state): State<AppState>,
    by: Administrator,
    Body(new): Body<rest::NewIdentityProvider>,
) -> Result<(StatusCode, Json<rest::IdentityProvider>), ApiError> {
    state
        .ask(move |services, cx| {
            if cx.store.identity_providers()?.len() >= MAX_PROVIDERS {
                let text = format!("a tenant has at most {MAX_PROVIDERS} identity providers");
                return Err(ApiError::Invalid(text));
            }
            let entry = provider(cx, new)?;
            by.change(services, cx, Change::PutIdentityProvider(&entry))?;
            let base = Base::new(&services.settings, cx.tenant);
            Ok((StatusCode::CREATED, Json(base.identity_provider(&entry))))
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
        .ask(move |services, cx| {
            let entry = find(cx, &id)?;
            Ok(Json(
                Base::new(&services.settings, cx.tenant).identity_provider(&entry),
            ))
        })
        .await
}

/// `PATCH /api/v1/identity-providers/{id}`: the description, and what a rotation needs.
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
            if entry.keys.is_empty() && entry.jwks_uri.is_none() {
                let text = "options: staticKeys, jwksUri or both".to_owned();
                return Err(ApiError::Invalid(text));
            }
            entry.updated_at = cx.now;
            by.change(services, cx, Change::PutIdentityProvider(&entry))?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

/// `DELETE /api/v1/identity-providers/{id}`
pub async fn delete(
    State(state): State<AppState>,
    by: Administrator,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    state
        .ask(move |services, cx| {
            let entry = find(cx, &id)?;
            by.change(services, cx, Change::DeleteIdentityProvider(&entry.id))?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

fn find(cx: &Context<'_>, id: &str) -> Result<IdentityProvider, ApiError> {
    named("identity provider", id, |id| cx.store.identity_provider(id))
}

fn provider(cx: &Context<'_>, new: rest::NewIdentityProvider) -> Result<IdentityProvider, ApiError> {
    let wrong = |text: &str| Err(ApiError::Invalid(text.to_owned()));
    if new.protocol != "jwtAuth" {
        return wrong("protocol: only `jwtAuth` is supported");
    }
    if new.options.issuer.is_empty() || new.options.issuer.len() > 256 {
        return wrong("options.issuer: 1 to 256 bytes");
    }
    let tolerance = new.clock_tolerance_sec.map(Duration::from_secs);
    let tolerance = tolerance.unwrap_or(IdentityProvider::DEFAULT_CLOCK_TOLERANCE);
    if tolerance > IdentityProvider::MAX_CLOCK_TOLERANCE {
        return wrong("clockToleranceSec: at most 300");
    }
    let jwks_uri = new.options.jwks_uri.as_deref().map(jwks_uri).transpose()?;
    let keys = keys(new.options.static_keys)?;
    if keys.is_empty() && jwks_uri.is_none() {
        return wrong("options: staticKeys, jwksUri or both");
    }
    Ok(IdentityProvider {
        id: IdentityProviderId::generate(cx.entropy),
        issuer: new.options.issuer,
        keys,
        jwks_uri,
        description: new.description.unwrap_or_default(),
        clock_tolerance: tolerance,
        required: RequiredClaims {
            token_id: new.options.require_jti.unwrap_or(true),
            not_before: new.options.require_nbf.unwrap_or(true),
        },
        active: true,
        created_at: cx.now,
        updated_at: cx.now,
    })
}

fn apply(entry: &mut IdentityProvider, change: Replacement) -> Result<(), ApiError> {
    match change.path.as_str() {
        "/description" => entry.description = change.value()?,
        "/options/staticKeys" => entry.keys = keys(change.value()?)?,
        "/options/requireJti" => entry.required.token_id = change.value()?,
        "/options/requireNbf" => entry.required.not_before = change.value()?,
        "/options/jwksUri" => {
            let text: Option<String> = change.value()?;
            entry.jwks_uri = text.as_deref().map(jwks_uri).transpose()?;
        }
        _ => return Err(change.refuse()),
    }
    Ok(())
}

fn jwks_uri(text: &str) -> Result<JwksUri, ApiError> {
    text.parse()
        .map_err(|error| ApiError::Invalid(format!("options.jwksUri: {error}")))
}

fn keys(wire: Vec<rest::StaticKey>) -> Result<Vec<ProviderKey>, ApiError> {
    if wire.len() > MAX_KEYS {
        let text = format!("options.staticKeys: at most {MAX_KEYS} keys");
        return Err(ApiError::Invalid(text));
    }
    let mut keys: Vec<ProviderKey> = Vec::with_capacity(wire.len());
    for key in wire {
        let wrong = |what: &dyn std::fmt::Display| {
            ApiError::Invalid(format!("options.staticKeys, {}: {what}", key.kid))
        };
        if key.kid.is_empty() || keys.iter().any(|known| known.kid == key.kid) {
            return Err(wrong(&"each key needs a kid of its own"));
        }
        let time = |text: Option<&String>| -> Result<Option<Timestamp>, ApiError> {
            text.map(|text| text.parse().map_err(|error| wrong(&error)))
                .transpose()
        };
        let period = KeyPeriod {
            not_before: time(key.not_before.as_ref())?,
            retire_at: time(key.retire_at.as_ref())?,
        };
        let read = ProviderKey::from_pem(key.kid.clone(), key.pem.clone()).map_err(|error| wrong(&error))?;
        keys.push(read.in_period(period));
    }
    Ok(keys)
}
