//! What `fanlight demo` adds to a tenant: everything that a first look needs.

pub mod data;
pub mod portal;
pub mod sample;
