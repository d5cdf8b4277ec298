//! Every wire type: the JSON-RPC envelope, engine methods and structures, REST bodies, error codes.

pub mod chart;
mod class;
mod close;
pub mod control;
pub mod def;
pub mod enumeration;
mod envelope;
mod error;
pub mod layout;
pub mod normal;
mod notification;
mod number;
pub mod params;
mod reference;
pub mod rest;
pub mod session;

pub use class::Class;
pub use close::CloseCode;
pub use envelope::{Failure, Notification, Push, Request, Success};
pub use error::{ErrorBody, ErrorCode};
pub use notification::{Connected, Denied, Expiring, Extended, Farewell, Said, SessionStart, Severity};
pub use number::Double;
pub use reference::Reference;
pub use session::{
    BlockedReason, EmbedState, EndedReason, ExpiringReason, FarewellReason, ResumeHow, SuspendedReason,
    USUAL_END,
};
