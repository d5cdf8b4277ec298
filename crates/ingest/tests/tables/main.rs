//! Tables out of files: what is read, and what is told of it.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as its test does")]

mod columns;
#[path = "../common/mod.rs"]
mod common;
mod forms;
mod links;
mod numbers;
mod parquet_names;
#[cfg(unix)]
mod special;
mod support;
mod typed;
mod values;
