//! An in-process tenant, typed callers, a manual clock and fixtures, for tests.
//!
//! [`TestTenant::start`] makes a whole tenant in memory: a store, a small app, an identity provider whose key the test
//! holds, a web integration, a real socket on loopback. Its clock stands still until the test moves it, and its ids
//! follow from a seed.
//!
//! Use it as a dev-dependency only. It panics where a test would have to fail anyway.

mod app;
mod caller;
mod forge;
mod gate;
mod journal;
mod logs;
mod routes;
mod socket;
mod tenant;

pub use app::{APP_ID, small_app};
pub use caller::{Answer, Caller};
pub use forge::Forge;
pub use gate::Gate;
pub use journal::MemoryJournal;
pub use logs::CapturedLogs;
pub use routes::{PAGES, call_paths};
pub use socket::{Ended, SocketRequest, TestSocket};
pub use tenant::{CSP_ORIGIN, ISSUER, KID, PORTAL, START, TestTenant, WEB_INTEGRATION};
