//! Links: columns of one field in several tables, of one type on all sides.

use crate::common::Folder;
use crate::support::{load, number, only, said, tables, value, values};
use fanlight_ingest::check_app;

const ZIPS: &[u8] = include_bytes!("../data/zips.parquet");
const SALES: &[u8] = b"Zip,Amount\n00123,10\n45678,20\n90001,30\n";

fn amount(folder: &Folder, set: &str) -> f64 {
    number(folder, &format!("Sum({{<{set}>}} Amount)"))
}

#[test]
fn a_field_that_is_text_in_one_table_is_text_in_both() {
    let folder = tables(&[("sales.csv", SALES, ""), ("zips.parquet", ZIPS, "")]);
    assert_eq!(said(&folder), [] as [String; 0]);
    assert_eq!(values(&folder, "Zip")[..3], ["00123", "45678", "90001"]);
    assert_eq!(amount(&folder, "Area={North}"), 30.0);
    assert_eq!(amount(&folder, "Area={South}"), 30.0);
    assert_eq!(
        number(&folder, "Sum(Amount)"),
        60.0,
        "the amount is a number still"
    );
    let folder = tables(&[("zips.parquet", ZIPS, ""), ("sales.csv", SALES, "")]);
    assert_eq!(amount(&folder, "Area={North}"), 30.0, "in any order");
}

#[test]
fn a_third_table_follows_the_other_two() {
    let third: &[u8] = b"Zip,Country\n00123,A\n90001,B\n";
    let folder = tables(&[
        ("a.csv", third, ""),
        ("sales.csv", SALES, ""),
        ("zips.parquet", ZIPS, ""),
    ]);
    assert_eq!(amount(&folder, "Country={A}"), 10.0);
    assert_eq!(amount(&folder, "Area={South}, Country={B}"), 30.0);
}

#[test]
fn what_is_declared_wins() {
    let text = "[tables.columns]\nZip = { type = \"text\" }";
    let number = "[tables.columns]\nZip = { type = \"interpret\" }";
    let codes: &[u8] = b"Zip,Area\n123,North\n00123,East\n";
    let folder = tables(&[("sales.csv", SALES, ""), ("codes.csv", codes, text)]);
    assert_eq!(values(&folder, "Zip"), ["00123", "45678", "90001", "123"]);
    assert_eq!(amount(&folder, "Area={East}"), 10.0);
    let folder = tables(&[("sales.csv", SALES, number), ("zips.parquet", ZIPS, "")]);
    assert_eq!(values(&folder, "Zip")[0], "00123=123");
    assert_eq!(amount(&folder, "Area={North}"), 30.0);
}

#[test]
fn declarations_that_contradict_each_other() {
    for other in [
        "type = \"interpret\"",
        "format = \"D.M.YYYY\"",
        "values = { 1 = \"one\" }",
    ] {
        let text = "[tables.columns]\nZip = { type = \"text\" }";
        let other = format!("[tables.columns]\nZip = {{ {other} }}");
        let folder = tables(&[
            ("sales.csv", SALES, text),
            ("codes.csv", b"Zip,Area\n1,North\n", &other),
        ]);
        let problem = only(&folder);
        assert!(problem.is_error(), "{problem}");
        assert!(
            problem.to_string().starts_with(
                "app.toml:11:1: error: the field \"Zip\" is declared as text in table \"sales\", and as numbers or dates in \
                 table \"codes\""
            ),
            "{problem}"
        );
    }
}

#[test]
fn dates_of_one_field_are_read_by_one_form() {
    // The days of the first table could be months; those of the second could not.
    let sales: &[u8] = b"When,Amount\n03/04/2021,1\n05/06/2021,2\n";
    let days: &[u8] = b"When,Weekday\n03/04/2021,a\n05/06/2021,b\n20/06/2021,c\n";
    let folder = tables(&[("sales.csv", sales, ""), ("days.csv", days, "")]);
    assert_eq!(said(&folder), [] as [String; 0]);
    assert_eq!(number(&folder, "Sum({<Weekday={b}>} Month(When))"), 6.0);
    let iso: &[u8] = b"When,Weekday\n2021-03-04,a\n2021-05-06,b\n";
    let folder = tables(&[
        ("sales.csv", b"When,Amount\n3/4/2021,1\n5/6/2021,2\n" as &[u8], ""),
        ("days.csv", iso, ""),
    ]);
    assert_eq!(
        said(&folder).len(),
        2,
        "a field has one form of dates: {:?}",
        said(&folder)
    );
}

