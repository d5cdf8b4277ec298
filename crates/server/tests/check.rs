//! `fanlight app check`: what it prints and how it ends.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails as its test does")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn check(dir: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanlight"));
    command.args(["app", "check"]).arg(dir).args(more);
    command.output().unwrap()
}

/// An app of two tables that share a field.
fn app(makers: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let tables =
        ["cars", "makers"].map(|name| format!("[[tables]]\nname = \"{name}\"\nsource = \"{name}.csv\"\n"));
    fs::write(
        dir.path().join("app.toml"),
        format!("name = \"x\"\n{}", tables.concat()),
    )
    .unwrap();
    fs::write(dir.path().join("cars.csv"), "Maker,Doors\nAlfa,3\n").unwrap();
    fs::write(dir.path().join("makers.csv"), makers).unwrap();
    let sheet = r#"{"qProperty": {"qInfo": {"qId": "s", "qType": "sheet"},
        "cells": [{"name": "t", "col": 0, "row": 0, "colspan": 24, "rowspan": 12}]},
        "qChildren": [{"qInfo": {"qId": "t", "qType": "table"}}]}"#;
    fs::create_dir(dir.path().join("objects")).unwrap();
    fs::write(dir.path().join("objects/s.json"), sheet).unwrap();
    dir
}

#[test]
fn errors_and_warnings_have_exit_statuses_of_their_own() {
    let (sound, doubtful, wrong) = (
        app("Maker,Land\nAlfa,I\n"),
        app("Maker,Land\nalfa,I\n"),
        app("Maker,Land\nAlfa\n"),
    );
    for (dir, usual, strict, last_line) in [
        (&sound, 0, 0, "no problems"),
        (&doubtful, 0, 3, "1 warning"),
        (&wrong, 1, 1, "1 error"),
    ] {
        let output = check(dir.path(), &[]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(usual), "{text}");
        assert!(text.trim_end().ends_with(&format!(": {last_line}")), "{text}");
        let output = check(dir.path(), &["--strict"]);
        assert_eq!(output.status.code(), Some(strict), "{text}");
    }
}

#[test]
fn the_summary_follows_the_problems() {
    let dir = app("Maker,Land\nalfa,I\n");
    let text = String::from_utf8(check(dir.path(), &[]).stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("app.toml:6:8: warning: "), "{text}");
    assert_eq!(lines[1], "2 tables, 2 rows, 3 fields, 1 link");
    assert_eq!(
        lines[4],
        "  link \"Maker\": 0 % of 1 value in \"cars\" match; 0 % of 1 value in \"makers\" match"
    );
}
