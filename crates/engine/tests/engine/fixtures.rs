//! Published and computed examples: small data sets, selections, expressions and what they must give.

use crate::common::{
    T1, T2, T3, T4, T8, T10, T11, check, check_value, cube, def, field, select, session, show, states, toggle,
};
use fanlight_engine::{CubeDef, DimDef, ItemErrorCode, Library, LockMode, MeasureDef, SortSpec};

#[test]
fn aggregations_over_one_table() {
    let session = session(&[T1]);
    check_value(&session, "Sum(Amount)", "41");
    check(
        &session,
        &["Year"],
        &["Sum(Amount)"],
        "2018=22; 2019=9; 2020=10 | 41",
    );
    check(
        &session,
        &[],
        &[
            "Count(Amount)",
            "Count(DISTINCT Product)",
            "Avg(Amount)",
            "Median(Amount)",
            "Max(Amount)",
            "Mode(Amount)",
            "Only(Product)",
            "Min(Amount)",
        ],
        "10 4 4.1 3 10 1 - 1 | 10 4 4.1 3 10 1 - 1",
    );
    check(
        &session,
        &["Year", "Country"],
        &["Count(Amount)", "Only(Country)"],
        concat!(
            "2018 Canada=1 Canada; 2018 Germany=2 Germany; 2018 France=1 France; 2018 Czech Republic=1 Czech Republic; ",
            "2019 Czech Republic=2 Czech Republic; 2020 Canada=1 Canada; 2020 France=2 France | 10 -",
        ),
    );
}

#[test]
fn expressions_over_aggregations_and_inside_them() {
    let session = session(&[T1]);
    check_value(&session, "Sum(Amount * 2) - 2 * Sum(Amount)", "0");
    check_value(&session, "Sum(If(Product = 'Washer', Amount, 0))", "13");
    check_value(
        &session,
        "Sum(If(Product = 'Washer' and Year > 2018, Amount))",
        "7",
    );
    check_value(&session, "Count(DISTINCT Left(Product, 1))", "4");
    check_value(&session, "Count(DISTINCT Lower(Left(Country, 1)))", "3");
    check_value(&session, "If(Sum(Amount) > 40, 'many', 'few') & '!'", "many!");
    check_value(&session, "Num(Sum(Amount), '#,##0.00')", "41.00");
    check_value(&session, "Sum(Amount) / 0", "-");
    check_value(&session, "Sum(Nonsense)", "-");
    check_value(
        &session,
        "MinString(Product) & '-' & MaxString(Product)",
        "Anchor bolt-Washer",
    );
    check(
        &session,
        &["Country"],
        &["Sum(Amount)/Sum(TOTAL Amount)"],
        concat!(
            "Canada=0.34146341463415; Germany=0.31707317073171; France=0.097560975609756; ",
            "Czech Republic=0.24390243902439 | 1"
        ),
    );
    check(
        &session,
        &["=Left(Country, 1)"],
        &["Sum(Amount)"],
        "C=24; G=13; F=4 | 41",
    );
}

#[test]
fn totals_keep_the_named_dimensions() {
    let t4 = session(&[T4]);
    check(
        &t4,
        &["Month", "Grp"],
        &["Sum(TOTAL <Month> Value)"],
        "1 A=3; 1 B=3; 2 A=7; 2 B=7; 3 A=11; 3 B=11 | 21",
    );
}

#[test]
fn concat_and_first_sorted_value() {
    check(
        &session(&[T8]),
        &["Region"],
        &["Concat(DISTINCT Team,'-')", "Concat(DISTINCT Team,'-',Amount)"],
        concat!(
            "East=Alpha-Beta-Delta-Gamma Delta-Beta-Gamma-Alpha; ",
            "West=Epsilon-Eta-Theta-Zeta Eta-Epsilon-Zeta-Theta | ",
            "Alpha-Beta-Delta-Epsilon-Eta-Gamma-Theta-Zeta Delta-Eta-Epsilon-Zeta-Beta-Gamma-Theta-Alpha",
        ),
    );
    check(
        &session(&[T3]),
        &["Customer"],
        &["FirstSortedValue(Product,UnitSales)"],
        "Astrida=CC; Betacab=AA; Canutility=AA; Divadip=DD | CC",
    );
}

#[test]
fn a_selection_shows_in_every_field() {
    let mut session = session(&[T1]);
    assert!(select(&mut session, "Year", "2019"));
    let snapshot = session.snapshot();
    assert_eq!(states(&snapshot, "Year"), "2018:A 2019:S 2020:A");
    assert_eq!(
        states(&snapshot, "Country"),
        "Canada:X Germany:X France:X Czech Republic:O"
    );
    assert_eq!(
        states(&snapshot, "Product"),
        "Washer:O Anchor bolt:X Nut:X Bolt:O"
    );
    let counts = snapshot.state_counts("$", field(&session, "Country"));
    assert_eq!((counts.option, counts.excluded), (1, 3));
    let counts = snapshot.state_counts("$", field(&session, "Year"));
    assert_eq!((counts.selected, counts.alternative), (1, 2));
}

