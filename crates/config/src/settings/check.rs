//! From what is written to what can be used.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use fanlight_base::Network;
use fanlight_identity::{Directive, Directives, NarrowLimits, Origin, SessionLimits};

use super::{
    CookieReach, CspSettings, IntegrationSettings, Log, LogFormat, LogLevel, Server, Sessions, Settings,
    TenantSettings, TlsFiles,
};
use crate::ConfigError;
use crate::error::Problems;
use crate::raw::{Raw, RawCspOrigin, RawIntegration, RawLog, RawServer, RawSessions, RawTenant};

/// From what an empty tenant needs to what SQLite can do.
const DATABASE_BYTES: std::ops::RangeInclusive<u64> = (1 << 20)..=(1 << 43);
const ORIGIN_FIX: &str = "write for example \"https://analytics.example.com\"";
const ID_FIX: &str = "write a short name of your own, such as \"portal\"";

mod operator;
mod provider;

use operator::operator;
use provider::provider;

pub(super) fn check(raw: &Raw, folder: &Path) -> Result<Settings, ConfigError> {
    let problems = &mut Problems::default();
    raw.engine.check(problems);
    raw.http.check(problems);
    if raw.http.dead_after_secs <= raw.http.ping_after_secs {
        let fix = format_args!(
            "write more than `http.ping_after_secs`, which is {}",
            raw.http.ping_after_secs
        );
        problems.add(
            "http.dead_after_secs",
            format_args!("{} is too short", raw.http.dead_after_secs),
            fix,
        );
    }
    let settings = (
        server(&raw.server, folder, problems),
        tenant(&raw.tenant, problems),
        sessions(&raw.sessions, problems),
        log(&raw.log, problems),
    );
    let operator = operator(&raw.operator, folder, problems);
    let trusted_proxies = proxies(&raw.http.trusted_proxies, problems);
    let identity_providers = each(
        &raw.identity_provider,
        "identity_provider",
        problems,
        |raw, at, problems| provider(raw, at, folder, problems),
    );
    let web_integrations = each(&raw.web_integration, "web_integration", problems, integration);
    let csp_origins = each(&raw.csp_origin, "csp_origin", problems, csp_origin);
    unique(
        "identity_provider",
        raw.identity_provider.iter().map(|raw| &raw.id),
        problems,
    );
    unique(
        "web_integration",
        raw.web_integration.iter().map(|raw| &raw.id),
        problems,
    );
    unique("csp_origin", raw.csp_origin.iter().map(|raw| &raw.id), problems);
    match settings {
        (Some(server), Some(tenant), Some(sessions), Some(log)) if problems.0.is_empty() => Ok(Settings {
            server,
            tenant,
            sessions,
            engine: raw.engine.clone(),
            http: raw.http.clone(),
            trusted_proxies,
            operator,
            log,
            identity_providers,
            web_integrations,
            csp_origins,
        }),
        _ => Err(ConfigError::Invalid(std::mem::take(&mut problems.0))),
    }
}

fn server(raw: &RawServer, folder: &Path, problems: &mut Problems) -> Option<Server> {
    let listen = problems.take(
        "server.listen",
        raw.listen
            .parse()
            .map_err(|_| format!("`{}` is no address", raw.listen)),
        "write an IP address and a port, such as \"0.0.0.0:8080\"",
    );
    let public_url = origin("server.public_url", &raw.public_url, problems);
    let more_urls: Vec<Origin> = raw
        .more_urls
        .iter()
        .filter_map(|url| origin("server.more_urls", url, problems))
        .collect();
    if raw.data.is_empty() {
        problems.add(
            "server.data",
            "it is empty",
            "write the folder in which state is kept, such as \".fanlight\"",
        );
    }
    if !DATABASE_BYTES.contains(&raw.database_max_bytes) {
        problems.add(
            "server.database_max_bytes",
            format_args!("{} is out of bounds", raw.database_max_bytes),
            format_args!(
                "write a whole number from {} to {}",
                DATABASE_BYTES.start(),
                DATABASE_BYTES.end()
            ),
        );
    }
    let tls = tls_files(raw, folder, problems);
    Some(Server {
        listen: listen?,
        public_url: public_url?,
        more_urls,
        data: folder.join(&raw.data),
        database_max_bytes: raw.database_max_bytes,
        tls,
    })
}

