//! `fanlight token`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::{Subcommand, ValueEnum};
use fanlight_base::{Clock as _, SystemClock, SystemEntropy};
use fanlight_config::Settings;
use fanlight_identity::{IdentityProvider, NoRemoteKeys, Store as _, login_rules, program_rules};
use fanlight_jose::{
    AUDIENCE_LOGIN, AUDIENCE_PROGRAM, Algorithm, Finding, MintClaims, PrivateKey, Rule, UnverifiedToken,
    explain, mint,
};
use fanlight_store::SqliteStore;

use crate::output;

/// `fanlight token`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// One thing to do with tokens.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prints a signed token
    #[command(
        after_help = "Example: fanlight token mint --key portal.pem --kid 4F2a --iss portal.example --sub ada --name 'Ada Quill'"
    )]
    Mint(Box<MintArgs>),
    /// Says rule by rule what is wrong with a token, with the fix
    #[command(after_help = "Example: fanlight token explain eyJhbGciOi… --config fanlight.toml")]
    Explain(ExplainArgs),
}

/// `fanlight token mint`.
#[derive(Debug, clap::Args)]
pub struct MintArgs {
    /// The private key, PEM
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The key id, as registered with the identity provider
    #[arg(long)]
    kid: String,
    /// The issuer of the identity provider
    #[arg(long)]
    iss: String,
    /// The user's id
    #[arg(long)]
    sub: String,
    /// The user's name
    #[arg(long)]
    name: String,
    /// The user's e-mail address
    #[arg(long)]
    email: Option<String>,
    /// The user's groups, with commas between them
    #[arg(long, value_delimiter = ',')]
    groups: Vec<String>,
    /// How long the token is valid: seconds, or with `s`, `m` or `h`
    #[arg(long, default_value = "60s", value_parser = duration)]
    ttl: Duration,
    /// What the token is for
    #[arg(long, value_enum, default_value = "login")]
    audience: Audience,
    /// The algorithm, when it is not the usual one of the key
    #[arg(long, value_parser = algorithm)]
    alg: Option<Algorithm>,
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Audience {
    /// To open a login session
    Login,
    /// To be sent by a program with every request
    Program,
}

impl Audience {
    const fn claim(self) -> &'static str {
        match self {
            Self::Login => AUDIENCE_LOGIN,
            Self::Program => AUDIENCE_PROGRAM,
        }
    }
}

/// `fanlight token explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArgs {
    /// The token; `-` reads it from standard input, which keeps it out of the shell's history
    token: String,
    /// Check against the identity providers of this configuration
    #[arg(long, value_name = "FILE", required_unless_present = "data")]
    config: Option<PathBuf>,
    /// Check against the identity providers that are kept in this data folder, such as a demo's
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    data: Option<PathBuf>,
}

