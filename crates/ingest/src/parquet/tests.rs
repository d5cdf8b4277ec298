use std::sync::Arc;

use ::parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, FloatType,
    Int32Type, Int64Type, Int96, Int96Type,
};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use fanlight_engine::Locale;
use tempfile::NamedTempFile;

use super::*;
use crate::manifest::ColumnPlan;

/// A file of one column, one row group for each part; `None` is NULL.
fn file<T: DataType>(field: &str, parts: &[&[Option<T::T>]], dictionary: bool) -> NamedTempFile {
    let schema = Arc::new(parse_message_type(&format!("message m {{ {field}; }}")).unwrap());
    let properties = Arc::new(
        WriterProperties::builder()
            .set_dictionary_enabled(dictionary)
            .build(),
    );
    let file = NamedTempFile::new().unwrap();
    let mut writer = SerializedFileWriter::new(file.reopen().unwrap(), schema, properties).unwrap();
    for part in parts {
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let levels: Vec<i16> = part.iter().map(|value| i16::from(value.is_some())).collect();
        let values: Vec<T::T> = part.iter().flatten().cloned().collect();
        let levels = field.starts_with("optional").then_some(levels.as_slice());
        column.typed::<T>().write_batch(&values, levels, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
    file
}

fn read(file: &NamedTempFile, plan: &ColumnPlan) -> Result<CodedColumn, Complaint> {
    let locale = Locale::default();
    let sink = match columns(file.path(), &Limits::default(), &mut Vec::new())?[0].holds_texts {
        true => Sink::texts(plan, &locale),
        false => Sink::typed(plan, &locale),
    };
    read_column(file.path(), 0, sink, &Limits::default()).map(|(column, _)| column)
}

/// Text and number of each row; NULL is `-` and no number.
fn rows(column: &CodedColumn) -> Vec<(String, Option<f64>)> {
    (0..column.codes.len())
        .map(|row| match column.codes.get(row) {
            None => ("-".to_owned(), None),
            Some(code) => (column.symbols.text(code).into_owned(), column.symbols.num(code)),
        })
        .collect()
}

fn round_trip<T: DataType>(field: &str, values: &[T::T]) -> Vec<(String, Option<f64>)> {
    let values: Vec<_> = values.iter().cloned().map(Some).collect();
    rows(
        &read(
            &file::<T>(&format!("required {field}"), &[&values], true),
            &ColumnPlan::named("x"),
        )
        .unwrap(),
    )
}

fn dual(text: &str, num: f64) -> (String, Option<f64>) {
    (text.to_owned(), Some(num))
}

fn text(text: &str) -> (String, Option<f64>) {
    (text.to_owned(), None)
}

fn bytes(values: &[&[u8]]) -> Vec<ByteArray> {
    values
        .iter()
        .map(|value| ByteArray::from(value.to_vec()))
        .collect()
}

fn fixed(values: &[&[u8]]) -> Vec<FixedLenByteArray> {
    bytes(values).into_iter().map(FixedLenByteArray::from).collect()
}

#[test]
fn booleans_are_minus_one_and_zero() {
    assert_eq!(
        round_trip::<BoolType>("boolean x", &[true, false]),
        [dual("true", -1.0), dual("false", 0.0)]
    );
}

#[test]
fn integers() {
    assert_eq!(
        round_trip::<Int32Type>("int32 x", &[7, -7]),
        [dual("7", 7.0), dual("-7", -7.0)]
    );
    assert_eq!(
        round_trip::<Int64Type>("int64 x", &[i64::from(i32::MAX) + 1]),
        [dual("2147483648", 2_147_483_648.0)]
    );
    assert_eq!(
        round_trip::<Int32Type>("int32 x (INTEGER(8,true))", &[-3]),
        [dual("-3", -3.0)]
    );
}

#[test]
fn integers_without_a_sign() {
    let largest = [dual("4294967295", 4_294_967_295.0)];
    assert_eq!(
        round_trip::<Int32Type>("int32 x (INTEGER(32,false))", &[-1]),
        largest
    );
    assert_eq!(round_trip::<Int32Type>("int32 x (UINT_32)", &[-1]), largest);
    assert_eq!(
        round_trip::<Int64Type>("int64 x (UINT_64)", &[-1]),
        [dual("18446744073709551615", 18_446_744_073_709_551_615.0)]
    );
}

#[test]
fn large_integers_never_become_one_value() {
    let ids = [9_007_199_254_740_993, 9_007_199_254_740_992, 100_000_000_000_001];
    let expected = [
        dual("9007199254740993", 9_007_199_254_740_992.0),
        dual("9007199254740992", 9_007_199_254_740_992.0),
        dual("100000000000001", 100_000_000_000_001.0),
    ];
    assert_eq!(round_trip::<Int64Type>("int64 x", &ids), expected);
}

#[test]
fn floating_point_numbers() {
    let expected = [dual("0.1", 0.1), ("-".to_owned(), None), dual("-2.5", -2.5)];
    assert_eq!(
        round_trip::<FloatType>("float x", &[0.1, f32::NAN, -2.5]),
        expected
    );
    assert_eq!(
        round_trip::<DoubleType>("double x", &[0.1, f64::NAN, -2.5]),
        expected
    );
}

#[test]
fn half_precision_numbers() {
    let values = fixed(&[&[0x00, 0x3C], &[0x00, 0xC0], &[0x01, 0x00], &[0x00, 0x7E]]);
    let column = round_trip::<FixedLenByteArrayType>("fixed_len_byte_array(2) x (FLOAT16)", &values);
    assert_eq!(column[0], dual("1", 1.0));
    assert_eq!(column[1], dual("-2", -2.0));
    assert_eq!(column[2].1, Some(2_f64.powi(-24)));
    assert_eq!(column[3].1, None);
}

#[test]
fn decimals_of_every_physical_type() {
    let expected = [dual("12.34", 12.34), dual("-0.05", -0.05)];
    assert_eq!(
        round_trip::<Int32Type>("int32 x (DECIMAL(9,2))", &[1234, -5]),
        expected
    );
    assert_eq!(
        round_trip::<Int64Type>("int64 x (DECIMAL(18,2))", &[1234, -5]),
        expected
    );
    let values: &[&[u8]] = &[&[0x04, 0xD2], &[0xFB]];
    assert_eq!(
        round_trip::<ByteArrayType>("binary x (DECIMAL(9,2))", &bytes(values)),
        expected
    );
    let values: &[&[u8]] = &[&[0, 0, 0x04, 0xD2], &[0xFF, 0xFF, 0xFF, 0xFB]];
    assert_eq!(
        round_trip::<FixedLenByteArrayType>("fixed_len_byte_array(4) x (DECIMAL(9,2))", &fixed(values)),
        expected
    );
}

#[test]
fn long_decimals_keep_their_digits() {
    let column = round_trip::<Int64Type>("int64 x (DECIMAL(18,3))", &[123_456_789_012_345_678]);
    let text = "123456789012345.678";
    assert_eq!(column, [dual(text, text.parse().unwrap())]);
}

#[test]
fn dates_read_as_iso() {
    let expected = [dual("2013-01-01", 41_275.0), dual("1899-12-30", 0.0)];
    assert_eq!(
        round_trip::<Int32Type>("int32 x (DATE)", &[15_706, -25_569]),
        expected
    );
}

#[test]
fn times_are_fractions_of_a_day() {
    let nine = [dual("09:00:00", 0.375)];
    assert_eq!(
        round_trip::<Int32Type>("int32 x (TIME(MILLIS,true))", &[32_400_000]),
        nine
    );
    assert_eq!(
        round_trip::<Int64Type>("int64 x (TIME(MICROS,true))", &[32_400_000_000]),
        nine
    );
    assert_eq!(
        round_trip::<Int64Type>("int64 x (TIME(NANOS,true))", &[32_400_000_000_000]),
        nine
    );
    assert_eq!(
        round_trip::<Int32Type>("int32 x (TIME_MILLIS)", &[32_400_000]),
        nine
    );
}

#[test]
fn timestamps_of_every_unit() {
    let expected = [dual("2013-01-01 06:00:00", 41_275.25)];
    let millis = 15_706 * 86_400_000_i64 + 21_600_000;
    assert_eq!(
        round_trip::<Int64Type>("int64 x (TIMESTAMP(MILLIS,true))", &[millis]),
        expected
    );
    assert_eq!(
        round_trip::<Int64Type>("int64 x (TIMESTAMP(MICROS,false))", &[millis * 1_000]),
        expected
    );
    assert_eq!(
        round_trip::<Int64Type>("int64 x (TIMESTAMP(NANOS,true))", &[millis * 1_000_000]),
        expected
    );
    assert_eq!(
        round_trip::<Int64Type>("int64 x (TIMESTAMP_MICROS)", &[millis * 1_000]),
        expected
    );
    let mut old = Int96::new();
    let nanos = 21_600_000_000_000_u64;
    old.set_data(nanos as u32, (nanos >> 32) as u32, 2_440_588 + 15_706);
    assert_eq!(round_trip::<Int96Type>("int96 x", &[old]), expected);
}

#[test]
fn a_timestamp_before_1970_keeps_its_day() {
    let column = round_trip::<Int64Type>("int64 x (TIMESTAMP(MILLIS,true))", &[-21_600_000]);
    assert_eq!(column, [dual("1969-12-31 18:00:00", 25_568.75)]);
}

#[test]
fn texts_stay_texts() {
    let expected = [text("JFK"), text("007"), text("")];
    let values = bytes(&[b"JFK", b"007", b""]);
    for annotation in ["(STRING)", "(UTF8)", "(ENUM)", "(JSON)", ""] {
        assert_eq!(
            round_trip::<ByteArrayType>(&format!("binary x {annotation}"), &values),
            expected
        );
    }
}

#[test]
fn bytes_that_are_no_text_read_as_hexadecimal() {
    assert_eq!(
        round_trip::<ByteArrayType>("binary x", &bytes(&[&[0xFF, 0x01]])),
        [text("ff01")]
    );
}

#[test]
fn uuids_read_as_usual() {
    let value: Vec<u8> = (0..16).collect();
    let column = round_trip::<FixedLenByteArrayType>("fixed_len_byte_array(16) x (UUID)", &fixed(&[&value]));
    assert_eq!(column, [text("00010203-0405-0607-0809-0a0b0c0d0e0f")]);
}

#[test]
fn nulls_with_and_without_a_dictionary_over_row_groups() {
    for dictionary in [true, false] {
        let a = || Some(ByteArray::from("a"));
        let b = || Some(ByteArray::from("b"));
        let parts: [&[_]; 3] = [&[a(), None, b(), a()], &[None, b()], &[None]];
        let column = read(
            &file::<ByteArrayType>("optional binary x (STRING)", &parts, dictionary),
            &ColumnPlan::named("x"),
        );
        let texts: Vec<_> = rows(&column.unwrap()).into_iter().map(|row| row.0).collect();
        assert_eq!(texts, ["a", "-", "b", "a", "-", "b", "-"]);
    }
}

#[test]
fn many_distinct_texts_without_a_dictionary() {
    let values: Vec<_> = (0..100_000)
        .map(|i| Some(ByteArray::from(format!("v{}", i % 70_000).as_str())))
        .collect();
    let column = read(
        &file::<ByteArrayType>("required binary x (STRING)", &[&values], false),
        &ColumnPlan::named("x"),
    )
    .unwrap();
    assert_eq!((column.symbols.len(), column.codes.len()), (70_000, 100_000));
    assert_eq!(column.symbols.text(column.codes.get(99_999).unwrap()), "v29999");
}

#[test]
fn texts_for_numbers_make_duals() {
    let plan = ColumnPlan {
        values: vec![(1.0, "Jan".into()), (2.0, "Feb".into())],
        ..ColumnPlan::named("x")
    };
    let column = read(
        &file::<Int32Type>("required int32 x", &[&[Some(2), Some(1), Some(3)]], true),
        &plan,
    )
    .unwrap();
    assert_eq!(
        rows(&column),
        [dual("Feb", 2.0), dual("Jan", 1.0), dual("3", 3.0)]
    );
}

#[test]
fn dates_read_in_the_pattern_of_the_manifest() {
    let plan = ColumnPlan {
        format: Some("D MMM YYYY".into()),
        ..ColumnPlan::named("x")
    };
    let column = read(
        &file::<Int32Type>("required int32 x (DATE)", &[&[Some(15_706)]], true),
        &plan,
    )
    .unwrap();
    assert_eq!(rows(&column), [dual("1 Jan 2013", 41_275.0)]);
}

fn refusal<T: DataType>(field: &str, value: T::T, plan: &ColumnPlan) -> String {
    read(&file::<T>(field, &[&[Some(value)]], true), plan)
        .unwrap_err()
        .message
}

#[test]
fn a_date_pattern_for_numbers_is_refused() {
    let plan = ColumnPlan {
        format: Some("YYYY".into()),
        ..ColumnPlan::named("x")
    };
    let message = refusal::<Int32Type>("required int32 x", 1, &plan);
    assert!(message.contains("`format` is for dates"), "{message}");
}

#[test]
fn intervals_are_refused() {
    let field = "required fixed_len_byte_array(12) x (INTERVAL)";
    let value = fixed(&[&[0; 12]]).remove(0);
    let message = refusal::<FixedLenByteArrayType>(field, value, &ColumnPlan::named("x"));
    assert!(message.contains("INTERVAL"), "{message}");
}

#[test]
fn binary_documents_are_refused() {
    let value = ByteArray::from("x");
    let message = refusal::<ByteArrayType>("required binary x (BSON)", value, &ColumnPlan::named("x"));
    assert!(message.contains("Bson") || message.contains("BSON"), "{message}");
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    let value = ByteArray::from(vec![0xFF]);
    let message = refusal::<ByteArrayType>("required binary x (STRING)", value, &ColumnPlan::named("x"));
    assert!(message.contains("row 1 is not UTF-8"), "{message}");
}

#[test]
fn lists_are_refused() {
    let schema = "message m { repeated int32 x; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let file = NamedTempFile::new().unwrap();
    let mut writer = SerializedFileWriter::new(file.reopen().unwrap(), schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column
        .typed::<Int32Type>()
        .write_batch(&[1, 2], Some(&[1, 1]), Some(&[0, 1]))
        .unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    let message = read(&file, &ColumnPlan::named("x")).unwrap_err().message;
    assert!(message.contains("several values"), "{message}");
}

#[test]
fn a_codec_of_old_is_refused_by_name() {
    let file = file::<Int64Type>("required int64 x", &[&[Some(1)]], false);
    let mut bytes = std::fs::read(file.path()).unwrap();
    // The column's path, one name of one letter, and behind it the codec: none becomes LZO.
    let at = bytes
        .windows(4)
        .rposition(|window| window == [1, b'x', 0x15, 0])
        .unwrap();
    bytes[at + 3] = 6;
    std::fs::write(file.path(), bytes).unwrap();
    let complaint = read(&file, &ColumnPlan::named("x")).unwrap_err();
    assert!(complaint.message.contains("LZO"), "{complaint:?}");
    assert!(complaint.fix.contains("zstd or snappy"), "{complaint:?}");
}

#[test]
fn a_damaged_page_is_refused() {
    let values: Vec<_> = (0..1000).map(Some).collect();
    let file = file::<Int64Type>("required int64 x", &[&values], false);
    let mut bytes = std::fs::read(file.path()).unwrap();
    bytes[4..24].fill(0xFF);
    std::fs::write(file.path(), bytes).unwrap();
    assert!(read(&file, &ColumnPlan::named("x")).is_err());
}

#[test]
fn columns_in_groups_have_dotted_names() {
    let schema = "message m { required group g { required int32 x; } optional int32 y; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let file = NamedTempFile::new().unwrap();
    let writer = SerializedFileWriter::new(file.reopen().unwrap(), schema, Arc::default()).unwrap();
    writer.close().unwrap();
    let columns = columns(file.path(), &Limits::default(), &mut Vec::new()).unwrap();
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["g.x", "y"]);
}
