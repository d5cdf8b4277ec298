//! Kernels over packed codes: from values to rows, from rows to values.

use crate::bits::BitSet;
use crate::codes::{Code, Codes};
use crate::with_codes;

/// The rows whose value is in `values`. Rows without a value are not among them.
pub fn select_rows(codes: &Codes, values: &BitSet) -> BitSet {
    // One byte per code, the NULL code included, so that the loop over the rows has no branch.
    let mut table = vec![0_u8; values.len() + 1];
    for value in values.iter() {
        table[value] = 1;
    }
    with_codes!(codes, |codes| select_packed(codes, &table))
}

fn select_packed<C: Code>(codes: &[C], table: &[u8]) -> BitSet {
    let null = table.len() - 1;
    let words = codes
        .chunks(64)
        .map(|chunk| {
            let mut word = 0;
            for (bit, code) in chunk.iter().enumerate() {
                word |= u64::from(table[code.index().min(null)]) << bit;
            }
            word
        })
        .collect();
    BitSet::from_words(words, codes.len())
}

/// The values that occur in the given rows (`None`: in all rows), out of `n_symbols` values.
///
/// Ends early once every value has been seen.
pub fn mark_codes(codes: &Codes, rows: Option<&BitSet>, n_symbols: usize) -> BitSet {
    let seen = with_codes!(codes, |codes| mark_packed(codes, rows, n_symbols));
    BitSet::of(
        n_symbols,
        seen.iter()
            .take(n_symbols)
            .enumerate()
            .filter(|(_, seen)| **seen)
            .map(|(at, _)| at),
    )
}

const BLOCK_ROWS: usize = 64 * 64;

fn mark_packed<C: Code>(codes: &[C], rows: Option<&BitSet>, n_symbols: usize) -> Vec<bool> {
    let mut seen = vec![false; n_symbols + 1];
    for (at, block) in codes.chunks(BLOCK_ROWS).enumerate() {
        match rows {
            None => {
                for code in block {
                    seen[code.index().min(n_symbols)] = true;
                }
            }
            Some(rows) => mark_block(block, &rows.words()[at * 64..], &mut seen),
        }
        // A large dictionary is never seen whole soon enough to pay for the look.
        if n_symbols <= BLOCK_ROWS && seen[..n_symbols].iter().all(|seen| *seen) {
            break;
        }
    }
    seen
}

fn mark_block<C: Code>(block: &[C], words: &[u64], seen: &mut [bool]) {
    let n_symbols = seen.len() - 1;
    for (chunk, word) in block.chunks(64).zip(words) {
        let mut word = *word;
        while word != 0 {
            let code = chunk[word.trailing_zeros() as usize];
            seen[code.index().min(n_symbols)] = true;
            word &= word - 1;
        }
    }
}

/// Unpacks the codes of the rows `start..start + out.len()`, through `map` if there is one; NULL is
/// [`NULL_CODE`](crate::NULL_CODE) before and after.
///
/// # Panics
/// If the rows or a code lie outside.
pub fn gather_keys(codes: &Codes, map: Option<&[u32]>, start: usize, out: &mut [u32]) {
    with_codes!(codes, |codes| {
        let codes = &codes[start..start + out.len()];
        match map {
            None => {
                for (out, code) in out.iter_mut().zip(codes) {
                    *out = code.wide();
                }
            }
            Some(map) => {
                for (out, code) in out.iter_mut().zip(codes) {
                    let wide = code.wide();
                    *out = map.get(wide as usize).copied().unwrap_or(crate::NULL_CODE);
                }
            }
        }
    });
}

/// Unpacks the codes of single rows, through `map` if there is one.
///
/// # Panics
/// If a row lies outside, or `out` is not as long as `rows`.
pub fn gather_rows(codes: &Codes, map: Option<&[u32]>, rows: &[u32], out: &mut [u32]) {
    assert_eq!(rows.len(), out.len(), "one code per row");
    with_codes!(codes, |codes| {
        for (out, row) in out.iter_mut().zip(rows) {
            let wide = codes[*row as usize].wide();
            *out = match map {
                None => wide,
                Some(map) => map.get(wide as usize).copied().unwrap_or(crate::NULL_CODE),
            };
        }
    });
}
