mod delimiters;
mod quotes;

use std::io::Write as _;

use fanlight_engine::Locale;
use tempfile::NamedTempFile;

use super::*;
use crate::manifest::{ColumnPlan, Delimiter};

fn plan() -> CsvPlan {
    CsvPlan {
        delimiter: Delimiter::Found,
        quote: Some(b'"'),
        header: Header::Present,
        nulls: Vec::new(),
        encoding: None,
        skip_lines: 0,
    }
}

fn file(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// What was made of a file: its names, and the texts of each row.
#[derive(Debug)]
struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    doubts: Vec<Complaint>,
}

fn table(bytes: &[u8], plan: &CsvPlan, limits: &Limits) -> Result<Table, Complaint> {
    let on_disk = file(bytes);
    let mut doubts = Vec::new();
    let csv = open(on_disk.path(), plan, limits, &mut doubts)?;
    let (column, locale) = (ColumnPlan::named("x"), Locale::default());
    let sinks = (0..csv.n_columns).map(|_| Some(Sink::texts(&column, &locale)));
    let read = read(on_disk.path(), &csv, &plan.nulls, sinks.collect(), limits)?;
    let n_rows = read.columns.first().map_or(0, |column| column.codes.len());
    let cell = |row: usize, column: &CodedColumn| match column.codes.get(row) {
        None => "<null>".to_owned(),
        Some(code) => column.symbols.text(code).into_owned(),
    };
    doubts.extend(read.doubts);
    Ok(Table {
        names: csv.names.clone().unwrap_or_default(),
        rows: (0..n_rows)
            .map(|row| read.columns.iter().map(|column| cell(row, column)).collect())
            .collect(),
        doubts,
    })
}

fn golden(bytes: &[u8], plan: &CsvPlan) -> String {
    let table = table(bytes, plan, &Limits::default()).unwrap();
    let lines = std::iter::once(&table.names).chain(&table.rows);
    lines.map(|line| line.join(" | ") + "\n").collect()
}

fn check(bytes: &[u8], expected: &str) {
    assert_eq!(golden(bytes, &plan()), expected);
}

/// Place and message of the error that a file is refused with.
fn refusal(bytes: &[u8], plan: &CsvPlan) -> String {
    let complaint = table(bytes, plan, &Limits::default()).unwrap_err();
    format!("{}: {}", complaint.place.unwrap(), complaint.message)
}

fn refused(bytes: &[u8], expected: &str) {
    let refusal = refusal(bytes, &plan());
    assert!(refusal.contains(expected), "{refusal}");
}

/// Place and message of the only doubt.
fn doubted(bytes: &[u8], expected: &str) {
    let doubts = table(bytes, &plan(), &Limits::default()).unwrap().doubts;
    assert_eq!(doubts.len(), 1, "{doubts:?}");
    let doubt = format!("{}: {}", doubts[0].place.unwrap(), doubts[0].message);
    assert!(doubt.contains(expected), "{doubt}");
}

#[test]
fn values_in_quotes() {
    check(
        b"A,B\n\"x, \"\"q\"\"\",1\n\"\",\"\"\"\"\n\"two\nlines\",2\n",
        "A | B\nx, \"q\" | 1\n | \"\ntwo\nlines | 2\n",
    );
}

#[test]
fn quotes_inside_a_value_are_plain_characters() {
    check(
        b"A,B\n12\" pipe,1\nx\"y\",2\n",
        "A | B\n12\" pipe | 1\nx\"y\" | 2\n",
    );
}

#[test]
fn blanks_around_quotes_do_not_count() {
    check(
        b"A,B\n1, \"x, y\"\n\"z\" ,2\n3, \"q\" \n",
        "A | B\n1 | x, y\nz | 2\n3 | q\n",
    );
    check(
        b"A,B\n1, \"x\" y\n2, \"open\n",
        "A | B\n1 |  \"x\" y\n2 |  \"open\n",
    );
}

#[test]
fn a_value_that_only_the_end_of_the_file_ends() {
    refused(
        b"id,name\n1,Lamp\n2,\"Vase\n3,Jug\n4,Cup\n",
        "3:3: the quoted value that begins here is never closed",
    );
    refused(b"id,name\r\n1,\"\r\n", "2:3: the quoted value");
    refused(b"id,name\n1,\"", "2:3: the quoted value");
    refused(b"\"id,name\n1,x\n", "1:1: the quoted value");
    refused(b"id,name\n1,\"x\"\"\n", "2:3: the quoted value");
    check(b"id,name\n1,\"\"", "id | name\n1 | \n");
    check(b"id,name\n1,\"x\"\"\"", "id | name\n1 | x\"\n");
}

