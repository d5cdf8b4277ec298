//! A host with small apps, and clients that speak frames to it.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a test writes `json!(…)` in the call"
)]

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fanlight_base::{AppId, ManualClock, SeededEntropy, Timestamp, UserId};
use fanlight_column::ColumnBuilder;
use fanlight_engine::{DataModel, Locale, TableSource};
use fanlight_rpc::{
    Access, App, CloseCode, Connection, Host, HostSettings, Job, Journal, NoJournal, Outbox, PeerClose,
    Principal, Refusal, Reply, Role, Target, TargetApp,
};
use serde_json::{Value, json};

/// Each world has ids of its own, as each start of the server has.
static SEED: AtomicU64 = AtomicU64::new(1);

/// What a connection was sent outside its replies.
#[derive(Default)]
pub struct Recorder {
    frames: Mutex<Vec<Value>>,
    closed: Mutex<Option<(CloseCode, String)>>,
    /// Whether the outbox takes nothing more.
    pub full: Mutex<bool>,
}

impl Outbox for Recorder {
    fn send(&self, frame: String) -> bool {
        let is_open = !*self.full.lock().unwrap();
        if is_open {
            self.frames
                .lock()
                .unwrap()
                .push(serde_json::from_str(&frame).unwrap());
        }
        is_open
    }

    fn close(&self, code: CloseCode, reason: &str) {
        *self.closed.lock().unwrap() = Some((code, reason.to_owned()));
    }
}

impl Recorder {
    /// The frames since the last call.
    pub fn take(&self) -> Vec<Value> {
        std::mem::take(&mut self.frames.lock().unwrap())
    }

    pub fn closed(&self) -> Option<CloseCode> {
        self.closed.lock().unwrap().as_ref().map(|(code, _)| *code)
    }
}

/// A host with the apps `t1`, `t10` and `t11`.
pub struct World {
    pub host: Arc<Host>,
    pub clock: Arc<ManualClock>,
}

impl World {
    pub fn new() -> Self {
        Self::with(HostSettings::default())
    }

    pub fn with(settings: HostSettings) -> Self {
        Self::with_journal(settings, Arc::new(NoJournal))
    }

    pub fn with_journal(settings: HostSettings, journal: Arc<dyn Journal>) -> Self {
        let clock = Arc::new(ManualClock::frozen_at(Timestamp::from_secs(1_700_000_000)));
        let seed = SEED.fetch_add(1, Ordering::Relaxed);
        let entropy = Arc::new(SeededEntropy::new(seed));
        let host = Host::with_journal(settings, Arc::clone(&clock) as _, entropy, journal);
        host.add_app(app("t1", vec![sales()]));
        host.add_app(App {
            objects: sheets(),
            dimensions: vec![json!({
                "qInfo": { "qId": "dim-xyz", "qType": "dimension" },
                "qDim": { "qFieldDefs": ["xyz"] },
                "qMetaDef": { "title": "Letter" }
            })],
            measures: vec![json!({
                "qInfo": { "qId": "m-count", "qType": "measure" },
                "qMeasure": { "qDef": "Count(numbers)", "qLabel": "" },
                "qMetaDef": { "title": "How many" }
            })],
            variables: vec![("vLimit".to_owned(), "3".to_owned())],
            theme: Some("fanlight".to_owned()),
            ..app("t10", numbers())
        });
        host.add_app(app("t11", orders()));
        Self { host, clock }
    }

    /// Connects as `user` to `app` without an identity.
    pub fn connect(&self, user: &str, app: &str) -> Client {
        self.try_connect(user, target(app)).unwrap()
    }

    pub fn try_connect(&self, user: &str, target: Target) -> Result<Client, Refusal> {
        let outbox = Arc::new(Recorder::default());
        let connection = self
            .host
            .connect(principal(user), target, Arc::clone(&outbox) as _)?;
        Ok(Client {
            connection,
            outbox,
            next_id: Cell::new(1),
        })
    }

    pub fn advance(&self, secs: u64) {
        self.clock.advance(Duration::from_secs(secs));
    }
}

pub fn principal(user: &str) -> Principal {
    Principal {
        user_id: user.parse::<UserId>().unwrap(),
        subject: format!("auth0|{user}"),
        name: user.to_owned(),
        groups: Vec::new(),
        login_session: Some(format!("login-{user}").parse().unwrap()),
        role: Role::User,
    }
}