/// The certificate and its key; both or none are given.
fn tls_files(raw: &RawServer, folder: &Path, problems: &mut Problems) -> Option<TlsFiles> {
    let tls = match (raw.tls_cert.as_str(), raw.tls_key.as_str()) {
        ("", "") => None,
        ("", _) => {
            problems.add(
                "server.tls_cert",
                "there is a key but no certificate",
                "write the certificate's file too",
            );
            None
        }
        (_, "") => {
            problems.add(
                "server.tls_key",
                "there is a certificate but no key",
                "write the key's file too",
            );
            None
        }
        (cert, key) => Some(TlsFiles {
            cert: folder.join(cert),
            key: folder.join(key),
        }),
    };
    for (key, file) in tls
        .iter()
        .flat_map(|tls| [("server.tls_cert", &tls.cert), ("server.tls_key", &tls.key)])
    {
        if !file.is_file() {
            problems.add(
                key,
                format_args!("there is no file {}", file.display()),
                "write the path of a PEM file",
            );
        }
    }
    tls
}

fn tenant(raw: &RawTenant, problems: &mut Problems) -> Option<TenantSettings> {
    if raw.name.trim().is_empty() {
        problems.add("tenant.name", "it is empty", "write what people call this tenant");
        return None;
    }
    Some(TenantSettings {
        name: raw.name.clone(),
        admins: raw.admins.clone(),
    })
}

fn sessions(raw: &RawSessions, problems: &mut Problems) -> Option<Sessions> {
    let idle = minutes(
        "sessions.idle_minutes",
        raw.idle_minutes,
        SessionLimits::IDLE_BOUNDS,
        problems,
    );
    let lifetime = minutes(
        "sessions.lifetime_minutes",
        raw.lifetime_minutes,
        SessionLimits::LIFETIME_BOUNDS,
        problems,
    );
    let choices = [
        ("cross-site", CookieReach::CrossSite),
        ("same-site", CookieReach::SameSite),
    ];
    let cookies = choice("sessions.cookies", &raw.cookies, &choices, problems);
    let sign_in_page = Some(raw.sign_in_page.clone()).filter(|page| !page.is_empty());
    if let Some(page) = &sign_in_page {
        let parsed = url::Url::parse(page)
            .ok()
            .filter(|url| matches!(url.scheme(), "https" | "http"));
        if parsed.and_then(|url| url.host_str().map(drop)).is_none() {
            let problem = format_args!("`{page}` is no address of a page");
            problems.add(
                "sessions.sign_in_page",
                problem,
                "write for example \"https://portal.example.com/sign-in\"",
            );
        }
    }
    Some(Sessions {
        idle,
        lifetime,
        cookies: cookies?,
        sign_in_page,
    })
}

fn minutes(
    key: &str,
    value: u64,
    (min, max): (Duration, Duration),
    problems: &mut Problems,
) -> Option<Duration> {
    let (min, max) = (min.as_secs() / 60, max.as_secs() / 60);
    if value == 0 {
        return None;
    }
    if !(min..=max).contains(&value) {
        let fix = format_args!("write {min} to {max}, or 0 to keep what the tenant has");
        problems.add(key, format_args!("{value} minutes are out of bounds"), fix);
    }
    Some(Duration::from_secs(value.saturating_mul(60)))
}

fn proxies(texts: &[String], problems: &mut Problems) -> Vec<Network> {
    let fix = "write networks such as \"10.0.0.0/8\", or single addresses";
    texts
        .iter()
        .filter_map(|text| problems.take("http.trusted_proxies", text.parse(), fix))
        .collect()
}

fn log(raw: &RawLog, problems: &mut Problems) -> Option<Log> {
    let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
    let levels = [
        ("error", LogLevel::Error),
        ("warn", LogLevel::Warn),
        ("info", LogLevel::Info),
        ("debug", LogLevel::Debug),
        ("trace", LogLevel::Trace),
    ];
    let format = choice("log.format", &raw.format, &formats, problems);
    let level = choice("log.level", &raw.level, &levels, problems);
    Some(Log {
        format: format?,
        level: level?,
    })
}

