use super::{MAX_HEIGHT, MAX_NESTING, MAX_SET_OPERATORS, parse, parse_set};

fn check(text: &str, expected: &str) {
    match parse(text) {
        Ok(_) => panic!("{text} is accepted"),
        Err(error) => assert_eq!(error.to_string(), expected, "{text}"),
    }
}

#[test]
fn nothing_is_no_expression() {
    check("", "the expression is empty at position 0");
    check(" = // nothing", "the expression is empty at position 13");
}

#[test]
fn says_where_and_what_was_expected() {
    check(
        "1 +",
        "expected a value, a name or a function, found the end at position 3",
    );
    check(
        "Sum(x",
        "expected `,`, an operator or `)`, found the end at position 5",
    );
    check(
        "Sum()",
        "expected a value, a name or a function, found `)` at position 4",
    );
    check("(1", "expected an operator or `)`, found the end at position 2");
    check("a b", "expected an operator or the end, found `b` at position 2");
    check(
        "and",
        "expected a value, a name or a function, found `and` at position 0",
    );
    check("1)", "expected an operator or the end, found `)` at position 1");
    check("Sum({$<A={1", "expected `,` or `}`, found the end at position 11");
    check(
        "Sum({$<A={1>} x)",
        "expected `,`, an operator or `>`, found `x` at position 14",
    );
    check("Sum({<A={,}>} x)", "expected a value, found `,` at position 9");
    check(
        "Sum({<=1>} x)",
        "expected a set: `$`, `1`, a name or `<`, found `<=` at position 5",
    );
    check(
        "Aggr(Sum(x))",
        "expected an operator or `,` and a dimension, found `)` at position 11",
    );
    check(
        "Aggr(x,(a,SIZE))",
        "expected NUMERIC, TEXT, FREQUENCY or LOADORDER, found `SIZE` at position 10",
    );
    check(
        "Aggr(x,(a,TEXT,UP))",
        "expected ASCENDING or DESCENDING, found `UP` at position 15",
    );
    check(
        "Sum(TOTAL <1> x)",
        "expected the field of a dimension, found the number 1 at position 11",
    );
}

#[test]
fn names_lexical_faults() {
    check("'abc", "the text that starts with `'` has no end at position 0");
    check(
        "1 + [abc",
        "the text that starts with `[` has no end at position 4",
    );
    check(
        "Sum({<A={\"x}>} y)",
        "the text that starts with `\"` has no end at position 9",
    );
    check("1 /* x", "the comment has no end at position 2");
    check("1 ? 2", "unexpected character `?` at position 2");
    check("1e999", "`1e999` is not a number at position 0");
    check("{$99999999999} 1", "`99999999999` is not a number at position 1");
}

#[test]
fn qualifiers_belong_to_aggregations_and_come_once() {
    check(
        "Left(DISTINCT x, 1)",
        "`distinct` may only stand in an aggregation, and `left` is none at position 5",
    );
    check(
        "Left(TOTAL x, 1)",
        "`total` may only stand in an aggregation, and `left` is none at position 5",
    );
    check(
        "Sum(DISTINCT DISTINCT x)",
        "`DISTINCT` is given twice at position 13",
    );
    check("Sum({1}{1} x)", "`a set expression` is given twice at position 7");
    check(
        "Aggr(NODISTINCT NODISTINCT x, a)",
        "`NODISTINCT` is given twice at position 16",
    );
}

#[test]
fn refuses_deep_nesting() {
    let message = |text: &str| parse(text).expect_err("it is too deep").kind.to_string();
    let nesting = format!("the expression is nested too deeply (limit {MAX_NESTING})");
    let height = format!("the expression is nested too deeply (limit {MAX_HEIGHT})");
    assert_eq!(message(&"(".repeat(100_000)), nesting);
    assert_eq!(message(&"-".repeat(100_000)), nesting);
    assert_eq!(message(&"not ".repeat(100_000)), nesting);
    assert_eq!(message(&format!("Sum({}", "{<A=P(".repeat(100_000))), nesting);
    assert_eq!(message(&format!("Sum({{<A={}", "(".repeat(100_000))), nesting);
    assert_eq!(message(&format!("Sum({{{}", "-".repeat(100_000))), nesting);
    assert_eq!(message(&vec!["1"; MAX_HEIGHT + 1].join("+")), height);
}

#[test]
fn refuses_too_many_set_operators() {
    let chain = vec!["$"; MAX_SET_OPERATORS + 2].join("+");
    let error = parse_set(&chain).expect_err("it is too long");
    assert_eq!(
        error.kind.to_string(),
        format!("too many set operators (limit {MAX_SET_OPERATORS})")
    );
    assert!(parse_set(&vec!["$"; MAX_SET_OPERATORS].join("+")).is_ok());
}
