//! The soak from its start to its end.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use indicatif::ProgressBar;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::audit::Held;
use super::board::{Board, Whereabouts};
use super::door::Place;
use super::faults::Faults;
use super::person::{Crowd, Order, Person};
use super::plan::{Amount, Plan};
use super::report::{Footprint, Footprints, Report};
use super::tally::Tally;
use crate::clock::{now, pause};
use crate::demo::Demo;

/// What each person does in the warm-up: enough to have selected and looked at everything.
const WARM_ACTIONS: u64 = 12;
const POLL: Duration = Duration::from_millis(50);
/// How long people may take to leave.
const LEAVE: Duration = Duration::from_secs(30);
/// An allocator gives pages back when nobody has asked for them for a while: memory that has not fallen for so long is at
/// rest.
const REST: Duration = Duration::from_secs(15);
/// How long the memory may take to come to rest.
const REST_PATIENCE: Duration = Duration::from_secs(90);
/// Calls that do not come: the people are stuck, which is found out when they are to settle.
const NO_CALLS: Duration = Duration::from_secs(60);

/// Runs the soak against a server that it starts from `binary`. `bar` shows how far it is.
///
/// # Errors
/// If the server cannot be started, the control API fails, or this system allows too few open files. What the server
/// does wrong is in the report.
pub async fn run(binary: &Path, plan: Plan, bar: &ProgressBar) -> Result<Report> {
    plan.check_limits()?;
    let mut demo = Demo::start(binary)?;
    let fresh = footprint(&demo, &plan).await?;

    bar.set_message("warm-up");
    let mut round = Round::begin(&demo, &plan, 0, WARM_ACTIONS)?;
    let stuck = round.settle().await?;
    ensure!(stuck == 0, "{stuck} people did not get in during the warm-up");
    let left = round.end().await?;
    ensure!(
        left == Held::default(),
        "the server still holds {left:?} after the warm-up"
    );
    let problems = round.crowd.tally.counts().problems;
    ensure!(problems.is_empty(), "the warm-up found {problems:?}");
    let warm = footprint(&demo, &plan).await?;

    let (started, cpu) = (now(), demo.cpu_secs()?);
    let mut round = Round::begin(&demo, &plan, 1, u64::MAX)?;
    round.soak(&mut demo, binary, bar).await?;
    bar.set_message("settling");
    let stuck = round.settle().await?;
    let lasted = started.elapsed();
    let settled = Held::read(&round.faults.state().await?);
    bar.set_message("leaving");
    let left = round.end().await?;
    let end = footprint(&demo, &plan).await?;
    bar.finish_and_clear();
    let tally = &round.crowd.tally;
    Ok(Report {
        counts: tally.counts(),
        calls: tally.calls(),
        lasted,
        cpu_secs: demo.cpu_secs()? - if plan.kills == 0 { cpu } else { 0.0 },
        stuck,
        settled,
        left,
        footprints: Footprints {
            fresh,
            warm,
            end,
            is_same_process: plan.kills == 0,
        },
        plan,
    })
}

/// Many people, from their coming to their going.
struct Round {
    crowd: Arc<Crowd>,
    people: JoinSet<()>,
    orders: watch::Sender<Order>,
    faults: Faults,
}

impl Round {
    fn begin(demo: &Demo, plan: &Plan, number: u64, actions: u64) -> Result<Self> {
        let mut plan = plan.clone();
        if actions == WARM_ACTIONS {
            plan.think /= 10;
        }
        let crowd = Arc::new(Crowd {
            place: place(demo)?,
            tally: Tally::default(),
            board: Board::new(plan.sessions),
            plan,
        });
        let (orders, heard) = watch::channel(Order::Use { actions });
        let mut people = JoinSet::new();
        for person in 0..crowd.plan.sessions {
            people.spawn(Person::new(person, Arc::clone(&crowd), heard.clone(), number).run());
        }
        Ok(Self {
            faults: Faults::new(Arc::clone(&crowd)),
            crowd,
            people,
            orders,
        })
    }

