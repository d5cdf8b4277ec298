//! Calls of the control API, and clients whose sessions misbehave.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use fanlight_base::EngineSessionId;
use fanlight_testkit::{APP_ID, Caller, Ended, TestSocket, TestTenant};
use http::{Method, Request};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// One call of the control API.
pub struct Call<'a> {
    pub method: Method,
    pub path: &'a str,
    pub headers: &'a [(&'a str, &'a str)],
    pub body: String,
    pub peer: Option<&'a str>,
}

impl<'a> Call<'a> {
    /// A POST as a program on this machine sends it.
    pub fn post(path: &'a str, body: &Value) -> Self {
        Self {
            method: Method::POST,
            path,
            headers: &[("host", "127.0.0.1:8080"), ("content-type", "application/json")],
            body: body.to_string(),
            peer: Some("127.0.0.1:50000"),
        }
    }

    /// Status and body.
    pub async fn send(self, tenant: &TestTenant) -> (u16, Value) {
        let mut request = Request::builder()
            .method(self.method)
            .uri(format!("/control/v1/{}", self.path));
        for (name, value) in self.headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::from(self.body)).unwrap();
        if let Some(peer) = self.peer {
            let peer: SocketAddr = peer.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let response = tenant.router().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }
}

/// POST by a program on this machine.
pub async fn post(tenant: &TestTenant, path: &str, body: Value) -> (u16, Value) {
    Call::post(path, &body).send(tenant).await
}

/// `GET state` by a program on this machine.
pub async fn state(tenant: &TestTenant) -> Value {
    let call = Call {
        method: Method::GET,
        body: String::new(),
        ..Call::post("state", &Value::Null)
    };
    let (status, state) = call.send(tenant).await;
    assert_eq!(status, 200, "{state}");
    state
}

/// What the state says of one engine session.
pub async fn engine_state(tenant: &TestTenant, id: &EngineSessionId) -> Value {
    let state = state(tenant).await;
    let sessions = state["engineSessions"].as_array().unwrap();
    let found = sessions.iter().find(|session| session["id"] == id.as_str());
    found
        .unwrap_or_else(|| panic!("no session {id}: {state}"))
        .clone()
}

/// Connects to the app under an identity; gives the parameters of `OnConnected` too.
pub async fn connect(tenant: &TestTenant, caller: &Caller<'_>, identity: &str) -> (TestSocket, Value) {
    let path = format!("/app/{APP_ID}/identity/{identity}");
    let opened = tenant.socket(&path).by(caller).open().await;
    let mut socket = opened.unwrap_or_else(|answer| panic!("refused: {} {}", answer.status, answer.body));
    let first = socket.next().await.unwrap();
    assert_eq!(first["method"], "OnConnected", "{first}");
    (socket, first["params"].clone())
}

/// The id in the parameters of `OnConnected`.
pub fn session_of(connected: &Value) -> EngineSessionId {
    connected["sessionId"].as_str().unwrap().parse().unwrap()
}

/// The last frame before the end, and the end.
pub async fn farewell(socket: &mut TestSocket) -> (Value, Ended) {
    let mut last = Value::Null;
    loop {
        match socket.next().await {
            Ok(frame) => last = frame,
            Err(ended) => return (last, ended),
        }
    }
}

/// The end with a code and a reason.
pub fn closed(code: u16, reason: &str) -> Ended {
    Ended::Closed {
        code,
        reason: reason.to_owned(),
    }
}

/// Opens the app, and gives the handle of a list of regions.
pub async fn list_of_regions(socket: &mut TestSocket) -> i64 {
    socket.call(-1, "OpenDoc", json!([APP_ID])).await.unwrap();
    let list = json!({"qInfo": {"qType": "field"}, "qListObjectDef": {"qDef": {"qFieldDefs": ["Region"]}}});
    let made = socket
        .call(1, "CreateSessionObject", json!([list]))
        .await
        .unwrap();
    made["result"]["qReturn"]["qHandle"].as_i64().unwrap()
}

/// Opens the app and selects one region, which leaves two of six rows.
pub async fn select(socket: &mut TestSocket) {
    let handle = list_of_regions(socket).await;
    let params = json!(["/qListObjectDef", [0], false]);
    let selected = socket.call(handle, "SelectListObjectValues", params).await;
    assert_eq!(selected.unwrap()["result"]["qSuccess"], true);
}

/// How many rows the selections leave. The app must be open.
pub async fn rows(socket: &mut TestSocket) -> Value {
    let params = json!(["Count(Amount)"]);
    let answer = socket.call(1, "EvaluateEx", params).await.unwrap();
    answer["result"]["qValue"]["qNumber"].clone()
}