#[test]
fn a_locked_field_refuses_what_would_contradict_it() {
    let mut session = session(&[T1]);
    assert!(select(&mut session, "Country", "Canada"));
    let country = field(&session, "Country");
    assert!(session.lock("$", country));
    let version = session.version();
    assert!(!select(&mut session, "Year", "2019"));
    assert!(!select(&mut session, "Country", "France"));
    assert!(!session.clear("$", country, LockMode::Respect));
    assert_eq!(session.version(), version, "a refusal changes nothing");
    assert_eq!(
        states(&session.snapshot(), "Country"),
        "Canada:L Germany:A France:A Czech Republic:A"
    );
    session.clear_all(None, LockMode::Respect);
    assert!(session.snapshot().is_locked("$", country));
    session.clear_all(None, LockMode::Override);
    assert!(!session.snapshot().is_locked("$", country));
}

#[test]
fn a_selection_that_leaves_nothing_makes_older_ones_give_way() {
    let mut session = session(&[T1]);
    assert!(select(&mut session, "Country", "Canada"));
    assert!(select(&mut session, "Year", "2019"));
    assert_eq!(
        states(&session.snapshot(), "Country"),
        "Canada:X Germany:X France:X Czech Republic:O"
    );
}

#[test]
fn a_value_added_by_toggle_may_be_excluded() {
    let mut session = session(&[T1]);
    select(&mut session, "Country", "Canada");
    select(&mut session, "Year", "2018");
    assert!(toggle(&mut session, "Year", "2019"));
    let snapshot = session.snapshot();
    assert_eq!(states(&snapshot, "Year"), "2018:S 2019:XS 2020:A");
    assert_eq!(
        states(&snapshot, "Country"),
        "Canada:S Germany:A France:A Czech Republic:A"
    );
    assert!(toggle(&mut session, "Year", "2018|2019"));
    assert_eq!(
        session.snapshot().selections("$").len(),
        1,
        "toggling off the last value clears the field"
    );
}

#[test]
fn two_tables_on_one_key() {
    let t10 = session(&T10);
    check(&t10, &["xyz"], &["Count(numbers)"], "x=1; y=3; z=1 | 5");
    let mut t11 = session(&T11);
    check(&t11, &["Customer"], &["Sum(Qty)"], "A=6; B=1; C=0 | 7");
    check(&t11, &["Product"], &["Sum(Amount)"], "P=100; Q=150; -=70 | 220");
    check(
        &t11,
        &["Product", "Customer"],
        &["Sum(Amount)", "Sum(Qty)"],
        "P A=100 4; Q A=100 2; Q B=50 1; - C=70 0 | 220 7",
    );
    check(&t11, &["Id"], &["Sum(Qty * Amount)"], "1=600; 2=50; 3=0 | 650");
    let suppressed = CubeDef {
        suppress_zero: true,
        ..def(&["Customer"], &["Sum(Qty)"])
    };
    assert_eq!(show(&cube(&t11.snapshot(), &suppressed)), "A=6; B=1 | 7");
    assert!(select(&mut t11, "Product", "P"));
    check_value(&t11, "Sum(Amount)", "100");
    assert_eq!(states(&t11.snapshot(), "Customer"), "A:O B:X C:X");
}

#[test]
fn dimensions_without_measures_show_what_is_possible() {
    let mut session = session(&[T1]);
    select(&mut session, "Year", "2020");
    check(&session, &["Country"], &[], "Canada=; France= | ");
    let mut all = def(&["Country"], &[]);
    all.dims[0].show_all = true;
    assert_eq!(cube(&session.snapshot(), &all).n_rows(), 4);
}

