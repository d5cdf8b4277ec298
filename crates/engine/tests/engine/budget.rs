//! What an evaluation may take.

use fanlight_engine::{Cancel, EvalError, Session, Value};

use crate::common::{def, session};

/// A table of so many rows, each with a value of its own.
fn rows(n_rows: usize) -> Session {
    let rows: Vec<String> = (0..n_rows).map(|row| format!("k{row},v{row}")).collect();
    session(&[&format!("T: K,V\n{}", rows.join("\n"))])
}

fn is_too_large(session: &Session, dims: &[&str], measures: &[&str]) -> bool {
    let cube = session.snapshot().cube(&def(dims, measures), &Cancel::new());
    match cube {
        Err(EvalError::TooLarge { .. }) => true,
        Err(error) => panic!("{error}"),
        Ok(_) => false,
    }
}

#[test]
fn the_texts_of_an_evaluation_are_bounded_together() {
    let session = rows(200);
    for (dims, measures) in [
        // Once per value of a field, once per row, once per row of the cube, and as a dimension.
        (
            [].as_slice(),
            ["Count(DISTINCT Repeat('x', 1000000) & [K])"].as_slice(),
        ),
        (&[], &["Count(DISTINCT Repeat('x', 1000000) & [K] & [V])"]),
        (&["K"], &["Repeat('x', 1000000) & Only([V])"]),
        (&["=Repeat('x', 1000000) & [K]"], &["Count([V])"]),
    ] {
        assert!(is_too_large(&session, dims, measures), "{dims:?} {measures:?}");
    }
    assert!(!is_too_large(
        &session,
        &["K"],
        &["Repeat('x', 1000) & Only([V])"]
    ));
}

#[test]
fn each_evaluation_has_a_budget_of_its_own() {
    let session = rows(40);
    for _ in 0..3 {
        assert!(!is_too_large(
            &session,
            &[],
            &["Count(DISTINCT Repeat('x', 1000000) & [K])"]
        ));
    }
}

#[test]
fn the_values_of_an_evaluation_are_bounded_together() {
    let session = rows(20_000);
    let dims: &[&str] = &["K"];
    assert!(!is_too_large(&session, dims, &["Count(V)"; 10]));
    assert!(is_too_large(&session, dims, &["Count(V)"; 900]));
}

/// `a` names `b` a thousand times, which names `c` a thousand times, and so on.
#[test]
fn expansions_that_multiply_are_a_mistake() {
    let mut session = rows(1);
    for (name, next) in [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("e", "f")] {
        session.set_variable(name, format!("$({next})").repeat(1000));
    }
    session.set_variable("f", "1 ");
    let check = session.snapshot().check("$(a)");
    assert!(check.error.unwrap().contains("bytes of text"));
    session.set_variable("f", "");
    let check = session.snapshot().check("$(a)");
    assert!(
        check.error.unwrap().contains("bytes of text"),
        "an expansion to nothing is work too"
    );
    session.set_variable("double", "$1$1");
    let nested = (0..12).fold("12345678".repeat(1000), |inner, _| format!("$(double({inner}))"));
    assert!(session.snapshot().check(&nested).error.is_some());
}

#[test]
fn whatever_is_evaluated_can_be_cancelled() {
    let mut session = rows(10);
    session.set_variable("v", "=Count(K)");
    let snapshot = session.snapshot();
    let field = snapshot.model().field_id("K").unwrap();
    let cancel = Cancel::new();
    let value = snapshot.evaluate_until("$", "Count(K)", &cancel);
    assert_eq!(value, Ok(Value::Num(10.0)));
    assert_eq!(
        snapshot
            .search_until("$", field, "=Count(K)>0", &cancel)
            .unwrap()
            .len(),
        10
    );
    cancel.cancel();
    let stopped = Some(EvalError::Cancelled);
    assert_eq!(snapshot.evaluate_until("$", "Count(K)", &cancel).err(), stopped);
    assert_eq!(
        snapshot.search_until("$", field, "=Count(K)>0", &cancel).err(),
        stopped
    );
    assert_eq!(
        snapshot.match_until("$", field, "=Count(K)>0", &cancel).err(),
        stopped
    );
    assert!(
        snapshot
            .text_until("$", "Count(K)", &cancel)
            .contains("cancelled")
    );
    assert!(snapshot.check_until("$(v)", &cancel).error.is_some());
    assert_eq!(snapshot.expand_until("$(v)", &cancel), "$(v)");
}

#[test]
fn a_concat_that_is_too_long_is_null() {
    let session = rows(40);
    let value = |expr: &str| session.snapshot().evaluate("$", expr).unwrap();
    assert_eq!(value("Concat(Repeat('x', 100000) & [K])"), Value::Null);
    assert_eq!(
        value("Len(Concat(Repeat('x', 10) & Left([K], 1)))"),
        Value::Num(440.0)
    );
}
