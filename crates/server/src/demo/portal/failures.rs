//! The buttons "Make it fail" of the demo portal's page. Nothing here is to be copied into a real portal.
//!
//! A page may not call the control API, and must not: whoever could would break everybody's sessions. So the portal does
//! it, for the person who is signed in and to that person's sessions only. The faults of the whole server, and its
//! clock, are everybody's; this is a demo on one's own machine.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Json;
use fanlight_http::control::{Control, ControlError};
use fanlight_identity::Limit;
use fanlight_protocol::control::{EngineSession, FaultChange, Faults, LoginSession, Times};
use fanlight_rpc::CloseCode;
use serde::{Deserialize, Serialize};

use super::{PortalState, Refusal, refuse};

/// What "slow" means: long enough to be seen, short of what the page takes for a lost connection.
const DELAY: Duration = Duration::from_millis(1500);
const REVOKED: &str = "the demo's button was pressed";
const UNKNOWN: &str = "there is no such failure";

/// What the page says beside the name in the path.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Whose identity the engine session has that is to fail.
    identity: String,
}

/// What was done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    /// Login sessions or connections, by the failure; 0 for one of the server.
    touched: usize,
    /// Failures that stay until "normal", by name.
    in_force: Vec<&'static str>,
}

/// What can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    Login(Ending),
    Engine(Trouble),
    Server(Fault),
    /// Minutes by which the clock is moved.
    Clock(u64),
    Normal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Expire(Limit),
    Revoke,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Close(CloseCode),
    Drop,
    Freeze,
    Delay,
    /// The connection is cut, and the way back is refused once.
    DropAnd(Fault),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    CsrfRefuseOnce,
    DenyAppOnce,
    TokenEndpoint500,
    TicketsRefuse,
    PlainCookies,
    FrameRefuse,
    RestartEngine,
}

impl Failure {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "idle-expiry" => Self::Login(Ending::Expire(Limit::Idle)),
            "lifetime-expiry" => Self::Login(Ending::Expire(Limit::Lifetime)),
            "revoke" => Self::Login(Ending::Revoke),
            "close-4001" => Self::Engine(Trouble::Close(CloseCode::Idle)),
            "close-4003" => Self::Engine(Trouble::Close(CloseCode::Restarting)),
            "close-4004" => Self::Engine(Trouble::Close(CloseCode::AppRemoved)),
            "close-4005" => Self::Engine(Trouble::Close(CloseCode::SessionLimit)),
            "close-4203" => Self::Engine(Trouble::Close(CloseCode::NotPermitted)),
            "drop" => Self::Engine(Trouble::Drop),
            "freeze" => Self::Engine(Trouble::Freeze),
            "delay" => Self::Engine(Trouble::Delay),
            "csrf-refuse-once" => Self::Engine(Trouble::DropAnd(Fault::CsrfRefuseOnce)),
            "deny-app-once" => Self::Engine(Trouble::DropAnd(Fault::DenyAppOnce)),
            "token-endpoint-500" => Self::Server(Fault::TokenEndpoint500),
            "tickets-refuse" => Self::Server(Fault::TicketsRefuse),
            "plain-cookies" => Self::Server(Fault::PlainCookies),
            "frame-refuse" => Self::Server(Fault::FrameRefuse),
            "restart-engine" => Self::Server(Fault::RestartEngine),
            "clock-1" => Self::Clock(1),
            "clock-15" => Self::Clock(15),
            "clock-29" => Self::Clock(29),
            "clock-30" => Self::Clock(30),
            "normal" => Self::Normal,
            _ => return None,
        })
    }
}

/// `GET /failures`: what is in force.
pub(super) async fn list(
    State(portal): State<PortalState>,
    headers: HeaderMap,
) -> Result<Json<Outcome>, Refusal> {
    let session = portal.session(&headers)?;
    let control = portal.control()?;
    outcome(control, session.person.id, 0).await.map(Json)
}

/// `POST /failures/{name}`: makes the person's sessions, or the server, fail.
pub(super) async fn post(
    State(portal): State<PortalState>,
    headers: HeaderMap,
    Path(name): Path<String>,
    Json(Wanted { identity }): Json<Wanted>,
) -> Result<Json<Outcome>, Refusal> {
    let session = portal.session_of_own_page(&headers)?;
    let control = portal.control()?;
    let subject = session.person.id;
    let failure = Failure::named(&name).ok_or_else(|| refuse(StatusCode::NOT_FOUND, UNKNOWN))?;
    let touched = match failure {
        Failure::Login(ending) => end_logins(control, subject, ending).await?,
        Failure::Engine(trouble) => trouble_engines(control, subject, &identity, trouble).await?,
        Failure::Server(fault) => set(control, fault).await?,
        Failure::Clock(minutes) => {
            control.advance(Duration::from_secs(60 * minutes)).await?;
            0
        }
        Failure::Normal => back_to_normal(control, subject).await?,
    };
    outcome(control, subject, touched).await.map(Json)
}

