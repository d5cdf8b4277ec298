//! Values that have a type in Parquet: what becomes of them where a field is text, and what is told of them.

use std::sync::Arc;

use ::parquet::data_type::{DataType, DoubleType, FloatType, Int32Type, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use crate::support::{number, only, said, tables, value, values};

const TEXT: &str = "[tables.columns]\nk = { type = \"text\" }\n";
const NOTHING: [String; 0] = [];

/// A file of the one column `k`.
fn parquet<T: DataType>(kind: &str, values: &[T::T]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(&format!("message m {{ required {kind}; }}")).unwrap());
    let mut bytes = Vec::new();
    let mut writer =
        SerializedFileWriter::new(&mut bytes, schema, Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<T>().write_batch(values, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

/// Microseconds since 1970 of 2021-01-13 05:00:00.
const FIVE: i64 = 1_610_514_000_000_000;

#[test]
fn timestamps_that_become_texts_keep_their_microseconds() {
    let micros = [FIVE + 123_456, FIVE + 123_999, FIVE + 500_000, FIVE];
    let file = parquet::<Int64Type>("int64 k (TIMESTAMP(MICROS,true))", &micros);
    let folder = tables(&[("t.parquet", &file, TEXT)]);
    let expected = [
        "2021-01-13 05:00:00.123456",
        "2021-01-13 05:00:00.123999",
        "2021-01-13 05:00:00.5",
        "2021-01-13 05:00:00",
    ];
    assert_eq!(values(&folder, "k"), expected);
    assert_eq!(said(&folder), NOTHING);
    let csv = b"k,x\n2021-01-13 05:00:00.123999,7\n2021-01-13 05:00:00.123456,1\n";
    let folder = tables(&[("t.parquet", &file, ""), ("u.csv", csv, TEXT)]);
    assert_eq!(values(&folder, "k"), expected, "text in the other table");
    assert_eq!(
        number(&folder, "Sum({<k={'2021-01-13 05:00:00.123999'}>} x)"),
        7.0
    );
}

#[test]
fn numbers_that_become_texts_stay_apart() {
    let doubles = [
        0.1 + 0.2,
        0.3,
        1.0 / 3.0,
        0.333_333_333_333_33,
        5.0,
        1e14,
        f64::NAN,
    ];
    let folder = tables(&[("t.parquet", &parquet::<DoubleType>("double k", &doubles), TEXT)]);
    let expected = [
        "0.30000000000000004",
        "0.3",
        "0.3333333333333333",
        "0.33333333333333",
        "5",
        "100000000000000",
        "NaN",
    ];
    assert_eq!(values(&folder, "k"), expected);
    assert_eq!(said(&folder), NOTHING);
    let folder = tables(&[("t.parquet", &parquet::<FloatType>("float k", &[0.1, 0.3]), TEXT)]);
    assert_eq!(values(&folder, "k"), ["0.1", "0.3"]);
}

#[test]
fn decimals_that_become_texts_keep_their_scale() {
    let file = parquet::<Int64Type>("int64 k (DECIMAL(10,2))", &[110, -5, 200]);
    let folder = tables(&[("t.parquet", &file, TEXT)]);
    assert_eq!(values(&folder, "k"), ["1.10", "-0.05", "2.00"]);
    let folder = tables(&[("t.parquet", &file, "")]);
    assert_eq!(values(&folder, "k"), ["1.1=1.1", "-0.05=-0.05", "2=2"]);
}

#[test]
fn nanoseconds_keep_timestamps_apart() {
    let nanos = [FIVE * 1_000 + 123_456_789, FIVE * 1_000 + 123_456_111];
    let file = parquet::<Int64Type>("int64 k (TIMESTAMP(NANOS,true))", &nanos);
    let csv = b"k,x\n2021-01-13 05:00:00.123456789,10\n2021-01-13 05:00:00.123456111,20\n";
    let folder = tables(&[("t.csv", csv, ""), ("u.parquet", &file, "")]);
    assert_eq!(said(&folder), NOTHING);
    assert_eq!(number(&folder, "Count(DISTINCT k)"), 2.0);
    assert_eq!(
        number(&folder, "Sum({<k={'2021-01-13 05:00:00.123456111'}>} x)"),
        20.0
    );
    assert_eq!(
        number(&folder, "Sum(If(k = '2021-01-13 05:00:00.123456789', x))"),
        10.0
    );
    assert_eq!(
        value(&folder, "Concat(DISTINCT Second(k) & '/' & Year(k), ' ')").as_text(),
        "0/2021"
    );
    assert_eq!(
        number(&folder, "NumericCount(k)"),
        2.0,
        "a number beside each text"
    );
}

#[test]
fn moments_that_a_number_cannot_tell_apart_are_told() {
    let nanos = [
        FIVE * 1_000,
        FIVE * 1_000 + 123_456_789,
        FIVE * 1_000 + 123_456_111,
    ];
    let file = parquet::<Int64Type>("int64 k (TIMESTAMP(NANOS,true))", &nanos);
    let format = "[tables.columns]\nk = { format = \"YYYY-MM-DD hh:mm:ss[.fff]\" }\n";
    let problem = only(&tables(&[("t.parquet", &file, format)]));
    assert_eq!(
        problem.to_string(),
        "t.parquet: warning: column \"k\": 1 value is one value with an earlier one, because a number keeps no more of \
         their moments, the first in row 3 (if they tell rows apart, declare type = \"text\", without a `format`)"
    );
    // Neighbouring numbers of that time are microseconds apart.
    let year_9000 = 221_845_392_000_000_000;
    let file = parquet::<Int64Type>(
        "int64 k (TIMESTAMP(MICROS,true))",
        &[year_9000 + 100_000, year_9000 + 100_001],
    );
    let problem = only(&tables(&[("t.parquet", &file, "")]));
    assert!(problem.message.contains("the first in row 2"), "{problem}");
    let folder = tables(&[("t.parquet", &file, TEXT)]);
    assert_eq!(said(&folder), NOTHING, "as the warning proposes");
    assert_eq!(values(&folder, "k").len(), 2);
}

#[test]
fn what_is_no_number_is_told() {
    let doubles = [1.0, f64::NAN, 2.0, f64::NAN];
    for file in [
        parquet::<DoubleType>("double k", &doubles),
        parquet::<FloatType>("float k", &doubles.map(|num| num as f32)),
    ] {
        let folder = tables(&[("t.parquet", &file, "")]);
        let problem = only(&folder);
        assert!(!problem.is_error());
        assert_eq!(
            problem.message,
            "column \"k\": 2 values are NaN and become NULL, the first in row 2"
        );
        assert_eq!(number(&folder, "Sum(k) * 10 + Count(k)"), 32.0);
    }
}

#[test]
fn dates_outside_the_calendar_are_told() {
    let file = parquet::<Int32Type>("int32 k (DATE)", &[0, 3_000_000, -800_000]);
    let folder = tables(&[("t.parquet", &file, "")]);
    let problem = only(&folder);
    assert_eq!(
        problem.message,
        "column \"k\": 2 values are outside the years 1 to 9999, have no date and stay numbers of days, the first in row 2"
    );
    assert_eq!(
        values(&folder, "k"),
        ["1970-01-01=25569", "3025569=3025569", "-774431=-774431"]
    );
}
