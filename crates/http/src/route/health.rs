//! `/healthz` and `/readyz`, for whoever watches the process.

use axum::extract::State;

use crate::AppState;
use crate::error::ApiError;

/// The process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The process can serve: its store answers.
pub async fn readyz(State(state): State<AppState>) -> Result<&'static str, ApiError> {
    let there = state.ask(|_, _| Ok(())).await.is_ok();
    if there {
        Ok("ready\n")
    } else {
        Err(ApiError::Unavailable("the store does not answer"))
    }
}
