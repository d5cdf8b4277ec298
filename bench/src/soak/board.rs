//! Where everybody is at the moment, for those who injure and those who judge.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::dice::Dice;

/// Where a person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// On the way in, or back in.
    Coming,
    /// Connected to this engine session.
    Live(String),
    /// Connected, proven by a call, and waiting for the end.
    Settled(String),
    /// Gone, as told to.
    Left,
}

/// Everybody, and the engine sessions that faults hold back.
#[derive(Debug)]
pub struct Board {
    people: Mutex<Vec<Whereabouts>>,
    slowed: Mutex<HashSet<String>>,
}

impl Board {
    pub fn new(people: usize) -> Self {
        Self {
            people: Mutex::new(vec![Whereabouts::Coming; people]),
            slowed: Mutex::default(),
        }
    }

    pub fn put(&self, person: usize, at: Whereabouts) {
        if let Some(place) = lock(&self.people).get_mut(person) {
            *place = at;
        }
    }

    /// The engine session of somebody who is connected.
    pub fn any_session(&self, dice: &mut Dice) -> Option<String> {
        let people = lock(&self.people);
        let start = dice.below(people.len());
        let from_there = people[start..].iter().chain(&people[..start]);
        from_there.into_iter().find_map(|at| match at {
            Whereabouts::Live(session) => Some(session.clone()),
            _ => None,
        })
    }

    /// How many are somewhere like that.
    pub fn count(&self, like: impl Fn(&Whereabouts) -> bool) -> usize {
        lock(&self.people).iter().filter(|at| like(at)).count()
    }

    /// Marks an engine session as slowed by a fault, or not any more.
    pub fn slow(&self, session: &str, is_slow: bool) {
        let mut slowed = lock(&self.slowed);
        if is_slow {
            slowed.insert(session.to_owned());
        } else {
            slowed.remove(session);
        }
    }

    pub fn is_slow(&self, session: &str) -> bool {
        lock(&self.slowed).contains(session)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
