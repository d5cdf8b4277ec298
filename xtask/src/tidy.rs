//! The dependency directions, checked; sizes and missing docs, reported.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::layers::{LAYERS, NOBODY_USES, Reach};
use crate::{report, step};

/// Package name → names of the packages that it uses outside its tests.
type Uses = BTreeMap<String, BTreeSet<String>>;

/// Fails if a dependency points the wrong way; prints the report in any case.
pub fn run() -> Result<()> {
    report::print()?;
    let broken = broken_rules(&uses()?);
    if !broken.is_empty() {
        bail!(
            "dependencies point the wrong way (see docs/ARCHITECTURE.md):\n  {}",
            broken.join("\n  ")
        );
    }
    step::say("tidy: every dependency points the right way");
    Ok(())
}

fn broken_rules(uses: &Uses) -> Vec<String> {
    let mut broken = Vec::new();
    for layer in LAYERS {
        let found = match layer.reach {
            Reach::Direct => uses.get(layer.package).cloned().unwrap_or_default(),
            Reach::Transitive => everything_below(uses, layer.package),
        };
        for name in layer.forbidden.iter().filter(|name| found.contains(**name)) {
            broken.push(format!("{} must not depend on {name}", layer.package));
        }
    }
    for (package, used) in uses.iter().filter(|(package, _)| package.starts_with("fanlight")) {
        for name in NOBODY_USES.iter().filter(|name| used.contains(**name)) {
            broken.push(format!("{package} must not depend on {name}"));
        }
    }
    broken
}

fn everything_below(uses: &Uses, package: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![package.to_owned()];
    while let Some(next) = open.pop() {
        for name in uses.get(&next).into_iter().flatten() {
            if found.insert(name.clone()) {
                open.push(name.clone());
            }
        }
    }
    found
}

fn uses() -> Result<Uses> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(step::root())
        .output()
        .context("could not start cargo metadata")?;
    if !output.status.success() {
        bail!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).context("reading cargo metadata")?;
    let names: BTreeMap<&str, &str> = list(&metadata["packages"])
        .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
        .collect();
    let mut uses = Uses::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let Some(name) = node["id"].as_str().and_then(|id| names.get(id)) else {
            continue;
        };
        let used = list(&node["deps"])
            .filter(|dep| list(&dep["dep_kinds"]).any(|kind| kind["kind"].is_null()))
            .filter_map(|dep| names.get(dep["pkg"].as_str()?));
        uses.entry((*name).to_owned())
            .or_default()
            .extend(used.map(|name| (*name).to_owned()));
    }
    Ok(uses)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &str)]) -> Uses {
        let mut uses = Uses::new();
        for (from, to) in edges {
            uses.entry((*from).to_owned())
                .or_default()
                .insert((*to).to_owned());
        }
        uses
    }

    #[test]
    fn a_forbidden_package_is_found_behind_another_one() {
        let uses = graph(&[("fanlight-engine", "innocent"), ("innocent", "tokio")]);
        assert_eq!(broken_rules(&uses), ["fanlight-engine must not depend on tokio"]);
    }

    #[test]
    fn http_may_reach_the_engine_through_rpc_but_not_directly() {
        let through_rpc = graph(&[
            ("fanlight-http", "fanlight-rpc"),
            ("fanlight-rpc", "fanlight-engine"),
        ]);
        assert_eq!(broken_rules(&through_rpc), Vec::<String>::new());
        let directly = graph(&[("fanlight-http", "fanlight-engine")]);
        assert_eq!(
            broken_rules(&directly),
            ["fanlight-http must not depend on fanlight-engine"]
        );
    }

    #[test]
    fn nothing_uses_the_binary() {
        let uses = graph(&[("fanlight-http", "fanlight")]);
        assert_eq!(broken_rules(&uses), ["fanlight-http must not depend on fanlight"]);
    }
}
