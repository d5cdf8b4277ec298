//! `/api/v1/users`.

use axum::Json;
use axum::extract::{Path, State};
use fanlight_base::UserId;
use fanlight_identity::{Change, User, UserStatus};
use fanlight_protocol::rest;
use http::StatusCode;
use serde::Deserialize;

use crate::AppState;
use crate::administrator::Administrator;
use crate::auth::{Admin, Caller};
use crate::error::ApiError;
use crate::extract::{Params, Replacement, Replacements};
use crate::route::session_actions;
use crate::wire::Base;

/// Most users on a page.
const MAX_PAGE: u32 = 100;

const ADMIN_ROLE: &str = "TenantAdmin";
/// What the people of a closed session read.
const DISABLED: &str = "your account has been disabled";

/// A role that is given.
#[derive(Debug, Deserialize)]
struct NewRole {
    name: String,
}

/// Which page.
#[derive(Debug, Deserialize)]
pub struct Query {
    limit: Option<u32>,
    next: Option<String>,
    filter: Option<String>,
}

/// How many users there are.
#[derive(Debug, serde::Serialize)]
pub struct Count {
    total: u64,
}

/// `GET /api/v1/users/me`
pub async fn me(State(state): State<AppState>, Caller(caller): Caller) -> Result<Json<rest::User>, ApiError> {
    state
        .ask(move |services, cx| Ok(Json(Base::new(&services.settings, cx.tenant).user(&caller.user))))
        .await
}

/// `GET /api/v1/users`, a page at a time, or the one user with a subject.
pub async fn list(
    State(state): State<AppState>,
    Admin(_): Admin,
    Params(query): Params<Query>,
) -> Result<Json<rest::List<rest::User>>, ApiError> {
    let limit = query.limit.unwrap_or(20).clamp(1, MAX_PAGE);
    let after = query.next.map(|id| id.parse::<UserId>());
    let after = after
        .transpose()
        .map_err(|error| ApiError::Invalid(format!("next: {error}")))?;
    let subject = query.filter.as_deref().map(subject_of).transpose()?;
    state
        .ask(move |services, cx| {
            let base = Base::new(&services.settings, cx.tenant);
            if let Some(subject) = subject {
                let found = cx.store.user_by_subject(&subject)?;
                let found = found.iter().map(|user| base.user(user)).collect();
                return Ok(Json(base.list("/api/v1/users", found)));
            }
            let mut users = cx.store.users(after.as_ref(), limit + 1)?;
            let more = users.len() > limit as usize;
            users.truncate(limit as usize);
            let page = users.iter().map(|user| base.user(user)).collect();
            let mut list = base.list("/api/v1/users", page);
            list.links.next = users
                .last()
                .filter(|_| more)
                .map(|last| base.href(&format!("/api/v1/users?limit={limit}&next={}", last.id)));
            Ok(Json(list))
        })
        .await
}

/// `GET /api/v1/users/{id}`: anyone their own, administrators any.
pub async fn get(
    State(state): State<AppState>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<rest::User>, ApiError> {
    if caller.user.id.as_str() != id && !caller.is_admin() {
        return Err(ApiError::NotPermitted);
    }
    let id: UserId = id.parse().map_err(|_| ApiError::NotFound("user"))?;
    state
        .ask(move |services, cx| {
            let user = cx.store.user(&id)?.ok_or(ApiError::NotFound("user"))?;
            Ok(Json(Base::new(&services.settings, cx.tenant).user(&user)))
        })
        .await
}

/// `PATCH /api/v1/users/{id}`: whether they may sign in, and whether they administer the tenant. Who may not sign in any
/// more has no session left either.
pub async fn patch(
    State(state): State<AppState>,
    by: Administrator,
    Path(id): Path<String>,
    Replacements(changes): Replacements,
) -> Result<StatusCode, ApiError> {
    let id: UserId = id.parse().map_err(|_| ApiError::NotFound("user"))?;
    state
        .ask(move |services, cx| {
            if id == by.user {
                let text = "nobody changes their own account: another administrator has to";
                return Err(ApiError::Invalid(text.to_owned()));
            }
            let mut user = cx.store.user(&id)?.ok_or(ApiError::NotFound("user"))?;
            for change in changes {
                apply(&mut user, change)?;
            }
            user.updated_at = cx.now;
            by.change(services, cx, Change::PutUser(&user))?;
            if user.status == UserStatus::Disabled {
                session_actions::end_all_of(services, &user.id, &by, DISABLED)?;
            }
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

fn apply(user: &mut User, change: Replacement) -> Result<(), ApiError> {
    let wrong = |text: &str| Err(ApiError::Invalid(text.to_owned()));
    match change.path.as_str() {
        "/status" => match change.value::<String>()?.as_str() {
            "active" => user.status = UserStatus::Active,
            "disabled" => user.status = UserStatus::Disabled,
            _ => return wrong("/status: one of active, disabled"),
        },
        "/assignedRoles" => {
            let roles: Vec<NewRole> = change.value()?;
            if roles.iter().any(|role| role.name != ADMIN_ROLE) {
                return wrong("/assignedRoles: the only role is TenantAdmin");
            }
            user.is_admin = !roles.is_empty();
        }
        _ => return Err(change.refuse()),
    }
    Ok(())
}

/// `GET /api/v1/users/actions/count`
pub async fn count(State(state): State<AppState>, Admin(_): Admin) -> Result<Json<Count>, ApiError> {
    let total = state.blocking(|services| services.store.count_users()).await?;
    Ok(Json(Count { total }))
}

/// The one filter that there is: `subject eq "…"`.
fn subject_of(filter: &str) -> Result<String, ApiError> {
    filter
        .trim()
        .strip_prefix("subject eq \"")
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|subject| !subject.contains('"'))
        .map(str::to_owned)
        .ok_or_else(|| ApiError::Invalid("filter: only `subject eq \"…\"` is supported".to_owned()))
}
