//! Rotations on a store and on a configuration.

use std::time::Duration;

use clap::Parser as _;
use fanlight_base::{IdentityProviderId, SystemEntropy};
use fanlight_jose::KeyPeriod;
use fanlight_store::SqliteStore;

use super::super::super::token::DATABASE;
use super::*;

#[derive(Debug, clap::Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(1_800_000_000 + secs)
}

/// Runs a rotation in a folder.
fn rotated(folder: &tempfile::TempDir, words: &[&str]) -> Result<Vec<String>> {
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (data, out) = (path("data"), path("next"));
    let mut line = vec!["keys", "rotate", "--kind", "ed25519", "--out", &out];
    if !words.contains(&"--config") {
        line.extend(["--data", &data]);
    }
    line.extend(words);
    let Command::Rotate(args) = Line::parse_from(line).args.command else {
        panic!("a rotation")
    };
    rotate::rotate(&args, at(0))
}

/// A data folder with a provider that has the key `old`.
fn folder(id: Option<&str>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    let generated = IdentityProviderId::generate(&SystemEntropy);
    put(
        &folder,
        id.map_or(generated, |id| id.parse().unwrap()),
        "https://portal.example",
    );
    folder
}

fn store(folder: &tempfile::TempDir) -> SqliteStore {
    SqliteStore::open(&folder.path().join("data").join(DATABASE)).unwrap()
}

fn put(folder: &tempfile::TempDir, id: IdentityProviderId, issuer: &str) {
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    let provider = IdentityProvider {
        id,
        issuer: issuer.to_owned(),
        keys: vec![ProviderKey::from_pem("old", key.public().to_pem()).unwrap()],
        jwks_uri: None,
        description: String::new(),
        clock_tolerance: Duration::ZERO,
        required: fanlight_jose::RequiredClaims::default(),
        active: true,
        created_at: at(0),
        updated_at: at(0),
    };
    store(folder).put_identity_provider(&provider).unwrap();
}

fn periods(folder: &tempfile::TempDir) -> Vec<(String, KeyPeriod)> {
    let providers = store(folder).identity_providers().unwrap();
    let keys = providers[0].keys.iter();
    keys.map(|key| (key.kid.clone(), key.period)).collect()
}

fn until(secs: i64) -> KeyPeriod {
    KeyPeriod {
        not_before: None,
        retire_at: Some(at(secs)),
    }
}

#[test]
fn the_new_key_works_at_once_and_the_old_one_for_the_overlap() {
    let folder = folder(None);
    let lines = rotated(&folder, &["--overlap", "1h", "--kid", "new"]).unwrap();
    assert_eq!(
        periods(&folder),
        [
            ("new".to_owned(), KeyPeriod::ALWAYS),
            ("old".to_owned(), until(3600))
        ]
    );
    let text = lines.join("\n");
    assert!(
        text.contains("kid          new") && text.contains(&at(3600).to_string()),
        "{text}"
    );
    let listed = list(&store(&folder).identity_providers().unwrap(), at(3600)).join("\n");
    assert!(
        listed.contains("new") && listed.contains(&format!("retired since {}", at(3600))),
        "{listed}"
    );
}

#[test]
fn a_second_rotation_prolongs_no_key() {
    let folder = folder(None);
    rotated(&folder, &["--overlap", "1h", "--kid", "second"]).unwrap();
    for name in ["next.pem", "next.pub.pem"] {
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    rotated(&folder, &["--overlap", "2h", "--kid", "third"]).unwrap();
    assert_eq!(
        periods(&folder),
        [
            ("third".to_owned(), KeyPeriod::ALWAYS),
            ("second".to_owned(), until(7200)),
            ("old".to_owned(), until(3600)),
        ]
    );
}

#[test]
fn a_name_that_is_taken_is_refused_before_anything_is_written() {
    let folder = folder(None);
    assert!(rotated(&folder, &["--kid", "old"]).is_err());
    assert!(!folder.path().join("next.pem").exists());
}

#[test]
fn of_several_providers_one_must_be_named() {
    let folder = folder(None);
    put(
        &folder,
        IdentityProviderId::generate(&SystemEntropy),
        "https://other.example",
    );
    let refused = rotated(&folder, &[]).unwrap_err().to_string();
    assert!(refused.contains("https://other.example") && refused.contains("https://portal.example"));
    assert!(rotated(&folder, &["--provider", "https://nobody.example"]).is_err());
    assert!(rotated(&folder, &["--provider", "https://portal.example"]).is_ok());
}

#[test]
fn a_provider_of_the_configuration_is_not_changed_behind_its_back() {
    let folder = folder(Some("portal-tokens"));
    let refused = rotated(&folder, &[]).unwrap_err().to_string();
    assert!(refused.contains("--config"), "{refused}");
    assert_eq!(periods(&folder).len(), 1);
}

/// What a person does who reads "in place of `keys`".
fn pasted(text: &str, lines: &[String]) -> String {
    let begin = lines.iter().position(|line| line == "keys = [").unwrap();
    let end = lines.iter().position(|line| line == "]").unwrap();
    let (kept, _) = text.split_once("keys = [").unwrap();
    format!("{kept}{}\n", lines[begin..=end].join("\n"))
}

#[test]
fn what_is_printed_for_a_configuration_can_be_pasted_into_it() {
    let folder = tempfile::tempdir().unwrap();
    let [by_file, inline] = [0; 2].map(|_| PrivateKey::generate(KeyKind::Ed25519).unwrap().public().to_pem());
    std::fs::write(folder.path().join("old.pub.pem"), by_file).unwrap();
    let config = folder.path().join("fanlight.toml");
    let keys = format!(
        "keys = [{{ kid = \"old\", file = \"old.pub.pem\" }}, {{ kid = \"older \\\"one\\\"\", pem = {} }}]",
        toml::Value::from(inline)
    );
    let text = format!(
        "[server]\npublic_url = \"https://tenant.example\"\n\n[[identity_provider]]\nid = \"p\"\nissuer = \"i\"\n{keys}\n"
    );
    std::fs::write(&config, &text).unwrap();
    let flags = ["--config", &config.display().to_string(), "--kid", "new"];
    let lines = rotated(&folder, &flags).unwrap();
    assert_eq!(
        std::fs::read_to_string(&config).unwrap(),
        text,
        "the file is its author's"
    );

    std::fs::write(&config, pasted(&text, &lines)).unwrap();
    let settings = fanlight_config::Settings::load(&config, &std::collections::BTreeMap::new()).unwrap();
    let keys = &settings.identity_providers[0].keys;
    let found: Vec<(&str, KeyPeriod)> = keys.iter().map(|key| (key.kid.as_str(), key.period)).collect();
    let day = until(24 * 3600);
    assert_eq!(
        found,
        [("new", KeyPeriod::ALWAYS), ("old", day), ("older \"one\"", day)]
    );
}
