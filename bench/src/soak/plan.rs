//! How many people, for how long, and how patient they are.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

/// Open files of the server beside the sockets, and of the program beside its own.
const SPARE_FILES: usize = 500;

/// How long the soak goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Until the time is over; a fault whenever `fault_every` has passed.
    Time {
        /// In all.
        duration: Duration,
        /// Between two faults.
        fault_every: Duration,
    },
    /// Until so many faults were injected, each after so many calls of the people.
    Calls {
        /// In all.
        faults: usize,
        /// Between two faults.
        calls_between: u64,
    },
}

/// A soak.
#[derive(Clone, Debug)]
pub struct Plan {
    /// People, each with an engine session.
    pub sessions: usize,
    /// How long it goes on.
    pub amount: Amount,
    /// Repeats the same choices.
    pub seed: u64,
    /// The mean time between two actions of a person.
    pub think: Duration,
    /// Silence after which a client asks whether the server is there.
    pub quiet: Duration,
    /// How long it waits for the answer to that, and for a connection.
    pub patience: Duration,
    /// The longest time between two tries to connect.
    pub back_off_cap: Duration,
    /// After so many faults the engine is restarted.
    pub restart_every: usize,
    /// After so many faults the clock jumps.
    pub jump_every: usize,
    /// How often the process is killed and started again.
    pub kills: usize,
    /// How long everybody has to be live again when the faults are over.
    pub settle: Duration,
    /// Whether the memory at the end must be that after the warm-up; too little work says nothing about it.
    pub compares_memory: bool,
}

impl Plan {
    /// Real time, and the SDK's own patience.
    pub fn long(sessions: usize, minutes: f64, seed: u64) -> Self {
        Self {
            sessions,
            amount: Amount::Time {
                duration: Duration::from_secs_f64(minutes * 60.0),
                fault_every: Duration::from_millis(400),
            },
            seed,
            think: Duration::from_secs(10),
            quiet: Duration::from_secs(20),
            patience: Duration::from_secs(5),
            back_off_cap: Duration::from_secs(30),
            restart_every: 350,
            jump_every: 150,
            kills: 0,
            settle: Duration::from_secs(120),
            compares_memory: true,
        }
    }

    /// A fixed amount of work without pauses, for a test: every kind of fault at least once.
    pub fn short(sessions: usize, seed: u64) -> Self {
        Self {
            sessions,
            amount: Amount::Calls {
                faults: 60,
                calls_between: sessions as u64,
            },
            seed,
            think: Duration::ZERO,
            quiet: Duration::from_secs(2),
            patience: Duration::from_secs(5),
            back_off_cap: Duration::from_secs(1),
            restart_every: 25,
            jump_every: 40,
            kills: 0,
            settle: Duration::from_secs(60),
            compares_memory: false,
        }
    }

    /// # Errors
    /// When this system allows a process too few open files, which also holds for the server that it starts.
    pub fn check_limits(&self) -> Result<()> {
        let limits = std::fs::read_to_string("/proc/self/limits").context("this program needs Linux")?;
        let line = limits
            .lines()
            .find_map(|line| line.strip_prefix("Max open files"));
        let soft = line
            .and_then(|line| line.split_whitespace().next())
            .context("a limit of open files")?;
        // `unlimited` is no number, and enough.
        let allowed: usize = soft.parse().unwrap_or(usize::MAX);
        // Every session has a socket, and for a moment a second one while it comes back.
        let needed = 2 * self.sessions + SPARE_FILES;
        ensure!(
            allowed >= needed,
            "{} sessions need {needed} open files and this shell allows {allowed}: run `ulimit -n {needed}` first",
            self.sessions
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_sessions_for_the_open_files_are_refused_with_a_remedy() {
        Plan::short(1, 1).check_limits().unwrap();
        let error = Plan::short(1 << 40, 1).check_limits().unwrap_err().to_string();
        assert!(error.contains("ulimit -n"), "{error}");
    }
}
