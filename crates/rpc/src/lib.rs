//! One engine session and its connections without a transport: objects, handles, dispatch, change push.

mod app;
mod connection;
mod host;
mod info;
mod limits;
mod outbox;
mod principal;
mod reply;

pub use fanlight_protocol::CloseCode;

pub use app::{App, AppEntry};
pub use connection::Connection;
pub use host::Host;
pub use info::{SessionFilter, SessionInfo, SessionState};
pub use limits::{HostSettings, Limits};
pub use outbox::{Outbox, PeerClose};
pub use principal::{Principal, Refusal, Role, Target, TargetApp};
pub use reply::{Job, Reply};
