//! `[[identity_provider]]`.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use fanlight_base::Timestamp;
use fanlight_identity::{IdentityProvider, JwksUri, ProviderKey, RequiredClaims};
use fanlight_jose::KeyPeriod;

use super::id;
use crate::ProviderSettings;
use crate::error::Problems;
use crate::raw::{RawKey, RawProvider};

pub(super) fn provider(
    raw: &RawProvider,
    at: &str,
    folder: &Path,
    problems: &mut Problems,
) -> Option<ProviderSettings> {
    let max = IdentityProvider::MAX_CLOCK_TOLERANCE.as_secs();
    if raw.clock_tolerance_secs > max {
        let key = format!("{at}.clock_tolerance_secs");
        problems.add(
            key,
            format_args!("{} s are too many", raw.clock_tolerance_secs),
            format_args!("write 0 to {max}"),
        );
    }
    if raw.issuer.trim().is_empty() {
        problems.add(
            format!("{at}.issuer"),
            "it is empty",
            "write the `iss` of the portal's tokens",
        );
    }
    if raw.keys.is_empty() && raw.jwks_uri.is_empty() {
        problems.add(
            format!("{at}.keys"),
            "there are none",
            "write `keys = [{ kid = \"…\", file = \"….pem\" }]`, or a `jwks_uri`",
        );
    }
    unique_kids(raw, at, problems);
    let keys = raw
        .keys
        .iter()
        .filter_map(|raw| key(raw, &format!("{at}.keys"), folder, problems))
        .collect();
    Some(ProviderSettings {
        id: id(&raw.id, at, problems)?,
        issuer: raw.issuer.clone(),
        description: raw.description.clone(),
        clock_tolerance: Duration::from_secs(raw.clock_tolerance_secs),
        required: RequiredClaims {
            token_id: raw.require_jti,
            not_before: raw.require_nbf,
        },
        active: raw.active,
        keys,
        jwks_uri: jwks_uri(raw, at, problems),
    })
}

fn jwks_uri(raw: &RawProvider, at: &str, problems: &mut Problems) -> Option<JwksUri> {
    if raw.jwks_uri.is_empty() {
        return None;
    }
    let fix = "write for example \"https://portal.example.com/.well-known/jwks.json\"";
    problems.take(&format!("{at}.jwks_uri"), raw.jwks_uri.parse(), fix)
}

/// A token names its key by `kid`; with two keys of one name nobody could say which one is meant.
fn unique_kids(raw: &RawProvider, at: &str, problems: &mut Problems) {
    let mut seen = BTreeSet::new();
    for key in &raw.keys {
        if !seen.insert(&key.kid) {
            problems.add(
                format!("{at}.keys"),
                format_args!("two keys have the kid `{}`", key.kid),
                "give each its own",
            );
        }
    }
}

fn key(raw: &RawKey, at: &str, folder: &Path, problems: &mut Problems) -> Option<ProviderKey> {
    let pem = match (raw.pem.as_str(), raw.file.as_str()) {
        (pem, "") if !pem.is_empty() => pem.to_owned(),
        ("", file) if !file.is_empty() => {
            let path = folder.join(file);
            let read = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()));
            problems.take(&format!("{at}.file"), read, "write the path of a PEM file")?
        }
        _ => {
            problems.add(
                at,
                "a key needs exactly one of `pem` and `file`",
                "write the PEM itself, or the path of its file",
            );
            return None;
        }
    };
    let key = ProviderKey::from_pem(raw.kid.clone(), pem);
    let key = problems.take(
        at,
        key,
        "write the portal's public key (`fanlight keys new` makes a pair)",
    )?;
    if raw.kid.is_empty() {
        problems.add(
            format!("{at}.kid"),
            "it is empty",
            format_args!("write for example \"{}\"", key.key.fingerprint()),
        );
    }
    let period = KeyPeriod {
        not_before: time(&format!("{at}.not_before"), &raw.not_before, problems),
        retire_at: time(&format!("{at}.retire_at"), &raw.retire_at, problems),
    };
    if let KeyPeriod {
        not_before: Some(from),
        retire_at: Some(until),
    } = period
        && until <= from
    {
        problems.add(
            format!("{at}.retire_at"),
            "the key is retired before it may be used",
            "write a time after `not_before`",
        );
    }
    Some(key.in_period(period))
}

/// A time that may be left out.
fn time(key: &str, text: &str, problems: &mut Problems) -> Option<Timestamp> {
    if text.is_empty() {
        return None;
    }
    let fix = "write for example \"2026-12-01T08:00:00Z\", or a date for its midnight in UTC";
    problems.take(key, text.parse(), fix)
}
