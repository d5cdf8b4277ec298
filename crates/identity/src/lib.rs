//! Tenants, identity providers, users and login sessions, as plain data with pure transitions.