#[test]
fn a_quote_that_swallows_lines_until_the_next_one() {
    refused(
        b"id,name\n1,\"Vase\n2,Jug\n3,\"Cup\"\n",
        "2:3: the quoted value that begins here is closed at 4:4, and text follows",
    );
    doubted(
        b"id,name\n1,Lamp\n2,\"Vase\n3,Jug\n4,Cup\"\n5,Plate\n",
        "3:3: the quoted value that begins here seems to have swallowed rows",
    );
    check(
        b"id,text\n1,\"Dear Sir,\nit is, well, over\nyours\"\n",
        "id | text\n1 | Dear Sir,\nit is, well, over\nyours\n",
    );
    let letter = table(
        b"id,text\n1,\"Dear Sir,\nall well, thanks\nyours\"\n",
        &plan(),
        &Limits::default(),
    );
    assert!(letter.unwrap().doubts.is_empty(), "a letter is no table");
}

#[test]
fn text_behind_a_closing_quote() {
    refused(
        b"a,b\n1,\"x\"y\n",
        "2:3: the quoted value that begins here is closed at 2:6, and text follows its quote",
    );
    refused(b"a,b\n1,\"5\\\" pipe\"\n", "2:3: the quoted value");
}

#[test]
fn records_of_the_wrong_length() {
    refused(
        b"a,b\n1,2\n3\n",
        "3:1: the line has 1 value divided by \",\", and the header in line 1 has 2",
    );
    refused(b"a,b\n1,2\n3,4,\xC3\xB6,6\n", "3:5: the line has 4 values");
    refused(b"a,b\n\"x\ny\",2\n3\n", "4:1: the line has 1 value");
    let no_header = CsvPlan {
        header: Header::Absent,
        ..plan()
    };
    assert!(refusal(b"1,2\n3,4\n5\n", &no_header).contains("the first line in line 1 has 2"));
}

#[test]
fn line_ends_of_every_kind() {
    for bytes in [
        &b"A,B\nx,1\ny,2\n"[..],
        b"A,B\r\nx,1\r\ny,2",
        b"A,B\rx,1\ry,2\r",
        b"A,B\n\r\nx,1\n\n\ny,2\n  \n",
    ] {
        check(bytes, "A | B\nx | 1\ny | 2\n");
    }
    refused(b"A,B\rx,1\rz\r", "3:1: ");
    refused(b"A,B\r\nx,1\r\nz\r\n", "3:1: ");
}

#[test]
fn empty_lines_of_one_column_are_told() {
    check(b"A\nx\n\ny\n\n", "A\nx\ny\n");
    doubted(b"A\nx\n\ny\n\n", "3:1: 2 empty lines are left out");
}

#[test]
fn nothing_and_next_to_nothing() {
    refused(b"", "1:1: the file is empty");
    refused(b"\n\r\n", "1:1: the file is empty");
    refused(b"\xEF\xBB\xBF", "1:1: the file is empty");
    let skipping = CsvPlan {
        skip_lines: 5,
        ..plan()
    };
    assert!(refusal(b"a,b\n1,2\n", &skipping).contains("empty below the 5 lines left out"));
    doubted(b"A,B\n", "1:1: the table has no rows");
    doubted(b"A,B", "1:1: the table has no rows");
}

#[test]
fn configured_texts_are_null_and_empty_cells_are_empty_texts() {
    let nulls = CsvPlan {
        nulls: vec!["NA".into(), String::new()],
        ..plan()
    };
    assert_eq!(
        golden(b"A,B\nNA,1\n,NA\n", &nulls),
        "A | B\n<null> | 1\n<null> | <null>\n"
    );
    check(b"A,B\n,1\n\"\",2\n", "A | B\n | 1\n | 2\n");
}

#[test]
fn other_delimiters_and_quotes() {
    let declared = CsvPlan {
        delimiter: Delimiter::Declared(b'~'),
        quote: Some(b'\''),
        ..plan()
    };
    assert_eq!(golden(b"A~B\n'x~y'~\"z\n", &declared), "A | B\nx~y | \"z\n");
    let no_quotes = CsvPlan {
        quote: None,
        ..plan()
    };
    assert_eq!(golden(b"A,B\n\"x,y\"\n", &no_quotes), "A | B\n\"x | y\"\n");
    let one_column = CsvPlan {
        delimiter: Delimiter::None,
        ..plan()
    };
    assert_eq!(golden(b"A;B\nx,y\n", &one_column), "A;B\nx,y\n");
}

