//! Engine sessions end: nobody came back, nobody asked for anything, or somebody said so.

use std::sync::Arc;

use fanlight_base::{LoginSessionId, Timestamp};

use super::{Host, Sessions};
use crate::session::{EngineSession, GoodBye};
use crate::{CloseCode, FarewellReason, JournalError, SessionEnd, SessionFilter, SessionInfo, SessionKey};

/// What the journal is to forget. Nothing of it may come back, so it is kept in mind until the journal has done it.
#[derive(Debug, Default)]
pub(super) struct Doomed {
    pub(super) keys: Vec<SessionKey>,
    logins: Vec<LoginSessionId>,
}

/// How often old entries of the journal are looked for.
const SWEEP_JOURNAL_MILLIS: i64 = 60_000;

impl Host {
    /// Does whatever is due: ends engine sessions whose linger is over, and those without a request for too long (close
    /// code 4001), and warns of ends that come near. Returns the sessions that ended.
    pub fn sweep(&self, now: Timestamp) -> Vec<SessionInfo> {
        let farewell = GoodBye {
            code: CloseCode::Idle,
            reason: FarewellReason::IdleTimeout,
            message: "the session was idle for too long",
            now,
        };
        let mut ended = Vec::new();
        let mut sessions = self.lock_sessions();
        let Sessions { live, doomed } = &mut *sessions;
        live.retain(|key, session| {
            // A session in the middle of a request is neither idle nor over; it is looked at the next time.
            let Some(mut shared) = session.try_lock() else {
                return true;
            };
            let is_idle = shared.is_idle(self.settings.idle, now);
            if !is_idle && !shared.is_over(now) {
                return true;
            }
            ended.push(session.info(&shared));
            let end = if is_idle {
                SessionEnd::Closed(FarewellReason::IdleTimeout)
            } else {
                SessionEnd::Abandoned
            };
            if is_idle || shared.is_given_up {
                doomed.keys.push(key.clone());
            }
            shared.end(&farewell);
            self.tell_end(session, end.word(), now);
            false
        });
        self.warn(live, now);
        // What fails stays in mind, and is tried again at the next sweep.
        let _ = self.forget_doomed(&mut sessions);
        self.sweep_journal(&sessions, now);
        ended
    }

    /// Ends the sessions that `filter` names: each connection first gets a notification with the reason and `message`,
    /// which is for people, then is closed. Unless the server restarts or the app went away, the journal forgets them.
    /// Returns the sessions that ended.
    pub fn end(&self, filter: &SessionFilter, reason: FarewellReason, message: &str) -> Vec<SessionInfo> {
        self.end_with(filter, (reason.close_code(), reason), message)
    }

    /// As [`Host::end`], with a close code of the caller's choice. The reason is the word with which the text begins, as
    /// in `revoked: lost laptop`, or else the one that goes with the code.
    pub fn end_sessions(&self, filter: &SessionFilter, code: CloseCode, text: &str) -> Vec<SessionInfo> {
        let reason = FarewellReason::of_text(text).unwrap_or(FarewellReason::of_code(code));
        let message = match text.split_once(':') {
            Some((word, message)) if word.trim() == reason.word() => message.trim(),
            _ => text,
        };
        self.end_with(filter, (code, reason), message)
    }

    fn end_with(
        &self,
        filter: &SessionFilter,
        (code, reason): (CloseCode, FarewellReason),
        message: &str,
    ) -> Vec<SessionInfo> {
        let now = self.clock.now();
        let farewell = GoodBye {
            code,
            reason,
            message,
            now,
        };
        let forgets = forgets(reason);
        let mut ended = Vec::new();
        let mut sessions = self.lock_sessions();
        let Sessions { live, doomed } = &mut *sessions;
        live.retain(|key, session| {
            let ends = match filter {
                SessionFilter::All => true,
                SessionFilter::User(user) => key.user == *user,
                SessionFilter::EngineSession(id) => session.id == *id,
                SessionFilter::LoginSession(login) => session.lock().belongs_to(login),
            };
            let mut shared = session.lock();
            if ends {
                ended.push(session.info(&shared));
                shared.end(&farewell);
                self.tell_end(session, reason.word(), now);
                if forgets {
                    doomed.keys.push(key.clone());
                }
            } else if let SessionFilter::LoginSession(login) = filter {
                shared.close(&farewell, |member| member.login.as_ref() == Some(login));
                if forgets {
                    shared.forget_login(login);
                }
            }
            !ends
        });
        if let (SessionFilter::LoginSession(login), true) = (filter, forgets) {
            doomed.logins.push(login.clone());
        }
        let _ = self.forget_doomed(&mut sessions);
        ended
    }

    /// Has the journal forget what must not come back.
    pub(super) fn forget_doomed(&self, sessions: &mut Sessions) -> Result<(), JournalError> {
        let doomed = &mut sessions.doomed;
        if !doomed.keys.is_empty() {
            self.journal.remove(&doomed.keys)?;
            doomed.keys.clear();
        }
        while let Some(login) = doomed.logins.last() {
            self.journal.forget_login(login)?;
            doomed.logins.pop();
        }
        Ok(())
    }

    fn sweep_journal(&self, sessions: &Sessions, now: Timestamp) {
        let last = self.journal_swept.load(std::sync::atomic::Ordering::Relaxed);
        if now.as_millis().saturating_sub(last) < SWEEP_JOURNAL_MILLIS {
            return;
        }
        self.journal_swept
            .store(now.as_millis(), std::sync::atomic::Ordering::Relaxed);
        let swept = self.journal.sweep(now.minus(self.settings.keep_journal));
        if swept.is_ok_and(|n_swept| n_swept > 0) {
            // The entry of a session that nobody changed for so long may be among them; its next change writes it whole.
            let whole = |session: &Arc<EngineSession>| session.lock().record.is_complete = false;
            sessions.live.values().for_each(whole);
        }
    }
}

/// Whether the journal forgets sessions that end for this reason. Those that are wanted back stay.
const fn forgets(reason: FarewellReason) -> bool {
    match reason {
        FarewellReason::IdleTimeout
        | FarewellReason::Lifetime
        | FarewellReason::Revoked
        | FarewellReason::SignedOut
        | FarewellReason::NotPermitted => true,
        FarewellReason::AppRemoved
        | FarewellReason::SessionLimit
        | FarewellReason::EngineRestart
        | FarewellReason::BadRequest
        | FarewellReason::TooManyRequests => false,
    }
}
