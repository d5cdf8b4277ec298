//! Memory that is counted where it is taken: pools with a limit, and what is reserved from them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many bytes for somebody or something. What is reserved from a pool is reserved from the pools above it too.
#[derive(Debug)]
pub struct MemoryPool {
    limit: usize,
    used: AtomicUsize,
    above: Option<Arc<MemoryPool>>,
    /// Whose pool it is, for messages: `this person`, `this session`.
    owner: &'static str,
}

/// A pool has no room for what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{owner} may use {limit} bytes of memory, and they are used up: ask for less, or close what is not needed"
)]
pub struct PoolFull {
    /// The limit in bytes.
    pub limit: usize,
    /// Whose it is.
    pub owner: &'static str,
}

/// Bytes of a pool, given back when this is dropped.
pub struct Reservation {
    pool: Arc<MemoryPool>,
    n_bytes: usize,
}

impl MemoryPool {
    /// A pool of so many bytes; `above` is the pool that it is a part of.
    pub fn new(owner: &'static str, limit: usize, above: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self {
            limit,
            used: AtomicUsize::new(0),
            above,
            owner,
        })
    }

    /// How many bytes are reserved.
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// The most bytes that can be reserved.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Whether more than half of this pool, or of one above it, is used.
    pub fn is_half_used(&self) -> bool {
        let above = self.above.as_ref().is_some_and(|above| above.is_half_used());
        self.used() > self.limit / 2 || above
    }

    /// Reserves bytes.
    ///
    /// # Errors
    /// If this pool or one above it has no room for them; then nothing is reserved.
    pub fn reserve(self: &Arc<Self>, n_bytes: usize) -> Result<Reservation, PoolFull> {
        self.take(n_bytes)?;
        Ok(Reservation {
            pool: Arc::clone(self),
            n_bytes,
        })
    }

    fn take(&self, n_bytes: usize) -> Result<(), PoolFull> {
        let taken = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                used.checked_add(n_bytes).filter(|used| *used <= self.limit)
            });
        if taken.is_err() {
            return Err(PoolFull {
                limit: self.limit,
                owner: self.owner,
            });
        }
        let above = self.above.as_ref().map_or(Ok(()), |above| above.take(n_bytes));
        if above.is_err() {
            self.used.fetch_sub(n_bytes, Ordering::Relaxed);
        }
        above
    }

    fn give_back(&self, n_bytes: usize) {
        self.used.fetch_sub(n_bytes, Ordering::Relaxed);
        if let Some(above) = &self.above {
            above.give_back(n_bytes);
        }
    }
}

impl Reservation {
    /// How many bytes it holds.
    pub fn n_bytes(&self) -> usize {
        self.n_bytes
    }

    /// Makes it hold so many bytes, more or fewer than now.
    ///
    /// # Errors
    /// If the pool has no room for more; then it holds what it held.
    pub fn resize(&mut self, n_bytes: usize) -> Result<(), PoolFull> {
        if n_bytes > self.n_bytes {
            self.pool.take(n_bytes - self.n_bytes)?;
        } else {
            self.pool.give_back(self.n_bytes - n_bytes);
        }
        self.n_bytes = n_bytes;
        Ok(())
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.pool.give_back(self.n_bytes);
    }
}

impl fmt::Debug for Reservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reservation({} bytes)", self.n_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_counts_in_every_pool_above_until_it_is_dropped() {
        let all = MemoryPool::new("the server", 100, None);
        let [left, right] =
            [80, 80].map(|limit| MemoryPool::new("this person", limit, Some(Arc::clone(&all))));
        let mut held = left.reserve(60).unwrap();
        assert_eq!((left.used(), all.used()), (60, 60));
        assert_eq!(held.resize(90).unwrap_err().owner, "this person");
        assert_eq!(right.reserve(60).unwrap_err().owner, "the server");
        assert_eq!(right.used(), 0, "a refusal above leaves nothing behind");
        held.resize(10).unwrap();
        let other = right.reserve(60).unwrap();
        drop(held);
        assert_eq!((left.used(), all.used()), (0, 60));
        drop(other);
        assert_eq!((right.used(), all.used()), (0, 0));
    }
}
