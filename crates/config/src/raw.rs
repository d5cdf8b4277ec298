//! The file as it is written. Texts that may be left out are empty by default.

use serde::{Deserialize, Serialize};

use crate::error::Problems;

/// A section of numbers: field, default, bounds. The bounds are checked, so the section serves as settings too. Lists of
/// texts may follow, empty by default.
macro_rules! numbers {
    ($(#[$doc:meta])* $section:ident = $name:literal {
        $($(#[$field_doc:meta])* $field:ident = $default:literal in $min:literal ..= $max:literal;)*
    } $(lists {
        $($(#[$list_doc:meta])* $list:ident;)*
    })?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $section {
            $($(#[$field_doc])* pub $field: u64,)*
            $($($(#[$list_doc])* pub $list: Vec<String>,)*)?
        }

        impl Default for $section {
            fn default() -> Self {
                Self {
                    $($field: $default,)*
                    $($($list: Vec::new(),)*)?
                }
            }
        }

        impl $section {
            pub(crate) fn check(&self, problems: &mut Problems) {
                $(if !($min..=$max).contains(&self.$field) {
                    problems.add(
                        concat!($name, ".", stringify!($field)),
                        format_args!("{} is out of bounds", self.$field),
                        format_args!("write a whole number from {} to {}", $min as u64, $max as u64),
                    );
                })*
            }
        }
    };
}

numbers! {
    /// Limits of engine sessions.
    Engine = "engine" {
        /// How long an engine session outlives its last connection when the URL names no ttl, in seconds.
        linger_secs = 60 in 0..=86_400;
        /// The longest ttl that a URL may ask for, in seconds.
        max_ttl_secs = 1_800 in 0..=86_400;
        /// How long an engine session may go without a request before it is closed with 4001, in seconds.
        idle_secs = 1_800 in 60..=604_800;
        /// Calculations that run at once, over all sessions; 0 takes one per processor.
        calculations = 0 in 0..=1_024;
        /// Engine sessions of one user.
        sessions_per_user = 20 in 1..=100_000;
        /// Engine sessions in all.
        sessions_total = 10_000 in 1..=1_000_000;
        /// Connections of one engine session.
        connections_per_session = 20 in 1..=10_000;
        /// Objects that one engine session may add to its app.
        objects_per_session = 5_000 in 10..=1_000_000;
        /// Handles of one connection.
        handles_per_connection = 10_000 in 10..=1_000_000;
        /// Calculations that one connection may have waiting or running.
        pending_jobs = 200 in 1..=100_000;
        /// How long one calculation may run, in seconds.
        calculation_secs = 60 in 1..=3_600;
        /// Cells kept in the calculation cache of one engine session.
        cached_cells_per_session = 4_000_000 in 0..=1_000_000_000;
        /// Memory of one engine session, in bytes: objects, variables, results, and what is calculated.
        memory_bytes_per_session = 536_870_912 in 16_777_216..=1_099_511_627_776;
        /// Memory of all engine sessions of one user, in bytes.
        memory_bytes_per_user = 1_073_741_824 in 16_777_216..=1_099_511_627_776;
        /// Memory of the process, in bytes, above which nothing new begins; 0 takes three quarters of the machine's, or of
        /// what its container may have.
        memory_bytes = 0 in 0..=1_099_511_627_776;
        /// What the journal keeps of all engine sessions of one user, in bytes.
        journal_bytes_per_user = 67_108_864 in 1_048_576..=1_099_511_627_776;
    }
}

numbers! {
    /// Limits of the HTTP surface and its WebSockets.
    Http = "http" {
        /// How long a request may take, in seconds.
        request_timeout_secs = 30 in 1..=600;
        /// Longest request body, in bytes.
        max_body_bytes = 262_144 in 1_024..=67_108_864;
        /// TCP connections at a time.
        max_connections = 20_000 in 1..=1_000_000;
        /// TCP connections of one client address at a time.
        connections_per_address = 2_000 in 1..=1_000_000;
        /// Sign-ins of one client address in a minute.
        sign_ins_per_minute = 100 in 1..=1_000_000;
        /// Other requests of one client address in a minute.
        requests_per_minute = 6_000 in 1..=10_000_000;
        /// Longest message on a WebSocket, in bytes.
        max_message_bytes = 1_048_576 in 1_024..=67_108_864;
        /// Messages on one WebSocket in a second.
        messages_per_second = 1_000 in 1..=1_000_000;
        /// Messages on one WebSocket at once, before the rate counts.
        messages_burst = 2_000 in 1..=1_000_000;
        /// WebSockets in all.
        sockets_total = 15_000 in 1..=1_000_000;
        /// WebSockets of one user.
        sockets_per_user = 50 in 1..=1_000_000;
        /// Frames that may wait for a slow reader before it is disconnected.
        queued_frames = 512 in 1..=1_000_000;
        /// Bytes that may wait for a slow reader before it is disconnected.
        queued_bytes = 4_194_304 in 65_536..=1_073_741_824;
        /// Silence after which a WebSocket is pinged, in seconds.
        ping_after_secs = 20 in 1..=3_600;
        /// Silence after which a WebSocket counts as gone, in seconds.
        dead_after_secs = 60 in 2..=7_200;
    } lists {
        /// The proxies in front, as they are written; checked, they are `Settings::trusted_proxies`.
        trusted_proxies;
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Raw {
    pub server: RawServer,
    pub tenant: RawTenant,
    pub sessions: RawSessions,
    pub engine: Engine,
    pub http: Http,
    pub operator: RawOperator,
    pub log: RawLog,
    pub identity_provider: Vec<RawProvider>,
    pub web_integration: Vec<RawIntegration>,
    pub csp_origin: Vec<RawCspOrigin>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawServer {
    pub listen: String,
    pub public_url: String,
    pub more_urls: Vec<String>,
    pub data: String,
    pub database_max_bytes: u64,
    pub tls_cert: String,
    pub tls_key: String,
}

impl Default for RawServer {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".into(),
            public_url: "http://localhost:8080".into(),
            more_urls: Vec::new(),
            data: ".fanlight".into(),
            database_max_bytes: 4 << 30,
            tls_cert: String::new(),
            tls_key: String::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawTenant {
    pub name: String,
    pub admins: Vec<String>,
}

impl Default for RawTenant {
    fn default() -> Self {
        Self {
            name: "Fanlight".into(),
            admins: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawSessions {
    /// 0: keep what the tenant has.
    pub idle_minutes: u64,
    /// 0: keep what the tenant has.
    pub lifetime_minutes: u64,
    pub cookies: String,
    pub sign_in_page: String,
}

impl Default for RawSessions {
    fn default() -> Self {
        Self {
            idle_minutes: 0,
            lifetime_minutes: 0,
            cookies: "cross-site".into(),
            sign_in_page: String::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawOperator {
    pub metrics_token: String,
    pub metrics_token_file: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RawLog {
    pub format: String,
    pub level: String,
}

impl Default for RawLog {
    fn default() -> Self {
        Self {
            format: "text".into(),
            level: "info".into(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawProvider {
    pub id: String,
    pub issuer: String,
    #[serde(default)]
    pub description: String,
    #[serde(default = "default_tolerance")]
    pub clock_tolerance_secs: u64,
    #[serde(default = "yes")]
    pub active: bool,
    #[serde(default = "yes")]
    pub require_jti: bool,
    #[serde(default = "yes")]
    pub require_nbf: bool,
    #[serde(default)]
    pub keys: Vec<RawKey>,
    #[serde(default)]
    pub jwks_uri: String,
}

fn default_tolerance() -> u64 {
    fanlight_identity::IdentityProvider::DEFAULT_CLOCK_TOLERANCE.as_secs()
}

const fn yes() -> bool {
    true
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawKey {
    pub kid: String,
    #[serde(default)]
    pub pem: String,
    #[serde(default)]
    pub file: String,
    #[serde(default)]
    pub not_before: String,
    #[serde(default)]
    pub retire_at: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawIntegration {
    pub id: String,
    #[serde(default)]
    pub name: String,
    pub origins: Vec<String>,
    /// 0: keep what the tenant has.
    #[serde(default)]
    pub idle_minutes: u64,
    /// 0: keep what the tenant has.
    #[serde(default)]
    pub lifetime_minutes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCspOrigin {
    pub id: String,
    #[serde(default)]
    pub name: String,
    pub origin: String,
    #[serde(default = "frame_ancestors")]
    pub directives: Vec<String>,
}

fn frame_ancestors() -> Vec<String> {
    vec!["frame-ancestors".into()]
}
