//! The whole machine as one table: each state with each event has its outcome written down, and each state is reached.

use std::collections::BTreeSet;

use super::*;

/// What can happen to a login session. A transition without a row here fails the last test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Touched,
    Renewed,
    Expired,
    ExpiredEarly(Limit),
    SignedOut,
    Revoked,
    Replaced,
}

impl Event {
    /// The events one after the other; a new one does not compile until it has its place.
    fn after(event: Option<Self>) -> Option<Self> {
        match event {
            None => Some(Self::Touched),
            Some(Self::Touched) => Some(Self::Renewed),
            Some(Self::Renewed) => Some(Self::Expired),
            Some(Self::Expired) => Some(Self::ExpiredEarly(Limit::Idle)),
            Some(Self::ExpiredEarly(Limit::Idle)) => Some(Self::ExpiredEarly(Limit::Lifetime)),
            Some(Self::ExpiredEarly(Limit::Lifetime)) => Some(Self::SignedOut),
            Some(Self::SignedOut) => Some(Self::Revoked),
            Some(Self::Revoked) => Some(Self::Replaced),
            Some(Self::Replaced) => None,
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        std::iter::successors(Self::after(None), |event| Self::after(Some(*event)))
    }

    /// The transition of that event.
    fn transition(self) -> &'static str {
        match self {
            Self::Touched => "touched",
            Self::Renewed => "renewed",
            Self::Expired => "expired",
            Self::ExpiredEarly(_) => "expired_early",
            Self::SignedOut => "signed_out",
            Self::Revoked => "revoked",
            Self::Replaced => "replaced",
        }
    }

    fn apply(self, session: LoginSession, now: Timestamp) -> Result<LoginSession, InvalidTransition> {
        match self {
            Self::Touched => session.touched(now),
            Self::Renewed => session.renewed(renewal(now), other_limits()),
            Self::Expired => session.expired(now),
            Self::ExpiredEarly(limit) => session.expired_early(now, limit),
            Self::SignedOut => session.signed_out(now),
            Self::Revoked => session.revoked(now, "admin".into(), "lost laptop".into()),
            Self::Replaced => session.replaced(now),
        }
    }
}

/// The ends one after the other; a new one does not compile until it has its place.
fn end_after(end: Option<&End>) -> Option<End> {
    match end {
        None => Some(End::Idle),
        Some(End::Idle) => Some(End::Lifetime),
        Some(End::Lifetime) => Some(revoked()),
        Some(End::Revoked { .. }) => Some(End::SignedOut),
        Some(End::SignedOut) => Some(End::Replaced),
        Some(End::Replaced) => None,
    }
}

fn all_ends() -> impl Iterator<Item = End> {
    std::iter::successors(end_after(None), |end| end_after(Some(end)))
}

/// The state's word; a new state does not compile until it has one.
fn word(state: &LoginSessionState) -> &'static str {
    match state {
        LoginSessionState::Active { .. } => "active",
        LoginSessionState::Ended { end, .. } => end.code(),
    }
}

/// States that behave differently at [`NOW`].
fn states() -> Vec<(String, LoginSession)> {
    let old = |created: i64, active: i64| LoginSession {
        created_at: at(created),
        state: LoginSessionState::Active {
            last_activity: at(active),
        },
        ..session()
    };
    let mut states = vec![
        ("active".to_owned(), old(NOW - 100, NOW - 50)),
        ("idle by a second".to_owned(), old(NOW - 2_000, NOW - 901)),
        ("idle at this moment".to_owned(), old(NOW - 2_000, NOW - 900)),
        ("too old at this moment".to_owned(), old(NOW - 3_600, NOW - 50)),
    ];
    states.extend(all_ends().map(|end| (format!("ended by {}", end.code()), ended(end))));
    states
}

const NOW: i64 = BEGAN + 10_000;

