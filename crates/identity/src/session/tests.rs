//! Every state with every transition, and the limits to the millisecond.

mod table;

use super::*;
use fanlight_base::SeededEntropy;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

const BEGAN: i64 = 1_000;

/// Idle after 15 minutes, over after an hour.
fn session() -> LoginSession {
    let entropy = SeededEntropy::new(1);
    LoginSession {
        id: LoginSessionId::generate(&entropy),
        key_hash: SessionKeyHash([0; 32]),
        user: UserId::generate(&entropy),
        provider: IdentityProviderId::generate(&entropy),
        key_id: "k1".to_owned(),
        token_id: "j-1".to_owned(),
        web_integration: None,
        created_at: at(BEGAN),
        renewal: None,
        limits: SessionLimits::new(Duration::from_secs(900), Duration::from_secs(3600)).unwrap(),
        state: LoginSessionState::Active {
            last_activity: at(BEGAN),
        },
    }
}

fn ended(end: End) -> LoginSession {
    LoginSession {
        state: LoginSessionState::Ended {
            at: at(BEGAN + 1),
            end,
        },
        ..session()
    }
}

/// Idle after half an hour, over after two hours.
fn other_limits() -> SessionLimits {
    SessionLimits::new(Duration::from_secs(1800), Duration::from_secs(7200)).unwrap()
}

fn renewal(now: Timestamp) -> Renewal {
    Renewal {
        at: now,
        key_id: "k2".to_owned(),
        token_id: "j-2".to_owned(),
    }
}

fn ends() -> [End; 5] {
    [End::Idle, End::Lifetime, revoked(), End::SignedOut, End::Replaced]
}

fn revoked() -> End {
    End::Revoked {
        by: "admin".into(),
        reason: "lost laptop".into(),
    }
}

type Transition = fn(LoginSession, Timestamp) -> Result<LoginSession, InvalidTransition>;

/// Each transition, and the state to which it leads from `active` two seconds after the beginning.
fn transitions() -> [(Transition, LoginSessionState); 7] {
    let now = at(BEGAN + 2);
    [
        (
            LoginSession::touched,
            LoginSessionState::Active { last_activity: now },
        ),
        (
            |session, now| session.renewed(renewal(now), other_limits()),
            LoginSessionState::Active { last_activity: now },
        ),
        (
            LoginSession::expired,
            LoginSessionState::Active {
                last_activity: at(BEGAN),
            },
        ),
        (
            |session, now| session.expired_early(now, Limit::Idle),
            LoginSessionState::Ended {
                at: now,
                end: End::Idle,
            },
        ),
        (
            |session, now| session.expired_early(now, Limit::Lifetime),
            LoginSessionState::Ended {
                at: now,
                end: End::Lifetime,
            },
        ),
        (
            LoginSession::signed_out,
            LoginSessionState::Ended {
                at: now,
                end: End::SignedOut,
            },
        ),
        (
            |session, now| session.revoked(now, "admin".into(), "lost laptop".into()),
            LoginSessionState::Ended {
                at: now,
                end: revoked(),
            },
        ),
    ]
}

#[test]
fn from_active_every_transition_works() {
    for (transition, state) in transitions() {
        assert_eq!(transition(session(), at(BEGAN + 2)).unwrap().state, state);
    }
}

#[test]
fn from_an_end_there_is_no_way_on() {
    for end in ends() {
        for (transition, _) in transitions() {
            let refused = transition(ended(end.clone()), at(BEGAN + 2));
            assert_eq!(refused, Err(InvalidTransition { end: end.clone() }));
        }
        assert_eq!(ended(end).deadline(), None);
    }
}

#[test]
fn once_a_limit_has_passed_only_its_expiry_can_be_written_down() {
    let late = at(BEGAN + 900);
    for (transition, _) in transitions() {
        match transition(session(), late) {
            Ok(expired) => assert_eq!(
                expired.state,
                LoginSessionState::Ended {
                    at: late,
                    end: End::Idle
                }
            ),
            Err(refused) => assert_eq!(refused, InvalidTransition { end: End::Idle }),
        }
    }
    assert!(session().touched(late).is_err());
    assert!(session().expired(late).is_ok());
}

#[test]
fn the_idle_limit_counts_from_the_last_activity() {
    let millis = Duration::from_millis(1);
    let session = session().touched(at(BEGAN + 600)).unwrap();
    let limit = at(BEGAN + 600 + 900);
    assert_eq!(session.deadline(), Some((limit, End::Idle)));
    assert_eq!(session.require_active(limit.minus(millis)), Ok(()));
    assert_eq!(
        session.require_active(limit),
        Err(InvalidTransition { end: End::Idle })
    );
}

