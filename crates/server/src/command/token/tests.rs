use clap::Parser as _;
use fanlight_base::Timestamp;
use fanlight_jose::KeyKind;

use super::*;

const ISSUER: &str = "https://portal.example";

/// Parses a command line as the binary does.
#[derive(Debug, clap::Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

fn command(words: &[&str]) -> Result<Command, clap::Error> {
    Line::try_parse_from([&["token"], words].concat()).map(|line| line.args.command)
}

/// A folder with a key, and a configuration that trusts it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    std::fs::write(folder.path().join("portal.pem"), key.to_pem().unwrap().reveal()).unwrap();
    std::fs::write(folder.path().join("portal.pub.pem"), key.public().to_pem()).unwrap();
    let config = format!(
        "[[identity_provider]]\nid = \"portal-tokens\"\nissuer = \"{ISSUER}\"\n\
         keys = [{{ kid = \"k1\", file = \"portal.pub.pem\" }}]\n"
    );
    std::fs::write(folder.path().join("fanlight.toml"), config).unwrap();
    folder
}

fn mint(folder: &tempfile::TempDir, words: &[&str]) -> String {
    let key = folder.path().join("portal.pem");
    let base = [
        "mint",
        "--key",
        key.to_str().unwrap(),
        "--sub",
        "ada",
        "--name",
        "Ada Quill",
    ];
    let Command::Mint(args) = command(&[&base[..], words].concat()).unwrap() else {
        panic!("mint")
    };
    minted(&args).unwrap()
}

fn explain(folder: &tempfile::TempDir, token: &str) -> Vec<Finding> {
    let config = folder.path().join("fanlight.toml");
    let words = ["explain", token, "--config", config.to_str().unwrap()];
    let Command::Explain(args) = command(&words).unwrap() else {
        panic!("explain")
    };
    explained(&args).unwrap()
}

fn broken(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .filter(|finding| !finding.ok)
        .map(|finding| finding.rule.code())
        .collect()
}

#[test]
fn a_minted_token_is_explained_as_good() {
    let folder = folder();
    let token = mint(
        &folder,
        &[
            "--kid",
            "k1",
            "--iss",
            ISSUER,
            "--email",
            "a@b.example",
            "--groups",
            "x,y",
        ],
    );
    let findings = explain(&folder, &token);
    assert!(broken(&findings).is_empty(), "{findings:?}");
    assert!(
        report(&findings)
            .last()
            .unwrap()
            .starts_with("The token keeps every rule.")
    );
    assert!(report(&findings).join("\n").contains("2: x, y"));
}

#[test]
fn a_token_for_programs_is_held_against_their_audience() {
    let folder = folder();
    let token = mint(
        &folder,
        &["--kid", "k1", "--iss", ISSUER, "--audience", "program"],
    );
    assert!(broken(&explain(&folder, &token)).is_empty());
}

#[test]
fn broken_rules_are_named_with_what_the_tenant_knows() {
    let folder = folder();
    let token = mint(&folder, &["--kid", "k2", "--iss", ISSUER, "--ttl", "2h"]);
    let findings = explain(&folder, &token);
    assert_eq!(
        broken(&findings),
        ["token.key-id", "token.signature", "token.lifetime"]
    );
    let report = report(&findings).join("\n");
    assert!(
        report.contains("the tenant knows `https://portal.example` with the keys k1"),
        "{report}"
    );
    assert!(
        report.contains("would refuse this token and name token.key-id"),
        "{report}"
    );
}

#[test]
fn garbage_is_explained_too() {
    assert_eq!(broken(&explain(&folder(), "hello")), ["token.form"]);
}

#[test]
fn the_providers_of_a_running_tenant_are_read_from_its_folder() {
    let folder = folder();
    let token = mint(&folder, &["--kid", "k1", "--iss", ISSUER]);
    let data = folder.path().to_str().unwrap();
    let Command::Explain(args) = command(&["explain", &token, "--data", data]).unwrap() else {
        panic!("explain")
    };
    let error = explained(&args).unwrap_err().to_string();
    assert!(error.contains("there is no database"), "{error}");

    let store = SqliteStore::open(&folder.path().join(DATABASE)).unwrap();
    let config = folder.path().join("fanlight.toml");
    let settings = Settings::load(&config, &BTreeMap::new()).unwrap();
    fanlight_config::apply(&settings, &store, Timestamp::from_secs(1), &SystemEntropy).unwrap();
    assert!(broken(&explained(&args).unwrap()).is_empty());
}

#[test]
fn a_key_and_an_algorithm_that_do_not_fit_are_refused() {
    let folder = folder();
    let key = folder.path().join("portal.pem");
    let words = [
        "mint",
        "--key",
        key.to_str().unwrap(),
        "--kid",
        "k",
        "--iss",
        "i",
        "--sub",
        "s",
        "--name",
        "n",
    ];
    let Command::Mint(args) = command(&[&words[..], &["--alg", "RS256"]].concat()).unwrap() else {
        panic!("mint")
    };
    assert!(
        minted(&args)
            .unwrap_err()
            .to_string()
            .contains("a P-256 key cannot sign with RS256")
    );
    assert!(
        command(&[&words[..], &["--alg", "HS256"]].concat())
            .unwrap_err()
            .to_string()
            .contains("use one of RS256")
    );
    assert!(
        command(&[&words[..], &["--ttl", "soon"]].concat())
            .unwrap_err()
            .to_string()
            .contains("60s")
    );
}

#[test]
fn explain_must_know_whose_token_it_should_be() {
    assert!(command(&["explain", "x"]).is_err());
    assert!(command(&["explain", "x", "--config", "a", "--data", "b"]).is_err());
}

#[test]
fn a_lifetime_is_read_in_seconds_minutes_and_hours() {
    for (text, secs) in [("60", 60), ("60s", 60), ("5m", 300), ("1h", 3600)] {
        assert_eq!(duration(text), Ok(Duration::from_secs(secs)));
    }
    for bad in ["", "s", "-1s", "1d", "1.5h"] {
        assert!(duration(bad).is_err(), "{bad}");
    }
}
