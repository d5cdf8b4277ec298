//! `docs/SECURITY.md` names tests; each of them exists.

use std::path::{Path, PathBuf};

/// Every Rust file below `folder`, with its text.
fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a text");
            found.push((path, text));
        }
    }
}

/// What stands between back-ticks in the last column of the tables, in order.
fn named(document: &str) -> Vec<&str> {
    let rows = document.lines().filter(|line| line.starts_with("| "));
    let cells = rows.filter_map(|row| row.trim_end_matches(" |").rsplit(" | ").next());
    cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect()
}

#[test]
fn every_test_that_the_security_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let document = std::fs::read_to_string(root.join("docs/SECURITY.md")).unwrap();
    let mut files = Vec::new();
    sources(&root.join("crates"), &mut files);
    let mut file = "";
    let mut n_tests = 0;
    for name in named(&document) {
        if name.ends_with(".rs") {
            file = name;
            continue;
        }
        n_tests += 1;
        let declared = format!("fn {name}(");
        let exists = files
            .iter()
            .any(|(path, text)| path.ends_with(file) && text.contains(&declared));
        assert!(
            exists,
            "docs/SECURITY.md names `{name}` in `{file}`, which is not there"
        );
    }
    assert!(n_tests > 40, "only {n_tests} tests were found in the page");
}
