//! Faults that the control API causes, where they bite.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use fanlight_base::EngineSessionId;
use fanlight_identity::{Authenticated, Credential};
use fanlight_protocol::control::{Faults, Times};
use fanlight_rpc::{Connection, Refusal, Target, TargetApp};

use crate::cookies::CookieReach;
use crate::error::ApiError;
use crate::socket::Line;

/// The faults of one server. Nothing goes wrong, and nothing is looked up, until a [`super::Control`] arms them.
#[derive(Debug, Clone, Default)]
pub struct ArmedFaults(Arc<OnceLock<Mutex<Plan>>>);

/// What is to go wrong.
#[derive(Debug, Default)]
pub struct Plan {
    /// Faults of the whole server.
    pub faults: Faults,
    /// How late the frames of engine sessions come.
    pub delays: HashMap<EngineSessionId, Duration>,
}

impl ArmedFaults {
    /// From now on faults can be planned.
    pub fn arm(&self) {
        self.0.get_or_init(Mutex::default);
    }

    /// The plan, unless nobody has armed it.
    pub fn plan(&self) -> Option<MutexGuard<'_, Plan>> {
        let plan = self.0.get()?;
        Some(plan.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A WebSocket handshake by cookie may be refused as if its CSRF token were wrong.
    ///
    /// # Errors
    /// It is.
    pub fn check_handshake(&self, caller: &Authenticated) -> Result<(), ApiError> {
        let is_by_cookie = matches!(caller.credential, Credential::LoginSession(_));
        if is_by_cookie && self.strikes(|faults| &mut faults.csrf_refuse_once) {
            return Err(ApiError::Csrf);
        }
        Ok(())
    }

    /// Tickets may be refused.
    ///
    /// # Errors
    /// They are.
    pub fn check_tickets(&self) -> Result<(), ApiError> {
        if self.strikes(|faults| &mut faults.tickets_refuse) {
            return Err(ApiError::NotPermitted);
        }
        Ok(())
    }

    /// Why an engine connection is not accepted although it could be.
    pub fn denies(&self, target: &Target) -> Option<Refusal> {
        let app = match &target.app {
            TargetApp::App(id) => id.as_str(),
            TargetApp::SessionApp(name) => name,
            TargetApp::None => "",
        };
        self.strikes(|faults| &mut faults.deny_app_once)
            .then(|| Refusal::NotPermitted(app.to_owned()))
    }

    /// Whether the portal's token endpoint fails this time.
    pub fn fails_token_endpoint(&self) -> bool {
        self.strikes(|faults| &mut faults.token_endpoint_500)
    }

    /// Whether nobody may frame the sheet.
    pub fn refuses_frames(&self) -> bool {
        self.plan().is_some_and(|plan| plan.faults.frame_refuse)
    }

    /// How cookies are set that should be set for `reach`.
    pub fn cookies(&self, reach: CookieReach) -> CookieReach {
        let is_plain = self.plan().is_some_and(|plan| plan.faults.plain_cookies);
        match reach {
            CookieReach::CrossSite if is_plain => CookieReach::CrossSiteUnpartitioned,
            reach => reach,
        }
    }

    /// Makes the line known by its connection, and suffer what its engine session is to suffer.
    pub fn befall(&self, connection: &Connection, line: &Line) {
        let Some(plan) = self.plan() else { return };
        line.belongs_to(connection.id());
        if let Some(session) = connection.session_id()
            && let Some(delay) = plan.delays.get(&session)
        {
            line.delay(*delay);
        }
    }

    fn strikes(&self, fault: impl FnOnce(&mut Faults) -> &mut Times) -> bool {
        self.plan()
            .is_some_and(|mut plan| fault(&mut plan.faults).strike())
    }
}

impl Plan {
    /// Frames of `session` come so late from now on. Forgets the sessions that are not among `live`.
    pub fn delay(&mut self, session: &EngineSessionId, delay: Duration, live: &HashSet<EngineSessionId>) {
        self.delays.retain(|other, _| live.contains(other));
        if delay.is_zero() {
            self.delays.remove(session);
        } else {
            self.delays.insert(session.clone(), delay);
        }
    }
}
