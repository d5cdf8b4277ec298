//! One engine session and its connections without a transport: objects, handles, dispatch, change push.
//!
//! ```text
//! frame ─► Connection::receive ─► method ─► Core (selections, objects, variables)      phase 1, in arrival order
//!                                   └────► View ─► Job::run ─► layout or page ─► frame   phase 2, any thread
//! ```
//!
//! * The [`Host`] holds the apps and the engine sessions, one per user, app and identity. An engine session outlives its
//!   last connection for a while, so that a page comes back to its selections.
//! * A [`Connection`] is one client's view of an engine session: it owns its handles, and knows which layouts the client
//!   has, so that a change names each handle that became invalid once: in the reply to the request that caused it, and
//!   as a push to the other connections of the session.
//! * A method either reads or changes the session; reading takes an immutable view and may calculate later. Methods that
//!   the contract knows and we do not answer error 20, unknown ones −32601.
//! * Objects are property trees in a normal form. A layout is made from them by evaluating every definition, anywhere in
//!   the tree; pages are written straight from the engine's results.
//! * What a viewer changes in an app's own objects lives in the engine session and reaches nobody else.
//!
//! The crate knows no sockets, no HTTP and no login; who may connect is decided before [`Host::connect`].

mod access;
mod app;
mod bounded;
mod cache;
mod call;
mod changes;
mod connection;
mod core;
mod dependencies;
mod dispatch;
mod from_wire;
mod handles;
mod host;
mod info;
mod journal;
mod kept;
mod layout;
mod life;
mod limits;
mod memory;
mod methods;
mod objects;
mod observer;
mod open_app;
mod outbox;
mod pending;
mod principal;
mod reply;
mod session;
mod to_wire;
mod variables;
mod view;

pub use fanlight_protocol::{CloseCode, ExpiringReason, FarewellReason};

pub use access::{Access, Viewer};
pub use app::{App, AppEntry};
pub use connection::Connection;
pub use host::{Deadline, Host, Reloaded};
pub use info::{ConnectionInfo, SessionFilter, SessionInfo, SessionState};
pub use journal::{Journal, JournalEntry, JournalError, Kept, NoJournal, SessionKey};
pub use life::{InvalidTransition, Life, LifeEvent, SessionEnd};
pub use limits::{HostSettings, Limits};
pub use observer::{Observer, SessionChange, SessionEvent};
pub use outbox::{Outbox, PeerClose};
pub use principal::{Principal, Refusal, Role, Target, TargetApp};
pub use reply::{Job, Reply};
