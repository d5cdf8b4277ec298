//! Engine sessions without a connection: how long they were, and what became of them.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use fanlight_base::{Timestamp, UserId};
use fanlight_rpc::{SessionChange, SessionEvent};

/// Sessions that are remembered after they were given up, in case their people come back.
const MAX_GIVEN_UP: usize = 20_000;
/// How long that is; the journal keeps what they are rebuilt from for as long.
const KEEP: Duration = Duration::from_secs(24 * 3600);
/// The word of an end by itself: nobody came back in time.
const NOBODY_CAME: &str = "detached";

/// Whose session it is, on which app, as which identity: what a rebuilt one has in common with the one before.
type Key = (UserId, String, Option<String>);

/// A client came back, or did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resume {
    /// To the same session.
    Attached(Duration),
    /// To one made from what was kept. `None` where the absence began before this run of the server.
    Rebuilt(Option<Duration>),
    /// Not before the session ended.
    Abandoned,
}

#[derive(Debug, Clone, Copy)]
struct Absence {
    since: Timestamp,
    is_given_up: bool,
}

/// Sessions without a connection.
#[derive(Debug, Default)]
pub(super) struct Absences {
    open: HashMap<Key, Absence>,
    /// The ones that were given up, oldest first; some of them may have come back since.
    given_up: VecDeque<(Key, Timestamp)>,
}

impl Absences {
    /// Takes note of a change; says whether a client has come back by it, or never will.
    pub(super) fn note(&mut self, event: &SessionEvent) -> Option<Resume> {
        self.forget(event.at);
        let key = (event.user.clone(), event.app.clone(), event.identity.clone());
        match &event.change {
            SessionChange::Detached => {
                let absence = Absence {
                    since: event.at,
                    is_given_up: false,
                };
                self.open.insert(key, absence);
                None
            }
            SessionChange::Attached => {
                let absence = self.open.remove(&key)?;
                Some(Resume::Attached(event.at.since(absence.since)))
            }
            SessionChange::Rebuilt => {
                let absence = self.open.remove(&key);
                Some(Resume::Rebuilt(
                    absence.map(|absence| event.at.since(absence.since)),
                ))
            }
            SessionChange::Created => {
                self.open.remove(&key);
                None
            }
            SessionChange::Ended { reason } => self.end(key, reason, event.at),
        }
    }

    fn end(&mut self, key: Key, reason: &str, now: Timestamp) -> Option<Resume> {
        let absence = self.open.get_mut(&key)?;
        if reason == NOBODY_CAME {
            absence.is_given_up = true;
            self.given_up.push_back((key, now));
        } else {
            // What has ended otherwise is not rebuilt, or the server stops and forgets all of this.
            self.open.remove(&key);
        }
        Some(Resume::Abandoned)
    }

    fn forget(&mut self, now: Timestamp) {
        while let Some((key, at)) = self.given_up.front() {
            if self.given_up.len() <= MAX_GIVEN_UP && now < at.plus(KEEP) {
                return;
            }
            if self.open.get(key).is_some_and(|absence| absence.is_given_up) {
                self.open.remove(key);
            }
            self.given_up.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(change: SessionChange, secs: i64) -> SessionEvent {
        SessionEvent {
            at: Timestamp::from_secs(secs),
            change,
            session: "e".parse().unwrap(),
            user: "ada".parse().unwrap(),
            app: "flights".to_owned(),
            identity: None,
            login: None,
        }
    }

    fn ended(reason: &str) -> SessionChange {
        SessionChange::Ended {
            reason: reason.to_owned(),
        }
    }

    const fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn who_comes_back_in_time_was_away_since_the_last_connection_went() {
        let mut absences = Absences::default();
        for (change, at) in [(SessionChange::Created, 0), (SessionChange::Detached, 5)] {
            assert_eq!(absences.note(&event(change, at)), None);
        }
        let back = absences.note(&event(SessionChange::Attached, 9));
        assert_eq!(back, Some(Resume::Attached(secs(4))));
        assert_eq!(
            absences.note(&event(SessionChange::Attached, 9)),
            None,
            "a second tab"
        );
        assert_eq!(
            absences.note(&event(ended("signed-out"), 20)),
            None,
            "nobody was away"
        );
    }

    #[test]
    fn who_comes_back_late_was_away_for_the_whole_time() {
        let mut absences = Absences::default();
        absences.note(&event(SessionChange::Detached, 5));
        let given_up = absences.note(&event(ended(NOBODY_CAME), 65));
        assert_eq!(given_up, Some(Resume::Abandoned));
        let back = absences.note(&event(SessionChange::Rebuilt, 105));
        assert_eq!(back, Some(Resume::Rebuilt(Some(secs(100)))));
    }

    #[test]
    fn an_absence_that_began_before_this_run_has_no_length() {
        let mut absences = Absences::default();
        let back = absences.note(&event(SessionChange::Rebuilt, 5));
        assert_eq!(back, Some(Resume::Rebuilt(None)));
    }

    #[test]
    fn a_session_that_ends_while_nobody_is_there_is_not_remembered() {
        let mut absences = Absences::default();
        absences.note(&event(SessionChange::Detached, 5));
        assert_eq!(
            absences.note(&event(ended("revoked"), 6)),
            Some(Resume::Abandoned)
        );
        let back = absences.note(&event(SessionChange::Rebuilt, 9));
        assert_eq!(back, Some(Resume::Rebuilt(None)));
    }

    #[test]
    fn what_was_given_up_is_remembered_for_a_day_and_not_without_end() {
        let mut absences = Absences::default();
        absences.note(&event(SessionChange::Detached, 0));
        absences.note(&event(ended(NOBODY_CAME), 60));
        absences.note(&event(SessionChange::Attached, 60 + 24 * 3600));
        assert!(absences.open.is_empty() && absences.given_up.is_empty());
        for identity in 0..=MAX_GIVEN_UP {
            for change in [SessionChange::Detached, ended(NOBODY_CAME)] {
                let identity = Some(identity.to_string());
                absences.note(&SessionEvent {
                    identity,
                    ..event(change, 0)
                });
            }
        }
        absences.note(&event(SessionChange::Attached, 1));
        assert_eq!(
            (absences.open.len(), absences.given_up.len()),
            (MAX_GIVEN_UP, MAX_GIVEN_UP)
        );
    }
}