fn choice<T: Copy>(key: &str, value: &str, choices: &[(&str, T)], problems: &mut Problems) -> Option<T> {
    let found = choices
        .iter()
        .find(|(name, _)| *name == value)
        .map(|(_, choice)| *choice);
    if found.is_none() {
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        problems.add(
            key,
            format_args!("`{value}` is none of the choices"),
            format_args!("write {}", names.join(" or ")),
        );
    }
    found
}

fn origin(key: &str, text: &str, problems: &mut Problems) -> Option<Origin> {
    problems.take(key, text.parse(), ORIGIN_FIX)
}

/// Every entry of a list, with its place for messages: `web_integration[0]`.
fn each<R, T>(
    raw: &[R],
    list: &str,
    problems: &mut Problems,
    check: impl Fn(&R, &str, &mut Problems) -> Option<T>,
) -> Vec<T> {
    raw.iter()
        .enumerate()
        .filter_map(|(index, raw)| check(raw, &format!("{list}[{index}]"), problems))
        .collect()
}

/// The id of an entry. The server gives out 32 hexadecimal digits; an entry of the file must look different, so that at
/// the next start the two can be told apart and one that was taken out of the file is taken out of the tenant.
fn id<T: std::str::FromStr<Err: std::fmt::Display>>(
    text: &str,
    at: &str,
    problems: &mut Problems,
) -> Option<T> {
    let key = format!("{at}.id");
    if is_generated_id(text) {
        problems.add(
            key,
            format_args!("`{text}` looks like an id that the server gave"),
            ID_FIX,
        );
        return None;
    }
    problems.take(&key, text.parse(), ID_FIX)
}

/// Whether an id was given out by the server, so that its entry does not come from a file.
pub fn is_generated_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn unique<'a>(list: &str, ids: impl Iterator<Item = &'a String>, problems: &mut Problems) {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            problems.add(
                list,
                format_args!("two entries have the id `{id}`"),
                "give each its own",
            );
        }
    }
}

fn integration(raw: &RawIntegration, at: &str, problems: &mut Problems) -> Option<IntegrationSettings> {
    let key = format!("{at}.origins");
    if raw.origins.is_empty() {
        problems.add(
            &key,
            "there are none",
            "write `origins = [\"https://portal.example.com\"]`",
        );
    }
    let origins = raw
        .origins
        .iter()
        .filter_map(|text| origin(&key, text, problems))
        .collect();
    let name = if raw.name.is_empty() {
        raw.id.clone()
    } else {
        raw.name.clone()
    };
    let idle = minutes(
        &format!("{at}.idle_minutes"),
        raw.idle_minutes,
        SessionLimits::IDLE_BOUNDS,
        problems,
    );
    let lifetime = minutes(
        &format!("{at}.lifetime_minutes"),
        raw.lifetime_minutes,
        SessionLimits::LIFETIME_BOUNDS,
        problems,
    );
    Some(IntegrationSettings {
        id: id(&raw.id, at, problems)?,
        name,
        origins,
        // What is out of bounds has been told already.
        limits: NarrowLimits::new(idle, lifetime).unwrap_or_default(),
    })
}

fn csp_origin(raw: &RawCspOrigin, at: &str, problems: &mut Problems) -> Option<CspSettings> {
    let fix = "write for example \"https://portal.example.com\" or \"*.example.com\"";
    let source = problems.take(&format!("{at}.origin"), raw.origin.parse(), fix);
    let mut directives = Directives::NONE;
    for name in &raw.directives {
        let found = Directive::ALL
            .into_iter()
            .find(|directive| directive_name(*directive) == name);
        match found {
            Some(directive) => directives = directives.with(directive),
            None => {
                let names = Directive::ALL.map(directive_name).join(", ");
                problems.add(
                    format!("{at}.directives"),
                    format_args!("there is no `{name}`"),
                    format_args!("write some of {names}"),
                );
            }
        }
    }
    let name = if raw.name.is_empty() {
        raw.id.clone()
    } else {
        raw.name.clone()
    };
    Some(CspSettings {
        id: id(&raw.id, at, problems)?,
        name,
        source: source?,
        directives,
    })
}

/// The header's name; WebSockets have one of their own here.
const fn directive_name(directive: Directive) -> &'static str {
    match directive {
        Directive::ConnectSrcWss => "connect-src-wss",
        other => other.header_name(),
    }
}
