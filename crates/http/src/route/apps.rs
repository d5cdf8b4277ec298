//! `/api/v1/apps`: the apps that the caller may open.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use fanlight_identity::Authenticated;
use fanlight_protocol::rest;
use fanlight_rpc::AppEntry;

use crate::AppState;
use crate::auth::{Caller, viewer};
use crate::error::ApiError;
use crate::list::{Field, Kind, Spec, Value};
use crate::state::Services;
use crate::wire;

static APPS: Spec<AppEntry> = Spec {
    path: "/api/v1/apps",
    usual: 100,
    most: 100,
    fields: &[
        Field::new("name", Kind::Words, |app| app.title.as_str().into()),
        Field::new("description", Kind::Words, |app| app.description.as_str().into()),
        Field::new("id", Kind::Exact, |app| app.id.as_str().into()),
        // Apps lie in no space and have no owner.
        Field::new("spaceId", Kind::Exact, |_| Value::Absent),
        Field::new("ownerId", Kind::Exact, |_| Value::Absent),
        Field::new("usage", Kind::Exact, |_| "ANALYTICS".into()),
        Field::new("published", Kind::Flag, |_| Value::Flag(true)),
        Field::new("lastReloadTime", Kind::Time, |app| {
            app.last_reload.as_str().into()
        }),
    ],
    own: &[],
    id: |app| app.id.to_string(),
    order: by_title,
};

/// As apps are listed: by title, in either case.
pub fn by_title(app: &AppEntry) -> Value {
    app.title.to_lowercase().into()
}

/// `GET /api/v1/apps`
pub async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<rest::List<rest::App>>, ApiError> {
    let query = APPS.read(query.as_deref())?;
    state
        .ask(move |services, cx| {
            let base = wire::Base::new(&services.settings, cx.tenant);
            let page = query.choose(services.host.apps(viewer(&caller)));
            Ok(Json(page.answer(&base, |app| wire::app(&app))))
        })
        .await
}

/// `GET /api/v1/apps/{id}`
pub async fn get(
    State(state): State<AppState>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<rest::App>, ApiError> {
    find(&state, &caller, &id, "app").map(|app| Json(wire::app(&app)))
}

/// The app of this id, if the caller may open it.
///
/// # Errors
/// [`ApiError::NotFound`] says that there is no such `what`, [`ApiError::NotPermitted`] that it is for others, as the close
/// codes of a WebSocket do.
pub fn find(
    services: &Services,
    caller: &Authenticated,
    id: &str,
    what: &'static str,
) -> Result<AppEntry, ApiError> {
    match services.host.may_open(id, viewer(caller)) {
        None => Err(ApiError::NotFound(what)),
        Some(false) => Err(ApiError::NotPermitted),
        Some(true) => {
            let mut apps = services.host.apps(viewer(caller)).into_iter();
            apps.find(|app| app.id.as_str() == id)
                .ok_or(ApiError::NotFound(what))
        }
    }
}
