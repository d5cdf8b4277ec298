//! A person with a page: uses it, loses it, gets it back.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::act::{Act, App, Known, Picked};
use super::board::{Board, Whereabouts};
use super::door::{Door, Place, Refused, Way};
use super::http::address;
use super::link::{Broken, Failed, Link, Verdict};
use super::plan::Plan;
use super::tally::Tally;
use crate::clock::{now, pause};
use crate::dice::Dice;

/// The longest part of a second over which clients spread when the server restarts.
const RESTART_SPREAD: Duration = Duration::from_millis(500);
const BACK_OFF_BASE: Duration = Duration::from_millis(250);
/// The shortest wait after a server asked for patience.
const LONG_WAIT: Duration = Duration::from_secs(5);
/// The latency of calls whose session a fault slows.
const SLOWED: &str = "under a fault";
const BACK: &str = "back after a loss";

/// What everybody is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// So many actions, or as many as come about.
    Use {
        actions: u64,
    },
    /// Nothing any more, but be there.
    Settle,
    Leave,
}

/// What all people share.
#[derive(Debug)]
pub struct Crowd {
    pub plan: Plan,
    pub place: Place,
    pub tally: Tally,
    pub board: Board,
}

/// One of them.
#[derive(Debug)]
pub struct Person {
    number: usize,
    crowd: Arc<Crowd>,
    orders: watch::Receiver<Order>,
    door: Door,
    dice: Dice,
    known: Known,
    /// Whether there may be a session of this person already, whose selections are known.
    expects: Expects,
    done: u64,
}

/// What the next connection has to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expects {
    /// A new session.
    Nothing,
    /// The selections that are known.
    Known,
    /// The session had ended: a new one without selections, or the old ones.
    Either,
}

impl Person {
    pub fn new(number: usize, crowd: Arc<Crowd>, orders: watch::Receiver<Order>, round: u64) -> Self {
        // Most browsers keep the cookie.
        let way = if number % 3 == 2 { Way::Ticket } else { Way::Cookie };
        let user = format!("soak-{round}-{number}");
        let door = Door::new(crowd.place.clone(), address(number), user, way);
        let dice = Dice::new(crowd.plan.seed ^ round, number as u64);
        Self {
            number,
            crowd,
            orders,
            door,
            dice,
            known: Known::default(),
            expects: Expects::Nothing,
            done: 0,
        }
    }

    /// Until told to leave.
    pub async fn run(mut self) {
        let mut wait = Duration::ZERO;
        let mut lost_at = None;
        loop {
            self.put(Whereabouts::Coming);
            let Some((mut link, app)) = self.reach(wait).await else {
                // Told why. The person starts again, as by the button in the message.
                wait = self.back_off(1, false);
                lost_at = None;
                continue;
            };
            if let Some(lost_at) = lost_at.take() {
                self.crowd.tally.note(|counts| {
                    counts.latencies.entry(BACK).or_default().push(now() - lost_at);
                });
            }
            match self.stay(&mut link, &app).await {
                Ok(()) => return self.leave(link).await,
                Err(broken) => {
                    wait = self.lost(&broken);
                    lost_at = matches!(Verdict::of(&broken), Verdict::ComeBack { .. }).then(now);
                }
            }
        }
    }

    /// Tries until there is a connection, or the person was told that there is none.
    async fn reach(&mut self, mut wait: Duration) -> Option<(Link, App)> {
        for attempt in 1.. {
            pause(wait).await;
            match self.connect().await {
                Ok(found) => return Some(found),
                Err(Refused::Ended(reason)) => {
                    self.end(&reason);
                    return None;
                }
                Err(Refused::Passing(what)) => self.crowd.tally.count(|counts| &mut counts.retries, what),
            }
            wait = self.back_off(attempt, false);
        }
        None
    }

    async fn connect(&mut self) -> Result<(Link, App), Refused> {
        let Crowd { plan, place, .. } = &*self.crowd;
        let pass = self.door.pass().await?;
        let mut link = Link::open(place, address(self.number), pass, plan).await?;
        let app = match App::open(&mut link, &place.app).await {
            Ok(app) => app,
            Err(failed) => return Err(self.not_opened(failed)),
        };
        match app.picked(&mut link).await {
            Ok(found) => self.compare(&link, found),
            Err(failed) => return Err(self.not_opened(failed)),
        }
        self.put(Whereabouts::Live(link.greeting.session.clone()));
        Ok((link, app))
    }

    fn not_opened(&self, failed: Failed) -> Refused {
        match failed {
            Failed::Broken(broken) => {
                self.audit(&broken);
                match Verdict::of(&broken) {
                    Verdict::Ended(reason) => Refused::Ended(reason),
                    Verdict::ComeBack { .. } => Refused::Passing(format!("opening: {}", name(&broken))),
                }
            }
            Failed::Engine(error) => {
                self.crowd
                    .tally
                    .problem(format!("person {}: the app was answered by {error}", self.number));
                Refused::passing("opening: an engine error")
            }
        }
    }

    /// Whether the selections are those that were acknowledged last.
    fn compare(&mut self, link: &Link, found: Picked) {
        let greeting = &link.greeting;
        let is_new = found == Picked::default();
        let is_right = match self.expects {
            Expects::Nothing => is_new,
            Expects::Known => self.known.allows(&found),
            Expects::Either => is_new || self.known.allows(&found),
        };
        if !is_right || !greeting.not_restored.is_empty() {
            self.crowd.tally.problem(format!(
                "person {} expected {:?} of {:?} and found {found:?}, {greeting:?}",
                self.number, self.expects, self.known
            ));
        }
        if self.expects == Expects::Known {
            self.crowd
                .tally
                .count(|counts| &mut counts.resumes, &greeting.how);
        }
        self.known.adopt(found);
        self.expects = Expects::Known;
    }

