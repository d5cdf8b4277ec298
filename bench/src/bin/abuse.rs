//! One person takes all that they can get, while another selects and draws a chart; see [`fanlight_bench::abuse`].
//!
//! ```text
//! cargo build --release && cargo run --release -p fanlight-bench --bin abuse -- target/release/fanlight \
//!     [--secs 30] [--only texts,cube]
//! ```
//!
//! For each kind of abuse: how often somebody took and was refused; the other person's p50 and p99 in milliseconds before,
//! during and after, and their p99 during by the quiet one; resident memory before, at its peak and after, and the files on
//! disk, in MiB. Exits with 1 when the other person had an error, when their p99 was more than three times the quiet one
//! and could be noticed, or when memory did not come back within 10 %. Linux only: memory is read from `/proc`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fanlight_bench::abuse::{ABUSES, Report, run};
use fanlight_bench::output::line;

fn main() -> Result<ExitCode> {
    let (binary, secs, only) = read_args(std::env::args().skip(1))?;
    line(Report::head());
    let mut failures = Vec::new();
    for abuse in ABUSES {
        if only.is_empty() || only.iter().any(|name| name == abuse.name) {
            let report = run(&binary, abuse, Duration::from_secs(secs)).context(abuse.name)?;
            line(&report);
            failures.extend(report.failures());
        }
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

fn read_args(mut args: impl Iterator<Item = String>) -> Result<(PathBuf, u64, Vec<String>)> {
    let binary = args
        .next()
        .map(PathBuf::from)
        .context("give the path of the binary")?;
    let (mut secs, mut only) = (30, Vec::new());
    while let Some(flag) = args.next() {
        match (flag.as_str(), args.next()) {
            ("--secs", Some(value)) => secs = value.parse().context("--secs is a whole number")?,
            ("--only", Some(names)) => only = names.split(',').map(str::to_owned).collect(),
            _ => bail!("there is no {flag}; there are --secs N and --only NAME,NAME"),
        }
    }
    if let Some(name) = only
        .iter()
        .find(|name| ABUSES.iter().all(|abuse| abuse.name != **name))
    {
        bail!("there is no abuse {name}");
    }
    Ok((binary, secs, only))
}