#[test]
fn numbers_meet_however_they_are_written() {
    let german = "decimal_sep = \",\"";
    let folder = tables(&[
        ("a.csv", b"Price,A\n1.5,x\n1250,y\n", ""),
        ("b.csv", b"Price;B\n1,5;p\n1.250;q\n", german),
    ]);
    assert_eq!(value(&folder, "Concat({<B={q}>} A)").as_text(), "y");
    assert_eq!(value(&folder, "Concat({<B={p}>} A)").as_text(), "x");
}

#[test]
fn columns_without_a_value_in_common_are_told_with_an_example_of_each() {
    let folder = tables(&[
        ("cars.csv", b"Maker,Doors\nAlfa,3\nBenz,5\n", ""),
        ("makers.csv", b"Maker,Land\nalfa,I\n", ""),
    ]);
    let problem = only(&folder);
    assert_eq!(
        problem.to_string(),
        "app.toml:7:8: warning: the field \"Maker\" links nothing: \"cars\" has 2 values such as \"Alfa\" and \"makers\" has \
         1 value such as \"alfa\", and none of them is in both (write the values alike on both sides, or give one of the \
         columns another field name)"
    );
    assert_eq!(load(&folder).warnings, [problem], "it is loaded all the same");
}

#[test]
fn three_tables_are_told_where_one_stands_apart() {
    let [a, b, c]: [&[u8]; 3] = [b"K,A\nx,1\ny,2\n", b"K,B\nx,1\n", b"K,C\ny,1\n"];
    assert_eq!(
        said(&tables(&[("a.csv", a, ""), ("b.csv", b, ""), ("c.csv", c, "")])),
        [] as [String; 0],
        "b and c meet in a"
    );
    assert_eq!(
        said(&tables(&[("b.csv", b, ""), ("c.csv", c, ""), ("a.csv", a, "")])),
        [] as [String; 0],
        "in any order"
    );
    let apart: &[u8] = b"K,C\nz,1\n";
    let problem = only(&tables(&[
        ("a.csv", a, ""),
        ("c.csv", apart, ""),
        ("b.csv", b, ""),
    ]))
    .to_string();
    assert!(
        problem.contains("\"a\" has 2 values such as \"x\" and \"c\" has 1 value such as \"z\""),
        "{problem}"
    );
}

#[test]
fn empty_values_are_no_value_in_common() {
    let folder = tables(&[("a.csv", b"K,A\nx,1\n,2\n", ""), ("b.csv", b"K,B\ny,1\n,2\n", "")]);
    assert!(only(&folder).message.contains("links nothing"));
}

#[test]
fn codes_that_two_tables_write_otherwise_are_told() {
    let folder = tables(&[
        ("a.csv", b"Code,A\n0E1,1\n5,2\n", ""),
        ("b.csv", b"Code,B\n0,1\n5,2\n", ""),
    ]);
    let problem = only(&folder).to_string();
    assert!(
        problem.starts_with("b.csv:2:1: warning: the texts \"0E1\" and \"0\" of \"Code\" are one value"),
        "{problem}"
    );
}

#[test]
fn a_check_sums_up_what_the_app_holds() {
    let folder = tables(&[
        ("cars.csv", b"Maker,Doors\nAlfa,3\nBenz,5\n", ""),
        ("makers.csv", b"Maker,Land\nAlfa,I\n", ""),
    ]);
    let check = check_app(folder.path());
    assert_eq!((check.n_errors(), check.n_warnings()), (0, 0));
    assert_eq!(
        check.summary.unwrap().to_string(),
        "2 tables, 3 rows, 3 fields, 1 link\n  table \"cars\": 2 rows, 2 fields\n  table \"makers\": 1 row, 2 fields\n  \
         link \"Maker\": 50 % of 2 values in \"cars\" match; 100 % of 1 value in \"makers\" match\n"
    );
    let broken = Folder::new().with(
        "app.toml",
        "name = \"x\"\n[[tables]]\nname = \"T\"\nsource = \"t.csv\"\n",
    );
    assert_eq!(
        check_app(broken.path()).summary,
        None,
        "what cannot be read is not summed up"
    );
}
