//! The keys that identity providers publish, as far as the network is concerned.
//!
//! [`fanlight_identity::KeySetCache`] decides when to ask; here is who asks. A token that names a key which is not there
//! or stands in a set that is no longer fresh, waits for one fetch, together with all others that want the same; it holds no
//! thread meanwhile. An older set is used only while the address fails.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fanlight_base::{Clock, Timestamp};
use fanlight_identity::{
    CachePolicy, IdentityProvider, JwksUri, KeySetCache, Need, RemoteKeys, Store, StoreError,
};
use fanlight_jose::{KeySet, UnverifiedToken};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

mod fetch;

pub use fetch::{FetchError, FetchLimits, Fetcher};

/// The published keys, and the one who fetches them.
#[derive(Debug)]
pub struct KeySets {
    cache: Mutex<KeySetCache>,
    fetcher: Fetcher,
    ended: Notify,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
}

impl KeySets {
    /// None fetched so far.
    pub fn new(fetcher: Fetcher, clock: Arc<dyn Clock>, tasks: TaskTracker) -> Arc<Self> {
        Arc::new(Self {
            cache: Mutex::new(KeySetCache::new(CachePolicy::default())),
            fetcher,
            ended: Notify::new(),
            clock,
            tasks,
        })
    }

    /// Waits until the key that a token names is there, or is known to be there still, if a fetch can tell. A token that is no token, or whose key
    /// nobody publishes, waits for nothing: the check that follows says what is wrong with it.
    pub async fn prepare(self: &Arc<Self>, wanted: &Wanted) {
        for uri in &wanted.uris {
            let need = self.lock().need(uri, &wanted.kid, self.clock.now());
            match need {
                Need::Nothing => {}
                Need::Wait => {
                    self.begin(uri);
                    self.wait(uri).await;
                }
            }
        }
    }

    fn begin(self: &Arc<Self>, uri: &JwksUri) {
        if !self.lock().begin(uri, self.clock.now()) {
            return;
        }
        let flight = Flight {
            sets: Arc::clone(self),
            uri: uri.clone(),
            fetched: None,
        };
        // A task of its own: the request that began it may be given up, others wait for it.
        self.tasks.spawn(flight.fly());
    }

    async fn wait(&self, uri: &JwksUri) {
        loop {
            let ended = self.ended.notified();
            if !self.lock().is_under_way(uri) {
                return;
            }
            ended.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, KeySetCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RemoteKeys for KeySets {
    fn keys(&self, uri: &JwksUri, now: Timestamp) -> Option<Arc<KeySet>> {
        self.lock().usable(uri, now)
    }
}

/// A fetch under way. However it ends, those who wait are told.
struct Flight {
    sets: Arc<KeySets>,
    uri: JwksUri,
    fetched: Option<KeySet>,
}

impl Flight {
    async fn fly(mut self) {
        match self.sets.fetcher.fetch(&self.uri).await {
            Ok(set) => {
                for key in set.unused() {
                    tracing::debug!(jwks.uri = %self.uri, key.id = key.name, "left out of a key set: {}", key.problem);
                }
                tracing::info!(jwks.uri = %self.uri, keys = set.keys().len(), "fetched a key set");
                self.fetched = Some(set);
            }
            Err(error) => tracing::warn!(jwks.uri = %self.uri, "a key set cannot be fetched: {error}"),
        }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let now = self.sets.clock.now();
        self.sets.lock().end(&self.uri, self.fetched.take(), now);
        self.sets.ended.notify_waiters();
    }
}

/// The key that a token names, and where it may be published.
#[derive(Debug, Default)]
pub struct Wanted {
    kid: String,
    uris: Vec<JwksUri>,
}

impl Wanted {
    /// Reads the token, without believing it. Blocks.
    ///
    /// # Errors
    /// The store failed.
    pub fn by(token: &str, store: &dyn Store) -> Result<Self, StoreError> {
        let Ok(token) = UnverifiedToken::parse(token) else {
            return Ok(Self::default());
        };
        let (Some(issuer), Some(kid)) = (token.claimed_issuer(), token.claimed_key_id()) else {
            return Ok(Self::default());
        };
        let publishes_it = |provider: &IdentityProvider| {
            provider.active && provider.issuer == issuer && !provider.keys.iter().any(|key| key.kid == kid)
        };
        let providers = store.identity_providers()?;
        let uris = providers.into_iter().filter(publishes_it);
        Ok(Self {
            kid: kid.to_owned(),
            uris: uris.filter_map(|provider| provider.jwks_uri).collect(),
        })
    }
}
