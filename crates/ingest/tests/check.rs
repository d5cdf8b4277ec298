//! Every kind of problem, with its file, line and fix.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as its test does")]

mod common;

use common::Folder;
use fanlight_ingest::{Limits, Problem, check_app, load_app, load_app_within};

const CARS: &str = "Maker,Model,Doors\nAlfa,A1,3\nBenz,B1,5\n";

/// A manifest with one table of cars, and more lines after it.
fn manifest(rest: &str) -> String {
    format!("name = \"cars\"\n\n[[tables]]\nname = \"Cars\"\nsource = \"cars.csv\"\n{rest}")
}

fn cars(rest: &str) -> Folder {
    Folder::new()
        .with("app.toml", &manifest(rest))
        .with("cars.csv", CARS)
}

fn problems(folder: &Folder) -> Vec<Problem> {
    check_app(folder.path()).problems
}

/// The only problem of an app.
fn only(folder: &Folder) -> Problem {
    let problems = problems(folder);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems.into_iter().next().unwrap()
}

fn line(problem: &Problem) -> Option<usize> {
    problem.place.map(|place| place.line)
}

fn assert_problem(folder: &Folder, place: (&str, Option<usize>), message: &str, fix: &str) {
    let problem = only(folder);
    assert_eq!(
        (problem.file.to_str().unwrap(), line(&problem)),
        place,
        "{problem}"
    );
    assert!(problem.message.contains(message), "{problem}");
    assert!(problem.fix.contains(fix), "{problem}");
}

const SHEET: &str = r#"{
  "qProperty": {
    "qInfo": {"qId": "s1", "qType": "sheet"},
    "cells": [
      CELLS
    ]
  },
  "qChildren": [
    {"qProperty": {"qInfo": {"qId": "c1", "qType": "barchart"}}},
    {"qProperty": {"qInfo": {"qId": "c2", "qType": "barchart"}}}
  ]
}
"#;

fn sheet(cells: &str) -> Folder {
    cars("").with("objects/s1.json", &SHEET.replace("CELLS", cells))
}

fn chart(cube: &str) -> String {
    format!(
        "{{\"qProperty\": {{\n\"qInfo\": {{\"qId\": \"c\", \"qType\": \"barchart\"}},\n\"qHyperCubeDef\": {{\n{cube}\n}}}}}}"
    )
}

#[test]
fn a_sound_app_has_no_problems() {
    let cells = r#"{"name": "c1", "col": 0, "row": 0, "colspan": 12, "rowspan": 12},
      {"name": "c2", "col": 12, "row": 0, "colspan": 12, "rowspan": 12}"#;
    assert_eq!(problems(&sheet(cells)), []);
}

#[test]
fn a_folder_without_a_manifest() {
    assert_problem(&Folder::new(), ("app.toml", None), "cannot be read", "add it");
}

#[test]
fn an_access_list_names_users_and_groups() {
    let access = |lines: &str| {
        let folder = Folder::new().with("app.toml", &format!("name = \"x\"\n{lines}"));
        load_app(folder.path(), &()).unwrap().access
    };
    assert_eq!(access(""), None, "everyone in the tenant");
    let both = access("[access]\nusers = [\"ada\"]\ngroups = [\"finance\", \"audit\"]\n").unwrap();
    assert_eq!(both.users, ["ada"]);
    assert_eq!(both.groups, ["finance", "audit"]);
}

#[test]
fn an_access_list_that_names_nobody_or_something_else() {
    for lines in [
        "[access]\n",
        "[access]\nusers = []\ngroups = []\n",
        "[access]\nusers = [\" \"]\n",
    ] {
        let folder = Folder::new().with("app.toml", &format!("name = \"x\"\n{lines}"));
        let problem = only(&folder);
        assert!(problem.message.contains("names nobody"), "{problem}");
        assert!(problem.fix.contains("everyone in the tenant"), "{problem}");
    }
    let folder = Folder::new().with("app.toml", "name = \"x\"\n[access]\nroles = [\"a\"]\n");
    assert!(only(&folder).message.contains("unknown field"));
}

