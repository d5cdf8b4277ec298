//! Checked settings.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fanlight_base::{IdentityProviderId, Network, Secret, WebIntegrationId};
use fanlight_identity::{
    CspOriginId, CspSource, Directives, JwksUri, NarrowLimits, Origin, ProviderKey, RequiredClaims,
};

use crate::raw::{Engine, Http, Raw};
use crate::{ConfigError, overrides};

mod check;

pub use check::is_generated_id;

/// Everything that an operator can set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `[server]`.
    pub server: Server,
    /// `[tenant]`.
    pub tenant: TenantSettings,
    /// `[sessions]`.
    pub sessions: Sessions,
    /// `[engine]`.
    pub engine: Engine,
    /// `[http]`.
    pub http: Http,
    /// `trusted_proxies` of `[http]`.
    pub trusted_proxies: Vec<Network>,
    /// `[operator]`.
    pub operator: Operator,
    /// `[log]`.
    pub log: Log,
    /// `[[identity_provider]]`.
    pub identity_providers: Vec<ProviderSettings>,
    /// `[[web_integration]]`.
    pub web_integrations: Vec<IntegrationSettings>,
    /// `[[csp_origin]]`.
    pub csp_origins: Vec<CspSettings>,
}

/// Where the tenant is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The address on which it accepts connections.
    pub listen: SocketAddr,
    /// The origin under which browsers reach it.
    pub public_url: Origin,
    /// Further origins of its own.
    pub more_urls: Vec<Origin>,
    /// The folder with the database and the apps.
    pub data: PathBuf,
    /// How large the database may grow, in bytes.
    pub database_max_bytes: u64,
    /// With these it speaks TLS itself.
    pub tls: Option<TlsFiles>,
}

/// A certificate chain and its key, PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain, the site's own certificate first.
    pub cert: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Who the tenant is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSettings {
    /// Its name.
    pub name: String,
    /// Subjects who are administrators.
    pub admins: Vec<String>,
}

/// Login sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sessions {
    /// The idle limit; `None` keeps what the tenant has (30 minutes at first).
    pub idle: Option<Duration>,
    /// The lifetime; `None` keeps what the tenant has (24 hours at first).
    pub lifetime: Option<Duration>,
    /// Which pages may make a browser send the cookies.
    pub cookies: CookieReach,
    /// Where people without a session are sent to sign in.
    pub sign_in_page: Option<String>,
}

/// Which pages may make a browser send the cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieReach {
    /// Portals on other sites too.
    CrossSite,
    /// Portals on the tenant's own site only.
    SameSite,
}

/// What operators and their tools need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Opens `/metrics` to whoever sends it as a bearer token.
    pub metrics_token: Option<Secret<String>>,
}

/// Log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// Their form.
    pub format: LogFormat,
    /// How many.
    pub level: LogLevel,
}

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON document a line.
    Json,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are what the documentation would say")]
pub enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// An identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSettings {
    /// Its id.
    pub id: IdentityProviderId,
    /// The exact `iss`.
    pub issuer: String,
    /// What it is.
    pub description: String,
    /// How far its clock may differ.
    pub clock_tolerance: Duration,
    /// Which claims its tokens must have beside those that every token must have.
    pub required: RequiredClaims,
    /// Whether its tokens are accepted.
    pub active: bool,
    /// Its keys.
    pub keys: Vec<ProviderKey>,
    /// Where it publishes keys.
    pub jwks_uri: Option<JwksUri>,
}

/// A web integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrationSettings {
    /// Its id.
    pub id: WebIntegrationId,
    /// Its name.
    pub name: String,
    /// Its origins.
    pub origins: Vec<Origin>,
    /// Limits of its login sessions, where they are tighter than the tenant's.
    pub limits: NarrowLimits,
}

/// An entry of the content security policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CspSettings {
    /// Its id.
    pub id: CspOriginId,
    /// Its name.
    pub name: String,
    /// Its source.
    pub source: CspSource,
    /// Where the source is added.
    pub directives: Directives,
}

impl Settings {
    /// Reads the file and the variables. Relative paths in the file start at its folder.
    ///
    /// # Errors
    /// The file cannot be read or understood, or holds values that cannot be used.
    pub fn load(path: &Path, variables: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let read = |source| ConfigError::Read {
            path: path.to_owned(),
            source,
        };
        let text = std::fs::read_to_string(path).map_err(read)?;
        Self::parse(&text, path.parent().unwrap_or(Path::new("")), variables)
    }

    /// The same from a text. Reads the key files that it names; relative paths start at `folder`.
    ///
    /// # Errors
    /// The text cannot be understood, or holds values that cannot be used.
    pub fn parse(
        text: &str,
        folder: &Path,
        variables: &BTreeMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let raw: Raw = toml::from_str(text).map_err(|error| ConfigError::Syntax(error.to_string()))?;
        let overridden = overrides::apply(&raw, variables)?;
        check::check(&overridden.raw, folder).map_err(|error| overridden.named(error))
    }
}

#[cfg(test)]
mod tests;
