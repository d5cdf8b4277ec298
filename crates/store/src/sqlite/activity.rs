//! Activity that is noted and not on disk yet.

use fanlight_identity::{LoginSession, LoginSessionState};

use super::{SqliteStore, lock};

impl SqliteStore {
    /// What was noted of sessions that have ended is of no use any more.
    pub(super) fn forget_activity(&self, ended: &[LoginSession]) {
        let mut activity = lock(&self.activity);
        for session in ended {
            activity.remove(&session.id);
        }
    }

    /// The session with activity that is not on disk yet.
    pub(super) fn with_activity(&self, session: LoginSession) -> LoginSession {
        let noted = lock(&self.activity).get(&session.id).copied();
        match (&session.state, noted) {
            (LoginSessionState::Active { last_activity }, Some(at)) if at > *last_activity => LoginSession {
                state: LoginSessionState::Active { last_activity: at },
                ..session
            },
            _ => session,
        }
    }
}
