//! `/api/fanlight/v1/sessions/actions/…` and `DELETE /api/fanlight/v1/sessions/{id}`: what administrators do to sessions.
//!
//! What is about to be done is in the audit log before it is done: without a log nothing happens.

use std::net::IpAddr;

use axum::Json;
use axum::extract::{Path, State};
use fanlight_base::UserId;
use fanlight_identity::{Authenticated, end_session};
use fanlight_protocol::{USUAL_END, rest};
use fanlight_rpc::{CloseCode, SessionFilter};
use http::StatusCode;

use crate::AppState;
use crate::administrator::Administrator;
use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::{Body, ClientAddr};
use crate::operator::{Happening, Kind};
use crate::route::sessions::{Found, find};
use crate::sessions;
use crate::state::Services;

/// Most ids in one call.
const MAX_IDS: usize = 1000;
/// Longest words to people, in characters.
const MAX_TEXT_CHARS: usize = 256;

/// `POST /api/fanlight/v1/sessions/actions/end`
pub async fn end(
    State(state): State<AppState>,
    Admin(caller): Admin,
    ClientAddr(address): ClientAddr,
    Body(body): Body<rest::EndSessions>,
) -> Result<Json<rest::ActionResult>, ApiError> {
    let reason = body
        .reason
        .map_or_else(|| Ok(USUAL_END.to_owned()), |reason| text("reason", &reason))?;
    let (ids, filter) = (body.ids, body.filter);
    let done = state
        .blocking(move |services| {
            let meant = Meant::find(services, ids, filter)?;
            let by = By { caller, address };
            by.announce(services, Kind::AdminEnd, &meant, &reason)?;
            end_all(services, meant, by.caller.user.id.as_str(), &reason)
        })
        .await?;
    Ok(Json(done))
}

