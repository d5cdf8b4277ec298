//! `fanlight keys rotate`: a new key beside the old ones, which retire after an overlap.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use fanlight_base::Timestamp;
use fanlight_config::is_generated_id;
use fanlight_identity::{Change, IdentityProvider, ProviderKey};
use fanlight_jose::{KeyPeriod, KeyState};

use super::super::change::change;
use super::super::token::{duration, open_store};
use super::{Kind, Pair, Source, new};

/// `fanlight keys rotate`.
#[derive(Debug, clap::Args)]
pub struct RotateArgs {
    #[command(flatten)]
    source: Source,
    /// The identity provider, by id or issuer; may be left out when there is one
    #[arg(long, value_name = "ID")]
    provider: Option<String>,
    /// How long the keys that there are may still be used: seconds, or with `s`, `m` or `h`
    #[arg(long, default_value = "24h", value_parser = duration)]
    overlap: Duration,
    /// The name of the new key; a text that follows from the key if it is left out
    #[arg(long)]
    kid: Option<String>,
    /// The kind of the new key
    #[arg(long, value_enum, default_value = "rsa")]
    kind: Kind,
    /// Where to write the new key: FILE.pem and FILE.pub.pem
    #[arg(long, value_name = "FILE", default_value = "fanlight-key")]
    out: PathBuf,
}

/// Makes the key, brings it into the store or prints the lines for the configuration, and says what comes next.
///
/// # Errors
/// The provider cannot be told, its name is taken, or a file cannot be written.
pub(super) fn rotate(args: &RotateArgs, now: Timestamp) -> Result<Vec<String>> {
    let providers = args.source.providers()?;
    let provider = find(providers, args.provider.as_deref())?;
    if args.source.data.is_some() && !is_generated_id(provider.id.as_str()) {
        bail!(
            "`{}` comes from the configuration, which would undo this at the next start; use `--config FILE`",
            provider.id
        );
    }
    if let Some(kid) = &args.kid
        && provider.keys.iter().any(|key| key.kid == *kid)
    {
        bail!("there is a key `{kid}` already; choose another `--kid`");
    }
    let pair = new(args.kind.into(), &args.out)?;
    let rotated = rotated(provider, &pair, args, now)?;
    let mut lines = pair.lines();
    if let Some(kid) = &args.kid {
        lines[0] = format!("kid          {kid}");
    }
    match &args.source.data {
        Some(data) => {
            change(&open_store(data)?, now, Change::PutIdentityProvider(&rotated))?;
            lines.push(format!(
                "The tenant accepts the new key from now on, for {}.",
                rotated.issuer
            ));
        }
        None => {
            let config = args
                .source
                .config
                .as_deref()
                .context("one of the two was asked for")?;
            lines.extend(for_the_file(&rotated, &pair, config)?);
        }
    }
    lines.extend(next_steps(now.plus(args.overlap)));
    Ok(lines)
}

fn find(mut providers: Vec<IdentityProvider>, wanted: Option<&str>) -> Result<IdentityProvider> {
    let names: Vec<String> = providers
        .iter()
        .map(|provider| format!("{} ({})", provider.id, provider.issuer))
        .collect();
    if let Some(wanted) = wanted {
        providers.retain(|provider| provider.id.as_str() == wanted || provider.issuer == wanted);
    }
    match (providers.pop(), providers.is_empty()) {
        (Some(provider), true) => Ok(provider),
        (None, _) if names.is_empty() => bail!("there is no identity provider"),
        _ => bail!("say by `--provider` which of these: {}", names.join(", ")),
    }
}

/// The provider with the new key first. Keys that may be used now or later retire after the overlap, unless they retire
/// before that anyway; retired ones stay, so that their tokens are refused by name.
fn rotated(
    provider: IdentityProvider,
    pair: &Pair,
    args: &RotateArgs,
    now: Timestamp,
) -> Result<IdentityProvider> {
    let kid = args.kid.clone().unwrap_or_else(|| pair.key.fingerprint());
    let until = now.plus(args.overlap);
    let mut keys = vec![ProviderKey::from_pem(kid, pair.key.to_pem())?];
    for key in provider.keys {
        let retire_at = match (key.period.state_at(now), key.period.retire_at) {
            (KeyState::Retired { retired_at }, _) => retired_at,
            (_, Some(earlier)) => earlier.min(until),
            (_, None) => until,
        };
        let period = KeyPeriod {
            retire_at: Some(retire_at),
            ..key.period
        };
        keys.push(key.in_period(period));
    }
    Ok(IdentityProvider {
        keys,
        updated_at: now,
        ..provider
    })
}

/// The `keys` of the provider, to be pasted in place of those in the file. The file is somebody's own text, with comments
/// and an order; it is theirs to change.
fn for_the_file(provider: &IdentityProvider, pair: &Pair, config: &Path) -> Result<Vec<String>> {
    let written = WrittenKeys::read(config, provider.id.as_str())?;
    let mut lines = vec![format!(
        "Write this into {} in place of `keys` of the [[identity_provider]] `{}`, and restart the tenant:",
        config.display(),
        provider.id
    )];
    lines.push("keys = [".to_owned());
    for (place, key) in provider.keys.iter().enumerate() {
        let source = match place {
            // A relative path would begin at the configuration's folder.
            0 => member("file", &std::path::absolute(&pair.public)?.display().to_string()),
            _ => written.source(&key.kid)?,
        };
        let mut members = vec![member("kid", &key.kid), source];
        members.extend(
            key.period
                .not_before
                .map(|at| member("not_before", &at.to_string())),
        );
        members.extend(
            key.period
                .retire_at
                .map(|at| member("retire_at", &at.to_string())),
        );
        lines.push(format!("  {{ {} }},", members.join(", ")));
    }
    lines.push("]".to_owned());
    Ok(lines)
}

fn member(name: &str, value: &str) -> String {
    format!("{name} = {}", toml::Value::from(value))
}

/// The keys of a provider as its configuration has them: by the path of a file, or with the key itself.
struct WrittenKeys(Vec<toml::Value>);

impl WrittenKeys {
    fn read(config: &Path, provider: &str) -> Result<Self> {
        let text = std::fs::read_to_string(config)
            .with_context(|| format!("{} cannot be read", config.display()))?;
        let table: toml::Table = text
            .parse()
            .with_context(|| format!("{} is no TOML", config.display()))?;
        let providers = table.get("identity_provider").and_then(toml::Value::as_array);
        let written = providers
            .into_iter()
            .flatten()
            .find(|written| written.get("id").and_then(toml::Value::as_str) == Some(provider));
        let keys = written
            .and_then(|written| written.get("keys"))
            .and_then(toml::Value::as_array);
        Ok(Self(keys.cloned().unwrap_or_default()))
    }

    /// Where the key of that name is.
    fn source(&self, kid: &str) -> Result<String> {
        let text = |key: &toml::Value, name: &str| key.get(name)?.as_str().map(str::to_owned);
        let key = self.0.iter().find(|key| text(key, "kid").as_deref() == Some(kid));
        key.and_then(|key| {
            ["file", "pem"]
                .into_iter()
                .find_map(|name| Some(member(name, &text(key, name)?)))
        })
        .with_context(|| format!("the configuration has no key `{kid}`"))
    }
}

fn next_steps(until: Timestamp) -> Vec<String> {
    vec![
        "Next: give the private key and its kid to the portal's backend, and let it sign with them."
            .to_owned(),
        format!(
            "The keys before it retire at {until}; from then on their tokens are refused (token.key-retired)."
        ),
        "`fanlight keys list` shows where each key is.".to_owned(),
    ]
}
