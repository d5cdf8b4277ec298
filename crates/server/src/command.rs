//! One module per command.

pub mod api_key;
pub mod app;
pub mod change;
pub mod demo;
pub mod keys;
pub mod serve;
pub mod token;
