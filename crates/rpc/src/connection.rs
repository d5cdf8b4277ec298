//! One client's view of an engine session.

use std::sync::Arc;

use fanlight_base::{ConnectionId, EngineSessionId};

use crate::{PeerClose, Reply};

/// One client's view of an engine session: its handles, and nothing else.
#[derive(Debug)]
pub struct Connection {
    id: ConnectionId,
}

impl Connection {
    /// The connection's id, for logs.
    pub fn id(&self) -> &ConnectionId {
        &self.id
    }

    /// The engine session, once there is one: `None` on `/app/engineData` before an app is opened.
    pub fn session_id(&self) -> Option<EngineSessionId> {
        None
    }

    /// Takes one text frame. Call it in the order of arrival: it parses, changes the session and takes the immutable
    /// view on which the rest is calculated. `CancelRequest` and its kin act at once.
    pub fn receive(self: &Arc<Self>, frame: &str) -> Reply {
        let _ = frame;
        Reply::None
    }

    /// The transport is gone: the handles die, pending calculations are cancelled, the engine session lingers.
    /// Calling it twice does nothing.
    pub fn disconnect(&self, close: PeerClose) {
        let _ = close;
    }
}
