//! One WebSocket as a client sees it: calls, what the server says unasked, and how it goes.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::door::{IDENTITY, Place, Refused};
use super::http::connect;
use super::plan::Plan;
use crate::clock::now;

/// How a connection went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The TCP connection is gone, without a close frame.
    Lost,
    /// It is there, and nobody answers.
    Silent,
    /// The server closed it.
    Closed {
        code: u16,
        text: String,
        /// The reason in the notification before.
        farewell: Option<String>,
    },
}

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq)]
pub enum Failed {
    Broken(Broken),
    /// The engine answered with this error.
    Engine(Value),
}

impl From<Broken> for Failed {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

/// The first message of the connection.
#[derive(Clone, Debug, Default)]
pub struct Greeting {
    pub session: String,
    /// `created`, `attached` or `rebuilt`.
    pub how: String,
    pub not_restored: Vec<Value>,
}

#[derive(Debug)]
pub struct Link {
    socket: WebSocketStream<TcpStream>,
    next_id: u32,
    heard: Instant,
    quiet: Duration,
    patience: Duration,
    farewell: Option<String>,
    pub greeting: Greeting,
}

impl Link {
    /// Opens a WebSocket and waits for its greeting.
    pub async fn open(
        place: &Place,
        from: Ipv4Addr,
        (query, cookie): (String, Option<String>),
        plan: &Plan,
    ) -> Result<Self, Refused> {
        let deadline = plan.quiet.max(plan.patience);
        let opened = timeout(deadline, handshake(place, from, &query, cookie.as_deref()));
        let socket = opened
            .await
            .map_err(|_| Refused::passing("handshake: no answer"))??;
        let mut link = Self {
            socket,
            next_id: 1,
            heard: now(),
            quiet: plan.quiet,
            patience: plan.patience,
            farewell: None,
            greeting: Greeting::default(),
        };
        let first = timeout(deadline, link.frame()).await;
        let first = first.map_err(|_| Refused::passing("greeting: none came"))?;
        let params = first.map_err(|broken| link.refusal(&broken))?["params"].take();
        link.greeting = Greeting {
            session: params["sessionId"].as_str().unwrap_or_default().to_owned(),
            how: params["how"].as_str().unwrap_or_default().to_owned(),
            not_restored: params["notRestored"].as_array().cloned().unwrap_or_default(),
        };
        Ok(link)
    }

    /// Calls a method; a server that says nothing for too long counts as gone.
    pub async fn call(&mut self, handle: i64, method: &str, params: Value) -> Result<Value, Failed> {
        self.call_within(self.quiet + self.patience, handle, method, params)
            .await
    }

    async fn call_within(
        &mut self,
        patience: Duration,
        handle: i64,
        method: &str,
        params: Value,
    ) -> Result<Value, Failed> {
        let id = self.next_id;
        self.next_id += 1;
        let request =
            json!({ "jsonrpc": "2.0", "id": id, "handle": handle, "method": method, "params": params });
        let sent = self.socket.send(Message::text(request.to_string()));
        match timeout(patience, sent).await {
            Err(_) => return Err(Broken::Silent.into()),
            // The close frame that came before is still to be read.
            Ok(Err(_)) => return Err(self.last_words().await.into()),
            Ok(Ok(())) => {}
        }
        loop {
            let frame = timeout(patience, self.frame())
                .await
                .map_err(|_| Broken::Silent)?;
            let mut answer = frame?;
            if answer["id"] != id {
                continue;
            }
            let error = answer["error"].take();
            return if error.is_null() {
                Ok(answer["result"].take())
            } else {
                Err(Failed::Engine(error))
            };
        }
    }

    /// Does nothing for a while but listen; asks whether the server is there when it was quiet for long.
    pub async fn rest(&mut self, duration: Duration) -> Result<(), Broken> {
        let until = now() + duration;
        loop {
            let wait = until.saturating_duration_since(now()).min(self.quiet);
            if wait.is_zero() {
                return Ok(());
            }
            match timeout(wait, self.frame()).await {
                Ok(Ok(_)) => {}
                Ok(Err(broken)) => return Err(broken),
                Err(_) if self.heard.elapsed() >= self.quiet => self.probe().await?,
                Err(_) => {}
            }
        }
    }

    /// Whether the server answers.
    pub async fn probe(&mut self) -> Result<(), Broken> {
        match self
            .call_within(self.patience, -1, "EngineVersion", json!([]))
            .await
        {
            Ok(_) | Err(Failed::Engine(_)) => Ok(()),
            Err(Failed::Broken(broken)) => Err(broken),
        }
    }

    /// Takes its leave, so that nobody waits for this client.
    pub async fn say_goodbye(mut self) {
        let _ = timeout(self.patience, self.socket.close(None)).await;
    }