#[test]
fn a_manifest_that_is_not_toml() {
    let folder = Folder::new().with("app.toml", "name = \"x\"\ntitle = \n");
    let problem = only(&folder);
    assert_eq!(
        (problem.file.to_str().unwrap(), line(&problem)),
        ("app.toml", Some(2)),
        "{problem}"
    );
}

#[test]
fn a_manifest_that_is_not_utf8() {
    let folder = Folder::new().with_bytes("app.toml", b"name = \"\xFF\"");
    assert_problem(&folder, ("app.toml", Some(1)), "not UTF-8", "UTF-8");
    assert_eq!(only(&folder).place.unwrap().column, 9);
}

#[test]
fn an_unknown_key() {
    assert_problem(
        &cars("colour = 1\n"),
        ("app.toml", Some(6)),
        "unknown field \"colour\"",
        "remove the key",
    );
}

#[test]
fn an_unknown_key_of_a_column() {
    let folder = cars("[tables.columns]\nDoors = { field = \"D\", kind = 1 }\n");
    assert_problem(
        &folder,
        ("app.toml", Some(7)),
        "unknown field \"kind\"",
        "remove the key",
    );
}

#[test]
fn a_missing_key() {
    let folder = Folder::new().with("app.toml", "name = \"x\"\n\n[[tables]]\nname = \"T\"\n");
    assert_problem(
        &folder,
        ("app.toml", Some(3)),
        "missing field \"source\"",
        "add the key",
    );
}

#[test]
fn a_value_of_the_wrong_kind() {
    let folder = Folder::new().with("app.toml", "name = \"x\"\ntitle = 7\n");
    assert_problem(
        &folder,
        ("app.toml", Some(2)),
        "expected a string",
        "correct the value",
    );
}

#[test]
fn a_name_that_is_no_id() {
    let folder = Folder::new().with("app.toml", "name = \"my app\"\n");
    assert_problem(
        &folder,
        ("app.toml", Some(1)),
        "\"my app\" is no app name",
        "letters",
    );
}

#[test]
fn two_tables_of_one_name() {
    let folder = cars("\n[[tables]]\nname = \"Cars\"\nsource = \"b.csv\"\n").with("b.csv", "X\n1\n");
    let problems = problems(&folder);
    assert!(
        problems[0].message.contains("two of table \"Cars\""),
        "{problems:#?}"
    );
    assert_eq!(line(&problems[0]), Some(8));
}

#[test]
fn two_master_items_of_one_id() {
    let item = "\n[[dimensions]]\nid = \"d\"\ntitle = \"D\"\nfields = [\"Maker\"]\n";
    assert_problem(
        &cars(&item.repeat(2)),
        ("app.toml", Some(13)),
        "two of master item \"d\"",
        "rename",
    );
}

#[test]
fn a_dimension_without_fields() {
    let folder = cars("\n[[dimensions]]\nid = \"d\"\ntitle = \"D\"\nfields = []\n");
    assert_problem(&folder, ("app.toml", Some(10)), "has no fields", "name one");
}

#[test]
fn a_dimension_of_a_field_that_does_not_exist() {
    let folder = cars("\n[[dimensions]]\nid = \"d\"\ntitle = \"D\"\nfields = [\"maker\"]\n");
    assert_problem(
        &folder,
        ("app.toml", Some(10)),
        "no field \"maker\"",
        "did you mean \"Maker\"?",
    );
}

#[test]
fn a_measure_that_is_no_expression() {
    let folder = cars("\n[[measures]]\nid = \"m\"\ntitle = \"M\"\nexpression = \"Sum(Doors\"\n");
    assert_problem(
        &folder,
        ("app.toml", Some(10)),
        "not valid",
        "correct the expression",
    );
}

#[test]
fn a_measure_of_a_field_that_does_not_exist() {
    let folder = cars("\n[[measures]]\nid = \"m\"\ntitle = \"M\"\nexpression = \"1 + Sum([Dors])\"\n");
    assert_problem(
        &folder,
        ("app.toml", Some(10)),
        "no field \"Dors\"",
        "did you mean \"Doors\"?",
    );
}

