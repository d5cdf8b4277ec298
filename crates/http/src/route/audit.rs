//! `GET /api/fanlight/v1/audit`: the audit log, newest first.

use axum::Json;
use axum::extract::State;
use fanlight_base::Timestamp;
use fanlight_identity::{AuditEntry, AuditQuery, StoreError};
use fanlight_protocol::rest;
use serde::Deserialize;

use crate::AppState;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::Params;
use crate::names::{Names, Wanted};
use crate::state::Services;

/// Most entries on a page.
const MAX_PAGE: usize = 500;
const USUAL_PAGE: usize = 100;
/// Entries that one request looks through for a text; the next page goes on from there.
const MAX_READ: usize = 20_000;

/// Which page of which entries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    user: Option<String>,
    action: Option<String>,
    text: Option<String>,
    since: Option<String>,
    until: Option<String>,
    limit: Option<usize>,
    next: Option<i64>,
}

/// `GET /api/fanlight/v1/audit`
pub async fn list(
    State(state): State<AppState>,
    Admin(_): Admin,
    Params(query): Params<Query>,
) -> Result<Json<rest::Page<rest::AuditItem>>, ApiError> {
    let limit = query.limit.unwrap_or(USUAL_PAGE).clamp(1, MAX_PAGE);
    let text = query.text.as_deref().and_then(Wanted::new);
    let wanted = AuditQuery {
        before: query.next,
        action: query.action,
        since: query.since.map(|at| time("since", &at)).transpose()?,
        until: query.until.map(|at| time("until", &at)).transpose()?,
        ..AuditQuery::default()
    };
    let user = query.user;
    let page = state
        .blocking(move |services| {
            services.operator.flush(services.store.as_ref())?;
            let user = user.map(|user| id_of(services, user)).transpose()?;
            page(services, AuditQuery { user, ..wanted }, limit, text.as_ref())
        })
        .await?;
    Ok(Json(page))
}

fn time(name: &str, text: &str) -> Result<Timestamp, ApiError> {
    text.parse()
        .map_err(|error| ApiError::Invalid(format!("{name}: {error}")))
}

/// The id of the user with that subject; what is no subject is an id.
fn id_of(services: &Services, user: String) -> Result<String, StoreError> {
    let known = services.store.user_by_subject(&user)?;
    Ok(known.map_or(user, |known| known.id.to_string()))
}

fn page(
    services: &Services,
    mut query: AuditQuery,
    limit: usize,
    text: Option<&Wanted>,
) -> Result<rest::Page<rest::AuditItem>, StoreError> {
    let mut names = Names::of_users(services);
    let mut data = Vec::new();
    let mut n_read = 0;
    // One more than is read, to know whether there is more.
    let batch = limit + 1;
    query.limit = u32::try_from(batch).unwrap_or(u32::MAX);
    let next = loop {
        let mut entries = services.store.audit(&query)?;
        let has_more = entries.len() == batch;
        entries.truncate(limit);
        let (mut last, n_entries) = (None, entries.len());
        for (place, entry) in entries.into_iter().enumerate() {
            last = Some(entry.id);
            let item = item(entry, &mut names)?;
            if text.is_none_or(|text| is_in(text, &item)) {
                data.push(item);
            }
            let is_end = place + 1 == n_entries && !has_more;
            if data.len() == limit && !is_end {
                return Ok(rest::Page {
                    data,
                    next: last.map(|id| id.to_string()),
                    total: None,
                });
            }
        }
        n_read += n_entries;
        if !has_more {
            break None;
        }
        if n_read >= MAX_READ {
            break last.map(|id| id.to_string());
        }
        query.before = last;
    };
    let total = None;
    Ok(rest::Page { data, next, total })
}

/// Whether the text is in what the entry says, or in the names and ids of whom it is about.
fn is_in(text: &Wanted, item: &rest::AuditItem) -> bool {
    let subject = &item.subject;
    let given = [
        &item.actor_name,
        &item.user_name,
        &subject.user,
        &subject.login_session,
        &subject.engine_session,
        &subject.address,
    ];
    let own = [item.detail.as_str(), &item.actor, &item.action];
    text.is_in(
        own.into_iter()
            .chain(given.into_iter().flatten().map(String::as_str)),
    )
}

fn item(entry: AuditEntry, names: &mut Names<'_>) -> Result<rest::AuditItem, StoreError> {
    let name = |user: rest::SessionUser| {
        if user.name.is_empty() {
            user.subject
        } else {
            user.name
        }
    };
    let user = entry
        .user
        .as_deref()
        .map(|user| names.user_of(user))
        .transpose()?;
    Ok(rest::AuditItem {
        id: entry.id,
        at: entry.at.to_string(),
        action: entry.action,
        actor_name: names.user_of(&entry.actor)?.map(name),
        actor: entry.actor,
        user_name: user.flatten().map(name),
        subject: rest::Subject {
            user: entry.user,
            login_session: entry.login_session,
            engine_session: entry.engine_session,
            address: entry.address,
        },
        detail: entry.detail,
    })
}
