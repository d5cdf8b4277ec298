//! What the tree could do better: files and functions past the house aims, public items without docs.
//!
//! A report and no failure: the reader's ease decides, not the number. It reads lines and braces, which rustfmt makes
//! regular enough; a brace inside a string can mislead it by a line or two, never more than one function.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::step;

const FILE_AIM_LINES: usize = 300;
const FILE_LIMIT_LINES: usize = 500;
const FUNCTION_AIM_LINES: usize = 40;
const FUNCTION_LIMIT_LINES: usize = 70;
const ROWS: usize = 12;

/// Prints the report.
pub fn print() -> Result<()> {
    let mut files = Vec::new();
    for folder in ["crates", "xtask", "bench"] {
        rust_files(&step::root().join(folder), &mut files)?;
    }
    let mut long_files = Vec::new();
    let mut long_functions = Vec::new();
    let mut undocumented = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let name = path
            .strip_prefix(step::root())
            .unwrap_or(&path)
            .display()
            .to_string();
        let is_test = name.contains("/tests") || name.contains("testkit");
        let production = production_lines(&text);
        if !is_test && production.len() > FILE_AIM_LINES {
            long_files.push((production.len(), name.clone()));
        }
        long_functions.extend(functions(&production).filter_map(|function| {
            (!is_test && function.lines > FUNCTION_AIM_LINES).then(|| {
                (
                    function.lines,
                    format!("{name}:{} {}", function.at, function.name),
                )
            })
        }));
        undocumented
            .extend(undocumented_items(&production).map(|(at, item)| (0, format!("{name}:{at} {item}"))));
    }
    section("files", long_files, Some((FILE_AIM_LINES, FILE_LIMIT_LINES)));
    section(
        "functions",
        long_functions,
        Some((FUNCTION_AIM_LINES, FUNCTION_LIMIT_LINES)),
    );
    section("public items without docs", undocumented, None);
    Ok(())
}

fn section(what: &str, mut rows: Vec<(usize, String)>, bounds: Option<(usize, usize)>) {
    rows.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    let heading = match bounds {
        Some((aim, limit)) => {
            let past_limit = rows.iter().filter(|row| row.0 > limit).count();
            format!(
                "{what} past the aim of {aim} lines: {}, past the limit of {limit}: {past_limit}",
                rows.len()
            )
        }
        None => format!("{what}: {}", rows.len()),
    };
    step::say(&format!("report: {heading}"));
    for (lines, name) in rows.iter().take(ROWS) {
        let size = if bounds.is_some() {
            format!("{lines:>5}  ")
        } else {
            String::new()
        };
        step::say(&format!("  {size}{name}"));
    }
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(())
}

/// The lines before the inline tests.
fn production_lines(text: &str) -> Vec<&str> {
    text.lines().take_while(|line| *line != "#[cfg(test)]").collect()
}

struct Function<'a> {
    name: &'a str,
    at: usize,
    lines: usize,
}

fn functions<'a>(lines: &'a [&'a str]) -> impl Iterator<Item = Function<'a>> {
    lines.iter().enumerate().filter_map(move |(start, line)| {
        let name = function_name(line)?;
        let indent = &line[..line.len() - line.trim_start().len()];
        // rustfmt closes a body at the indentation of its signature.
        let end = lines[start..].iter().position(|line| {
            line.strip_prefix(indent)
                .is_some_and(|rest| rest == "}" || (rest.starts_with(") ") && rest.ends_with(';')))
        })?;
        Some(Function {
            name,
            at: start + 1,
            lines: if line.ends_with('}') { 1 } else { end + 1 },
        })
    })
}

fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    for prefix in [
        "pub(crate) ",
        "pub(super) ",
        "pub ",
        "const ",
        "async ",
        "unsafe ",
    ] {
        rest = rest.strip_prefix(prefix).unwrap_or(rest);
    }
    let name = rest.strip_prefix("fn ")?;
    name.split(['(', '<']).next()
}

fn undocumented_items<'a>(lines: &'a [&'a str]) -> impl Iterator<Item = (usize, &'a str)> {
    lines.iter().enumerate().filter_map(move |(at, line)| {
        let item = line.trim_start().strip_prefix("pub ")?;
        let is_item = [
            "fn ",
            "struct ",
            "enum ",
            "trait ",
            "const ",
            "static ",
            "type ",
            "async fn ",
            "const fn ",
        ]
        .iter()
        .any(|word| item.starts_with(word));
        let above = lines[..at]
            .iter()
            .rev()
            .find(|line| !line.trim_start().starts_with("#["));
        let documented =
            above.is_some_and(|line| line.trim_start().starts_with("///") || line.trim() == ")]");
        (is_item && !documented).then_some((at + 1, item))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "\
/// Says how many.
pub fn documented() -> usize {
    1
}

#[derive(Debug)]
pub struct Bare;

impl Bare {
    fn inner(&self) {
        let _ = self;
    }
}
";

    #[test]
    fn functions_are_measured_from_signature_to_brace() {
        let lines = production_lines(SAMPLE);
        let found: Vec<_> = functions(&lines)
            .map(|function| (function.name, function.lines))
            .collect();
        assert_eq!(found, [("documented", 3), ("inner", 3)]);
    }

    #[test]
    fn a_public_item_without_a_doc_comment_is_listed() {
        let lines = production_lines(SAMPLE);
        let found: Vec<_> = undocumented_items(&lines).collect();
        assert_eq!(found, [(7, "struct Bare;")]);
    }
}
