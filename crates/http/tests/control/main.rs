//! The control API: who may call it, and what clients see of what it does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access;
mod engine;
mod faults;
mod lines;
mod login;
mod support;
