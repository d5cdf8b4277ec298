//! What the documents promise has a test, and every test that they name exists; every route is in their tables.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fanlight_testkit::call_paths;

/// Every source file below `folder`, with its text.
fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| ["rs", "ts"].iter().any(|known| extension == *known))
        {
            let text = std::fs::read_to_string(&path).expect("a text");
            found.push((path, text));
        }
    }
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

/// The last cell of every row of the tables that end in a column of tests.
fn proofs(document: &str) -> Vec<&str> {
    let mut is_within = false;
    let mut proofs = Vec::new();
    for line in document.lines() {
        let cells = line.strip_prefix("| ").and_then(|row| row.strip_suffix(" |"));
        let last = cells.and_then(|row| row.rsplit(" | ").next());
        match last {
            Some("test" | "shown by") => is_within = true,
            Some(proof) if is_within => proofs.push(proof),
            Some(_) => {}
            None => is_within &= line.starts_with("|--"),
        }
    }
    proofs
}

/// What stands between back-ticks: files, and the tests in them.
fn named(proof: &str) -> impl Iterator<Item = &str> {
    proof.split('`').skip(1).step_by(2)
}

fn is_file(name: &str) -> bool {
    [".rs", ".ts"].iter().any(|ending| name.ends_with(ending))
}

fn document(name: &str) -> String {
    std::fs::read_to_string(root().join("docs").join(name)).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
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

/// The documents whose tables say by what test each promise is shown.
const WITH_PROMISES: [&str; 2] = ["SECURITY.md", "SESSIONS.md"];

#[test]
fn every_promise_names_a_test() {
    for (name, n_least) in WITH_PROMISES.into_iter().zip([60, 25]) {
        let document = document(name);
        let proofs = proofs(&document);
        assert!(
            proofs.len() > n_least,
            "{name}: only {} rows were found",
            proofs.len()
        );
        for proof in proofs {
            let n_files = named(proof).filter(|name| is_file(name)).count();
            assert!(n_files > 0, "docs/{name} has a row without a test: {proof}");
            // A browser's test may be a whole file; of ours it is always said which one.
            let is_told = named(proof).any(|name| !is_file(name) || name.ends_with(".ts"));
            assert!(is_told, "docs/{name} has a row that names no test: {proof}");
        }
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let mut files = Vec::new();
    sources(&root().join("crates"), &mut files);
    for folder in ["e2e/specs", "web/embed/test"] {
        sources(&root().join(folder), &mut files);
    }
    for page in WITH_PROMISES {
        let document = document(page);
        let (mut file, mut n_tests) = ("", 0);
        for name in proofs(&document).into_iter().flat_map(named) {
            let in_file = |path: &Path, wanted: &str| path.ends_with(wanted.trim_start_matches("crates/"));
            if is_file(name) {
                file = name;
                let exists = files.iter().any(|(path, _)| in_file(path, file));
                assert!(exists, "docs/{page} names `{file}`, which is not there");
                continue;
            }
            n_tests += 1;
            let exists = files.iter().any(|(path, text)| {
                let is_there = || match path.extension() {
                    Some(extension) if extension == "rs" => declares_test(text, name),
                    _ => text.contains(name),
                };
                in_file(path, file) && is_there()
            });
            assert!(
                exists,
                "docs/{page} names `{name}` in `{file}`, which is not there"
            );
        }
        assert!(n_tests > 40, "only {n_tests} tests were found in {page}");
    }
}

/// Every call that the router has, as documents write its path.
fn routes() -> BTreeSet<String> {
    // The documents tell of the WebSocket by its paths with an app's name.
    let calls = call_paths().into_iter().filter(|path| path != "/app/");
    calls.map(|path| path.replace("{*path}", "…")).collect()
}

/// The paths that the tables of a document name in their first column, without their methods and queries.
fn paths_of(document: &str) -> BTreeSet<String> {
    let rows = document.lines().filter_map(|line| line.strip_prefix("| "));
    // A line within a cell is written `\|`, so the first bar with spaces around it ends the cell.
    let first_cells = rows.filter_map(|row| row.split(" | ").next());
    let words = first_cells
        .flat_map(named)
        .map(|call| call.rsplit(' ').next().unwrap_or(call));
    words
        .filter(|word| word.starts_with('/'))
        .map(|word| word.split('?').next().unwrap_or(word).to_owned())
        .collect()
}

#[test]
fn every_route_is_in_the_documents_tables() {
    let of_the_contract = paths_of(&document("COMPATIBILITY.md"));
    let of_our_own = document("API.md");
    let routes = routes();
    assert!(routes.len() > 35, "only {} routes were found", routes.len());
    for route in &routes {
        let is_our_own = route.starts_with("/api/fanlight/") || !route[1..].contains('/');
        let is_told = of_the_contract.contains(route) || (is_our_own && of_our_own.contains(route.as_str()));
        assert!(
            is_told,
            "neither docs/COMPATIBILITY.md nor docs/API.md has {route}"
        );
    }
}

#[test]
fn every_path_of_the_contracts_table_is_a_route() {
    let routes = routes();
    let document = document("COMPATIBILITY.md");
    let (_, table) = document.split_once("\n## REST\n").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let is_route = |path: &str| {
        let by_segment = |route: &String| {
            let (route, path): (Vec<&str>, Vec<&str>) =
                (route.split('/').collect(), path.split('/').collect());
            let is_same = |(route, path): (&&str, &&str)| route == path || *route == "{id}";
            route.len() == path.len() && route.iter().zip(&path).all(is_same)
        };
        routes.iter().any(by_segment)
    };
    let paths = paths_of(table);
    assert!(paths.len() > 25, "only {} paths were found", paths.len());
    // The last two rows say what there is not.
    for path in paths
        .iter()
        .filter(|path| !["/api/v1/…", "/qlik-embed/main.js"].contains(&path.as_str()))
    {
        assert!(
            is_route(path),
            "docs/COMPATIBILITY.md has {path}, the router does not"
        );
    }
}
