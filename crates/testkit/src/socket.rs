//! A WebSocket client.

use std::time::Duration;

use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::{Answer, Caller, TestTenant};

/// A test that waits longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A handshake in the making.
pub struct SocketRequest<'a> {
    tenant: &'a TestTenant,
    path: String,
    headers: HeaderMap,
}

/// An open WebSocket.
pub struct TestSocket {
    stream: WebSocketStream<TcpStream>,
    next_id: u64,
}

/// How the server ended it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// By a close frame.
    Closed {
        /// The code.
        code: u16,
        /// The reason.
        reason: String,
    },
    /// Without one.
    Dropped,
}

impl TestTenant {
    /// A handshake for `path`, without any credential.
    pub fn socket(&self, path: &str) -> SocketRequest<'_> {
        SocketRequest {
            tenant: self,
            path: path.to_owned(),
            headers: HeaderMap::new(),
        }
    }
}

impl SocketRequest<'_> {
    /// With the headers of `caller`.
    #[must_use]
    pub fn by(mut self, caller: &Caller<'_>) -> Self {
        self.headers.extend(caller.headers().clone());
        self
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers
            .insert(name, HeaderValue::from_str(value).expect("a header's value"));
        self
    }

    /// Shakes hands.
    ///
    /// # Errors
    /// The server's answer, when it is no upgrade.
    pub async fn open(self) -> Result<TestSocket, Answer> {
        let stream = TcpStream::connect(self.tenant.addr())
            .await
            .expect("the tenant listens");
        let url = format!("ws://{}{}", self.tenant.addr(), self.path);
        let mut request = url.into_client_request().expect("a WebSocket address");
        request.headers_mut().extend(self.headers);
        match within(client_async(request, stream)).await {
            Ok((stream, _)) => Ok(TestSocket { stream, next_id: 1 }),
            Err(Error::Http(response)) => {
                let (parts, body) = response.into_parts();
                Err(Answer {
                    status: parts.status.as_u16(),
                    headers: parts.headers,
                    body: String::from_utf8_lossy(&body.unwrap_or_default()).into_owned(),
                })
            }
            Err(error) => panic!("the handshake failed: {error}"),
        }
    }

    /// Shakes hands and takes the first frame, which must be `OnConnected`.
    pub async fn connect(self) -> TestSocket {
        let opened = self.open().await;
        let mut socket = opened.unwrap_or_else(|answer| panic!("refused: {} {}", answer.status, answer.body));
        let first = socket
            .next()
            .await
            .unwrap_or_else(|ended| panic!("closed: {ended:?}"));
        assert_eq!(first["method"], "OnConnected", "{first}");
        socket
    }
}

impl TestSocket {
    /// The next frame.
    ///
    /// # Errors
    /// How the server ended the connection.
    pub async fn next(&mut self) -> Result<Value, Ended> {
        loop {
            match within(self.stream.next()).await {
                Some(Ok(Message::Text(text))) => {
                    return Ok(serde_json::from_str(&text).expect("frames are JSON"));
                }
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map_or(Ended::Dropped, |frame| Ended::Closed {
                        code: frame.code.into(),
                        reason: frame.reason.to_string(),
                    }));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(Ended::Dropped),
            }
        }
    }

    /// Whether nothing has arrived, not even a pong. Takes what has.
    pub fn is_silent(&mut self) -> bool {
        self.stream.next().now_or_never().is_none()
    }

    /// Sends a ping.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn ping(&mut self) -> Result<(), Ended> {
        let message = Message::Ping(bytes::Bytes::new());
        within(self.stream.send(message))
            .await
            .map_err(|_| Ended::Dropped)
    }

    /// Sends a text frame.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn send(&mut self, text: String) -> Result<(), Ended> {
        within(self.stream.send(Message::text(text)))
            .await
            .map_err(|_| Ended::Dropped)
    }

    /// Sends a binary frame.
    ///
    /// # Errors
    /// The connection is gone.
    pub async fn send_binary(&mut self, bytes: &[u8]) -> Result<(), Ended> {
        let message = Message::binary(bytes.to_vec());
        within(self.stream.send(message))
            .await
            .map_err(|_| Ended::Dropped)
    }

    /// Calls a method and waits for its answer; other frames are skipped.
    ///
    /// # Errors
    /// How the server ended the connection.
    pub async fn call(&mut self, handle: i64, method: &str, params: Value) -> Result<Value, Ended> {
        let id = self.next_id;
        self.next_id += 1;
        let request =
            json!({"jsonrpc": "2.0", "id": id, "handle": handle, "method": method, "params": params});
        self.send(request.to_string()).await?;
        loop {
            let frame = self.next().await?;
            if frame["id"] == id {
                return Ok(frame);
            }
        }
    }

    /// Skips frames until the server ends the connection.
    pub async fn ended(&mut self) -> Ended {
        loop {
            if let Err(ended) = self.next().await {
                return ended;
            }
        }
    }

    /// Closes from this side and gives what the server answers. When it returns, the server is done with the connection.
    pub async fn close(mut self, code: u16) -> Ended {
        let frame = tokio_tungstenite::tungstenite::protocol::CloseFrame {
            code: CloseCode::from(code),
            reason: "".into(),
        };
        within(self.stream.close(Some(frame)))
            .await
            .expect("the connection stands");
        let ended = self.ended().await;
        // The server lets go of the network last.
        while let Some(Ok(_)) = within(self.stream.next()).await {}
        ended
    }
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work)
        .await
        .expect("the server answers in time")
}