#[test]
fn set_expressions() {
    let mut session = session(&[T1]);
    for (expr, expected) in [
        (r#"Sum({<Country={"C*"}>} Amount)"#, "24"),
        (r#"Sum({<Product={"*bolt"}>} Amount)"#, "26"),
        (r#"Sum({<Product={"bolt"}>} Amount)"#, "4"),
        (r#"Sum({<Year={">2018"}>} Amount)"#, "19"),
        (
            "Sum({$<Country=P({1<Product={'Washer'}>} Country)>} Amount)",
            "28",
        ),
        (
            "Sum({$<Country=E({1<Product={'Washer'}>} Country)>} Amount)",
            "13",
        ),
        ("Sum({<Country={Canada}> + <Year={2019}>} Amount)", "23"),
        ("Sum({<Country={Canada}> * <Year={2019}>} Amount)", "0"),
        (r#"Sum({<Country={"=Sum(Amount)>10"}>} Amount)"#, "27"),
        ("Sum({0} Amount)", "0"),
        ("Sum({<Year={$(=Max(Year))}>} Amount)", "10"),
        ("{<Year={2019}>} Sum(Amount) + Sum({1} Amount)", "50"),
    ] {
        check_value(&session, expr, expected);
    }
    select(&mut session, "Country", "Canada|Czech Republic");
    for (expr, expected) in [
        ("Sum(Amount)", "24"),
        ("Sum({1} Amount)", "41"),
        ("Sum({1-$} Amount)", "17"),
        ("Sum({$-1} Amount)", "0"),
        ("Sum({$<Country-={Canada}>} Amount)", "10"),
        ("Sum({$<Country/={Canada,France}>} Amount)", "14"),
    ] {
        check_value(&session, expr, expected);
    }
    check(
        &session,
        &["Country"],
        &["Sum(Amount)", "Sum({<Country+={France}>} Amount)"],
        "Canada=14 14; France=0 4; Czech Republic=10 10 | 24 28",
    );
    select(&mut session, "Country", "Canada");
    check_value(&session, "Sum({<Country=>} Amount)", "41");
    check_value(&session, "Sum({<Country>} Amount)", "41");
    check_value(&session, "Sum({1<Year={2018}>} Amount)", "22");
    check_value(&session, "Sum({$1} Amount)", "24");
}

#[test]
fn set_expressions_over_more_data() {
    let session = session(&[T2]);
    for (expr, expected) in [
        ("Sum(Sales)", "1645397.3"),
        ("Sum({1<Country={Belgium}>} Sales)", "360809.2"),
        (r#"Sum({1<Country={"*A*"}>} Sales)"#, "1284588.1"),
        (r#"Sum({1<Country={"A*"}>} Sales)"#, "443238.88"),
        ("Sum({1<Year={$(=Max(Year))}>} Sales)", "788617.07"),
    ] {
        check_value(&session, expr, expected);
    }
}

#[test]
fn variables_and_functions_of_selections() {
    let mut session = session(&[T1]);
    session.set_variable("vYear", "2019");
    session.set_variable("vSum", "Sum({<Year={$1}>} Amount)");
    session.set_variable("vMax", "=Max(Year)");
    check_value(&session, "Sum({<Year={$(vYear)}>} Amount)", "9");
    check_value(&session, "$(vSum(2018))", "22");
    check_value(&session, "vMax - 1", "2019");
    check_value(&session, "$(vMax) + $(vNone)0", "2020");
    select(&mut session, "Country", "Canada|France");
    check_value(
        &session,
        "GetSelectedCount(Country) & '/' & GetPossibleCount(Product)",
        "2/3",
    );
    check_value(&session, "GetFieldSelections(Country)", "Canada, France");
    check_value(&session, "GetCurrentSelections()", "Country: Canada, France");
    check_value(&session, "GetExcludedCount(Year)", "1");
}

/// Countries and their sums, sorted.
fn sorted(dim: SortSpec, measure: SortSpec, order: &[i32]) -> String {
    let mut def = def(&["Country"], &["Sum(Amount)"]);
    def.dims[0].sort = dim;
    def.measures[0].sort = measure;
    def.inter_column_sort = order.to_vec();
    show(&cube(&session(&[T1]).snapshot(), &def))
}

#[test]
fn measures_are_named_by_label_or_from_the_library() {
    let mut session = session(&[T1]);
    session.set_library(Library {
        measures: vec![("Total".into(), "Sum(Amount)".into())],
    });
    session.set_variable("vAll", "=Sum(Amount)");
    check(
        &session,
        &["Year"],
        &["Total", "Total / vAll * 41"],
        "2018=22 22; 2019=9 9; 2020=10 10 | 41 41",
    );
    let mut labelled = def(&["Year"], &["Sum(Amount)", "Double * 2"]);
    labelled.measures[0].label = Some("Double".into());
    assert_eq!(
        show(&cube(&session.snapshot(), &labelled)),
        "2018=22 44; 2019=9 18; 2020=10 20 | 41 82"
    );
    assert!(
        session.snapshot().check("Sum(Total)").error.is_some(),
        "an aggregation inside another is no number"
    );
    labelled.measures[1].expr = "Triple".into();
    labelled.measures[1].label = Some("Triple".into());
    assert!(
        cube(&session.snapshot(), &labelled).measures[1].error.is_some(),
        "a measure cannot name itself"
    );
}

#[test]
fn sorting_by_text_and_backwards() {
    let by_text = |by_ascii, reverse| {
        sorted(
            SortSpec {
                by_ascii,
                reverse,
                ..SortSpec::default()
            },
            SortSpec::default(),
            &[],
        )
    };
    assert_eq!(
        by_text(1, false),
        "Canada=14; Czech Republic=10; France=4; Germany=13 | 41"
    );
    let down = "Germany=13; France=4; Czech Republic=10; Canada=14 | 41";
    assert_eq!(
        (by_text(1, true).as_str(), by_text(-1, false).as_str()),
        (down, down)
    );
}

#[test]
fn sorting_by_numbers() {
    let none = SortSpec::default;
    let sums = "Canada=14; Germany=13; Czech Republic=10; France=4 | 41";
    let by_measure = SortSpec {
        by_numeric: -1,
        ..none()
    };
    assert_eq!(
        sorted(
            SortSpec {
                by_ascii: 1,
                ..none()
            },
            by_measure,
            &[1, 0]
        ),
        sums
    );
    let expression = Some("Sum(Amount)".to_owned());
    assert_eq!(
        sorted(
            SortSpec {
                by_expression: -1,
                expression,
                ..none()
            },
            none(),
            &[]
        ),
        sums
    );
    let counts = "France=4; Czech Republic=10; Canada=14; Germany=13 | 41";
    assert_eq!(
        sorted(
            SortSpec {
                by_frequency: 1,
                ..none()
            },
            none(),
            &[]
        ),
        counts
    );
}

#[test]
fn mistakes_are_part_of_the_result() {
    let session = session(&[T1]);
    let snapshot = session.snapshot();
    let wrong = cube(
        &snapshot,
        &def(
            &["Nowhere", "Year"],
            &["Sum(Amount", "Sum(Amount)", "Rank(Sum(Amount))"],
        ),
    );
    let code = |error: &Option<fanlight_engine::ItemError>| error.as_ref().map(|error| error.code);
    assert_eq!(code(&wrong.dims[0].error), Some(ItemErrorCode::Invalid));
    assert_eq!(code(&wrong.measures[0].error), Some(ItemErrorCode::Invalid));
    assert_eq!(code(&wrong.measures[2].error), Some(ItemErrorCode::Invalid));
    assert_eq!(
        wrong.measures[2]
            .error
            .as_ref()
            .map(|error| error.message.as_str()),
        Some("`rank` is not supported yet")
    );
    assert_eq!((wrong.n_rows(), wrong.n_cols()), (3, 2));
    assert_eq!(wrong.effective_sort, [1, 3]);
    let condition = Some("Count(Amount) > 100".to_owned());
    let hidden = cube(
        &snapshot,
        &CubeDef {
            calc_condition: condition.clone(),
            ..def(&["Year"], &["Sum(Amount)"])
        },
    );
    assert_eq!(code(&hidden.error), Some(ItemErrorCode::Condition));
    assert_eq!(hidden.n_rows(), 0);
    let measure = MeasureDef {
        expr: "Sum(Amount)".into(),
        calc_condition: condition.clone(),
        ..MeasureDef::default()
    };
    let dim = DimDef {
        field: "Year".into(),
        calc_condition: condition,
        ..DimDef::default()
    };
    let columns = cube(
        &snapshot,
        &CubeDef {
            dims: vec![dim],
            measures: vec![measure],
            ..CubeDef::default()
        },
    );
    assert_eq!(code(&columns.measures[0].error), Some(ItemErrorCode::Condition));
    assert_eq!(code(&columns.dims[0].error), Some(ItemErrorCode::Condition));
    assert_eq!(snapshot.check("Sum(Amount) + Nowhere").bad_fields, [(14, 7)]);
    assert!(snapshot.check("Sum(").error.is_some());
}

#[test]
fn nulls_make_their_own_row() {
    let session = session(&["T: Key, Group, Num
        1, a, 1
        2, -, 2
        3, b, -"]);
    check(
        &session,
        &["Group"],
        &["Sum(Num)", "Count(Num)", "Avg(Num)"],
        "a=1 1 1; b=0 0 -; -=2 1 2 | 3 2 1.5",
    );
    check(
        &session,
        &[],
        &[
            "NullCount(Num)",
            "Count(Group)",
            "TextCount(Group)",
            "NumericCount(Num)",
        ],
        "1 2 2 2 | 1 2 2 2",
    );
    let mut without = def(&["Group"], &["Avg(Num)"]);
    without.dims[0].null_suppression = true;
    without.suppress_missing = true;
    assert_eq!(show(&cube(&session.snapshot(), &without)), "a=1 | 1.5");
}

#[test]
fn tables_that_are_not_linked_combine_freely() {
    let session = session(&[
        "A: a, x
        1, 10
        2, 20",
        "B: b, y
        u, 1
        v, 2",
    ]);
    check(
        &session,
        &["a", "b"],
        &["Sum(x)", "Sum(y)"],
        "1 u=10 1; 1 v=10 2; 2 u=20 1; 2 v=20 2 | 30 3",
    );
}
