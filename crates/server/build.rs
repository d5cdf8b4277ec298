//! Puts the built web pages and the sample app into the binary.
//!
//! `web/dist` is made by `cargo xtask build`. Without it the binary still builds; it then serves no pages and says so.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("embedded.rs");
    let mut code = String::new();
    site(&mut code, "tenant_pages", &root.join("web/dist/tenant"))?;
    site(&mut code, "portal_pages", &root.join("web/dist/portal"))?;
    app(&mut code, "FLIGHTS", &root.join("apps/flights"))?;
    fs::write(out, code)
}

/// A function that returns the files under `folder`, each with its compressed forms.
fn site(code: &mut String, name: &str, folder: &Path) -> io::Result<()> {
    let mut entries = String::new();
    for file in files(folder)? {
        let path = relative(&file, folder);
        if path.ends_with(".br") || path.ends_with(".gz") || path.ends_with(".map") {
            continue;
        }
        let caching = if is_immutable(&path) {
            "Immutable"
        } else {
            "Revalidate"
        };
        let _ = writeln!(
            entries,
            "Asset {{ path: {:?}, content_type: {:?}, caching: Caching::{caching}, tag: {:?}, identity: {}, gzip: {}, brotli: {} }},",
            format!("/{path}"),
            content_type(&path),
            fingerprint(&fs::read(&file)?),
            bytes(&file),
            compressed(&file, "gz"),
            compressed(&file, "br"),
        );
    }
    let _ = writeln!(
        code,
        "/// The files of `{name}`.\npub fn {name}() -> Vec<Asset> {{ vec![{entries}] }}"
    );
    Ok(())
}

/// A list of the files of an app folder.
fn app(code: &mut String, name: &str, folder: &Path) -> io::Result<()> {
    let mut entries = String::new();
    for file in files(folder)? {
        let _ = writeln!(
            entries,
            "({:?}, include_bytes!({:?})),",
            relative(&file, folder),
            file.display().to_string()
        );
    }
    let _ = writeln!(
        code,
        "/// The files of the sample app.\npub static {name}: &[(&str, &[u8])] = &[{entries}];"
    );
    Ok(())
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    // A folder that is missing makes cargo ask again at the next build, when it may be there.
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let Ok(listing) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in listing {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn relative(file: &Path, folder: &Path) -> String {
    let path = file.strip_prefix(folder).unwrap_or(file);
    path.to_string_lossy().replace('\\', "/")
}

fn bytes(file: &Path) -> String {
    format!(
        "Bytes::from_static(include_bytes!({:?}))",
        file.display().to_string()
    )
}

fn compressed(file: &Path, suffix: &str) -> String {
    let sibling = PathBuf::from(format!("{}.{suffix}", file.display()));
    if sibling.is_file() {
        format!("Some({})", bytes(&sibling))
    } else {
        "None".to_owned()
    }
}

/// Whether the name changes with the content: `assets/NAME-HASH.EXT` with a hash of eight characters or more.
fn is_immutable(path: &str) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else {
        return false;
    };
    let in_assets = folder.split('/').any(|part| part == "assets");
    let stem = name.split_once('.').map_or("", |(stem, _)| stem);
    let is_hash = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    let hashed = stem
        .match_indices('-')
        .any(|(at, _)| stem.len() - at > 8 && is_hash(&stem[at + 1..]));
    in_assets && hashed
}

/// FNV-1a, 64 bits: tells two versions of a file apart, and has nothing to hide.
fn fingerprint(content: &[u8]) -> String {
    let hash = content.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, suffix)| suffix) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
