//! Many people at once, and everything that goes wrong: whether the server loses, forgets or keeps anything.
//!
//! Each person is a task that does what the SDK does: signs in by a token of the portal, opens a WebSocket by CSRF token or
//! by ticket, selects and looks now and then, notices that a connection is silent, comes back with back-off and jitter,
//! and compares the selections that it finds with the last ones that were acknowledged. Meanwhile faults are injected
//! through the control API. At the end everybody must be live or have been told why not, and the server must be rid of
//! all that it held for them.

mod act;
mod audit;
mod board;
mod door;
mod faults;
mod http;
mod link;
mod person;
mod plan;
mod report;
mod run;
mod tally;

pub use plan::{Amount, Plan};
pub use report::Report;
pub use run::run;
