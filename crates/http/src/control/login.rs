//! Login sessions end before their time.

use fanlight_base::LoginSessionId;
use fanlight_identity::{Limit, LoginSession, LoginSessionState, end_session, expire_session};
use fanlight_protocol::USUAL_END;

use super::{Control, ControlError};
use crate::sessions;
use crate::state::Services;

/// Who it was, in the audit log.
const ACTOR: &str = "control";
/// Longest words to people, in characters.
const MAX_REASON_CHARS: usize = 256;

impl Control {
    /// Ends a login session as if it had reached `limit`: without a warning, else as the sweep does it.
    ///
    /// # Errors
    /// There is no such session, or it has ended before.
    pub async fn expire_login(&self, id: &LoginSessionId, limit: Limit) -> Result<(), ControlError> {
        let id = id.clone();
        self.blocking(move |services| {
            let now = services.clock.now();
            let ended = expire_session(services.store.as_ref(), &id, limit, now)?;
            finish(services, &id, ended)
        })
        .await
    }

    /// Ends a login session as an operator does, with words for the person.
    ///
    /// # Errors
    /// There is no such session, it has ended before, or the words are no words for people.
    pub async fn revoke_login(&self, id: &LoginSessionId, reason: Option<&str>) -> Result<(), ControlError> {
        let reason = reason.unwrap_or(USUAL_END).trim().to_owned();
        let fits = (1..=MAX_REASON_CHARS).contains(&reason.chars().count());
        if !fits || reason.chars().any(char::is_control) {
            let problem = format!("reason: 1 to {MAX_REASON_CHARS} characters on one line");
            return Err(ControlError::Invalid(problem));
        }
        let id = id.clone();
        self.blocking(move |services| {
            let now = services.clock.now();
            let ended = end_session(services.store.as_ref(), &id, (ACTOR, &reason), now)?;
            finish(services, &id, ended)
        })
        .await
    }
}

/// Ends the sockets under a session that has just ended, or says why none did.
fn finish(services: &Services, id: &LoginSessionId, ended: Option<LoginSession>) -> Result<(), ControlError> {
    let Some(session) = ended else {
        return Err(why_not(services, id)?);
    };
    sessions::end_sockets(services, &session);
    services.operator.flush(services.store.as_ref())?;
    Ok(())
}

fn why_not(services: &Services, id: &LoginSessionId) -> Result<ControlError, ControlError> {
    let unknown = || ControlError::NoLoginSession(id.to_string());
    let Some(session) = services.store.login_session(id)? else {
        return Ok(unknown());
    };
    Ok(match session.state_at(services.clock.now()) {
        LoginSessionState::Ended { end, .. } => ControlError::LoginEnded(id.to_string(), end),
        LoginSessionState::Active { .. } => unknown(),
    })
}