/// `/app/<app>`; the empty name is `/app/engineData`.
pub fn target(app: &str) -> Target {
    let app = match app {
        "" => TargetApp::None,
        name if name.starts_with("SessionApp_") => TargetApp::SessionApp(name.to_owned()),
        name => TargetApp::App(name.parse::<AppId>().unwrap()),
    };
    Target {
        app,
        identity: None,
        ttl: None,
    }
}

/// One connection with its outbox.
pub struct Client {
    pub connection: Arc<Connection>,
    pub outbox: Arc<Recorder>,
    next_id: Cell<i64>,
}

impl Client {
    /// The reply to a raw frame; calculations are run at once.
    pub fn frame(&self, frame: &str) -> Value {
        match self.connection.receive(frame) {
            Reply::None => Value::Null,
            Reply::Now(text) => serde_json::from_str(&text).unwrap(),
            Reply::Later(job) => serde_json::from_str(&job.run()).unwrap(),
        }
    }

    fn request(&self, handle: i64, method: &str, params: &Value) -> Value {
        let id = self.next_id.replace(self.next_id.get() + 1);
        json!({ "jsonrpc": "2.0", "id": id, "handle": handle, "method": method, "params": params, "delta": true })
    }

    /// The whole reply to a call.
    pub fn call(&self, handle: i64, method: &str, params: Value) -> Value {
        let request = self.request(handle, method, &params);
        let reply = self.frame(&request.to_string());
        assert_eq!(reply["jsonrpc"], "2.0");
        assert_eq!(reply["id"], request["id"], "{reply}");
        assert_eq!(reply.get("delta"), None);
        reply
    }

    /// The job of a call, which has not run yet.
    pub fn begin(&self, handle: i64, method: &str, params: Value) -> Job {
        match self
            .connection
            .receive(&self.request(handle, method, &params).to_string())
        {
            Reply::Later(job) => job,
            other => panic!("{method} is no calculation: {other:?}"),
        }
    }

    /// The result of a call that succeeds.
    pub fn ok(&self, handle: i64, method: &str, params: Value) -> Value {
        let reply = self.call(handle, method, params);
        assert!(reply.get("error").is_none(), "{method}: {reply}");
        reply["result"].clone()
    }

    /// The code and the parameter of a call that fails.
    pub fn error(&self, handle: i64, method: &str, params: Value) -> (i64, String) {
        let reply = self.call(handle, method, params);
        let error = reply
            .get("error")
            .unwrap_or_else(|| panic!("{method} succeeded: {reply}"));
        (
            error["code"].as_i64().unwrap(),
            error["parameter"].as_str().unwrap().to_owned(),
        )
    }

    /// The handles that a call made invalid.
    pub fn changed(&self, handle: i64, method: &str, params: Value) -> Vec<i64> {
        let reply = self.call(handle, method, params);
        assert!(reply.get("error").is_none(), "{method}: {reply}");
        handles(&reply, "change")
    }

    pub fn open(&self, app: &str) {
        let handle = &self.ok(-1, "OpenDoc", json!([app, "", "", "", false]))["qReturn"]["qHandle"];
        assert_eq!(*handle, 1);
    }

    /// The handle of a new session object.
    pub fn create(&self, properties: Value) -> i64 {
        let created = self.ok(1, "CreateSessionObject", json!([properties]));
        created["qReturn"]["qHandle"].as_i64().unwrap()
    }

    /// The handle of the object of this id.
    pub fn object(&self, id: &str) -> i64 {
        let found = self.ok(1, "GetObject", json!([id]));
        found["qReturn"]["qHandle"].as_i64().unwrap()
    }

    pub fn field(&self, name: &str) -> i64 {
        let found = self.ok(1, "GetField", json!([name, null]));
        found["qReturn"]["qHandle"].as_i64().unwrap()
    }

    pub fn layout(&self, handle: i64) -> Value {
        self.ok(handle, "GetLayout", json!([]))["qLayout"].clone()
    }

    /// Selects values of a field by text; says whether it did.
    pub fn select(&self, field: &str, values: &[&str]) -> bool {
        let values: Vec<Value> = values.iter().map(|text| json!({ "qText": text })).collect();
        let handle = self.field(field);
        let result = self.ok(handle, "SelectValues", json!([values, false, false]));
        result["qReturn"].as_bool().unwrap()
    }

    pub fn leave(&self, code: u16) {
        self.connection.disconnect(PeerClose::Code(code));
    }
}

pub fn handles(message: &Value, member: &str) -> Vec<i64> {
    let listed = message.get(member).and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(Value::as_i64).collect()
}

