//! `GET /api/fanlight/v1/events`: what happens to sessions, as server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{FromRequestParts as _, Request, State};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse as _, Response};
use fanlight_base::{LoginSessionId, Timestamp};
use futures_util::stream::unfold;
use http::HeaderValue;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::AppState;
use crate::auth::{Admin, Shown};
use crate::error::ApiError;
use crate::operator::{Kind, Missed, Sent};

/// How often a quiet stream says that it is alive. Then, too, the reader's credential is looked at again.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a reader waits before it comes back, in milliseconds.
const RETRY: Duration = Duration::from_secs(2);

/// Streams events from now on, or from `Last-Event-ID` on. A reader that has missed more than is kept gets a `reset` and
/// must ask for the lists again. A slow reader is dropped, and comes back with `Last-Event-ID`.
pub async fn get(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let (mut parts, _) = request.into_parts();
    let shown = Shown::in_call(&parts);
    let Admin(caller) = Admin::from_request_parts(&mut parts, &state).await?;
    let last = parts.headers.get("last-event-id");
    let last = last.and_then(|value| value.to_str().ok());
    let place = state
        .operator
        .take_stream()
        .ok_or(ApiError::TooMany(Duration::from_secs(30)))?;
    let (missed, live) = state
        .operator
        .feed
        .subscribe(last)
        .ok_or(ApiError::Unavailable("the server stops"))?;
    let mut reader = Reader {
        own_session: caller.login_session().map(|session| session.id.clone()),
        waiting: VecDeque::from([Event::default().retry(RETRY).comment("connected")]),
        is_over: false,
        checked_at: state.clock.now(),
        state,
        shown,
        live,
        _place: place,
    };
    match missed {
        Missed::Events(events) => events.iter().for_each(|sent| reader.queue(sent)),
        Missed::TooMuch => reader
            .waiting
            .push_back(Event::default().event("reset").data("{}")),
    }
    let stream = unfold(reader, async |mut reader| {
        let event = reader.next().await?;
        Some((Ok::<_, Infallible>(event), reader))
    });
    let mut response = Sse::new(Box::pin(stream)).into_response();
    // Proxies that collect answers would hold events back.
    response
        .headers_mut()
        .insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

struct Reader {
    state: AppState,
    shown: Shown,
    own_session: Option<LoginSessionId>,
    waiting: VecDeque<Event>,
    live: Receiver<Sent>,
    is_over: bool,
    /// When the reader's credential was last looked at.
    checked_at: Timestamp,
    _place: OwnedSemaphorePermit,
}

impl Reader {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            if self.is_over {
                return None;
            }
            match tokio::time::timeout(HEARTBEAT, self.live.recv()).await {
                Ok(Err(RecvError::Lagged(_) | RecvError::Closed)) => return None,
                // A stream that is never quiet must not go on without its credential.
                Ok(Ok(_)) if self.is_due() && !self.may_read_on().await => return None,
                Ok(Ok(sent)) => self.queue(&sent),
                Err(_) if self.may_read_on().await => {
                    return Some(Event::default().comment("alive"));
                }
                Err(_) => return None,
            }
        }
    }

    /// A reader's stream ends with the reader's own session.
    fn queue(&mut self, sent: &Sent) {
        let event = Event::default()
            .id(&*sent.id)
            .event(sent.kind.code())
            .data(&*sent.data);
        self.waiting.push_back(event);
        let ends = matches!(sent.kind, Kind::SignedOut | Kind::Expired | Kind::Revoked);
        if ends && self.own_session.is_some() && sent.login_session == self.own_session {
            self.is_over = true;
        }
    }

    /// Whether the reader's credential has to be looked at again.
    fn is_due(&self) -> bool {
        self.state.clock.now().since(self.checked_at) >= HEARTBEAT
    }

    async fn may_read_on(&mut self) -> bool {
        self.checked_at = self.state.clock.now();
        let shown = self.shown.clone();
        let caller = self
            .state
            .blocking(move |services| shown.authenticate(services))
            .await;
        caller.is_ok_and(|caller| caller.is_admin())
    }
}
