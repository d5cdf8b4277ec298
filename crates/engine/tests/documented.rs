//! `docs/COMPATIBILITY.md` lists aggregations and functions; it must not say more or less than is true.

use std::collections::BTreeSet;
use std::sync::Arc;

use fanlight_column::ColumnBuilder;
use fanlight_engine::{DataModel, Session, Settings, Snapshot, TableSource, function};

const TEXT: &str = include_str!("../../../docs/COMPATIBILITY.md");

#[test]
fn the_aggregations_are_those_that_work() {
    let snapshot = snapshot();
    let section = section("### Aggregations");
    let (works, refused): (BTreeSet<&str>, BTreeSet<&str>) = fanlight_expr::aggregation_names()
        .iter()
        .partition(|name| is_supported(&snapshot, name));
    assert_eq!(listed(section, "**Works:**"), works);
    assert_eq!(listed(section, "**Item error:**"), refused);
    for name in listed(section, "**Inter-record functions") {
        assert!(!is_supported(&snapshot, name), "{name}");
    }
}

#[test]
fn the_functions_are_those_that_work() {
    let rows = section("### Functions")
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| family"));
    let (selections, others): (Vec<&str>, Vec<&str>) =
        rows.partition(|line| line.starts_with("| Selections"));
    let names: BTreeSet<&str> = others.iter().flat_map(|line| spans(line)).collect();
    assert_eq!(names, function::names().collect());
    let snapshot = snapshot();
    for name in selections.iter().flat_map(|line| spans(line)) {
        let works = [format!("{name}()"), format!("{name}(A)")]
            .iter()
            .any(|text| snapshot.check(text).error.is_none());
        assert!(works, "{name}");
    }
}

/// What programs are told, and what the compiler takes, is the same.
#[test]
fn every_function_of_the_catalogue_works() {
    let snapshot = snapshot();
    for function in fanlight_engine::functions() {
        let args = vec!["A"; function.min_args].join(", ");
        let text = format!("{}({args})", function.name);
        assert_eq!(snapshot.check(&text).error, None, "{text}");
    }
    let names: Vec<&str> = fanlight_engine::functions()
        .iter()
        .map(|function| function.name)
        .collect();
    let documented = section("### Functions")
        .lines()
        .filter(|line| line.starts_with("| "));
    for name in documented
        .flat_map(spans)
        .chain(listed(section("### Aggregations"), "**Works:**"))
    {
        assert!(names.contains(&name), "{name}");
    }
}

/// Whether it takes one or two arguments without an error.
fn is_supported(snapshot: &Snapshot, name: &str) -> bool {
    [format!("{name}(A)"), format!("{name}(A, A)")]
        .iter()
        .any(|text| snapshot.check(text).error.is_none())
}

fn snapshot() -> Snapshot {
    let mut column = ColumnBuilder::new();
    column.push_num(1.0);
    let table = TableSource {
        name: "T".to_owned(),
        columns: vec![("A".to_owned(), column.finish())],
    };
    let model = DataModel::new(vec![table]).expect("one table has no circles");
    Session::new(Arc::new(model), Settings::default()).snapshot()
}

fn section(title: &str) -> &'static str {
    let (_, rest) = TEXT
        .split_once(&format!("\n{title}\n"))
        .unwrap_or_else(|| panic!("no section {title}"));
    rest.split("\n#").next().unwrap_or(rest)
}

/// The names in code spans of the paragraph that begins with `start`.
fn listed(section: &'static str, start: &str) -> BTreeSet<&'static str> {
    let paragraph = section
        .split("\n\n")
        .find(|paragraph| paragraph.trim_start().starts_with(start))
        .unwrap_or_else(|| panic!("no paragraph {start}"));
    spans(paragraph).collect()
}

fn spans(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('`').skip(1).step_by(2)
}