/// Runs the command. `explain` fails when a rule is broken.
///
/// # Errors
/// A file cannot be read, or the key cannot sign.
pub fn run(args: Args) -> Result<ExitCode> {
    match args.command {
        Command::Mint(args) => {
            output::line(&minted(&args)?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Explain(args) => {
            let findings = explained(&args)?;
            for line in report(&findings) {
                output::line(&line);
            }
            let broken = findings.iter().any(|finding| !finding.ok);
            Ok(if broken {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            })
        }
    }
}

fn minted(args: &MintArgs) -> Result<String> {
    let pem = std::fs::read_to_string(&args.key)
        .with_context(|| format!("the key {} cannot be read", args.key.display()))?;
    let key = PrivateKey::from_pem(&pem).with_context(|| format!("{}", args.key.display()))?;
    let claims = MintClaims {
        issuer: args.iss.clone(),
        audience: args.audience.claim().to_owned(),
        subject: args.sub.clone(),
        name: args.name.clone(),
        email: args.email.clone(),
        groups: args.groups.clone(),
        ttl: args.ttl,
    };
    let algorithm = args.alg.unwrap_or(key.public().kind().default_algorithm());
    Ok(mint(
        &key,
        algorithm,
        &args.kid,
        &claims,
        SystemClock.now(),
        &SystemEntropy,
    )?)
}

fn explained(args: &ExplainArgs) -> Result<Vec<Finding>> {
    let token = if args.token == "-" {
        std::io::read_to_string(std::io::stdin())?
    } else {
        args.token.clone()
    };
    let providers = match (&args.config, &args.data) {
        (Some(config), _) => providers_of_config(config)?,
        (None, Some(data)) => open_store(data)?.identity_providers()?,
        (None, None) => bail!("give `--config` or `--data`, to say whose token it should be"),
    };
    let for_programs =
        UnverifiedToken::parse(&token).is_ok_and(|token| token.claimed_audience() == Some(AUDIENCE_PROGRAM));
    let rules = if for_programs {
        program_rules(&providers, &NoRemoteKeys, SystemClock.now())
    } else {
        login_rules(&providers, &NoRemoteKeys, SystemClock.now())
    };
    let mut findings = explain(&token, &rules, SystemClock.now());
    name_the_known_issuers(&mut findings, &providers);
    Ok(findings)
}

/// The identity providers of a configuration file.
pub(super) fn providers_of_config(path: &Path) -> Result<Vec<IdentityProvider>> {
    let variables: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let settings = Settings::load(path, &variables)?;
    let store = SqliteStore::in_memory()?;
    fanlight_config::apply(&settings, &store, SystemClock.now(), &SystemEntropy)?;
    Ok(store.identity_providers()?)
}

/// The store in a data folder, which must be there already.
pub(super) fn open_store(data: &Path) -> Result<SqliteStore> {
    let file = data.join(DATABASE);
    if !file.is_file() {
        bail!(
            "there is no database in {}; start `fanlight demo` or `fanlight serve` on it first",
            data.display()
        );
    }
    Ok(SqliteStore::open(&file)?)
}

/// The file inside the data folder.
pub const DATABASE: &str = "fanlight.db";

/// The sign-in does not tell strangers which issuers it knows; the operator's own tool does.
fn name_the_known_issuers(findings: &mut [Finding], providers: &[IdentityProvider]) {
    let known: Vec<String> = providers
        .iter()
        .filter(|provider| provider.active)
        .map(|provider| {
            let kids: Vec<&str> = provider.keys.iter().map(|key| key.kid.as_str()).collect();
            format!("`{}` with the keys {}", provider.issuer, kids.join(", "))
        })
        .collect();
    let known = if known.is_empty() {
        "no identity provider at all".to_owned()
    } else {
        known.join("; ")
    };
    for finding in findings {
        if let (Rule::Issuer | Rule::KeyId, Some(fix)) = (finding.rule, &mut finding.fix) {
            *fix = format!("{fix} (the tenant knows {known})");
        }
    }
}

fn report(findings: &[Finding]) -> Vec<String> {
    let mut lines = Vec::new();
    for finding in findings {
        let mark = if finding.ok { "ok    " } else { "BROKEN" };
        lines.push(format!("{mark} {:<19} {}", finding.rule.code(), finding.message));
        if let Some(fix) = &finding.fix {
            lines.push(format!("       {:<19} fix: {fix}", ""));
        }
    }
    let broken: Vec<&str> = findings
        .iter()
        .filter(|finding| !finding.ok)
        .map(|finding| finding.rule.code())
        .collect();
    lines.push(match broken.first() {
        None => "The token keeps every rule. Whether it was used before, only the tenant knows.".to_owned(),
        Some(first) => format!(
            "The sign-in would refuse this token and name {first}. Broken: {}.",
            broken.join(", ")
        ),
    });
    lines
}

fn algorithm(name: &str) -> Result<Algorithm, String> {
    Algorithm::from_name(name)
        .ok_or_else(|| format!("use one of {}", Algorithm::ALL.map(Algorithm::name).join(", ")))
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h']) {
        Some(number) => (number, &text[number.len()..]),
        None => (text, "s"),
    };
    let secs_per_unit = match unit {
        "h" => 3600,
        "m" => 60,
        _ => 1,
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "write for example `60s`, `5m` or `1h`".to_owned())?;
    Ok(Duration::from_secs(number.saturating_mul(secs_per_unit)))
}

#[cfg(test)]
mod tests;
