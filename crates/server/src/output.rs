//! The only place that writes to the terminal.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Prints one line of result.
pub fn line(text: &str) {
    // A reader that went away, as `head` does, is no reason to fail.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints one line about something that goes wrong.
pub fn warning(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Asks the person at the terminal; an empty answer is yes.
///
/// # Errors
/// The terminal cannot be read, or is closed.
pub fn ask(question: &str) -> std::io::Result<bool> {
    loop {
        let mut out = std::io::stdout();
        write!(out, "{question} [Y/n] ")?;
        out.flush()?;
        let mut answer = String::new();
        if std::io::stdin().read_line(&mut answer)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        match answer.trim().to_lowercase().as_str() {
            "" | "y" | "yes" => return Ok(true),
            "n" | "no" => return Ok(false),
            _ => {}
        }
    }
}

/// A bar on the terminal; hidden when there is none.
pub fn progress(what: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0)
        .with_style(style)
        .with_message(what.to_owned())
}

/// How long work may take before a bar shows itself.
pub const PATIENCE: Duration = Duration::from_secs(1);
