//! The sample app, unpacked from the binary.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::embedded::FLIGHTS;
use crate::files;

/// The app's id, which is its folder's name.
pub const APP_ID: &str = "flights";
/// The first sheet.
pub const SHEET_ID: &str = "overview";
/// Holds the fingerprint of what was unpacked.
const MARK: &str = ".sample";

/// Puts the sample app under `apps`. An app that was unpacked before and that nobody has changed since is replaced when
/// the binary holds a newer one; one that somebody has changed is left alone.
pub fn unpack(apps: &Path) -> Result<PathBuf> {
    let folder = apps.join(APP_ID);
    let fresh = fingerprint(FLIGHTS.iter().map(|(path, content)| (*path, *content)));
    if folder.is_dir() {
        let mark = fs::read_to_string(folder.join(MARK)).unwrap_or_default();
        if mark == fresh || mark.is_empty() || mark != fingerprint_of(&folder)? {
            return Ok(folder);
        }
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be replaced", folder.display()))?;
    }
    let beside = apps.join(format!(".{APP_ID}.new"));
    if beside.is_dir() {
        fs::remove_dir_all(&beside).with_context(|| format!("{} cannot be replaced", beside.display()))?;
    }
    for (path, content) in FLIGHTS {
        let file = beside.join(path);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).with_context(|| format!("{} cannot be created", parent.display()))?;
        }
        files::write_whole(&file, content, 0o644)?;
    }
    files::write_whole(&beside.join(MARK), fresh.as_bytes(), 0o644)?;
    fs::rename(&beside, &folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    Ok(folder)
}

fn fingerprint_of(folder: &Path) -> Result<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(inner) = open.pop() {
        for entry in fs::read_dir(&inner)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if !path.ends_with(MARK) {
                let name = path
                    .strip_prefix(folder)
                    .unwrap_or(&path)
                    .to_string_lossy()
                    .replace('\\', "/");
                found.push((name, fs::read(&path)?));
            }
        }
    }
    found.sort();
    Ok(fingerprint(
        found
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice())),
    ))
}

/// FNV-1a, 64 bits, over names and contents in the order of the names: tells versions apart, and has nothing to hide.
fn fingerprint<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (name, content) in files {
        for byte in name.bytes().chain([0]).chain(content.iter().copied()).chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacking_again_keeps_what_somebody_changed() {
        let apps = tempfile::tempdir().unwrap();
        let folder = unpack(apps.path()).unwrap();
        let manifest = folder.join("app.toml");
        assert!(manifest.is_file());
        fs::write(&manifest, "name = \"mine\"").unwrap();
        unpack(apps.path()).unwrap();
        assert_eq!(fs::read_to_string(&manifest).unwrap(), "name = \"mine\"");
    }

    #[test]
    fn an_untouched_older_sample_is_replaced() {
        let apps = tempfile::tempdir().unwrap();
        let folder = unpack(apps.path()).unwrap();
        let fresh = fingerprint_of(&folder).unwrap();
        fs::write(folder.join("app.toml"), "name = \"older\"").unwrap();
        let older = fingerprint_of(&folder).unwrap();
        fs::write(folder.join(MARK), &older).unwrap();
        unpack(apps.path()).unwrap();
        assert_eq!(fingerprint_of(&folder).unwrap(), fresh);
    }
}
