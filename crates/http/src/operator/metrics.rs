//! Counters and timings, as Prometheus reads them.
//!
//! Labels have few values each: whatever comes from outside is first matched to a known word.

use std::time::Duration;

use http::StatusCode;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::absence::Resume;
use super::{Happening, Kind};

/// Words that may stand as the reason of an end.
const REASONS: [&str; 12] = [
    "idle-timeout",
    "lifetime",
    "revoked",
    "signed-out",
    "replaced",
    "app-removed",
    "no-such-app",
    "session-limit",
    "not-permitted",
    "engine-restart",
    "detached",
    "other",
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct End {
    kind: &'static str,
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct How {
    how: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    /// `ok`, or the code of the rule that the token breaks.
    result: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SessionsIn {
    kind: &'static str,
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Toward {
    direction: Direction,
}

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Direction {
    /// From a client.
    In,
    /// To a client.
    Out,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Because {
    cause: &'static str,
}

/// Why the server gives up a WebSocket whose session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The peer answers no pings.
    Dead,
    /// The peer takes nothing of what is written.
    Stalled,
    /// More waits for the peer than may (4205).
    Slow,
    /// The peer asks too often (4205).
    Flood,
    /// The peer breaks the protocol (4202).
    BadRequest,
}

impl Cut {
    const fn word(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Stalled => "stalled",
            Self::Slow => "slow",
            Self::Flood => "flood",
            Self::BadRequest => "bad-request",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refusal {
    /// The code of the refusal, or the reason word of the close code.
    reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Call {
    /// A path of the router, with its parameters' names in place of their values; `other` for a page or nothing.
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Group {
    group: &'static str,
}

/// How many there are of what comes and goes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Snapshot {
    /// Login sessions that run.
    pub logins: usize,
    /// Engine sessions with a connection.
    pub attached: usize,
    /// Engine sessions without one.
    pub detached: usize,
    /// WebSockets.
    pub connections: usize,
    /// What the database takes, in bytes.
    pub database_bytes: u64,
    /// What it may take, in bytes.
    pub database_max_bytes: u64,
}

/// Every metric.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    sessions: Family<SessionsIn, Gauge>,
    connections: Gauge,
    database: Gauge,
    database_max: Gauge,
    ends: Family<End, Counter>,
    resumes: Family<How, Counter>,
    suspended: Histogram,
    logins: Family<Outcome, Counter>,
    renewals: Counter,
    refused_connections: Family<Refusal, Counter>,
    cuts: Family<Because, Counter>,
    http: Family<Call, Histogram>,
    messages: Family<Toward, Counter>,
    requests: Family<Group, Histogram>,
    calculations: Histogram,
    /// Audit entries that were given up because the store did not answer for too long.
    pub lost_audit_entries: Counter,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("fanlight"),
            sessions: Family::default(),
            connections: Gauge::default(),
            database: Gauge::default(),
            database_max: Gauge::default(),
            ends: Family::default(),
            resumes: Family::default(),
            suspended: Histogram::new([0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0]),
            logins: Family::default(),
            renewals: Counter::default(),
            refused_connections: Family::default(),
            cuts: Family::default(),
            http: Family::new_with_constructor(timings),
            messages: Family::default(),
            requests: Family::new_with_constructor(timings),
            calculations: timings(),
            lost_audit_entries: Counter::default(),
        };
        metrics.register_sessions();
        metrics.register_work();
        metrics
    }

    fn register_sessions(&mut self) {
        let registry = &mut self.registry;
        registry.register("sessions", "Sessions by kind and state", self.sessions.clone());
        registry.register("connections", "Open WebSockets", self.connections.clone());
        registry.register_with_unit(
            "database",
            "What the database takes",
            Unit::Bytes,
            self.database.clone(),
        );
        registry.register_with_unit(
            "database_max",
            "What the database may take; from 95 % of it on sign-ins and tickets are refused",
            Unit::Bytes,
            self.database_max.clone(),
        );
        registry.register(
            "session_ends",
            "Sessions that ended, by kind and reason",
            self.ends.clone(),
        );
        registry.register(
            "resumes",
            "Engine sessions that were without a connection: attached or rebuilt when a client came back, abandoned when \
             none did before the end",
            self.resumes.clone(),
        );
        registry.register_with_unit(
            "suspended",
            "How long engine sessions were without a connection",
            Unit::Seconds,
            self.suspended.clone(),
        );
        registry.register(
            "logins",
            "Sign-ins by result: ok, or the code of the rule that was broken",
            self.logins.clone(),
        );
        registry.register(
            "login_renewals",
            "Sign-ins that renewed the login session of the browser; logins counts them too",
            self.renewals.clone(),
        );
        registry.register(
            "refused_connections",
            "WebSockets that were not let in, by reason",
            self.refused_connections.clone(),
        );
        registry.register(
            "connection_cuts",
            "WebSockets that the server gave up while their session went on, by cause",
            self.cuts.clone(),
        );
    }

    fn register_work(&mut self) {
        let registry = &mut self.registry;
        registry.register_with_unit(
            "http_request",
            "HTTP requests, from the head to the answer's head, by route and class of status",
            Unit::Seconds,
            self.http.clone(),
        );
        registry.register(
            "websocket_messages",
            "Messages on WebSockets by direction",
            self.messages.clone(),
        );
        registry.register_with_unit(
            "engine_request",
            "The part of an engine request that is done in order, by group of methods",
            Unit::Seconds,
            self.requests.clone(),
        );
        registry.register_with_unit(
            "calculation",
            "Calculations of layouts and pages, from the request to the answer",
            Unit::Seconds,
            self.calculations.clone(),
        );
        registry.register(
            "lost_audit_entries",
            "Audit entries that were given up because the store did not answer",
            self.lost_audit_entries.clone(),
        );
    }

    pub(super) fn count(&self, happening: &Happening) {
        let reason = happening.reason.as_deref();
        match happening.kind {
            Kind::Login => self.login("ok"),
            Kind::LoginRenewed => {
                self.login("ok");
                self.renewals.inc();
            }
            Kind::LoginRefused => self.login(reason.unwrap_or("other")),
            Kind::SignedOut | Kind::Expired | Kind::Revoked => self.end("login", reason),
            Kind::EngineEnded => self.end("engine", reason),
            Kind::ConnectionRefused => self.refused(reason),
            Kind::EngineCreated
            | Kind::EngineRebuilt
            | Kind::EngineAttached
            | Kind::EngineDetached
            | Kind::AdminEnd
            | Kind::AdminMessage => {}
        }
    }

    /// A client came back to an engine session that was without a connection, or did not.
    pub(super) fn resumed(&self, resume: Resume) {
        let (how, lasted) = match resume {
            Resume::Attached(lasted) => ("attached", Some(lasted)),
            Resume::Rebuilt(lasted) => ("rebuilt", lasted),
            Resume::Abandoned => ("abandoned", None),
        };
        self.resumes.get_or_create(&How { how }).inc();
        if let Some(lasted) = lasted {
            self.suspended.observe(lasted.as_secs_f64());
        }
    }

    /// The server gave a WebSocket up.
    pub fn cut(&self, cause: Cut) {
        let cause = cause.word();
        self.cuts.get_or_create(&Because { cause }).inc();
    }

    /// The reason begins with a code of ours.
    fn refused(&self, reason: Option<&str>) {
        let word = reason.and_then(|reason| reason.split(':').next());
        let reason = word.unwrap_or("other").to_owned();
        self.refused_connections.get_or_create(&Refusal { reason }).inc();
    }

    fn login(&self, result: &str) {
        let result = result.to_owned();
        self.logins.get_or_create(&Outcome { result }).inc();
    }

    fn end(&self, kind: &'static str, reason: Option<&str>) {
        let word = reason
            .and_then(|reason| reason.split(':').next())
            .unwrap_or("other");
        let reason = REASONS
            .into_iter()
            .find(|known| *known == word)
            .unwrap_or("other");
        self.ends.get_or_create(&End { kind, reason }).inc();
    }

    /// A request was answered. `route` is a path of the router, of which there are few.
    pub fn http(&self, route: Option<&str>, status: StatusCode, took: Duration) {
        let call = Call {
            route: route.unwrap_or("other").to_owned(),
            status: match status.as_u16() {
                ..200 => "1xx",
                200..300 => "2xx",
                300..400 => "3xx",
                400..500 => "4xx",
                500.. => "5xx",
            },
        };
        self.http.get_or_create(&call).observe(took.as_secs_f64());
    }

    /// A message went in or out.
    pub fn message(&self, direction: Direction) {
        self.messages.get_or_create(&Toward { direction }).inc();
    }

    /// The ordered part of a request took so long.
    pub fn request(&self, method: &str, took: Duration) {
        let group = group(method);
        self.requests
            .get_or_create(&Group { group })
            .observe(took.as_secs_f64());
    }

    /// A calculation took so long.
    pub fn calculation(&self, took: Duration) {
        self.calculations.observe(took.as_secs_f64());
    }

    /// Everything, in the text format.
    ///
    /// # Errors
    /// A metric cannot be written.
    pub fn text(&self, now: Snapshot) -> Result<String, std::fmt::Error> {
        let states = [
            ("login", "active", now.logins),
            ("engine", "attached", now.attached),
            ("engine", "detached", now.detached),
        ];
        for (kind, state, count) in states {
            let gauge = self.sessions.get_or_create(&SessionsIn { kind, state });
            gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        let connections = i64::try_from(now.connections).unwrap_or(i64::MAX);
        self.connections.set(connections);
        for (gauge, bytes) in [
            (&self.database, now.database_bytes),
            (&self.database_max, now.database_max_bytes),
        ] {
            gauge.set(i64::try_from(bytes).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// From half a millisecond to half a minute.
fn timings() -> Histogram {
    Histogram::new([
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
    ])
}

/// What kind of thing an engine method does.
fn group(method: &str) -> &'static str {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| method.starts_with(prefix));
    if starts(&["GetLayout", "GetHyperCube", "GetListObjectData", "GetAppLayout"]) {
        "layout"
    } else if starts(&[
        "Select",
        "Clear",
        "Toggle",
        "RangeSelect",
        "Lock",
        "Unlock",
        "Back",
        "Forward",
    ]) || method.contains("Search")
        || method.contains("Selections")
    {
        "selection"
    } else if starts(&["Create", "Destroy", "Set", "Apply", "Do"]) {
        "change"
    } else if starts(&["Get", "Is", "Evaluate", "Check", "Expand"]) {
        "read"
    } else {
        "other"
    }
}
