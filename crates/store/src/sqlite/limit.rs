//! How large the file may be.
//!
//! SQLite itself keeps the limit, by a number of pages. A part of it is held back from sign-ins and tickets, so that sign-outs,
//! ends and their entries in the audit log find room when nothing new does.

use fanlight_identity::StoreError;
use rusqlite::Connection;

use crate::error::{Result, from_sqlite};

/// One twentieth is held back.
const RESERVE: u64 = 20;

/// How the file is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreSettings {
    /// How large it may grow. Sign-ins and tickets are refused a little earlier, so that what was begun can end.
    pub max_bytes: u64,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self { max_bytes: 4 << 30 }
    }
}

/// Sets the limit and gives it as it is kept: in whole pages, and no less than the file has.
pub(super) fn set(connection: &Connection, max_bytes: u64) -> Result<u64> {
    let page_bytes = number(connection, "page_size")?;
    let pages = (max_bytes / page_bytes.max(1)).clamp(1, u64::from(u32::MAX - 1));
    let pages = i64::try_from(pages).unwrap_or(i64::MAX);
    let kept: i64 = connection
        .pragma_update_and_check(None, "max_page_count", pages, |row| row.get(0))
        .map_err(from_sqlite)?;
    Ok(u64::try_from(kept).unwrap_or(0).saturating_mul(page_bytes))
}

/// What the file takes, without the pages that are free for reuse.
pub(super) fn bytes(connection: &Connection) -> Result<u64> {
    let used = number(connection, "page_count")?.saturating_sub(number(connection, "freelist_count")?);
    Ok(used.saturating_mul(number(connection, "page_size")?))
}

/// Whether something new may begin.
///
/// # Errors
/// [`StoreError::SizeLimit`] when only the reserve is left.
pub(super) fn room_for_more(connection: &Connection, max_bytes: u64) -> Result<()> {
    if bytes(connection)? > max_bytes - max_bytes / RESERVE {
        return Err(StoreError::SizeLimit { max_bytes });
    }
    Ok(())
}

/// SQLite says of a full disk and of the limit that the database is full; the limit is told by its name.
pub(super) fn name(connection: &Connection, error: StoreError, max_bytes: u64) -> StoreError {
    let at_limit = || bytes(connection).is_ok_and(|bytes| bytes > max_bytes - max_bytes / RESERVE);
    match error {
        StoreError::DiskFull if at_limit() => StoreError::SizeLimit { max_bytes },
        error => error,
    }
}

fn number(connection: &Connection, pragma: &str) -> Result<u64> {
    let value: i64 = connection
        .pragma_query_value(None, pragma, |row| row.get(0))
        .map_err(from_sqlite)?;
    Ok(u64::try_from(value).unwrap_or(0))
}
