//! `/app/…`: the engine WebSocket.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::response::Response;
use fanlight_identity::Authenticated;
use fanlight_rpc::{CloseCode, Principal, Target, TargetApp};
use http::HeaderMap;
use http::header::ORIGIN;

use crate::auth::{Shown, role};
use crate::error::ApiError;
use crate::extract::ClientAddr;
use crate::integration::{self, integration_id, unlisted};
use crate::operator::{Happening, Kind};
use crate::socket::{self, Line, Opener, Seating, SocketPath, Upgraded};
use crate::state::Services;
use crate::ticket::ShownTicket;
use crate::{AppState, sessions};

/// The usual buffers cost 128 KiB a connection and are cleared before every read.
const READ_BUFFER_BYTES: usize = 4096;
/// How much more than the limit is still read, so that the answer can say what was wrong.
const OVERSIZE_FACTOR: usize = 4;

/// Lets a client in, or says by status why not. What the path asks for is judged after the upgrade, because clients
/// explain close codes to people, and statuses not at all.
pub async fn get(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let ClientAddr(client) = ClientAddr::of(request.extensions());
    let opened = open(&state, request).await;
    if let Err(error) = &opened {
        state.operator.record(&Happening {
            reason: Some(error.code().to_owned()),
            address: Some(client),
            ..Happening::new(state.clock.now(), Kind::ConnectionRefused)
        });
    }
    opened
}

async fn open(state: &AppState, request: Request) -> Result<Response, ApiError> {
    let state = Arc::clone(state);
    let (mut parts, _) = request.into_parts();
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &state).await;
    let upgrade = upgrade.map_err(|rejection: WebSocketUpgradeRejection| {
        ApiError::Invalid(format!("this is the address of a WebSocket: {rejection}"))
    })?;
    let headers = parts.headers.clone();
    let query = parts.uri.query().map(str::to_owned);
    // Before anything else, so that a page of another origin cannot even make the server look at what it shows.
    state
        .blocking(move |services| check_origin(services, &headers, query.as_deref()))
        .await?;
    let ticket = ShownTicket::read(&parts)?;
    let shown = Shown::in_handshake(&parts);
    shown.prepare(&state).await?;
    let caller = state
        .blocking(move |services| match ticket {
            Some(ticket) => ticket.authenticate(services),
            None => {
                let caller = shown.authenticate(services)?;
                services.faults.check_handshake(&caller)?;
                Ok(caller)
            }
        })
        .await?;
    if let Some(session) = caller.login_session() {
        sessions::connects(&state, session);
    }
    let line = Line::new(state.settings.line, Opener::of(&caller), state.clock.now());
    let line = Arc::new(line);
    let (seat, wanted) = match state.sockets.take_seat(&caller.user.id, &line) {
        Seating::Seated(seat) => (seat, target(parts.uri.path())),
        Seating::TooManyOfUser(seat) => {
            let limit = state.settings.sockets.per_user;
            let reason = format!("session-limit: a user may have {limit} connections");
            (seat, Err((CloseCode::SessionLimit, reason)))
        }
        Seating::Full => return Err(ApiError::TooMany(Duration::from_secs(5))),
    };
    let max = state.settings.max_message_bytes.saturating_mul(OVERSIZE_FACTOR);
    let tasks = state.tasks.clone();
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(max)
        .max_frame_size(max);
    Ok(upgrade.on_upgrade(move |socket| {
        let upgraded = Upgraded { socket, line, seat };
        tasks.track_future(async move {
            match wanted {
                Ok(target) => socket::serve(&state.pump, upgraded, principal(caller), target).await,
                Err((code, reason)) => {
                    socket::refuse(&state.pump, upgraded, (code, &reason), caller.user.id).await;
                }
            }
        })
    }))
}

/// A page must be listed by name: browsers open WebSockets to anywhere, and ask nobody first.
fn check_origin(services: &Services, headers: &HeaderMap, query: Option<&str>) -> Result<(), ApiError> {
    let Some(origin) = headers.get(ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().map_err(|_| unlisted("", None))?;
    if services.settings.own_origins.iter().any(|own| own == origin) {
        return Ok(());
    }
    let named = integration_id(headers, query);
    integration::check_origin(services.store.as_ref(), origin, named.as_deref())
}

fn principal(caller: Authenticated) -> Principal {
    Principal {
        role: role(&caller),
        login_session: caller.login_session().map(|session| session.id.clone()),
        user_id: caller.user.id,
        subject: caller.user.subject,
        name: caller.user.name,
        groups: caller.user.groups,
    }
}

fn target(path: &str) -> Result<Target, (CloseCode, String)> {
    let path = SocketPath::parse(path).map_err(|error| (CloseCode::BadRequest, error.to_string()))?;
    let app = match path.app {
        None => TargetApp::None,
        Some(name) if name.starts_with("SessionApp_") => TargetApp::SessionApp(name),
        Some(name) => match name.parse() {
            Ok(id) => TargetApp::App(id),
            // No app's id has such characters.
            Err(_) => return Err((CloseCode::NoSuchApp, format!("there is no app {name}"))),
        },
    };
    Ok(Target {
        app,
        identity: path.identity,
        ttl: path.ttl,
    })
}
