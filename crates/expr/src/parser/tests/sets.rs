use super::{check, parse_set, show::show_set};

fn check_set(text: &str, expected: &str) {
    match parse_set(text) {
        Ok(set) => assert_eq!(show_set(&set), expected, "{text}"),
        Err(error) => panic!("{text}: {error}"),
    }
}

#[test]
fn identifiers() {
    for (text, expected) in [
        ("{1}", "{1}"),
        ("0", "{0}"),
        ("{$}", "{$}"),
        ("{$1}", "{$1}"),
        ("{$_2}", "{$_2}"),
        ("{BM01}", "{BM01}"),
        ("{[My bookmark]}", "{My bookmark}"),
        ("{State1::BM01}", "{State1::BM01}"),
        ("{$::BM01}", "{$::BM01}"),
    ] {
        check_set(text, expected);
    }
}

#[test]
fn operators_bind_as_documented() {
    check_set("{1-$}", "{(- 1 $)}");
    check_set("{1-$*BM01+-$1}", "{(+ (- 1 (* $ BM01)) (- $1))}");
    check_set("{$*(A+B)/C}", "{(/ (* $ (+ A B)) C)}");
    check_set(
        "{<Country={Canada}> + <Year={2019}>}",
        "{(+ <Country={Canada}> <Year={2019}>)}",
    );
    check_set("{<A={x}>*<B={y}>}", "{(* <A={x}> <B={y}>)}");
    check_set("{--1}", "{(- (- 1))}");
}

#[test]
fn modifiers_assign_combine_and_clear() {
    check_set("{$<Country={\"C*\"}>}", "{$<Country={\"C*\"}>}");
    check_set("{<Country-={Canada}>}", "{<Country-={Canada}>}");
    check_set("{<Country/={Canada,France}>}", "{<Country/={Canada,France}>}");
    check_set("{<A += {1}, B *= {2}>}", "{<A+={1},B*={2}>}");
    check_set("{<Country=>}", "{<Country>}");
    check_set("{<Country, [b c] = , D={}>}", "{<Country,b c,D={}>}");
    check_set("{<A-=,B>}", "{<A-={},B>}");
    check_set("{<~Fruit={apple}>}", "{<~Fruit={apple}>}");
    check_set("{$<>}", "{$<>}");
}

#[test]
fn elements_keep_how_they_were_written() {
    check_set(
        "{<A={'it''s', \"x\"\"y\", [a*], `b`, bare}>}",
        "{<A={'it's',\"x\"y\",\"a*\",\"b\",bare}>}",
    );
    check_set(
        "{<Date={2018-02-20, >=10<20 , New York}>}",
        "{<Date={2018-02-20,>=10<20,New York}>}",
    );
    check_set("{<Url={http://a/*b*/}>}", "{<Url={http://a/*b*/}>}");
    check_set(
        "{<Year={\">2018\"}, A={\"=Sum(x)>1\"}>}",
        "{<Year={\">2018\"},A={\"=Sum(x)>1\"}>}",
    );
}

#[test]
fn value_sets_may_be_fields_possible_or_excluded() {
    check_set("{<A = B>}", "{<A=B>}");
    check_set("{<A = [State 1]::B>}", "{<A=State 1::B>}");
    check_set("{<A = $::B>}", "{<A=$::B>}");
    check_set("{B<A = [$]::B - $::C>}", "{B<A=(- $::B $::C)>}");
    check_set(
        "{$<Country=P({1<Product={'Washer'}>} Country)>}",
        "{$<Country=P({1<Product={'Washer'}>} Country)>}",
    );
    check_set("{<A=E({1})>}", "{<A=E({1})>}");
    check_set("{<A=p() - {x}>}", "{<A=(- P() {x})>}");
    check_set("{<A={a}*B+-({c}/{d})>}", "{<A=(+ (* {a} B) (- (/ {c} {d})))>}");
    check_set("{<A=P>}", "{<A=P>}");
}

#[test]
fn inner_and_outer_sets() {
    check(
        "Sum({<Year={2019}>} Amount)",
        "(agg:sum {<Year={2019}>} [Amount])",
    );
    check(
        "{<A={1}>} Sum(a)/Count(b)",
        "(in {<A={1}>} (/ (agg:sum [a]) (agg:count [b])))",
    );
    check("{1} {&$} Sum(x)", "(in {1} &{$} (agg:sum [x]))");
    check("1 + ({1} Sum(x)) + 2", "(+ (+ 1 (in {1} (agg:sum [x]))) 2)");
    check("if(1, {1} Sum(x))", "(if 1 (in {1} (agg:sum [x])))");
}
