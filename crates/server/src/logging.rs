//! Where log lines go, and in which form.

use std::io::IsTerminal as _;

use clap::ValueEnum;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON document a line.
    Json,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogLevel {
    /// Only what somebody must act on.
    Error,
    /// What may go wrong soon.
    Warn,
    /// What happened: refusals, sessions, starts and stops.
    Info,
    /// Each request.
    Debug,
    /// Everything that Fanlight's own parts say.
    Trace,
}

impl From<fanlight_config::LogFormat> for LogFormat {
    fn from(format: fanlight_config::LogFormat) -> Self {
        match format {
            fanlight_config::LogFormat::Text => Self::Text,
            fanlight_config::LogFormat::Json => Self::Json,
        }
    }
}

impl From<fanlight_config::LogLevel> for LogLevel {
    fn from(level: fanlight_config::LogLevel) -> Self {
        match level {
            fanlight_config::LogLevel::Error => Self::Error,
            fanlight_config::LogLevel::Warn => Self::Warn,
            fanlight_config::LogLevel::Info => Self::Info,
            fanlight_config::LogLevel::Debug => Self::Debug,
            fanlight_config::LogLevel::Trace => Self::Trace,
        }
    }
}

impl LogLevel {
    const fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// Starts logging to standard error. Libraries are heard from `warn` upwards only: at finer levels some of them show
/// what they transport, and that holds cookies and tokens.
/// What is `wanted` on the command line goes before what is `usual`.
pub fn start(wanted: (Option<LogFormat>, Option<LogLevel>), usual: (LogFormat, LogLevel)) {
    let format = wanted.0.unwrap_or(usual.0);
    let level = wanted.1.unwrap_or(usual.1);
    let theirs = level.filter().min(LevelFilter::WARN);
    let filter = Targets::new()
        .with_default(theirs)
        .with_target("fanlight", level.filter());
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let registry = tracing_subscriber::registry().with(filter);
    // Starting twice can only happen in a test, where the first one stands.
    let _ = match format {
        LogFormat::Text => registry.with(lines).try_init(),
        LogFormat::Json => registry.with(lines.json()).try_init(),
    };
}