/// `DELETE /api/fanlight/v1/sessions/{id}`
pub async fn delete(
    State(state): State<AppState>,
    Admin(caller): Admin,
    ClientAddr(address): ClientAddr,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    state
        .blocking(move |services| {
            let meant = Meant::find(services, Some(vec![id]), None)?;
            if !meant.not_found.is_empty() {
                return Err(ApiError::NotFound("session"));
            }
            let by = By { caller, address };
            by.announce(services, Kind::AdminEnd, &meant, USUAL_END)?;
            end_all(services, meant, by.caller.user.id.as_str(), USUAL_END)?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

/// `POST /api/fanlight/v1/sessions/actions/message`
pub async fn message(
    State(state): State<AppState>,
    Admin(caller): Admin,
    ClientAddr(address): ClientAddr,
    Body(body): Body<rest::MessageSessions>,
) -> Result<Json<rest::ActionResult>, ApiError> {
    let words = text("message", &body.message)?;
    let (ids, filter, severity) = (body.ids, body.filter, body.severity);
    let done = state
        .blocking(move |services| {
            let meant = Meant::find(services, ids, filter)?;
            By { caller, address }.announce(services, Kind::AdminMessage, &meant, &words)?;
            let at = services.clock.now().to_string();
            let notification = rest::SessionMessage::new(severity, at, words);
            let frame = serde_json::to_string(&notification)
                .map_err(|error| ApiError::Internal(error.to_string()))?;
            Ok::<_, ApiError>(tell_all(services, meant, &frame))
        })
        .await?;
    Ok(Json(done))
}

/// Ends every session of a user whose account was closed. Blocks.
///
/// # Errors
/// The store failed.
pub fn end_all_of(
    services: &Services,
    user: &UserId,
    by: &Administrator,
    reason: &str,
) -> Result<(), ApiError> {
    let filter = rest::SessionQuery {
        user: Some(user.to_string()),
        ..rest::SessionQuery::default()
    };
    let meant = Meant::find(services, None, Some(filter))?;
    end_all(services, meant, by.user.as_str(), reason)?;
    Ok(())
}

/// Words for people: not empty, not long, on one line.
fn text(name: &str, text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_TEXT_CHARS || text.chars().any(char::is_control) {
        let problem = format!("{name}: 1 to {MAX_TEXT_CHARS} characters on one line");
        return Err(ApiError::Invalid(problem));
    }
    Ok(text.to_owned())
}

/// Which sessions an action is about.
struct Meant {
    found: Found,
    not_found: Vec<String>,
    /// How it was asked for, for the log.
    words: String,
}

impl Meant {
    fn find(
        services: &Services,
        ids: Option<Vec<String>>,
        filter: Option<rest::SessionQuery>,
    ) -> Result<Self, ApiError> {
        match (ids, filter) {
            (Some(ids), None) if (1..=MAX_IDS).contains(&ids.len()) => Self::by_ids(services, ids),
            (None, Some(filter)) if filter != rest::SessionQuery::default() => {
                let words = format!("{filter:?}").replace("None", "-");
                Ok(Self {
                    found: find(services, &filter)?,
                    not_found: Vec::new(),
                    words,
                })
            }
            _ => Err(ApiError::Invalid(format!(
                "give either ids, 1 to {MAX_IDS}, or a filter with at least one member"
            ))),
        }
    }

    fn by_ids(services: &Services, mut ids: Vec<String>) -> Result<Self, ApiError> {
        let mut found = find(services, &rest::SessionQuery::default())?;
        found
            .logins
            .retain(|session| ids.iter().any(|id| id == session.id.as_str()));
        found
            .engines
            .retain(|info| ids.iter().any(|id| id == info.id.as_str()));
        let words = ids.join(" ");
        ids.retain(|id| {
            found.logins.iter().all(|session| session.id.as_str() != id)
                && found.engines.iter().all(|info| info.id.as_str() != id)
        });
        Ok(Self {
            found,
            not_found: ids,
            words,
        })
    }
}

/// Who acts.
struct By {
    caller: Authenticated,
    address: IpAddr,
}

impl By {
    fn announce(&self, services: &Services, kind: Kind, meant: &Meant, words: &str) -> Result<(), ApiError> {
        let n_sessions = meant.found.logins.len() + meant.found.engines.len();
        services.operator.record(&Happening {
            by: Some(self.caller.user.id.to_string()),
            reason: Some(format!("{words} · {n_sessions} sessions · {}", meant.words)),
            address: Some(self.address),
            ..Happening::new(services.clock.now(), kind)
        });
        services.operator.flush(services.store.as_ref())?;
        Ok(())
    }
}

fn end_all(
    services: &Services,
    meant: Meant,
    actor: &str,
    reason: &str,
) -> Result<rest::ActionResult, ApiError> {
    let now = services.clock.now();
    let mut ended = Vec::new();
    let mut connections = 0;
    for session in meant.found.logins {
        if let Some(session) = end_session(services.store.as_ref(), &session.id, (actor, reason), now)? {
            connections += services.sockets.count_of(&session.id);
            sessions::end_sockets(services, &session);
            ended.push(session.id.to_string());
        }
    }
    for info in meant.found.engines {
        let filter = SessionFilter::EngineSession(info.id.clone());
        let over = services
            .host
            .end_sessions(&filter, CloseCode::SignedOut, &format!("revoked: {reason}"));
        connections += over.iter().map(|info| info.connections.len()).sum::<usize>();
        ended.push(info.id.to_string());
    }
    services.operator.flush(services.store.as_ref())?;
    Ok(rest::ActionResult {
        sessions: ended,
        connections,
        not_found: meant.not_found,
    })
}

fn tell_all(services: &Services, meant: Meant, frame: &str) -> rest::ActionResult {
    let logins = meant.found.logins.into_iter().map(|session| {
        let id = session.id.to_string();
        (id, SessionFilter::LoginSession(session.id))
    });
    // A connection that both a login session and an engine session name is told once.
    let told_by_login: Vec<(String, SessionFilter)> = logins.collect();
    let mut connections = 0;
    let mut sessions = Vec::new();
    for (id, filter) in &told_by_login {
        connections += services.host.notify(filter, frame);
        sessions.push(id.clone());
    }
    for info in meant.found.engines {
        let is_told = !info.connections.is_empty()
            && info.connections.iter().all(|connection| {
                connection
                    .login
                    .as_ref()
                    .is_some_and(|login| sessions.iter().any(|id| id == login.as_str()))
            });
        if !is_told {
            connections += services
                .host
                .notify(&SessionFilter::EngineSession(info.id.clone()), frame);
        }
        sessions.push(info.id.to_string());
    }
    rest::ActionResult {
        sessions,
        connections,
        not_found: meant.not_found,
    }
}
