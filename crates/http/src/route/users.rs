//! `/api/v1/users`.

use axum::Json;
use axum::extract::{FromRequestParts as _, Path, RawQuery, Request, State};
use fanlight_base::UserId;
use fanlight_identity::{Change, User, UserStatus};
use fanlight_protocol::rest;
use http::StatusCode;
use serde::Deserialize;

use crate::AppState;
use crate::administrator::Administrator;
use crate::auth::{Admin, Caller};
use crate::error::ApiError;
use crate::extract::{Replacement, Replacements, named};
use crate::list::{Field, Kind, Spec, Value};
use crate::route::session_actions;
use crate::wire::{self, Base};

/// Users that are read at once.
const CHUNK: u32 = 1_000;
/// What a user can be by the contract; here one is one of the first two.
const STATUSES: &[&str] = &["active", "disabled", "invited", "deleted", "provisioned"];

const ADMIN_ROLE: &str = "TenantAdmin";
/// What the people of a closed session read.
const DISABLED: &str = "your account has been disabled";

/// A role that is given.
#[derive(Debug, Deserialize)]
struct NewRole {
    name: String,
}

static USERS: Spec<User> = Spec {
    path: "/api/v1/users",
    usual: 20,
    most: 100,
    fields: &[
        Field::new("name", Kind::Words, |user| user.name.as_str().into()),
        Field::new("subject", Kind::Exact, |user| user.subject.as_str().into()),
        Field::new("email", Kind::Label, |user| user.email.as_deref().into()),
        Field::new("status", Kind::OneOf(STATUSES), |user| {
            wire::status(user.status).into()
        }),
        Field::new("id", Kind::Exact, |user| user.id.as_str().into()),
        Field::new("createdAt", Kind::Time, |user| user.created_at.to_string().into()),
        Field::new("lastUpdatedAt", Kind::Time, |user| {
            user.updated_at.to_string().into()
        }),
    ],
    own: &[],
    id: |user| user.id.to_string(),
    order: |_| Value::Absent,
};

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

/// `GET /api/v1/users`
pub async fn list(
    State(state): State<AppState>,
    Admin(_): Admin,
    RawQuery(query): RawQuery,
) -> Result<Json<rest::List<rest::User>>, ApiError> {
    let query = USERS.read(query.as_deref())?;
    state
        .ask(move |services, cx| {
            let base = Base::new(&services.settings, cx.tenant);
            let mut page = query.choose([]);
            let mut after = None;
            loop {
                let users = cx.store.users(after.as_ref(), CHUNK)?;
                let is_last = users.len() < CHUNK as usize;
                after = users.last().map(|user| user.id.clone());
                users.into_iter().for_each(|user| page.offer(user));
                if is_last {
                    break;
                }
            }
            Ok(Json(page.answer(&base, |user| base.user(&user))))
        })
        .await
}

/// `GET /api/v1/users/{id}`: anyone their own, administrators any.
pub async fn get(
    State(state): State<AppState>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<rest::User>, ApiError> {
    if caller.user.id.as_str() != id {
        // The role counts on the tenant's own pages only.
        let (mut parts, _) = request.into_parts();
        Admin::from_request_parts(&mut parts, &state).await?;
    }
    state
        .ask(move |services, cx| {
            let user = named("user", &id, |id| cx.store.user(id))?;
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
