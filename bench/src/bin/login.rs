//! Round trip and processor time of a sign-in: `POST /login/jwt-session` with a fresh token each time.
//!
//! ```text
//! cargo build --release && cargo run --release -p fanlight-bench --bin login -- target/release/fanlight [BATCHES]
//! ```
//!
//! The program starts `fanlight demo`, has its portal mint the tokens beforehand, and signs in one after another over one
//! connection. The tenant lets one address sign in 100 times a minute; between batches the program moves the server's
//! clock. Processor time is the whole server process's, in steps of 10 ms, so it takes many sign-ins to be exact.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fanlight_bench::clock::timed;
use fanlight_bench::demo::{Demo, login_request};
use fanlight_bench::http::Client;
use fanlight_bench::output::line;
use fanlight_bench::stats::{median, millis, percentile};

/// Below the limit of one minute.
const BATCH: usize = 90;
const DEFAULT_BATCHES: usize = 12;
const MINUTE_SECS: u32 = 60;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let binary = args
        .next()
        .map(PathBuf::from)
        .context("give the path of the binary")?;
    let batches = args.next().map_or(Ok(DEFAULT_BATCHES), |text| text.parse())?;
    let demo = Demo::start(&binary)?;
    // The first one warms up.
    batch(&demo)?;
    let mut runs = Vec::new();
    let mut cpu_secs = 0.0;
    for _ in 0..batches {
        demo.advance_clock(MINUTE_SECS)?;
        let (mut times, cpu) = batch(&demo)?;
        runs.append(&mut times);
        cpu_secs += cpu;
    }
    line(format!("sign-ins                         {:>8}", runs.len()));
    line(format!(
        "round trip, median               {:>8.3} ms",
        millis(median(&mut runs))
    ));
    line(format!(
        "round trip, 99 of 100            {:>8.3} ms",
        millis(percentile(&mut runs, 99))
    ));
    line(format!(
        "processor time of the server     {:>8.0} µs each",
        cpu_secs * 1e6 / runs.len() as f64
    ));
    Ok(())
}

/// One batch of sign-ins: how long each took, and the server's processor time for all.
fn batch(demo: &Demo) -> Result<(Vec<Duration>, f64)> {
    let mut portal = Client::connect(&demo.portal)?;
    let tokens = (0..BATCH)
        .map(|user| demo.token(&mut portal, &format!("bench-{user}")))
        .collect::<Result<Vec<_>>>()?;
    let requests: Vec<_> = tokens.iter().map(|token| login_request(token)).collect();
    let mut tenant = Client::connect(&demo.tenant)?;
    let before = demo.cpu_secs()?;
    let mut runs = Vec::new();
    for request in &requests {
        let (time, answer) = timed(|| tenant.send(request));
        let answer = answer?;
        ensure!(
            answer.status == 200,
            "sign-in answered {}: {}",
            answer.status,
            answer.body
        );
        runs.push(time);
    }
    Ok((runs, demo.cpu_secs()? - before))
}
