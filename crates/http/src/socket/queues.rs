//! Who is next at an engine session: whoever waits for one waits here, without a thread, in the order of arrival.
//!
//! An engine session does one thing at a time. A request that waited for it on a thread of its own would keep that thread
//! from everything else that blocks, and a person with many connections would keep them all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fanlight_rpc::SessionKey;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The queues before the engine sessions that somebody uses or waits for.
#[derive(Debug, Default)]
pub struct Queues(Mutex<HashMap<SessionKey, Queue>>);

#[derive(Debug)]
struct Queue {
    turn: Arc<Semaphore>,
    /// Whoever has the turn or waits for it.
    n_people: usize,
}

/// A turn at an engine session; dropping it lets the next one begin.
#[derive(Debug)]
pub struct Place {
    _turn: Option<OwnedSemaphorePermit>,
    _stay: Stay,
}

/// Keeps a queue there for as long as somebody is in it.
#[derive(Debug)]
struct Stay {
    queues: Arc<Queues>,
    key: SessionKey,
}

impl Queues {
    /// Waits for a turn at the engine session of `key`.
    pub async fn wait(self: &Arc<Self>, key: SessionKey) -> Place {
        let turn = {
            let mut queues = self.lock();
            let queue = queues.entry(key.clone()).or_insert_with(|| Queue {
                turn: Arc::new(Semaphore::new(1)),
                n_people: 0,
            });
            queue.n_people += 1;
            Arc::clone(&queue.turn)
        };
        let stay = Stay {
            queues: Arc::clone(self),
            key,
        };
        Place {
            // Nobody closes the semaphore, so there is always a turn.
            _turn: turn.acquire_owned().await.ok(),
            _stay: stay,
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionKey, Queue>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        let mut queues = self.queues.lock();
        if let Some(queue) = queues.get_mut(&self.key) {
            queue.n_people -= 1;
            if queue.n_people == 0 {
                queues.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::poll;

    use super::*;

    fn key(user: &str) -> SessionKey {
        SessionKey {
            user: user.parse().unwrap(),
            app: "app".to_owned(),
            identity: None,
        }
    }

    #[tokio::test]
    async fn one_session_is_used_in_the_order_of_arrival_and_another_meanwhile() {
        let queues = Arc::new(Queues::default());
        let first = queues.wait(key("ada")).await;
        let mut second = Box::pin(queues.wait(key("ada")));
        let mut third = Box::pin(queues.wait(key("ada")));
        assert!(poll!(second.as_mut()).is_pending());
        assert!(poll!(third.as_mut()).is_pending());
        drop(queues.wait(key("bob")).await);
        drop(first);
        assert!(poll!(third.as_mut()).is_pending());
        let second = second.await;
        assert!(poll!(third.as_mut()).is_pending());
        drop(second);
        drop(third.await);
    }

    #[tokio::test]
    async fn a_queue_is_there_for_as_long_as_somebody_is_in_it() {
        let queues = Arc::new(Queues::default());
        let first = queues.wait(key("ada")).await;
        {
            let mut given_up = Box::pin(queues.wait(key("ada")));
            assert!(poll!(given_up.as_mut()).is_pending());
        }
        assert_eq!(queues.lock().len(), 1);
        drop(first);
        assert!(queues.lock().is_empty());
    }
}
