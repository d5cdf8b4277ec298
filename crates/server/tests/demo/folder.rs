//! One process at a time uses a data folder.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::support::{Demo, fanlight, serve};

/// When each file of the folder was last written, but for SQLite's own files, which the first process writes in its time.
fn written(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let entry = entry.unwrap();
            let meta = entry.metadata().unwrap();
            if meta.is_dir() {
                open.push(entry.path());
            } else if !entry.file_name().to_string_lossy().contains(".db") {
                found.insert(entry.path(), meta.modified().unwrap());
            }
        }
    }
    found
}

fn config(folder: &Path) -> PathBuf {
    let file = folder.join("fanlight.toml");
    fs::write(&file, "[server]\nlisten = \"127.0.0.1:0\"\ndata = \"state\"\n").unwrap();
    file
}

#[test]
fn a_second_demo_on_the_same_folder_names_the_first_and_touches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let first = Demo::start(&data, &[]);
    let before = written(&data);
    let second = fanlight(&[
        "demo",
        "--tenant-addr",
        "127.0.0.1:0",
        "--portal-addr",
        "127.0.0.1:0",
        "--json",
        "--data",
        data.to_str().unwrap(),
    ]);
    assert!(!second.status.success());
    let words = String::from_utf8(second.stderr).unwrap();
    let owner = format!("is in use by process {} (fanlight demo)", first.id());
    assert!(words.contains(&owner) && words.contains("--data"), "{words}");
    assert_eq!(written(&data), before);
    assert_eq!(first.tenant("GET", "/readyz", &[]).status, 200);
    // A process that is killed leaves nothing locked.
    first.kill();
    drop(Demo::start(&data, &[]));
}

#[test]
fn a_second_server_on_the_same_folder_refuses_to_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = config(folder.path());
    let (first, _) = serve(&file);
    let second = fanlight(&["serve", "--config", file.to_str().unwrap()]);
    assert!(!second.status.success());
    let words = String::from_utf8(second.stderr).unwrap();
    assert!(
        words.contains("(fanlight serve)") && words.contains("server.data"),
        "{words}"
    );
    drop(first);
    drop(serve(&file));
}