#[test]
fn no_activity_moves_the_lifetime() {
    let mut session = session();
    for secs in (0..3600).step_by(300) {
        session = session.touched(at(BEGAN + secs)).unwrap();
    }
    let limit = at(BEGAN + 3600);
    assert_eq!(session.deadline(), Some((limit, End::Lifetime)));
    assert_eq!(
        session.state_at(at(BEGAN + 99_999)),
        LoginSessionState::Ended {
            at: limit,
            end: End::Lifetime
        }
    );
}

#[test]
fn a_renewal_begins_both_limits_anew_and_keeps_what_the_session_is() {
    let before = session();
    let now = at(BEGAN + 800);
    let after = before.clone().renewed(renewal(now), other_limits()).unwrap();
    assert_eq!(after.lifetime_until(), at(BEGAN + 800 + 7200));
    assert_eq!(after.deadline(), Some((at(BEGAN + 800 + 1800), End::Idle)));
    assert_eq!(after.renewal, Some(renewal(now)));
    let as_before = LoginSession {
        renewal: None,
        limits: before.limits,
        state: before.state.clone(),
        ..after
    };
    assert_eq!(as_before, before, "id, cookie, owner and beginning stay");
}

#[test]
fn a_renewal_on_the_last_moment_counts_and_one_after_it_does_not() {
    let limit = at(BEGAN + 900);
    let last = limit.minus(Duration::from_millis(1));
    assert!(session().renewed(renewal(last), other_limits()).is_ok());
    assert_eq!(
        session().renewed(renewal(limit), other_limits()),
        Err(InvalidTransition { end: End::Idle })
    );
}

#[test]
fn of_two_renewals_at_once_the_later_one_stays() {
    let renewed = session()
        .renewed(renewal(at(BEGAN + 100)), other_limits())
        .unwrap();
    let again = renewed.renewed(renewal(at(BEGAN + 99)), other_limits()).unwrap();
    assert_eq!(again.proven_at(), at(BEGAN + 100));
}

#[test]
fn an_expiry_is_dated_at_its_limit_and_not_at_its_discovery() {
    let found = session().expired(at(BEGAN + 50_000)).unwrap();
    assert_eq!(
        found.state,
        LoginSessionState::Ended {
            at: at(BEGAN + 900),
            end: End::Idle
        }
    );
}

#[test]
fn activity_that_arrives_late_does_not_turn_back_time() {
    let session = session()
        .touched(at(BEGAN + 100))
        .unwrap()
        .touched(at(BEGAN + 50))
        .unwrap();
    assert_eq!(
        session.state,
        LoginSessionState::Active {
            last_activity: at(BEGAN + 100)
        }
    );
}

#[test]
fn limits_have_the_bounds_of_the_contract() {
    let limits = |idle_minutes: u64, lifetime_minutes: u64| {
        SessionLimits::new(
            Duration::from_secs(idle_minutes * 60),
            Duration::from_secs(lifetime_minutes * 60),
        )
    };
    for (idle, lifetime) in [(15, 60), (1440, 10_080), (30, 1440)] {
        assert!(limits(idle, lifetime).is_ok(), "{idle} {lifetime}");
    }
    assert_eq!(limits(14, 60), Err(SettingsError::IdleLimit { minutes: 14 }));
    assert_eq!(limits(1441, 60), Err(SettingsError::IdleLimit { minutes: 1441 }));
    assert_eq!(limits(15, 59), Err(SettingsError::LifetimeLimit { minutes: 59 }));
    assert_eq!(
        limits(15, 10_081),
        Err(SettingsError::LifetimeLimit { minutes: 10_081 })
    );
    assert_eq!(limits(30, 1440), Ok(SessionLimits::default()));
}

#[test]
fn a_web_integration_tightens_limits_and_never_loosens_them() {
    let secs = Duration::from_secs;
    let tenant = SessionLimits::new(secs(1800), secs(7200)).unwrap();
    let narrow = |idle: Option<u64>, lifetime: Option<u64>| {
        let limits = tenant.narrowed(NarrowLimits::new(idle.map(secs), lifetime.map(secs)).unwrap());
        (limits.idle().as_secs(), limits.lifetime().as_secs())
    };
    assert_eq!(narrow(None, None), (1800, 7200));
    assert_eq!(narrow(Some(900), None), (900, 7200));
    assert_eq!(narrow(None, Some(3600)), (1800, 3600));
    assert_eq!(narrow(Some(3600), Some(36_000)), (1800, 7200));
}

#[test]
fn limits_of_a_web_integration_outside_their_bounds_are_refused() {
    let minutes = |minutes: u64| Some(Duration::from_secs(minutes * 60));
    assert_eq!(
        NarrowLimits::new(minutes(14), None),
        Err(SettingsError::IdleLimit { minutes: 14 })
    );
    assert_eq!(
        NarrowLimits::new(None, minutes(59)),
        Err(SettingsError::LifetimeLimit { minutes: 59 })
    );
}
