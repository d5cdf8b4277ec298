//! Engine sessions and their connections go wrong.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use fanlight_base::EngineSessionId;
use fanlight_rpc::{CloseCode, SessionFilter, SessionInfo};

use super::{Control, ControlError};
use crate::socket::Line;
use crate::state::Services;

/// The longest delay of a frame.
pub const MAX_DELAY: Duration = Duration::from_secs(60);
/// How long a connection may take to notice that it was cut.
const CUT_WITHIN: Duration = Duration::from_secs(10);
const RESTARTS: &str = "the server restarts";

impl Control {
    /// Ends an engine session: its connections hear farewell and are closed with `code`. Says how many there were. What
    /// the journal kept of it stays if the code is one that clients come back from at once, or by another window.
    ///
    /// # Errors
    /// There is no such session.
    pub async fn close_engine(&self, id: &EngineSessionId, code: CloseCode) -> Result<usize, ControlError> {
        let id = id.clone();
        self.blocking(move |services| {
            let filter = SessionFilter::EngineSession(id.clone());
            let ended = services.host.end_sessions(&filter, code, words(code));
            services.operator.flush(services.store.as_ref())?;
            let session = ended.first().ok_or_else(|| unknown(&id))?;
            Ok(session.connections.len())
        })
        .await
    }

    /// Cuts the TCP connections of an engine session, without a close frame, and waits until the session is detached.
    /// Says how many there were.
    ///
    /// # Errors
    /// There is no such session.
    pub async fn drop_engine(&self, id: &EngineSessionId) -> Result<usize, ControlError> {
        let lines = lines(self.services(), id)?;
        lines.iter().for_each(|line| line.cut());
        let gone = self.services().sockets.until_gone(&lines);
        tokio::time::timeout(CUT_WITHIN, gone)
            .await
            .map_err(|_| ControlError::Internal("a connection did not end".to_owned()))?;
        Ok(lines.len())
    }

    /// From now on the present connections of an engine session neither read nor write, and stay open. Says how many
    /// there are. The server does not notice that a client gives up, until [`Control::thaw_engine`]; a frozen connection
    /// that is to be closed is cut after the time that a goodbye may take.
    ///
    /// # Errors
    /// There is no such session.
    pub fn freeze_engine(&self, id: &EngineSessionId) -> Result<usize, ControlError> {
        let lines = lines(self.services(), id)?;
        lines.iter().for_each(|line| line.freeze());
        Ok(lines.len())
    }

    /// Frozen connections go on where they stopped. Says how many connections there are.
    ///
    /// # Errors
    /// There is no such session.
    pub fn thaw_engine(&self, id: &EngineSessionId) -> Result<usize, ControlError> {
        let lines = lines(self.services(), id)?;
        lines.iter().for_each(|line| line.thaw());
        Ok(lines.len())
    }

    /// From now on every frame to the connections of an engine session, present and to come, is so late; zero ends it.
    /// Frames stay in order. Says how many connections there are. More frames than a slow reader may have waiting close
    /// the connection as ever.
    ///
    /// # Errors
    /// There is no such session, or the delay is too long.
    pub fn delay_engine(&self, id: &EngineSessionId, delay: Duration) -> Result<usize, ControlError> {
        if delay > MAX_DELAY {
            let problem = format!("millis: at most {}", MAX_DELAY.as_millis());
            return Err(ControlError::Invalid(problem));
        }
        let services = self.services();
        let live: HashSet<EngineSessionId> =
            services.host.sessions().into_iter().map(|info| info.id).collect();
        if !live.contains(id) {
            return Err(unknown(id));
        }
        // First for connections to come: one that comes in between has it twice, which is as good as once.
        if let Some(mut plan) = services.faults.plan() {
            plan.delay(id, delay, &live);
        }
        let lines = lines(services, id)?;
        lines.iter().for_each(|line| line.delay(delay));
        Ok(lines.len())
    }

    /// Closes every connection with 4003. All engine sessions leave memory; what the journal keeps stays.
    pub(super) fn restart_engine(services: &Services) {
        services
            .host
            .end_sessions(&SessionFilter::All, CloseCode::Restarting, RESTARTS);
        services.sockets.close_all(CloseCode::Restarting, RESTARTS);
        if let Some(mut plan) = services.faults.plan() {
            plan.delays.clear();
        }
    }
}

/// What the people read.
const fn words(code: CloseCode) -> &'static str {
    match code {
        CloseCode::Idle => "nothing was done for too long",
        CloseCode::Restarting => RESTARTS,
        CloseCode::AppRemoved => "the app was removed",
        CloseCode::SessionLimit => "there are too many sessions",
        CloseCode::SignedOut => "you have signed out",
        CloseCode::BadRequest => "this is no message that the server understands",
        CloseCode::NotPermitted => "you may not open the app",
        CloseCode::NoSuchApp => "there is no such app",
        CloseCode::TooManyRequests => "too many messages in too short a time",
    }
}

/// The engine session with that id.
fn find(services: &Services, id: &EngineSessionId) -> Result<SessionInfo, ControlError> {
    let mut sessions = services.host.sessions().into_iter();
    sessions.find(|info| info.id == *id).ok_or_else(|| unknown(id))
}

fn lines(services: &Services, id: &EngineSessionId) -> Result<Vec<Arc<Line>>, ControlError> {
    let session = find(services, id)?;
    Ok(services.sockets.serving(&session.connections))
}

fn unknown(id: &EngineSessionId) -> ControlError {
    ControlError::NoEngineSession(id.to_string())
}
