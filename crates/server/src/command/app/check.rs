//! `fanlight app check`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use fanlight_ingest::{Check, check_app};

use crate::output;

/// The exit status of `app check --strict` when nothing is wrong but something is doubtful.
const DOUBTFUL: u8 = 3;

/// Which problems make a check fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// Errors only.
    Errors,
    /// Errors, and warnings with a status of their own.
    Warnings,
}

/// Says what is wrong or doubtful with the app in `dir`, and what it holds; fails when anything is wrong.
#[expect(clippy::unnecessary_wraps, reason = "every command returns the same")]
pub fn check(dir: &Path, strictness: Strictness) -> Result<ExitCode> {
    let check = check_app(dir);
    for problem in &check.problems {
        output::line(&problem.to_string());
    }
    if let Some(summary) = &check.summary {
        output::line(summary.to_string().trim_end());
    }
    output::line(&format!("{}: {}", dir.display(), verdict(&check)));
    Ok(status(&check, strictness))
}

fn verdict(check: &Check) -> String {
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    match (check.n_errors(), check.n_warnings()) {
        (0, 0) => "no problems".to_owned(),
        (0, warnings) => counted(warnings, "warning"),
        (errors, 0) => counted(errors, "error"),
        (errors, warnings) => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
    }
}

fn status(check: &Check, strictness: Strictness) -> ExitCode {
    if check.n_errors() > 0 {
        ExitCode::FAILURE
    } else if check.n_warnings() > 0 && strictness == Strictness::Warnings {
        ExitCode::from(DOUBTFUL)
    } else {
        ExitCode::SUCCESS
    }
}
