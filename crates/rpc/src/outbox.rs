//! The way out of a connection, which the transport provides.

use fanlight_protocol::CloseCode;

/// Where the frames of one connection go.
pub trait Outbox: Send + Sync {
    /// Queues one text frame without blocking. `false` when the queue is full or closed; whoever owns the queue then
    /// closes the connection, because a client that missed a frame is out of step.
    fn send(&self, frame: String) -> bool;

    /// Asks the transport to close the connection after the frames queued so far. Must not call back into the host.
    fn close(&self, code: CloseCode, reason: &str);
}

/// How the client's side of a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerClose {
    /// A close frame with this code; 1005 when it carried none.
    Code(u16),
    /// No close frame: the network went away.
    Lost,
}
