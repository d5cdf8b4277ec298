//! Randomness as a port.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// The port through which unguessable bytes come.
pub trait Entropy: Send + Sync + fmt::Debug {
    /// Fills `bytes`; must be unpredictable in production.
    fn fill(&self, bytes: &mut [u8]);

    /// 128 unguessable bits, as 32 lower-case hexadecimal digits.
    fn hex128(&self) -> String {
        let mut bytes = [0_u8; 16];
        self.fill(&mut bytes);
        bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
            use fmt::Write as _;
            // Writing to a `String` cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the machine for randomness"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system always has random bytes once it has started");
    }
}

/// A repeatable generator for tests: SplitMix64 from a seed. Never for production: its output is predictable.
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// A generator whose whole output follows from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let state = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let word = (mixed ^ (mixed >> 31)).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_ids_again() {
        let first = SeededEntropy::new(7);
        let again = SeededEntropy::new(7);
        assert_eq!(first.hex128(), again.hex128());
        assert_ne!(first.hex128(), SeededEntropy::new(7).hex128());
    }

    #[test]
    fn the_system_generator_does_not_repeat_itself() {
        assert_ne!(SystemEntropy.hex128(), SystemEntropy.hex128());
    }
}
