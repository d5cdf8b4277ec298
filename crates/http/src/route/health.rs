//! `/healthz` and `/readyz`, for whoever watches the process.

use std::sync::PoisonError;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use crate::AppState;
use crate::error::ApiError;
use crate::state::Services;

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The process can serve: its store answers, and takes what a sign-in would write. The lines after the first say what was
/// found.
pub async fn readyz(State(state): State<AppState>) -> Response {
    let problem = match state
        .blocking(|services| Ok::<_, ApiError>(store(services)))
        .await
    {
        Ok(problem) => problem,
        Err(error) => Some(error.to_string()),
    };
    match problem {
        None => format!("ready\nstore: ok\n{}", refused_folders(&state)).into_response(),
        Some(problem) => {
            tracing::warn!(reason = problem, "not ready");
            let text = format!("not ready\nstore: {problem}\n");
            (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
        }
    }
}

/// A line for each app whose changed folder was not taken in. They keep nobody from being served: they go on as they were.
fn refused_folders(state: &AppState) -> String {
    let folders = state.app_folders.list().into_iter();
    let refused = folders.filter(|folder| folder.refused.is_some());
    refused
        .map(|folder| {
            format!(
                "app {}: its changed folder has errors; the log names them\n",
                folder.app
            )
        })
        .collect()
}

/// Why a sign-in would fail now. Who asks more often than is good for the disk gets the last answer again.
fn store(services: &Services) -> Option<String> {
    let now = services.clock.now();
    let last = || services.last_probe.lock().unwrap_or_else(PoisonError::into_inner);
    if services.probes.take((), now).is_err() {
        return last().clone();
    }
    let problem = match services.store.tenant() {
        Ok(Some(_)) => services.store.try_write(now).err().map(|error| error.to_string()),
        Ok(None) => Some("it holds no tenant".to_owned()),
        Err(error) => Some(error.to_string()),
    };
    last().clone_from(&problem);
    problem
}
