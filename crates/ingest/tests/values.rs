//! Values that readers like to change: they come through ingest and engine as they were stored.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as its test does")]

mod common;

use std::path::Path;
use std::sync::Arc;

use common::Folder;
use fanlight_engine::{Cancel, ListDef, Session, Settings, SortSpec};
use fanlight_ingest::{check_app, load_app};

/// A folder with one table for each file, `name.ext` for the table `name`.
fn folder(files: &[(&str, &[u8])]) -> Folder {
    let mut manifest = String::from("name = \"values\"\n");
    for (file, _) in files {
        let name = file.split('.').next().unwrap();
        manifest += &format!("\n[[tables]]\nname = \"{name}\"\nsource = \"{file}\"\n");
    }
    let folder = Folder::new().with("app.toml", &manifest);
    files
        .iter()
        .fold(folder, |folder, (file, bytes)| folder.with_bytes(file, bytes))
}

fn session(files: &[(&str, &[u8])]) -> Session {
    let folder = folder(files);
    let app = load_app(folder.path(), &()).unwrap_or_else(|error| panic!("{error}"));
    Session::new(Arc::clone(&app.model), Settings::default())
}

fn stored(file: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data")
            .join(file),
    )
    .unwrap()
}

fn of_file(file: &str) -> Session {
    session(&[("t.parquet", &stored(file))])
}

fn public(file: &str) -> Vec<u8> {
    stored(&format!("parquet-testing/{file}.parquet"))
}

fn check(session: &Session, cases: &[(&str, &str)]) {
    let snapshot = session.snapshot();
    for (expression, expected) in cases {
        assert_eq!(snapshot.evaluate_text("$", expression), *expected, "{expression}");
    }
}

/// The values of a field, sorted by number, as a list shows them; only those that a search finds.
fn list(session: &Session, field: &str, search: &str) -> String {
    let def = ListDef {
        field: field.to_owned(),
        search: Some(search.to_owned()),
        sort: SortSpec {
            by_numeric: 1,
            ..SortSpec::default()
        },
        ..ListDef::default()
    };
    let list = session.snapshot().list(&def, &Cancel::new()).unwrap();
    let texts = list.rows.iter().map(|row| list.text(row.elem).into_owned());
    texts.collect::<Vec<_>>().join(" ")
}

/// The rows of a field of the only table.
fn rows(session: &Session, field: &str) -> Vec<String> {
    let table = &session.model().tables()[0];
    let id = session.model().field_id(field).unwrap();
    let column = table
        .columns()
        .iter()
        .find(|column| column.field() == id)
        .unwrap();
    let symbols = session.model().field(id).symbols();
    let text = |row| {
        column
            .codes()
            .get(row)
            .map_or("-".into(), |code| symbols.text(code).into_owned())
    };
    (0..table.n_rows()).map(text).collect()
}

const BIG_IDS: &[u8] = b"id,score\n700000000000000128,1\n700000000000000130,2\n700000000000000132,4\n";

#[test]
fn ids_beyond_what_a_number_holds_stay_apart_in_text_files() {
    let session = session(&[("ids.csv", BIG_IDS)]);
    check(
        &session,
        &[
            ("Count(DISTINCT id)", "3"),
            ("Count(DISTINCT If(score > 0, id))", "3"),
            ("Sum({<id={700000000000000130}>} score)", "2"),
            ("Sum({<id={'700000000000000130'}>} score)", "2"),
            ("Sum({<id={\"700000000000000132\"}>} score)", "4"),
            ("Sum({<id={\"*128\"}>} score)", "1"),
            ("Sum({<id={700000000000000129}>} score)", "0"),
            ("Sum({<id={\"700000000000000129\"}>} score)", "0"),
            ("Sum({<id=P({<score={2}>} id)>} score)", "2"),
            ("Only({<score={2}>} id)", "700000000000000130"),
            (
                "Concat(id,' ')",
                "700000000000000128 700000000000000130 700000000000000132",
            ),
            ("Round(Sum(id) / 1e15)", "2100"),
            ("Round(Max(id) / 1e15) & ' ' & Round(Avg(id) / 1e15)", "700 700"),
            ("Count(id) & NumericCount(id) & TextCount(id)", "330"),
            ("Sum(If(id = '700000000000000130', score))", "2"),
            (
                "Sum(If(Match(id, '700000000000000130', '700000000000000132'), score))",
                "6",
            ),
        ],
    );
    assert_eq!(
        list(&session, "id", ""),
        "700000000000000128 700000000000000130 700000000000000132"
    );
    assert_eq!(list(&session, "id", "700000000000000132"), "700000000000000132");
}

