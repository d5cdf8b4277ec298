//! Engine sessions end: nobody came back, nobody asked for anything, or somebody said so.

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};

use fanlight_base::{LoginSessionId, Timestamp};

use super::{Host, Sessions};
use crate::session::{EngineSession, GoodBye, Shared};
use crate::{CloseCode, FarewellReason, JournalError, SessionEnd, SessionFilter, SessionInfo, SessionKey};

/// What the journal is to forget. Nothing of it may come back, so it is kept in mind until the journal has done it.
#[derive(Debug, Default)]
pub(super) struct Doomed {
    keys: HashSet<SessionKey>,
    logins: BTreeSet<LoginSessionId>,
}

impl Doomed {
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.logins.is_empty()
    }
}

/// What to do about a session that is in the middle of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Busy {
    /// Its end comes when the request is over.
    WaitFor,
    /// Somebody asks again later.
    Skip,
}

/// How often old entries of the journal are looked for.
const SWEEP_JOURNAL_MILLIS: i64 = 60_000;

impl Host {
    /// Does whatever is due: [`Host::sweep_sessions`], then [`Host::sweep_journal`].
    pub fn sweep(&self, now: Timestamp) -> Vec<SessionInfo> {
        let ended = self.sweep_sessions(now);
        self.sweep_journal(now);
        ended
    }

    /// Ends engine sessions whose linger is over, and those without a request for too long (close code 4001), and warns
    /// of ends that come near. Returns the sessions that ended. Waits for nothing: a session in the middle of a request is
    /// looked at the next time.
    pub fn sweep_sessions(&self, now: Timestamp) -> Vec<SessionInfo> {
        let farewell = GoodBye {
            code: CloseCode::Idle,
            reason: FarewellReason::IdleTimeout,
            message: "the session was idle for too long",
            now,
        };
        let sessions = self.live();
        let mut ended = Vec::new();
        for session in &sessions {
            let Some(mut shared) = session.try_lock() else {
                continue;
            };
            let info = session.info(&shared);
            let end = if shared.is_idle(self.settings.idle, now) {
                shared.end(&farewell)
            } else {
                shared.ended_by(now)
            };
            if let Some(end) = end {
                let is_wanted_back = !shared.is_given_up;
                drop(shared);
                self.take_out(&mut self.lock_sessions(), session, (end, is_wanted_back), now);
                ended.push(info);
            }
        }
        self.warn(&sessions, now);
        ended
    }

    /// Has the journal forget what is over, and what is too old. Blocks for as long as the journal takes.
    pub fn sweep_journal(&self, now: Timestamp) {
        // What fails stays in mind, and is tried again at the next sweep.
        let _ = self.forget_doomed();
        let last = self.journal_swept.load(Ordering::Relaxed);
        if now.as_millis().saturating_sub(last) < SWEEP_JOURNAL_MILLIS {
            return;
        }
        self.journal_swept.store(now.as_millis(), Ordering::Relaxed);
        let swept = self.journal.sweep(now.minus(self.settings.keep_journal));
        if swept.is_ok_and(|n_swept| n_swept > 0) {
            // The entry of a session that nobody changed for so long may be among them; its next change writes it whole.
            self.live().iter().for_each(|session| session.entry_may_be_gone());
        }
    }

    /// Ends the sessions that `filter` names: each connection first gets a notification with the reason and `message`,
    /// which is for people, then is closed. Unless the server restarts or the app went away, the journal forgets them.
    /// Returns the sessions that ended. A session that is in the middle of a request comes last, and is waited for;
    /// those that `filter` does not name are not.
    pub fn end(&self, filter: &SessionFilter, reason: FarewellReason, message: &str) -> Vec<SessionInfo> {
        let farewell = GoodBye {
            code: reason.close_code(),
            reason,
            message,
            now: self.clock.now(),
        };
        self.end_with(filter, &farewell, Busy::WaitFor)
    }

    /// As [`Host::end`], with a close code of the caller's choice. The reason is the word with which the text begins, as
    /// in `revoked: lost laptop`, or else the one that goes with the code.
    pub fn end_sessions(&self, filter: &SessionFilter, code: CloseCode, text: &str) -> Vec<SessionInfo> {
        self.end_with(filter, &self.good_bye(code, text), Busy::WaitFor)
    }

    /// As [`Host::end_sessions`], but waits for nothing: sessions in the middle of a request stay as they are, and what the
    /// journal is to forget is left to [`Host::sweep_journal`]. For callers who come back.
    pub fn end_sessions_at_rest(
        &self,
        filter: &SessionFilter,
        code: CloseCode,
        text: &str,
    ) -> Vec<SessionInfo> {
        self.end_with(filter, &self.good_bye(code, text), Busy::Skip)
    }

    /// What [`Host::end_sessions`] tells each connection before it closes it: the notification, and the reason of the
    /// close frame. For those who close connections without waiting for their engine session.
    pub fn farewell(&self, code: CloseCode, text: &str) -> (String, &'static str) {
        let farewell = self.good_bye(code, text);
        (farewell.frame(), farewell.reason.word())
    }

