//! Memory is counted for each engine session, for its person, and for the process.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use fanlight_base::UserId;
use fanlight_engine::MemoryPool;

use super::Host;
use crate::Limits;

/// Whose memory is counted.
#[derive(Debug)]
pub(super) struct Memory {
    all: Arc<MemoryPool>,
    /// The people who have an engine session, or have had one.
    people: Mutex<HashMap<UserId, Weak<MemoryPool>>>,
    /// Whether the process has taken more than it may.
    is_short: AtomicBool,
}

impl Memory {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            all: MemoryPool::new("all sessions together", limits.memory_bytes, None),
            people: Mutex::default(),
            is_short: AtomicBool::new(false),
        }
    }
}

impl Host {
    /// Memory for one more engine session of `user`.
    pub(super) fn session_memory(&self, user: &UserId) -> Arc<MemoryPool> {
        let limits = &self.settings.limits;
        let mut people = self.memory.people.lock().unwrap_or_else(PoisonError::into_inner);
        let known = people.get(user).and_then(Weak::upgrade);
        let person = known.unwrap_or_else(|| {
            people.retain(|_, pool| pool.strong_count() > 0);
            let above = Some(Arc::clone(&self.memory.all));
            let pool = MemoryPool::new("your sessions together", limits.memory_bytes_per_user, above);
            people.insert(user.clone(), Arc::downgrade(&pool));
            pool
        });
        MemoryPool::new("this session", limits.memory_bytes_per_session, Some(person))
    }

    /// The bytes that are counted for all engine sessions.
    pub fn counted_memory(&self) -> usize {
        self.memory.all.used()
    }

    /// Says how many bytes the process has taken from the machine. While they are more than it may, no session begins and
    /// nothing is calculated, and what was calculated before is forgotten.
    pub fn memory_taken(&self, n_bytes: usize) {
        let is_short = n_bytes > self.settings.limits.memory_bytes;
        self.memory.is_short.store(is_short, Ordering::Relaxed);
        if is_short {
            for session in self.live() {
                if let Some(shared) = session.try_lock() {
                    shared.core.cache.clear();
                }
            }
        }
    }

    /// Whether the process has taken more memory than it may.
    pub fn is_short_of_memory(&self) -> bool {
        self.memory.is_short.load(Ordering::Relaxed)
    }
}
