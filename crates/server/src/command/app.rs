//! `fanlight app`.

pub mod check;
pub mod new;
pub mod reload;
