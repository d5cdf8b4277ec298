//! Memory per idle WebSocket connection, and per engine session, at 1,000 connections.
//!
//! ```text
//! cargo build --release && cargo run --release -p fanlight-bench --bin sockets -- target/release/fanlight
//! ```
//!
//! Three servers, one after another, each with 1,000 idle connections on top of 20 that warm it up:
//!
//! 1. 50 engine sessions with 20 connections each,
//! 2. 1,000 engine sessions with one connection each,
//! 3. the same, with the app opened, a value selected and one chart's layout read in each.
//!
//! The first two give two equations for the memory of a connection's transport and of a bare engine session; the third
//! gives what a used engine session holds. Memory is what is resident of the server's process. It needs more open files
//! than some shells allow: `ulimit -n 4096`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use fanlight_bench::demo::{Credentials, Demo};
use fanlight_bench::output::line;
use fanlight_bench::socket::{Connection, handle};
use serde_json::json;

const USERS: usize = 50;
/// Engine sessions that one user may have, and connections that one engine session may have.
const EACH: usize = 20;
const CONNECTIONS: usize = USERS * EACH;

/// What each user's connections are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// One engine session for all of them.
    Shared,
    /// An engine session for each.
    Apart,
    /// An engine session for each, and used.
    Used,
}

fn main() -> Result<()> {
    let binary = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .context("give the path of the binary")?;
    let shared = grown_bytes(&binary, Phase::Shared)?;
    let apart = grown_bytes(&binary, Phase::Apart)?;
    let used = grown_bytes(&binary, Phase::Used)?;
    let session = (apart - shared) / (CONNECTIONS - USERS) as f64;
    let transport = (shared - session * USERS as f64) / CONNECTIONS as f64;
    let in_use = used / CONNECTIONS as f64 - transport;
    line(format!("connections                           {CONNECTIONS:>8}"));
    line(format!(
        "idle connection's transport           {:>8.1} KiB",
        transport / 1024.0
    ));
    line(format!(
        "engine session, app not opened        {:>8.1} KiB",
        session / 1024.0
    ));
    line(format!(
        "engine session, selection and chart   {:>8.1} KiB",
        in_use / 1024.0
    ));
    Ok(())
}

/// How many bytes the server grows by when the connections come.
fn grown_bytes(binary: &Path, phase: Phase) -> Result<f64> {
    let demo = Demo::start(binary)?;
    let warm = demo.sign_in("warm-up")?;
    let users: Vec<_> = (0..USERS)
        .map(|user| demo.sign_in(&format!("bench-{user}")))
        .collect::<Result<_>>()?;
    let mut open = connect(&demo, &warm, phase)?;
    let before = demo.resident_bytes()?;
    for user in &users {
        open.extend(connect(&demo, user, phase)?);
    }
    let after = demo.resident_bytes()?;
    drop(open);
    Ok(after as f64 - before as f64)
}

fn connect(demo: &Demo, user: &Credentials, phase: Phase) -> Result<Vec<Connection>> {
    let connections = (0..EACH).map(|number| {
        let identity = if phase == Phase::Shared {
            "shared".to_owned()
        } else {
            format!("own-{number}")
        };
        let mut connection = Connection::open(demo, user, &identity)?;
        if phase == Phase::Used {
            use_session(demo, &mut connection)?;
        }
        Ok(connection)
    });
    connections.collect()
}

/// What a page does at the least: opens the app, selects a value, draws a chart.
fn use_session(demo: &Demo, connection: &mut Connection) -> Result<()> {
    let doc = handle(&connection.call(-1, "OpenDoc", &json!([demo.app]))?)?;
    let field = handle(&connection.call(doc, "GetField", &json!(["Origin"]))?)?;
    connection.call(field, "Select", &json!(["JFK", false, 0]))?;
    let chart = handle(&connection.call(doc, "GetObject", &json!(["departures-by-carrier"]))?)?;
    connection.call(chart, "GetLayout", &json!([]))?;
    Ok(())
}
