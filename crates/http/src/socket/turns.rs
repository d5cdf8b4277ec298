//! Who works next: people take turns, so that one with a hundred calculations waiting is as far from the next one as
//! somebody with one. Nobody has all places at once, so that somebody else never waits for a whole calculation of theirs.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fanlight_base::UserId;
use tokio::sync::oneshot::{Sender, channel};

/// Fewer places than this would make everybody wait for one person.
const MIN_PLACES: usize = 2;

/// Bounds what runs at once in the whole process.
#[derive(Debug)]
pub struct Turns(Mutex<Places>);

#[derive(Debug)]
struct Places {
    free: usize,
    /// The most places that one person has.
    per_person: usize,
    /// How many places each person has, without those who have none.
    running: HashMap<UserId, usize>,
    /// The people who wait, the next one first, each with their calculations in order.
    waiting: VecDeque<(UserId, VecDeque<Sender<Turn>>)>,
}

/// One calculation's place; dropping it lets the next one begin.
#[derive(Debug)]
pub struct Turn {
    turns: Arc<Turns>,
    user: UserId,
}

impl Turns {
    /// So many at once, at least two; one person has all but one of them at most.
    pub fn new(places: usize) -> Arc<Self> {
        Self::with_share(places, usize::MAX)
    }

    /// So many at once, at least two; one person has at most `per_person` of them, and never all.
    pub fn with_share(places: usize, per_person: usize) -> Arc<Self> {
        let free = places.max(MIN_PLACES);
        Arc::new(Self(Mutex::new(Places {
            free,
            per_person: per_person.clamp(1, free - 1),
            running: HashMap::new(),
            waiting: VecDeque::new(),
        })))
    }

    /// Waits for a turn of `user`; `None` never comes in a server that runs.
    pub async fn wait(self: &Arc<Self>, user: &UserId) -> Option<Turn> {
        let turn = {
            let mut places = self.lock();
            if places.may_begin(user) {
                places.begin(user);
                drop(places);
                return Some(self.turn(user));
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

    fn turn(self: &Arc<Self>, user: &UserId) -> Turn {
        Turn {
            turns: Arc::clone(self),
            user: user.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn may_begin(&self, user: &UserId) -> bool {
        self.free > 0 && self.running.get(user).is_none_or(|n| *n < self.per_person)
    }

    fn begin(&mut self, user: &UserId) {
        self.free -= 1;
        *self.running.entry(user.clone()).or_insert(0) += 1;
    }

    fn end(&mut self, user: &UserId) {
        self.free += 1;
        if let Some(n) = self.running.get_mut(user) {
            *n -= 1;
            if *n == 0 {
                self.running.remove(user);
            }
        }
    }

    /// Takes the next calculation of the next person who may begin one, and who then is the last.
    fn next(&mut self) -> Option<(UserId, Sender<Turn>)> {
        let at = self.waiting.iter().position(|(user, _)| self.may_begin(user))?;
        let (user, mut queue) = self.waiting.remove(at)?;
        let next = queue.pop_front();
        if !queue.is_empty() {
            self.waiting.push_back((user.clone(), queue));
        }
        next.map(|sender| (user, sender))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.lock().end(&self.user);
        loop {
            let mut places = self.turns.lock();
            let Some((user, sender)) = places.next() else {
                return;
            };
            // Where nobody waits any more, the one after it has its turn.
            if sender.is_closed() {
                continue;
            }
            places.begin(&user);
            drop(places);
            // A turn that is not taken after all ends here, and lets the next one begin.
            drop(sender.send(self.turns.turn(&user)));
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
        let turns = Turns::new(2);
        let other: UserId = "other".parse().unwrap();
        let _other = turns.wait(&other).await;
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
        assert_eq!(turns.lock().running.len(), 1);
    }

    #[tokio::test]
    async fn nobody_has_all_places() {
        let turns = Turns::new(3);
        let [greedy, modest]: [UserId; 2] = ["greedy", "modest"].map(|name| name.parse().unwrap());
        let first = turns.wait(&greedy).await;
        let _second = turns.wait(&greedy).await;
        let mut third = Box::pin(turns.wait(&greedy));
        assert!(futures_util::poll!(third.as_mut()).is_pending());
        let modest = turns.wait(&modest).await;
        assert!(modest.is_some(), "there is a place for somebody else");
        drop(modest);
        assert!(
            futures_util::poll!(third.as_mut()).is_pending(),
            "which stays free"
        );
        drop(first);
        assert!(third.await.is_some());
    }

    #[tokio::test]
    async fn one_person_has_only_their_share() {
        let turns = Turns::with_share(10, 1);
        let [greedy, modest]: [UserId; 2] = ["greedy", "modest"].map(|name| name.parse().unwrap());
        let _first = turns.wait(&greedy).await;
        let mut second = Box::pin(turns.wait(&greedy));
        assert!(futures_util::poll!(second.as_mut()).is_pending());
        assert!(turns.wait(&modest).await.is_some());
    }

    #[tokio::test]
    async fn a_place_that_nobody_waits_for_any_more_goes_to_the_next() {
        let turns = Turns::new(2);
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
        assert_eq!(turns.lock().free, 2);
        assert!(turns.lock().running.is_empty());
    }
}
