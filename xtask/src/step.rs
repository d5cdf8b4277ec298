//! Running other programs, and saying what runs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default()
}

/// Tells the person at the terminal something.
#[expect(clippy::print_stdout, reason = "xtask talks to a person")]
pub fn say(text: &str) {
    println!("{text}");
}

/// Tells the person at the terminal why it did not work.
#[expect(clippy::print_stderr, reason = "xtask talks to a person")]
pub fn complain(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
}

/// Runs `program` in `dir` with its output shown; anything but success is an error.
pub fn run(program: &str, args: &[&str], dir: &Path) -> Result<()> {
    say(&format!("\n> {program} {}", args.join(" ")));
    let status = Command::new(program)
        .args(args)
        .current_dir(dir)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .status()
        .with_context(|| format!("could not start {program}; is it installed and on the PATH?"))?;
    if !status.success() {
        bail!("`{program} {}` failed ({status})", args.join(" "));
    }
    Ok(())
}

/// Runs cargo in the workspace.
pub fn cargo(args: &[&str]) -> Result<()> {
    run("cargo", args, &root())
}

/// Runs npm in the web workspace.
pub fn npm(args: &[&str]) -> Result<()> {
    run("npm", args, &root().join("web"))
}

/// Builds `web/dist`.
pub fn web() -> Result<()> {
    install_web()?;
    npm(&["run", "build"])
}

/// Installs the packages of the web workspace, when the lock file is newer than the last installation.
pub fn install_web() -> Result<()> {
    install(&root().join("web"))
}

/// Installs what the examples of the documentation use; their test runs them.
pub fn examples() -> Result<()> {
    install(&root().join("docs/examples/express"))
}

/// Runs a script of the browser tests: `test` or `browsers`.
pub fn npm_e2e(script: &str, args: &[String]) -> Result<()> {
    let dir = root().join("e2e");
    install(&dir)?;
    let mut all = vec!["run", script];
    if !args.is_empty() {
        all.push("--");
        all.extend(args.iter().map(String::as_str));
    }
    run("npm", &all, &dir)
}

fn install(dir: &Path) -> Result<()> {
    let installed = dir.join("node_modules/.package-lock.json");
    let lock = dir.join("package-lock.json");
    let modified = |path: &Path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
    match (modified(&installed), modified(&lock)) {
        (Some(installed), Some(lock)) if installed >= lock => Ok(()),
        (_, None) => bail!("{} is missing", lock.display()),
        _ => run("npm", &["ci", "--no-audit", "--no-fund", "--ignore-scripts"], dir),
    }
}
