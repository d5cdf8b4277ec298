//! One person takes all that they can get, while another selects and draws a chart.
//!
//! ```text
//! cargo build --release && cargo run --release -p fanlight-bench --bin abuse -- target/release/fanlight [--secs 30]
//! ```
//!
//! For each kind of abuse a server of its own: what the other person notices before, during and after, and what the
//! server takes of memory and disk. Exits with 1 when the other person had an error, when their p99 was more than three
//! times the quiet one, or when memory did not come back within 10 %. Linux only: memory is read from `/proc`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use fanlight_bench::clock::{now, timed};
use fanlight_bench::demo::{Credentials, Demo};
use fanlight_bench::output::line;
use fanlight_bench::socket::Connection;
use serde_json::{Value, json};

/// Connections of the person who takes.
const TAKERS: usize = 4;
/// How much worse than in quiet the other person may be served.
const WORSE: f64 = 3.0;
/// How much more memory may be resident when it is over.
const MORE: f64 = 1.1;
/// Memory that comes back does so within this.
const REST: Duration = Duration::from_secs(60);
/// A round trip that is shorter is quick enough, whatever the quiet one was: a processor that two share is no abuse.
const QUICK: Duration = Duration::from_millis(50);

/// A kind of abuse: its name, and what one turn of it is.
struct Abuse {
    name: &'static str,
    turn: fn(&mut Taker<'_>) -> Result<()>,
}

const ABUSES: [Abuse; 5] = [
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
];

/// The person who takes, on one of their connections.
struct Taker<'a> {
    demo: &'a Demo,
    credentials: &'a Credentials,
    connection: Connection,
    doc: i64,
    n_turns: &'a AtomicU64,
}

/// What the other person noticed in one phase.
struct Noticed {
    times: Vec<Duration>,
    errors: Vec<String>,
}