#[test]
fn a_delimiter_is_found() {
    for (bytes, expected) in [
        (
            &b"name;town;units\nLamp;Ghent;12\n"[..],
            "name | town | units\nLamp | Ghent | 12\n",
        ),
        (b"a\tb\n1\t2\n", "a | b\n1 | 2\n"),
        (b"a|b\n1|2\n", "a | b\n1 | 2\n"),
        (b"a,b\n1,2\n", "a | b\n1 | 2\n"),
        (b"a;b\n1,5;2,5\n", "a | b\n1,5 | 2,5\n"),
        (b"a, x;b, y\n1,5;2,5\n", "a, x | b, y\n1,5 | 2,5\n"),
        (b"\"a;x\",b\n\"1;2\",3\n", "a;x | b\n1;2 | 3\n"),
        (b"\"a,x\";\"b\"\n\"1,2\";\"3\"\n", "a,x | b\n1,2 | 3\n"),
        (b"a,b\n1;x,2\n3,4\n", "a | b\n1;x | 2\n3 | 4\n"),
        (b"sep=;\na;b\n1,5;2\n", "a | b\n1,5 | 2\n"),
        (b"\"sep=,\"\r\na,b\r\n1;5,2\r\n", "a | b\n1;5 | 2\n"),
        (b"name;town\n", "name | town\n"),
        (b"a,b,c;d\n", "a | b | c;d\n"),
    ] {
        check(bytes, expected);
    }
}

#[test]
fn one_column_stays_one() {
    for (bytes, expected) in [
        (&b"note\nhello, world\nbye\n"[..], "note\nhello, world\nbye\n"),
        (
            b"note\nhello, world\nbye, moon\n",
            "note\nhello, world\nbye, moon\n",
        ),
        (b"price\n1,5\n2,75\n3,25\n", "price\n1,5\n2,75\n3,25\n"),
        (b"id\n1\n2\n", "id\n1\n2\n"),
        (b"note\n\"a;b\"\n\"c;d\"\n", "note\na;b\nc;d\n"),
    ] {
        check(bytes, expected);
    }
    doubted(
        b"price\n1,5\n2,75\n3,25\n",
        "1:1: the file is read as one column: most lines have \",\"",
    );
}

#[test]
fn a_broken_line_does_not_hide_the_delimiter() {
    refused(
        b"a;b\n1;2\n3\n4;5\n",
        "3:1: the line has 1 value divided by \";\"",
    );
    refused(b"a,b\n1,2\n3,4,5\n6,7\n", "3:5: the line has 3 values");
}

#[test]
fn lines_above_the_header() {
    refused(
        b"Sales of 2024\na;b;c\n1;2;3\n",
        "1:1: from line 2 on, each line has 3 values divided by \";\", and this line has 1",
    );
    refused(
        b"# made by x\n# at noon\na,b,c\n1,2,3\n4,5,6\n",
        "1:1: from line 3 on",
    );
    let skipping = CsvPlan {
        skip_lines: 2,
        ..plan()
    };
    assert_eq!(
        golden(b"Sales, \"of\nall\na;b\n1;2\n", &skipping),
        "a | b\n1 | 2\n"
    );
    assert!(
        refusal(b"x\r\ny\r\na;b\r\n1;2;3\r\n", &skipping).starts_with("4:5: "),
        "lines count from the file's start"
    );
}

