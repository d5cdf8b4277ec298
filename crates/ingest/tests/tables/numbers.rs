//! Columns of numbers in which some texts are none: that it is told, with the right count, and what is proposed.

use crate::support::{only, said, table, tables};

const NOTHING: [String; 0] = [];

/// What is said of a column `v` of a file.
fn doubt(values: &[&str], more: &str) -> String {
    only(&folder(values, more)).to_string()
}

fn folder(values: &[&str], more: &str) -> crate::common::Folder {
    let rows = values
        .iter()
        .enumerate()
        .map(|(id, value)| format!("r{id};{value}\n"));
    table(format!("id;v\n{}", rows.collect::<String>()), more)
}

#[test]
fn texts_are_told_by_rows_however_few_numbers_differ() {
    let mut values: Vec<_> = (0..1000).map(|row| ["1", "2", "3", "4", "5"][row % 5]).collect();
    values.extend(["n/a", "none"]);
    let problem = doubt(&values, "");
    assert!(
        problem.starts_with(
            "data.csv:1002:7: warning: 2 of 1002 values of \"v\" are no numbers and stay texts, the first is \"n/a\" (list texts \
             that stand for nothing in csv = { nulls = [\"n/a\", \"none\"] };"
        ),
        "{problem}"
    );
    let listed = folder(&values, "csv = { nulls = [\"n/a\", \"none\"] }\n");
    assert_eq!(said(&listed), NOTHING, "as the warning proposes");
}

#[test]
fn all_texts_are_counted_and_not_only_those_like_numbers() {
    let problem = doubt(&["1", "1,5", "abc", "def", "2", ""], "");
    assert!(
        problem.starts_with(
            "data.csv:3:4: warning: 3 of 5 values of \"v\" are no numbers and stay texts, the first is \"1,5\""
        ),
        "{problem}"
    );
    assert!(
        problem.contains("\"1,5\": numbers are read with decimal_sep = \".\" and thousand_sep = \",\" here")
            && problem.contains("\"abc\": correct the values"),
        "advice on each kind: {problem}"
    );
    let problem = doubt(&["10%"], "");
    assert!(
        problem.contains("1 of 1 value of \"v\" is no number and stays a text, the first is \"10%\""),
        "{problem}"
    );
}

#[test]
fn each_way_to_write_a_number_otherwise_has_its_advice() {
    for (values, told, advice) in [
        (
            &["5", "#N/A", "#DIV/0!", "1.#INF"][..],
            "3 of 4 values",
            "nulls = [\"#N/A\", \"#DIV/0!\", \"1.#INF\"]",
        ),
        (&["10 kg", "20 kg", "5"], "2 of 3 values", "leave the unit out"),
        (
            &["5", "6", "7", "USD 8"],
            "1 of 4 values",
            "money_format = \"0 USD\"",
        ),
        (
            &["5", "\u{2212}9", "–9", "7"],
            "2 of 4 values",
            "write the minus sign as a hyphen",
        ),
        (
            &["(100)", "200", "(50)"],
            "2 of 3 values",
            "with a minus sign and without brackets",
        ),
        (
            &["10%", "20%", "5.5 %"],
            "3 of 3 values",
            "write percentages as numbers",
        ),
        (
            &["1,5", "2,5", "n/a"],
            "3 of 3 values",
            "declare the table's `decimal_sep`",
        ),
    ] {
        let problem = doubt(values, "");
        assert!(problem.contains(told) && problem.contains(advice), "{problem}");
    }
    for values in [&["10%", "20%"], &["(100)", "(50)"]] {
        assert!(!doubt(values, "").contains("decimal_sep"), "{values:?}");
    }
}

#[test]
fn amounts_in_a_currency_that_the_app_does_not_name() {
    let german = "decimal_sep = \",\"\nthousand_sep = \".\"\n";
    let values = ["1.234,50 €", "5,00 €", "-3,00 €"];
    let problem = doubt(&values, german);
    assert!(
        problem.contains("3 of 3 values")
            && problem.contains("read by money_format = \"0 €\" under [locale]"),
        "{problem}"
    );
    assert!(!problem.contains("decimal_sep"), "they are declared: {problem}");
    let named = folder(&values, &format!("{german}[locale]\nmoney_format = \"0 €\"\n"));
    assert_eq!(said(&named), NOTHING, "as the warning proposes");
}

#[test]
fn columns_of_texts_are_not_told() {
    for values in [
        &["N1", "12", "A4", "x"][..],
        &["10 kg", "20 kg", "5 m"],
        &["none", "n/a", "abc"],
        &["12 Main St", "7 Oak Rd"],
        &["12", "12a", "9b", "7"],
        &["KLM 123", "BAW 5", "DLH 77"],
        &["1,5", "abc", "def"],
    ] {
        assert_eq!(said(&folder(values, "")), NOTHING, "{values:?}");
    }
    let mixed: Vec<String> = (0..130)
        .map(|row| {
            if row < 100 {
                row.to_string()
            } else {
                format!("x{row}")
            }
        })
        .collect();
    let mixed: Vec<_> = mixed.iter().map(String::as_str).collect();
    assert!(doubt(&mixed, "").contains("30 of 130 values"), "most are numbers");
}

#[test]
fn a_parquet_file_has_no_settings_to_list_nulls_in() {
    let folder = tables(&[(
        "mixed.parquet",
        include_bytes!("../data/mixed_texts.parquet"),
        "[tables.columns]\ns = { type = \"interpret\" }",
    )]);
    let problem = only(&folder).to_string();
    assert!(
        problem.starts_with("mixed.parquet: warning: 1 of 3 values of \"s\" is no number and stays a text, the first is \"n/a\", in row 2")
            && problem.contains("write NULL into the file")
            && !problem.contains("csv"),
        "{problem}"
    );
}
