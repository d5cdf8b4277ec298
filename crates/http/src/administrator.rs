//! An administrator who changes something about the tenant.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use fanlight_base::UserId;
use fanlight_identity::{Act, Change, Context};
use http::request::Parts;

use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::ClientAddr;
use crate::state::Services;
use crate::{AppState, sessions};

/// Who it is, and from where. What they change is in the audit log together with the change itself.
#[derive(Debug, Clone)]
pub struct Administrator {
    /// The user.
    pub user: UserId,
    address: IpAddr,
}

impl Administrator {
    /// Makes the change and its entry, and closes what is open under login sessions that have ended by it. Blocks.
    ///
    /// # Errors
    /// The store failed; then nothing has changed.
    pub fn change(&self, services: &Services, cx: &Context<'_>, change: Change<'_>) -> Result<(), ApiError> {
        let ended = cx.store.administer(&Act {
            at: cx.now,
            by: self.user.as_str(),
            address: Some(self.address),
            change,
        })?;
        for session in &ended {
            sessions::end_sockets(services, session);
        }
        Ok(())
    }
}

impl FromRequestParts<AppState> for Administrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Admin(caller) = Admin::from_request_parts(parts, state).await?;
        Ok(Self {
            user: caller.user.id,
            address: ClientAddr::of(&parts.extensions).0,
        })
    }
}
