use proptest::prelude::*;

use super::*;

/// Writes parts as `‹…›` for variables, `‹=…›` for expressions, `‹name|arg|arg›` for calls.
fn show(parts: &[Part]) -> String {
    parts.iter().map(show_part).collect()
}

fn show_part(part: &Part) -> String {
    let Part::Expansion(expansion) = part else {
        let Part::Literal(text) = part else {
            unreachable!("a part is one or the other")
        };
        return text.clone();
    };
    let mark = if expansion.form == Form::Number { "#" } else { "" };
    match &expansion.source {
        Source::Expression(parts) => format!("‹{mark}={}›", show(parts)),
        Source::Variable { name, args: None } => format!("‹{mark}{}›", show(name)),
        Source::Variable {
            name,
            args: Some(args),
        } => {
            let args: Vec<_> = args.iter().map(|arg| show(arg)).collect();
            format!("‹{mark}{}|{}›", show(name), args.join("|"))
        }
    }
}

fn check(text: &str, expected: &str) {
    assert_eq!(show(&split(text).unwrap()), expected, "{text}");
}

#[test]
fn text_without_expansion_stays() {
    check("Sum({$<A={1}>} x)", "Sum({$<A={1}>} x)");
    check("", "");
}

#[test]
fn finds_variables_and_expressions() {
    check("a $(v) b", "a ‹v› b");
    check("$(=Sum(x) + 1)%", "‹=Sum(x) + 1›%");
    check("$(#v)$(#=1/2)", "‹#v›‹#=1/2›");
    check("'$(v)'", "'‹v›'");
}

#[test]
fn finds_nested_expansions() {
    check("{$(=Max(Year) - $(vBack))}", "{‹=Max(Year) - ‹vBack››}");
    check("$(v$(n))", "‹v‹n››");
    check("$(f($(v), 2))", "‹f|‹v›|2›");
}

#[test]
fn separates_the_arguments_of_a_call() {
    check("$(f(a, b ,Sum(x,y)))", "‹f|a|b|Sum(x,y)›");
    check("$(f('a,b',[c,d]))", "‹f|'a,b'|[c,d]›");
    check("$(f())", "‹f|›");
    check("$(f(,))", "‹f||›");
}

#[test]
fn brackets_in_quotes_do_not_close_an_expansion() {
    check("$(=Concat(x, ')')) b", "‹=Concat(x, ')')› b");
    check("$(it's) b", "‹it's› b");
}

#[test]
fn an_expansion_without_end_is_text() {
    check("a $(v", "a $(v");
    check("$(v $(w) b", "$(v ‹w› b");
}

#[test]
fn spans_cover_the_expansion_in_the_whole_text() {
    let text = "ab $(=1+$(v)) c";
    let parts = split(text).unwrap();
    let Part::Expansion(outer) = &parts[1] else {
        panic!("an expansion stands second")
    };
    assert_eq!(&text[outer.span.clone()], "$(=1+$(v))");
    let Source::Expression(inner) = &outer.source else {
        panic!("it is an expression")
    };
    let Part::Expansion(inner) = &inner[1] else {
        panic!("an expansion stands second")
    };
    assert_eq!(&text[inner.span.clone()], "$(v)");
}

#[test]
fn refuses_deep_nesting() {
    let deep = "$(".repeat(MAX_NESTING + 2) + &")".repeat(MAX_NESTING + 2);
    assert_eq!(split(&deep), Err(ExpansionError::TooDeep));
}

#[test]
fn refuses_too_many() {
    assert!(split(&"$(v)".repeat(MAX_EXPANSIONS)).is_ok());
    assert_eq!(
        split(&"$(".repeat(MAX_EXPANSIONS + 1)),
        Err(ExpansionError::TooMany)
    );
}

#[test]
fn fills_parameters() {
    let args = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let filled = |definition: &str, texts: &[&str]| fill_parameters(definition, &args(texts)).unwrap();
    assert_eq!(filled("Sum($1)/$2 of $0", &["x", "y"]), "Sum(x)/y of 2");
    assert_eq!(filled("$1 $2 $10 $", &["a"]), "a $2 $10 $");
    assert_eq!(filled("{$<A={$1}>}", &["a", "b"]), "{$<A={a}>}");
    assert_eq!(
        filled("$99999999999999999999999", &["a"]),
        "$99999999999999999999999"
    );
}

#[test]
fn an_argument_does_not_fill_parameters_without_end() {
    let long = "x".repeat(MAX_FILLED_BYTES / 2);
    let twice = fill_parameters("$1$1", std::slice::from_ref(&long));
    assert_eq!(twice.map(|filled| filled.len()), Ok(MAX_FILLED_BYTES));
    let often = fill_parameters(&"$1".repeat(100_000), &[long]);
    assert_eq!(often, Err(ExpansionError::TooLong));
}

proptest! {
    #[test]
    fn never_panics(text in "[$()=#a',\\[\\] é]{0,60}") {
        let _ = split(&text);
    }

    #[test]
    fn nothing_is_lost_without_expansions(text in "[^$]{0,60}") {
        prop_assert_eq!(show(&split(&text).unwrap()), text);
    }
}
