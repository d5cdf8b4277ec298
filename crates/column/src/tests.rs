//! The laws of the crate against naive models.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::{
    BitSet, Codes, ColumnBuilder, NULL_CODE, Symbols, gather_keys, gather_rows, mark_codes, select_rows,
};

#[test]
fn equal_numbers_are_one_symbol_with_the_first_text() {
    let mut column = ColumnBuilder::new();
    column.push_dual("1.0", 1.0);
    column.push_num(1.0);
    column.push_text("1");
    column.push_null();
    column.push_num(-0.0);
    column.push_num(0.0);
    column.push_num(f64::NAN);
    column.push_same_as(2);
    assert_eq!(column.len(), 8);
    let column = column.finish();
    assert_eq!(
        (0..8).map(|row| column.codes.get(row)).collect::<Vec<_>>(),
        [Some(0), Some(0), Some(1), None, Some(2), Some(2), None, Some(1),]
    );
    let symbols = &column.symbols;
    assert_eq!((symbols.text(0).as_ref(), symbols.num(0)), ("1.0", Some(1.0)));
    assert_eq!((symbols.text(1).as_ref(), symbols.num(1)), ("1", None));
    assert_eq!(
        (symbols.text(2).as_ref(), symbols.num(2), symbols.is_derived(2)),
        ("0", Some(0.0), true)
    );
    assert_eq!(
        (
            symbols.find_num(1.0),
            symbols.find_text("1.0"),
            symbols.find_text("1")
        ),
        (Some(0), Some(0), Some(1))
    );
    assert_eq!(
        (symbols.find_text("0"), symbols.find_text("no"), symbols.n_nums()),
        (Some(2), None, 2)
    );
}

#[test]
fn codes_are_as_narrow_as_the_dictionary_allows() {
    for (n_symbols, bytes) in [(1, 1), (255, 1), (256, 2), (65_535, 2), (65_536, 4)] {
        let codes = Codes::pack(&[n_symbols as u32 - 1, NULL_CODE], n_symbols);
        assert_eq!(codes.size_bytes(), 2 * bytes);
        assert_eq!((codes.get(0), codes.get(1)), (Some(n_symbols as u32 - 1), None));
        assert_eq!(codes.n_nulls(), 1);
    }
}

#[test]
fn merging_keeps_the_symbols_that_are_there() {
    let mut left = Symbols::default();
    left.intern_text("a");
    left.intern_num(Some("one"), 1.0);
    let mut right = Symbols::default();
    right.intern_num(None, 2.0);
    right.intern_num(None, 1.0);
    right.intern_text("a");
    assert_eq!(left.merge(&right), [2, 1, 0]);
    assert_eq!(
        (left.text(1).as_ref(), left.text(2).as_ref(), left.len()),
        ("one", "2", 3)
    );
}

#[test]
fn values_that_say_more_than_their_number_never_merge() {
    let mut symbols = Symbols::default();
    let ids = ["9007199254740993", "9007199254740992", "9007199254740993"];
    let codes = ids.map(|id| symbols.intern_num(Some(id), id.parse().unwrap()));
    assert_eq!(codes, [0, 1, 0]);
    let num = 9_007_199_254_740_992.0;
    assert_eq!(
        (
            symbols.num(0),
            symbols.num(1),
            symbols.n_nums(),
            symbols.nums_are_unique()
        ),
        (Some(num), Some(num), 2, false)
    );
    assert_eq!(
        (symbols.find_num(num), symbols.find_text(ids[0])),
        (Some(1), Some(0))
    );
    assert_eq!(
        (
            symbols.find(ids[0], Some(num)),
            symbols.find("2^53", Some(num)),
            symbols.find("9007199254740995", Some(num + 4.0))
        ),
        (Some(0), Some(1), None)
    );
    assert_eq!(symbols.order_of_equal_nums(0, 1), Ordering::Greater);
}

#[test]
fn a_text_that_another_table_knows_the_number_of_gets_it() {
    let mut left = Symbols::default();
    left.intern_text("9007199254740993");
    let mut right = Symbols::default();
    right.intern_num(Some("9007199254740993"), 9_007_199_254_740_992.0);
    assert_eq!(right.find_same(&left, 0), Some(0));
    assert_eq!(left.merge(&right), [0]);
    assert_eq!((left.len(), left.n_nums(), left.num(0)), (1, 1, right.num(0)));
    assert_eq!(right.merge(&left), [0]);
    assert_eq!(right.find_same(&left, 0), Some(0));
}

