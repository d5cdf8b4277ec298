//! WebSocket connections to the engine.

use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

use crate::demo::{Credentials, Demo};

/// One connection.
#[derive(Debug)]
pub struct Connection {
    socket: WebSocket<TcpStream>,
    next_id: u32,
}

impl Connection {
    /// Joins or starts the engine session of an identity, and waits for its first message.
    ///
    /// # Errors
    /// If the tenant refuses.
    pub fn open(demo: &Demo, credentials: &Credentials, identity: &str) -> Result<Self> {
        let query = format!("qlik-csrf-token={}", credentials.csrf);
        Self::open_by(demo, identity, (&query, Some(&credentials.cookie)))
    }

    /// The same with a ticket, and no cookie.
    ///
    /// # Errors
    /// If the tenant refuses.
    pub fn open_with_ticket(demo: &Demo, ticket: &str, identity: &str) -> Result<Self> {
        Self::open_by(demo, identity, (&format!("ticket={ticket}"), None))
    }

    /// Opens the app too, and answers its handle.
    ///
    /// # Errors
    /// If the tenant refuses, or the engine answers with an error.
    pub fn open_app(demo: &Demo, credentials: &Credentials, identity: &str) -> Result<(Self, i64)> {
        let mut connection = Self::open(demo, credentials, identity)?;
        let doc = handle(&connection.call(-1, "OpenDoc", &json!([demo.app]))?)?;
        Ok((connection, doc))
    }

    fn open_by(demo: &Demo, identity: &str, (query, cookie): (&str, Option<&str>)) -> Result<Self> {
        let stream = TcpStream::connect(&demo.tenant)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let path = format!("/app/{}/identity/{identity}?{query}", demo.app);
        let mut request = format!("ws://{}{path}", demo.tenant).into_client_request()?;
        let headers = request.headers_mut();
        if let Some(cookie) = cookie {
            headers.insert("cookie", HeaderValue::from_str(cookie)?);
        }
        headers.insert("origin", HeaderValue::from_str(&demo.origin)?);
        let (socket, _) = client(request, stream).context("the tenant opens the WebSocket")?;
        let mut connection = Self { socket, next_id: 1 };
        let first = connection.read()?;
        let state = first["params"]["qSessionState"].as_str().unwrap_or_default();
        // A refusal is told in the same message, before the close frame.
        if first["method"] != "OnConnected" || state.starts_with("SESSION_ERROR") {
            bail!("the first message is {first}");
        }
        Ok(connection)
    }

    /// Calls a method and waits for its answer.
    ///
    /// # Errors
    /// If the connection breaks, or the engine answers with an error.
    pub fn call(&mut self, handle: i64, method: &str, params: &Value) -> Result<Value> {
        let id = self.next_id;
        self.next_id += 1;
        let request =
            json!({ "jsonrpc": "2.0", "id": id, "handle": handle, "method": method, "params": params });
        self.socket.send(Message::text(request.to_string()))?;
        loop {
            let mut answer = self.read()?;
            if answer["id"] != id {
                continue;
            }
            if !answer["error"].is_null() {
                bail!("{method} answered {}", answer["error"]);
            }
            return Ok(answer["result"].take());
        }
    }

    fn read(&mut self) -> Result<Value> {
        loop {
            match self.socket.read()? {
                Message::Text(text) => return Ok(serde_json::from_str(&text)?),
                Message::Close(frame) => bail!("the connection was closed: {frame:?}"),
                _ => {}
            }
        }
    }
}

/// The handle in an answer.
///
/// # Errors
/// If there is none.
pub fn handle(answer: &Value) -> Result<i64> {
    answer["qReturn"]["qHandle"].as_i64().context("a handle")
}

/// Whether the engine said so, and the connection goes on.
pub fn is_answer(error: &anyhow::Error) -> bool {
    error.to_string().contains(" answered ")
}
