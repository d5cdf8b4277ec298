//! Every state with every event.

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

fn events() -> Vec<LifeEvent> {
    let mut events = vec![
        LifeEvent::Joined,
        LifeEvent::Left { linger: LINGER },
        LifeEvent::TimePassed,
    ];
    events.extend(FarewellReason::ALL.iter().copied().map(LifeEvent::Ended));
    events
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
    let reaches = |wanted: &dyn Fn(&Life) -> bool| found.iter().any(wanted);
    assert!(reaches(
        &|life| matches!(life, Life::Attached { sockets } if sockets.get() == 2)
    ));
    assert!(reaches(
        &|life| matches!(life, Life::Detached { until } if *until == at(160))
    ));
    for reason in FarewellReason::ALL {
        let wanted = SessionEnd::Closed(*reason);
        assert!(
            reaches(&|life| matches!(life, Life::Ended { reason, .. } if *reason == wanted)),
            "{wanted:?}"
        );
    }
    assert!(reaches(
        &|life| matches!(life, Life::Ended { reason, .. } if *reason == SessionEnd::Abandoned)
    ));
}

#[test]
fn a_session_is_over_exactly_when_time_ends_it() {
    for (name, state) in states() {
        let passed = state.after(LifeEvent::TimePassed, at(100));
        let has_ended = !matches!(passed, Ok(Life::Attached { .. } | Life::Detached { .. }));
        assert_eq!(state.is_over(at(100)), has_ended, "{name}");
    }
}

#[test]
fn every_end_has_a_word() {
    assert_eq!(SessionEnd::Abandoned.word(), "detached");
    assert_eq!(SessionEnd::Closed(FarewellReason::Lifetime).word(), "lifetime");
}
