//! The engine WebSocket.

mod line;
mod path;
mod pump;
mod queues;
mod registry;
mod turns;

pub use line::{Line, LineLimits, Opener};
pub use path::SocketPath;
pub use pump::{PumpContext, Upgraded, refuse, serve};
pub use registry::{Seating, SocketLimits, Sockets};
pub use turns::Turns;
