//! One person's engine connection to the binary, by cookie.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

use crate::support::Demo;

/// A test that waits longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open connection.
pub struct Socket {
    stream: WebSocket<TcpStream>,
    /// The parameters of `OnConnected`.
    pub greeting: Value,
}

impl Socket {
    /// Connects to the app `flights`.
    pub fn open(demo: &Demo, cookie: &str, person: usize) -> Self {
        let origin = demo.ready["tenant"].as_str().expect("an origin");
        let port = origin.rsplit(':').next().expect("a port");
        let answer = demo.tenant("GET", "/api/v1/csrf-token", &[("cookie", cookie)]);
        let csrf = answer
            .head
            .lines()
            .find_map(|line| line.strip_prefix("qlik-csrf-token: "))
            .unwrap_or_else(|| panic!("person {person} has no token: {}", answer.body))
            .to_owned();
        let stream = TcpStream::connect(format!("127.0.0.1:{port}")).expect("it listens");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a time-out above zero");
        let url = format!("ws://127.0.0.1:{port}/app/flights?qlik-csrf-token={csrf}");
        let mut request = url.into_client_request().expect("a WebSocket address");
        let headers = request.headers_mut();
        headers.insert("cookie", cookie.parse().expect("a header's value"));
        headers.insert("origin", origin.parse().expect("a header's value"));
        let (stream, _) = client(request, stream).unwrap_or_else(|error| panic!("person {person}: {error}"));
        let mut socket = Self {
            stream,
            greeting: Value::Null,
        };
        socket.greeting = socket.read().expect("a greeting")["params"].clone();
        socket
    }

    /// The next frame; `None` when the server is gone.
    pub fn read(&mut self) -> Option<Value> {
        loop {
            match self.stream.read().ok()? {
                Message::Text(text) => return serde_json::from_str(&text).ok(),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// The answer to a call; `None` when the server is gone.
    pub fn ask(&mut self, handle: i64, method: &str, params: &Value) -> Option<Value> {
        let request =
            json!({ "jsonrpc": "2.0", "id": 1, "handle": handle, "method": method, "params": params });
        self.stream.send(Message::text(request.to_string())).ok()?;
        loop {
            let frame = self.read()?;
            if frame["id"] == 1 {
                return Some(frame);
            }
        }
    }

    /// Sends a call, and waits for nothing.
    pub fn begin(&mut self, id: u64, (handle, method): (i64, &str), params: &Value) {
        let request =
            json!({ "jsonrpc": "2.0", "id": id, "handle": handle, "method": method, "params": params });
        self.stream
            .send(Message::text(request.to_string()))
            .expect("the server is there");
    }

    /// The result of a call, which must work; `None` when the server is gone.
    pub fn call(&mut self, handle: i64, method: &str, params: &Value) -> Option<Value> {
        let answer = self.ask(handle, method, params)?;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        Some(answer["result"].clone())
    }

    /// Opens the app; the handle of its field `Month`.
    pub fn month(&mut self) -> Option<i64> {
        self.call(-1, "OpenDoc", &json!(["flights"]))?;
        self.call(1, "GetField", &json!(["Month"]))?["qReturn"]["qHandle"].as_i64()
    }

    /// A list of the months, as an object of the session.
    pub fn list(&mut self) -> i64 {
        let list = json!([{ "qInfo": { "qType": "list" }, "qListObjectDef": {
            "qDef": { "qFieldDefs": ["Month"] },
            "qInitialDataFetch": [{ "qTop": 0, "qLeft": 0, "qWidth": 1, "qHeight": 20 }] } }]);
        let made = self.call(1, "CreateSessionObject", &list).expect("it runs");
        made["qReturn"]["qHandle"].as_i64().expect("a handle")
    }

    /// The element numbers that are selected in that list.
    pub fn selected_in(&mut self, list: i64) -> Vec<u64> {
        let layout = self.call(list, "GetLayout", &json!([])).expect("it runs");
        let rows = &layout["qLayout"]["qListObject"]["qDataPages"][0]["qMatrix"];
        let cells = rows.as_array().expect("a page").iter().map(|row| &row[0]);
        let selected = cells.filter(|cell| cell["qState"] == "S");
        selected
            .map(|cell| cell["qElemNumber"].as_u64().expect("a number"))
            .collect()
    }

    /// The element numbers of the selected months.
    pub fn selected(&mut self) -> Vec<u64> {
        let list = self.list();
        self.selected_in(list)
    }
}
