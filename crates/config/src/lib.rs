//! The configuration: one TOML file and `FANLIGHT_…` variables, checked once, at start, into typed [`Settings`].
//!
//! Every key has a default, a meaning (`docs/fanlight.sample.toml` lists them all) and a check. An unknown key is an
//! error, so that a typing mistake is not silently a default. Errors name the key, what is wrong with its value, and
//! what to write instead; all of them are reported together.
//!
//! A variable `FANLIGHT_SECTION_KEY` overrides `key` of `[section]`. Variables are handed in as a map: nothing here
//! reads the process's environment.

mod apply;
mod error;
mod overrides;
mod raw;
mod settings;

pub use apply::apply;
pub use error::{ConfigError, Problem};
pub use raw::{Engine, Http};
pub use settings::{
    CookieReach, CspSettings, IntegrationSettings, Log, LogFormat, LogLevel, ProviderSettings, Server,
    Sessions, Settings, TenantSettings, TlsFiles, is_generated_id,
};
