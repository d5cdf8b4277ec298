use proptest::prelude::*;

use super::*;

fn us() -> Locale {
    Locale::default()
}

fn pattern(text: &str, num: f64) -> String {
    let locale = us();
    NumberPattern::new(text, &Separators::of(&locale)).write(num, &locale)
}

fn check(cases: &[(&str, f64, &str)]) {
    for (text, num, expected) in cases {
        assert_eq!(pattern(text, *num), *expected, "{num} as {text}");
    }
}

#[test]
fn hash_signs_alone_are_significant_digits() {
    check(&[
        ("########", 337.068_194_44, "337.06819"),
        ("########", 1_449.473_076_9, "1449.4731"),
        ("##############", std::f64::consts::PI, "3.1415926535898"),
        ("##############", 41.0, "41"),
        ("##############", 0.0, "0"),
        ("##", 0.001_26, "0.0013"),
        ("##", 12_345.6, "12346"),
        ("#", -5.0, "-5"),
        ("###", 1000.0, "1000"),
    ]);
}

#[test]
fn zeros_are_mandatory_and_hash_signs_optional() {
    check(&[
        ("###0", 36_215_504.17, "36215504"),
        ("0.00", 5.0, "5.00"),
        ("0.##", 5.0, "5"),
        ("0.0#", 5.25, "5.25"),
        ("0.0#", 5.2, "5.2"),
        ("000", 7.0, "007"),
        ("#.00", 0.5, ".50"),
        ("#.##", 0.0, "0"),
        ("0", 2.5, "3"),
        ("0", -2.5, "-3"),
        ("0.00", 1.005, "1.01"),
        ("0.0", 0.05, "0.1"),
        ("0.0", 0.049, "0.0"),
        ("0", 0.5, "1"),
        ("0", 0.499_999_999, "0"),
        ("0.00", -0.001, "0.00"),
        ("0.0", 1e15, "1000000000000000.0"),
    ]);
}

#[test]
fn thousands_are_grouped() {
    check(&[
        ("#,##0", 1_234_567.8, "1,234,568"),
        ("#,##0.00", 1234.5, "1,234.50"),
        ("#,##0", 999.0, "999"),
        ("#,##0", -1234.0, "-1,234"),
        ("# ##0", 1234.0, "1 234"),
        ("#.##0,00", 1234.5, "1.234,50"),
        ("0,000", 12.0, "0,012"),
    ]);
    let german = Separators {
        decimal: ",".into(),
        thousand: ".".into(),
    };
    assert_eq!(
        NumberPattern::new("#.##0,00", &german).write(1234.5, &us()),
        "1.234,50"
    );
    assert_eq!(NumberPattern::new("#.##0", &german).write(1234.5, &us()), "1.235");
    assert_eq!(NumberPattern::new("0,0", &german).write(1234.5, &us()), "1234,5");
}

#[test]
fn prefix_and_suffix_stay() {
    check(&[
        ("$#,##0.00", 1234.5, "$1,234.50"),
        ("$#,##0.00", -1234.5, "-$1,234.50"),
        ("0.0 km", 3.25, "3.3 km"),
        ("(0)", 3.0, "(3)"),
        ("€ 0", 3.0, "€ 3"),
        ("abc", 3.0, "abc"),
    ]);
}

#[test]
fn parts_are_for_positive_negative_and_zero() {
    check(&[
        ("$ ###0.00;-$ ###0.00", 12.5, "$ 12.50"),
        ("$ ###0.00;-$ ###0.00", -12.5, "-$ 12.50"),
        ("0;(0);-", 5.0, "5"),
        ("0;(0);-", -5.0, "(5)"),
        ("0;(0);-", 0.0, "-"),
        ("0;(0)", 0.0, "0"),
    ]);
}

#[test]
fn percent_multiplies_by_a_hundred() {
    check(&[
        ("0%", 0.256, "26%"),
        ("0.0%", 0.125, "12.5%"),
        ("#,##0%", 12.0, "1,200%"),
        ("0 %;-0 %", -0.5, "-50 %"),
    ]);
}

#[test]
fn letter_a_abbreviates() {
    check(&[
        ("0.0A", 1234.0, "1.2k"),
        ("0.0A", 1_234_567.0, "1.2M"),
        ("0A", 999.0, "999"),
        ("0A", 999_999.0, "1M"),
        ("0.00A", 999.994, "999.99"),
        ("0.0A", -2.5e9, "-2.5G"),
        ("0.0A", 0.0, "0.0"),
        ("0A", 0.05, "50m"),
        ("0.#A", 2e27, "2000Y"),
        ("$0.0A", 1500.0, "$1.5k"),
        ("0 AUD", 1500.0, "1500 AUD"),
        ("###A", 1_234_567.0, "1.23M"),
    ]);
}

