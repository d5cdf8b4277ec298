//! Every state with every event.

use std::collections::BTreeSet;

use super::*;

const LINGER: Duration = Duration::from_secs(60);

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

fn attached(sockets: usize) -> Life {
    Life::Attached {
        sockets: NonZeroUsize::new(sockets).unwrap(),
    }
}

const fn detached(until: i64) -> Life {
    Life::Detached {
        until: Timestamp::from_secs(until),
    }
}

const fn ended(at: i64, reason: SessionEnd) -> Life {
    Life::Ended {
        at: Timestamp::from_secs(at),
        reason,
    }
}

/// The states that behave differently at second 100.
fn states() -> Vec<(&'static str, Life)> {
    let mut states = vec![
        ("one socket", attached(1)),
        ("two sockets", attached(2)),
        ("waiting", detached(101)),
        ("just over", detached(100)),
        ("long over", detached(5)),
        ("abandoned", ended(5, SessionEnd::Abandoned)),
    ];
    for reason in FarewellReason::ALL {
        states.push((reason.word(), ended(5, SessionEnd::Closed(*reason))));
    }
    states
}

/// The kinds of events one after the other; a new one does not compile until it has its place.
fn event_after(event: Option<LifeEvent>) -> Option<LifeEvent> {
    match event {
        None => Some(LifeEvent::Joined),
        Some(LifeEvent::Joined) => Some(LifeEvent::Left { linger: LINGER }),
        Some(LifeEvent::Left { .. }) => Some(LifeEvent::TimePassed),
        Some(LifeEvent::TimePassed) => FarewellReason::ALL.first().copied().map(LifeEvent::Ended),
        Some(LifeEvent::Ended(reason)) => {
            let mut reasons = FarewellReason::ALL.iter().skip_while(|other| **other != reason);
            reasons.nth(1).copied().map(LifeEvent::Ended)
        }
    }
}

fn events() -> Vec<LifeEvent> {
    std::iter::successors(event_after(None), |event| event_after(Some(*event))).collect()
}

/// The state's word; a new state does not compile until it has one.
fn word(life: Life) -> String {
    match life {
        Life::Attached { .. } => "attached".to_owned(),
        Life::Detached { .. } => "detached".to_owned(),
        Life::Ended { reason, .. } => match reason {
            SessionEnd::Abandoned => "ended: nobody came back".to_owned(),
            SessionEnd::Closed(reason) => format!("ended: {}", reason.word()),
        },
    }
}

/// What is written down for each pair at second 100; `None` = refused.
fn written_down(state: Life, event: LifeEvent) -> Option<Life> {
    match (state, event) {
        (Life::Ended { .. }, _) => None,
        (_, LifeEvent::Ended(reason)) => Some(ended(100, SessionEnd::Closed(reason))),
        (Life::Attached { sockets }, event) => match (sockets.get(), event) {
            (1, LifeEvent::Joined) => Some(attached(2)),
            (1, LifeEvent::Left { .. }) => Some(detached(160)),
            (1, _) => Some(attached(1)),
            (2, LifeEvent::Joined) => Some(attached(3)),
            (2, LifeEvent::Left { .. }) => Some(attached(1)),
            (2, _) => Some(attached(2)),
            other => panic!("{other:?} is not in the table"),
        },
        (Life::Detached { until }, event) => match (until.as_secs(), event) {
            (101, LifeEvent::Joined) => Some(attached(1)),
            (101, LifeEvent::TimePassed) => Some(detached(101)),
            (100, LifeEvent::TimePassed) => Some(ended(100, SessionEnd::Abandoned)),
            (5, LifeEvent::TimePassed) => Some(ended(5, SessionEnd::Abandoned)),
            (_, LifeEvent::Joined | LifeEvent::Left { .. }) => None,
            other => panic!("{other:?} is not in the table"),
        },
    }
}

#[test]
fn every_pair_has_the_outcome_that_is_written_down() {
    for (name, state) in states() {
        for event in events() {
            let expected = written_down(state, event).ok_or(InvalidTransition { state, event });
            assert_eq!(state.after(event, at(100)), expected, "{name}, {event:?}");
        }
    }
}

/// From the beginning every state is reached, and every reason of an end.
#[test]
fn no_state_is_unreachable() {
    let mut found = vec![Life::begin(at(99), Duration::from_secs(2))];
    let mut next = 0;
    while let Some(state) = found.get(next).copied() {
        next += 1;
        for event in events() {
            for now in [100, 160, 220] {
                match state.after(event, at(now)) {
                    Ok(Life::Attached { sockets }) if sockets.get() > 3 => {}
                    Ok(reached) if !found.contains(&reached) => found.push(reached),
                    Ok(_) | Err(_) => {}
                }
            }
        }
    }
    let reached: BTreeSet<String> = found.iter().copied().map(word).collect();
    let ends = FarewellReason::ALL
        .iter()
        .map(|reason| format!("ended: {}", reason.word()));
    let others = ["attached", "detached", "ended: nobody came back"].map(str::to_owned);
    assert_eq!(reached, ends.chain(others).collect());
}

/// The states of the table are all kinds of states.
#[test]
fn every_state_is_in_the_table() {
    let in_table: BTreeSet<String> = states().into_iter().map(|(_, state)| word(state)).collect();
    assert_eq!(in_table.len(), 3 + FarewellReason::ALL.len());
}

#[test]
fn only_an_ended_state_says_how_it_ended() {
    for (name, state) in states() {
        let expected = match state {
            Life::Ended { reason, .. } => Some(reason),
            Life::Attached { .. } | Life::Detached { .. } => None,
        };
        assert_eq!(state.end(), expected, "{name}");
    }
    let over = detached(5).after(LifeEvent::TimePassed, at(100)).unwrap();
    assert_eq!(over.end(), Some(SessionEnd::Abandoned));
}

#[test]
fn every_end_has_a_word() {
    assert_eq!(SessionEnd::Abandoned.word(), "detached");
    assert_eq!(SessionEnd::Closed(FarewellReason::Lifetime).word(), "lifetime");
}
