//! Connections, as the store uses them.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::error::{Result, from_sqlite};

/// How long a call waits for another process that is writing (the command line, beside a running server).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) fn connect(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path).map_err(from_sqlite)?;
    prepare(&connection)?;
    Ok(connection)
}

pub(super) fn prepare(connection: &Connection) -> Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT).map_err(from_sqlite)?;
    connection
        .pragma_update(None, "foreign_keys", true)
        .map_err(from_sqlite)?;
    connection
        .pragma_update(None, "synchronous", "full")
        .map_err(from_sqlite)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}