/// A dictionary's size, rows of codes, and a choice of values.
fn columns() -> impl Strategy<Value = (usize, Vec<Option<u32>>, BTreeSet<usize>)> {
    prop_oneof![1..6_usize, 250..260_usize, 65_530..65_540_usize].prop_flat_map(|n_symbols| {
        let rows = prop::collection::vec(prop::option::weighted(0.9, 0..n_symbols as u32), 0..300);
        (
            Just(n_symbols),
            rows,
            prop::collection::btree_set(0..n_symbols, 0..6),
        )
    })
}

fn pack(n_symbols: usize, rows: &[Option<u32>]) -> Codes {
    let wide: Vec<u32> = rows.iter().map(|row| row.unwrap_or(NULL_CODE)).collect();
    Codes::pack(&wide, n_symbols)
}

proptest! {
    #[test]
    fn kernels_do_what_a_loop_would((n_symbols, rows, values) in columns(), picked in prop::collection::vec(any::<bool>(), 300)) {
        let codes = pack(n_symbols, &rows);
        let chosen = BitSet::of(n_symbols, values.iter().copied());
        let selected: Vec<usize> = (0..rows.len())
            .filter(|row| rows[*row].is_some_and(|code| values.contains(&(code as usize))))
            .collect();
        prop_assert_eq!(select_rows(&codes, &chosen).iter().collect::<Vec<_>>(), selected);

        let subset = BitSet::of(rows.len(), (0..rows.len()).filter(|row| picked[*row]));
        let seen = |keep: &dyn Fn(usize) -> bool| -> Vec<usize> {
            let set: BTreeSet<usize> =
                (0..rows.len()).filter(|row| keep(*row)).filter_map(|row| rows[row]).map(|code| code as usize).collect();
            set.into_iter().collect()
        };
        prop_assert_eq!(mark_codes(&codes, None, n_symbols).iter().collect::<Vec<_>>(), seen(&|_| true));
        prop_assert_eq!(mark_codes(&codes, Some(&subset), n_symbols).iter().collect::<Vec<_>>(), seen(&|row| picked[row]));

        let map: Vec<u32> = (0..n_symbols as u32).map(|code| if code % 3 == 0 { NULL_CODE } else { code / 2 }).collect();
        let mapped = |row: &Option<u32>| row.map_or(NULL_CODE, |code| map[code as usize]);
        let mut out = vec![0; rows.len()];
        gather_keys(&codes, Some(&map), 0, &mut out);
        prop_assert_eq!(&out, &rows.iter().map(mapped).collect::<Vec<_>>());
        let ids: Vec<u32> = subset.iter().map(|row| row as u32).collect();
        let mut out = vec![0; ids.len()];
        gather_rows(&codes, None, &ids, &mut out);
        prop_assert_eq!(out, ids.iter().map(|row| rows[*row as usize].unwrap_or(NULL_CODE)).collect::<Vec<_>>());
        let remapped = codes.remap(&map, n_symbols);
        prop_assert_eq!((0..rows.len()).map(|row| remapped.wide(row)).collect::<Vec<_>>(), rows.iter().map(mapped).collect::<Vec<_>>());
    }

    #[test]
    fn bit_sets_are_sets(len in 0..200_usize, a in prop::collection::btree_set(0..200_usize, 0..50), b in prop::collection::btree_set(0..200_usize, 0..50)) {
        let clip = |set: &BTreeSet<usize>| -> BTreeSet<usize> { set.iter().copied().filter(|member| *member < len).collect() };
        let (a, b) = (clip(&a), clip(&b));
        let (left, right) = (BitSet::of(len, a.iter().copied()), BitSet::of(len, b.iter().copied()));
        let check = |op: fn(&mut BitSet, &BitSet), expected: BTreeSet<usize>| {
            let mut set = left.clone();
            op(&mut set, &right);
            (set.iter().collect::<BTreeSet<_>>() == expected) && set.count() == expected.len() && set.is_empty() == expected.is_empty()
        };
        prop_assert!(check(BitSet::and, &a & &b));
        prop_assert!(check(BitSet::or, &a | &b));
        prop_assert!(check(BitSet::and_not, &a - &b));
        prop_assert!(check(BitSet::xor, &a ^ &b));
        prop_assert!(check(|set, _| set.invert(), (0..len).filter(|member| !a.contains(member)).collect()));
        prop_assert_eq!(left.count_and(&right), (&a & &b).len());
        prop_assert_eq!(left.intersects(&right), !(&a & &b).is_empty());
        prop_assert!((0..210).all(|member| left.contains(member) == a.contains(&member)));
        prop_assert!(BitSet::full(len).is_full());
    }
}