#[test]
fn cells_follow_the_kind_of_the_format() {
    let format = |kind| NumFormat {
        kind,
        ..NumFormat::default()
    };
    let cell = |num: f64, format: &NumFormat| value(&Value::Num(num), format, &us());
    assert_eq!(
        cell(0.887_470_275_250_257_7, &format(NumKind::Unknown)),
        "0.88747027525026"
    );
    assert_eq!(cell(35_648.0, &format(NumKind::Date)), "8/6/1997");
    assert_eq!(
        cell(35_648.375, &format(NumKind::Timestamp)),
        "8/6/1997 9:00:00 AM"
    );
    assert_eq!(cell(0.375, &format(NumKind::Time)), "9:00:00 AM");
    assert_eq!(cell(1.375, &format(NumKind::Interval)), "33:00:00");
    assert_eq!(cell(12.5, &format(NumKind::Money)), "$ 12.50");
    assert_eq!(
        cell(
            2.0 / 3.0,
            &NumFormat {
                n_dec: 2,
                ..format(NumKind::Fixed)
            }
        ),
        "0.67"
    );
    assert_eq!(
        cell(
            2.0 / 3.0,
            &NumFormat {
                n_dec: 3,
                ..format(NumKind::Real)
            }
        ),
        "0.667"
    );
    assert_eq!(cell(2.0 / 3.0, &format(NumKind::Real)), "0.66666666666667");
    assert_eq!(
        cell(
            -1234.5,
            &NumFormat {
                use_thou: 1,
                ..format(NumKind::Integer)
            }
        ),
        "-1,234.5"
    );
    assert_eq!(cell(1e300, &format(NumKind::Date)), "1e+300");
    let with_pattern = |kind, fmt: &str| NumFormat {
        fmt: Some(fmt.into()),
        ..format(kind)
    };
    assert_eq!(cell(1234.5, &with_pattern(NumKind::Fixed, "#,##0.0")), "1,234.5");
    assert_eq!(
        cell(35_648.0, &with_pattern(NumKind::Date, "YYYY-MM-DD")),
        "1997-08-06"
    );
    assert_eq!(cell(1234.5, &with_pattern(NumKind::Ascii, "0.00")), "1234.5");
    let own_separators = NumFormat {
        dec: Some(",".into()),
        thou: Some(".".into()),
        ..with_pattern(NumKind::Fixed, "#.##0,0")
    };
    assert_eq!(cell(1234.5, &own_separators), "1.234,5");
}

#[test]
fn texts_and_null_are_never_formatted() {
    let money = NumFormat {
        kind: NumKind::Money,
        ..NumFormat::default()
    };
    assert_eq!(value(&Value::text("abc"), &money, &us()), "abc");
    assert_eq!(value(&Value::Null, &money, &us()), "-");
    let dual = Value::dual("two", 2.0);
    assert_eq!(value(&dual, &money, &us()), "$ 2.00");
    assert_eq!(value(&dual, &NumFormat::default(), &us()), "two");
}

