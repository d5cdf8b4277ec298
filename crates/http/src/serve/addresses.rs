//! How many connections each client address has.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts connections by address.
#[derive(Debug, Default)]
pub(super) struct Addresses(Mutex<HashMap<IpAddr, usize>>);

/// One counted connection; dropping it makes room.
#[derive(Debug)]
pub(super) struct Counted {
    addresses: Arc<Addresses>,
    address: IpAddr,
}

impl Addresses {
    /// Room for one more connection of `address`, unless it has `max`.
    pub(super) fn count(self: &Arc<Self>, address: IpAddr, max: usize) -> Option<Counted> {
        let mut counts = self.lock();
        let count = counts.entry(address).or_insert(0);
        if *count >= max {
            return None;
        }
        *count += 1;
        Some(Counted {
            addresses: Arc::clone(self),
            address,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.addresses.lock();
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_a_limit_and_gets_its_room_back() {
        let addresses = Arc::new(Addresses::default());
        let [one, two]: [IpAddr; 2] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().unwrap());
        let first = addresses.count(one, 2).unwrap();
        let _second = addresses.count(one, 2).unwrap();
        assert!(addresses.count(one, 2).is_none());
        let other = addresses.count(two, 2).unwrap();
        drop(first);
        assert!(addresses.count(one, 2).is_some());
        drop(other);
        assert_eq!(addresses.lock().len(), 1, "nothing is kept of who has gone");
    }
}
