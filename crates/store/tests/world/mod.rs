//! A tenant for tests of use-cases; times are seconds since it began.

use std::time::Duration;

use fanlight_base::{SeededEntropy, Timestamp};
use fanlight_identity::{
    AuthError, Authenticated, Context, IdentityProvider, NarrowLimits, NoRemoteKeys, ProviderKey, SignInCall,
    SignedIn, Store as _, Tenant, WebIntegration, authenticate_cookie, sign_in,
};
use fanlight_jose::{AUDIENCE_LOGIN, KeyKind, MintClaims, PrivateKey, mint};
use fanlight_store::SqliteStore;

pub const BEGAN: i64 = 1_800_000_000;
pub const ISSUER: &str = "https://portal.example";
pub const MINUTE: i64 = 60;

/// A tenant with one identity provider, on a store in memory.
pub struct World {
    pub store: SqliteStore,
    pub tenant: Tenant,
    pub entropy: SeededEntropy,
    pub key: PrivateKey,
}

impl World {
    pub fn new() -> Self {
        let (store, entropy) = (SqliteStore::in_memory().unwrap(), SeededEntropy::new(1));
        let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
        let mut tenant = Tenant::new("Fanlight", vec!["localhost".into()], at(0), &entropy);
        tenant.admin_subjects = vec!["root".into()];
        store.put_tenant(&tenant).unwrap();
        let provider = IdentityProvider {
            id: "idp".parse().unwrap(),
            issuer: ISSUER.into(),
            keys: vec![ProviderKey::from_pem("k1", key.public().to_pem()).unwrap()],
            jwks_uri: None,
            description: String::new(),
            clock_tolerance: Duration::from_secs(5),
            required: fanlight_identity::RequiredClaims::default(),
            active: true,
            created_at: at(0),
            updated_at: at(0),
        };
        store.put_identity_provider(&provider).unwrap();
        Self {
            store,
            tenant,
            entropy,
            key,
        }
    }

    pub fn cx(&self, secs: i64) -> Context<'_> {
        Context {
            store: &self.store,
            tenant: &self.tenant,
            now: at(secs),
            remote_keys: &NoRemoteKeys,
            entropy: &self.entropy,
        }
    }

    pub fn claims(subject: &str) -> MintClaims {
        MintClaims {
            issuer: ISSUER.into(),
            audience: AUDIENCE_LOGIN.into(),
            subject: subject.into(),
            name: format!("{subject} by name"),
            email: Some(format!("{subject}@portal.example")),
            groups: vec!["planning".into()],
            ttl: Duration::from_secs(60),
        }
    }

    pub fn token(&self, claims: &MintClaims, secs: i64) -> String {
        let algorithm = self.key.public().kind().default_algorithm();
        mint(&self.key, algorithm, "k1", claims, at(secs), &self.entropy).unwrap()
    }

    pub fn signed_in(&self, subject: &str, secs: i64) -> SignedIn {
        let token = self.token(&Self::claims(subject), secs);
        sign_in(&self.cx(secs), &token, &SignInCall::default()).unwrap()
    }

    pub fn by_cookie(&self, signed_in: &SignedIn, secs: i64) -> Result<Authenticated, AuthError> {
        let [(_, sid), (_, sig), ..] = signed_in.cookies.pairs();
        authenticate_cookie(&self.cx(secs), Some(sid), Some(sig))
    }
}

pub fn portal(limits: NarrowLimits) -> WebIntegration {
    WebIntegration {
        id: "portal".parse().unwrap(),
        name: "Portal".to_owned(),
        origins: vec![ISSUER.parse().unwrap()],
        limits,
        created_by: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

pub fn at(secs: i64) -> Timestamp {
    Timestamp::from_secs(BEGAN + secs)
}
