//! Users, keys and settings of the demo: made at the first start, found again at every later one.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use fanlight_base::{IdentityProviderId, WebIntegrationId};
use fanlight_identity::{
    ApiKeyScope, Context, CspOrigin, CspOriginId, CspSource, Directive, Directives, IdentityProvider,
    NarrowLimits, NoRemoteKeys, Origin, ProviderKey, Store, Tenant, User, WebIntegration,
    authenticate_api_key, create_api_key,
};
use fanlight_jose::{KeyKind, PrivateKey};

use crate::files;

/// The `iss` of the demo portal's tokens.
pub const ISSUER: &str = "https://portal.localhost/demo";
/// The `kid` of the demo portal's key.
pub const KID: &str = "demo";
/// The user whom the demo's API key acts as; an administrator.
pub const PROGRAM: &str = "demo-program";
/// The subject of the person who may use the console.
pub const OPERATOR: &str = "mary";
/// Finds the demo's own entries again.
const PORTAL_NAME: &str = "Demo portal";

/// Where the two sites of the demo answer.
#[derive(Debug, Clone)]
pub struct Origins {
    /// The tenant's, the public one first.
    pub tenant: Vec<String>,
    /// The portal's, the public one first.
    pub portal: Vec<String>,
}

/// What the demo made or found.
#[derive(Debug)]
pub struct Prepared {
    /// The tenant.
    pub tenant: Tenant,
    /// The portal's web integration.
    pub web_integration: WebIntegrationId,
    /// An API key, in full.
    pub api_key: String,
    /// Signs the portal's tokens.
    pub key: PrivateKey,
}

/// Makes whatever is missing.
pub fn prepare(store: &dyn Store, folder: &Path, origins: &Origins, cx: &Ports<'_>) -> Result<Prepared> {
    files::private_folder(folder)?;
    let tenant = tenant(store, origins, cx)?;
    let key = key(&folder.join("portal-key.pem"))?;
    let cx = Context {
        store,
        tenant: &tenant,
        now: cx.now,
        remote_keys: &NoRemoteKeys,
        entropy: cx.entropy,
    };
    provider(&cx, &key)?;
    let web_integration = web_integration(&cx, origins)?;
    csp_origins(&cx, origins)?;
    let api_key = api_key(&cx, &folder.join("api-key"))?;
    Ok(Prepared {
        web_integration,
        api_key,
        key,
        tenant,
    })
}

/// Time and randomness.
#[derive(Debug, Clone, Copy)]
pub struct Ports<'a> {
    /// The time.
    pub now: fanlight_base::Timestamp,
    /// Randomness.
    pub entropy: &'a dyn fanlight_base::Entropy,
}

fn tenant(store: &dyn Store, origins: &Origins, ports: &Ports<'_>) -> Result<Tenant> {
    let hostnames: Vec<String> = origins
        .tenant
        .iter()
        .filter_map(|origin| origin.split_once("://"))
        .map(|(_, host)| host.to_owned())
        .collect();
    let mut tenant = match store.tenant()? {
        Some(known) if known.hostnames == hostnames && known.admin_subjects == [OPERATOR] => {
            return Ok(known);
        }
        Some(known) => known,
        None => Tenant::new("Demo", Vec::new(), ports.now, ports.entropy),
    };
    tenant.hostnames = hostnames;
    tenant.admin_subjects = vec![OPERATOR.to_owned()];
    tenant.updated_at = ports.now;
    store.put_tenant(&tenant)?;
    Ok(tenant)
}

fn key(file: &Path) -> Result<PrivateKey> {
    if let Ok(pem) = fs::read_to_string(file) {
        return PrivateKey::from_pem(&pem)
            .with_context(|| format!("{} is no private key; delete it", file.display()));
    }
    let key = PrivateKey::generate(KeyKind::Rsa)?;
    files::write_private(file, key.to_pem()?.reveal().as_bytes())?;
    Ok(key)
}

fn provider(cx: &Context<'_>, key: &PrivateKey) -> Result<()> {
    let known = cx.store.identity_providers()?;
    let known = known.into_iter().find(|provider| provider.issuer == ISSUER);
    let trusts_key =
        |provider: &IdentityProvider| provider.keys.iter().any(|known| known.key == *key.public());
    if known.as_ref().is_some_and(trusts_key) {
        return Ok(());
    }
    let provider = IdentityProvider {
        id: known.map_or_else(
            || IdentityProviderId::generate(cx.entropy),
            |provider| provider.id,
        ),
        issuer: ISSUER.to_owned(),
        keys: vec![ProviderKey::from_pem(KID, key.public().to_pem())?],
        jwks_uri: None,
        description: PORTAL_NAME.to_owned(),
        clock_tolerance: IdentityProvider::DEFAULT_CLOCK_TOLERANCE,
        required: fanlight_jose::RequiredClaims::default(),
        active: true,
        created_at: cx.now,
        updated_at: cx.now,
    };
    Ok(cx.store.put_identity_provider(&provider)?)
}