#[test]
fn numbers_of_other_notations_stay_apart_too() {
    let text = "x;n\n-9007199254740993;1\n-9007199254740992;2\n0,1000000000000000055511;4\n0,1;8\n\
                9.007.199.254.740.993,00;16\n9999999999999999;32\n10000000000000000;64\n1;128\n1,0;256\n";
    let manifest = "name = \"x\"\n\n[locale]\ndecimal_sep = \",\"\nthousand_sep = \".\"\n\n[[tables]]\nname = \"t\"\n\
                    source = \"t.csv\"\ncsv = { delimiter = \";\" }\n";
    let folder = Folder::new().with("app.toml", manifest).with("t.csv", text);
    let app = load_app(folder.path(), &()).unwrap_or_else(|error| panic!("{error}"));
    let session = Session::new(app.model, Settings::default());
    check(
        &session,
        &[
            ("Count(DISTINCT x)", "8"),
            ("Sum({<x={1}>} n)", "384"),
            ("NumericCount(x)", "9"),
        ],
    );
    assert_eq!(
        list(&session, "x", ""),
        "-9007199254740993 -9007199254740992 0,1 0,1000000000000000055511 1 9.007.199.254.740.993,00 \
         9999999999999999 10000000000000000"
    );
}

#[test]
fn amounts_beyond_what_a_number_holds_count() {
    let session = of_file("bigint_amount.parquet");
    // Fourteen digits are shown of the sum, which is 19007199254740999 to a number's accuracy.
    check(
        &session,
        &[
            ("Sum(bytes) - 19007199254740999", "0"),
            ("Max(bytes)", "1e+16"),
            ("Avg(bytes) * 3 - 19007199254740999", "0"),
            ("Min(bytes) & Count(DISTINCT bytes)", "73"),
        ],
    );
}

#[test]
fn one_id_links_a_text_file_and_parquet() {
    let csv = b"id,score\n9007199254740993,1\n9007199254740992,2\n9007199254740995,4\n";
    let session = session(&[("a.csv", csv), ("b.parquet", &stored("big_ids.parquet"))]);
    check(
        &session,
        &[
            ("Sum({<name={'ninety-three'}>} score)", "1"),
            ("Sum({<name={'ninety-five'}>} score)", "4"),
            ("Only({<score={1}>} name)", "ninety-three"),
            ("Count({<score={2}>} name)", "0"),
        ],
    );
}

#[test]
fn integers_and_decimals_of_every_width_keep_their_digits() {
    let session = of_file("extremes.parquet");
    for (field, expected) in [
        (
            "i",
            "9007199254740993 9007199254740992 -9007199254740993 -9007199254740992",
        ),
        (
            "u",
            "18446744073709551615 18446744073709551614 9223372036854775808 0",
        ),
        (
            "d",
            "12345678901234567890.123456789 12345678901234567890.1234567891 -1e-10 9007199254740993",
        ),
        ("z", "- - - -"),
        ("day", "2021-12-31 1899-12-30 0001-01-01 9999-12-31"),
    ] {
        assert_eq!(rows(&session, field).join(" "), expected, "{field}");
    }
    let (ones, nines) = ("1".repeat(69), "9".repeat(76));
    assert_eq!(
        rows(&session, "w"),
        [
            format!("{ones}1"),
            format!("{ones}2"),
            format!("-{nines}"),
            "0".to_owned()
        ]
    );
    check(
        &session,
        &[
            (
                "Count(DISTINCT i) & Count(DISTINCT u) & Count(DISTINCT d) & Count(DISTINCT w)",
                "4444",
            ),
            ("Sum(u) / Pow(2,63)", "5"),
            ("Sum(d) / 24691357802469135780", "1.0003647915731"),
            (
                "NumericCount(i) & NumericCount(u) & NumericCount(d) & NumericCount(w)",
                "4444",
            ),
        ],
    );
}

