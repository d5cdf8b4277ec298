//! App folders and table files: CSV and Parquet into the columns of a data model.
//!
//! An app is a folder: `app.toml` says what it is called, where its tables come from, what their fields are called, and
//! which variables and master items it has; `objects/*.json` holds its sheets and charts as property trees. [`load_app`]
//! reads all of it into a [`LoadedApp`]; [`check_app`] says what stands in the way and what is doubtful, each [`Problem`]
//! with its file, its place and its fix, and sums up what the app holds.
//!
//! The crate reads files and starts threads of its own while it does. It knows nothing of sessions, sockets or users.

mod app;
mod csv;
mod draft;
mod files;
mod json_lines;
mod limits;
mod manifest;
mod master;
mod objects;
mod parquet;
mod problem;
mod progress;
mod summary;
mod table;
mod unmatched;

pub use app::{AppAccess, AppError, Check, LoadedApp, check_app, load_app, load_app_within};
pub use draft::{Draft, DraftError, Link};
pub use limits::Limits;
pub use problem::{Place, Problem, Severity};
pub use progress::Progress;
pub use summary::{LinkSide, LinkSummary, Summary, TableSummary};
