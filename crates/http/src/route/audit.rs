//! `GET /api/fanlight/v1/audit`: the audit log, newest first.

use axum::Json;
use axum::extract::State;
use fanlight_identity::{AuditEntry, AuditQuery};
use fanlight_protocol::rest;
use serde::Deserialize;

use crate::AppState;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::Params;

/// Most entries on a page.
const MAX_PAGE: u32 = 500;
const USUAL_PAGE: u32 = 100;

/// Which page of which entries.
#[derive(Debug, Deserialize)]
pub struct Query {
    user: Option<String>,
    action: Option<String>,
    limit: Option<u32>,
    next: Option<i64>,
}

/// `GET /api/fanlight/v1/audit`
pub async fn list(
    State(state): State<AppState>,
    Admin(_): Admin,
    Params(query): Params<Query>,
) -> Result<Json<rest::Page<rest::AuditItem>>, ApiError> {
    let limit = query.limit.unwrap_or(USUAL_PAGE).clamp(1, MAX_PAGE);
    let mut entries = state
        .blocking(move |services| {
            services.operator.flush(services.store.as_ref())?;
            services.store.audit(&AuditQuery {
                before: query.next,
                user: query.user,
                action: query.action,
                limit: limit + 1,
            })
        })
        .await?;
    let has_more = entries.len() > limit as usize;
    entries.truncate(limit as usize);
    let next = entries
        .last()
        .filter(|_| has_more)
        .map(|last| last.id.to_string());
    Ok(Json(rest::Page {
        data: entries.into_iter().map(item).collect(),
        next,
        total: None,
    }))
}

fn item(entry: AuditEntry) -> rest::AuditItem {
    rest::AuditItem {
        id: entry.id,
        at: entry.at.to_string(),
        action: entry.action,
        actor: entry.actor,
        subject: rest::Subject {
            user: entry.user,
            login_session: entry.login_session,
            engine_session: entry.engine_session,
            address: entry.address,
        },
        detail: entry.detail,
    }
}
