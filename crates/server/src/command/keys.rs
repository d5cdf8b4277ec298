//! `fanlight keys`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Subcommand, ValueEnum};
use fanlight_jose::{KeyKind, PrivateKey};

use crate::{files, output};

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
/// The files are there already or cannot be written.
pub fn run(args: Args) -> Result<ExitCode> {
    let Command::New(args) = args.command;
    for line in new(args.kind.into(), &args.out)? {
        output::line(&line);
    }
    Ok(ExitCode::SUCCESS)
}

fn new(kind: KeyKind, out: &Path) -> Result<Vec<String>> {
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
    Ok(vec![
        format!("kid          {}", key.public().fingerprint()),
        format!("algorithm    {}", kind.default_algorithm()),
        format!(
            "private key  {} (for the portal's backend only)",
            private.display()
        ),
        format!("public key   {} (for the tenant)", public.display()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_a_pair_that_belongs_together_and_prints_its_kid() {
        let folder = tempfile::tempdir().unwrap();
        let lines = new(KeyKind::Ed25519, &folder.path().join("sub/portal")).unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join("sub").join(name)).unwrap();
        let private = PrivateKey::from_pem(&read("portal.pem")).unwrap();
        let public = fanlight_jose::PublicKey::from_pem(&read("portal.pub.pem")).unwrap();
        assert_eq!(private.public(), &public);
        assert!(lines[0].ends_with(&public.fingerprint()), "{lines:?}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(folder.path().join("sub/portal.pem"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_key_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("portal");
        new(KeyKind::P256, &out).unwrap();
        let before = std::fs::read(out.with_added_extension("pem")).unwrap();
        assert!(
            new(KeyKind::P256, &out)
                .unwrap_err()
                .to_string()
                .contains("there already")
        );
        assert_eq!(std::fs::read(out.with_added_extension("pem")).unwrap(), before);
    }
}
