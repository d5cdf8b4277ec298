//! Many people use the server while everything goes wrong; see [`fanlight_bench::soak`] for what they do and what must hold.
//!
//! ```text
//! cargo build --release && cargo run --release -p fanlight-bench --bin soak -- target/release/fanlight \
//!     [--minutes 10] [--sessions 2000] [--seed 1] [--kills 0]
//! ```
//!
//! `--kills` also kills the process so often and starts it again. Linux only: the people come from loopback addresses of
//! their own, and memory is read from `/proc`. The server and this program need twice as many open files as there are
//! sessions, and some more; the program says so when `ulimit -n` is too low. Exits with 1 when a condition fails.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use fanlight_bench::output::line;
use fanlight_bench::soak::{Plan, run};
use indicatif::{ProgressBar, ProgressStyle};

fn main() -> Result<ExitCode> {
    let (binary, plan) = read_args(std::env::args().skip(1))?;
    // The server needs a core too.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let report = runtime.block_on(run(&binary, plan, &bar()))?;
    line(&report);
    let failures = report.failures();
    for failure in &failures {
        line(format!("FAILED: {failure}"));
    }
    if failures.is_empty() {
        line("every condition holds");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

fn read_args(mut args: impl Iterator<Item = String>) -> Result<(PathBuf, Plan)> {
    let binary = args
        .next()
        .map(PathBuf::from)
        .context("give the path of the binary")?;
    let (mut minutes, mut sessions, mut seed, mut kills) = (10.0, 2000, 1, 0);
    while let Some(flag) = args.next() {
        let value = args.next().with_context(|| format!("{flag} needs a value"))?;
        let wrong = || format!("{flag} {value} is no number that fits");
        match flag.as_str() {
            "--minutes" => minutes = value.parse().with_context(wrong)?,
            "--sessions" => sessions = value.parse().with_context(wrong)?,
            "--seed" => seed = value.parse().with_context(wrong)?,
            "--kills" => kills = value.parse().with_context(wrong)?,
            _ => bail!("there is no {flag}; there are --minutes, --sessions, --seed and --kills"),
        }
    }
    let plan = Plan {
        kills,
        ..Plan::long(sessions, minutes, seed)
    };
    Ok((binary, plan))
}

/// Hidden where there is no terminal.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} s")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style)
}