fn main() -> Result<ExitCode> {
    let (binary, secs) = read_args(std::env::args().skip(1))?;
    line(format!(
        "{:<9}{:>8} {:>21} {:>21} {:>21} {:>6} {:>23} {:>9}",
        "abuse",
        "turns",
        "p50/p99 before (ms)",
        "during (ms)",
        "after (ms)",
        "errors",
        "MiB before/peak/after",
        "disk MiB"
    ));
    let mut failures = Vec::new();
    for abuse in &ABUSES {
        failures.extend(run(&binary, abuse, Duration::from_secs(secs))?);
    }
    for failure in &failures {
        line(format!("FAILED: {failure}"));
    }
    Ok(if failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read_args(mut args: impl Iterator<Item = String>) -> Result<(PathBuf, u64)> {
    let binary = args
        .next()
        .map(PathBuf::from)
        .context("give the path of the binary")?;
    let mut secs = 30;
    while let Some(flag) = args.next() {
        match (flag.as_str(), args.next()) {
            ("--secs", Some(value)) => secs = value.parse().context("--secs is a whole number")?,
            _ => bail!("there is no {flag}; there is --secs N"),
        }
    }
    Ok((binary, secs))
}

fn run(binary: &Path, abuse: &Abuse, duration: Duration) -> Result<Vec<String>> {
    let demo = Demo::start(binary)?;
    let [other, taker] = [demo.sign_in("other")?, demo.sign_in("taker")?];
    let mut selecting = Selecting::start(&demo, &other)?;
    // What both once used is there from the start.
    selecting.run(duration / 6)?;
    let before = selecting.run(duration / 3)?;
    let resident = demo.resident_bytes()?;
    let (is_over, n_turns, peak) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let during = thread::scope(|scope| {
        for number in 0..TAKERS {
            let (demo, taker, n_turns, is_over) = (&demo, &taker, &n_turns, &is_over);
            scope.spawn(move || take(demo, taker, (number, abuse), (n_turns, is_over)));
        }
        let during = selecting.run_with(duration, || {
            if let Ok(n_bytes) = demo.resident_bytes() {
                peak.fetch_max(n_bytes, Ordering::Relaxed);
            }
        });
        is_over.store(true, Ordering::Relaxed);
        during
    })?;
    let after = selecting.run(duration / 3)?;
    let rested = rested_bytes(&demo, resident, &mut selecting)?;
    let mib = |n_bytes: u64| n_bytes >> 20;
    line(format!(
        "{:<9}{:>8} {:>21} {:>21} {:>21} {:>6} {:>23} {:>9}",
        abuse.name,
        n_turns.load(Ordering::Relaxed),
        before.quantiles(),
        during.quantiles(),
        after.quantiles(),
        during.errors.len() + after.errors.len(),
        format!(
            "{}/{}/{}",
            mib(resident),
            mib(peak.load(Ordering::Relaxed)),
            mib(rested)
        ),
        mib(demo.disk_bytes()?),
    ));
    Ok(failures(
        abuse.name,
        [&before, &during, &after],
        (resident, rested),
    ))
}

fn failures(
    name: &str,
    [before, during, after]: [&Noticed; 3],
    (resident, rested): (u64, u64),
) -> Vec<String> {
    let mut failures = Vec::new();
    let allowed = before.quantile(99).mul_f64(WORSE).max(QUICK);
    if during.quantile(99) > allowed {
        failures.push(format!(
            "{name}: the other person's p99 is more than {WORSE} times the quiet one"
        ));
    }
    if let Some(error) = during.errors.iter().chain(&after.errors).next() {
        failures.push(format!("{name}: the other person had an error: {error}"));
    }
    if rested as f64 > resident as f64 * MORE {
        failures.push(format!("{name}: memory did not come back"));
    }
    failures
}

/// Memory when it has come back, or does not any more.
fn rested_bytes(demo: &Demo, before: u64, selecting: &mut Selecting) -> Result<u64> {
    let until = now() + REST;
    loop {
        let n_bytes = demo.resident_bytes()?;
        if n_bytes as f64 <= before as f64 * MORE || now() > until {
            return Ok(n_bytes);
        }
        selecting.run(Duration::from_secs(2))?;
    }
}

/// Abuses on one connection until it is over; a connection that was closed is opened again.
fn take(
    demo: &Demo,
    credentials: &Credentials,
    (number, abuse): (usize, &Abuse),
    (n_turns, is_over): (&AtomicU64, &AtomicBool),
) {
    while !is_over.load(Ordering::Relaxed) {
        let Ok((connection, doc)) = open(demo, credentials, &format!("taker-{number}")) else {
            continue;
        };
        let mut taker = Taker {
            demo,
            credentials,
            connection,
            doc,
            n_turns,
        };
        while !is_over.load(Ordering::Relaxed) {
            let turn = (abuse.turn)(&mut taker);
            n_turns.fetch_add(1, Ordering::Relaxed);
            // An error of the engine is an answer; without a connection another one is opened.
            if turn.is_err_and(|error| !error.to_string().contains("answered")) {
                break;
            }
        }
    }
}

fn open(demo: &Demo, credentials: &Credentials, identity: &str) -> Result<(Connection, i64)> {
    let mut connection = Connection::open(demo, credentials, identity)?;
    let doc = handle(&connection.call(-1, "OpenDoc", &json!([demo.app]))?)?;
    Ok((connection, doc))
}

fn handle(answer: &Value) -> Result<i64> {
    answer["qReturn"]["qHandle"].as_i64().context("a handle")
}

fn texts(taker: &mut Taker<'_>) -> Result<()> {
    let expression = "WildMatch(Repeat('a',280000),'*?'&Repeat('a',140000)&'b*')";
    let doc = taker.doc;
    taker
        .connection
        .call(doc, "EvaluateEx", &json!([expression]))
        .map(|_| ())
}

fn cube(taker: &mut Taker<'_>) -> Result<()> {
    let fields = [
        "Carrier",
        "Origin",
        "Month",
        "Day",
        "Dest",
        "Plane",
        "Hour",
        "Manufacturer",
        "Model",
        "Engine",
    ];
    let dims: Vec<Value> = fields
        .iter()
        .map(|field| json!({ "qDef": { "qFieldDefs": [field] } }))
        .collect();
    let measures: Vec<Value> = (0..200)
        .map(|number| json!({ "qDef": { "qDef": format!("Count(DISTINCT Carrier & {number})") } }))
        .collect();
    let properties = json!([{
        "qInfo": { "qId": "huge", "qType": "table" },
        "qHyperCubeDef": { "qDimensions": dims, "qMeasures": measures }
    }]);
    let doc = taker.doc;
    let object = handle(&taker.connection.call(doc, "CreateSessionObject", &properties)?)?;
    let drawn = taker.connection.call(object, "GetLayout", &json!([])).map(|_| ());
    taker
        .connection
        .call(doc, "DestroySessionObject", &json!(["huge"]))?;
    drawn
}

fn zeros(taker: &mut Taker<'_>) -> Result<()> {
    let properties = json!([{ "qInfo": { "qType": "zeros" }, "zeros": vec![0; 510_000] }]);
    let doc = taker.doc;
    taker
        .connection
        .call(doc, "CreateSessionObject", &properties)
        .map(|_| ())
}

fn patches(taker: &mut Taker<'_>) -> Result<()> {
    let patches: Vec<Value> = (0..6_000)
        .map(|number| json!({ "qOp": "add", "qPath": format!("/p{number}"), "qValue": "1" }))
        .collect();
    let properties = json!([{ "qInfo": { "qId": "patched", "qType": "patched" } }]);
    let doc = taker.doc;
    let object = taker.connection.call(doc, "GetOrCreateObject", &properties)?;
    let object = handle(&object)?;
    taker
        .connection
        .call(object, "ApplyPatches", &json!([patches, true]))
        .map(|_| ())
}

/// A session of its own, with an object of a megabyte, and gone.
fn journal(taker: &mut Taker<'_>) -> Result<()> {
    let number = taker.n_turns.load(Ordering::Relaxed);
    let (mut connection, doc) = open(taker.demo, taker.credentials, &format!("journal-{number}"))?;
    let properties = json!([{ "qInfo": { "qType": "long" }, "long": "x".repeat(1_000_000) }]);
    connection
        .call(doc, "CreateSessionObject", &properties)
        .map(|_| ())
}

/// The other person: selects, and draws a chart.
struct Selecting {
    connection: Connection,
    field: i64,
    chart: i64,
    step: usize,
}

impl Selecting {
    fn start(demo: &Demo, credentials: &Credentials) -> Result<Self> {
        let (mut connection, doc) = open(demo, credentials, "other")?;
        let field = handle(&connection.call(doc, "GetField", &json!(["Origin"]))?)?;
        let chart = handle(&connection.call(doc, "GetObject", &json!(["departures-by-carrier"]))?)?;
        Ok(Self {
            connection,
            field,
            chart,
            step: 0,
        })
    }

    fn run(&mut self, duration: Duration) -> Result<Noticed> {
        self.run_with(duration, || {})
    }

    fn run_with(&mut self, duration: Duration, meanwhile: impl Fn()) -> Result<Noticed> {
        let until: Instant = now() + duration;
        let mut noticed = Noticed {
            times: Vec::new(),
            errors: Vec::new(),
        };
        while now() < until {
            let airport = ["JFK", "LGA", "EWR"][self.step % 3];
            self.step += 1;
            let (time, answer) = timed(|| {
                self.connection
                    .call(self.field, "Select", &json!([airport, false, 0]))?;
                self.connection.call(self.chart, "GetLayout", &json!([]))
            });
            noticed.times.push(time);
            if let Err(error) = answer {
                noticed.errors.push(error.to_string());
                if !error.to_string().contains("answered") {
                    bail!("the other person's connection broke: {error}");
                }
            }
            meanwhile();
        }
        Ok(noticed)
    }
}

impl Noticed {
    fn quantile(&self, percent: usize) -> Duration {
        let mut sorted = self.times.clone();
        sorted.sort();
        let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(at).copied().unwrap_or_default()
    }

    fn quantiles(&self) -> String {
        let millis = |percent| self.quantile(percent).as_secs_f64() * 1000.0;
        format!("{:.1} / {:.1}", millis(50), millis(99))
    }
}
