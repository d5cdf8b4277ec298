//! `/api/fanlight/v1/tickets`: credentials for WebSockets of pages that use no cookie.

use std::str::FromStr as _;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest as _, Request, State};
use fanlight_base::LoginSessionId;
use fanlight_identity::{
    Context, LoginSession, MAX_TICKETS, NewTickets, SignInCall, TICKET_LIFE, TicketError, TicketOrder,
    TicketTarget, User, issue_tickets, join_session, renew_session, sign_in,
};
use fanlight_protocol::rest;
use fanlight_rpc::{Role, Viewer};
use http::StatusCode;
use http::request::Parts;

use crate::auth::{Shown, bearer, to_its_person};
use crate::error::ApiError;
use crate::extract::ClientAddr;
use crate::integration::{integration_id, of_call};
use crate::operator::Kind;
use crate::state::Services;
use crate::ticket::page;
use crate::{AppState, cookies, sessions};

/// Longest app or identity that a ticket is bound to, in bytes.
const MAX_NAME_BYTES: usize = 1024;

/// What lets the caller have tickets. One call has one: neither is tried when the other is refused.
enum Shows {
    /// The cookie of a login session, with the CSRF token.
    Cookie(Shown),
    /// A sign-in token. It begins a login session without any cookie, or joins one of the same person.
    Token(String),
}

/// Gives out tickets. Nothing about it counts as activity.
pub async fn post(
    State(state): State<AppState>,
    request: Request,
) -> Result<(StatusCode, Json<rest::Tickets>), ApiError> {
    state.faults.check_tickets()?;
    let (parts, body) = request.into_parts();
    let shows = shows(&parts)?;
    if let Shows::Token(token) = &shows {
        let client = ClientAddr::of(&parts.extensions);
        let now = state.clock.now();
        state
            .sign_ins
            .take(client.counted(), now)
            .map_err(ApiError::TooMany)?;
        state.prepare_keys(token).await?;
    }
    let body = Bytes::from_request(Request::from_parts(parts.clone(), body), &state).await;
    let wanted = Wanted::read(&body.map_err(|_| ApiError::TooLarge)?)?;
    let is_by_token = matches!(shows, Shows::Token(_));
    let is_sign_in = is_by_token && wanted.session.is_none();
    let ClientAddr(client) = ClientAddr::of(&parts.extensions);
    let asked = state
        .ask(move |services, cx| give(services, cx, (&parts, &shows), &wanted))
        .await;
    // Joining a session begins none; that it is refused is worth knowing as much as a refused sign-in.
    if is_sign_in || (is_by_token && asked.is_err()) {
        let signed_in = asked.as_ref().map(|(session, _)| (session, Kind::Login));
        state.operator.signed_in(signed_in, client, state.clock.now());
    }
    let (session, tickets) = asked?;
    tracing::info!(
        login_session.id = %session.id,
        user.id = %session.user,
        count = tickets.texts.len(),
        "gave out tickets"
    );
    Ok((StatusCode::CREATED, Json(answer(&session, &tickets))))
}

/// Checks everything first: what a refused call shows is not used up, and nothing is left of it. Blocks.
fn give(
    services: &Services,
    cx: &Context<'_>,
    (parts, shows): (&Parts, &Shows),
    wanted: &Wanted,
) -> Result<(LoginSession, NewTickets), ApiError> {
    let allows = |user: &User| may_open(services, user, wanted.target.as_ref());
    let order = TicketOrder {
        page: page(&services.settings, &parts.headers)?,
        target: wanted.target.as_ref(),
        count: wanted.count,
        allows: &allows,
    };
    match (shows, &wanted.session) {
        (Shows::Cookie(shown), _) => {
            let session = of_cookie(shown.authenticate(services)?.login_session(), wanted)?;
            let tickets = issue_tickets(cx, &session, &order)?;
            Ok((session, tickets))
        }
        (Shows::Token(token), Some(id)) if wanted.renews => {
            let ClientAddr(client) = ClientAddr::of(&parts.extensions);
            let (session, tickets) =
                renew_session(cx, token, (id, Some(client)), &order).map_err(to_its_person)?;
            // Here, because this goes on when the client does not wait for the answer.
            let happened = Ok((&session, Kind::LoginRenewed));
            services.operator.signed_in(happened, client, cx.now);
            sessions::renewed(services, &session);
            Ok((session, tickets))
        }
        (Shows::Token(token), Some(id)) => join_session(cx, token, id, &order).map_err(to_its_person),
        (Shows::Token(token), None) => of_token(cx, parts, token, &order),
    }
}