    /// The login sessions of which something is known here: those that have used an engine session that lives, even if
    /// it has no connection now, and those whose end was foretold.
    pub fn login_sessions(&self) -> HashSet<LoginSessionId> {
        let live = self.live();
        let used = live.iter().flat_map(|session| session.logins()).flatten();
        used.chain(self.foretold()).collect()
    }

    fn good_bye<'a>(&self, code: CloseCode, text: &'a str) -> GoodBye<'a> {
        let reason = FarewellReason::of_text(text).unwrap_or(FarewellReason::of_code(code));
        let message = match text.split_once(':') {
            Some((word, message)) if word.trim() == reason.word() => message.trim(),
            _ => text,
        };
        GoodBye {
            code,
            reason,
            message,
            now: self.clock.now(),
        }
    }

    fn end_with(&self, filter: &SessionFilter, farewell: &GoodBye<'_>, busy: Busy) -> Vec<SessionInfo> {
        // Before, so that nothing of a login session comes back meanwhile, and after, because a request may have been
        // written meanwhile.
        self.doom_login(filter, farewell.reason);
        let mut ended = Vec::new();
        let mut later = Vec::new();
        for session in self.live().into_iter().filter(|session| session.is_meant(filter)) {
            let Some(shared) = session.try_lock() else {
                later.push(session);
                continue;
            };
            ended.extend(self.end_one((&session, shared), filter, farewell));
        }
        if busy == Busy::WaitFor {
            for session in &later {
                ended.extend(self.end_one((session, session.lock()), filter, farewell));
            }
            self.doom_login(filter, farewell.reason);
            let _ = self.forget_doomed();
        }
        ended
    }

    /// Ends the session, or the part that a login session had in it. Gives what it was, if it ended.
    fn end_one(
        &self,
        (session, mut shared): (&Arc<EngineSession>, MutexGuard<'_, Shared>),
        filter: &SessionFilter,
        farewell: &GoodBye<'_>,
    ) -> Option<SessionInfo> {
        if let SessionFilter::LoginSession(login) = filter
            && !shared.belongs_to(login)
        {
            shared.close(farewell, |member| member.login.as_ref() == Some(login));
            if forgets(farewell.reason) {
                shared.forget_login(login);
            }
            session.publish(&shared);
            return None;
        }
        let info = session.info(&shared);
        let end = shared.end(farewell)?;
        let is_wanted_back = !shared.is_given_up;
        drop(shared);
        self.take_out(
            &mut self.lock_sessions(),
            session,
            (end, is_wanted_back),
            farewell.now,
        );
        Some(info)
    }

    /// Takes a session that has ended from those that live, once, and notes what the journal is to forget.
    pub(super) fn take_out(
        &self,
        sessions: &mut Sessions,
        session: &Arc<EngineSession>,
        (end, is_wanted_back): (SessionEnd, bool),
        now: Timestamp,
    ) {
        let live = sessions.live.get(&session.key);
        if live.is_none_or(|live| !Arc::ptr_eq(live, session)) {
            return;
        }
        sessions.live.remove(&session.key);
        let goes = match end {
            SessionEnd::Abandoned => !is_wanted_back,
            SessionEnd::Closed(reason) => forgets(reason),
        };
        if goes {
            sessions.doomed.keys.insert(session.key.clone());
        }
        self.tell_end(session, end.word(), now);
    }

    fn doom_login(&self, filter: &SessionFilter, reason: FarewellReason) {
        if let (SessionFilter::LoginSession(login), true) = (filter, forgets(reason)) {
            self.lock_sessions().doomed.logins.insert(login.clone());
        }
    }

    /// Has the journal forget what must not come back. The sessions are not locked while the journal writes; what it has
    /// not done yet stays in mind, and nothing new begins until it has.
    pub(super) fn forget_doomed(&self) -> Result<(), JournalError> {
        let _one_at_a_time = self.forgetting.lock().unwrap_or_else(PoisonError::into_inner);
        let (keys, logins) = {
            let doomed = &self.lock_sessions().doomed;
            let keys: Vec<SessionKey> = doomed.keys.iter().cloned().collect();
            (keys, doomed.logins.clone())
        };
        if !keys.is_empty() {
            self.journal.remove(&keys)?;
            let doomed = &mut self.lock_sessions().doomed;
            doomed.keys.retain(|key| !keys.contains(key));
        }
        for login in &logins {
            self.journal.forget_login(login)?;
            self.lock_sessions().doomed.logins.remove(login);
        }
        Ok(())
    }
}

/// Whether the journal forgets sessions that end for this reason. Those that are wanted back stay.
const fn forgets(reason: FarewellReason) -> bool {
    match reason {
        FarewellReason::IdleTimeout
        | FarewellReason::Lifetime
        | FarewellReason::Revoked
        | FarewellReason::SignedOut
        | FarewellReason::Replaced
        | FarewellReason::NotPermitted => true,
        FarewellReason::AppRemoved
        | FarewellReason::NoSuchApp
        | FarewellReason::SessionLimit
        | FarewellReason::EngineRestart
        | FarewellReason::BadRequest
        | FarewellReason::TooManyRequests => false,
    }
}
