//! A stable sort that can be stopped in its middle.

use std::cmp::Ordering;

use crate::error::EvalError;
use crate::meter::Meter;

/// Runs of so many items are sorted in one go, and so many are merged between two looks at the meter.
const RUN: usize = 4096;

/// Sorts items; equal ones stay in their order.
///
/// # Errors
/// If the meter ends it; the order is none then.
pub(crate) fn sort_by(
    items: &mut Vec<u32>,
    meter: &Meter,
    compare: impl Fn(&u32, &u32) -> Ordering,
) -> Result<(), EvalError> {
    for run in items.chunks_mut(RUN) {
        spend(meter, run.len() * RUN.ilog2() as usize)?;
        run.sort_by(&compare);
    }
    let mut width = RUN;
    let mut merged = Vec::with_capacity(if items.len() > RUN { items.len() } else { 0 });
    while width < items.len() {
        merged.clear();
        for pair in items.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut merged, meter, &compare)?;
        }
        std::mem::swap(items, &mut merged);
        width *= 2;
    }
    Ok(())
}

fn merge(
    mut left: &[u32],
    mut right: &[u32],
    out: &mut Vec<u32>,
    meter: &Meter,
    compare: &impl Fn(&u32, &u32) -> Ordering,
) -> Result<(), EvalError> {
    while let ([first_left, rest_left @ ..], [first_right, rest_right @ ..]) = (left, right) {
        if out.len().is_multiple_of(RUN) {
            spend(meter, RUN)?;
        }
        if compare(first_right, first_left) == Ordering::Less {
            out.push(*first_right);
            right = rest_right;
        } else {
            out.push(*first_left);
            left = rest_left;
        }
    }
    out.extend_from_slice(left);
    out.extend_from_slice(right);
    Ok(())
}

fn spend(meter: &Meter, n_steps: usize) -> Result<(), EvalError> {
    match meter.spend(n_steps) {
        Some(()) => Ok(()),
        None => meter.outcome(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cancel::Cancel;

    proptest! {
        #[test]
        fn items_are_in_order_and_equal_ones_stay(keys in prop::collection::vec(0u32..50, 0..20_000)) {
            let compare = |a: &u32, b: &u32| keys[*a as usize].cmp(&keys[*b as usize]);
            let mut expected: Vec<u32> = (0..keys.len() as u32).collect();
            let mut sorted = expected.clone();
            expected.sort_by(compare);
            sort_by(&mut sorted, &Meter::new(&Cancel::new()), compare).unwrap();
            prop_assert_eq!(sorted, expected);
        }
    }

    #[test]
    fn a_sort_is_stopped_in_its_middle() {
        let cancel = Cancel::new();
        let n_compared = std::cell::Cell::new(0);
        let compare = |a: &u32, b: &u32| {
            n_compared.set(n_compared.get() + 1);
            if n_compared.get() == 100_000 {
                cancel.cancel();
            }
            b.cmp(a)
        };
        let mut items: Vec<u32> = (0..1_000_000).collect();
        let sorted = sort_by(&mut items, &Meter::new(&cancel), compare);
        assert_eq!(sorted, Err(EvalError::Cancelled));
        assert!(n_compared.get() < 300_000, "{}", n_compared.get());
    }
}