#[test]
fn encodings() {
    let utf16 = |text: &str, mark: bool, big: bool| -> Vec<u8> {
        let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    let text = "A;B\nä€;😀\n";
    let expected = "A | B\nä€ | 😀\n";
    check(text.as_bytes(), expected);
    check(&[b"\xEF\xBB\xBF", text.as_bytes()].concat(), expected);
    check(&utf16(text, true, false), expected);
    check(&utf16(text, true, true), expected);
    refused(
        &utf16(text, false, false),
        "1:1: every other byte of the file is zero, as in UTF-16",
    );
    for (encoding, bytes, expected) in [
        (Encoding::Utf16Le, utf16(text, false, false), expected),
        (Encoding::Utf16Be, utf16(text, true, true), expected),
        (Encoding::Latin1, b"A\nb\xE4\n".to_vec(), "A\nbä\n"),
        (Encoding::Windows1252, b"A\nb\xE4\x80\n".to_vec(), "A\nbä€\n"),
        (Encoding::Utf8, text.as_bytes().to_vec(), expected),
    ] {
        let declared = CsvPlan {
            encoding: Some(encoding),
            ..plan()
        };
        assert_eq!(golden(&bytes, &declared), expected, "{encoding:?}");
    }
}

#[test]
fn bytes_that_are_not_of_the_encoding() {
    refused(
        b"A;B\nx;\xC3\xA4\nc\xC3\xA4;\xE4\n",
        "3:4: the bytes here are not UTF-8",
    );
    refused(b"A\n\xE4", "2:1: the bytes here are not UTF-8");
    let latin1 = CsvPlan {
        encoding: Some(Encoding::Latin1),
        ..plan()
    };
    assert!(refusal(b"A\nx\x80\n", &latin1).starts_with("2:2: the bytes here are no character of latin1"));
    let windows = CsvPlan {
        encoding: Some(Encoding::Windows1252),
        ..plan()
    };
    assert!(refusal(b"A\n\xE4\x81\n", &windows).starts_with("2:2: the bytes here"));
    assert!(
        refusal(b"\xEF\xBB\xBFA\nx\n", &latin1)
            .contains("begins with the mark of utf-8, and latin1 is declared")
    );
    refused(
        &[0xFF, 0xFE, b'A', 0, 0x00, 0xD8],
        "1:2: the bytes here are no character of utf-16le",
    );
}

#[test]
fn files_that_are_no_text() {
    refused(b"PK\x03\x04....", "it is a ZIP archive");
    refused(b"\x1F\x8B\x08", "compressed with gzip");
    refused(b"PAR1....", "it is a Parquet file");
    doubted(b"A,B\nx,1\ny,\x002\n", "3:3: the text has NUL characters");
}

#[test]
fn each_limit_has_a_place() {
    let limits = Limits {
        value_bytes: 4,
        rows: 2,
        columns: 3,
        ..Limits::default()
    };
    for (bytes, expected) in [
        (
            &b"a,b\n1,12345\n"[..],
            "2:3: the value that begins here has more than 4 bytes",
        ),
        (
            b"a,b\n1,\"12345\n",
            "2:3: the value that begins here has more than 4 bytes",
        ),
        (b"a,b\n1,2\n3,4\n5,6\n", "4:1: the table has more than 2 rows"),
        (b"a,b\n1,2,3,4\n", "2:1: the line has more than 3 values"),
    ] {
        let complaint = table(bytes, &plan(), &limits).unwrap_err();
        assert_eq!(
            format!("{}: {}", complaint.place.unwrap(), complaint.message),
            expected
        );
    }
}

#[test]
fn records_go_over_chunks() {
    let row = |row: usize| {
        format!(
            "{row},\"a \"\"quoted\"\"\nvalue {row} ä\",{}\r\n",
            "x".repeat(row % 97)
        )
    };
    let text = format!("a,b,c\r\n{}", (0..30_000).map(row).collect::<String>());
    let table = table(text.as_bytes(), &plan(), &Limits::default()).unwrap();
    assert_eq!(table.rows.len(), 30_000);
    for at in [0, 1, 9_999, 29_999] {
        let expected = [
            at.to_string(),
            format!("a \"quoted\"\nvalue {at} ä"),
            "x".repeat(at % 97),
        ];
        assert_eq!(table.rows[at], expected);
    }
}

#[test]
fn a_header_of_numbers_may_be_a_row() {
    doubted(b"1,2\n3,4\n", "1:1: the first line holds numbers");
    assert_eq!(
        golden(
            b"1,2\n3,4\n",
            &CsvPlan {
                header: Header::Absent,
                ..plan()
            }
        ),
        "\n1 | 2\n3 | 4\n"
    );
}

#[test]
fn values_are_found_again() {
    let on_disk = file("a;b\nx;1\n\nä ö;\"2\n3\"\n  ;4\n".as_bytes());
    let limits = Limits::default();
    let csv = open(on_disk.path(), &plan(), &limits, &mut Vec::new()).unwrap();
    let places = places(
        on_disk.path(),
        &csv,
        [(1, 1), (2, 0), (2, 1), (0, 0), (9, 0)],
        &limits,
    );
    let shown: Vec<_> = places
        .iter()
        .map(|(at, place)| format!("{at:?} {place}"))
        .collect();
    assert_eq!(shown, ["(0, 0) 2:1", "(1, 1) 4:5", "(2, 0) 6:1", "(2, 1) 6:4"]);
}
