//! The engine seen from outside: examples as text, the lives of sessions, and a naive model to compare with.

mod budget;
mod common;
mod fixtures;
mod lists;
mod models;
mod oracle;
mod sessions;
mod work;
