//! Moves frames between one WebSocket and its engine connection.

use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use fanlight_base::{Clock, UserId};
use fanlight_identity::{Traffic, is_activity};
use fanlight_protocol::{Denied, Farewell};
use fanlight_rpc::{
    CloseCode, Connection, FarewellReason, Host, Job, Outbox as _, PeerClose, Principal, Refusal, Reply,
    Target,
};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use super::line::{Line, Outgoing};
use super::queues::Queues;
use super::registry::Seat;
use super::turns::Turns;
use crate::control::ArmedFaults;
use crate::limit::{Bucket, Rate};
use crate::operator::{Cut, Direction, Happening, Kind, Operator};

/// Calculations of one connection that may run at once. The others wait in the connection's own queue, so that a busy
/// page does not push other connections out of the shared one.
const JOBS_AT_ONCE: usize = 2;

/// What every pump needs.
#[derive(Debug, Clone)]
pub struct PumpContext {
    /// Apps and engine sessions.
    pub host: Arc<Host>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where calculations are tracked.
    pub tasks: TaskTracker,
    /// Bounds the calculations that run at once in the whole process.
    pub calculations: Arc<Turns>,
    /// Bounds the requests that change or read sessions at once in the whole process, and those of one person.
    pub ordered: Arc<Turns>,
    /// Bounds the requests that use one engine session, or wait for it on a thread, to one.
    pub queues: Arc<Queues>,
    /// How often one connection may ask.
    pub messages: Rate,
    /// Events and metrics.
    pub operator: Arc<Operator>,
    /// Longest incoming message, in bytes.
    pub max_message_bytes: usize,
    /// What the control API wants to go wrong.
    pub faults: ArmedFaults,
}

/// One upgraded WebSocket and what it was opened for.
#[derive(Debug)]
pub struct Upgraded {
    /// The socket.
    pub socket: WebSocket,
    /// Its queue.
    pub line: Arc<Line>,
    /// Its place among the open sockets.
    pub seat: Seat,
}

/// Closes a socket that was opened for something that cannot be.
pub async fn refuse(
    context: &PumpContext,
    upgraded: Upgraded,
    (code, reason): (CloseCode, &str),
    user: UserId,
) {
    let Upgraded { socket, line, seat } = upgraded;
    let text = match reason.split_once(':') {
        Some((word, _)) if word == word_of(code) => reason.to_owned(),
        _ => format!("{}: {reason}", word_of(code)),
    };
    context.operator.record(&Happening {
        user: Some(user),
        login_session: line.login_session().cloned(),
        reason: Some(text),
        ..Happening::new(context.clock.now(), Kind::ConnectionRefused)
    });
    deny(&line, code, reason);
    let mut pump = Pump::new(context, socket, line);
    pump.run(None).await;
    pump.count_cut();
    drop(seat);
}

/// Says that there is no session, then closes. Clients that resume by themselves wait for the former, and would wait for
/// ever.
fn deny(line: &Line, code: CloseCode, reason: &str) {
    if let Ok(frame) = serde_json::to_string(&Denied::notification(code)) {
        line.send(frame);
    }
    line.close(code, reason);
}

/// Serves a socket until either side ends it.
pub async fn serve(context: &PumpContext, upgraded: Upgraded, principal: Principal, target: Target) {
    let Upgraded { socket, line, seat } = upgraded;
    let user = principal.user_id.clone();
    let mut pump = Pump::new(context, socket, Arc::clone(&line));
    pump.user = Some(user.clone());
    let connected = match context.faults.denies(&target) {
        Some(refusal) => Err(refusal),
        // What connecting takes is given back with it, and not kept for as long as the socket is open.
        None => match Box::pin(pump.connect(principal, target)).await {
            Some(connected) => connected,
            // The peer has gone meanwhile.
            None => return,
        },
    };
    let connection = match connected {
        Ok(connection) => {
            context.faults.befall(&connection, &line);
            Some(connection)
        }
        Err(refusal) => {
            tracing::info!(
                close.code = refusal.close_code().number(),
                "engine connection refused: {refusal}"
            );
            context.operator.record(&Happening {
                user: Some(user),
                login_session: line.login_session().cloned(),
                reason: Some(format!("{}: {refusal}", word_of(refusal.close_code()))),
                ..Happening::new(context.clock.now(), Kind::ConnectionRefused)
            });
            deny(&line, refusal.close_code(), &refusal.to_string());
            None
        }
    };
    let ended = pump.run(connection.as_ref()).await;
    pump.count_cut();
    if let Some(connection) = connection {
        tracing::info!(connection.id = %connection.id(), close = ?ended, "engine connection ended");
        disconnect(context, connection, ended).await;
    }
    drop(seat);
}

/// Leaves the engine session. What the connection has asked for is cancelled before the session is waited for.
async fn disconnect(context: &PumpContext, connection: Arc<Connection>, ended: PeerClose) {
    connection.cancel_all();
    let place = context.queues.wait(connection.key()).await;
    let left = tokio::task::spawn_blocking(move || {
        connection.disconnect(ended);
        drop(place);
    });
    if let Err(error) = left.await {
        tracing::error!("an engine connection did not end in order: {error}");
    }
}

