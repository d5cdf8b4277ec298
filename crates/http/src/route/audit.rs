//! `GET /api/fanlight/v1/audit`: the audit log, newest first.

use axum::Json;
use axum::extract::{RawQuery, State};
use fanlight_base::Timestamp;
use fanlight_identity::{AuditEntry, AuditOrder, AuditQuery, StoreError};
use fanlight_protocol::rest;

use crate::AppState;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::list::{Found, Query, Side, Spec, Value};
use crate::names::{Names, Wanted};
use crate::state::Services;
use crate::wire::Base;

/// Entries that one request looks through for a text; the next page goes on from there.
const MAX_READ: usize = 20_000;

/// Its rows are chosen by the store, which holds too many to look at each.
static AUDIT: Spec<rest::AuditItem> = Spec {
    path: "/api/fanlight/v1/audit",
    usual: 100,
    most: 500,
    fields: &[],
    own: &["user", "action", "text", "since", "until"],
    id: |item| item.id.to_string(),
    order: |_| Value::Absent,
};

/// `GET /api/fanlight/v1/audit`
pub async fn list(
    State(state): State<AppState>,
    Admin(_): Admin,
    RawQuery(query): RawQuery,
) -> Result<Json<rest::Page<rest::AuditItem>>, ApiError> {
    let query = AUDIT.read(query.as_deref())?;
    let at = |name: &str| query.own(name).map(|at| time(name, at)).transpose();
    let wanted = AuditQuery {
        action: query.own("action").map(str::to_owned),
        since: at("since")?,
        until: at("until")?,
        ..AuditQuery::default()
    };
    let page = state
        .ask(move |services, cx| {
            services.operator.flush(services.store.as_ref())?;
            let user = query.own("user").map(|user| id_of(services, user.to_owned()));
            let user = user.transpose()?;
            let base = Base::new(&services.settings, cx.tenant);
            page(services, &base, &query, AuditQuery { user, ..wanted })
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
    base: &Base<'_>,
    query: &Query<rest::AuditItem>,
    mut wanted: AuditQuery,
) -> Result<rest::Page<rest::AuditItem>, ApiError> {
    let id = |text: &str| {
        let wrong = || ApiError::Invalid("next, prev: not a value that this list gave".to_owned());
        text.parse().map_err(|_| wrong())
    };
    // The newest is first, so what comes after a row is older.
    match query.side() {
        Side::Start => {}
        Side::After(row) => wanted.before = Some(id(row)?),
        Side::Before(row) => {
            wanted.after = Some(id(row)?);
            wanted.order = AuditOrder::OldestFirst;
        }
    }
    let text = query.own("text").and_then(Wanted::new);
    let n_matching = if query.wants_total() && text.is_none() {
        Some(services.store.count_audit(&wanted)?)
    } else {
        None
    };
    let is_backwards = wanted.order == AuditOrder::OldestFirst;
    let (mut rows, has_more, last) = choose(services, query.limit(), wanted, text.as_ref())?;
    if is_backwards {
        rows.reverse();
    }
    let page = query.chosen(
        rows,
        Found {
            has_more,
            has_others: !matches!(query.side(), Side::Start),
            n_matching,
            looked_at: last.filter(|_| has_more).map(|id| id.to_string()),
        },
    );
    let (links, next, total) = (page.links(base), page.next(), page.total());
    Ok(rest::Page {
        data: page.rows().collect(),
        links,
        next,
        total,
        total_results: total,
    })
}

/// The rows of a page in the order of `wanted`, whether there are more entries, and up to which one was looked.
fn choose(
    services: &Services,
    limit: usize,
    mut wanted: AuditQuery,
    text: Option<&Wanted>,
) -> Result<(Vec<rest::AuditItem>, bool, Option<i64>), StoreError> {
    let mut names = Names::of_users(services);
    let (mut rows, mut n_read, mut last) = (Vec::new(), 0, None);
    // One more than is read, to know whether there is more.
    let batch = limit + 1;
    wanted.limit = u32::try_from(batch).unwrap_or(u32::MAX);
    loop {
        let entries = services.store.audit(&wanted)?;
        let is_last = entries.len() < batch;
        for entry in entries {
            if rows.len() == limit {
                return Ok((rows, true, last));
            }
            last = Some(entry.id);
            n_read += 1;
            let item = item(entry, &mut names)?;
            if text.is_none_or(|text| is_in(text, &item)) {
                rows.push(item);
            }
        }
        if is_last || n_read >= MAX_READ {
            return Ok((rows, !is_last, last));
        }
        match wanted.order {
            AuditOrder::NewestFirst => wanted.before = last,
            AuditOrder::OldestFirst => wanted.after = last,
        }
    }
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
