//! The person who takes.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::kind::Abuse;
use crate::demo::{Credentials, Demo};
use crate::http::{Answer, Client, Request};
use crate::socket::{Connection, is_answer};

/// What all connections of the person who takes have in common.
#[derive(Debug)]
pub struct Taking<'a> {
    pub demo: &'a Demo,
    pub credentials: Credentials,
    /// Further login sessions of the same person.
    more: Mutex<Vec<Credentials>>,
    n_turns: AtomicU64,
    n_refused: AtomicU64,
    is_over: AtomicBool,
}

/// How often somebody took, and how often they were refused.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    pub all: u64,
    pub refused: u64,
}

impl<'a> Taking<'a> {
    pub const fn new(demo: &'a Demo, credentials: Credentials) -> Self {
        Self {
            demo,
            credentials,
            more: Mutex::new(Vec::new()),
            n_turns: AtomicU64::new(0),
            n_refused: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
        }
    }

    pub fn turns(&self) -> Turns {
        Turns {
            all: self.n_turns.load(Ordering::Relaxed),
            refused: self.n_refused.load(Ordering::Relaxed),
        }
    }

    pub fn stop(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Keeps a further login session, to sign out of it in the end.
    pub fn keep(&self, login: Credentials) {
        self.lock_more().push(login);
    }

    /// Signs out of everything.
    pub fn leave(&self) {
        let more = std::mem::take(&mut *self.lock_more());
        for credentials in more.iter().chain([&self.credentials]) {
            // Whoever was signed out already, or meanwhile, has left as well.
            let _ = self.demo.sign_out(credentials);
        }
    }

    fn lock_more(&self) -> MutexGuard<'_, Vec<Credentials>> {
        self.more.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The person who takes, in one of the places where they do.
#[derive(Debug)]
pub struct Taker<'a> {
    pub taking: &'a Taking<'a>,
    pub number: usize,
    pub n_turns: usize,
    /// A login session of its own, where the abuse ends it now and then.
    pub login: Option<Credentials>,
    /// What is held on to.
    pub sockets: Vec<Connection>,
    pub tickets: Vec<String>,
    app: Option<(Connection, i64)>,
    client: Option<Client>,
}

/// Abuses until it is over. Whatever broke is opened anew.
pub fn take(taking: &Taking<'_>, abuse: &Abuse, number: usize) {
    let mut taker = Taker {
        taking,
        number,
        n_turns: 0,
        login: None,
        sockets: Vec::new(),
        tickets: Vec::new(),
        app: None,
        client: None,
    };
    while !taking.is_over.load(Ordering::Relaxed) {
        let turn = (abuse.turn)(&mut taker);
        taker.n_turns += 1;
        taking.n_turns.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = turn {
            taking.n_refused.fetch_add(1, Ordering::Relaxed);
            if !is_answer(&error) {
                taker.app = None;
                taker.client = None;
            }
        }
    }
    if let Some(login) = taker.login {
        taking.keep(login);
    }
}

impl Taker<'_> {
    /// The app over this place's own connection.
    pub fn app(&mut self) -> Result<(&mut Connection, i64)> {
        if self.app.is_none() {
            let identity = format!("taker-{}", self.number);
            let opened = Connection::open_app(self.taking.demo, &self.taking.credentials, &identity)?;
            self.app = Some(opened);
        }
        let (connection, doc) = self.app.as_mut().context("it was just opened")?;
        Ok((connection, *doc))
    }

    /// Posts JSON with the person's cookie, over a connection that is kept.
    pub fn post(&mut self, path: &str, body: &Value) -> Result<Answer> {
        let request = Request::post(path)
            .header("content-type", "application/json")
            .body(&body.to_string());
        let request = self.taking.demo.own_page(request, &self.taking.credentials);
        if self.client.is_none() {
            self.client = Some(Client::connect(&self.taking.demo.tenant)?);
        }
        let answer = self.client.as_mut().context("it was just opened")?.send(&request);
        if answer.is_err() {
            self.client = None;
        }
        answer
    }
}