    async fn last_words(&mut self) -> Broken {
        loop {
            match timeout(self.patience, self.frame()).await {
                Ok(Ok(_)) => {}
                Ok(Err(broken)) => return broken,
                Err(_) => return Broken::Lost,
            }
        }
    }

    /// The next frame of the server.
    async fn frame(&mut self) -> Result<Value, Broken> {
        loop {
            let message = self.socket.next().await;
            self.heard = now();
            match message {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap_or_default();
                    if frame["params"]["severity"] == "fatal" {
                        self.farewell = frame["params"]["reason"].as_str().map(str::to_owned);
                    }
                    return Ok(frame);
                }
                Some(Ok(Message::Close(frame))) => {
                    let farewell = self.farewell.take();
                    let (code, text) = frame.map_or((1005, String::new()), |frame| {
                        (frame.code.into(), frame.reason.to_string())
                    });
                    return Err(Broken::Closed { code, text, farewell });
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Broken::Lost),
            }
        }
    }

    fn refusal(&self, broken: &Broken) -> Refused {
        match Verdict::of(broken) {
            Verdict::Ended(reason) => Refused::Ended(reason),
            Verdict::ComeBack { .. } => Refused::Passing(format!("greeting: {broken:?}")),
        }
    }
}

/// What a client does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It comes back; `restarts` says that many others do at the same time.
    ComeBack {
        restarts: bool,
        patiently: bool,
    },
    Ended(String),
}

impl Verdict {
    /// As the SDK reads it.
    pub fn of(broken: &Broken) -> Self {
        let back = |restarts, patiently| Self::ComeBack { restarts, patiently };
        let Broken::Closed { code, farewell, .. } = broken else {
            return back(false, false);
        };
        match (farewell.as_deref(), code) {
            (Some("engine-restart"), _) | (None, 1012 | 4003) => back(true, false),
            (_, 4202 | 4205) => back(false, true),
            (Some(reason), _) => Self::Ended(reason.to_owned()),
            (None, 4001) => Self::Ended("idle-timeout".to_owned()),
            (None, 4004 | 4204) => Self::Ended("app-removed".to_owned()),
            (None, 4005) => Self::Ended("session-limit".to_owned()),
            (None, 4006) => Self::Ended("signed-out".to_owned()),
            (None, 4203) => Self::Ended("not-permitted".to_owned()),
            (None, _) => back(false, false),
        }
    }
}

async fn handshake(
    place: &Place,
    from: Ipv4Addr,
    query: &str,
    cookie: Option<&str>,
) -> Result<WebSocketStream<TcpStream>, Refused> {
    let lost = |_| Refused::passing("handshake: no connection");
    let stream = connect(from, place.tenant).await.map_err(lost)?;
    let Place {
        tenant,
        app,
        integration,
        origin,
        ..
    } = place;
    let url =
        format!("ws://{tenant}/app/{app}/identity/{IDENTITY}?{query}&qlik-web-integration-id={integration}");
    let wrong = |error: String| Refused::Passing(format!("handshake: {error}"));
    let mut request = url
        .into_client_request()
        .map_err(|error| wrong(error.to_string()))?;
    let headers = request.headers_mut();
    let mut set = |name, value: &str| {
        let value = HeaderValue::from_str(value).map_err(|error| wrong(error.to_string()))?;
        headers.insert(name, value);
        Ok::<_, Refused>(())
    };
    set("origin", origin)?;
    if let Some(cookie) = cookie {
        set("cookie", cookie)?;
    }
    match client_async(request, stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(wrong(answer.status().as_u16().to_string())),
        Err(_) => Err(wrong("no answer".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closes_mean_to_the_soak_what_they_mean_to_the_sdk() {
        let closed = |code, farewell: Option<&str>| {
            Verdict::of(&Broken::Closed {
                code,
                text: String::new(),
                farewell: farewell.map(str::to_owned),
            })
        };
        let ended = |reason: &str| Verdict::Ended(reason.to_owned());
        let back = |restarts, patiently| Verdict::ComeBack { restarts, patiently };
        assert_eq!(closed(4006, Some("revoked")), ended("revoked"));
        assert_eq!(closed(4006, None), ended("signed-out"));
        assert_eq!(closed(4001, None), ended("idle-timeout"));
        assert_eq!(closed(4203, None), ended("not-permitted"));
        assert_eq!(closed(4003, Some("engine-restart")), back(true, false));
        assert_eq!(closed(4205, Some("too-many-requests")), back(false, true));
        assert_eq!(closed(1011, None), back(false, false));
        assert_eq!(Verdict::of(&Broken::Silent), back(false, false));
    }
}
