//! The embed in browsers other than Chromium. Slow, and in need of packages that nothing else needs; so it is a command of
//! its own, and no part of `cargo xtask test`.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::step;

/// What the tests start: the variable that names another one, where there is one, and Debian's package.
const NEEDED: [(&str, Option<&str>, &str); 3] = [
    ("firefox-esr", Some("FIREFOX"), "firefox-esr"),
    ("WebKitWebDriver", None, "webkit2gtk-driver"),
    ("Xvfb", None, "xvfb"),
];

/// Runs the tests against the development build; `args` go to the test runner.
pub fn run(args: &[String]) -> Result<()> {
    let path = env::var_os("PATH").unwrap_or_default();
    let missing = missing_packages(&path, |variable| env::var_os(variable).map(PathBuf::from));
    if !missing.is_empty() {
        bail!(
            "install the browsers that are missing and what drives them; on Debian: apt-get install --no-install-recommends {}",
            missing.join(" ")
        );
    }
    step::cargo(&["build", "--package", "fanlight"])?;
    step::npm_e2e("browsers", args)
}

fn missing_packages(path: &OsStr, named: impl Fn(&str) -> Option<PathBuf>) -> Vec<&'static str> {
    NEEDED
        .iter()
        .filter(|(program, variable, _)| {
            let there = match variable.and_then(&named) {
                Some(file) => file.is_file(),
                None => is_on(path, program),
            };
            !there
        })
        .map(|(_, _, package)| *package)
        .collect()
}

fn is_on(path: &OsStr, program: &str) -> bool {
    env::split_paths(path).any(|folder: PathBuf| Path::join(&folder, program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_by_its_package() {
        let nowhere = OsStr::new("/nonexistent");
        assert_eq!(
            missing_packages(nowhere, |_| None),
            ["firefox-esr", "webkit2gtk-driver", "xvfb"]
        );
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert_eq!(
            missing_packages(nowhere, |_| Some(here.clone())),
            ["webkit2gtk-driver", "xvfb"]
        );
    }
}