async fn end_logins(control: &Control, subject: &str, ending: Ending) -> Result<usize, Refusal> {
    let mut touched = 0;
    for LoginSession { id, .. } in logins(control, subject).await? {
        let Ok(id) = id.parse() else { continue };
        let ended = match ending {
            Ending::Expire(limit) => control.expire_login(&id, limit).await,
            Ending::Revoke => control.revoke_login(&id, Some(REVOKED)).await,
        };
        touched += usize::from(unless_gone(ended)?.is_some());
    }
    Ok(touched)
}

async fn trouble_engines(
    control: &Control,
    subject: &str,
    identity: &str,
    trouble: Trouble,
) -> Result<usize, Refusal> {
    if let Trouble::DropAnd(fault) = trouble {
        set(control, fault).await?;
    }
    let mut touched = 0;
    let sessions = engines(control, subject).await?;
    for EngineSession { id, .. } in sessions
        .into_iter()
        .filter(|session| session.identity.as_deref() == Some(identity))
    {
        let Ok(id) = id.parse() else { continue };
        let done = match trouble {
            Trouble::Close(code) => control.close_engine(&id, code).await,
            Trouble::Drop | Trouble::DropAnd(_) => control.drop_engine(&id).await,
            Trouble::Freeze => control.freeze_engine(&id),
            Trouble::Delay => control.delay_engine(&id, DELAY),
        };
        touched += unless_gone(done)?.unwrap_or(0);
    }
    Ok(touched)
}

async fn set(control: &Control, fault: Fault) -> Result<usize, Refusal> {
    let mut change = FaultChange::default();
    match fault {
        Fault::CsrfRefuseOnce => change.csrf_refuse_once = Some(Times::Next(1)),
        Fault::DenyAppOnce => change.deny_app_once = Some(Times::Next(1)),
        Fault::TokenEndpoint500 => change.token_endpoint_500 = Some(Times::Always),
        Fault::TicketsRefuse => {
            change.tickets_refuse = Some(Times::Always);
            // Only who keeps no cookie needs a ticket.
            change.plain_cookies = Some(true);
        }
        Fault::PlainCookies => change.plain_cookies = Some(true),
        Fault::FrameRefuse => change.frame_refuse = Some(true),
        Fault::RestartEngine => change.restart_engine = Some(true),
    }
    control.set_faults(change).await?;
    Ok(0)
}

async fn back_to_normal(control: &Control, subject: &str) -> Result<usize, Refusal> {
    let change = FaultChange {
        csrf_refuse_once: Some(Times::Never),
        deny_app_once: Some(Times::Never),
        token_endpoint_500: Some(Times::Never),
        tickets_refuse: Some(Times::Never),
        plain_cookies: Some(false),
        frame_refuse: Some(false),
        restart_engine: None,
    };
    control.set_faults(change).await?;
    for EngineSession { id, .. } in engines(control, subject).await? {
        let Ok(id) = id.parse() else { continue };
        unless_gone(control.thaw_engine(&id))?;
        unless_gone(control.delay_engine(&id, Duration::ZERO))?;
    }
    Ok(0)
}

async fn outcome(control: &Control, subject: &str, touched: usize) -> Result<Outcome, Refusal> {
    let Faults {
        token_endpoint_500,
        tickets_refuse,
        plain_cookies,
        frame_refuse,
        ..
    } = control.state().await?.faults;
    let engines = engines(control, subject).await?;
    let in_force = [
        ("token-endpoint-500", token_endpoint_500 != Times::Never),
        ("tickets-refuse", tickets_refuse != Times::Never),
        ("plain-cookies", plain_cookies),
        ("frame-refuse", frame_refuse),
        ("freeze", engines.iter().any(|session| session.fault.frozen)),
        ("delay", engines.iter().any(|session| session.fault.delay_ms > 0)),
    ];
    let in_force = in_force.into_iter().filter(|fault| fault.1);
    Ok(Outcome {
        touched,
        in_force: in_force.map(|fault| fault.0).collect(),
    })
}

async fn logins(control: &Control, subject: &str) -> Result<Vec<LoginSession>, Refusal> {
    let mut sessions = control.state().await?.login_sessions;
    sessions.retain(|session| session.user.subject == subject);
    Ok(sessions)
}

async fn engines(control: &Control, subject: &str) -> Result<Vec<EngineSession>, Refusal> {
    let mut sessions = control.state().await?.engine_sessions;
    sessions.retain(|session| session.user.subject == subject);
    Ok(sessions)
}

/// A session may end between being seen and being meant; that is no error.
fn unless_gone<T>(done: Result<T, ControlError>) -> Result<Option<T>, Refusal> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(
            ControlError::NoLoginSession(_) | ControlError::LoginEnded(..) | ControlError::NoEngineSession(_),
        ) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl super::Portal {
    fn control(&self) -> Result<&Control, Refusal> {
        let control = self.settings.control.as_ref();
        control.ok_or_else(|| refuse(StatusCode::NOT_FOUND, "nothing can be made to fail here"))
    }
}

impl From<ControlError> for Refusal {
    fn from(error: ControlError) -> Self {
        tracing::error!("a failure could not be caused: {error}");
        refuse(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the failure could not be caused; see the log",
        )
    }
}
