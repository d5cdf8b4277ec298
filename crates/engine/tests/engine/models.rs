//! What makes a model, and what is refused.

use fanlight_column::ColumnBuilder;
use fanlight_engine::{DataModel, ModelError, TableSource};

use crate::common::{T10, model, table};

#[test]
fn shared_fields_share_one_dictionary() {
    let model = model(&T10).expect("a model");
    let numbers = model.field(model.field_id("numbers").expect("a field"));
    assert_eq!(
        (numbers.cardinal(), numbers.tables().len(), numbers.n_non_null()),
        (5, 2, 10)
    );
    assert_eq!(numbers.tags(), ["$key", "$numeric", "$integer"]);
    assert_eq!(
        model.field(model.field_id("xyz").expect("a field")).tags(),
        ["$ascii", "$text"]
    );
    assert_eq!(model.field_id("XYZ"), None, "case matters");
    assert_eq!(model.tables()[1].columns()[1].n_distinct(), 3);
}

#[test]
fn dates_are_tagged() {
    let mut column = ColumnBuilder::new();
    column.push_dual("2013-01-31", 41305.0);
    column.push_dual("2013-02-01", 41306.0);
    let table = TableSource {
        name: "T".into(),
        columns: vec![("Day".into(), column.finish())],
    };
    let model = DataModel::new(vec![table]).expect("a model");
    assert_eq!(
        model.fields()[0].tags(),
        ["$numeric", "$integer", "$timestamp", "$date"]
    );
}

#[test]
fn two_shared_fields_are_refused() {
    let error = model(&[
        "A: x, y, a
        1, 2, 3",
        "B: x, y, b
        1, 2, 3",
    ])
    .expect_err("a synthetic key");
    assert_eq!(
        error.to_string(),
        "tables \"A\" and \"B\" share 2 fields (x, y): rename all but one, or combine them into one key field"
    );
}

#[test]
fn a_circle_is_refused() {
    let error = model(&[
        "A: x, y
        1, 2",
        "B: y, z
        1, 2",
        "C: z, x
        1, 2",
        "D: z, d
        1, 2",
    ])
    .expect_err("a circle");
    assert_eq!(
        error.to_string(),
        "tables A, B, C are linked in a circle through the fields x, y, z: rename one of these fields in one table"
    );
}

#[test]
fn badly_shaped_tables_are_refused() {
    let twice = DataModel::new(vec![table("A: x\n1"), table("A: y\n1")]);
    assert_eq!(
        twice.err(),
        Some(ModelError::DuplicateTable { table: "A".into() })
    );
    let field = model(&["A: x, x
        1, 2"]);
    assert_eq!(
        field.err(),
        Some(ModelError::DuplicateField {
            table: "A".into(),
            field: "x".into()
        })
    );
    let mut ragged = table("A: x, y\n1, 2");
    ragged.columns[1] = table("B: y\n1\n2").columns.remove(0);
    let expected = ModelError::RaggedTable {
        table: "A".into(),
        field: "y".into(),
        expected: 1,
        found: 2,
    };
    assert_eq!(DataModel::new(vec![ragged]).err(), Some(expected));
}
