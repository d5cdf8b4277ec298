//! The time, for measuring.

use std::time::{Duration, Instant};

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "measuring time is what these programs are for"
)]
pub fn now() -> Instant {
    Instant::now()
}

/// How long `work` takes, and what it answers.
pub fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = now();
    let answer = work();
    (start.elapsed(), answer)
}

/// Waits, as a client of the server does between two tries and a person between two clicks.
#[expect(
    clippy::disallowed_methods,
    reason = "these programs play clients, whose time is real"
)]
pub async fn pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
