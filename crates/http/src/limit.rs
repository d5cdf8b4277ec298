//! How often something may be done: token buckets on the tenant's own clock.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Mutex;
use std::time::Duration;

use fanlight_base::Timestamp;

/// So many in a burst, and so many per second after that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// How many may come at once.
    pub burst: u32,
    /// How many more each second.
    pub per_second: f64,
}

impl Rate {
    /// `count` in a minute.
    pub fn per_minute(count: u32) -> Self {
        Self {
            burst: count,
            per_second: f64::from(count) / 60.0,
        }
    }
}

/// One bucket.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    left: f64,
    filled_at: Timestamp,
}

impl Bucket {
    /// A full bucket.
    pub fn full(rate: Rate, now: Timestamp) -> Self {
        Self {
            left: f64::from(rate.burst),
            filled_at: now,
        }
    }

    /// Takes one; `Err` says how long until there is one again.
    ///
    /// # Errors
    /// The bucket is empty.
    pub fn take(&mut self, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        self.fill(rate, now);
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64(
            (1.0 - self.left) / rate.per_second.max(1e-6),
        ))
    }

    fn fill(&mut self, rate: Rate, now: Timestamp) {
        let gained = now.since(self.filled_at).as_secs_f64() * rate.per_second;
        self.left = (self.left + gained).min(f64::from(rate.burst));
        self.filled_at = now;
    }
}

/// A bucket per key, for a bounded number of keys.
#[derive(Debug)]
pub struct RateLimiter<K> {
    rate: Rate,
    max_keys: usize,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl<K: Eq + Hash> RateLimiter<K> {
    /// At most `rate` per key, for at most `max_keys` keys at a time.
    pub fn new(rate: Rate, max_keys: usize) -> Self {
        Self {
            rate,
            max_keys,
            buckets: Mutex::new(HashMap::new()),
        }
    }

    /// Takes one for `key`. When every place is held by a key that is still limited, newcomers are refused: a flood from
    /// many addresses must not push out the memory of earlier ones.
    ///
    /// # Errors
    /// The key has had its share; the value says how long to wait.
    pub fn take(&self, key: K, now: Timestamp) -> Result<(), Duration> {
        let mut buckets = self
            .buckets
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if buckets.len() >= self.max_keys && !buckets.contains_key(&key) {
            buckets.retain(|_, bucket| {
                bucket.fill(self.rate, now);
                bucket.left < f64::from(self.rate.burst)
            });
            if buckets.len() >= self.max_keys {
                return Err(Duration::from_secs(1));
            }
        }
        buckets
            .entry(key)
            .or_insert_with(|| Bucket::full(self.rate, now))
            .take(self.rate, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 2,
        per_second: 1.0,
    };

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    #[test]
    fn a_burst_is_followed_by_a_trickle() {
        let limiter = RateLimiter::new(RATE, 10);
        assert_eq!(limiter.take("a", at(0)), Ok(()));
        assert_eq!(limiter.take("a", at(0)), Ok(()));
        assert_eq!(limiter.take("a", at(0)), Err(Duration::from_secs(1)));
        assert_eq!(limiter.take("b", at(0)), Ok(()));
        assert_eq!(limiter.take("a", at(1)), Ok(()));
        assert!(limiter.take("a", at(1)).is_err());
    }

    #[test]
    fn the_number_of_keys_is_bounded_and_rested_keys_make_room() {
        let limiter = RateLimiter::new(RATE, 2);
        assert_eq!(limiter.take(1, at(0)), Ok(()));
        assert_eq!(limiter.take(2, at(0)), Ok(()));
        assert!(limiter.take(3, at(0)).is_err());
        assert_eq!(limiter.take(3, at(10)), Ok(()));
    }
}
