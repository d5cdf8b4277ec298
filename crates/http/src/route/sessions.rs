//! `GET /api/fanlight/v1/sessions`: login sessions and engine sessions, oldest first.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{RawQuery, State};
use fanlight_base::{LoginSessionId, Timestamp, UserId};
use fanlight_identity::{Authenticated, LoginSession, LoginSessionState, Renewal, StoreError};
use fanlight_protocol::rest;
use fanlight_rpc::{SessionInfo, SessionState};

use crate::AppState;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::list::{Field, Kind, Query, Spec, Value};
use crate::names::{Names, Wanted};
use crate::state::Services;
use crate::wire::Base;

/// A login session or an engine session.
enum Entry {
    Login(LoginSession),
    Engine(SessionInfo),
}

static SESSIONS: Spec<Entry> = Spec {
    path: "/api/fanlight/v1/sessions",
    usual: 100,
    most: 500,
    fields: &[
        Field::new("id", Kind::Exact, |entry| entry.id().into()),
        Field::new("createdAt", Kind::Time, |entry| {
            entry.created_at().to_string().into()
        }),
        Field::new("identity", Kind::Exact, |entry| match entry {
            Entry::Login(_) => Value::Absent,
            Entry::Engine(info) => info.identity.as_deref().into(),
        }),
    ],
    own: &[
        "kind",
        "user",
        "app",
        "webIntegration",
        "kid",
        "jti",
        "state",
        "text",
    ],
    id: Entry::id,
    // Login sessions first, each kind by its time.
    order: |entry| {
        let kind = match entry {
            Entry::Login(_) => 0,
            Entry::Engine(_) => 1,
        };
        format!("{kind}{}", entry.created_at()).into()
    },
};

impl Entry {
    fn id(&self) -> String {
        match self {
            Self::Login(session) => session.id.to_string(),
            Self::Engine(info) => info.id.to_string(),
        }
    }

    const fn created_at(&self) -> Timestamp {
        match self {
            Self::Login(session) => session.created_at,
            Self::Engine(info) => info.since,
        }
    }
}

/// The sessions that a query names.
#[derive(Debug)]
pub struct Found {
    /// Login sessions, oldest first.
    pub logins: Vec<LoginSession>,
    /// Engine sessions, oldest first.
    pub engines: Vec<SessionInfo>,
    all_engines: Vec<SessionInfo>,
}

/// `GET /api/fanlight/v1/sessions`
pub async fn list(
    State(state): State<AppState>,
    Admin(caller): Admin,
    RawQuery(query): RawQuery,
) -> Result<Json<rest::SessionPage>, ApiError> {
    let query = SESSIONS.read(query.as_deref())?;
    let page = state
        .ask(move |services, cx| {
            let base = Base::new(&services.settings, cx.tenant);
            page(services, &caller, &base, &query)
        })
        .await?;
    Ok(Json(page))
}

/// The sessions that `query` names. Blocks.
///
/// # Errors
/// A filter that cannot hold for any session, or a failing store.
pub fn find(services: &Services, query: &rest::SessionQuery) -> Result<Found, ApiError> {
    check(query)?;
    let all_engines = services.host.sessions();
    let user = match &query.user {
        None => None,
        Some(name) => Some(user_id(services, name)?),
    };
    let is_user = |id: &UserId| user.as_ref().is_none_or(|wanted| wanted.as_ref() == Some(id));
    let wants = |kind: &str| query.kind.as_deref().is_none_or(|wanted| wanted == kind);
    let state = query.state.as_deref();
    let mut found = Found {
        logins: Vec::new(),
        engines: Vec::new(),
        all_engines,
    };
    // A login session has no app, and an engine session no key.
    let by_token = query.web_integration.is_some() || query.kid.is_some() || query.jti.is_some();
    let wants_logins = wants("login") && query.app.is_none() && state.is_none_or(|state| state == "active");
    let wants_engines = wants("engine") && state != Some("active");
    if wants_logins || (by_token && wants_engines) {
        let now = services.clock.now();
        let mut logins = services.store.open_login_sessions()?;
        logins.retain(|session| {
            session.require_active(now).is_ok() && is_user(&session.user) && matches_token(session, query)
        });
        found.logins = logins;
    }
    if wants_engines {
        // Whatever the tokens' filters leave of the login sessions, their engine sessions belong to it.
        let opened_by = |info: &SessionInfo| {
            let logins = info
                .connections
                .iter()
                .filter_map(|connection| connection.login.as_ref());
            logins
                .into_iter()
                .any(|login| found.logins.iter().any(|session| session.id == *login))
        };
        found.engines = found
            .all_engines
            .iter()
            .filter(|info| {
                is_user(&info.user)
                    && query.app.as_ref().is_none_or(|app| *app == info.app)
                    && state.is_none_or(|state| state == state_of(info))
                    && (!by_token || opened_by(info))
            })
            .cloned()
            .collect();
    }
    if !wants_logins {
        found.logins.clear();
    }
    Ok(found)
}

