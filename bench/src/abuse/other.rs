//! The other person: selects, and draws a chart, one after the other without a pause.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;

use crate::clock::{now, timed};
use crate::demo::{Credentials, Demo};
use crate::socket::{Connection, handle, is_answer};

const AIRPORTS: [&str; 3] = ["JFK", "LGA", "EWR"];

/// The other person, on their one connection.
#[derive(Debug)]
pub struct Other {
    connection: Connection,
    field: i64,
    chart: i64,
    n_steps: usize,
    is_cut: bool,
}

/// What the other person noticed in one phase.
#[derive(Clone, Debug, Default)]
pub struct Noticed {
    /// From a selection to the chart that follows it.
    pub times: Vec<Duration>,
    pub errors: Vec<String>,
}

impl Other {
    pub fn start(demo: &Demo, credentials: &Credentials) -> Result<Self> {
        let (mut connection, doc) = Connection::open_app(demo, credentials, "other")?;
        let field = handle(&connection.call(doc, "GetField", &json!(["Origin"]))?)?;
        let chart = handle(&connection.call(doc, "GetObject", &json!(["departures-by-carrier"]))?)?;
        Ok(Self {
            connection,
            field,
            chart,
            n_steps: 0,
            is_cut: false,
        })
    }

    pub fn go_on(&mut self, duration: Duration) -> Noticed {
        self.go_on_and(duration, || {})
    }

    /// Goes on for so long, and does something between two steps. Ends early when the connection is lost.
    pub fn go_on_and(&mut self, duration: Duration, between: impl Fn()) -> Noticed {
        let until: Instant = now() + duration;
        let mut noticed = Noticed::default();
        while now() < until && !self.is_cut {
            let (time, step) = timed(|| self.step());
            noticed.times.push(time);
            if let Err(error) = step {
                self.is_cut = !is_answer(&error);
                noticed.errors.push(format!("{error:#}"));
            }
            between();
        }
        noticed
    }

    /// Whether the connection is lost.
    pub const fn is_cut(&self) -> bool {
        self.is_cut
    }

    fn step(&mut self) -> Result<()> {
        let airport = AIRPORTS[self.n_steps % AIRPORTS.len()];
        self.n_steps += 1;
        self.connection
            .call(self.field, "Select", &json!([airport, false, 0]))?;
        self.connection.call(self.chart, "GetLayout", &json!([]))?;
        Ok(())
    }
}

impl Noticed {
    /// What was noticed after this belongs to the same phase.
    pub fn append(&mut self, mut later: Self) {
        self.times.append(&mut later.times);
        self.errors.append(&mut later.errors);
    }
}
