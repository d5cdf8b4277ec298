//! The control API: sessions that misbehave on demand, and a clock that can be moved.
//!
//! For demos and tests only: `serve` never makes a [`Control`], and without one no fault can strike. Everything takes the
//! way that it takes in real life, so that clients see what they would see then.

mod engine;
mod error;
mod faults;
mod login;
mod routes;
mod state;

use std::sync::Arc;
use std::time::Duration;

use fanlight_base::{MovableClock, Timestamp};
use fanlight_protocol::control::{FaultChange, Faults, Times};

use crate::AppState;
use crate::sessions::sweep;
use crate::state::Services;

pub use error::ControlError;
pub(crate) use faults::ArmedFaults;

/// A clock that is moved by more than this shows that something else was meant.
const MAX_ADVANCE: Duration = Duration::from_secs(366 * 86_400);
/// A fault that strikes more often is meant to strike always.
const MAX_TIMES: u32 = 1000;

/// The control API, in the process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Control {
    services: AppState,
    clock: Arc<dyn MovableClock>,
}

impl Control {
    /// Where its routes begin.
    pub const BASE: &str = "/control/v1";

    /// Control over `services`, which must run by `clock`.
    pub fn new(services: AppState, clock: Arc<dyn MovableClock>) -> Self {
        services.faults.arm();
        Self { services, clock }
    }

    /// Moves the clock forward and does at once whatever is due then. Gives the new time.
    ///
    /// # Errors
    /// It is too far, or the store failed.
    pub async fn advance(&self, by: Duration) -> Result<Timestamp, ControlError> {
        if by > MAX_ADVANCE {
            let days = MAX_ADVANCE.as_secs() / 86_400;
            return Err(ControlError::Invalid(format!("advance: at most {days} days")));
        }
        self.clock.advance(by);
        self.blocking(|services| Ok(sweep(services)?)).await?;
        Ok(self.clock.now())
    }

    /// Plans faults of the whole server, or takes them back. Gives the faults as they stand then.
    ///
    /// # Errors
    /// A fault is to strike too often; then nothing is changed.
    pub async fn set_faults(&self, change: FaultChange) -> Result<Faults, ControlError> {
        let times = [
            ("csrf-refuse-once", change.csrf_refuse_once),
            ("deny-app-once", change.deny_app_once),
            ("token-endpoint-500", change.token_endpoint_500),
            ("tickets-refuse", change.tickets_refuse),
        ];
        for (name, times) in times {
            if matches!(times, Some(Times::Next(times)) if times > MAX_TIMES) {
                return Err(ControlError::Invalid(format!(
                    "{name}: at most {MAX_TIMES} times"
                )));
            }
        }
        if let Some(mut plan) = self.services.faults.plan() {
            plan.faults = changed(plan.faults, &change);
        }
        // Last, because clients come back at once, and are to find the other faults.
        self.blocking(move |services| {
            if change.restart_engine == Some(true) {
                Self::restart_engine(services);
            }
            let plan = services.faults.plan();
            Ok(plan.map_or_else(Faults::default, |plan| plan.faults))
        })
        .await
    }

    /// Whether the portal's token endpoint is to fail this time.
    pub fn fails_token_endpoint(&self) -> bool {
        self.services.faults.fails_token_endpoint()
    }

    fn services(&self) -> &Services {
        &self.services
    }

    /// Does `work` on a thread that may block.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Services) -> Result<T, ControlError> + Send + 'static,
    ) -> Result<T, ControlError> {
        let services = Arc::clone(&self.services);
        let done = tokio::task::spawn_blocking(move || work(&services)).await;
        done.map_err(|error| ControlError::Internal(error.to_string()))?
    }
}

fn changed(faults: Faults, change: &FaultChange) -> Faults {
    let once = |wanted: Option<Times>, now: Times| match wanted {
        Some(Times::Always) => Times::Next(1),
        wanted => wanted.unwrap_or(now),
    };
    Faults {
        csrf_refuse_once: once(change.csrf_refuse_once, faults.csrf_refuse_once),
        deny_app_once: once(change.deny_app_once, faults.deny_app_once),
        token_endpoint_500: change.token_endpoint_500.unwrap_or(faults.token_endpoint_500),
        tickets_refuse: change.tickets_refuse.unwrap_or(faults.tickets_refuse),
        plain_cookies: change.plain_cookies.unwrap_or(faults.plain_cookies),
        frame_refuse: change.frame_refuse.unwrap_or(faults.frame_refuse),
    }
}
