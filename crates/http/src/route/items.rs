//! `/api/v1/items`: the apps that the caller may open, as clients that list everything see them.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use fanlight_protocol::rest;
use fanlight_rpc::AppEntry;

use crate::AppState;
use crate::auth::{Caller, viewer};
use crate::error::ApiError;
use crate::list::{Field, Kind, Spec, Value, flag};
use crate::route::apps;
use crate::wire::Base;

static ITEMS: Spec<AppEntry> = Spec {
    path: "/api/v1/items",
    usual: 100,
    most: 100,
    fields: &[
        Field::new("name", Kind::Words, |app| app.title.as_str().into()),
        Field::new("description", Kind::Words, |app| app.description.as_str().into()),
        Field::new("query", Kind::Search, |app| {
            format!("{}\n{}", app.title, app.description).into()
        }),
        Field::new("id", Kind::Exact, |app| app.id.as_str().into()),
        Field::new("resourceId", Kind::Exact, |app| app.id.as_str().into()),
        // All items are apps.
        Field::new("resourceType", Kind::Exact, |_| "app".into()),
        Field::new("resourceSubType", Kind::Exact, |_| Value::Absent),
        // Apps lie in no space and in no collection, have no owner, and nobody marks them.
        Field::new("spaceId", Kind::Exact, |_| Value::Absent),
        Field::new("collectionId", Kind::Exact, |_| Value::Absent),
        Field::new("ownerId", Kind::Exact, |_| Value::Absent),
        Field::new("isFavorited", Kind::Flag, |_| Value::Flag(false)),
        Field::new("updatedAt", Kind::Time, |app| app.last_reload.as_str().into()),
        // All of them were there when the tenant was made, as far as anybody knows.
        Field::new("createdAt", Kind::Time, |_| Value::Absent),
    ],
    own: &["noActions"],
    id: |app| app.id.to_string(),
    order: apps::by_title,
};

/// `GET /api/v1/items`
pub async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<rest::List<rest::Item>>, ApiError> {
    let query = ITEMS.read(query.as_deref())?;
    let without_actions = query.own("noActions").map(|text| flag("noActions", text));
    let without_actions = without_actions.transpose()?.unwrap_or(false);
    state
        .ask(move |services, cx| {
            let base = Base::new(&services.settings, cx.tenant);
            let page = query.choose(services.host.apps(viewer(&caller)));
            Ok(Json(page.answer(&base, |app| {
                let mut item = base.item(&app, cx.tenant.created_at);
                if without_actions {
                    item.actions.clear();
                    item.meta.actions.clear();
                }
                item
            })))
        })
        .await
}

/// `GET /api/v1/items/{id}`
pub async fn get(
    State(state): State<AppState>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<rest::Item>, ApiError> {
    state
        .ask(move |services, cx| {
            let app = apps::find(services, &caller, &id, "item")?;
            let base = Base::new(&services.settings, cx.tenant);
            Ok(Json(base.item(&app, cx.tenant.created_at)))
        })
        .await
}
