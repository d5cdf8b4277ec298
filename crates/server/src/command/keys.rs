//! `fanlight keys`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Subcommand, ValueEnum};
use fanlight_base::{Clock as _, SystemClock, Timestamp};
use fanlight_identity::{IdentityProvider, ProviderKey, Store as _};
use fanlight_jose::{KeyKind, KeyState, PrivateKey, PublicKey};

use super::token::{open_store, providers_of_config};
use crate::{files, output};

mod rotate;

/// `fanlight keys`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// One thing to do with keys.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a key pair: the private key for the portal's backend, the public key for the tenant
    #[command(
        after_help = "Example: fanlight keys new --out keys/portal\nThis writes keys/portal.pem and keys/portal.pub.pem."
    )]
    New(NewArgs),
    /// Lists the keys of the identity providers, with what may be used now
    #[command(after_help = "Example: fanlight keys list --data .fanlight")]
    List(ListArgs),
    /// Makes a new key beside the ones there are, and retires those after an overlap
    #[command(
        after_help = "Example: fanlight keys rotate --data .fanlight --out keys/portal-2 --overlap 24h\nWith --config the lines to write into the file are printed, because the file is the truth."
    )]
    Rotate(rotate::RotateArgs),
}

/// `fanlight keys new`.
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// The kind of key
    #[arg(long, value_enum, default_value = "rsa")]
    kind: Kind,
    /// Where to write: FILE.pem and FILE.pub.pem
    #[arg(long, value_name = "FILE", default_value = "fanlight-key")]
    out: PathBuf,
}

/// `fanlight keys list`.
#[derive(Debug, clap::Args)]
pub struct ListArgs {
    #[command(flatten)]
    source: Source,
}

/// Whose keys.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Source {
    /// The identity providers that are kept in this data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The identity providers of this configuration
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Source {
    fn providers(&self) -> Result<Vec<IdentityProvider>> {
        match (&self.data, &self.config) {
            (Some(data), _) => Ok(open_store(data)?.identity_providers()?),
            (None, Some(config)) => providers_of_config(config),
            (None, None) => bail!("give `--data` or `--config`, to say whose keys"),
        }
    }
}

/// A kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// RSA of 2048 bits, for RS256: what every JWT library speaks
    Rsa,
    /// P-256, for ES256
    P256,
    /// Ed25519, for EdDSA
    Ed25519,
}

impl From<Kind> for KeyKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Rsa => Self::Rsa,
            Kind::P256 => Self::P256,
            Kind::Ed25519 => Self::Ed25519,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// A file is there already or cannot be written, or the identity providers cannot be read.
pub fn run(args: Args) -> Result<ExitCode> {
    let lines = match args.command {
        Command::New(args) => new(args.kind.into(), &args.out)?.lines(),
        Command::List(args) => list(&args.source.providers()?, SystemClock.now()),
        Command::Rotate(args) => rotate::rotate(&args, SystemClock.now())?,
    };
    for line in lines {
        output::line(&line);
    }
    Ok(ExitCode::SUCCESS)
}

/// A pair of keys that was written.
#[derive(Debug)]
struct Pair {
    kind: KeyKind,
    key: PublicKey,
    private: PathBuf,
    public: PathBuf,
}

fn new(kind: KeyKind, out: &Path) -> Result<Pair> {
    let private = out.with_added_extension("pem");
    let public = out.with_added_extension("pub.pem");
    for file in [&private, &public] {
        if file.exists() {
            bail!(
                "{} is there already; choose another name with `--out`, keys are never overwritten",
                file.display()
            );
        }
    }
    if let Some(folder) = out.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    }
    let key = PrivateKey::generate(kind)?;
    files::write_private(&private, key.to_pem()?.reveal().as_bytes())?;
    // The public key goes to the tenant; anyone may read it.
    files::write_whole(&public, key.public().to_pem().as_bytes(), 0o644)?;
    Ok(Pair {
        kind,
        key: key.public().clone(),
        private,
        public,
    })
}

impl Pair {
    fn lines(&self) -> Vec<String> {
        vec![
            format!("kid          {}", self.key.fingerprint()),
            format!("algorithm    {}", self.kind.default_algorithm()),
            format!(
                "private key  {} (for the portal's backend only)",
                self.private.display()
            ),
            format!("public key   {} (for the tenant)", self.public.display()),
        ]
    }
}

/// A block for each provider, a line for each key.
fn list(providers: &[IdentityProvider], now: Timestamp) -> Vec<String> {
    let mut lines = Vec::new();
    for provider in providers {
        let off = if provider.active { "" } else { " (switched off)" };
        lines.push(format!("{}  issuer {}{off}", provider.id, provider.issuer));
        for key in &provider.keys {
            lines.push(format!(
                "  {:<24} {:<8} {}",
                key.kid,
                key.key.kind().to_string(),
                state(key, now)
            ));
        }
        if let Some(uri) = &provider.jwks_uri {
            lines.push(format!("  and the keys that {uri} publishes"));
        }
    }
    if lines.is_empty() {
        lines.push("There is no identity provider.".to_owned());
    }
    lines
}

fn state(key: &ProviderKey, now: Timestamp) -> String {
    match (key.period.state_at(now), key.period.retire_at) {
        (KeyState::Pending { not_before }, _) => format!("usable from {not_before} on"),
        (KeyState::Retired { retired_at }, _) => format!("retired since {retired_at}"),
        (KeyState::Active, Some(retire_at)) => format!("usable until {retire_at}"),
        (KeyState::Active, None) => "usable".to_owned(),
    }
}

#[cfg(test)]
mod tests;
