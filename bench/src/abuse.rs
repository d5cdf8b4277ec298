//! One person takes all that they can get, while another selects and draws a chart.
//!
//! Each kind of abuse has a server of its own. The other person is measured before, while and after somebody takes; then
//! whoever took signs out, and the server has a minute to give the memory back.

mod kind;
mod other;
mod report;
mod taker;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::clock::now;
use crate::demo::Demo;
use other::Other;
use taker::{Taking, take};

pub use kind::{ABUSES, Abuse};
pub use report::Report;

/// Connections at a time of the person who takes; some abuses open more beside them.
const TAKERS: usize = 4;
/// Memory that comes back does so within this.
const REST: Duration = Duration::from_secs(60);
/// How long the other person goes on between two looks at the memory.
const LOOK: Duration = Duration::from_secs(2);

/// Memory of the server in bytes: what is resident.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    before: u64,
    peak: u64,
    /// When it has come back, or has had its time to.
    after: u64,
}

/// Lets somebody take for so long.
///
/// # Errors
/// If the server does not start, or ends.
pub fn run(binary: &Path, abuse: &'static Abuse, duration: Duration) -> Result<Report> {
    let demo = Demo::start(binary)?;
    let taking = Taking::new(&demo, demo.sign_in("taker")?);
    let mut other = Other::start(&demo, &demo.sign_in("other")?)?;
    // What both once used is there from the start.
    other.go_on(duration / 6);
    let before = other.go_on(duration / 3);
    let resident = demo.resident_bytes()?;
    let peak = AtomicU64::new(resident);
    let during = thread::scope(|scope| {
        let takers: Vec<_> = (0..TAKERS)
            .map(|number| {
                let taking = &taking;
                scope.spawn(move || take(taking, abuse, number))
            })
            .collect();
        let mut during = other.go_on_and(duration, || {
            if let Ok(n_bytes) = demo.resident_bytes() {
                peak.fetch_max(n_bytes, Ordering::Relaxed);
            }
        });
        taking.stop();
        // Signing out closes what still waits for an answer; the other person does not wait for that.
        taking.leave();
        while !other.is_cut() && takers.iter().any(|taker| !taker.is_finished()) {
            during.append(other.go_on(LOOK));
        }
        during
    });
    // Some had a login session of their own.
    taking.leave();
    let after = other.go_on(duration / 3);
    let memory = Memory {
        before: resident,
        peak: peak.into_inner(),
        after: rested_bytes(&demo, resident, &mut other)?,
    };
    Ok(Report {
        name: abuse.name,
        turns: taking.turns(),
        before,
        during,
        after,
        memory,
        disk_bytes: demo.disk_bytes()?,
    })
}

/// Memory when it has come back, or does not any more.
fn rested_bytes(demo: &Demo, before: u64, other: &mut Other) -> Result<u64> {
    let until = now() + REST;
    loop {
        let n_bytes = demo.resident_bytes()?;
        if report::is_back(before, n_bytes) || other.is_cut() || now() > until {
            return Ok(n_bytes);
        }
        other.go_on(LOOK);
    }
}