fn check(query: &rest::SessionQuery) -> Result<(), ApiError> {
    let known = |name: &str, value: Option<&str>, words: &[&str]| match value {
        Some(value) if !words.contains(&value) => {
            Err(ApiError::Invalid(format!("{name}: one of {}", words.join(", "))))
        }
        _ => Ok(()),
    };
    known("kind", query.kind.as_deref(), &["login", "engine"])?;
    known(
        "state",
        query.state.as_deref(),
        &["active", "attached", "detached"],
    )
}

fn matches_token(session: &LoginSession, query: &rest::SessionQuery) -> bool {
    let integration = session.web_integration.as_ref().map(ToString::to_string);
    let is_one_of = |wanted: Option<&String>, first: &String, latest: fn(&Renewal) -> &String| {
        let latest = session.renewal.as_ref().map(latest);
        wanted.is_none_or(|wanted| wanted == first || Some(wanted) == latest)
    };
    (query.web_integration.is_none() || query.web_integration == integration)
        && is_one_of(query.kid.as_ref(), &session.key_id, |renewal| &renewal.key_id)
        && is_one_of(query.jti.as_ref(), &session.token_id, |renewal| &renewal.token_id)
}

/// The user with that subject or that id; `None` when there is no such user, who then has no sessions.
fn user_id(services: &Services, name: &str) -> Result<Option<UserId>, StoreError> {
    if let Some(user) = services.store.user_by_subject(name)? {
        return Ok(Some(user.id));
    }
    match name.parse::<UserId>() {
        Ok(id) => Ok(services.store.user(&id)?.map(|user| user.id)),
        Err(_) => Ok(None),
    }
}

const fn state_of(info: &SessionInfo) -> &'static str {
    match info.state {
        SessionState::Attached { .. } => "attached",
        SessionState::Detached { .. } => "detached",
    }
}

