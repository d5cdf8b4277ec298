//! The project's own commands: `cargo xtask demo`, `cargo xtask test` and the steps they are made of.

mod browsers;
mod layers;
mod report;
mod step;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::step::{cargo, examples, install_web, npm, npm_e2e, web};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo [ARGS]   build everything, then start the tenant and the demo portal; ARGS go to `fanlight demo`
  test          every test: formatting, lints, layers, Rust, TypeScript, browser
  build         the web parts and the release binary (target/release/fanlight)
  web           the web parts only (web/dist)
  e2e [ARGS]    the browser tests only, against the development build; ARGS go to the test runner
  browsers [ARGS]
                the embed in Firefox and WebKit, against the development build; ARGS go to the test runner
  pack          the browser SDK as a package that a portal installs (target/pack/fanlight-embed-VERSION.tgz)
  gen           writes the TypeScript that is generated from Rust
  tidy          the dependency directions, and a report of long files, long functions and missing docs

example: cargo xtask demo --tls";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            step::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", args),
    };
    match command {
        "demo" => demo(rest),
        "test" => test(),
        "build" => build(),
        "web" => web(),
        "e2e" => {
            cargo(&["build", "--package", "fanlight"])?;
            npm_e2e("test", rest)
        }
        "browsers" => browsers::run(rest),
        "pack" => pack().map(|file| {
            step::say(&format!(
                "\nIn the portal's folder:\n  npm install {}",
                file.display()
            ));
        }),
        "gen" => generate(),
        "tidy" => tidy::run(),
        "help" | "--help" | "-h" => {
            step::say(USAGE);
            Ok(())
        }
        other => bail!("there is no command {other:?}; `cargo xtask help` lists them"),
    }
}

/// The words that server and pages share. A test of `fanlight-protocol` fails when what is kept is stale.
fn generate() -> Result<()> {
    let file = step::root().join("web/embed/src/generated/session.ts");
    let folder = file.parent().context("the file is in a folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    std::fs::write(&file, fanlight_protocol::session::typescript())
        .with_context(|| format!("cannot write {}", file.display()))?;
    step::say(&format!("wrote {}", file.display()));
    Ok(())
}

/// Packs `@fanlight/embed` and tries the package as a portal would use it. Gives the file.
fn pack() -> Result<PathBuf> {
    install_web()?;
    npm(&["run", "--workspace", "embed", "build"])?;
    let folder = step::root().join("target/pack");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    npm(&[
        "pack",
        "--workspace",
        "embed",
        "--silent",
        "--pack-destination",
        &folder.to_string_lossy(),
    ])?;
    let file = folder.join(format!("fanlight-embed-{}.tgz", env!("CARGO_PKG_VERSION")));
    step::run(
        "node",
        &["web/embed/build/packed.mjs", &file.to_string_lossy()],
        &step::root(),
    )?;
    Ok(file)
}

fn build() -> Result<()> {
    web()?;
    cargo(&["build", "--release", "--package", "fanlight"])
}

fn demo(args: &[String]) -> Result<()> {
    build()?;
    let binary = step::root().join("target/release/fanlight");
    let mut all = vec!["demo"];
    all.extend(args.iter().map(String::as_str));
    step::run(&binary.to_string_lossy(), &all, &step::root())
}

/// The quick checks come first, so that a mistake in formatting costs seconds and not a browser run.
fn test() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    tidy::run()?;
    web()?;
    npm(&["run", "check"])?;
    npm(&["test"])?;
    pack()?;
    cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ])?;
    examples()?;
    // The tests of the binary have built it; building it alone, with fewer features, would compile most of it again.
    cargo(&["test", "--workspace"])?;
    npm_e2e("test", &[])
}
