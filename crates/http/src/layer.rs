//! What happens around every handler.

pub mod cors;
pub mod security;
pub mod trace;
