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

/// Secrets are compared in constant time: by the library's functions, or by looking up a hash. `Secret` says so to whoever
/// reads it; here is who checks.
#[test]
fn no_secret_is_compared_by_its_text() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    sources(&root.join("crates"), &mut files);
    let mut n_revealed = 0;
    let revealed = ".reveal()";
    for (path, text) in &files {
        let shown = path.display();
        if shown.to_string().contains("tests") {
            continue;
        }
        for line in text.split("#[cfg(test)]").next().unwrap_or_default().lines() {
            let n_here = line.matches(revealed).count();
            n_revealed += n_here;
            let compares =
                n_here > 0 && (line.contains("==") || line.contains("!=") || line.contains("matches!"));
            assert!(!compares, "{shown}: compare secrets by `same_secret`: {line}");
            let by_name = [
                "secret ==",
                "token ==",
                "signature ==",
                "csrf ==",
                "ticket ==",
                "sid ==",
            ];
            let names_one = by_name.iter().any(|name| line.contains(name))
                && !line.contains(" Token::")
                && !line.contains("\"-\"");
            assert!(!names_one, "{shown}: compare secrets by `same_secret`: {line}");
        }
    }
    assert!(n_revealed > 5, "only {n_revealed} secrets are read at all");
}

/// The last cell of every row of the tables of threats.
fn proofs(document: &str) -> Vec<&str> {
    let rows = document
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| threat |"));
    rows.filter_map(|row| row.trim_end_matches(" |").rsplit(" | ").next())
        .collect()
}

/// Whether the text declares a function of that name, and right before it says that it is a test.
fn declares_test(text: &str, name: &str) -> bool {
    let declared = format!("fn {name}(");
    text.match_indices(&declared).any(|(at, _)| {
        let mut before = text[..at]
            .lines()
            .rev()
            .skip_while(|line| !line.trim().starts_with("#["));
        before.next().is_some_and(|line| {
            let line = line.trim();
            line == "#[test]" || line.starts_with("#[tokio::test")
        })
    })
}

#[test]
fn every_row_of_the_security_page_names_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let document = std::fs::read_to_string(root.join("docs/SECURITY.md")).unwrap();
    let proofs = proofs(&document);
    assert!(proofs.len() > 40, "only {} rows were found", proofs.len());
    for proof in proofs {
        let names = proof.split('`').skip(1).step_by(2);
        let n_tests = names.filter(|name| !name.ends_with(".rs")).count();
        assert!(n_tests > 0, "docs/SECURITY.md has a row without a test: {proof}");
    }
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
        let exists = files
            .iter()
            .any(|(path, text)| path.ends_with(file) && declares_test(text, name));
        assert!(
            exists,
            "docs/SECURITY.md names `{name}` in `{file}`, which is not there"
        );
    }
    assert!(n_tests > 40, "only {n_tests} tests were found in the page");
}
