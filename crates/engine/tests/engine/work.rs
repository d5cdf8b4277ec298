//! Work that could go on without end: it is linear, counted, and stopped in its middle.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fanlight_engine::{Cancel, EvalError, MemoryPool, Quantity, Session, Value};

use crate::common::{def, session};

fn one() -> Session {
    session(&["T: K\na"])
}

fn value(expr: &str) -> String {
    let value = one().snapshot().evaluate("$", expr);
    value
        .unwrap_or_else(|error| panic!("{expr}: {error}"))
        .as_text()
        .into_owned()
}

/// A flag that says after so many looks that the time is over: whoever looks less often runs on.
fn after_looks(n_looks: usize) -> Cancel {
    let looks = AtomicUsize::new(0);
    Cancel::new().until(move || looks.fetch_add(1, Ordering::Relaxed) >= n_looks)
}

/// Each of these takes minutes when a text is read again for each character of the other.
#[test]
fn texts_over_texts_are_read_about_once() {
    for (expr, expected) in [
        ("WildMatch(Repeat('a',280000), '*'&Repeat('a',140000)&'b')", "0"),
        (
            "WildMatch(Repeat('a',280000), '*'&Repeat('a',140000)&'b', '*'&Repeat('a',140000)&'*')",
            "2",
        ),
        ("Repeat('a',1000000) like Repeat('*a',400000)&'b'", "0"),
        (
            "Len(KeepChar(Repeat('a',1000000), Repeat('b',999999)&'a'))",
            "1000000",
        ),
        ("Len(KeepChar(Repeat('a',1000000), Repeat('b',1000000)))", "0"),
        (
            "Len(PurgeChar(Repeat('a',1000000), Repeat('b',1000000)))",
            "1000000",
        ),
        (
            "FindOneOf(Repeat('a',999999)&'c', Repeat('b',999999)&'c')",
            "1000000",
        ),
        ("Index(Repeat('a',1000000), Repeat('a',500000)&'b')", "0"),
        ("SubStringCount(Repeat('a',1000000), Repeat('a',500000)&'b')", "0"),
        (
            "Len(Replace(Repeat('a',1000000), Repeat('a',500000)&'b', 'c'))",
            "1000000",
        ),
        (
            "Len(SubField(Repeat('a',1000000), Repeat('a',500000)&'b', 1))",
            "1000000",
        ),
        (
            "Len(TextBetween(Repeat('a',1000000), 'a', Repeat('a',500000)&'b')&'none')",
            "4",
        ),
        ("Len(Date(0, Repeat('[',1000000)))", "1000"),
        ("Len(Interval(0, Repeat('tt ',300000)))", "334"),
        (
            "Len(Num(1e300, Repeat('0',300000), '.', Repeat(',',1000000)))",
            "301",
        ),
    ] {
        assert_eq!(value(expr), expected, "{expr}");
    }
}

#[test]
fn many_arguments_are_compared_about_once() {
    let numbers: Vec<String> = (0..60_000).map(|n| format!("'x{n}'")).collect();
    let list = numbers.join(",");
    assert_eq!(value(&format!("RangeMode({list},'x7')")), "x7");
    assert_eq!(value("RangeMode(1, '1', 1.0, 2, 2)"), "1");
    assert_eq!(value(&format!("RangeMode({list})&'none'")), "none");
}

/// What no cleverness makes linear is stopped: where the flag is looked at only before and behind a call, or between rows,
/// these run for minutes.
#[test]
fn a_call_is_stopped_in_its_middle() {
    let session = one();
    let candidates = vec!["Repeat('a',1000000)&'b'"; 2_000].join(",");
    for expr in [
        "WildMatch(Repeat('a',280000), '*?'&Repeat('a',140000)&'b*')".to_owned(),
        "Repeat('a',280000) like '*?'&Repeat('a',140000)&'b*'".to_owned(),
        format!("Match(Repeat('a',1000000), {})", vec!["'b'"; 150_000].join(",")),
        format!(
            "MixMatch(Repeat('a',1000000), {})",
            vec!["'b'"; 150_000].join(",")
        ),
        format!(
            "WildMatch(Repeat('a',1000000), {})",
            vec!["'b*'"; 150_000].join(",")
        ),
        format!(
            "RangeOnly(Repeat('a',1000000), {})",
            vec!["Repeat('a',1000000)"; 30].join(",")
        ),
    ] {
        let stopped = session.snapshot().evaluate_until("$", &expr, &after_looks(20));
        assert_eq!(stopped.map(|_| ()), Err(EvalError::Cancelled), "{}", &expr[..60]);
    }
    // Texts that are held at once are bounded, wherever they stand.
    let value = session
        .snapshot()
        .evaluate("$", &format!("RangeMaxString({candidates})"));
    assert!(
        matches!(
            value,
            Err(EvalError::TooLarge {
                of: Quantity::TextBytes,
                ..
            })
        ),
        "{value:?}"
    );
}

