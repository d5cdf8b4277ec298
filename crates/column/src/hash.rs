//! A fast, unkeyed hash for codes and dictionary texts.
//!
//! The keys are the app's own data and the maps live as long as the app, so resistance against chosen keys is not worth
//! its price here: a load hashes every cell once.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A `HashMap` with the fast hash.
pub type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<FastHash>>;
/// A `HashSet` with the fast hash.
pub type FastSet<K> = HashSet<K, BuildHasherDefault<FastHash>>;

/// Multiply-and-rotate hash over 8-byte words.
#[derive(Clone, Copy, Debug, Default)]
pub struct FastHash(u64);

const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

impl FastHash {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    }
}

impl Hasher for FastHash {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.mix(u64::from_le_bytes(
                chunk.try_into().expect("chunks of exactly eight bytes"),
            ));
        }
        let rest = chunks.remainder();
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.mix(u64::from_le_bytes(last) ^ ((rest.len() as u64) << 56));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    fn write_u128(&mut self, value: u128) {
        self.mix(value as u64);
        self.mix((value >> 64) as u64);
    }

    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }

    fn finish(&self) -> u64 {
        // The map takes its bucket from the low bits and its tag from the high ones: fold the good high bits down.
        self.0 ^ (self.0 >> 32)
    }
}
