//! What every other crate may use: identifiers, time, randomness, secrets and networks of addresses.
//!
//! Time and randomness are arguments everywhere in Fanlight. Code that needs "now" takes a [`Timestamp`], or holds a
//! [`Clock`] at the edge; code that needs an unguessable id holds an [`Entropy`]. The system forms are the only places
//! where the operating system is asked; the manual forms make a test repeatable.

mod entropy;
mod id;
mod iso;
mod network;
mod secret;
mod time;

pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use id::{
    AppId, ConnectionId, EngineSessionId, IdentityProviderId, LoginSessionId, ParseIdError, TenantId, UserId,
    WebIntegrationId,
};
pub use iso::ParseTimestampError;
pub use network::{Network, ParseNetworkError};
pub use secret::Secret;
pub use time::{Clock, ManualClock, MovableClock, SystemClock, Timestamp};