#[test]
fn a_variable_that_is_no_expression() {
    let folder = Folder::new().with("app.toml", "name = \"x\"\n[variables]\na = 5\nb = \"=1+\"\n");
    assert_problem(
        &folder,
        ("app.toml", Some(4)),
        "not valid",
        "correct the expression",
    );
}

#[test]
fn a_missing_data_file() {
    let folder = Folder::new().with("app.toml", &manifest(""));
    assert_problem(
        &folder,
        ("app.toml", Some(5)),
        "\"cars.csv\" cannot be read",
        "put the file there",
    );
}

#[test]
fn a_source_outside_the_folder() {
    let folder = Folder::new().with(
        "app.toml",
        "name = \"x\"\n[[tables]]\nname = \"T\"\nsource = \"../t.csv\"\n",
    );
    assert_problem(
        &folder,
        ("app.toml", Some(4)),
        "not inside the app's folder",
        "copy the file",
    );
}

#[test]
fn a_source_of_an_unknown_kind() {
    let folder = Folder::new().with(
        "app.toml",
        "name = \"x\"\n[[tables]]\nname = \"T\"\nsource = \"t.xls\"\n",
    );
    assert_problem(
        &folder,
        ("app.toml", Some(4)),
        "not known how to read",
        ".parquet",
    );
}

#[test]
fn csv_settings_for_parquet() {
    let text = "name = \"x\"\n[[tables]]\nname = \"T\"\nsource = \"t.parquet\"\ncsv = {}\n";
    let problems = problems(&Folder::new().with("app.toml", text));
    assert!(problems[0].message.contains("no `csv` settings"), "{problems:#?}");
    assert_eq!(line(&problems[0]), Some(5));
}

#[test]
fn a_delimiter_of_two_characters() {
    assert_problem(
        &cars("csv = { delimiter = \"ab\" }\n"),
        ("app.toml", Some(6)),
        "cannot be a delimiter",
        "one ASCII character",
    );
}

#[test]
fn a_column_that_the_file_has_not() {
    let folder = cars("[tables.columns]\nmodle = \"Type\"\n");
    assert_problem(
        &folder,
        ("app.toml", Some(7)),
        "no column \"modle\"",
        "did you mean \"Model\"?",
    );
}

#[test]
fn two_columns_of_one_field() {
    let folder = cars("[tables.columns]\nModel = \"Maker\"\n");
    assert_problem(
        &folder,
        ("app.toml", Some(7)),
        "become the field \"Maker\"",
        "another field name",
    );
}

#[test]
fn a_text_for_something_that_is_no_number() {
    let folder = cars("[tables.columns]\nDoors = { values = { three = \"3\" } }\n");
    assert_problem(
        &folder,
        ("app.toml", Some(7)),
        "\"three\" in `values` is no number",
        "numbers",
    );
}

#[test]
fn two_tables_that_share_two_fields() {
    let folder =
        cars("\n[[tables]]\nname = \"Makers\"\nsource = \"m.csv\"\n").with("m.csv", "Maker,Doors\nAlfa,3\n");
    let place = ("app.toml", Some(8));
    assert_problem(
        &folder,
        place,
        "share 2 fields: \"Maker\", \"Doors\"",
        "rename all but one",
    );
}

#[test]
fn tables_in_a_circle() {
    let tables =
        "\n[[tables]]\nname = \"B\"\nsource = \"b.csv\"\n[[tables]]\nname = \"C\"\nsource = \"c.csv\"\n";
    let folder = cars(tables)
        .with("b.csv", "Maker,Land\nAlfa,I\n")
        .with("c.csv", "Land,Doors\nI,3\n");
    let problem = only(&folder);
    assert!(problem.message.contains("circle"), "{problem}");
    assert!(problem.place.is_some(), "{problem}");
}

#[test]
fn a_file_that_is_not_parquet() {
    let text = "name = \"x\"\n[[tables]]\nname = \"T\"\nsource = \"t.parquet\"\n";
    let folder = Folder::new()
        .with("app.toml", text)
        .with("t.parquet", "this is no such file");
    assert_problem(&folder, ("t.parquet", None), "not Parquet", "write the file anew");
}

