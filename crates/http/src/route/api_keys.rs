//! `/api/v1/api-keys`: credentials of programs.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use fanlight_identity::{ApiKey, ApiKeyScope, Change, Context, User, new_api_key};
use fanlight_protocol::rest;
use http::StatusCode;

use crate::AppState;
use crate::administrator::Administrator;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::{Body, Replacements, named};
use crate::list::{Field, Kind, Spec, Value, newest_first};
use crate::wire::Base;

/// Most keys of a tenant that work.
const MAX_KEYS: usize = 1000;
const MAX_DESCRIPTION_CHARS: usize = 256;
/// The longest time that a key can be made for: ten years.
const MAX_LIFE: Duration = Duration::from_secs(3650 * DAY);
const DAY: u64 = 24 * 60 * 60;

static API_KEYS: Spec<rest::ApiKey> = Spec {
    path: "/api/v1/api-keys",
    usual: 100,
    most: 100,
    fields: &[
        Field::new("description", Kind::Words, |key| key.description.as_str().into()),
        Field::new("id", Kind::Exact, |key| key.id.as_str().into()),
        Field::new("sub", Kind::Exact, |key| key.sub.as_str().into()),
        Field::new("status", Kind::OneOf(&["active", "expired", "revoked"]), |key| {
            key.status.as_str().into()
        }),
        Field::new("created", Kind::Time, |key| key.created.as_str().into()),
    ],
    own: &[],
    id: |key| key.id.clone(),
    // The newest first.
    order: |key| key.created.parse().map_or(Value::Absent, newest_first),
};

/// `GET /api/v1/api-keys`
pub async fn list(
    State(state): State<AppState>,
    Admin(_): Admin,
    RawQuery(query): RawQuery,
) -> Result<Json<rest::List<rest::ApiKey>>, ApiError> {
    let query = API_KEYS.read(query.as_deref())?;
    state
        .ask(move |services, cx| {
            let base = Base::new(&services.settings, cx.tenant);
            let keys = cx.store.api_keys()?;
            let page = query.choose(keys.iter().map(|key| base.api_key(key, cx.now)));
            Ok(Json(page.answer(&base, |key| key)))
        })
        .await
}

/// `POST /api/v1/api-keys`: the answer holds the key itself, which is never shown again.
pub async fn post(
    State(state): State<AppState>,
    by: Administrator,
    Body(new): Body<rest::NewApiKey>,
) -> Result<(StatusCode, Json<rest::ApiKey>), ApiError> {
    state
        .ask(move |services, cx| {
            let n_valid = cx
                .store
                .api_keys()?
                .iter()
                .filter(|key| key.is_valid(cx.now))
                .count();
            if n_valid >= MAX_KEYS {
                let text = format!("a tenant has at most {MAX_KEYS} API keys that work; revoke one first");
                return Err(ApiError::Invalid(text));
            }
            if new.sub_type.as_deref().is_some_and(|kind| kind != "user") {
                return Err(ApiError::Invalid("subType: only `user` is supported".to_owned()));
            }
            let user = acting_as(cx, new.sub.as_deref().unwrap_or(by.user.as_str()))?;
            let scope = scope(new.scope.as_deref(), &user)?;
            let life = new.expiry.as_deref().map(duration).transpose()?;
            let description = description(&new.description)?;
            let mut made = new_api_key(&user.id, &description, scope, cx.now, cx.entropy);
            made.key.expires_at = life.map(|life| cx.now.plus(life));
            by.change(services, cx, Change::PutApiKey(&made.key))?;
            let base = Base::new(&services.settings, cx.tenant);
            let entry = rest::ApiKey {
                token: Some(made.text.reveal().clone()),
                ..base.api_key(&made.key, cx.now)
            };
            Ok((StatusCode::CREATED, Json(entry)))
        })
        .await
}

/// `GET /api/v1/api-keys/{id}`
pub async fn get(
    State(state): State<AppState>,
    Admin(_): Admin,
    Path(id): Path<String>,
) -> Result<Json<rest::ApiKey>, ApiError> {
    state
        .ask(move |services, cx| {
            let base = Base::new(&services.settings, cx.tenant);
            Ok(Json(base.api_key(&find(cx, &id)?, cx.now)))
        })
        .await
}