fn web_integration(cx: &Context<'_>, origins: &Origins) -> Result<WebIntegrationId> {
    let wanted: Vec<Origin> = origins
        .portal
        .iter()
        .map(|origin| origin.parse())
        .collect::<Result<_, _>>()?;
    let known = cx.store.web_integrations()?;
    let known = known.into_iter().find(|entry| entry.name == PORTAL_NAME);
    let mut entry = known.unwrap_or_else(|| WebIntegration {
        id: WebIntegrationId::generate(cx.entropy),
        name: PORTAL_NAME.to_owned(),
        origins: Vec::new(),
        limits: NarrowLimits::default(),
        created_by: None,
        created_at: cx.now,
        updated_at: cx.now,
    });
    // A later start may use other ports; pages of the earlier ones are gone.
    if entry.origins != wanted {
        entry.origins = wanted;
        entry.updated_at = cx.now;
        cx.store.put_web_integration(&entry)?;
    }
    Ok(entry.id)
}

fn csp_origins(cx: &Context<'_>, origins: &Origins) -> Result<()> {
    let known = cx.store.csp_origins()?;
    let own = known.iter().filter(|entry| entry.name == PORTAL_NAME);
    let wanted: Vec<CspSource> = origins
        .portal
        .iter()
        .map(|origin| origin.parse())
        .collect::<Result<_, _>>()?;
    for stale in own.clone().filter(|entry| !wanted.contains(&entry.source)) {
        cx.store.delete_csp_origin(&stale.id)?;
    }
    for source in wanted {
        if own.clone().any(|entry| entry.source == source) {
            continue;
        }
        cx.store.put_csp_origin(&CspOrigin {
            id: CspOriginId::generate(cx.entropy),
            name: PORTAL_NAME.to_owned(),
            description: "may frame the tenant's pages".to_owned(),
            source,
            directives: Directives::NONE.with(Directive::FrameAncestors),
            created_at: cx.now,
            updated_at: cx.now,
        })?;
    }
    Ok(())
}

/// The store keeps a hash only, so the key itself is kept in a file.
fn api_key(cx: &Context<'_>, file: &Path) -> Result<String> {
    if let Ok(text) = fs::read_to_string(file)
        && authenticate_api_key(cx, text.trim()).is_ok()
    {
        return Ok(text.trim().to_owned());
    }
    let user = if let Some(user) = cx.store.user_by_subject(PROGRAM)? {
        user
    } else {
        let mut user = User::new(PROGRAM.to_owned(), "Demo program".to_owned(), cx.now, cx.entropy);
        user.is_admin = true;
        cx.store.put_user(&user)?;
        user
    };
    let made = create_api_key(
        cx.store,
        &user.id,
        "fanlight demo",
        ApiKeyScope::Admin,
        cx.now,
        cx.entropy,
    )?;
    let text = made.text.reveal().clone();
    files::write_private(file, text.as_bytes())?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanlight_base::{SeededEntropy, Timestamp};
    use fanlight_store::SqliteStore;

    fn origins(port: u16) -> Origins {
        Origins {
            tenant: vec![format!("http://tenant.localhost:{port}")],
            portal: vec![format!("http://portal.localhost:{}", port + 1)],
        }
    }

    #[test]
    fn a_second_start_finds_everything_again() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::in_memory().unwrap();
        let entropy = SeededEntropy::new(1);
        let ports = Ports {
            now: Timestamp::from_secs(1_700_000_000),
            entropy: &entropy,
        };
        let first = prepare(&store, folder.path(), &origins(8080), &ports).unwrap();
        let again = prepare(&store, folder.path(), &origins(9090), &ports).unwrap();
        assert_eq!(first.tenant.id, again.tenant.id);
        assert_eq!(first.api_key, again.api_key);
        assert_eq!(first.web_integration, again.web_integration);
        assert_eq!(first.key.public(), again.key.public());
        assert_eq!(store.identity_providers().unwrap().len(), 1);
        let sources: Vec<String> = store
            .csp_origins()
            .unwrap()
            .iter()
            .map(|entry| entry.source.to_header())
            .collect();
        assert_eq!(sources, ["http://portal.localhost:9091"]);
    }
}