#[test]
fn the_end_of_a_day_is_in_it() {
    let session = of_file("end_of_day.parquet");
    check(
        &session,
        &[
            ("Concat(Year(ends),' ')", "2021 2021 2021"),
            ("Concat(Day(ends),' ',id)", "31 31 30"),
            ("Concat(Month(ends),' ',id)", "Dec Dec Jun"),
            (
                "Concat(Hour(ends) & ':' & Minute(ends) & ':' & Second(ends),' ',id)",
                "23:59:59 23:59:59 23:59:59",
            ),
            (
                "Concat(Date(Floor(ends)),' ',id)",
                "12/31/2021 12/31/2021 6/30/2021",
            ),
            ("Concat(Date(ends),' ',id)", "12/31/2021 12/31/2021 6/30/2021"),
            (
                "Concat(Time(Frac(ends),'hh:mm:ss'),' ',id)",
                "23:59:59 23:59:59 23:59:59",
            ),
            ("Concat(MonthName(ends),' ',id)", "Dec 2021 Dec 2021 Jun 2021"),
            ("Count(DISTINCT ends)", "3"),
            ("Only({<id={1}>} ends)", "2021-12-31 23:59:59.999"),
            (
                "Timestamp(Only({<id={1}>} ends),'hh:mm:ss.ffffff')",
                "23:59:59.999999",
            ),
            ("Sum({<ends={\"<=12/31/2021\"}>} 1)", "1"),
        ],
    );
    let csv = b"id,ends\n1,2021-12-31 23:59:59.999999\n2,2021-12-31 23:59:59.999\n3,2021-06-30 23:59:59.999999999\n";
    let session = self::session(&[("t.csv", csv)]);
    check(
        &session,
        &[
            (
                "Concat(Year(ends) & '-' & Day(ends),' ',id)",
                "2021-31 2021-31 2021-30",
            ),
            ("Concat(Date(ends),' ',id)", "12/31/2021 12/31/2021 6/30/2021"),
            ("Count(DISTINCT ends)", "3"),
        ],
    );
}

#[test]
fn nanoseconds_are_in_texts_and_cut_off_from_numbers() {
    let session = of_file("extremes.parquet");
    assert_eq!(
        rows(&session, "n"),
        [
            "2021-12-31 23:59:59.999999999",
            "2021-12-31 23:59:59.999",
            "1969-12-31 23:59:59.999999999",
            "1969-12-31 23:59:59"
        ]
    );
    assert_eq!(
        rows(&session, "t"),
        [
            "23:59:59.999999999",
            "23:59:59.999",
            "00:00:00",
            "00:00:00.000000001"
        ]
    );
    assert_eq!(
        rows(&session, "s"),
        ["23:59:59.999", "00:00:00", "00:00:00.001", "12:00:00"]
    );
    check(
        &session,
        &[
            ("Concat(DISTINCT Year(n),' ')", "1969 2021"),
            ("Max(Hour(t)) & Max(Second(t))", "2359"),
            ("Max(Floor(t))", "0"),
        ],
    );
}

#[test]
fn bytes_have_one_form_in_a_column() {
    let session = of_file("extremes.parquet");
    assert_eq!(rows(&session, "b"), ["616263", "ff00", "36313632", ""]);
}

const QUANTITIES: &[u8] = b"Id,Qty,Amount,Day\n1,1,10,1/1/2021\n2,2,20,2/1/2021\n3,5,40,3/1/2021\n4,8,80,4/1/2021\n5,9,160,5/1/2021\n";