/// A cube with one dimension and one measure and a page of ten rows.
pub fn cube(dimension: &str, measure: &str) -> Value {
    json!({
        "qDimensions": [{ "qDef": { "qFieldDefs": [dimension] } }],
        "qMeasures": [{ "qDef": { "qDef": measure } }],
        "qInitialDataFetch": [{ "qTop": 0, "qLeft": 0, "qWidth": 2, "qHeight": 10 }]
    })
}

/// A list of all values with alternative ones told apart.
pub fn list(field: &str) -> Value {
    json!({
        "qDef": { "qFieldDefs": [field] },
        "qShowAlternatives": true,
        "qInitialDataFetch": [{ "qTop": 0, "qLeft": 0, "qWidth": 1, "qHeight": 20 }]
    })
}

/// The texts of a page, row by row.
pub fn texts(pages: &Value) -> Vec<Vec<String>> {
    let rows = pages[0]["qMatrix"].as_array().unwrap();
    let text = |cell: &Value| cell["qText"].as_str().unwrap().to_owned();
    rows.iter()
        .map(|row| row.as_array().unwrap().iter().map(text).collect())
        .collect()
}

/// The texts and states of a list's page.
pub fn states(layout: &Value) -> Vec<(String, String)> {
    let rows = layout["qListObject"]["qDataPages"][0]["qMatrix"]
        .as_array()
        .unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    rows.iter()
        .map(|row| (text(&row[0]["qText"]), text(&row[0]["qState"])))
        .collect()
}

pub fn app(id: &str, tables: Vec<TableSource>) -> App {
    App {
        id: id.parse().unwrap(),
        title: id.to_uppercase(),
        description: String::new(),
        access: Access::Everyone,
        model: Arc::new(DataModel::new(tables).unwrap()),
        locale: Locale::default(),
        variables: Vec::new(),
        objects: Vec::new(),
        dimensions: Vec::new(),
        measures: Vec::new(),
        theme: None,
        last_reload: "2026-01-01T00:00:00.000Z".to_owned(),
    }
}

/// A table from lines of words; words that read as numbers are numbers.
pub fn table(name: &str, fields: &str, rows: &str) -> TableSource {
    let columns = fields.split(' ').enumerate().map(|(position, field)| {
        let mut column = ColumnBuilder::new();
        for row in rows.split(';') {
            let word = row.split(',').nth(position).unwrap().trim();
            match word.parse::<f64>() {
                Ok(number) => column.push_num(number),
                Err(_) => column.push_text(word),
            }
        }
        (field.to_owned(), column.finish())
    });
    TableSource {
        name: name.to_owned(),
        columns: columns.collect(),
    }
}

/// Two tables linked by `numbers`: 1 is x, 2 to 4 are y, 5 is z.
pub fn numbers() -> Vec<TableSource> {
    vec![
        table("numbers", "numbers", "1;2;3;4;5"),
        table("map", "numbers xyz", "1,x;2,y;3,y;4,y;5,z"),
    ]
}

/// Orders with lines; order 3 has none.
fn orders() -> Vec<TableSource> {
    vec![
        table("Orders", "Id Customer Amount", "1,A,100;2,B,50;3,C,70"),
        table("Lines", "Id Product Qty", "1,P,1;1,Q,2;1,P,3;2,Q,1"),
    ]
}

fn sales() -> TableSource {
    table(
        "Sales",
        "Year Country Product Amount",
        "2018,Canada,Washer,6;2018,Germany,Anchor bolt,10;2018,Germany,Anchor bolt,3;2018,France,Nut,2;\
         2018,Czech Republic,Bolt,1;2019,Czech Republic,Bolt,3;2019,Czech Republic,Washer,6;\
         2020,France,Anchor bolt,1;2020,Canada,Anchor bolt,8;2020,France,Washer,1",
    )
}

fn sheets() -> Vec<Value> {
    vec![json!({
        "qProperty": {
            "qInfo": { "qId": "sheet-1", "qType": "sheet" },
            "qMetaDef": { "title": "First", "description": "of all" },
            "rank": 1, "columns": 24, "rows": 12,
            "thumbnail": { "qStaticContentUrlDef": {} },
            "cells": [{ "name": "chart-1", "type": "barchart", "col": 0, "row": 0, "colspan": 12, "rowspan": 12 }],
            "qChildListDef": { "qData": { "title": "/title" } }
        },
        "qChildren": [{
            "qProperty": {
                "qInfo": { "qId": "chart-1", "qType": "barchart" },
                "visualization": "barchart",
                "title": { "qStringExpression": { "qExpr": "='n ' & Count(numbers)" } },
                "qHyperCubeDef": cube("xyz", "Count(numbers)")
            },
            "qChildren": []
        }]
    })]
}
