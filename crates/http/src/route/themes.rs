//! `/api/v1/themes`. The definitions are files of the framed page.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use fanlight_protocol::rest::{List, Theme};
use http::HeaderMap;

use crate::AppState;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::list::{Field, Kind, Spec};
use crate::state::Services;
use crate::wire::Base;

/// Ids and names; chart libraries have `light` and `dark` built in and ask nobody for them.
const THEMES: [(&str, &str); 2] = [("fanlight", "Fanlight"), ("fanlight-dark", "Fanlight dark")];
const FILE: &str = "theme.json";

static LIST: Spec<Theme> = Spec {
    path: "/api/v1/themes",
    usual: 100,
    most: 100,
    fields: &[
        Field::new("name", Kind::Words, |theme| theme.name.as_str().into()),
        Field::new("id", Kind::Exact, |theme| theme.id.as_str().into()),
        Field::new("qextFilename", Kind::Exact, |theme| {
            theme.qext_filename.as_str().into()
        }),
        Field::new("type", Kind::Exact, |theme| theme.kind.as_str().into()),
    ],
    own: &[],
    id: |theme| theme.id.clone(),
    order: |theme| theme.id.as_str().into(),
};

/// `GET /api/v1/themes`
pub async fn list(
    State(state): State<AppState>,
    _: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<List<Theme>>, ApiError> {
    let query = LIST.read(query.as_deref())?;
    state
        .ask(move |services, cx| {
            let present = THEMES
                .iter()
                .filter(|(id, _)| services.assets.get(&asset_path(id)).is_some());
            let page = query.choose(present.map(|(id, name)| theme(id, name, services)));
            Ok(Json(
                page.answer(&Base::new(&services.settings, cx.tenant), |theme| theme),
            ))
        })
        .await
}

/// `GET /api/v1/themes/{id}`
pub async fn get(
    State(state): State<AppState>,
    _: Caller,
    Path(id): Path<String>,
) -> Result<Json<Theme>, ApiError> {
    let (id, name) = find(&id)?;
    Ok(Json(theme(id, name, &state)))
}

/// `GET /api/v1/themes/{id}/file/{path}`
pub async fn file(
    State(state): State<AppState>,
    _: Caller,
    Path((id, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (id, _) = find(&id)?;
    let asset = state.assets.get(&asset_path(id)).filter(|_| path == FILE);
    Ok(asset
        .ok_or(ApiError::NotFound("file of the theme"))?
        .respond(&headers))
}

fn find(id: &str) -> Result<(&'static str, &'static str), ApiError> {
    let found = THEMES.into_iter().find(|(known, _)| *known == id);
    found.ok_or(ApiError::NotFound("theme"))
}

fn theme(id: &str, name: &str, services: &Services) -> Theme {
    Theme {
        id: id.to_owned(),
        name: name.to_owned(),
        qext_filename: id.to_owned(),
        author: "Fanlight".to_owned(),
        version: services.settings.version.clone(),
        kind: "theme".to_owned(),
        file: FILE.to_owned(),
    }
}

fn asset_path(id: &str) -> String {
    format!("/single/themes/{id}.json")
}
