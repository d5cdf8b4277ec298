//! `fanlight app`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use fanlight_ingest::check_app;

use crate::output;

/// Says what is wrong with the app in `dir`; fails when anything is.
#[expect(clippy::unnecessary_wraps, reason = "every command returns the same")]
pub fn check(dir: &Path) -> Result<ExitCode> {
    let problems = check_app(dir);
    for problem in &problems {
        output::line(&problem.to_string());
    }
    if problems.is_empty() {
        output::line(&format!("{}: no problems", dir.display()));
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}