#[test]
fn bounds_that_exclude_each_other_are_either_or() {
    let session = session(&[("numeric_or.csv", QUANTITIES)]);
    let sum = |search: &str| format!("Sum({{<{search}>}} Amount)");
    for (search, expected) in [
        ("Qty={\"<3>7\"}", "270"),
        ("Qty={\">7<3\"}", "270"),
        ("Qty={\"<=2>=8\"}", "270"),
        ("Qty={\"<2>8\"}", "170"),
        ("Qty={\"< 3 > 7\"}", "270"),
        ("Qty={\">=2<=8\"}", "140"),
        ("Qty={\"<=8>=2\"}", "140"),
        ("Qty={\">=5<=5\"}", "40"),
        ("Qty={\">5<5\"}", "270"),
        ("Qty={\"<5>=5\"}", "310"),
        ("Qty={\">1<3>7<9\"}", "100"),
        ("Qty={\"<2>2<8>8\"}", "210"),
        ("Qty={\">3>7\"}", "240"),
        ("Qty={\"<-3>8.5\"}", "160"),
        ("Day={\"<2/1/2021>4/1/2021\"}", "170"),
        ("Day={\"<=2021-02-01>=2021-04-01\"}", "270"),
        ("Day={\">=2/1/2021<=4/1/2021\"}", "140"),
        ("Qty={\"<3\",\">8\"}", "190"),
        ("Qty-={\"<3>7\"}", "40"),
    ] {
        check(&session, &[(&sum(search), expected)]);
    }
    assert_eq!(list(&session, "Qty", "<3>7"), "1 2 8 9");
    assert_eq!(list(&session, "Qty", "<=2>=8"), "1 2 8 9");
    assert_eq!(list(&session, "Qty", ">=2<=8"), "2 5 8");
    assert_eq!(list(&session, "Day", "<2/1/2021>4/1/2021"), "1/1/2021 5/1/2021");
    let field = session.model().field_id("Qty").unwrap();
    assert_eq!(session.match_programmatic("$", field, "<3>7").len(), 4);
}

#[test]
fn bounds_are_read_in_the_fields_own_format() {
    let manifest = "name = \"x\"\n\n[[tables]]\nname = \"t\"\nsource = \"t.csv\"\n\n[tables.columns]\n\
                    day = { format = \"DD.MM.YYYY\" }\n";
    let text = "day,n\n03.02.2021,1\n04.02.2021,2\n01.03.2021,4\n";
    let folder = Folder::new().with("app.toml", manifest).with("t.csv", text);
    let app = load_app(folder.path(), &()).unwrap_or_else(|error| panic!("{error}"));
    let session = Session::new(app.model, Settings::default());
    check(
        &session,
        &[("Sum({<day={\"<=03.02.2021>=01.03.2021\"}>} n)", "5")],
    );
}

#[test]
fn every_codec_is_read() {
    let session = of_file("lz4.parquet");
    check(&session, &[("Count(id)", "2"), ("Concat(id,' ')", "1 2")]);
    // Brotli is what extremes.parquet is compressed with, LZ4_RAW what big_ids.parquet is.
    for file in [
        "hadoop_lz4_compressed",
        "non_hadoop_lz4_compressed",
        "lz4_raw_compressed",
    ] {
        let session = self::session(&[("t.parquet", &public(file))]);
        assert_eq!(
            rows(&session, "c0"),
            ["1593604800", "1593604800", "1593604801", "1593604801"],
            "{file}"
        );
        assert_eq!(rows(&session, "c1"), ["abc", "def", "abc", "def"], "{file}");
        assert_eq!(rows(&session, "v11"), ["42", "7.7", "42.125", "7.7"], "{file}");
    }
    let session = self::session(&[("t.parquet", &public("concatenated_gzip_members"))]);
    check(
        &session,
        &[
            ("Sum(long_col)", "131841"),
            ("Count(long_col) & '-' & Max(long_col)", "513-513"),
        ],
    );
}

#[test]
fn files_of_other_writers_are_read() {
    for (file, cases) in [
        (
            "dict-page-offset-zero",
            [(
                "Count(l_partkey) & ' ' & Min(l_partkey) & ' ' & Max(l_partkey)",
                "39 1552 1552",
            )],
        ),
        (
            "nation.dict-malformed",
            [(
                "Count(name) & ' ' & MinString(name) & ' ' & Sum(nation_key)",
                "25 ALGERIA 300",
            )],
        ),
        (
            "unknown-logical-type",
            [(
                "Concat([column with unknown type],'|')",
                "unknown string 1|unknown string 2|unknown string 3",
            )],
        ),
        (
            "page_v2_empty_compressed",
            [("Count(integer_column) & NullCount(integer_column)", "010")],
        ),
        (
            "datapage_v2_empty_datapage.snappy",
            [("Count(value) & NullCount(value)", "01")],
        ),
        ("rle-dict-snappy-checksum", [("Count(long_field)", "1000")]),
        ("fixed_length_decimal_legacy", [("Sum(value)", "300")]),
        ("byte_array_decimal", [("Sum(value)", "300")]),
        ("float16_nonzeros_and_nans", [("Sum(x) & ' ' & Count(x)", "0 6")]),
        (
            "int96_from_spark",
            [(
                "Timestamp(Min(a),'YYYY-MM-DD hh:mm') & ' ' & Count(a)",
                "2024-01-01 01:00 5",
            )],
        ),
    ] {
        check(&session(&[("t.parquet", &public(file))]), &cases);
    }
}

