use fanlight_identity::Directive;
use fanlight_jose::{KeyKind, PrivateKey};
use toml::{Table, Value};

use super::*;
use crate::Problem;

const SAMPLE: &str = include_str!("../../../../docs/fanlight.sample.toml");

fn parse(text: &str) -> Result<Settings, ConfigError> {
    parse_with(text, &[])
}

fn parse_with(text: &str, variables: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Settings::parse(text, Path::new("/etc/fanlight"), &variables)
}

/// The problems of a text that is understood and cannot be used.
#[track_caller]
fn problems(text: &str) -> Vec<Problem> {
    match parse(text) {
        Err(ConfigError::Invalid(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn one_problem(text: &str, key: &str, about: &str) {
    let problems = problems(text);
    let [problem] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert_eq!(problem.key, key);
    assert!(problem.to_string().contains(about), "{problem}");
    assert!(!problem.fix.is_empty());
}

fn public_key() -> String {
    PrivateKey::generate(KeyKind::P256)
        .unwrap()
        .public()
        .to_pem()
        .replace('\n', "")
}

#[test]
fn an_empty_file_is_all_defaults_and_the_sample_says_the_same() {
    let defaults = parse("").unwrap();
    assert_eq!(parse(SAMPLE).unwrap(), defaults);
    assert_eq!(defaults.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(defaults.server.data, Path::new("/etc/fanlight/.fanlight"));
    assert_eq!(
        (defaults.sessions.idle, defaults.sessions.cookies),
        (None, CookieReach::CrossSite)
    );
}

#[test]
fn the_sample_lists_every_key_and_explains_each() {
    let Value::Table(sections) = Value::try_from(Raw::default()).unwrap() else {
        panic!("a table")
    };
    let sample: Table = SAMPLE.parse().unwrap();
    for (section, keys) in &sections {
        let Some(keys) = keys.as_table() else { continue };
        for key in keys.keys() {
            assert!(
                sample[section].as_table().unwrap().contains_key(key),
                "{section}.{key}"
            );
        }
    }
    let lines: Vec<&str> = SAMPLE.lines().collect();
    for (line, before) in lines
        .iter()
        .skip(1)
        .zip(&lines)
        .filter(|(line, _)| line.contains(" = "))
    {
        let known = before.starts_with('#') || before.contains(" = ");
        assert!(known, "{line} has no comment");
    }
}

#[test]
fn the_samples_examples_work() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("portal.pub.pem"), public_key()).unwrap();
    let uncommented: Vec<&str> = SAMPLE
        .lines()
        .map(|line| {
            line.strip_prefix('#')
                .filter(|rest| !rest.starts_with([' ', '#']) && !rest.is_empty())
                .unwrap_or(line)
        })
        .collect();
    let settings = Settings::parse(&uncommented.join("\n"), folder.path(), &BTreeMap::new()).unwrap();
    let provider = &settings.identity_providers[0];
    assert_eq!(provider.keys[0].kid, "2026-11");
    let period = provider.keys[0].period;
    assert!(period.not_before.is_some() && period.retire_at > period.not_before);
    assert!(provider.jwks_uri.is_some());
    let limits = settings.web_integrations[0].limits;
    let minutes = |limit: Option<Duration>| limit.unwrap().as_secs() / 60;
    assert_eq!((minutes(limits.idle()), minutes(limits.lifetime())), (15, 480));
    assert_eq!(
        settings.web_integrations[0].origins[0].as_str(),
        "https://portal.example.com"
    );
    assert!(
        settings.csp_origins[0]
            .directives
            .contains(Directive::FrameAncestors)
    );
}

#[test]
fn an_unknown_key_is_an_error_with_its_line() {
    for text in [
        "[server]\nlisten = \"127.0.0.1:1\"\nlistn = \"x\"",
        "[sever]\n",
        "[[web_integration]]\nid = \"a\"\norigins = []\norigin = \"x\"",
    ] {
        let error = parse(text).unwrap_err();
        assert!(matches!(error, ConfigError::Syntax(_)), "{error}");
        assert!(
            error.to_string().contains("unknown field") && error.to_string().contains("line "),
            "{error}"
        );
    }
}

#[test]
fn a_wrong_type_is_an_error_with_its_line() {
    for text in [
        "[http]\nmax_body_bytes = \"many\"",
        "[http]\nmax_body_bytes = -5",
        "[tenant]\nadmins = \"ada\"",
    ] {
        assert!(
            matches!(parse(text), Err(ConfigError::Syntax(message)) if message.contains("line 2")),
            "{text}"
        );
    }
}

#[test]
fn each_value_that_cannot_be_used_is_named_with_its_fix() {
    for (text, key, about) in [
        (
            "[server]\nlisten = \"localhost\"",
            "server.listen",
            "0.0.0.0:8080",
        ),
        (
            "[server]\npublic_url = \"http://tenant.example\"",
            "server.public_url",
            "not https",
        ),
        (
            "[server]\npublic_url = \"https://tenant.example/\"",
            "server.public_url",
            "without a slash",
        ),
        (
            "[server]\nmore_urls = [\"https://*.example\"]",
            "server.more_urls",
            "wildcard",
        ),
        ("[server]\ndata = \"\"", "server.data", "folder"),
        (
            "[server]\ntls_key = \"k.pem\"",
            "server.tls_cert",
            "no certificate",
        ),
        ("[server]\ntls_cert = \"c.pem\"", "server.tls_key", "no key"),
        ("[tenant]\nname = \" \"", "tenant.name", "empty"),
        (
            "[sessions]\nidle_minutes = 5",
            "sessions.idle_minutes",
            "15 to 1440",
        ),
        (
            "[sessions]\nlifetime_minutes = 20000",
            "sessions.lifetime_minutes",
            "60 to 10080",
        ),
        (
            "[sessions]\ncookies = \"all\"",
            "sessions.cookies",
            "\"cross-site\" or \"same-site\"",
        ),
        (
            "[sessions]\nsign_in_page = \"portal\"",
            "sessions.sign_in_page",
            "no address",
        ),
        (
            "[engine]\nsessions_total = 0",
            "engine.sessions_total",
            "from 1 to 1000000",
        ),
        (
            "[http]\nmax_message_bytes = 1",
            "http.max_message_bytes",
            "from 1024 to 67108864",
        ),
        (
            "[http]\ndead_after_secs = 20",
            "http.dead_after_secs",
            "more than `http.ping_after_secs`",
        ),
        ("[log]\nformat = \"xml\"", "log.format", "\"text\" or \"json\""),
        ("[log]\nlevel = \"loud\"", "log.level", "none of the choices"),
    ] {
        one_problem(text, key, about);
    }
}

#[test]
fn a_certificate_that_is_not_there_is_named() {
    let problems = problems("[server]\ntls_cert = \"c.pem\"\ntls_key = \"k.pem\"");
    assert_eq!(
        problems
            .iter()
            .map(|problem| problem.key.as_str())
            .collect::<Vec<_>>(),
        ["server.tls_cert", "server.tls_key"]
    );
    assert!(problems[0].problem.contains("/etc/fanlight/c.pem"));
}

#[test]
fn entries_are_checked_too() {
    let pem = public_key();
    let provider = |rest: &str| format!("[[identity_provider]]\nissuer = \"i\"\n{rest}");
    let good = format!("keys = [{{ kid = \"k\", pem = \"{pem}\" }}]");
    for (text, key, about) in [
        (
            provider("id = \"p\"\nkeys = []"),
            "identity_provider[0].keys",
            "there are none",
        ),
        (
            provider(&format!("id = \"a b\"\n{good}")),
            "identity_provider[0].id",
            "an id is",
        ),
        (
            provider(&format!("id = \"{}\"\n{good}", "a".repeat(32))),
            "identity_provider[0].id",
            "that the server gave",
        ),
        (
            provider(&format!("id = \"p\"\nclock_tolerance_secs = 301\n{good}")),
            "identity_provider[0].clock_tolerance_secs",
            "0 to 300",
        ),
        (
            provider("id = \"p\"\nkeys = [{ kid = \"k\" }]"),
            "identity_provider[0].keys",
            "exactly one of",
        ),
        (
            provider("id = \"p\"\nkeys = [{ kid = \"k\", file = \"none.pem\" }]"),
            "identity_provider[0].keys.file",
            "/etc/fanlight/none.pem",
        ),
        (
            provider("id = \"p\"\nkeys = [{ kid = \"k\", pem = \"x\" }]"),
            "identity_provider[0].keys",
            "not PEM",
        ),
        (
            provider(&format!("id = \"p\"\nkeys = [{{ kid = \"\", pem = \"{pem}\" }}]")),
            "identity_provider[0].keys.kid",
            "empty",
        ),
        (
            "[[web_integration]]\nid = \"w\"\norigins = []".into(),
            "web_integration[0].origins",
            "there are none",
        ),
        (
            "[[web_integration]]\nid = \"w\"\norigins = [\"*\"]".into(),
            "web_integration[0].origins",
            "wildcard",
        ),
        (
            "[[csp_origin]]\nid = \"c\"\norigin = \"*\"".into(),
            "csp_origin[0].origin",
            "wildcard",
        ),
        (
            "[[csp_origin]]\nid = \"c\"\norigin = \"a.example\"\ndirectives = [\"frames\"]".into(),
            "csp_origin[0].directives",
            "frame-ancestors",
        ),
    ] {
        one_problem(&text, key, about);
    }
    let twice = "[[web_integration]]\nid = \"w\"\norigins = [\"https://a.example\"]\n".repeat(2);
    one_problem(&twice, "web_integration", "two entries");
}

#[test]
fn keys_and_limits_are_checked_too() {
    let pem = public_key();
    let provider = |rest: &str| format!("[[identity_provider]]\nissuer = \"i\"\n{rest}");
    let good = format!("keys = [{{ kid = \"k\", pem = \"{pem}\" }}]");
    for (text, key, about) in [
        (
            provider(&format!(
                "id = \"p\"\njwks_uri = \"http://portal.example/\"\n{good}"
            )),
            "identity_provider[0].jwks_uri",
            "https only",
        ),
        (
            provider(&format!(
                "id = \"p\"\nkeys = [{{ kid = \"k\", pem = \"{pem}\", retire_at = \"soon\" }}]"
            )),
            "identity_provider[0].keys.retire_at",
            "no time",
        ),
        (
            provider(&format!(
                "id = \"p\"\nkeys = [{{ kid = \"k\", pem = \"{pem}\", not_before = \"x\" }}]"
            )),
            "identity_provider[0].keys.not_before",
            "no time",
        ),
        (
            provider(&format!(
                "id = \"p\"\nkeys = [{{ kid = \"k\", pem = \"{pem}\", not_before = \"2026-12-02\", \
                 retire_at = \"2026-12-02\" }}]"
            )),
            "identity_provider[0].keys.retire_at",
            "before it may be used",
        ),
        (
            provider(&format!(
                "id = \"p\"\nkeys = [{{ kid = \"k\", pem = \"{pem}\" }}, {{ kid = \"k\", pem = \"{pem}\" }}]"
            )),
            "identity_provider[0].keys",
            "two keys",
        ),
        (
            "[[web_integration]]\nid = \"w\"\norigins = [\"https://a.example\"]\nidle_minutes = 14".into(),
            "web_integration[0].idle_minutes",
            "15 to 1440",
        ),
        (
            "[[web_integration]]\nid = \"w\"\norigins = [\"https://a.example\"]\nlifetime_minutes = 59"
                .into(),
            "web_integration[0].lifetime_minutes",
            "60 to 10080",
        ),
    ] {
        one_problem(&text, key, about);
    }
}

#[test]
fn all_problems_are_reported_together() {
    let error = parse("[server]\nlisten = \"x\"\n[log]\nlevel = \"y\"").unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("the configuration has 2 errors:\n  `server.listen`"),
        "{text}"
    );
    assert!(text.contains("\n  `log.level`"), "{text}");
}

#[test]
fn variables_override_the_file() {
    let settings = parse_with(
        "[server]\nlisten = \"127.0.0.1:1\"",
        &[
            ("FANLIGHT_SERVER_LISTEN", "0.0.0.0:2"),
            ("FANLIGHT_TENANT_ADMINS", "ada, grace"),
            ("FANLIGHT_HTTP_SIGN_INS_PER_MINUTE", "7"),
            ("FANLIGHT_SESSIONS_IDLE_MINUTES", "20"),
        ],
    )
    .unwrap();
    assert_eq!(settings.server.listen.to_string(), "0.0.0.0:2");
    assert_eq!(settings.tenant.admins, ["ada", "grace"]);
    assert_eq!(settings.http.sign_ins_per_minute, 7);
    assert_eq!(settings.sessions.idle, Some(Duration::from_secs(1200)));
}

#[test]
fn a_variable_that_is_no_key_or_no_value_is_an_error() {
    for (name, value, about) in [
        ("FANLIGHT_SERVER_LISTN", "x", "there is no such key"),
        ("FANLIGHT_HTTP_SIGN_INS_PER_MINUTE", "many", "a whole number"),
        ("FANLIGHT_HTTP_SIGN_INS_PER_MINUTE", "-1", "a whole number"),
    ] {
        let error = parse_with("", &[(name, value)]).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(about), "{error}");
    }
}

#[test]
fn variables_of_others_are_left_alone() {
    let others = [
        ("FANLIGHT_SERVICE_HOST", "10.0.0.1"),
        ("FANLIGHT_CONFIG", "x"),
        ("PATH", "/bin"),
        ("SERVER_LISTEN", "x"),
    ];
    assert_eq!(parse_with("", &others).unwrap(), parse("").unwrap());
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Settings::load(Path::new("/nowhere/fanlight.toml"), &BTreeMap::new()).unwrap_err();
    assert!(error.to_string().contains("/nowhere/fanlight.toml"));
}

#[test]
fn trusted_proxies_are_networks_or_addresses() {
    let proxies = |list: &str| parse(&format!("[http]\ntrusted_proxies = {list}"));
    let settings = proxies(r#"["10.0.0.0/8", "2001:db8::1"]"#).unwrap();
    let shown: Vec<String> = settings.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(shown, ["10.0.0.0/8", "2001:db8::1/128"]);
    for wrong in [r#"["10.0.0.1/8"]"#, r#"["proxy.example"]"#, r#"["10.0.0.0/40"]"#] {
        let problem = proxies(wrong).unwrap_err().to_string();
        assert!(problem.contains("http.trusted_proxies"), "{problem}");
    }
}

#[test]
fn a_metrics_token_stands_inline_in_a_file_or_in_a_variable() {
    const TOKEN: &str = "0123456789abcdef";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("metrics.token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let by_file = format!("[operator]\nmetrics_token_file = \"{}\"", file.display());
    let by_variable = parse_with("", &[("FANLIGHT_OPERATOR_METRICS_TOKEN", TOKEN)]);
    for settings in [
        parse(&format!("[operator]\nmetrics_token = \"{TOKEN}\"")),
        parse(&by_file),
        by_variable,
    ] {
        let settings = settings.unwrap();
        let token = settings.operator.metrics_token.as_ref().unwrap();
        assert_eq!(token.reveal(), TOKEN);
        assert!(!format!("{settings:?}").contains(TOKEN));
    }
    assert_eq!(parse("").unwrap().operator.metrics_token, None);
}

#[test]
fn a_metrics_token_that_cannot_be_used_is_refused_and_not_repeated() {
    for (lines, key) in [
        ("metrics_token = \"hush-hush\"", "operator.metrics_token"),
        (
            "metrics_token = \"hush-hush hush-hush\"",
            "operator.metrics_token",
        ),
        ("metrics_token_file = \"nowhere\"", "operator.metrics_token_file"),
        (
            "metrics_token = \"hush-hush-hush-hush\"\nmetrics_token_file = \"nowhere\"",
            "operator.metrics_token_file",
        ),
    ] {
        let problem = parse(&format!("[operator]\n{lines}")).unwrap_err().to_string();
        assert!(problem.contains(key) && !problem.contains("hush"), "{problem}");
    }
}
