//! The kinds of abuse. What is sent is made once, so that the processors are the server's.

use std::sync::LazyLock;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::taker::Taker;
use crate::demo::Credentials;
use crate::socket::{Connection, handle};

/// Engine sessions of one person at a time, some more than they may have.
const SESSIONS: usize = 24;

/// A kind of abuse.
#[derive(Debug)]
pub struct Abuse {
    /// Its name on the command line.
    pub name: &'static str,
    /// One turn of it; an error is a refusal.
    pub(super) turn: fn(&mut Taker<'_>) -> Result<()>,
}

/// All kinds.
pub const ABUSES: &[Abuse] = &[
    Abuse {
        name: "texts",
        turn: texts,
    },
    Abuse {
        name: "cube",
        turn: cube,
    },
    Abuse {
        name: "zeros",
        turn: zeros,
    },
    Abuse {
        name: "patches",
        turn: patches,
    },
    Abuse {
        name: "journal",
        turn: journal,
    },
    Abuse {
        name: "logins",
        turn: logins,
    },
    Abuse {
        name: "tickets",
        turn: tickets,
    },
    Abuse {
        name: "sockets",
        turn: sockets,
    },
];

/// A long text, compared with a long pattern.
fn texts(taker: &mut Taker<'_>) -> Result<()> {
    let expression = "WildMatch(Repeat('a',280000),'*?'&Repeat('a',140000)&'b*')";
    let (connection, doc) = taker.app()?;
    connection.call(doc, "EvaluateEx", &json!([expression]))?;
    Ok(())
}

static CUBE: LazyLock<Value> = LazyLock::new(|| {
    let fields = [
        "Carrier",
        "Origin",
        "Month",
        "Day",
        "Dest",
        "Tail Number",
        "Hour",
        "Manufacturer",
        "Model",
        "Engine Type",
    ];
    let dims: Vec<Value> = fields
        .iter()
        .map(|field| json!({ "qDef": { "qFieldDefs": [field] } }))
        .collect();
    let measures: Vec<Value> = (0..200)
        .map(|number| json!({ "qDef": { "qDef": format!("Count(DISTINCT Carrier & {number})") } }))
        .collect();
    json!([{
        "qInfo": { "qId": "huge", "qType": "table" },
        "qHyperCubeDef": { "qDimensions": dims, "qMeasures": measures }
    }])
});

/// A row for each of 336,776 flights, with 200 measures.
fn cube(taker: &mut Taker<'_>) -> Result<()> {
    let (connection, doc) = taker.app()?;
    let object = handle(&connection.call(doc, "CreateSessionObject", &CUBE)?)?;
    let drawn = connection.call(object, "GetLayout", &json!([]));
    connection.call(doc, "DestroySessionObject", &json!(["huge"]))?;
    let cube = &drawn?["qLayout"]["qHyperCube"];
    if !cube["qError"].is_null() {
        bail!("GetLayout answered {}", cube["qError"]);
    }
    Ok(())
}

static ZEROS: LazyLock<Value> =
    LazyLock::new(|| json!([{ "qInfo": { "qType": "zeros" }, "zeros": vec![0; 510_000] }]));

/// A message that takes forty times as much in memory.
fn zeros(taker: &mut Taker<'_>) -> Result<()> {
    let (connection, doc) = taker.app()?;
    connection.call(doc, "CreateSessionObject", &ZEROS)?;
    Ok(())
}

static PATCHES: LazyLock<Value> = LazyLock::new(|| {
    let patches: Vec<Value> = (0..6_000)
        .map(|number| json!({ "qOp": "add", "qPath": format!("/p{number}"), "qValue": "1" }))
        .collect();
    json!([patches, true])
});

/// Thousands of soft patches in one request.
fn patches(taker: &mut Taker<'_>) -> Result<()> {
    let properties = json!([{ "qInfo": { "qId": "patched", "qType": "patched" } }]);
    let (connection, doc) = taker.app()?;
    let object = handle(&connection.call(doc, "GetOrCreateObject", &properties)?)?;
    connection.call(object, "ApplyPatches", &PATCHES)?;
    Ok(())
}

static LONG: LazyLock<Value> =
    LazyLock::new(|| json!([{ "qInfo": { "qType": "long" }, "long": "x".repeat(1_000_000) }]));

/// Engine sessions with an object of a megabyte, as many as there may be; then they are ended, to make room for more.
fn journal(taker: &mut Taker<'_>) -> Result<()> {
    let login = match taker.login.take() {
        Some(login) => login,
        None => taker.taking.demo.sign_in("taker")?,
    };
    let kept = keep_long_text(taker, &login);
    if kept.is_ok() {
        taker.login = Some(login);
    } else {
        taker.taking.demo.sign_out(&login)?;
    }
    kept
}

/// Login sessions with an engine session each, which are left to themselves.
fn logins(taker: &mut Taker<'_>) -> Result<()> {
    let login = taker.taking.demo.sign_in("taker")?;
    taker.taking.keep(login.clone());
    keep_long_text(taker, &login)
}

fn keep_long_text(taker: &Taker<'_>, login: &Credentials) -> Result<()> {
    let identity = format!("long-{}-{}", taker.number, taker.n_turns);
    let (mut connection, doc) = Connection::open_app(taker.taking.demo, login, &identity)?;
    connection.call(doc, "CreateSessionObject", &LONG)?;
    Ok(())
}

/// As many tickets as there may be at once; then each of them opens a WebSocket, to make room for more.
fn tickets(taker: &mut Taker<'_>) -> Result<()> {
    let answer = taker.post("/api/fanlight/v1/tickets", &json!({ "count": 10 }))?;
    if answer.status == 201 {
        let said: Value = serde_json::from_str(&answer.body)?;
        let tickets = said["tickets"].as_array().context("tickets")?;
        let texts = tickets.iter().filter_map(Value::as_str);
        taker.tickets.extend(texts.map(str::to_owned));
        return Ok(());
    }
    for ticket in std::mem::take(&mut taker.tickets) {
        // A ticket is used up, whatever comes of it.
        let _ = Connection::open_with_ticket(taker.taking.demo, &ticket, "by-ticket");
    }
    bail!("the ticket was answered {}", answer.status)
}

/// As many WebSockets as there may be at once; then they are all dropped, to make room for more.
fn sockets(taker: &mut Taker<'_>) -> Result<()> {
    let identity = format!("socket-{}", taker.n_turns % SESSIONS);
    let opened = Connection::open(taker.taking.demo, &taker.taking.credentials, &identity);
    if opened.is_err() {
        taker.sockets.clear();
    }
    taker.sockets.push(opened?);
    Ok(())
}
