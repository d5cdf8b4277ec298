//! Settings into the store.

use fanlight_base::{Entropy, Timestamp};
use fanlight_identity::{
    Act, Change, CspOrigin, IdentityProvider, SessionLimits, Store, StoreError, Tenant, User, WebIntegration,
};

use crate::Settings;
use crate::settings::is_generated_id;

/// Brings the store in line with the file, and makes the tenant when there is none. To be called at every start.
///
/// For what the file names the file is right: identity providers, web integrations and content security entries are
/// made or replaced, and those that an earlier file had named are deleted. Entries that were made over the REST
/// surface stay; their ids look different. Each change leaves its entry in the audit log.
///
/// # Errors
/// The store fails.
pub fn apply(
    settings: &Settings,
    store: &dyn Store,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Tenant, StoreError> {
    let tenant = tenant(settings, store, now, entropy)?;
    identity_providers(settings, store, now)?;
    web_integrations(settings, store, now)?;
    csp_origins(settings, store, now)?;
    Ok(tenant)
}

/// At a start nothing is open yet that would have to be closed.
fn change(store: &dyn Store, now: Timestamp, change: Change<'_>) -> Result<(), StoreError> {
    let act = Act {
        at: now,
        by: "configuration",
        address: None,
        change,
    };
    store.administer(&act).map(drop)
}

fn tenant(
    settings: &Settings,
    store: &dyn Store,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Tenant, StoreError> {
    let known = store.tenant()?;
    let server = &settings.server;
    let hostnames = std::iter::once(&server.public_url)
        .chain(&server.more_urls)
        .map(|url| url.host().to_owned())
        .collect();
    let old = known
        .clone()
        .unwrap_or_else(|| Tenant::new("", Vec::new(), now, entropy));
    let limits = SessionLimits::new(
        settings.sessions.idle.unwrap_or(old.limits.idle()),
        settings.sessions.lifetime.unwrap_or(old.limits.lifetime()),
    );
    let old_admins = old.admin_subjects.clone();
    let new = Tenant {
        name: settings.tenant.name.clone(),
        hostnames,
        admin_subjects: settings.tenant.admins.clone(),
        limits: limits.unwrap_or(old.limits),
        ..old
    };
    if known.as_ref() == Some(&new) {
        return Ok(new);
    }
    demote(&old_admins, &new.admin_subjects, store, now)?;
    let new = Tenant {
        updated_at: now,
        ..new
    };
    change(store, now, Change::PutTenant(&new))?;
    Ok(new)
}

/// Whoever is taken out of the list is no administrator any more; the sign-in makes those who are put in.
fn demote(old: &[String], new: &[String], store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
    for subject in old.iter().filter(|subject| !new.contains(subject)) {
        if let Some(user) = store.user_by_subject(subject)? {
            let user = User {
                is_admin: false,
                updated_at: now,
                ..user
            };
            change(store, now, Change::PutUser(&user))?;
        }
    }
    Ok(())
}

fn identity_providers(settings: &Settings, store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
    let known = store.identity_providers()?;
    for entry in &settings.identity_providers {
        let old = known.iter().find(|old| old.id == entry.id);
        let new = IdentityProvider {
            id: entry.id.clone(),
            issuer: entry.issuer.clone(),
            keys: entry.keys.clone(),
            jwks_uri: entry.jwks_uri.clone(),
            description: entry.description.clone(),
            clock_tolerance: entry.clock_tolerance,
            required: entry.required,
            active: entry.active,
            created_at: old.map_or(now, |old| old.created_at),
            updated_at: old.map_or(now, |old| old.updated_at),
        };
        if old != Some(&new) {
            let new = IdentityProvider {
                updated_at: now,
                ..new
            };
            change(store, now, Change::PutIdentityProvider(&new))?;
        }
    }
    for old in known {
        let named = settings.identity_providers.iter().any(|entry| entry.id == old.id);
        if !named && !is_generated_id(old.id.as_str()) {
            change(store, now, Change::DeleteIdentityProvider(&old.id))?;
        }
    }
    Ok(())
}

fn web_integrations(settings: &Settings, store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
    let known = store.web_integrations()?;
    for entry in &settings.web_integrations {
        let old = known.iter().find(|old| old.id == entry.id);
        let new = WebIntegration {
            id: entry.id.clone(),
            name: entry.name.clone(),
            origins: entry.origins.clone(),
            limits: entry.limits,
            created_by: None,
            created_at: old.map_or(now, |old| old.created_at),
            updated_at: old.map_or(now, |old| old.updated_at),
        };
        if old != Some(&new) {
            let new = WebIntegration {
                updated_at: now,
                ..new
            };
            change(store, now, Change::PutWebIntegration(&new))?;
        }
    }
    for old in known {
        let named = settings.web_integrations.iter().any(|entry| entry.id == old.id);
        if !named && !is_generated_id(old.id.as_str()) {
            change(store, now, Change::DeleteWebIntegration(&old.id))?;
        }
    }
    Ok(())
}

fn csp_origins(settings: &Settings, store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
    let known = store.csp_origins()?;
    for entry in &settings.csp_origins {
        let old = known.iter().find(|old| old.id == entry.id);
        let new = CspOrigin {
            id: entry.id.clone(),
            name: entry.name.clone(),
            description: String::new(),
            source: entry.source.clone(),
            directives: entry.directives,
            created_at: old.map_or(now, |old| old.created_at),
            updated_at: old.map_or(now, |old| old.updated_at),
        };
        if old != Some(&new) {
            let new = CspOrigin {
                updated_at: now,
                ..new
            };
            change(store, now, Change::PutCspOrigin(&new))?;
        }
    }
    for old in known {
        let named = settings.csp_origins.iter().any(|entry| entry.id == old.id);
        if !named && !is_generated_id(old.id.as_str()) {
            change(store, now, Change::DeleteCspOrigin(&old.id))?;
        }
    }
    Ok(())
}
