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
fn a_concat_that_is_too_long_is_null() {
    let session = rows(40);
    let value = |expr: &str| session.snapshot().evaluate("$", expr).unwrap();
    assert_eq!(value("Concat(Repeat('x', 100000) & [K])"), Value::Null);
    assert_eq!(
        value("Len(Concat(Repeat('x', 10) & Left([K], 1)))"),
        Value::Num(440.0)
    );
}
