//! What one abuse did, and whether that is too much.

use std::fmt;
use std::time::Duration;

use super::Memory;
use super::other::Noticed;
use super::taker::Turns;
use crate::stats::{millis, percentile};

/// How many times as long as in quiet the other person may wait.
const WORSE: f64 = 3.0;
/// How many times as much memory may be resident when it is over.
const MORE: f64 = 1.1;
/// A wait that nobody notices is no harm, however short the quiet one was: the ratio of two times of a few milliseconds
/// says more about who else uses the processor than about the server. The ratio is printed all the same.
const UNNOTICED: Duration = Duration::from_millis(50);

/// What the other person noticed, and what the server took.
#[derive(Clone, Debug)]
pub struct Report {
    pub(super) name: &'static str,
    pub(super) turns: Turns,
    pub(super) before: Noticed,
    pub(super) during: Noticed,
    pub(super) after: Noticed,
    pub(super) memory: Memory,
    pub(super) disk_bytes: u64,
}

/// Whether memory has come back.
pub fn is_back(before: u64, after: u64) -> bool {
    after as f64 <= before as f64 * MORE
}

impl Report {
    /// The names of the columns.
    pub fn head() -> String {
        format!(
            "{:<8} {:>7} {:>7} {:>15} {:>15} {:>15} {:>6} {:>6} {:>15} {:>8}",
            "abuse", "turns", "refused", "before", "during", "after", "ratio", "errors", "memory", "disk"
        )
    }

    /// What is too much.
    pub fn failures(&self) -> Vec<String> {
        let name = self.name;
        let mut failures = Vec::new();
        let [quiet, during] = [&self.before, &self.during].map(|phase| phase.percentile(99));
        if during > quiet.mul_f64(WORSE).max(UNNOTICED) {
            failures.push(format!(
                "{name}: the other person's p99 is {:.1} times the quiet one",
                self.ratio()
            ));
        }
        if let Some(error) = self.errors().next() {
            failures.push(format!("{name}: the other person had an error: {error}"));
        }
        if !is_back(self.memory.before, self.memory.after) {
            failures.push(format!("{name}: memory did not come back"));
        }
        failures
    }

    /// The other person's p99 while somebody takes, by the quiet one.
    fn ratio(&self) -> f64 {
        millis(self.during.percentile(99)) / millis(self.before.percentile(99))
    }

    fn errors(&self) -> impl Iterator<Item = &String> {
        let phases = [&self.before, &self.during, &self.after];
        phases.into_iter().flat_map(|phase| &phase.errors)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |n_bytes: u64| n_bytes >> 20;
        let Memory { before, peak, after } = self.memory;
        let memory = format!("{}/{}/{}", mib(before), mib(peak), mib(after));
        write!(
            f,
            "{:<8} {:>7} {:>7} {:>15} {:>15} {:>15} {:>6.1} {:>6} {memory:>15} {:>8}",
            self.name,
            self.turns.all,
            self.turns.refused,
            self.before.quantiles(),
            self.during.quantiles(),
            self.after.quantiles(),
            self.ratio(),
            self.errors().count(),
            mib(self.disk_bytes),
        )
    }
}

impl Noticed {
    fn percentile(&self, percent: usize) -> Duration {
        percentile(&mut self.times.clone(), percent)
    }

    fn quantiles(&self) -> String {
        let [half, most] = [50, 99].map(|percent| millis(self.percentile(percent)));
        format!("{half:.1} / {most:.1}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noticed(millis: u64) -> Noticed {
        Noticed {
            times: vec![Duration::from_millis(millis)],
            errors: Vec::new(),
        }
    }

    fn report([before, during]: [u64; 2], after: u64) -> Report {
        Report {
            name: "texts",
            turns: Turns { all: 1, refused: 0 },
            before: noticed(before),
            during: noticed(during),
            after: noticed(before),
            memory: Memory {
                before: 100,
                peak: 1_000,
                after,
            },
            disk_bytes: 0,
        }
    }

    #[test]
    fn three_times_as_long_or_unnoticed_is_well() {
        assert_eq!(report([40, 120], 110).failures(), [""; 0]);
        assert_eq!(report([4, 50], 110).failures(), [""; 0]);
    }

    #[test]
    fn longer_is_told_and_so_is_memory_that_stays_and_an_error() {
        assert_eq!(report([40, 121], 110).failures().len(), 1);
        assert_eq!(report([4, 51], 110).failures().len(), 1);
        assert_eq!(
            report([40, 40], 111).failures(),
            ["texts: memory did not come back"]
        );
        let mut failed = report([40, 40], 100);
        failed.during.errors.push("no places".to_owned());
        assert_eq!(
            failed.failures(),
            ["texts: the other person had an error: no places"]
        );
    }
}