/// `PATCH /api/v1/api-keys/{id}`: the description, which is all that can change.
pub async fn patch(
    State(state): State<AppState>,
    by: Administrator,
    Path(id): Path<String>,
    Replacements(changes): Replacements,
) -> Result<StatusCode, ApiError> {
    state
        .ask(move |services, cx| {
            let mut key = find(cx, &id)?;
            for change in changes {
                match change.path.as_str() {
                    "/description" => key.description = description(&change.value::<String>()?)?,
                    _ => return Err(change.refuse()),
                }
            }
            by.change(services, cx, Change::PutApiKey(&key))?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

/// `DELETE /api/v1/api-keys/{id}`: revokes it, at once and for good. It stays in the list.
pub async fn delete(
    State(state): State<AppState>,
    by: Administrator,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    state
        .ask(move |services, cx| {
            let mut key = find(cx, &id)?;
            if key.revoked_at.is_none() {
                key.revoked_at = Some(cx.now);
                by.change(services, cx, Change::PutApiKey(&key))?;
            }
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

fn find(cx: &Context<'_>, id: &str) -> Result<ApiKey, ApiError> {
    named("API key", id, |id| cx.store.api_key(id))
}

fn acting_as(cx: &Context<'_>, id: &str) -> Result<User, ApiError> {
    let found = id.parse().ok().map(|id| cx.store.user(&id)).transpose()?;
    found
        .flatten()
        .ok_or_else(|| ApiError::Invalid("sub: there is no user with this id".to_owned()))
}

fn scope(text: Option<&str>, user: &User) -> Result<ApiKeyScope, ApiError> {
    match text {
        None | Some("user") => Ok(ApiKeyScope::User),
        Some("admin") if user.is_admin => Ok(ApiKeyScope::Admin),
        Some("admin") => Err(ApiError::Invalid(
            "scope: the user is no administrator, so the key cannot be one".to_owned(),
        )),
        Some(_) => Err(ApiError::Invalid("scope: one of user, admin".to_owned())),
    }
}

fn description(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    let fits =
        (1..=MAX_DESCRIPTION_CHARS).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits {
        Ok(text.to_owned())
    } else {
        let problem = format!("description: 1 to {MAX_DESCRIPTION_CHARS} characters on one line");
        Err(ApiError::Invalid(problem))
    }
}

/// An ISO 8601 duration of weeks, days, hours, minutes and seconds: `P30D`, `PT12H`, `P1DT6H`.
fn duration(text: &str) -> Result<Duration, ApiError> {
    let wrong = || ApiError::Invalid("expiry: a duration such as P30D or PT12H, at most P3650D".to_owned());
    let rest = text.strip_prefix('P').ok_or_else(wrong)?;
    let (days, times) = rest
        .split_once('T')
        .map_or((rest, None), |(days, times)| (days, Some(times)));
    if times == Some("") {
        return Err(wrong());
    }
    let parts = [
        seconds(days, &[('W', 7 * DAY), ('D', DAY)]),
        seconds(times.unwrap_or_default(), &[('H', 3600), ('M', 60), ('S', 1)]),
    ];
    let total = parts
        .into_iter()
        .try_fold(0_u64, |sum, part| sum.checked_add(part?))
        .map(Duration::from_secs);
    total
        .filter(|life| !life.is_zero() && *life <= MAX_LIFE)
        .ok_or_else(wrong)
}

/// Numbers, each with one of the units, in the units' order.
fn seconds(text: &str, units: &[(char, u64)]) -> Option<u64> {
    let (mut rest, mut total) = (text, 0_u64);
    for (unit, worth) in units {
        if let Some((number, after)) = rest.split_once(*unit) {
            let number: u64 = Some(number)
                .filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))?
                .parse()
                .ok()?;
            total = total.checked_add(number.checked_mul(*worth)?)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_whole_or_not_at_all() {
        let secs = |text: &str| duration(text).ok().map(|life| life.as_secs());
        assert_eq!(secs("P30D"), Some(30 * DAY));
        assert_eq!(secs("P2W1DT1H2M3S"), Some(15 * DAY + 3723));
        assert_eq!(secs("PT12H"), Some(12 * 3600));
        assert_eq!(secs("P3650D"), Some(3650 * DAY));
        for wrong in [
            "",
            "P",
            "PT",
            "P0D",
            "P3651D",
            "30D",
            "P1Y",
            "P1M",
            "PD",
            "P1.5D",
            "P-1D",
            "P1D1W",
            "PT1S1H",
            "P1DT",
            "P1D ",
            "P99999999999999999999D",
            "P+1D",
        ] {
            assert_eq!(secs(wrong), None, "{wrong}");
        }
    }
}
