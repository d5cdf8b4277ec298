//! Keys that identity providers publish at an address: which addresses, when to ask again, what to use meanwhile.
//!
//! Nothing here fetches. [`KeySetCache`] decides and remembers; whoever owns the network does what it says. The sign-in
//! sees the result through [`RemoteKeys`], which never waits.

use std::collections::HashMap;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use fanlight_base::Timestamp;
use fanlight_jose::KeySet;
use url::{Host, Url};

/// The address of a key set: HTTPS, or HTTP on this machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JwksUri(Url);

/// Why a text is no address of a key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwksUriError {
    /// Not an address.
    #[error("this is no address; write for example `https://portal.example.com/.well-known/jwks.json`")]
    NotAUrl,
    /// Neither HTTPS nor HTTP.
    #[error("keys are fetched by https only")]
    Scheme,
    /// HTTP over a network, where anybody on the way could put keys of their own in.
    #[error("keys are fetched by https only; http is for addresses of this machine, such as 127.0.0.1")]
    Insecure,
    /// A user name or a password.
    #[error("the address must not hold a user name or a password")]
    Credentials,
}

impl JwksUri {
    /// The address.
    pub const fn url(&self) -> &Url {
        &self.0
    }

    /// The address that this one redirects to by `location`, which must stay on the same host and port and as secure.
    ///
    /// # Errors
    /// It leads elsewhere.
    pub fn redirected(&self, location: &str) -> Result<Self, JwksUriError> {
        let target = self.0.join(location).map_err(|_| JwksUriError::NotAUrl)?;
        let target = Self::checked(target)?;
        if target.0.origin() == self.0.origin() {
            Ok(target)
        } else {
            Err(JwksUriError::NotAUrl)
        }
    }

    fn checked(url: Url) -> Result<Self, JwksUriError> {
        let host = url.host().ok_or(JwksUriError::NotAUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&host) => {}
            "http" => return Err(JwksUriError::Insecure),
            _ => return Err(JwksUriError::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(JwksUriError::Credentials);
        }
        Ok(Self(url))
    }
}

/// Names below `localhost` are this machine's too (RFC 6761 §6.3).
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => Ipv4Addr::is_loopback(address),
        Host::Ipv6(address) => Ipv6Addr::is_loopback(address),
    }
}

impl fmt::Display for JwksUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl FromStr for JwksUri {
    type Err = JwksUriError;

    fn from_str(text: &str) -> Result<Self, JwksUriError> {
        let mut url = Url::parse(text).map_err(|_| JwksUriError::NotAUrl)?;
        // Never sent; two addresses that differ in it are one.
        url.set_fragment(None);
        Self::checked(url)
    }
}

/// The port to the published keys.
pub trait RemoteKeys: Send + Sync + fmt::Debug {
    /// The keys last fetched from there, while they may still be used. Never waits for the network.
    fn keys(&self, uri: &JwksUri, now: Timestamp) -> Option<Arc<KeySet>>;
}

/// Nothing is published, as far as this caller knows.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoRemoteKeys;

impl RemoteKeys for NoRemoteKeys {
    fn keys(&self, _: &JwksUri, _: Timestamp) -> Option<Arc<KeySet>> {
        None
    }
}

/// When to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CachePolicy {
    /// A set younger than this is taken as it is.
    pub fresh: Duration,
    /// A set older than this is not used any more, whether or not a newer one can be had.
    pub max_age: Duration,
    /// The least time between the beginnings of two fetches of one address, whatever happens: what bounds how often a
    /// stranger with invented key ids can make the tenant ask.
    pub pause: Duration,
}

/// Fresh for ten minutes, used for a day while the address fails, asked at most once a minute.
impl Default for CachePolicy {
    fn default() -> Self {
        Self {
            fresh: Duration::from_secs(600),
            max_age: Duration::from_secs(24 * 3600),
            pause: Duration::from_secs(60),
        }
    }
}

/// What a token that names a key needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// What is there will do, or nothing better can be had yet.
    Nothing,
    /// The key is not there, or it stands in a set that is no longer fresh and may have been withdrawn since; a fetch that
    /// may be begun or is under way will tell.
    Wait,
}

/// The sets that were fetched, by address.
#[derive(Debug, Default)]
pub struct KeySetCache {
    policy: CachePolicy,
    entries: HashMap<JwksUri, Entry>,
}

#[derive(Debug, Default)]
struct Entry {
    set: Option<(Arc<KeySet>, Timestamp)>,
    last_begun: Option<Timestamp>,
    is_under_way: bool,
}

impl KeySetCache {
    /// An empty one.
    pub fn new(policy: CachePolicy) -> Self {
        Self {
            policy,
            entries: HashMap::new(),
        }
    }

    /// The set of an address, while it may be used.
    pub fn usable(&self, uri: &JwksUri, now: Timestamp) -> Option<Arc<KeySet>> {
        let (set, fetched_at) = self.entries.get(uri)?.set.as_ref()?;
        (now < fetched_at.plus(self.policy.max_age)).then(|| Arc::clone(set))
    }

    /// What to do for a token that names `kid`.
    pub fn need(&self, uri: &JwksUri, kid: &str, now: Timestamp) -> Need {
        let Some(entry) = self.entries.get(uri) else {
            return Need::Wait;
        };
        let is_fresh = |at: Timestamp| (at..at.plus(self.policy.fresh)).contains(&now);
        if entry
            .set
            .as_ref()
            .is_some_and(|(set, at)| set.has(kid) && is_fresh(*at))
        {
            return Need::Nothing;
        }
        if entry.is_under_way || self.may_begin(entry, now) {
            Need::Wait
        } else {
            Need::Nothing
        }
    }

    /// Notes that a fetch begins. False when one is under way already or was begun too short a time ago: then the caller
    /// must not fetch.
    pub fn begin(&mut self, uri: &JwksUri, now: Timestamp) -> bool {
        let known = self.entries.get(uri);
        if known.is_some_and(|entry| entry.is_under_way || !self.may_begin(entry, now)) {
            return false;
        }
        let entry = self.entries.entry(uri.clone()).or_default();
        entry.is_under_way = true;
        entry.last_begun = Some(now);
        true
    }

    /// Whether the pause is over. A clock that was set back since makes neither a pause nor an age longer.
    fn may_begin(&self, entry: &Entry, now: Timestamp) -> bool {
        let paused = |begun: Timestamp| (begun..begun.plus(self.policy.pause)).contains(&now);
        !entry.last_begun.is_some_and(paused)
    }

    /// Notes how a fetch ended; `None` = it failed, and what was there before stays.
    pub fn end(&mut self, uri: &JwksUri, fetched: Option<KeySet>, now: Timestamp) {
        let entry = self.entries.entry(uri.clone()).or_default();
        entry.is_under_way = false;
        if let Some(set) = fetched {
            entry.set = Some((Arc::new(set), now));
        }
    }

    /// Whether a fetch of that address is under way.
    pub fn is_under_way(&self, uri: &JwksUri) -> bool {
        self.entries.get(uri).is_some_and(|entry| entry.is_under_way)
    }
}

#[cfg(test)]
mod tests;
