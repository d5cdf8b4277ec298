//! What `app check` says of sheets, chart types and themes, and what it leaves to an app without any.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as its test does")]

mod common;

use common::Folder;
use fanlight_ingest::{Problem, Severity, check_app, load_app};

fn folder(sheet: &str) -> Folder {
    app("").with("objects/s.json", sheet)
}

fn app(more: &str) -> Folder {
    Folder::new()
        .with(
            "app.toml",
            &format!("name = \"x\"\n{more}\n[[tables]]\nname = \"T\"\nsource = \"t.csv\"\n"),
        )
        .with("t.csv", "Region,Amount\nNorth,1\nSouth,2\n")
}

/// A sheet with one cell, which shows an object of type `kind`.
fn sheet_of(kind: &str) -> String {
    format!(
        r#"{{"qProperty": {{"qInfo": {{"qId": "s", "qType": "sheet"}},
  "cells": [{{"name": "a", "col": 0, "row": 0, "colspan": 24, "rowspan": 12}}]}},
 "qChildren": [
  {{"qInfo": {{"qId": "a", "qType": "{kind}"}}, "qHyperCubeDef": {{
    "qDimensions": [{{"qDef": {{"qFieldDefs": ["Region"]}}}}], "qMeasures": [{{"qDef": {{"qDef": "Sum(Amount)"}}}}]}}}}]}}"#
    )
}

fn only(folder: &Folder) -> Problem {
    let problems = check_app(folder.path()).problems;
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems.into_iter().next().unwrap()
}

/// The only problem is a warning, which keeps nobody from loading the app.
fn assert_warning(folder: &Folder, expected: &str) {
    let problem = only(folder);
    assert_eq!(problem.severity, Severity::Warning);
    assert_eq!(problem.to_string(), expected);
    assert_eq!(load_app(folder.path(), &()).unwrap().warnings, [problem]);
}

#[test]
fn every_type_that_can_be_drawn_is_known() {
    for kind in [
        "barchart",
        "linechart",
        "piechart",
        "kpi",
        "table",
        "sn-table",
        "filterpane",
    ] {
        assert_eq!(check_app(folder(&sheet_of(kind)).path()).problems, [], "{kind}");
    }
}

#[test]
fn an_unknown_chart_type_is_named_with_the_one_that_was_meant() {
    assert_warning(
        &folder(&sheet_of("barchrt")),
        "objects/s.json:4:35: warning: there is no chart type \"barchrt\", so \"a\" is not drawn (did you mean \"barchart\"?)",
    );
    let other = only(&folder(&sheet_of("treemap"))).to_string();
    assert!(
        other.contains("use \"barchart\", \"filterpane\", \"kpi\""),
        "{other}"
    );
    let drawn_as = sheet_of("barchart").replace(
        "\"qHyperCubeDef\"",
        "\"visualization\": \"liinechart\", \"qHyperCubeDef\"",
    );
    let other = only(&folder(&drawn_as)).to_string();
    assert!(other.contains("did you mean \"linechart\"?"), "{other}");
}

#[test]
fn a_list_box_is_drawn_in_a_filter_pane() {
    let problem = only(&folder(&sheet_of("listbox"))).to_string();
    assert!(problem.contains("drawn in filter panes only"), "{problem}");
    let in_a_pane = r#"{"qProperty": {"qInfo": {"qId": "s", "qType": "sheet"},
  "cells": [{"name": "f", "col": 0, "row": 0, "colspan": 4, "rowspan": 12}]},
 "qChildren": [{"qProperty": {"qInfo": {"qId": "f", "qType": "filterpane"}}, "qChildren": [
   {"qInfo": {"qId": "r", "qType": "listbox"}, "qListObjectDef": {"qDef": {"qFieldDefs": ["Region"]}}}]}]}"#;
    assert_eq!(check_app(folder(in_a_pane).path()).problems, []);
}

#[test]
fn a_sheet_without_cells_shows_nothing() {
    for cells in ["", ", \"cells\": []", ", \"cells\": null"] {
        let sheet = format!("{{\"qInfo\": {{\"qId\": \"s\", \"qType\": \"sheet\"}}{cells}}}");
        let problem = only(&folder(&sheet));
        assert_eq!(problem.severity, Severity::Warning);
        assert!(
            problem.to_string().contains("sheet \"s\" has no cells"),
            "{problem}"
        );
    }
    let problem = only(&folder(
        "{\"qInfo\": {\"qId\": \"s\", \"qType\": \"sheet\"}, \"cells\": {}}",
    ));
    assert_eq!(problem.severity, Severity::Error);
}

#[test]
fn a_grid_is_counted_in_whole_numbers() {
    for columns in ["0", "\"24\"", "2.5", "-1", "[]"] {
        let sheet = sheet_of("kpi").replace("\"cells\"", &format!("\"columns\": {columns}, \"cells\""));
        let problem = only(&folder(&sheet));
        assert_eq!(problem.severity, Severity::Error, "{columns}");
        assert!(
            problem.to_string().contains("columns of sheet \"s\""),
            "{problem}"
        );
    }
}

#[test]
fn an_app_without_a_sheet_has_nothing_to_open() {
    assert_warning(
        &app(""),
        "app.toml: warning: the app has no sheet, so there is nothing to open (add objects/sheet.json with an object of \
         type \"sheet\"; apps/README.md has one to begin with)",
    );
}

#[test]
fn an_unknown_theme_is_named_where_it_stands() {
    let themed = |theme: &str| app(&format!("theme = \"{theme}\"")).with("objects/s.json", &sheet_of("kpi"));
    for known in ["fanlight", "fanlight-dark", "light", "dark"] {
        assert_eq!(check_app(themed(known).path()).problems, [], "{known}");
    }
    assert_warning(
        &themed("fanlight-drak"),
        "app.toml:2:9: warning: there is no theme \"fanlight-drak\" (did you mean \"fanlight-dark\"?)",
    );
    let own = r#"{"qInfo": {"qId": "p", "qType": "appprops"}, "theme": "drak"}"#;
    let problem = only(&folder(&sheet_of("kpi")).with("objects/p.json", own)).to_string();
    assert!(problem.starts_with("objects/p.json:1:"), "{problem}");
    assert!(problem.contains("did you mean \"dark\"?"), "{problem}");
}
