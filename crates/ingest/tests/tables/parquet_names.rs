//! What is told of Parquet files as of text files: nameless columns and no rows.

use crate::support::{load, only, table, tables};

#[test]
fn a_column_without_a_name_is_called_by_its_position() {
    let folder = tables(&[("t.parquet", include_bytes!("../data/nameless.parquet"), "")]);
    assert!(
        only(&folder).to_string().starts_with(
            "t.parquet: warning: the header has no name for column 1, so columns are called by their position: \"@1\", \"@2\""
        ),
        "{}",
        only(&folder)
    );
    let app = load(&folder);
    for field in ["@1", "@2", "a"] {
        assert!(app.model.field_id(field).is_some(), "{field}");
    }
    let only_one = tables(&[("t.parquet", include_bytes!("../data/nameless_only.parquet"), "")]);
    assert!(only(&only_one).message.contains("has no name for column 1"));
    let csv = table("\"\"\nx\ny\n", "");
    assert!(
        only(&csv)
            .to_string()
            .starts_with("data.csv:1:1: warning: the header has no name for column 1")
    );
}

#[test]
fn a_parquet_file_without_rows() {
    let folder = tables(&[("t.parquet", include_bytes!("../data/no_rows.parquet"), "")]);
    assert_eq!(
        only(&folder).to_string(),
        "t.parquet: warning: the table has no rows (add rows, or remove the table)"
    );
}
