use std::io::Write;

use fanlight_engine::Locale;
use tempfile::NamedTempFile;

use super::*;
use crate::manifest::{ColumnPlan, Typing};
use crate::table::Reading;

fn plan() -> CsvPlan {
    CsvPlan {
        delimiter: b',',
        quote: Some(b'"'),
        header: Header::Present,
        nulls: Vec::new(),
    }
}

fn file(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// All columns, each as its name and its rows' texts; a number has its value behind an equals sign, NULL is `<null>`.
fn golden(bytes: &[u8], plan: &CsvPlan, column: impl Fn(&str) -> ColumnPlan) -> String {
    let file = file(bytes);
    let names = column_names(file.path(), plan).unwrap();
    let plans: Vec<_> = names.iter().map(|name| column(name)).collect();
    let locale = Locale::default();
    let readings: Vec<_> = plans.iter().map(|plan| Reading::texts(plan, &locale)).collect();
    let sinks = plans
        .iter()
        .zip(&readings)
        .map(|(plan, reading)| Some(Sink::new(plan, reading)));
    let columns = read(file.path(), plan, sinks.collect(), &Limits::default()).unwrap();
    let mut out = String::new();
    for (name, column) in names.iter().zip(columns) {
        let cells = (0..column.codes.len()).map(|row| match column.codes.get(row) {
            None => "<null>".to_owned(),
            Some(code) => {
                let text = column.symbols.text(code);
                column
                    .symbols
                    .num(code)
                    .map_or_else(|| text.to_string(), |num| format!("{text}={num}"))
            }
        });
        out += &format!("{name}: {}\n", cells.collect::<Vec<_>>().join(" | "));
    }
    out
}

fn check(bytes: &[u8], plan: &CsvPlan, expected: &str) {
    assert_eq!(golden(bytes, plan, ColumnPlan::named), expected);
}

#[test]
fn texts_numbers_and_dates_are_told_apart() {
    check(
        b"A,B,C\nx,1,8/6/1997\ny,2.50,1997-08-06\n\"z, \"\"q\"\"\",1e3x,09:00\n",
        &plan(),
        "A: x | y | z, \"q\"\nB: 1=1 | 2.50=2.5 | 1e3x\nC: 8/6/1997=35648 | 8/6/1997=35648 | 09:00=0.375\n",
    );
}

#[test]
fn an_empty_cell_is_an_empty_text() {
    check(b"A,B\n,1\n\"\",2\n", &plan(), "A:  | \nB: 1=1 | 2=2\n");
}

#[test]
fn configured_texts_are_null() {
    let plan = CsvPlan {
        nulls: vec!["NA".into(), String::new()],
        ..plan()
    };
    check(
        b"A,B\nNA,1\n,NA\n",
        &plan,
        "A: <null> | <null>\nB: 1=1 | <null>\n",
    );
}

#[test]
fn other_delimiters_and_quotes() {
    let plan = CsvPlan {
        delimiter: b';',
        quote: Some(b'\''),
        ..plan()
    };
    check(b"A;B\n'x;y';\"z\n", &plan, "A: x;y\nB: \"z\n");
}

#[test]
fn no_quotes_at_all() {
    check(
        b"A,B\n\"x,y\"\n",
        &CsvPlan {
            quote: None,
            ..plan()
        },
        "A: \"x\nB: y\"\n",
    );
}

#[test]
fn no_header() {
    check(
        b"x,1\ny,2\n",
        &CsvPlan {
            header: Header::Absent,
            ..plan()
        },
        "@1: x | y\n@2: 1=1 | 2=2\n",
    );
}

#[test]
fn a_byte_order_mark_windows_line_ends_and_names_with_blanks() {
    check(b"\xEF\xBB\xBFA , B\r\nx,1\r\n", &plan(), "A: x\nB: 1=1\n");
}

#[test]
fn a_line_break_in_quotes() {
    check(b"A,B\n\"x\ny\",1\n", &plan(), "A: x\ny\nB: 1=1\n");
}

#[test]
fn equal_numbers_are_one_value_with_the_first_text() {
    check(b"A\n1.0\n1\n1.000\n", &plan(), "A: 1.0=1 | 1.0=1 | 1.0=1\n");
}

#[test]
fn text_columns_are_not_interpreted() {
    let column = |name: &str| ColumnPlan {
        typing: Typing::Text,
        ..ColumnPlan::named(name)
    };
    assert_eq!(golden(b"A\n007\n7\n", &plan(), column), "A: 007 | 7\n");
}

#[test]
fn a_column_has_its_own_date_format() {
    let column = |name: &str| ColumnPlan {
        format: Some("DD.MM.YYYY".into()),
        ..ColumnPlan::named(name)
    };
    assert_eq!(
        golden(b"A\n06.08.1997\n", &plan(), column),
        "A: 06.08.1997=35648\n"
    );
}

#[test]
fn numbers_get_the_texts_of_the_manifest() {
    let column = |name: &str| ColumnPlan {
        values: vec![(1.0, "Jan".into())],
        ..ColumnPlan::named(name)
    };
    assert_eq!(
        golden(b"A\n1\n01\n2\n", &plan(), column),
        "A: Jan=1 | Jan=1 | 2=2\n"
    );
}

#[test]
fn only_columns_with_a_sink_are_read() {
    let file = file(b"A,B\nx,1\n");
    let column = ColumnPlan::named("B");
    let reading = Reading::texts(&column, &Locale::default());
    let sinks = vec![None, Some(Sink::new(&column, &reading))];
    let columns = read(file.path(), &plan(), sinks, &Limits::default()).unwrap();
    assert_eq!(columns.len(), 1);
    assert_eq!(columns[0].symbols.num(0), Some(1.0));
}
