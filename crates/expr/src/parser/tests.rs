//! Trees are checked in a bracketed prefix form that [`show`] writes.

mod errors;
mod sets;
mod show;

use proptest::prelude::*;

use self::show::show;
use super::*;

fn check(text: &str, expected: &str) {
    match parse(text) {
        Ok(expr) => assert_eq!(show(&expr), expected, "{text}"),
        Err(error) => panic!("{text}: {error}"),
    }
}

#[test]
fn literals_and_names() {
    check("1", "1");
    check("= .5e-1", "0.05");
    check("1.", "1");
    check("'It''s'", "'It's'");
    check("Origin", "[Origin]");
    check("[a]]b]", "[a]b]");
    check("\"a\"\"b\"", "[a\"b]");
    check("`a b`", "[a b]");
    check("%Key.Größe#2", "[%Key.Größe#2]");
    check("$Field", "[$Field]");
}

#[test]
fn comments_and_blanks_are_skipped() {
    check("1 // one\n + /* two * / */ 2", "(+ 1 2)");
    check("\u{a0}1", "1");
}

#[test]
fn operators_bind_by_the_table() {
    check("1+2*3-4/5", "(- (+ 1 (* 2 3)) (/ 4 5))");
    check("-a*b", "(* (neg [a]) [b])");
    check("a-b-c", "(- (- [a] [b]) [c])");
    check("a & b + 1 = c", "(= (& [a] (+ [b] 1)) [c])");
    check("a bitand 1 << 2 & x", "(& (<< (bitand [a] 1) 2) [x])");
    check(
        "not a = b and c or d xor e",
        "(xor (or (and (not (= [a] [b])) [c]) [d]) [e])",
    );
    check(
        "a LIKE 'x*' AND b precedes c",
        "(and (like [a] 'x*') (precedes [b] [c]))",
    );
    check("(a or b) and c", "(and (or [a] [b]) [c])");
    check("not not a", "(not (not [a]))");
    check("a <> b <= c", "(<= (<> [a] [b]) [c])");
    check("bitnot 1 - - 2", "(- (bitnot 1) (neg 2))");
}

#[test]
fn function_names_ignore_case() {
    check("IF(a, 'b', NULL())", "(if [a] 'b' (null))");
    check("Date#(x)", "(date# [x])");
    check("Sum(x)", "(agg:sum [x])");
}

#[test]
fn qualifiers_come_in_any_order() {
    check("Count(DISTINCT x)", "(agg:count distinct [x])");
    check("Sum(TOTAL <Month, [Year]> x)", "(agg:sum total<Month,Year> [x])");
    check(
        "sum(distinct total {1} all x)",
        "(agg:sum {1} distinct all total<> [x])",
    );
    check(
        "Concat(DISTINCT Team, '-', Amount)",
        "(agg:concat distinct [Team] '-' [Amount])",
    );
    check("Sum(TOTAL (a+b))", "(agg:sum total<> (+ [a] [b]))");
}

#[test]
fn fields_may_be_called_like_qualifiers() {
    check("Sum(Total)", "(agg:sum [Total])");
    check("Sum(Total - Distinct)", "(agg:sum (- [Total] [Distinct]))");
    check("Sum(All)", "(agg:sum [All])");
}

#[test]
fn inter_record_functions_take_total() {
    check("RowNo(TOTAL)", "(rowno total<>)");
    check("Rank(TOTAL Sum(x), 1)", "(rank total<> (agg:sum [x]) 1)");
    check("RangeSum(Above(x,0,3))", "(rangesum (above [x] 0 3))");
}

#[test]
fn aggr_has_dimensions_with_or_without_order() {
    check(
        "Sum(Aggr(Max(Amount), Country))",
        "(agg:sum (aggr (agg:max [Amount]) Country))",
    );
    check(
        "Aggr({1} NODISTINCT Sum(x), a, [b c])",
        "(aggr {1} nodistinct (agg:sum [x]) a b c)",
    );
    check(
        "Aggr(Sum(x), (Year, (NUMERIC, DESCENDING)))",
        "(aggr (agg:sum [x]) Year:Numeric:Descending)",
    );
    check(
        "Aggr(x, (Year, TEXT, A→Z), (b, loadorder))",
        "(aggr [x] Year:Text:Ascending b:LoadOrder:Ascending)",
    );
}

#[test]
fn spans_point_into_the_text() {
    let text = "1 + Sum( [a b] ) * x";
    let expr = parse(text).unwrap();
    let ExprKind::Binary(_, _, right) = &expr.kind else {
        panic!("a sum")
    };
    assert_eq!(&text[right.span.start..right.span.end], "Sum( [a b] ) * x");
    let ExprKind::Binary(_, call, _) = &right.kind else {
        panic!("a product")
    };
    assert_eq!(&text[call.span.start..call.span.end], "Sum( [a b] )");
    let ExprKind::Aggregation(sum) = &call.kind else {
        panic!("an aggregation")
    };
    assert_eq!(&text[sum.name_span.start..sum.name_span.end], "Sum");
    assert_eq!(&text[sum.args[0].span.start..sum.args[0].span.end], "[a b]");
}

#[test]
fn deepest_nesting_fits_the_stack_of_a_thread() {
    let nest = |open: &str, close: &str| open.repeat(MAX_NESTING - 1) + "1" + &close.repeat(MAX_NESTING - 1);
    for text in [
        nest("(", ")"),
        nest("if(1,", ")"),
        nest("Sum(Total 1+", ")"),
        nest("not ", ""),
        nest("Aggr(", ",d)"),
    ] {
        assert!(parse(&text).is_ok(), "{text}");
    }
    let n_sets = MAX_NESTING / 2 - 1;
    let sets = "Sum({".to_owned() + &"<A=P({".repeat(n_sets) + "$" + &"})>".repeat(n_sets) + "} x)";
    assert!(parse(&sets).is_ok(), "{sets}");
}

#[test]
fn long_chains_have_bounded_height() {
    let chain = vec!["1"; MAX_HEIGHT].join("+");
    assert_eq!(parse(&chain).unwrap().height(), MAX_HEIGHT);
}

proptest! {
    #[test]
    fn any_text_gives_a_tree_or_an_error_inside_it(text in "\\PC{0,80}") {
        totality(&text)?;
    }

    #[test]
    fn any_text_of_the_language_gives_a_tree_or_an_error_inside_it(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..60)
    ) {
        totality(&words.concat())?;
    }
}

const WORDS: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "<",
    ">",
    "=",
    "+",
    "-",
    "*",
    "/",
    "&",
    "$",
    "$1",
    "$_2",
    "::",
    ",",
    "'",
    "\"",
    "[",
    "]",
    "`",
    "a",
    "1",
    " ",
    "Sum(",
    "Aggr(",
    "P(",
    "total ",
    "distinct ",
    "not ",
    "or ",
    "//",
    "/*",
    "*/",
    "é",
    "{<",
    ">}",
    "~",
];

fn totality(text: &str) -> std::result::Result<(), TestCaseError> {
    for result in [
        parse(text).map(|expr| expr.span),
        parse_set(text).map(|set| set.span),
    ] {
        let span = match result {
            Ok(span) => span,
            Err(error) => error.span,
        };
        prop_assert!(text.get(span.start..span.end).is_some(), "{text:?} {span:?}");
    }
    Ok(())
}