    /// Everything goes wrong for as long as planned.
    async fn soak(&mut self, demo: &mut Demo, binary: &Path, bar: &ProgressBar) -> Result<()> {
        match self.crowd.plan.amount {
            Amount::Time {
                duration,
                fault_every,
            } => {
                let started = now();
                let mut killed = 0;
                bar.set_length(duration.as_secs());
                while started.elapsed() < duration {
                    self.show(bar, started.elapsed().as_secs());
                    pause(fault_every).await;
                    if killed < self.kills_due(started, duration) {
                        killed += 1;
                        self.kill(demo, binary).await?;
                    }
                    self.faults.inject().await?;
                }
            }
            Amount::Calls {
                faults,
                calls_between,
            } => {
                bar.set_length(faults as u64);
                while self.faults.injected() < faults {
                    self.show(bar, self.faults.injected() as u64);
                    if !self.hear_calls(calls_between).await {
                        break;
                    }
                    self.faults.inject().await?;
                }
            }
        }
        Ok(())
    }

    /// How often the process should have been killed by now, in even distances.
    fn kills_due(&self, started: Instant, duration: Duration) -> usize {
        let share = started.elapsed().as_secs_f64() / duration.as_secs_f64();
        let kills = self.crowd.plan.kills;
        ((share * (kills + 1) as f64) as usize).min(kills)
    }

    /// Waits for that many more calls; false when they do not come.
    async fn hear_calls(&self, count: u64) -> bool {
        let tally = &self.crowd.tally;
        let enough = tally.calls() + count;
        let hear = async {
            while tally.calls() < enough {
                tally.called.notified().await;
            }
        };
        tokio::time::timeout(NO_CALLS, hear).await.is_ok()
    }

    async fn kill(&mut self, demo: &mut Demo, binary: &Path) -> Result<()> {
        demo.crash_and_start(binary)?;
        self.crowd.tally.count(|counts| &mut counts.faults, "kill -9");
        // The new process keeps the real time, and what was signed in before lies ahead of that.
        self.faults.catch_up().await
    }

    fn show(&self, bar: &ProgressBar, position: u64) {
        let live = self.crowd.board.count(|at| matches!(at, Whereabouts::Live(_)));
        bar.set_position(position);
        bar.set_message(format!("{live} of {} live", self.crowd.plan.sessions));
    }

    /// No more faults: how many people are not live when they have had time to.
    async fn settle(&mut self) -> Result<usize> {
        self.faults.calm().await?;
        let is_warm_up = matches!(
            *self.orders.borrow(),
            Order::Use {
                actions: WARM_ACTIONS
            }
        );
        if !is_warm_up {
            self.orders.send_replace(Order::Settle);
        }
        let Crowd { plan, board, .. } = &*self.crowd;
        let started = now();
        loop {
            let missing = plan.sessions - board.count(|at| matches!(at, Whereabouts::Settled(_)));
            if missing == 0 || started.elapsed() > plan.settle {
                return Ok(missing);
            }
            pause(POLL).await;
        }
    }

    /// Everybody leaves; what the server holds after that.
    async fn end(&mut self) -> Result<Held> {
        self.orders.send_replace(Order::Leave);
        let all = async { while self.people.join_next().await.is_some() {} };
        if tokio::time::timeout(LEAVE, all).await.is_err() {
            self.people.shutdown().await;
        }
        Held::after_everyone_left(&mut self.faults).await
    }
}

fn place(demo: &Demo) -> Result<Place> {
    Ok(Place {
        tenant: resolved(&demo.tenant)?,
        portal: resolved(&demo.portal)?,
        origin: demo.portal_origin.clone(),
        integration: demo.integration.clone(),
        app: demo.app.clone(),
    })
}

fn resolved(host: &str) -> Result<SocketAddr> {
    host.to_socket_addrs()?.next().context("an address")
}

async fn footprint(demo: &Demo, plan: &Plan) -> Result<Footprint> {
    let mut resident_bytes = demo.resident_bytes()?;
    let (began, mut fell) = (now(), now());
    while plan.compares_memory && fell.elapsed() < REST && began.elapsed() < REST_PATIENCE {
        pause(POLL).await;
        let present = demo.resident_bytes()?;
        if present < resident_bytes {
            (resident_bytes, fell) = (present, now());
        }
    }
    Ok(Footprint {
        resident_bytes,
        open_files: demo.open_files()?,
    })
}
