//! Functions and operators are tested through expressions: [`check`] parses one, evaluates it without any fields and compares
//! the text of the result.

mod calendar;
mod goldens;
mod operators;

use fanlight_expr::{Expr, ExprKind};
use proptest::prelude::*;

use super::*;
use crate::{
    cancel::Cancel,
    date::{Civil, DateTime},
    format::default_text,
    locale::Locale,
    meter::Meter,
};

/// The settings that published examples are written for.
fn iso() -> Locale {
    Locale {
        date_format: "YYYY-MM-DD".into(),
        time_format: "hh:mm:ss".into(),
        timestamp_format: "YYYY-MM-DD hh:mm:ss[.fff]".into(),
        first_week_day: 0,
        broken_weeks: 0,
        reference_day: 4,
        ..Locale::default()
    }
}

/// 2024-02-29 12:34:56
fn now() -> f64 {
    let date = Civil::new(2024, 2, 29).unwrap();
    DateTime {
        date,
        micros: ((12 * 60 + 34) * 60 + 56) * 1_000_000,
    }
    .serial()
}

fn evaluate(text: &str, locale: &Locale) -> Value {
    let expr = fanlight_expr::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    evaluate_node(
        &expr,
        &Context {
            locale,
            now: now(),
            user: "ada",
            meter: &Meter::new(&Cancel::new()),
        },
    )
}

fn evaluate_node(expr: &Expr, context: &Context<'_>) -> Value {
    match &expr.kind {
        ExprKind::Number(num) => Value::Num(*num),
        ExprKind::Text(text) => Value::Text(text.clone()),
        ExprKind::Unary(op, operand) => operator::unary(*op, &evaluate_node(operand, context), context),
        ExprKind::Binary(op, left, right) => operator::binary(
            *op,
            &evaluate_node(left, context),
            &evaluate_node(right, context),
            context,
        ),
        ExprKind::Call(function) => {
            let args: Vec<Value> = function
                .args
                .iter()
                .map(|arg| evaluate_node(arg, context))
                .collect();
            call(&function.name, &args, context).unwrap_or_else(|error| panic!("{error}"))
        }
        other => panic!("{other:?} needs fields"),
    }
}

fn text_of(value: &Value, locale: &Locale) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Num(num) => default_text(*num, locale),
        Value::Text(text) | Value::Dual { text, .. } => text.as_ref().to_owned(),
    }
}

fn check_in(locale: &Locale, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(text_of(&evaluate(text, locale), locale), *expected, "{text}");
    }
}

/// Under the ISO settings.
fn check(cases: &[(&str, &str)]) {
    check_in(&iso(), cases);
}

/// Under the golden en-US settings.
fn check_us(cases: &[(&str, &str)]) {
    check_in(&Locale::default(), cases);
}

fn check_num(cases: &[(&str, f64)]) {
    for (text, expected) in cases {
        let num = evaluate(text, &iso()).as_num().unwrap_or(f64::NAN);
        assert!((num - expected).abs() < 1e-9, "{text} is {num}, not {expected}");
    }
}

#[test]
fn names_are_unique_and_found_in_any_case() {
    let mut seen = std::collections::HashSet::new();
    for name in names() {
        assert!(seen.insert(name), "{name} is there twice");
        assert_eq!(name, name.to_lowercase());
        assert!(!fanlight_expr::is_aggregation(name), "{name} is an aggregation");
        assert_eq!(
            find(&name.to_uppercase()).map(|function| function.name),
            Some(name)
        );
    }
    assert!(exists("If") && !exists("Sum") && !exists(""));
}

#[test]
fn refuses_unknown_functions_and_wrong_arity() {
    let error = |name, n_args| check(name, n_args).expect_err("it is refused").to_string();
    fn check(name: &str, n_args: usize) -> Result<&'static Function, CallError> {
        super::check(name, n_args)
    }
    assert_eq!(error("nonesuch", 1), "`nonesuch` is not a function");
    assert_eq!(error("Upper", 2), "`upper` takes 1 argument, not 2");
    assert_eq!(error("replace", 2), "`replace` takes 3 arguments, not 2");
    assert_eq!(error("If", 1), "`if` takes 2 to 3 arguments, not 1");
    assert_eq!(error("pick", 0), "`pick` takes at least 2 arguments, not 0");
    let locale = iso();
    let context = Context {
        locale: &locale,
        now: 0.0,
        user: "",
        meter: &Meter::new(&Cancel::new()),
    };
    assert_eq!(find("upper").unwrap().call(&[], &context), Value::Null);
}

proptest! {
    #[test]
    fn no_function_panics(
        name in prop::sample::select(names().collect::<Vec<_>>()),
        args in prop::collection::vec(any_value(), 0..6),
    ) {
        let locale = Locale::default();
        let meter = Meter::new(&Cancel::new());
        let context = Context { locale: &locale, now: 45_000.5, user: "ada", meter: &meter };
        let value = find(name).unwrap().call(&args, &context);
        prop_assert!(value.as_num().is_none_or(|num| !num.is_nan()), "{name} {args:?} {value:?}");
    }

    #[test]
    fn mid_left_and_right_cut_a_text_in_two(text in "\\PC{0,12}", n in 0usize..14) {
        let n_chars = text.chars().count();
        let cut = n.min(n_chars);
        let locale = iso();
        let meter = Meter::new(&Cancel::new());
        let context = Context { locale: &locale, now: 0.0, user: "", meter: &meter };
        let part = |name: &str, n: usize| {
            call(name, &[Value::text(text.as_str()), Value::num(n as f64)], &context).unwrap().as_text().into_owned()
        };
        prop_assert_eq!(part("left", cut) + &part("right", n_chars - cut), text.clone());
        prop_assert_eq!(part("left", cut) + &part("mid", cut + 1), text);
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        prop::num::f64::NORMAL.prop_map(Value::num),
        (-3.0..50_000.0).prop_map(Value::num),
        (-5i32..100).prop_map(|num| Value::num(f64::from(num))),
        prop::sample::select(vec![
            f64::INFINITY,
            1e300,
            -1e300,
            9e15,
            2_958_465.0,
            2_958_466.0,
            -693_593.0,
            1e-300
        ])
        .prop_map(Value::num),
        "\\PC{0,8}".prop_map(Value::text),
        prop::sample::select(vec![
            "",
            "abc",
            "#,##0.00A",
            "YYYY-MM-DD",
            "0%;-0;x",
            "1.2.2020",
            "h:mm TT",
            "[.fff]"
        ])
        .prop_map(Value::text),
    ]
}