#[test]
fn flat_columns_of_a_nested_file_are_read_and_nested_ones_refused_by_name() {
    let problems = check_app(folder(&[("t.parquet", &public("nullable.impala"))]).path()).problems;
    let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let list = texts
        .iter()
        .find(|text| text.contains("int_array.list.element"))
        .unwrap();
    assert!(
        list.contains("several values") && list.contains("other_columns"),
        "{list}"
    );
    let manifest = "name = \"x\"\n\n[[tables]]\nname = \"t\"\nsource = \"t.parquet\"\nother_columns = \"skip\"\n\n\
                    [tables.columns]\nid = \"id\"\n\"nested_struct.A\" = \"A\"\n";
    let folder = Folder::new()
        .with("app.toml", manifest)
        .with_bytes("t.parquet", &public("nullable.impala"));
    let app = load_app(folder.path(), &()).unwrap_or_else(|error| panic!("{error}"));
    let session = Session::new(app.model, Settings::default());
    assert_eq!(rows(&session, "id").join(" "), "1 2 3 4 5 6 7");
    assert_eq!(rows(&session, "A").join(" "), "1 - - - - - 7");
}

/// The one message about a file.
fn refusal(bytes: &[u8]) -> String {
    let problems = check_app(folder(&[("t.parquet", bytes)]).path()).problems;
    assert!(!problems.is_empty(), "the file is refused");
    for problem in &problems {
        let text = problem.to_string();
        for inside in [
            "Parquet error",
            "External",
            "EOF",
            "NYI",
            "Thrift",
            "thrift",
            "CRC",
            "panicked",
        ] {
            assert!(!text.contains(inside), "{text}");
        }
    }
    problems[0].to_string()
}

#[test]
fn a_damaged_file_is_refused_in_words_of_our_own() {
    let checksum = refusal(&public("rle-dict-uncompressed-corrupt-checksum"));
    assert!(
        checksum.contains("do not fit their checksum") && checksum.contains("write the file anew"),
        "{checksum}"
    );
    let whole = stored("extremes.parquet");
    let cut = refusal(&whole[..whole.len() - 100]);
    assert!(
        cut.contains("cut off") && cut.contains("copy the file again"),
        "{cut}"
    );
    assert!(refusal(b"id,name\n1,Lamp\n2,Vase\n").contains("not Parquet"));
    assert!(refusal(b"").contains("not Parquet"));
    assert!(refusal(b"PAR1").contains("not Parquet"));
    assert!(refusal(b"PAR1\0\0\0\0PARE").contains("encrypted"));
    assert!(refusal(b"PAR1\xff\xff\xff\xffPAR1").contains("cut off"));
    assert!(refusal(b"PAR1\x15\x04\x15\x04\x04\0\0\0PAR1").contains("footer"));
}

#[test]
fn no_change_of_a_byte_ends_the_reader() {
    for file in [
        "parquet-testing/nation.dict-malformed.parquet",
        "extremes.parquet",
        "parquet-testing/hadoop_lz4_compressed.parquet",
    ] {
        let whole = stored(file);
        for at in (0..whole.len()).step_by(37) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            let folder = folder(&[("t.parquet", &bytes)]);
            // Some changes go unnoticed, for not all files have checksums; none may do more than be refused.
            for problem in check_app(folder.path()).problems {
                assert!(!problem.message.contains("error"), "{file} {at}: {problem}");
                assert!(!problem.fix.is_empty(), "{file} {at}: {problem}");
            }
        }
    }
}