#[test]
fn text_is_interpreted_by_the_first_form_it_has() {
    let locale = us();
    for (text, expected) in [
        ("5", 5.0),
        (" -1,234.5 ", -1234.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("+7", 7.0),
        ("8/6/1997", 35_648.0),
        ("08/06/1997", 35_648.0),
        ("8/6/1997 9:00:00 AM", 35_648.375),
        ("8/6/1997 9:00:00.500 PM", 35_648.875 + 0.5 / 86_400.0),
        ("9:00:00 PM", 0.875),
        ("12:00:00 AM", 0.0),
        ("1997-08-06", 35_648.0),
        ("1997-08-06 09:00", 35_648.375),
        ("1997-08-06 09:00:00", 35_648.375),
        ("1997-08-06 09:00:00.25", 35_648.375 + 0.25 / 86_400.0),
        ("21:00", 0.875),
        ("21:00:30", 0.875 + 30.0 / 86_400.0),
        ("$ 5.50", 5.5),
        ("-$ 5.50", -5.5),
        ("$1,000", 1000.0),
    ] {
        let num = interpret(text, &locale).unwrap_or(f64::NAN);
        assert!((num - expected).abs() < 1e-9, "{text} is {num}, not {expected}");
    }
    for text in [
        "",
        " ",
        "abc",
        "1a",
        "1 2",
        "12,34,567",
        "--1",
        "1e",
        "inf",
        "NaN",
        "0x10",
        "13/13/1997",
        "2/30/2020",
        "25:00",
        "1.2.3",
        "1997-13-01",
        "1e999",
        "-",
        ".",
        "13:00:00 PM",
        "$",
        "5 $ 5",
        "1,5",
        "1.234,5",
        "1.234.567",
        "12,75",
        "1,25",
        "1,2500",
        "0,123",
        "-0,123",
        "1 234",
        "$1.234,50",
        "$ 1,5",
        "€ 5",
        "12.5%",
        "(5.00)",
    ] {
        assert_eq!(interpret(text, &locale), None, "{text}");
    }
}

#[test]
fn numbers_are_read_with_the_separators_of_the_app() {
    let german = Locale {
        decimal_sep: ",".into(),
        thousand_sep: ".".into(),
        ..us()
    };
    assert_eq!(interpret("1.234", &german), Some(1234.0));
    assert_eq!(interpret("1,5", &german), Some(1.5));
    assert_eq!(default_text(1.5, &german), "1,5");
    assert_eq!(interpret("1.5", &german), None);
    assert_eq!(interpret("1.234,50", &german), Some(1234.5));
    assert_eq!(interpret("1,234.50", &german), None);
    assert_eq!(
        interpret("0.123", &german),
        None,
        "no group of digits begins with a zero"
    );
    assert_eq!(interpret_literal("1.5", &german), Some(1.5));
    assert_eq!(interpret_literal("1,5", &german), Some(1.5));
    assert_eq!(interpret_literal("1.5", &us()), Some(1.5));
    assert_eq!(interpret_literal("1,5", &us()), None);
    assert_eq!(interpret_literal("inf", &german), None);
}

#[test]
fn blanks_and_apostrophes_between_groups_are_of_any_kind() {
    let with = |thousand: &str| Locale {
        decimal_sep: ",".into(),
        thousand_sep: thousand.into(),
        ..us()
    };
    for text in ["1 234,5", "1\u{A0}234,5", "1\u{202F}234,5"] {
        assert_eq!(interpret(text, &with(" ")), Some(1234.5), "{text}");
        assert_eq!(interpret(text, &with("\u{A0}")), Some(1234.5), "{text}");
    }
    assert_eq!(interpret("1’234,5", &with("'")), Some(1234.5));
    assert_eq!(interpret("1 23,5", &with(" ")), None);
}

#[test]
fn a_number_without_dates() {
    let locale = us();
    let interpreter = Interpreter::new(&locale);
    for (text, expected) in [
        ("1,250", Some(1250.0)),
        ("$ 5.50", Some(5.5)),
        ("1e3", Some(1000.0)),
        ("8/6/1997", None),
        ("9:00:00 PM", None),
        ("1997-08-06", None),
        ("1,5", None),
        ("", None),
        ("nan", None),
    ] {
        assert_eq!(interpreter.number(text), expected, "{text}");
    }
}

proptest! {
    #[test]
    fn default_text_has_fourteen_significant_digits(num in prop::num::f64::NORMAL) {
        let text = default_text(num, &us());
        let back: f64 = text.parse().unwrap();
        prop_assert!((back - num).abs() <= num.abs() * 0.6e-13, "{num:e} {text}");
        prop_assert_eq!(default_text(back, &us()), text);
    }

    #[test]
    fn fixed_patterns_are_read_back(cents in -1_000_000_000i64..1_000_000_000) {
        let num = cents as f64 / 100.0;
        for fmt in ["0.00", "#,##0.00", "$ #,##0.00;-$ #,##0.00"] {
            let text = pattern(fmt, num);
            prop_assert_eq!(interpret(&text, &us()), Some(num), "{}", text);
        }
    }

    #[test]
    fn grouping_only_adds_separators(num in 0u32..) {
        let grouped = pattern("#,##0", f64::from(num));
        prop_assert_eq!(grouped.replace(',', ""), num.to_string());
    }

    #[test]
    fn any_pattern_writes_any_number(fmt in "[0#.,;%A$ -]{0,12}", num in prop::num::f64::ANY) {
        let separators = Separators::of(&us());
        let pattern = NumberPattern::new(&fmt, &separators);
        let text = pattern.write(num, &us());
        let _ = pattern.read(&text, &separators);
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,24}", fmt in "\\PC{0,12}") {
        let _ = interpret(&text, &us());
        let _ = NumberPattern::new(&fmt, &Separators::of(&us())).read(&text, &Separators::of(&us()));
    }

    #[test]
    fn number_like_text_is_read_like_a_parser_does(num in prop::num::f64::NORMAL) {
        prop_assert_eq!(interpret(&num.to_string(), &us()), Some(num));
        prop_assert_eq!(interpret(&format!("{num:e}"), &us()), Some(num));
    }
}

#[test]
fn an_integer_of_more_digits_than_a_number_keeps_is_shown_as_it_is() {
    let format = NumFormat {
        kind: NumKind::Integer,
        fmt: Some("#,##0".into()),
        ..NumFormat::default()
    };
    for (text, num, shown) in [
        (
            "700000000000000130",
            700_000_000_000_000_130.0,
            "700000000000000130",
        ),
        ("-9007199254740993", -9_007_199_254_740_992.0, "-9007199254740993"),
        (
            "9007199254740992",
            9_007_199_254_740_992.0,
            "9,007,199,254,740,992",
        ),
        ("1000", 1000.0, "1,000"),
        ("0.1000000000000000055511", 0.1, "0"),
    ] {
        assert_eq!(value(&Value::dual(text, num), &format, &us()), shown, "{text}");
    }
}
