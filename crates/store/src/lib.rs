//! The identity store on SQLite.
//!
//! One file, in WAL mode, with every transaction on disk before it is acknowledged (`synchronous = FULL`): users,
//! settings and login sessions survive a crash at any moment. The exception is the time of a session's last activity,
//! which is gathered in memory and written by [`fanlight_identity::Store::flush_activity`]; losing the last seconds of
//! it makes a session idle out early, never late.
//!
//! One connection writes, another reads, so that a sign-in's disk flush does not hold up the requests of others.

mod error;
mod journal;
mod migrations;
mod rows;
mod sqlite;
mod turn;

pub use journal::{JournalKey, JournalPart, JournalSettings, JournalWrite, Saved, SqliteJournal};
pub use sqlite::{SqliteStore, StoreSettings};
