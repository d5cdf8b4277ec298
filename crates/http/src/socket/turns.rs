//! Who calculates next: people take turns, so that one with a hundred calculations waiting is as far from the next one as
//! somebody with one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fanlight_base::UserId;
use tokio::sync::oneshot::{Sender, channel};

/// Bounds the calculations that run at once in the whole process.
#[derive(Debug)]
pub struct Turns(Mutex<Places>);

#[derive(Debug)]
struct Places {
    free: usize,
    /// The people who wait, the next one first, each with their calculations in order.
    waiting: VecDeque<(UserId, VecDeque<Sender<Turn>>)>,
}

/// One calculation's place; dropping it lets the next one begin.
#[derive(Debug)]
pub struct Turn(Arc<Turns>);

impl Turns {
    /// So many at once; at least one.
    pub fn new(places: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Places {
            free: places.max(1),
            waiting: VecDeque::new(),
        })))
    }

    /// Waits for a turn of `user`; `None` never comes in a server that runs.
    pub async fn wait(self: &Arc<Self>, user: &UserId) -> Option<Turn> {
        let turn = {
            let mut places = self.lock();
            if places.free > 0 {
                places.free -= 1;
                return Some(Turn(Arc::clone(self)));
            }
            let (sender, turn) = channel();
            match places.waiting.iter_mut().find(|(other, _)| other == user) {
                Some((_, queue)) => queue.push_back(sender),
                None => places.waiting.push_back((user.clone(), VecDeque::from([sender]))),
            }
            turn
        };
        turn.await.ok()
    }

    /// Takes the next calculation of the next person, who then is the last.
    fn next(&self) -> Option<Sender<Turn>> {
        let mut places = self.lock();
        let Some((user, mut queue)) = places.waiting.pop_front() else {
            places.free += 1;
            return None;
        };
        let next = queue.pop_front();
        if !queue.is_empty() {
            places.waiting.push_back((user, queue));
        }
        next
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        while let Some(sender) = self.0.next() {
            // Where nobody waits any more, the one after it has its turn.
            if !sender.is_closed() {
                drop(sender.send(Self(Arc::clone(&self.0))));
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;
    use tokio_util::task::TaskTracker;

    use super::*;

    #[tokio::test]
    async fn people_take_turns_however_much_each_of_them_wants() {
        let turns = Turns::new(1);
        let [greedy, modest]: [UserId; 2] = ["greedy", "modest"].map(|name| name.parse().unwrap());
        let tasks = TaskTracker::new();
        let running = turns.wait(&greedy).await;
        let (said, mut heard) = unbounded_channel();
        let mut asked = 0;
        for user in [&greedy, &greedy, &greedy, &modest] {
            let (all, said, user) = (Arc::clone(&turns), said.clone(), user.clone());
            tasks.spawn(async move {
                let turn = all.wait(&user).await;
                said.send(user.to_string()).unwrap();
                drop(turn);
            });
            asked += 1;
            // Until it waits, so that the order is known.
            while turns
                .lock()
                .waiting
                .iter()
                .map(|(_, queue)| queue.len())
                .sum::<usize>()
                < asked
            {
                tokio::task::yield_now().await;
            }
        }
        drop(running);
        let mut order = Vec::new();
        for _ in 0..4 {
            order.push(heard.recv().await.unwrap());
        }
        assert_eq!(order, ["greedy", "modest", "greedy", "greedy"]);
        while turns.lock().free == 0 {
            tokio::task::yield_now().await;
        }
        assert!(turns.lock().waiting.is_empty());
    }

    #[tokio::test]
    async fn a_place_that_nobody_waits_for_any_more_goes_to_the_next() {
        let turns = Turns::new(1);
        let user: UserId = "ada".parse().unwrap();
        let running = turns.wait(&user).await;
        {
            let waiting = turns.wait(&user);
            tokio::pin!(waiting);
            let given_up = futures_util::poll!(waiting.as_mut());
            assert!(given_up.is_pending());
        }
        drop(running);
        assert!(turns.wait(&user).await.is_some());
        assert_eq!(turns.lock().free, 1);
    }
}