#[test]
fn an_empty_csv_file() {
    let folder = Folder::new().with("app.toml", &manifest("")).with("cars.csv", "");
    assert_problem(&folder, ("cars.csv", Some(1)), "empty", "write a line");
}

#[test]
fn a_csv_line_that_is_too_long() {
    let folder = Folder::new()
        .with("app.toml", &manifest(""))
        .with("cars.csv", "A,B\n1,2\n1,2,3\n");
    assert_problem(
        &folder,
        ("cars.csv", Some(3)),
        "the line has 3 values",
        "correct the line",
    );
}

#[test]
fn a_csv_file_that_is_not_utf8() {
    let folder = Folder::new()
        .with("app.toml", &manifest(""))
        .with_bytes("cars.csv", b"A\nb\nc\xE4\n");
    assert_problem(&folder, ("cars.csv", Some(3)), "not UTF-8", "UTF-8");
}

#[test]
fn an_object_file_that_is_not_json() {
    let folder = cars("").with("objects/a.json", "{\n \"a\": 1,\n}\n");
    assert_problem(
        &folder,
        ("objects/a.json", Some(3)),
        "not JSON",
        "correct the syntax",
    );
}

#[test]
fn an_object_without_an_id() {
    let folder = cars("").with(
        "objects/a.json",
        "{\n \"qProperty\": {\"qInfo\": {\"qType\": \"sheet\"}}}",
    );
    assert_problem(&folder, ("objects/a.json", Some(2)), "no id or no type", "qInfo");
}

#[test]
fn two_objects_of_one_id() {
    let object = "{\n \"qInfo\": {\n  \"qId\": \"a\", \"qType\": \"kpi\"}}";
    let folder = cars("")
        .with("objects/a.json", object)
        .with("objects/b.json", object);
    let problem = only(&folder);
    assert_eq!(
        (problem.file.to_str().unwrap(), line(&problem)),
        ("objects/b.json", Some(3))
    );
    assert!(problem.message.contains("objects/a.json has it too"), "{problem}");
}

#[test]
fn an_object_with_the_id_of_a_master_item() {
    let folder = cars("\n[[dimensions]]\nid = \"a\"\ntitle = \"A\"\nfields = [\"Maker\"]\n").with(
        "objects/a.json",
        "{\"qInfo\": {\"qId\": \"a\", \"qType\": \"kpi\"}}",
    );
    assert_problem(
        &folder,
        ("objects/a.json", Some(1)),
        "app.toml has it too",
        "an id of its own",
    );
}

