//! Columns by name and by position, and how a text file is declared to be written.

use crate::common::Folder;
use crate::support::{load, number, only, said, table, values};

const NOTHING: [String; 0] = [];
const DUPLICATE: &str = "Item,Q1,Q1\nLamp,1,2\nVase,3,4\n";

fn fields(folder: &Folder) -> Vec<String> {
    load(folder)
        .model
        .fields()
        .iter()
        .map(|field| field.name().to_owned())
        .collect()
}

#[test]
fn columns_whose_names_repeat_are_called_by_their_position() {
    let folder = table(DUPLICATE, "");
    assert_eq!(fields(&folder), ["Item", "@2", "@3"]);
    assert_eq!(
        (number(&folder, "Sum([@2])"), number(&folder, "Sum([@3])")),
        (4.0, 6.0)
    );
    let problem = only(&folder);
    assert_eq!(
        problem.to_string(),
        "data.csv:1:1: warning: the header has the name \"Q1\" more than once, so columns are called by their position: \"@2\", \
         \"@3\" (name them under [tables.columns]: \"@2\" = \"…\")"
    );
}

#[test]
fn the_advice_can_be_followed() {
    let folder = table(
        DUPLICATE,
        "[tables.columns]\n\"@2\" = \"First\"\n\"@3\" = { field = \"Second\", type = \"text\" }\n",
    );
    assert_eq!(said(&folder), NOTHING);
    assert_eq!(fields(&folder), ["Item", "First", "Second"]);
    assert_eq!(values(&folder, "Second"), ["2", "4"]);
    assert_eq!(number(&folder, "Sum(First)"), 4.0);
}

#[test]
fn empty_names_and_any_column_by_position() {
    let folder = table("Item,,\nLamp,1,2\n", "");
    assert_eq!(fields(&folder), ["Item", "@2", "@3"]);
    assert!(only(&folder).message.contains("no name for column 2"));
    let folder = table(
        "Item,Q1\nLamp,1\n",
        "[tables.columns]\n\"@1\" = { type = \"text\" }\n\"@2\" = \"Count\"\n",
    );
    assert_eq!(
        fields(&folder),
        ["Item", "Count"],
        "a column keeps the name that it has"
    );
    assert_eq!(
        said(&table(
            DUPLICATE,
            "other_columns = \"skip\"\n[tables.columns]\nItem = \"Item\"\n"
        )),
        NOTHING
    );
}

#[test]
fn positions_that_do_not_fit() {
    for (columns, message, fix) in [
        (
            "Q1 = \"A\"",
            "2 columns of the file are called \"Q1\"",
            "\"@2\" or \"@3\"",
        ),
        (
            "\"@4\" = \"A\"",
            "the file has no column \"@4\"",
            "\"@1\" to \"@3\"",
        ),
        (
            "\"@0\" = \"A\"",
            "the file has no column \"@0\"",
            "\"@1\" to \"@3\"",
        ),
        (
            "Item = \"A\"\n\"@1\" = \"B\"",
            "is a column that is mentioned already",
            "once",
        ),
    ] {
        let problems = said(&table(DUPLICATE, &format!("[tables.columns]\n{columns}\n")));
        assert!(
            problems
                .iter()
                .any(|problem| problem.contains(message) && problem.contains(fix)),
            "{problems:?}"
        );
    }
    let same = table(DUPLICATE, "[tables.columns]\n\"@2\" = \"A\"\n\"@3\" = \"A\"\n");
    assert!(
        only(&same)
            .to_string()
            .starts_with("app.toml:7:1: error: two columns of table \"T\" become the field \"A\"")
    );
}

#[test]
fn a_delimiter_that_nobody_declared_is_found() {
    let folder = table("name;town;units\nLamp;Ghent;12\nVase;Bruges;7\n", "");
    assert_eq!(said(&folder), NOTHING);
    assert_eq!(fields(&folder), ["name", "town", "units"]);
    assert_eq!(number(&folder, "Sum(units)"), 19.0);
}

#[test]
fn encoding_and_lines_above_the_header_are_declared() {
    let bytes = b"Stra\xDFen\r\n\r\nName;L\xE4nge\r\nH\xF6he;5\r\n";
    let problem = only(&table(bytes, ""));
    assert!(problem.to_string().starts_with("data.csv:"), "{problem}");
    let folder = table(bytes, "csv = { encoding = \"latin1\", skip_lines = 2 }\n");
    assert_eq!(said(&folder), NOTHING);
    assert_eq!(fields(&folder), ["Name", "Länge"]);
    assert_eq!(values(&folder, "Name"), ["Höhe"]);
    let problem = only(&table(bytes, "csv = { encoding = \"klingon\" }\n"));
    assert_eq!(problem.place.unwrap().to_string(), "5:20");
    assert!(
        problem.message.contains("\"klingon\" is no encoding") && problem.fix.contains("\"windows-1252\""),
        "{problem}"
    );
}

#[test]
fn settings_that_contradict_each_other() {
    let problem = only(&table("A\n1\n", "csv = { delimiter = \"'\", quote = \"'\" }\n"));
    assert!(problem.message.contains("both delimiter and quote"), "{problem}");
}

#[test]
fn an_unclosed_quote_is_an_error_in_its_line() {
    let folder = table("id,name\n1,Lamp\n2,\"Vase\n3,Jug\n4,Cup\n", "");
    let problem = only(&folder);
    assert!(problem.is_error());
    assert!(
        problem
            .to_string()
            .starts_with("data.csv:3:3: error: the quoted value that begins here is never closed"),
        "{problem}"
    );
}

#[test]
fn a_number_of_lines_is_whole_and_not_negative() {
    for written in ["-1", "1.5", "\"2\""] {
        let problem = only(&table("A\n1\n", &format!("csv = {{ skip_lines = {written} }}\n")));
        assert_eq!(problem.place.unwrap().to_string(), "5:22");
        assert_eq!(
            problem.message,
            format!("`skip_lines` is {written}, and not a number of lines")
        );
    }
}