struct Pump<'a> {
    context: &'a PumpContext,
    socket: WebSocket,
    line: Arc<Line>,
    bucket: Bucket,
    /// Whose turn its calculations wait for; none for a socket that is only told that it cannot stay.
    user: Option<UserId>,
    jobs: Arc<Semaphore>,
}

impl<'a> Pump<'a> {
    fn new(context: &'a PumpContext, socket: WebSocket, line: Arc<Line>) -> Self {
        Self {
            bucket: Bucket::full(context.messages, context.clock.now()),
            user: None,
            jobs: Arc::new(Semaphore::new(JOBS_AT_ONCE)),
            context,
            socket,
            line,
        }
    }

    async fn run(&mut self, connection: Option<&Arc<Connection>>) -> PeerClose {
        let line = Arc::clone(&self.line);
        loop {
            let held_until = line.held_until();
            let heard = tokio::select! {
                biased;
                () = line.cut.notified() => return PeerClose::Lost,
                () = woken(&line, held_until) => {
                    if self.flush().await.is_err() {
                        return PeerClose::Lost;
                    }
                    continue;
                }
                heard = self.socket.recv(), if !line.is_frozen() => heard,
            };
            self.line.heard(self.context.clock.now());
            match heard {
                Some(Ok(Message::Text(frame))) => {
                    // Nor does an idle socket keep room for a request.
                    if Box::pin(self.take(connection, frame)).await.is_err() {
                        return PeerClose::Lost;
                    }
                }
                Some(Ok(Message::Binary(_))) => self.end(CloseCode::BadRequest, "send text frames"),
                // The answers to pings and to the close frame are the library's.
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(frame))) => {
                    // The echo of the peer's code goes out with the next read.
                    while let Some(Ok(_)) = self.socket.recv().await {}
                    return PeerClose::Code(frame.map_or(1005, |frame| frame.code));
                }
                Some(Err(error)) if !self.line.is_ending() && !is_gone(&error) => {
                    self.end(
                        CloseCode::BadRequest,
                        "the message is too long or no WebSocket message",
                    );
                    // After a protocol error nothing more can be read; say why, and go.
                    let _ = self.flush().await;
                    return PeerClose::Lost;
                }
                Some(Err(_)) | None => {
                    // An end that was said while the peer's last words were read still goes out, if anything does.
                    let _ = self.flush().await;
                    return PeerClose::Lost;
                }
            }
        }
    }

    /// Joins the engine session, on a thread that may block: it may be in the middle of a request, and the journal is
    /// read. `None` when the peer is gone.
    async fn connect(
        &mut self,
        principal: Principal,
        target: Target,
    ) -> Option<Result<Arc<Connection>, Refusal>> {
        let host = Arc::clone(&self.context.host);
        let outbox: Arc<Line> = Arc::clone(&self.line);
        let queue = self.context.queues.wait(target.key(&principal.user_id));
        let (ordered, user) = (Arc::clone(&self.context.ordered), principal.user_id.clone());
        let connecting = async {
            let place = queue.await;
            let turn = ordered.wait(&user).await;
            let connecting = tokio::task::spawn_blocking(move || {
                let connected = host.connect(principal, target, outbox);
                drop(turn);
                drop(place);
                connected
            });
            connecting.await.unwrap_or(Err(Refusal::Failed))
        };
        // The greeting waits until the faults are known that are to befall it.
        self.meanwhile(connecting, Line::is_ending).await.ok()
    }

    /// Does `work`, and meanwhile writes what is to be written, where it `may_be` written: a peer hears of its end also
    /// while it waits for a session that calculates. `Err` when the peer is gone.
    async fn meanwhile<T>(
        &mut self,
        work: impl Future<Output = T>,
        may_be: impl Fn(&Line) -> bool,
    ) -> Result<T, ()> {
        let line = Arc::clone(&self.line);
        let mut work = std::pin::pin!(work);
        let mut is_kept_back = false;
        let done = loop {
            let held_until = line.held_until();
            tokio::select! {
                biased;
                () = line.cut.notified() => return Err(()),
                () = woken(&line, held_until), if !is_kept_back => {
                    if may_be(&line) {
                        self.flush().await?;
                    } else {
                        is_kept_back = true;
                    }
                }
                done = &mut work => break done,
            }
        };
        if is_kept_back {
            line.wake.notify_one();
        }
        Ok(done)
    }

    /// Phase one of a request. It may change the session and is done in the order of arrival, on a thread that may
    /// block, because a selection in a large app takes milliseconds. `Err` when the peer is gone.
    async fn take(&mut self, connection: Option<&Arc<Connection>>, frame: Utf8Bytes) -> Result<(), ()> {
        let Some(connection) = connection.filter(|_| !self.line.is_ending()) else {
            return Ok(());
        };
        let now = self.context.clock.now();
        if self.bucket.take(self.context.messages, now).is_err() {
            self.end(
                CloseCode::TooManyRequests,
                "too many messages in too short a time",
            );
            return Ok(());
        }
        if frame.len() > self.context.max_message_bytes {
            let reason = format!("a message may have {} bytes", self.context.max_message_bytes);
            self.end(CloseCode::BadRequest, &reason);
            return Ok(());
        }
        let call = Call::of(&frame);
        if call.is_activity() {
            self.line.asked(now);
        }
        let method = call.method.into_owned();
        let receiver = Arc::clone(connection);
        let operator = Arc::clone(&self.context.operator);
        operator.metrics.message(Direction::In);
        let asked = Instant::now();
        let queue = self.context.queues.wait(connection.key());
        let (ordered, user) = (Arc::clone(&self.context.ordered), self.user.clone());
        let receiving = async {
            let place = queue.await;
            // First the session, then the turn: whoever has a turn waits for nobody.
            let turn = match &user {
                Some(user) => ordered.wait(user).await,
                None => None,
            };
            let receiving = tokio::task::spawn_blocking(move || {
                let reply = receiver.receive(&frame);
                operator.metrics.request(&method, asked.elapsed());
                drop(turn);
                drop(place);
                reply
            });
            receiving.await
        };
        let received = self.meanwhile(receiving, |_| true).await?;
        self.context.faults.befall(connection, &self.line);
        match received {
            Ok(Reply::None) => {}
            Ok(Reply::Now(frame)) => {
                self.line.send(frame);
            }
            Ok(Reply::Later(job)) => self.calculate(job),
            Err(_) => self.end(CloseCode::Restarting, "the server failed; connect again"),
        }
        Ok(())
    }

    fn calculate(&self, job: Job) {
        let line = Arc::clone(&self.line);
        let own = Arc::clone(&self.jobs);
        let turns = Arc::clone(&self.context.calculations);
        let Some(user) = self.user.clone() else { return };
        let operator = Arc::clone(&self.context.operator);
        let asked = Instant::now();
        self.context.tasks.spawn(async move {
            let _own = own.acquire_owned().await;
            let _turn = turns.wait(&user).await;
            let calculated = tokio::task::spawn_blocking(|| job.run()).await;
            operator.metrics.calculation(asked.elapsed());
            match calculated {
                Ok(frame) => line.send(frame),
                Err(_) => {
                    line.close(CloseCode::Restarting, "the server failed; connect again");
                    false
                }
            }
        });
    }

    /// Counts why the server gave the peer up, if it did.
    fn count_cut(&self) {
        if let Some(cause) = self.line.given_up() {
            self.context.operator.metrics.cut(cause);
        }
    }

    /// Says why, then closes.
    fn end(&self, code: CloseCode, reason: &str) {
        match code {
            CloseCode::BadRequest => self.line.give_up(Cut::BadRequest),
            CloseCode::TooManyRequests => self.line.give_up(Cut::Flood),
            _ => {}
        }
        let at = self.context.clock.now().to_string();
        let farewell = Farewell::notification(code, at, reason);
        if let Ok(frame) = serde_json::to_string(&farewell) {
            self.line.send(frame);
        }
        self.line.close(code, reason);
    }

    /// Writes all that waits. `Err` when the peer is gone or no longer reads.
    async fn flush(&mut self) -> Result<(), ()> {
        while let Some(outgoing) = self.line.next(self.context.clock.now()) {
            let message = match outgoing {
                Outgoing::Frame(frame) => Message::Text(frame.into()),
                Outgoing::Ping => Message::Ping(axum::body::Bytes::new()),
                Outgoing::Close(code, reason) => Message::Close(Some(CloseFrame {
                    code: code.number(),
                    reason: reason.into(),
                })),
            };
            let closes = matches!(message, Message::Close(_));
            self.line.writing(Some(self.context.clock.now()));
            let sent = tokio::select! {
                biased;
                () = self.line.cut.notified() => return Err(()),
                sent = self.socket.send(message) => sent,
            };
            // The closing handshake is a write that ends with the peer's answer.
            if !closes {
                self.line.writing(None);
            }
            sent.map_err(|_| ())?;
            self.context.operator.metrics.message(Direction::Out);
        }
        Ok(())
    }
}

/// Whether the peer is gone, which is no fault of what it said. The library has no type of its own for a connection that
/// ends without a close frame.
fn is_gone(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<std::io::Error>() || error.to_string().ends_with("without closing handshake") {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The reason word of a close code.
fn word_of(code: CloseCode) -> &'static str {
    FarewellReason::of_code(code).word()
}

/// Waits until there is something to write, or until something that was held back may leave.
async fn woken(line: &Line, held_until: Option<Instant>) {
    match held_until {
        None => line.wake.notified().await,
        Some(due) => {
            let _ = tokio::time::timeout_at(due, line.wake.notified()).await;
        }
    }
}

/// What is to be known of a request before it is read as a whole; of a frame that is none, nothing.
#[derive(Default, Deserialize)]
struct Call<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(default)]
    background: bool,
}

impl<'a> Call<'a> {
    fn of(frame: &'a str) -> Self {
        serde_json::from_str(frame).unwrap_or_default()
    }

    /// Whether a person is behind it.
    fn is_activity(&self) -> bool {
        is_activity(Traffic::Engine {
            method: &self.method,
            background: self.background,
        })
    }
}
