//! Whose turn it is to write, for callers that may learn in the queue that they need not write any more.
//!
//! With a plain mutex such a caller would have to get hold of it only to find that out, and behind one that waits for
//! seconds for another process's lock a crowd would be told of its failure one by one.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The queue before a connection.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    is_taken: Mutex<bool>,
    ended: Condvar,
}

/// A turn; the others look again when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn<'a>(&'a Turns);

impl Turns {
    /// Waits for a turn; `None` as soon as `is_settled` says that there is no need for one. It is asked at first, and after
    /// every turn of somebody else.
    pub(crate) fn wait(&self, mut is_settled: impl FnMut() -> bool) -> Option<Turn<'_>> {
        let mut is_taken = self.lock();
        loop {
            if is_settled() {
                return None;
            }
            if !*is_taken {
                *is_taken = true;
                return Some(Turn(self));
            }
            is_taken = self.ended.wait(is_taken).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.lock() = false;
        self.0.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn one_at_a_time_has_the_turn() {
        let (turns, n_inside, n_done) = (Turns::default(), AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let turn = turns.wait(|| false);
                    assert!(turn.is_some());
                    assert_eq!(n_inside.fetch_add(1, Ordering::SeqCst), 0);
                    n_done.fetch_add(1, Ordering::SeqCst);
                    n_inside.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert_eq!(n_done.into_inner(), 8);
    }

    #[test]
    fn whoever_is_settled_in_the_queue_leaves_it_while_the_next_one_writes() {
        let (turns, is_settled) = (Turns::default(), AtomicBool::new(false));
        let first = turns.wait(|| false).unwrap();
        thread::scope(|scope| {
            let waiting: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| turns.wait(|| is_settled.load(Ordering::SeqCst)).is_none()))
                .collect();
            is_settled.store(true, Ordering::SeqCst);
            drop(first);
            // Somebody who came late has the turn, for as long as this test likes.
            let late = turns.wait(|| false);
            assert!(late.is_some());
            assert!(waiting.into_iter().all(|waiting| waiting.join().unwrap()));
        });
    }
}