    /// Uses the connection until told to leave.
    async fn stay(&mut self, link: &mut Link, app: &App) -> Result<(), Broken> {
        loop {
            let order = *self.orders.borrow_and_update();
            match order {
                Order::Leave => return Ok(()),
                Order::Use { actions } if self.done < actions => {
                    let think = self.crowd.plan.think.mul_f64(0.2 + 1.6 * self.dice.share());
                    tokio::select! {
                        biased;
                        _ = self.orders.changed() => {}
                        rested = link.rest(think) => {
                            rested?;
                            self.act(link, app).await?;
                        }
                    }
                }
                Order::Use { .. } | Order::Settle => {
                    self.prove(link, app).await?;
                    self.put(Whereabouts::Settled(link.greeting.session.clone()));
                    tokio::select! {
                        biased;
                        _ = self.orders.changed() => {}
                        broken = listen(link) => return Err(broken),
                    }
                    if *self.orders.borrow() != Order::Leave {
                        self.put(Whereabouts::Live(link.greeting.session.clone()));
                    }
                }
            }
        }
    }

    async fn act(&mut self, link: &mut Link, app: &App) -> Result<(), Broken> {
        let act = Act::any(&mut self.dice);
        let started = now();
        match app.perform(link, act, &mut self.known, &mut self.dice).await {
            Ok(right) => {
                let Crowd { tally, board, .. } = &*self.crowd;
                let is_slow = board.is_slow(&link.greeting.session);
                tally.answered(if is_slow { SLOWED } else { act.name() }, started.elapsed());
                self.done += 1;
                if let Err(wrong) = right {
                    tally.problem(format!("person {}: {wrong}", self.number));
                }
                Ok(())
            }
            Err(Failed::Broken(broken)) => Err(broken),
            Err(Failed::Engine(error)) => {
                let problem = format!("person {}: {} was answered by {error}", self.number, act.name());
                self.crowd.tally.problem(problem);
                self.known.sent = None;
                Ok(())
            }
        }
    }

    /// The connection answers, and shows what it has to.
    async fn prove(&mut self, link: &mut Link, app: &App) -> Result<(), Broken> {
        match app.picked(link).await {
            Ok(found) if self.known.allows(&found) => self.known.adopt(found),
            Ok(found) => {
                let problem = format!(
                    "person {} has {found:?} in place of {:?}",
                    self.number, self.known
                );
                self.crowd.tally.problem(problem);
            }
            Err(Failed::Broken(broken)) => return Err(broken),
            Err(Failed::Engine(error)) => {
                self.crowd
                    .tally
                    .problem(format!("person {}: {error}", self.number));
            }
        }
        Ok(())
    }

    /// A connection is gone: how long to wait before the next.
    fn lost(&mut self, broken: &Broken) -> Duration {
        self.audit(broken);
        match Verdict::of(broken) {
            Verdict::ComeBack { restarts: true, .. } => RESTART_SPREAD.mul_f64(self.dice.share()),
            Verdict::ComeBack { patiently, .. } if patiently => self.back_off(1, true),
            Verdict::ComeBack { .. } => Duration::ZERO,
            Verdict::Ended(reason) => {
                self.end(&reason);
                self.back_off(1, false)
            }
        }
    }

    /// The server never closes without a reason, and never by a code that clients say nothing of.
    fn audit(&self, broken: &Broken) {
        let tally = &self.crowd.tally;
        tally.count(|counts| &mut counts.losses, name(broken));
        if let Broken::Closed { code, text, .. } = broken
            && (*code < 4001 || text.is_empty())
        {
            tally.problem(format!(
                "person {}: closed by {code} and the words {text:?}",
                self.number
            ));
        }
    }

    fn end(&mut self, reason: &str) {
        let tally = &self.crowd.tally;
        if reason.is_empty() {
            tally.problem(format!("person {} was told no reason", self.number));
        }
        tally.count(|counts| &mut counts.ends, reason);
        self.door.forget();
        if self.expects == Expects::Known {
            self.expects = Expects::Either;
        }
    }

    /// Full jitter, doubling, capped.
    fn back_off(&mut self, attempt: u32, patiently: bool) -> Duration {
        let floor = if patiently { LONG_WAIT } else { Duration::ZERO };
        let ceiling = BACK_OFF_BASE.saturating_mul(1 << attempt.min(16));
        let ceiling = ceiling.min(self.crowd.plan.back_off_cap).max(floor);
        floor + ceiling.mul_f64(self.dice.share())
    }

    /// Half of the people close their page in order; of the others the network is just gone.
    async fn leave(mut self, link: Link) {
        if self.dice.below(2) == 0 {
            link.say_goodbye().await;
        }
        self.put(Whereabouts::Left);
    }

    fn put(&self, at: Whereabouts) {
        self.crowd.board.put(self.number, at);
    }
}

/// Listens for ever; comes back when the connection is broken.
async fn listen(link: &mut Link) -> Broken {
    loop {
        if let Err(broken) = link.rest(Duration::from_secs(60)).await {
            return broken;
        }
    }
}

fn name(broken: &Broken) -> String {
    match broken {
        Broken::Lost => "lost".to_owned(),
        Broken::Silent => "silent".to_owned(),
        Broken::Closed { code, farewell, .. } => {
            format!("{code} {}", farewell.as_deref().unwrap_or("refused at once"))
        }
    }
}
