//! The server's own account of what it holds.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use super::faults::Faults;
use crate::clock::{now, pause};

/// Longer than an engine session waits for somebody to come back.
const LINGER_SECS: u32 = 70;
/// Longer than a login session may be idle, by default.
const IDLE_SECS: u32 = 31 * 60;
/// How long the server has to be rid of everything.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(200);

/// What the server holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub attached: usize,
    pub detached: usize,
    pub frozen: usize,
    pub connections: usize,
    pub login_sessions: usize,
}

impl Held {
    /// Reads `GET /control/v1/state`.
    pub fn read(state: &Value) -> Self {
        let sessions = || state["engineSessions"].as_array().into_iter().flatten();
        let logins = state["loginSessions"].as_array().into_iter().flatten();
        Self {
            attached: sessions()
                .filter(|session| session["state"] == "attached")
                .count(),
            detached: sessions()
                .filter(|session| session["state"] == "detached")
                .count(),
            frozen: sessions()
                .filter(|session| session["fault"]["frozen"] == true)
                .count(),
            connections: sessions()
                .map(|session| session["connections"].as_array().map_or(0, Vec::len))
                .sum(),
            login_sessions: logins.filter(|login| login["state"] == "active").count(),
        }
    }

    /// Lets everything run out of time that nobody wants any more, and says what is still held.
    pub async fn after_everyone_left(faults: &mut Faults) -> Result<Self> {
        let since = now();
        faults.advance(LINGER_SECS).await?;
        faults.advance(IDLE_SECS).await?;
        loop {
            let held = Self::read(&faults.state().await?);
            if held == Self::default() || since.elapsed() > PATIENCE {
                return Ok(held);
            }
            pause(POLL).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_state_is_counted() {
        let state = json!({
            "loginSessions": [{ "state": "active" }, { "state": "expired" }],
            "engineSessions": [
                { "state": "attached", "connections": [{}, {}], "fault": { "frozen": true, "delayMs": 0 } },
                { "state": "detached", "connections": [], "fault": { "frozen": false, "delayMs": 5 } },
            ],
        });
        let held = Held {
            attached: 1,
            detached: 1,
            frozen: 1,
            connections: 2,
            login_sessions: 1,
        };
        assert_eq!(Held::read(&state), held);
        assert_eq!(Held::read(&json!({})), Held::default());
    }
}
