//! Apps of a few tables, and what became of them.

use std::sync::Arc;

use fanlight_engine::{Session, Settings, Value};
use fanlight_ingest::{LoadedApp, Problem, check_app, load_app};

use crate::common::Folder;

/// A sheet, which every app that people open has.
const SHEET: &str = r#"{"qProperty": {"qInfo": {"qId": "s", "qType": "sheet"},
    "cells": [{"name": "t", "col": 0, "row": 0, "colspan": 24, "rowspan": 12}]},
    "qChildren": [{"qInfo": {"qId": "t", "qType": "table"}}]}"#;

/// An app of one table, `data.csv`, with more lines of the manifest behind its source.
pub fn table(csv: impl AsRef<[u8]>, more: &str) -> Folder {
    let manifest = format!("name = \"x\"\n[[tables]]\nname = \"T\"\nsource = \"data.csv\"\n{more}");
    Folder::new()
        .with("app.toml", &manifest)
        .with("objects/s.json", SHEET)
        .with_bytes("data.csv", csv.as_ref())
}

/// An app whose tables have the files' names, each a name, a content and more lines of the manifest.
pub fn tables(files: &[(&str, &[u8], &str)]) -> Folder {
    let mut manifest = "name = \"x\"\n".to_owned();
    let mut folder = Folder::new().with("objects/s.json", SHEET);
    for (file, content, more) in files {
        let name = file.split('.').next().unwrap_or(file);
        manifest += &format!("[[tables]]\nname = \"{name}\"\nsource = \"{file}\"\n{more}\n");
        folder = folder.with_bytes(file, content);
    }
    folder.with("app.toml", &manifest)
}

/// Everything that is said of an app, one line each.
pub fn said(folder: &Folder) -> Vec<String> {
    let problems = check_app(folder.path()).problems;
    problems.iter().map(ToString::to_string).collect()
}

/// The only thing that is said of an app.
pub fn only(folder: &Folder) -> Problem {
    let mut problems = check_app(folder.path()).problems;
    assert_eq!(problems.len(), 1, "{problems:#?}");
    problems.remove(0)
}

pub fn load(folder: &Folder) -> LoadedApp {
    load_app(folder.path(), &()).unwrap_or_else(|error| panic!("{:#?}", error.problems))
}

/// What an expression comes to.
pub fn value(folder: &Folder, expression: &str) -> Value {
    let app = load(folder);
    let settings = Settings {
        locale: app.locale.clone(),
        ..Settings::default()
    };
    let snapshot = Session::new(Arc::clone(&app.model), settings).snapshot();
    snapshot.evaluate("$", expression).unwrap()
}

pub fn number(folder: &Folder, expression: &str) -> f64 {
    let value = value(folder, expression);
    value
        .as_num()
        .unwrap_or_else(|| panic!("{expression} is {value:?}"))
}

/// The values of a field, each as its text, with its number behind an equals sign.
pub fn values(folder: &Folder, field: &str) -> Vec<String> {
    let app = load(folder);
    let field = app.model.field(app.model.field_id(field).unwrap());
    let symbols = field.symbols();
    let shown = (0..symbols.len() as u32).map(|code| match symbols.num(code) {
        Some(num) => format!("{}={num}", symbols.text(code)),
        None => symbols.text(code).into_owned(),
    });
    shown.collect()
}
