//! What came of it.

use std::fmt;
use std::time::Duration;

use super::audit::Held;
use super::plan::Plan;
use super::tally::{Counts, Kinds};
use crate::stats::{median, millis, percentile};

/// By how much the memory may exceed what it was after the warm-up.
const MAX_GROWTH: f64 = 1.10;
const MIB: f64 = (1 << 20) as f64;

/// What the server's process takes when nobody is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Footprint {
    pub resident_bytes: u64,
    pub open_files: usize,
}

/// Before and after.
#[derive(Clone, Copy, Debug, Default)]
pub struct Footprints {
    /// Ready, and never used.
    pub fresh: Footprint,
    /// After as many people as the soak's have come, used it a little and gone.
    pub warm: Footprint,
    /// After the soak.
    pub end: Footprint,
    /// Whether it is still the process that was measured at first.
    pub is_same_process: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Report {
    pub(super) plan: Plan,
    pub(super) counts: Counts,
    pub(super) calls: u64,
    pub(super) lasted: Duration,
    pub(super) cpu_secs: f64,
    /// People who were neither live nor told why, when the faults were over.
    pub(super) stuck: usize,
    /// What the server held when everybody was live again.
    pub(super) settled: Held,
    /// What it held after everybody had left.
    pub(super) left: Held,
    pub(super) footprints: Footprints,
}

impl Report {
    /// Every condition that does not hold; none is a success.
    pub fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        let mut check = |holds: bool, text: String| {
            if !holds {
                failures.push(text);
            }
        };
        let Counts {
            n_problems,
            cut,
            losses,
            ..
        } = &self.counts;
        check(self.stuck == 0, format!("{} people are stuck", self.stuck));
        check(
            *n_problems == 0,
            format!("{n_problems} times something happened that must not"),
        );
        let lost = losses.get("lost").copied().unwrap_or_default();
        check(
            lost <= *cut || self.plan.kills > 0,
            format!("{lost} connections were lost without a word and faults cut {cut}"),
        );
        let wanted = Held {
            attached: self.plan.sessions - self.stuck,
            connections: self.plan.sessions - self.stuck,
            ..Held::default()
        };
        let settled = Held {
            detached: 0,
            login_sessions: 0,
            ..self.settled
        };
        check(
            settled == wanted,
            format!("the server sees {:?} when all are live", self.settled),
        );
        check(
            self.left == Held::default(),
            format!("the server still holds {:?} after everybody left", self.left),
        );
        let Footprints {
            warm,
            end,
            is_same_process,
            ..
        } = self.footprints;
        if is_same_process && self.plan.compares_memory {
            let growth = end.resident_bytes as f64 / warm.resident_bytes as f64;
            check(
                growth <= MAX_GROWTH,
                format!("the memory grew to {growth:.2} times that after the warm-up"),
            );
            check(
                end.open_files <= warm.open_files + 2,
                format!(
                    "{} files are open, {} after the warm-up",
                    end.open_files, warm.open_files
                ),
            );
        }
        failures
    }

    /// How often a connection was found again, by what was found.
    pub fn resumes(&self, how: &str) -> u64 {
        self.counts.resumes.get(how).copied().unwrap_or_default()
    }

    /// The kinds of faults that were injected.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        self.counts.faults.keys().map(String::as_str)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            plan,
            counts,
            calls,
            lasted,
            ..
        } = self;
        let secs = lasted.as_secs_f64();
        writeln!(
            f,
            "sessions {}, seed {}, {secs:.0} s, {calls} calls ({:.0} a second)",
            plan.sessions,
            plan.seed,
            *calls as f64 / secs
        )?;
        writeln!(f, "processor time of the server: {:.0} s", self.cpu_secs)?;
        for (title, kinds) in [
            ("faults", &counts.faults),
            ("connections lost or closed", &counts.losses),
            ("came back", &counts.resumes),
            ("tries that failed on the way", &counts.retries),
            ("ends that were told", &counts.ends),
        ] {
            section(f, title, kinds)?;
        }
        writeln!(
            f,
            "\n{:<40} {:>10} {:>10} {:>10}",
            "latency", "count", "p50", "p99"
        )?;
        for (what, times) in &counts.latencies {
            let mut times = times.clone();
            let (p50, p99) = (millis(median(&mut times)), millis(percentile(&mut times, 99)));
            writeln!(f, "  {what:<38} {:>10} {p50:>7.1} ms {p99:>7.1} ms", times.len())?;
        }
        self.write_memory(f)?;
        writeln!(
            f,
            "\nwhen all were live the server saw {:?}\nafter all had left {:?}",
            self.settled, self.left
        )?;
        for problem in &counts.problems {
            writeln!(f, "problem: {problem}")?;
        }
        Ok(())
    }
}

