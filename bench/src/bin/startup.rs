//! How long `fanlight demo` takes to be ready on the sample app, and the memory it holds then.
//!
//! ```text
//! cargo build --release && cargo run --release -p fanlight-bench --bin startup -- target/release/fanlight
//! ```
//!
//! Five starts on an empty data folder, which includes unpacking the sample app and making keys, and five on that folder
//! again. Resident memory is the process's, as the system counts it, with nobody connected.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use fanlight_bench::demo::Demo;
use fanlight_bench::output::line;
use fanlight_bench::stats::{median, millis};

const RUNS: usize = 5;

fn main() -> Result<()> {
    let binary = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .context("give the path of the binary")?;
    let (mut first, mut again, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let demo = Demo::start(&binary)?;
        first.push(demo.ready_after);
        let demo = demo.restart(&binary)?;
        again.push(demo.ready_after);
        memory.push(demo.resident_bytes()?);
    }
    memory.sort_unstable();
    report("ready after start, new data folder", &mut first);
    report("ready after start, same data folder", &mut again);
    line(format!(
        "{:<40} {:>8.1} MiB",
        "resident memory when ready",
        memory[RUNS / 2] as f64 / f64::from(1 << 20)
    ));
    Ok(())
}

fn report(what: &str, runs: &mut [Duration]) {
    line(format!("{what:<40} {:>8.1} ms", millis(median(runs))));
}
