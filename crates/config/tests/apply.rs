//! Settings brought into a store, start after start.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use fanlight_base::{SeededEntropy, Timestamp, WebIntegrationId};
use fanlight_config::{Settings, apply};
use fanlight_identity::{AuditLog as _, AuditQuery, SessionLimits, Store as _, Tenant, User, WebIntegration};
use fanlight_jose::{KeyKind, PrivateKey};
use fanlight_store::SqliteStore;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(secs)
}

fn start(text: &str, store: &SqliteStore, secs: i64) -> Tenant {
    let settings = Settings::parse(text, Path::new(""), &BTreeMap::new()).unwrap();
    apply(
        &settings,
        store,
        at(secs),
        &SeededEntropy::new(secs.unsigned_abs()),
    )
    .unwrap()
}

fn entries() -> String {
    let pem = PrivateKey::generate(KeyKind::Ed25519)
        .unwrap()
        .public()
        .to_pem()
        .replace('\n', "");
    format!(
        "[[identity_provider]]\nid = \"idp\"\nissuer = \"i\"\nkeys = [{{ kid = \"k\", pem = \"{pem}\" }}]\n\
         [[web_integration]]\nid = \"portal\"\norigins = [\"https://portal.example\"]\n\
         [[csp_origin]]\nid = \"frames\"\norigin = \"*.portal.example\"\n"
    )
}

#[test]
fn the_first_start_makes_the_tenant_and_the_next_one_changes_nothing() {
    let store = SqliteStore::in_memory().unwrap();
    let text = format!(
        "[server]\nmore_urls = [\"https://t.example:8443\"]\n{}",
        entries()
    );
    let first = start(&text, &store, 1);
    assert_eq!(first.hostnames, ["localhost", "t.example"]);
    let before = (
        store.identity_providers().unwrap(),
        store.web_integrations().unwrap(),
        store.csp_origins().unwrap(),
    );
    assert_eq!((before.0.len(), before.1.len(), before.2.len()), (1, 1, 1));
    assert_eq!(start(&text, &store, 2), first);
    let after = (
        store.identity_providers().unwrap(),
        store.web_integrations().unwrap(),
        store.csp_origins().unwrap(),
    );
    assert_eq!(after, before);
}

#[test]
fn what_is_taken_out_of_the_file_is_taken_out_of_the_tenant_and_nothing_else() {
    let store = SqliteStore::in_memory().unwrap();
    start(&entries(), &store, 1);
    let made_by_hand = WebIntegration {
        id: WebIntegrationId::generate(&SeededEntropy::new(5)),
        ..store.web_integrations().unwrap().remove(0)
    };
    store.put_web_integration(&made_by_hand).unwrap();
    start("", &store, 2);
    assert!(store.identity_providers().unwrap().is_empty());
    assert!(store.csp_origins().unwrap().is_empty());
    assert_eq!(store.web_integrations().unwrap(), [made_by_hand]);
}

#[test]
fn what_the_file_changes_is_in_the_audit_log() {
    let store = SqliteStore::in_memory().unwrap();
    let tenant = start(&entries(), &store, 1).id;
    start("", &store, 2);
    let query = AuditQuery {
        limit: 99,
        ..AuditQuery::default()
    };
    let mut entries = store.audit(&query).unwrap();
    entries.reverse();
    let details: Vec<&str> = entries.iter().map(|entry| entry.detail.as_str()).collect();
    assert_eq!(
        details,
        [
            &format!("tenant set · {tenant}"),
            "identity-provider set · idp",
            "web-integration set · portal",
            "csp-origin set · frames",
            "identity-provider deleted · idp",
            "web-integration deleted · portal",
            "csp-origin deleted · frames",
        ]
    );
    assert!(
        entries
            .iter()
            .all(|entry| entry.action == "admin-change" && entry.actor == "configuration")
    );
}

#[test]
fn a_changed_entry_keeps_its_birthday() {
    let store = SqliteStore::in_memory().unwrap();
    start(&entries(), &store, 1);
    start(
        &entries().replace("https://portal.example", "https://new.example"),
        &store,
        2,
    );
    let integration = store.web_integrations().unwrap().remove(0);
    assert_eq!(integration.origins[0].as_str(), "https://new.example");
    assert_eq!((integration.created_at, integration.updated_at), (at(1), at(2)));
}

#[test]
fn limits_that_the_file_does_not_name_stay_as_they_are() {
    let store = SqliteStore::in_memory().unwrap();
    let tenant = start("", &store, 1);
    assert_eq!(tenant.limits, SessionLimits::default());
    let limits = SessionLimits::new(Duration::from_secs(1200), Duration::from_secs(7200)).unwrap();
    store
        .put_tenant(&Tenant {
            limits,
            ..tenant.clone()
        })
        .unwrap();
    assert_eq!(start("", &store, 2).limits, limits);
    let named = start("[sessions]\nidle_minutes = 15", &store, 3);
    assert_eq!(
        (named.limits.idle(), named.limits.lifetime()),
        (Duration::from_secs(900), limits.lifetime())
    );
    assert_eq!((named.id, named.cookie_secret), (tenant.id, tenant.cookie_secret));
}

#[test]
fn an_administrator_who_is_taken_out_is_none() {
    let store = SqliteStore::in_memory().unwrap();
    let entropy = SeededEntropy::new(1);
    start("[tenant]\nadmins = [\"ada\"]", &store, 1);
    let ada = User::new("ada".into(), "Ada".into(), at(1), &entropy).promoted(&["ada".into()], at(1));
    store.put_user(&ada).unwrap();
    start("[tenant]\nadmins = [\"grace\"]", &store, 2);
    assert!(!store.user(&ada.id).unwrap().unwrap().is_admin);
}
