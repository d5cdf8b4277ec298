//! What was logged.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{MakeWriter, layer};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Collects log lines, at every level.
#[derive(Debug, Clone, Default)]
pub struct CapturedLogs(Arc<Mutex<Vec<u8>>>);

impl CapturedLogs {
    /// Collects what is logged in the whole process from now on. There can be one in a test program.
    pub fn start() -> Self {
        let logs = Self::default();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(logs.clone())
            .init();
        logs
    }

    /// As [`CapturedLogs::start`], but what the server itself would write, in both its forms: for people, and one JSON
    /// document a line.
    pub fn start_in_both_forms() -> (Self, Self) {
        let (text, json) = (Self::default(), Self::default());
        tracing_subscriber::registry()
            .with(
                Targets::new()
                    .with_default(LevelFilter::WARN)
                    .with_target("fanlight", LevelFilter::TRACE),
            )
            .with(layer().with_ansi(false).with_writer(text.clone()))
            .with(layer().json().with_ansi(false).with_writer(json.clone()))
            .init();
        (text, json)
    }

    /// Everything so far.
    pub fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl io::Write for CapturedLogs {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for CapturedLogs {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