fn page(
    services: &Services,
    caller: &Authenticated,
    base: &Base<'_>,
    query: &Query<Entry>,
) -> Result<rest::SessionPage, ApiError> {
    let own = |name: &str| query.own(name).map(str::to_owned);
    let wanted = rest::SessionQuery {
        kind: own("kind"),
        user: own("user"),
        app: own("app"),
        web_integration: own("webIntegration"),
        kid: own("kid"),
        jti: own("jti"),
        state: own("state"),
    };
    let mut names = Names::of_all(services, caller)?;
    let mut found = find(services, &wanted)?;
    if let Some(text) = query.own("text").and_then(Wanted::new) {
        keep_named(&mut found, &text, &mut names)?;
    }
    let counts = rest::SessionCounts {
        login_sessions: services.store.count_open_login_sessions()?,
        engine_sessions: found.all_engines.len(),
        connections: found.all_engines.iter().map(|info| info.connections.len()).sum(),
    };
    let connections = connections(&found.all_engines);
    let logins = found.logins.into_iter().map(Entry::Login);
    let page = query.choose(logins.chain(found.engines.into_iter().map(Entry::Engine)));
    let (links, next, total) = (page.links(base), page.next(), page.total());
    let data = page
        .rows()
        .map(|row| {
            Ok(match row {
                Entry::Login(session) => {
                    let n_connections = connections.get(&session.id).copied().unwrap_or(0);
                    rest::SessionEntry::Login(login_entry(&session, &mut names, n_connections)?)
                }
                Entry::Engine(info) => rest::SessionEntry::Engine(engine_entry(&info, &mut names)?),
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    Ok(rest::SessionPage {
        page: rest::Page {
            data,
            links,
            next,
            total,
            total_results: total,
        },
        counts,
    })
}

/// Leaves the sessions in whose ids, or in the names of whose user, app or web integration, `text` is.
fn keep_named(found: &mut Found, text: &Wanted, names: &mut Names<'_>) -> Result<(), StoreError> {
    let mut logins = Vec::new();
    for session in std::mem::take(&mut found.logins) {
        let user = names.user(&session.user)?;
        let integration = session.web_integration.as_ref().map(ToString::to_string);
        let integration = integration.unwrap_or_default();
        let name = names.integration(&integration).unwrap_or_default();
        let renewal = session.renewal.as_ref();
        let own = [
            session.id.as_str(),
            &session.key_id,
            &session.token_id,
            &integration,
            &name,
        ];
        let renewed = renewal.map(|renewal| [renewal.key_id.as_str(), renewal.token_id.as_str()]);
        let texts = own.into_iter().chain(renewed.into_iter().flatten());
        if text.is_in(texts.chain(of_user(&user))) {
            logins.push(session);
        }
    }
    let mut engines = Vec::new();
    for info in std::mem::take(&mut found.engines) {
        let user = names.user(&info.user)?;
        let title = names.app(&info.app).unwrap_or_default();
        let identity = info.identity.as_deref().unwrap_or_default();
        let own = [info.id.as_str(), &info.app, &title, identity];
        if text.is_in(own.into_iter().chain(of_user(&user))) {
            engines.push(info);
        }
    }
    found.logins = logins;
    found.engines = engines;
    Ok(())
}

fn of_user(user: &rest::SessionUser) -> [&str; 3] {
    [&user.id, &user.subject, &user.name]
}

/// How many connections each login session has.
fn connections(engines: &[SessionInfo]) -> HashMap<LoginSessionId, usize> {
    let mut counts = HashMap::new();
    let all = engines.iter().flat_map(|info| &info.connections);
    for login in all.filter_map(|connection| connection.login.as_ref()) {
        *counts.entry(login.clone()).or_insert(0) += 1;
    }
    counts
}

fn login_entry(
    session: &LoginSession,
    names: &mut Names<'_>,
    connections: usize,
) -> Result<rest::LoginEntry, StoreError> {
    let last_activity = match session.state {
        LoginSessionState::Active { last_activity } => last_activity,
        LoginSessionState::Ended { at, .. } => at,
    };
    let (ends_at, ends_by) = session
        .deadline()
        .map_or((last_activity, "other"), |(at, end)| (at, end.code()));
    let integration = session.web_integration.as_ref().map(ToString::to_string);
    Ok(rest::LoginEntry {
        id: session.id.to_string(),
        state: "active",
        user: names.user(&session.user)?,
        web_integration_name: integration.as_deref().and_then(|id| names.integration(id)),
        web_integration: integration,
        provider: session.provider.to_string(),
        kid: session.key_id.clone(),
        jti: session.token_id.clone(),
        created_at: session.created_at.to_string(),
        renewed_at: session.renewal.as_ref().map(|renewal| renewal.at.to_string()),
        last_activity_at: last_activity.to_string(),
        ends_at: ends_at.to_string(),
        ends_by,
        connections,
    })
}

fn engine_entry(info: &SessionInfo, names: &mut Names<'_>) -> Result<rest::EngineEntry, StoreError> {
    let ends_at = match info.state {
        SessionState::Attached { .. } => None,
        SessionState::Detached { until } => Some(until.to_string()),
    };
    let connections = info.connections.iter();
    Ok(rest::EngineEntry {
        id: info.id.to_string(),
        state: state_of(info),
        user: names.user(&info.user)?,
        app_name: names.app(&info.app),
        app: info.app.clone(),
        identity: info.identity.clone(),
        created_at: info.since.to_string(),
        last_request_at: info.last_request.to_string(),
        ends_at,
        connections: connections
            .map(|connection| rest::ConnectionEntry {
                id: connection.id.to_string(),
                login_session: connection.login.as_ref().map(ToString::to_string),
            })
            .collect(),
    })
}
