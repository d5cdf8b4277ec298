//! `/api/v1/items`: the apps that the caller may open, as clients that list everything see them.

use axum::Json;
use axum::extract::{Path, State};
use fanlight_protocol::rest;
use fanlight_rpc::AppEntry;
use serde::Deserialize;

use crate::AppState;
use crate::auth::{Caller, viewer};
use crate::error::ApiError;
use crate::extract::Params;
use crate::route::apps;
use crate::wire::Base;

/// Which items.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Query {
    resource_type: Option<String>,
    resource_id: Option<String>,
    name: Option<String>,
    query: Option<String>,
    limit: Option<usize>,
}

impl Query {
    fn takes(&self, app: &AppEntry) -> bool {
        let has =
            |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|wanted| wanted == value);
        let mentions = self
            .query
            .as_ref()
            .is_none_or(|text| app.title.to_lowercase().contains(&text.to_lowercase()));
        let is_app = self
            .resource_type
            .as_deref()
            .is_none_or(|kinds| kinds.split(',').any(|kind| kind == "app"));
        is_app && mentions && has(&self.resource_id, app.id.as_str()) && has(&self.name, &app.title)
    }
}

/// `GET /api/v1/items`
pub async fn list(
    State(state): State<AppState>,
    Caller(caller): Caller,
    Params(query): Params<Query>,
) -> Result<Json<rest::List<rest::Item>>, ApiError> {
    state
        .ask(move |services, cx| {
            let base = Base::new(&services.settings, cx.tenant);
            let apps = services.host.apps(viewer(&caller));
            let chosen = apps.iter().filter(|app| query.takes(app));
            let page = chosen.take(query.limit.unwrap_or(100).clamp(1, 100));
            let items = page.map(|app| base.item(app, cx.tenant.created_at)).collect();
            Ok(Json(base.list("/api/v1/items", items)))
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
