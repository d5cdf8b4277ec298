//! What goes wrong, by the control API.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use super::http::ask;
use super::person::Crowd;
use crate::dice::Dice;
use crate::http::Request;

/// A slowed session is left alone again after so many other faults.
const SLOW_FOR: usize = 25;
/// A frozen connection thaws after so many other faults; most clients have given it up by then.
const FROZEN_FOR: usize = 40;
const JUMP_SECS: u32 = 70;
const TRIES: usize = 5;

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Card {
    Drop,
    Freeze,
    Delay,
    Close(u16),
    Expire(&'static str),
    Revoke,
    Refuse(&'static str),
}

/// How often each kind comes in a round; most trouble is the network's.
const DECK: [(Card, usize); 15] = [
    (Card::Drop, 14),
    (Card::Freeze, 4),
    (Card::Delay, 8),
    (Card::Close(4003), 4),
    (Card::Close(4001), 1),
    (Card::Close(4004), 1),
    (Card::Close(4005), 1),
    (Card::Close(4006), 1),
    (Card::Close(4203), 1),
    (Card::Expire("idle-timeout"), 1),
    (Card::Expire("lifetime"), 1),
    (Card::Revoke, 1),
    (Card::Refuse("csrf-refuse-once"), 1),
    (Card::Refuse("deny-app-once"), 1),
    (Card::Refuse("tickets-refuse"), 1),
];

/// Who injects.
#[derive(Debug)]
pub struct Faults {
    crowd: Arc<Crowd>,
    dice: Dice,
    deck: Vec<Card>,
    /// With the number of the fault after which each is undone.
    slowed: VecDeque<(usize, String)>,
    frozen: VecDeque<(usize, String)>,
    injected: usize,
    /// By how many seconds the clock was moved.
    advanced_secs: u32,
}

impl Faults {
    pub fn new(crowd: Arc<Crowd>) -> Self {
        let dice = Dice::new(crowd.plan.seed, u64::MAX);
        Self {
            crowd,
            dice,
            deck: Vec::new(),
            slowed: VecDeque::new(),
            frozen: VecDeque::new(),
            injected: 0,
            advanced_secs: 0,
        }
    }

    /// How many so far.
    pub const fn injected(&self) -> usize {
        self.injected
    }

    /// The next fault.
    pub async fn inject(&mut self) -> Result<()> {
        self.injected += 1;
        self.undo(self.injected).await?;
        let plan = &self.crowd.plan;
        let (restart_every, jump_every) = (plan.restart_every, plan.jump_every);
        if self.injected.is_multiple_of(restart_every) {
            return self
                .fault("restart-engine", json!({ "restart-engine": true }))
                .await;
        }
        if self.injected.is_multiple_of(jump_every) {
            self.crowd.tally.count(|counts| &mut counts.faults, "clock jump");
            return self.advance(JUMP_SECS).await;
        }
        if self.deck.is_empty() {
            let cards = DECK
                .iter()
                .flat_map(|(card, count)| std::iter::repeat_n(*card, *count));
            self.deck = cards.collect();
            self.dice.shuffle(&mut self.deck);
        }
        match self.deck.pop() {
            Some(card) => self.play(card).await,
            None => bail!("the deck has no cards"),
        }
    }

    /// Undoes all that is not over by itself.
    pub async fn calm(&mut self) -> Result<()> {
        self.undo(usize::MAX).await?;
        let off = json!({ "csrf-refuse-once": false, "deny-app-once": false, "tickets-refuse": false });
        self.post("faults", &off).await?;
        Ok(())
    }

    /// Moves the server's clock.
    pub async fn advance(&mut self, secs: u32) -> Result<()> {
        self.advanced_secs += secs;
        let done = self.post("clock", &json!({ "advance": secs })).await?;
        ensure!(done.is_some(), "the clock can be moved");
        Ok(())
    }

    /// Moves the clock of a process that was started anew to where it was.
    pub async fn catch_up(&self) -> Result<()> {
        let body = json!({ "advance": self.advanced_secs });
        self.post("clock", &body).await.map(|_| ())
    }

    /// All sessions, as the server sees them.
    pub async fn state(&self) -> Result<Value> {
        let answer = ask(
            Ipv4Addr::LOCALHOST,
            self.tenant(),
            Request::get("/control/v1/state"),
        )
        .await?;
        ensure!(
            answer.status == 200,
            "the state was answered by {}",
            answer.status
        );
        Ok(serde_json::from_str(&answer.body)?)
    }

    async fn play(&mut self, card: Card) -> Result<()> {
        match card {
            Card::Expire(reason) => self.end_login("expire", "reason", reason).await,
            Card::Revoke => self.end_login("revoke", "reason", "the soak revokes").await,
            Card::Refuse(what) => self.fault(what, json!({ what: 1 })).await,
            Card::Drop => self.injure("drop", json!({}), "drop").await.map(|_| ()),
            Card::Close(code) => {
                let name = format!("close {code}");
                self.injure("close", json!({ "code": code }), &name)
                    .await
                    .map(|_| ())
            }
            Card::Freeze => {
                if let Some(session) = self.injure("freeze", json!({ "frozen": true }), "freeze").await? {
                    self.crowd.board.slow(&session, true);
                    self.frozen.push_back((self.injected + FROZEN_FOR, session));
                }
                Ok(())
            }
            Card::Delay => {
                let millis = 20 + self.dice.below(1500);
                if let Some(session) = self.injure("delay", json!({ "millis": millis }), "delay").await? {
                    self.crowd.board.slow(&session, true);
                    self.slowed.push_back((self.injected + SLOW_FOR, session));
                }
                Ok(())
            }
        }
    }

    /// Does something to the engine session of anybody who is connected; whose it was. A session may end in the moment in
    /// which it is chosen, so some more are tried.
    async fn injure(&mut self, how: &str, body: Value, name: &str) -> Result<Option<String>> {
        for _ in 0..TRIES {
            let Some(session) = self.crowd.board.any_session(&mut self.dice) else {
                continue;
            };
            let path = format!("engine-sessions/{session}/{how}");
            let Some(answer) = self.post(&path, &body).await? else {
                continue;
            };
            self.crowd.tally.count(|counts| &mut counts.faults, name);
            // A frozen connection that is to be closed is cut, too.
            if how == "drop" || how == "freeze" {
                let cut = answer["connections"].as_u64().unwrap_or_default();
                self.crowd.tally.note(|counts| counts.cut += cut);
            }
            return Ok(Some(session));
        }
        Ok(None)
    }

    async fn end_login(&mut self, how: &str, key: &str, reason: &str) -> Result<()> {
        for _ in 0..TRIES {
            let state = self.state().await?;
            let connected = state["engineSessions"].as_array().into_iter().flatten();
            let logins = connected.filter_map(|session| session["connections"][0]["loginSession"].as_str());
            let logins: Vec<&str> = logins.collect();
            let Some(login) = self.dice.pick(&logins) else {
                continue;
            };
            let path = format!("login-sessions/{login}/{how}");
            if self.post(&path, &json!({ key: reason })).await?.is_some() {
                self.crowd
                    .tally
                    .count(|counts| &mut counts.faults, format!("{how}: {reason}"));
                return Ok(());
            }
        }
        Ok(())
    }

    async fn fault(&mut self, name: &str, body: Value) -> Result<()> {
        self.post("faults", &body).await?;
        self.crowd.tally.count(|counts| &mut counts.faults, name);
        Ok(())
    }

    async fn undo(&mut self, number: usize) -> Result<()> {
        while let Some((_, session)) = self.slowed.pop_front_if(|(until, _)| *until <= number) {
            self.post(
                &format!("engine-sessions/{session}/delay"),
                &json!({ "millis": 0 }),
            )
            .await?;
            self.crowd.board.slow(&session, false);
        }
        while let Some((_, session)) = self.frozen.pop_front_if(|(until, _)| *until <= number) {
            self.post(
                &format!("engine-sessions/{session}/freeze"),
                &json!({ "frozen": false }),
            )
            .await?;
            self.crowd.board.slow(&session, false);
        }
        Ok(())
    }

    /// The answer, or nothing when there is no such session any more.
    async fn post(&self, path: &str, body: &Value) -> Result<Option<Value>> {
        let request = Request::post(&format!("/control/v1/{path}"))
            .header("content-type", "application/json")
            .body(&body.to_string());
        let answer = ask(Ipv4Addr::LOCALHOST, self.tenant(), request).await?;
        match answer.status {
            200..300 => Ok(Some(serde_json::from_str(&answer.body).unwrap_or_default())),
            404 => Ok(None),
            status => bail!("the control API answered {path} by {status}: {}", answer.body),
        }
    }

    fn tenant(&self) -> SocketAddr {
        self.crowd.place.tenant
    }
}
