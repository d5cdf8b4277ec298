//! `GET /api/fanlight/v1/app-folders`: what became of app folders that changed while the server runs.

use axum::Json;
use axum::extract::State;
use fanlight_protocol::rest;

use crate::AppState;
use crate::auth::Admin;

/// `GET /api/fanlight/v1/app-folders`
pub async fn list(State(state): State<AppState>, Admin(_): Admin) -> Json<rest::AppFolderList> {
    let folders = state
        .app_folders
        .list()
        .into_iter()
        .map(|folder| rest::AppFolder {
            app: folder.app,
            at: folder.at.to_string(),
            refused: folder.refused,
        });
    Json(rest::AppFolderList {
        data: folders.collect(),
    })
}