fn shows(parts: &Parts) -> Result<Shows, ApiError> {
    let has_cookie = cookies::has_session(&parts.headers);
    match (bearer(&parts.headers), has_cookie) {
        (Some(_), true) => Err(ApiError::Invalid(
            "send one credential: the cookie with the CSRF token, or a sign-in token without any cookie"
                .to_owned(),
        )),
        (Some(token), false) => Ok(Shows::Token(token)),
        (None, true) => Ok(Shows::Cookie(Shown::in_call(parts))),
        (None, false) => Err(ApiError::NotSignedIn),
    }
}

/// A checked body.
struct Wanted {
    session: Option<LoginSessionId>,
    /// Joining it renews it.
    renews: bool,
    target: Option<TicketTarget>,
    count: u8,
}

impl Wanted {
    fn read(body: &[u8]) -> Result<Self, ApiError> {
        let wrong = |text: String| Err(ApiError::Invalid(text));
        let wanted: rest::NewTickets = if body.is_empty() {
            rest::NewTickets::default()
        } else {
            serde_json::from_slice(body).map_err(|error| ApiError::Invalid(error.to_string()))?
        };
        let count = wanted.count.unwrap_or(1);
        if !(1..=MAX_TICKETS).contains(&count) {
            return wrong(format!("count: 1 to {MAX_TICKETS}"));
        }
        let names = [wanted.app_id.as_ref(), wanted.identity.as_ref()];
        if names
            .into_iter()
            .flatten()
            .any(|name| name.len() > MAX_NAME_BYTES)
        {
            return wrong(format!("appId, identity: at most {MAX_NAME_BYTES} bytes"));
        }
        let target = match (wanted.app_id, wanted.identity) {
            (Some(app), identity) => Some(TicketTarget { app, identity }),
            (None, None) => None,
            (None, Some(_)) => return wrong("identity: needs appId beside it".to_owned()),
        };
        // What is no id names no session, and is told no more than that.
        let session = wanted
            .session_id
            .map(|id| LoginSessionId::from_str(&id).map_err(|_| TicketError::LoginSession))
            .transpose()?;
        let renews = wanted.renew.unwrap_or(false);
        if renews && session.is_none() {
            return wrong("renew: needs sessionId beside it".to_owned());
        }
        Ok(Self {
            session,
            renews,
            target,
            count,
        })
    }
}

/// A ticket for an app that the person may not open would only be used up for nothing.
fn may_open(services: &Services, user: &User, target: Option<&TicketTarget>) -> bool {
    let viewer = Viewer {
        subject: &user.subject,
        groups: &user.groups,
        role: if user.is_admin { Role::Admin } else { Role::User },
    };
    target.is_none_or(|target| services.host.may_open(&target.app, viewer) != Some(false))
}

fn of_cookie(session: Option<&LoginSession>, wanted: &Wanted) -> Result<LoginSession, ApiError> {
    let session = session.ok_or(ApiError::NotSignedIn)?;
    if wanted.session.as_ref().is_some_and(|named| *named != session.id) {
        return Err(TicketError::LoginSession.into());
    }
    Ok(session.clone())
}

/// A sign-in whose one credential are its tickets.
fn of_token(
    cx: &Context<'_>,
    parts: &Parts,
    token: &str,
    order: &TicketOrder<'_>,
) -> Result<(LoginSession, NewTickets), ApiError> {
    let named = integration_id(&parts.headers, parts.uri.query());
    let integration = of_call(cx.store, named.as_deref(), &parts.headers)?;
    // The cookies are dropped: nobody has the key to this session but by tickets.
    let call = SignInCall {
        web_integration: integration.as_ref(),
        address: Some(ClientAddr::of(&parts.extensions).0),
        tickets: Some(order),
        ..SignInCall::default()
    };
    let signed_in = sign_in(cx, token, &call)?;
    let session = signed_in.session;
    tracing::info!(
        user.id = %session.user,
        login_session.id = %session.id,
        identity_provider.id = %session.provider,
        "signed in by token, without a cookie"
    );
    let tickets = signed_in
        .tickets
        .ok_or_else(|| ApiError::Internal("a sign-in gave no tickets".to_owned()))?;
    Ok((session, tickets))
}

fn answer(session: &LoginSession, tickets: &NewTickets) -> rest::Tickets {
    let texts: Vec<String> = tickets.texts.iter().map(|text| text.reveal().clone()).collect();
    rest::Tickets {
        ticket: texts.first().cloned().unwrap_or_default(),
        tickets: texts,
        expires_at: tickets.expires_at.to_string(),
        expires_in_seconds: TICKET_LIFE.as_secs(),
        session_id: session.id.to_string(),
    }
}
