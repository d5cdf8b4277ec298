//! `fanlight api-key`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;
use fanlight_base::{Clock as _, Entropy, SystemClock, SystemEntropy, Timestamp};
use fanlight_identity::{ApiKeyScope, Change, NewApiKey, Store, StoreError, User, new_api_key};

use super::change::change;
use super::token::open_store;
use crate::output;

/// `fanlight api-key`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// One thing to do with API keys.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Makes a key and prints it, once
    #[command(
        after_help = "Example: fanlight api-key new --data .fanlight --user reporting --description 'nightly export'"
    )]
    New(NewArgs),
    /// Lists the keys, without their secrets
    #[command(after_help = "Example: fanlight api-key list --data .fanlight")]
    List(DataArgs),
    /// Revokes a key at once and for good
    #[command(after_help = "Example: fanlight api-key revoke --data .fanlight 0f3a9c21be55d604")]
    Revoke(RevokeArgs),
}

/// Where the tenant is.
#[derive(Debug, clap::Args)]
pub struct DataArgs {
    /// The tenant's data folder
    #[arg(long, value_name = "DIR", default_value = ".fanlight", env = "FANLIGHT_DATA")]
    data: PathBuf,
}

/// `fanlight api-key new`.
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The subject of the user that the key acts as; made when there is none
    #[arg(long)]
    user: String,
    /// What the key is for
    #[arg(long, default_value = "")]
    description: String,
    /// The user becomes an administrator, and the key may use that
    #[arg(long)]
    admin: bool,
}

/// `fanlight api-key revoke`.
#[derive(Debug, clap::Args)]
pub struct RevokeArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The key's id: the middle of its text, as `list` shows it
    id: String,
}

/// Runs the command.
///
/// # Errors
/// There is no database, it cannot be used, or there is no such key.
pub fn run(args: Args) -> Result<ExitCode> {
    let now = SystemClock.now();
    match args.command {
        Command::New(args) => {
            let scope = if args.admin {
                ApiKeyScope::Admin
            } else {
                ApiKeyScope::User
            };
            let store = open_store(&args.data.data)?;
            let new = new(
                &store,
                (&args.user, &args.description),
                scope,
                now,
                &SystemEntropy,
            )?;
            output::line(new.text.reveal());
            output::warning("This is the only time that the key is shown.");
        }
        Command::List(args) => {
            for line in list(&open_store(&args.data)?, now)? {
                output::line(&line);
            }
        }
        Command::Revoke(args) => {
            revoke(&open_store(&args.data.data)?, &args.id, now)?;
            output::line(&format!("{} no longer works", args.id));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes a key for the user with that subject.
///
/// # Errors
/// The store fails.
pub fn new(
    store: &dyn Store,
    (subject, description): (&str, &str),
    scope: ApiKeyScope,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<NewApiKey, StoreError> {
    let known = store.user_by_subject(subject)?;
    let mut user = known
        .clone()
        .unwrap_or_else(|| User::new(subject.to_owned(), subject.to_owned(), now, entropy));
    if scope == ApiKeyScope::Admin && !user.is_admin {
        user = User {
            is_admin: true,
            updated_at: now,
            ..user
        };
    }
    if known.as_ref() != Some(&user) {
        change(store, now, Change::PutUser(&user))?;
    }
    let made = new_api_key(&user.id, description, scope, now, entropy);
    change(store, now, Change::PutApiKey(&made.key))?;
    Ok(made)
}

fn list(store: &dyn Store, now: Timestamp) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for key in store.api_keys()? {
        let user = store
            .user(&key.user)?
            .map_or_else(|| key.user.to_string(), |user| user.subject);
        let state = match key.revoked_at {
            Some(at) => format!("revoked {at}"),
            None if key.is_valid(now) => "valid".to_owned(),
            None => "expired".to_owned(),
        };
        let scope = match key.scope {
            ApiKeyScope::User => "user",
            ApiKeyScope::Admin => "admin",
        };
        lines.push(format!(
            "{}  {scope:<5}  {user}  made {}  {state}  {}",
            key.id, key.created_at, key.description
        ));
    }
    if lines.is_empty() {
        lines.push("there are no API keys".to_owned());
    }
    Ok(lines)
}

fn revoke(store: &dyn Store, id: &str, now: Timestamp) -> Result<()> {
    let key = id
        .parse()
        .ok()
        .map(|id| store.api_key(&id))
        .transpose()?
        .flatten();
    let Some(mut key) = key else {
        bail!("there is no API key `{id}`; `fanlight api-key list` shows them")
    };
    if key.revoked_at.is_none() {
        key.revoked_at = Some(now);
        change(store, now, Change::PutApiKey(&key))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanlight_base::SeededEntropy;
    use fanlight_identity::{AuditLog as _, AuditQuery};
    use fanlight_store::SqliteStore;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    #[test]
    fn a_key_is_made_listed_and_revoked() {
        let (store, entropy) = (SqliteStore::in_memory().unwrap(), SeededEntropy::new(1));
        let made = new(
            &store,
            ("reporting", "nightly"),
            ApiKeyScope::User,
            at(1),
            &entropy,
        )
        .unwrap();
        let text = made.text.reveal();
        let listed = list(&store, at(2)).unwrap().join("\n");
        assert!(
            listed.contains("reporting") && listed.contains("valid") && listed.contains("nightly"),
            "{listed}"
        );
        let (_, secret) = text.rsplit_once('_').unwrap();
        assert!(!listed.contains(secret));
        revoke(&store, made.key.id.as_str(), at(3)).unwrap();
        assert!(list(&store, at(4)).unwrap()[0].contains("revoked"));
    }

    #[test]
    fn what_is_made_and_revoked_is_in_the_audit_log_without_its_secret() {
        let (store, entropy) = (SqliteStore::in_memory().unwrap(), SeededEntropy::new(1));
        let made = new(&store, ("ops", "x"), ApiKeyScope::Admin, at(1), &entropy).unwrap();
        revoke(&store, made.key.id.as_str(), at(2)).unwrap();
        let query = AuditQuery {
            limit: 9,
            ..AuditQuery::default()
        };
        let (user, key) = (&made.key.user, &made.key.id);
        let entries = store.audit(&query).unwrap();
        let details: Vec<&str> = entries.iter().map(|entry| entry.detail.as_str()).collect();
        assert_eq!(
            details,
            [
                format!("api-key revoked · {key}"),
                format!("api-key set · {key}"),
                format!("user set as administrator · {user}"),
            ]
        );
        assert!(entries.iter().all(|entry| entry.actor == "command-line"));
    }

    #[test]
    fn the_same_user_gets_several_keys_and_only_admin_keys_make_an_admin() {
        let (store, entropy) = (SqliteStore::in_memory().unwrap(), SeededEntropy::new(1));
        new(&store, ("ops", ""), ApiKeyScope::User, at(1), &entropy).unwrap();
        assert!(!store.user_by_subject("ops").unwrap().unwrap().is_admin);
        new(&store, ("ops", ""), ApiKeyScope::Admin, at(1), &entropy).unwrap();
        assert!(store.user_by_subject("ops").unwrap().unwrap().is_admin);
        assert_eq!(
            (store.count_users().unwrap(), store.api_keys().unwrap().len()),
            (1, 2)
        );
    }

    #[test]
    fn revoking_an_unknown_key_says_so() {
        let store = SqliteStore::in_memory().unwrap();
        for id in ["nothere", "not an id"] {
            assert!(
                revoke(&store, id, at(1))
                    .unwrap_err()
                    .to_string()
                    .contains("api-key list")
            );
        }
    }
}
