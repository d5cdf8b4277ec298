//! What the control API shows.

use fanlight_base::{EngineSessionId, Timestamp};
use fanlight_identity::{LoginSession, LoginSessionState, StoreError};
use fanlight_protocol::control::{EngineSession, LoginSession as LoginEntry, SessionFault, State};
use fanlight_protocol::rest::{ConnectionEntry, SessionUser};
use fanlight_rpc::{SessionInfo, SessionState};

use super::{Control, ControlError};
use crate::names::Names;
use crate::state::Services;

impl Control {
    /// Every session that runs, and the faults as they stand.
    ///
    /// # Errors
    /// The store failed.
    pub async fn state(&self) -> Result<State, ControlError> {
        self.blocking(|services| Ok(state(services)?)).await
    }
}

fn state(services: &Services) -> Result<State, StoreError> {
    let now = services.clock.now();
    let mut people = Names::of_users(services);
    let connections = services.sockets.count_by_login();
    let frozen = services.sockets.frozen();
    let open = services.store.open_login_sessions()?;
    let login_sessions = open
        .iter()
        .filter_map(|session| Some((session, session.deadline()?)))
        .filter(|(_, (ends_at, _))| now < *ends_at)
        .map(|(session, (ends_at, end))| {
            Ok(LoginEntry {
                id: session.id.to_string(),
                user: people.user(&session.user)?,
                state: "active",
                created_at: session.created_at.to_string(),
                last_active_at: last_active(session).to_string(),
                ends_at: ends_at.to_string(),
                ends_by: end.code(),
                connections: connections.get(&session.id).copied().unwrap_or(0),
            })
        })
        .collect::<Result<_, StoreError>>()?;
    let engine_sessions = services.host.sessions();
    let engine_sessions = engine_sessions
        .iter()
        .map(|info| {
            let is_frozen = info
                .connections
                .iter()
                .any(|connection| frozen.contains(&connection.id));
            let fault = SessionFault {
                frozen: is_frozen,
                delay_ms: delay_ms(services, &info.id),
            };
            Ok(engine_session(info, people.user(&info.user)?, fault))
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(State {
        now: now.to_string(),
        login_sessions,
        engine_sessions,
        faults: services
            .faults
            .plan()
            .map_or_else(Default::default, |plan| plan.faults),
    })
}

fn last_active(session: &LoginSession) -> Timestamp {
    match session.state {
        LoginSessionState::Active { last_activity } => last_activity,
        LoginSessionState::Ended { at, .. } => at,
    }
}

fn engine_session(info: &SessionInfo, user: SessionUser, fault: SessionFault) -> EngineSession {
    let (state, until) = match info.state {
        SessionState::Attached { .. } => ("attached", None),
        SessionState::Detached { until } => ("detached", Some(until.to_string())),
    };
    let connections = info.connections.iter().map(|connection| ConnectionEntry {
        id: connection.id.to_string(),
        login_session: connection.login.as_ref().map(ToString::to_string),
    });
    EngineSession {
        id: info.id.to_string(),
        user,
        app: info.app.clone(),
        identity: info.identity.clone(),
        state,
        until,
        connections: connections.collect(),
        fault,
    }
}

fn delay_ms(services: &Services, id: &EngineSessionId) -> u64 {
    let delay = services
        .faults
        .plan()
        .and_then(|plan| plan.delays.get(id).copied());
    delay.map_or(0, |delay| u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))
}
