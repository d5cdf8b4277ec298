//! The HTTP surface of a tenant: routers, extractors, cookies, CSRF, CORS, CSP, the WebSocket pump, static pages, and
//! the one place where refusals become statuses.
//!
//! [`Services::new`] puts together what handlers share, [`router`] gives the tenant's routes, [`Site`] serves a router on
//! a socket, and [`sweep_sockets`] and [`sweep_store`] do what is due: call each about once a second.
//!
//! Invariants: no handler touches columns, expressions or engine internals; time and randomness come from the ports;
//! nothing that could be replayed (tokens, cookies, queries, bodies) reaches a log line.

mod administrator;
mod app_folders;
mod assets;
mod auth;
mod client;
pub mod control;
mod cookies;
mod error;
mod extract;
mod finish;
#[cfg(test)]
mod fuzz;
mod integration;
mod key_sets;
mod layer;
mod limit;
mod list;
mod names;
mod operator;
mod parameters;
mod person_page;
mod returnto;
mod route;
mod router;
mod serve;
mod sessions;
mod socket;
mod state;
mod ticket;
mod wire;

pub use app_folders::{AppFolders, FolderState};
pub use assets::{Asset, Assets, Caching};
pub use client::TrustedProxies;
pub use cookies::CookieReach;
pub use error::ApiError;
pub use finish::finish;
pub use key_sets::{FetchError, FetchLimits, Fetcher};
pub use limit::{Rate, RateLimiter};
pub use operator::{Happening, Kind, Operator};
pub use router::router;
pub use serve::{Site, SiteLimits};
pub use sessions::{end_sockets, sweep, sweep_sockets, sweep_store};
pub use socket::{LineLimits, SocketLimits, Sockets};
pub use state::{AppState, Parts, Services, Settings};
