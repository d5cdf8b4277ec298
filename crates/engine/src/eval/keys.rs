//! Group keys: one number for the codes of several dimensions.

use fanlight_column::{FastMap, NULL_CODE};

use super::MAX_ROWS;
use crate::error::{EvalError, Quantity};

/// Up to this many possible groups get an array; more are hashed.
const MAX_DENSE: u128 = 1 << 21;

/// A key in the list, and with its number in a table that is up to half empty.
const BYTES_OF_A_HASHED_GROUP: usize = 80;

/// How the codes of some dimensions make one key. NULL counts as one more code.
#[derive(Clone, Debug)]
pub(crate) struct KeyLayout {
    sizes: Vec<u128>,
    n_keys: u128,
}

impl KeyLayout {
    /// `None` if the combinations cannot be counted in 128 bits.
    pub(crate) fn new(cardinals: impl IntoIterator<Item = usize>) -> Option<Self> {
        let sizes: Vec<u128> = cardinals.into_iter().map(|n| n as u128 + 1).collect();
        let n_keys = sizes
            .iter()
            .try_fold(1_u128, |product, size| product.checked_mul(*size))?;
        Some(Self { sizes, n_keys })
    }

    pub(crate) fn key(&self, codes: impl IntoIterator<Item = u32>) -> u128 {
        self.sizes.iter().zip(codes).fold(0, |key, (size, code)| {
            key * size
                + if code == NULL_CODE {
                    size - 1
                } else {
                    u128::from(code)
                }
        })
    }

    /// The codes that made a key.
    pub(crate) fn codes(&self, key: u128, out: &mut Vec<u32>) {
        let start = out.len();
        let mut rest = key;
        for size in self.sizes.iter().rev() {
            let code = rest % size;
            rest /= size;
            out.push(if code == size - 1 { NULL_CODE } else { code as u32 });
        }
        out[start..].reverse();
    }
}

/// Dense group numbers for keys.
#[derive(Debug)]
pub(crate) struct Groups {
    layout: KeyLayout,
    index: Index,
}

#[derive(Debug)]
enum Index {
    /// The key is the number.
    Dense(Vec<bool>),
    Hashed {
        numbers: FastMap<u128, u32>,
        keys: Vec<u128>,
    },
}

impl Groups {
    /// Groups for about so many records.
    pub(crate) fn new(layout: KeyLayout, n_records: usize) -> Self {
        let index = if layout.n_keys <= MAX_DENSE.min((n_records as u128 * 4).max(1 << 12)) {
            Index::Dense(vec![false; layout.n_keys as usize])
        } else {
            Index::Hashed {
                numbers: FastMap::default(),
                keys: Vec::new(),
            }
        };
        Self { layout, index }
    }

    /// One above the largest group number given out.
    pub(crate) fn n_numbers(&self) -> usize {
        match &self.index {
            Index::Dense(seen) => seen.len(),
            Index::Hashed { keys, .. } => keys.len(),
        }
    }

    /// About how many bytes the groups take, without what is kept for each of them.
    pub(crate) fn n_bytes(&self) -> usize {
        match &self.index {
            Index::Dense(seen) => seen.len(),
            Index::Hashed { keys, .. } => keys.len() * BYTES_OF_A_HASHED_GROUP,
        }
    }

    /// Whether there may be more groups than an engine session may have.
    pub(crate) fn check(&self) -> Result<(), EvalError> {
        if self.n_numbers() > MAX_ROWS {
            Err(EvalError::TooLarge {
                limit: MAX_ROWS,
                of: Quantity::Rows,
            })
        } else {
            Ok(())
        }
    }

    /// The group numbers of rows, given the codes of each dimension.
    pub(crate) fn assign(&mut self, dims: &[Vec<u32>], n_rows: usize, out: &mut Vec<u32>) {
        out.clear();
        match &mut self.index {
            Index::Dense(seen) => {
                out.resize(n_rows, 0);
                for (size, codes) in self.layout.sizes.iter().zip(dims) {
                    let size = *size as u32;
                    for (key, code) in out.iter_mut().zip(codes) {
                        *key = *key * size + (*code).min(size - 1);
                    }
                }
                for key in out {
                    seen[*key as usize] = true;
                }
            }
            Index::Hashed { numbers, keys } => {
                for row in 0..n_rows {
                    let key = self.layout.key(dims.iter().map(|codes| codes[row]));
                    let number = *numbers.entry(key).or_insert_with(|| {
                        keys.push(key);
                        (keys.len() - 1) as u32
                    });
                    out.push(number);
                }
            }
        }
    }

    /// The number of the group with these codes, if it was met.
    pub(crate) fn find(&self, codes: impl IntoIterator<Item = u32>) -> Option<usize> {
        let key = self.layout.key(codes);
        match &self.index {
            Index::Dense(seen) => seen[key as usize].then_some(key as usize),
            Index::Hashed { numbers, .. } => numbers.get(&key).map(|number| *number as usize),
        }
    }

    /// The codes of all groups met, one group after the other.
    pub(crate) fn all_codes(&self) -> Vec<u32> {
        let mut out = Vec::new();
        match &self.index {
            Index::Dense(seen) => {
                for (key, _) in seen.iter().enumerate().filter(|(_, seen)| **seen) {
                    self.layout.codes(key as u128, &mut out);
                }
            }
            Index::Hashed { keys, .. } => {
                for key in keys {
                    self.layout.codes(*key, &mut out);
                }
            }
        }
        out
    }
}