/// What comes of a state and an event at [`NOW`]: the state after it and since when, or the end that refuses it.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Active { last_activity: i64 },
    Ended { at: i64, by: &'static str },
    Refused { by: &'static str },
}

fn written_down(state: &str, event: Event) -> Outcome {
    let active = |last_activity| Outcome::Active { last_activity };
    let ended = |at, by| Outcome::Ended { at, by };
    let refused = |by| Outcome::Refused { by };
    match (state, event) {
        ("active", Event::Touched | Event::Renewed) => active(NOW),
        ("active", Event::Expired) => active(NOW - 50),
        ("active", Event::ExpiredEarly(Limit::Idle)) => ended(NOW, "idle-timeout"),
        ("active", Event::ExpiredEarly(Limit::Lifetime)) => ended(NOW, "lifetime"),
        ("active", Event::SignedOut) => ended(NOW, "signed-out"),
        ("active", Event::Revoked) => ended(NOW, "revoked"),
        ("active", Event::Replaced) => ended(NOW, "replaced"),
        ("idle by a second", Event::Expired) => ended(NOW - 1, "idle-timeout"),
        ("idle at this moment", Event::Expired) => ended(NOW, "idle-timeout"),
        ("too old at this moment", Event::Expired) => ended(NOW, "lifetime"),
        ("idle by a second" | "idle at this moment", _) => refused("idle-timeout"),
        ("too old at this moment", _) => refused("lifetime"),
        ("ended by idle-timeout", _) => refused("idle-timeout"),
        ("ended by lifetime", _) => refused("lifetime"),
        ("ended by revoked", _) => refused("revoked"),
        ("ended by signed-out", _) => refused("signed-out"),
        ("ended by replaced", _) => refused("replaced"),
        other => panic!("{other:?} is not in the table"),
    }
}

fn outcome(result: Result<LoginSession, InvalidTransition>) -> Outcome {
    match result.map(|session| session.state) {
        Ok(LoginSessionState::Active { last_activity }) => Outcome::Active {
            last_activity: last_activity.as_secs(),
        },
        Ok(LoginSessionState::Ended { at, end }) => Outcome::Ended {
            at: at.as_secs(),
            by: end.code(),
        },
        Err(InvalidTransition { end }) => Outcome::Refused { by: end.code() },
    }
}

#[test]
fn every_pair_has_the_outcome_that_is_written_down() {
    for (name, state) in states() {
        for event in Event::all() {
            let found = outcome(event.apply(state.clone(), at(NOW)));
            assert_eq!(found, written_down(&name, event), "{name}, {event:?}");
        }
    }
}

/// From the beginning each state is reached, and no other.
#[test]
fn no_state_is_unreachable() {
    let mut found = vec![session()];
    let mut next = 0;
    while let Some(state) = found.get(next).cloned() {
        next += 1;
        for event in Event::all() {
            for now in (0..=4_000).step_by(800) {
                if let Ok(reached) = event.apply(state.clone(), at(BEGAN + now))
                    && !found.contains(&reached)
                {
                    found.push(reached);
                }
            }
        }
    }
    let reached: BTreeSet<&str> = found.iter().map(|session| word(&session.state)).collect();
    let mut all: BTreeSet<&str> = all_ends().map(|end| end.code()).collect();
    all.insert("active");
    assert_eq!(reached, all);
}

/// Whatever else may become of a session is a function that takes one and gives one: each has its row.
#[test]
fn every_transition_is_in_the_table() {
    let source = include_str!("../../session.rs");
    let declared = source
        .split("    pub fn ")
        .skip(1)
        .filter(|declaration| {
            let head = declaration.split('{').next().unwrap_or_default();
            head.contains("(self") && head.contains("-> Result<Self, InvalidTransition>")
        })
        .filter_map(|declaration| declaration.split('(').next());
    let declared: BTreeSet<&str> = declared.collect();
    let in_table: BTreeSet<&str> = Event::all().map(Event::transition).collect();
    assert_eq!(
        declared, in_table,
        "give the new transition its event, and a row for each state"
    );
}