impl Report {
    fn write_memory(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Footprints {
            fresh,
            warm,
            end,
            is_same_process,
        } = self.footprints;
        let line = |f: &mut fmt::Formatter<'_>, what: &str, at: Footprint| {
            let mib = at.resident_bytes as f64 / MIB;
            writeln!(f, "  {what:<38} {mib:>7.1} MiB {:>6} open files", at.open_files)
        };
        writeln!(f, "\nthe server with nobody there")?;
        line(f, "fresh", fresh)?;
        line(f, "after a warm-up of the same size", warm)?;
        line(f, "after the soak", end)?;
        if !is_same_process {
            writeln!(f, "  not compared: the last process had no warm-up")?;
        }
        Ok(())
    }
}

fn section(f: &mut fmt::Formatter<'_>, title: &str, kinds: &Kinds) -> fmt::Result {
    writeln!(f, "\n{title}")?;
    for (kind, count) in kinds {
        writeln!(f, "  {kind:<38} {count:>10}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let footprint = Footprint {
            resident_bytes: 100 << 20,
            open_files: 30,
        };
        Report {
            plan: Plan::long(2, 1.0, 1),
            counts: Counts::default(),
            calls: 10,
            lasted: Duration::from_secs(1),
            cpu_secs: 0.5,
            stuck: 0,
            settled: Held {
                attached: 2,
                connections: 2,
                login_sessions: 3,
                ..Held::default()
            },
            left: Held::default(),
            footprints: Footprints {
                fresh: footprint,
                warm: footprint,
                end: footprint,
                is_same_process: true,
            },
        }
    }

    fn failures(change: impl FnOnce(&mut Report)) -> usize {
        let mut report = report();
        change(&mut report);
        report.failures().len()
    }

    #[test]
    fn each_condition_fails_by_itself() {
        assert_eq!(failures(|_| {}), 0);
        assert_eq!(failures(|report| report.counts.n_problems = 1), 1);
        assert_eq!(failures(|report| report.left.detached = 1), 1);
        assert_eq!(failures(|report| report.left.login_sessions = 1), 1);
        assert_eq!(failures(|report| report.settled.frozen = 1), 1);
        assert_eq!(failures(|report| report.settled.connections = 3), 1);
        assert_eq!(
            failures(|report| report.footprints.end.resident_bytes = 111 << 20),
            1
        );
        assert_eq!(failures(|report| report.footprints.end.open_files = 33), 1);
        assert_eq!(
            failures(|report| {
                report.stuck = 1;
                report.settled.attached = 1;
                report.settled.connections = 1;
            }),
            1
        );
        assert_eq!(
            failures(|report| {
                report.counts.losses.insert("lost".to_owned(), 2);
                report.counts.cut = 1;
            }),
            1
        );
    }

    #[test]
    fn a_short_run_is_not_judged_by_its_memory() {
        let short = |report: &mut Report| {
            report.plan = Plan::short(2, 1);
            report.footprints.end.resident_bytes = 500 << 20;
        };
        assert_eq!(failures(short), 0);
    }

    #[test]
    fn another_process_is_not_compared() {
        let killed = |report: &mut Report| {
            report.footprints.is_same_process = false;
            report.footprints.end.resident_bytes = 500 << 20;
        };
        assert_eq!(failures(killed), 0);
    }
}