#[test]
fn a_cell_that_names_no_object() {
    let folder = sheet(r#"{"name": "c3", "col": 0, "row": 0, "colspan": 1, "rowspan": 1}"#);
    assert_problem(
        &folder,
        ("objects/s1.json", Some(5)),
        "cell for \"c3\"",
        "did you mean",
    );
}

#[test]
fn a_cell_off_the_grid() {
    let folder = sheet(r#"{"name": "c1", "col": 20, "row": 0, "colspan": 5, "rowspan": 1}"#);
    assert_problem(
        &folder,
        ("objects/s1.json", Some(5)),
        "ends at column 25",
        "smaller",
    );
}

#[test]
fn a_cell_without_a_place() {
    let folder = sheet(r#"{"name": "c1", "col": 0, "row": 0, "colspan": 0, "rowspan": 1}"#);
    assert_problem(
        &folder,
        ("objects/s1.json", Some(5)),
        "no place on the grid",
        "colspan",
    );
}

#[test]
fn cells_that_overlap() {
    let cells = "{\"name\": \"c1\", \"col\": 0, \"row\": 0, \"colspan\": 2, \"rowspan\": 2},\n\
                 {\"name\": \"c2\", \"col\": 1, \"row\": 1, \"colspan\": 2, \"rowspan\": 2}";
    assert_problem(
        &sheet(cells),
        ("objects/s1.json", Some(6)),
        "\"c1\" and \"c2\" overlap",
        "move one",
    );
}

#[test]
fn an_unknown_master_measure() {
    let folder = cars("").with(
        "objects/c.json",
        &chart("\"qMeasures\": [\n{\"qLibraryId\": \"m\"}]"),
    );
    assert_problem(
        &folder,
        ("objects/c.json", Some(5)),
        "no master measure \"m\"",
        "use",
    );
}

#[test]
fn a_master_measure_used_as_a_dimension() {
    let folder = cars("\n[[measures]]\nid = \"m\"\ntitle = \"M\"\nexpression = \"Sum(Doors)\"\n").with(
        "objects/c.json",
        &chart("\"qDimensions\": [\n{\"qLibraryId\": \"m\"}]"),
    );
    assert_problem(
        &folder,
        ("objects/c.json", Some(5)),
        "no master dimension \"m\"",
        "use",
    );
}

#[test]
fn a_chart_of_a_field_that_does_not_exist() {
    let cube = "\"qDimensions\": [{\"qDef\": {\"qFieldDefs\": [\n\"[Makr]\"]}}]";
    let folder = cars("").with("objects/c.json", &chart(cube));
    assert_problem(
        &folder,
        ("objects/c.json", Some(5)),
        "no field \"Makr\"",
        "did you mean \"Maker\"?",
    );
}

#[test]
fn a_chart_with_a_bad_expression() {
    let cube = "\"qMeasures\": [{\"qDef\":\n{\"qDef\": \"=Sum(Doors))\"}}]";
    let folder = cars("").with("objects/c.json", &chart(cube));
    assert_problem(
        &folder,
        ("objects/c.json", Some(5)),
        "not valid",
        "correct the expression",
    );
}

#[test]
fn a_title_with_a_bad_expression() {
    let object = "{\"qInfo\": {\"qId\": \"a\", \"qType\": \"kpi\"},\n\"title\": {\"qStringExpression\": {\"qExpr\": \"='a' &\"}}}";
    let folder = cars("").with("objects/c.json", object);
    assert_problem(
        &folder,
        ("objects/c.json", Some(2)),
        "not valid",
        "correct the expression",
    );
}

#[test]
fn two_themes() {
    let text = format!("theme = \"a\"\n{}", manifest(""));
    let object = "{\"qInfo\": {\"qId\": \"p\", \"qType\": \"appprops\"}, \"theme\": \"b\"}";
    let folder = Folder::new()
        .with("app.toml", &text)
        .with("cars.csv", CARS)
        .with("objects/p.json", object);
    assert_problem(
        &folder,
        ("app.toml", Some(1)),
        "\"a\" here and \"b\"",
        "make both the same",
    );
}

#[test]
fn loading_says_the_first_problem_and_how_many_more() {
    let folder = cars("[tables.columns]\na = \"A\"\nb = \"B\"\n");
    let text = load_app(folder.path(), &()).unwrap_err().to_string();
    assert!(
        text.contains("app.toml:7:1: error: the file has no column \"a\""),
        "{text}"
    );
    assert!(text.ends_with(", and 1 more"), "{text}");
}

#[test]
fn each_limit_is_refused_by_name() {
    let folder = sheet(r#"{"name": "c1", "col": 0, "row": 0, "colspan": 1, "rowspan": 1}"#);
    let refused = |limits: Limits, message: &str| {
        let error = load_app_within(folder.path(), &limits, &()).unwrap_err();
        assert!(
            error
                .problems
                .iter()
                .any(|problem| problem.message.contains(message)),
            "{:#?}",
            error.problems
        );
    };
    let limits = Limits::default();
    refused(
        Limits {
            table_file_bytes: 10,
            ..limits
        },
        "more than 10",
    );
    refused(
        Limits {
            text_file_bytes: 20,
            ..limits
        },
        "more than 20",
    );
    refused(Limits { rows: 1, ..limits }, "more than 1 rows");
    refused(Limits { columns: 2, ..limits }, "more than 2 values");
    refused(
        Limits {
            value_bytes: 3,
            ..limits
        },
        "more than 3 bytes",
    );
    refused(
        Limits {
            folder_entries: 1,
            ..limits
        },
        "more than 1 files and folders",
    );
    refused(Limits { tables: 0, ..limits }, "1 tables, more than 0");
    refused(Limits { objects: 2, ..limits }, "3 objects, more than 2");
}