fn rows(n_rows: usize) -> Session {
    let rows: Vec<String> = (0..n_rows).map(|row| format!("k{row},{row}")).collect();
    session(&[&format!("T: K,V\n{}", rows.join("\n"))])
}

#[test]
fn searches_are_stopped_in_their_middle() {
    let session = rows(20_000);
    let snapshot = session.snapshot();
    let field = snapshot.model().field_id("K").unwrap();
    let stopped = Err(EvalError::Cancelled);
    let number = snapshot.model().field_id("V").unwrap();
    for (field, pattern) in [
        (field, "*?k*?x*".to_owned()),
        (field, "k1x k2x ".repeat(5000)),
        (number, ">=0".repeat(3000)),
    ] {
        let found = snapshot.search_until("$", field, &pattern, &after_looks(2));
        assert_eq!(found.map(|_| ()), stopped, "{}", &pattern[..6]);
    }
    let found = snapshot.match_until("$", field, "*k*x*", &after_looks(2));
    assert_eq!(found.map(|_| ()), stopped);
    let searches = vec!["\"*k*x*\""; 100].join(",");
    let expr = format!("Count({{<K={{{searches}}}>}} K)");
    let counted = snapshot.evaluate_until("$", &expr, &after_looks(20));
    assert_eq!(counted, Err(EvalError::Cancelled));
}

/// All that is kept of all records, gone through again for each row.
#[test]
fn what_each_row_goes_through_again_is_counted() {
    let session = rows(20_000);
    for measure in ["Median(TOTAL V)", "Len(Concat(TOTAL K))", "Mode(TOTAL V)"] {
        let cube = session
            .snapshot()
            .cube(&def(&["K"], &[measure]), &after_looks(300));
        assert_eq!(cube.map(|_| ()), Err(EvalError::Cancelled), "{measure}");
    }
}

/// One row of A has ten thousand partners in B and as many in C: a hundred million records.
#[test]
fn a_join_of_one_row_is_stopped_in_its_middle() {
    let side = |name: &str| {
        let rows: Vec<String> = (0..10_000).map(|row| format!("1,{name}{row}")).collect();
        format!("{name}: K,{name}V\n{}", rows.join("\n"))
    };
    let session = session(&["A: K,AV\n1,a", &side("B"), &side("C")]);
    let count = "Count(DISTINCT AV & BV & CV)";
    let stopped = session.snapshot().evaluate_until("$", count, &after_looks(20));
    assert_eq!(stopped, Err(EvalError::Cancelled));
    let pool = MemoryPool::new("this person", 8 << 20, None);
    let refused = session
        .snapshot()
        .evaluate_until("$", count, &Cancel::new().within(pool));
    assert!(matches!(refused, Err(EvalError::NoMemory(_))), "{refused:?}");
}

#[test]
fn groups_times_aggregations_are_bounded() {
    let rows: Vec<String> = (0..20_000)
        .map(|row| format!("{},{},{row}", row % 281, row / 72))
        .collect();
    let session = session(&[&format!("T: A,B,V\n{}", rows.join("\n"))]);
    let cube = |n_measures: usize| {
        session
            .snapshot()
            .cube(&def(&["A", "B"], &vec!["Sum(V)"; n_measures]), &Cancel::new())
    };
    assert!(cube(10).is_ok());
    let refused = cube(900).map(|_| ()).unwrap_err();
    assert!(
        matches!(
            refused,
            EvalError::TooLarge {
                of: Quantity::Bytes,
                ..
            }
        ),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("fewer dimensions"), "{refused}");
}

#[test]
fn a_cube_takes_its_memory_from_the_pool_and_gives_it_back() {
    let session = rows(5_000);
    let pool = MemoryPool::new("this person", 8 << 20, None);
    let cancel = Cancel::new().within(Arc::clone(&pool));
    let small = session
        .snapshot()
        .cube(&def(&["K"], &["Sum(V)"]), &cancel)
        .unwrap();
    let held = pool.used();
    assert!(
        (5_000 * 24..1 << 20).contains(&held),
        "the result is counted: {held}"
    );
    let many = def(&["K"], &["Sum(V)"; 200]);
    let refused = session.snapshot().cube(&many, &cancel).map(|_| ()).unwrap_err();
    assert!(matches!(refused, EvalError::NoMemory(_)), "{refused:?}");
    assert!(
        refused.to_string().contains("this person may use 8388608 bytes"),
        "{refused}"
    );
    assert_eq!(pool.used(), held, "what was refused is given back");
    drop(small);
    assert_eq!(pool.used(), 0);
    assert_eq!(
        session.snapshot().evaluate_until("$", "Sum(V)", &cancel),
        Ok(Value::Num(12_497_500.0))
    );
    assert_eq!(pool.used(), 0);
}
