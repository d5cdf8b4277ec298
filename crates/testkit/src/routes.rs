//! What paths the tenant answers, for tests that hold each of them to something.

use std::collections::BTreeSet;
use std::path::Path;

/// Pages and files for people, and what answers that there is no such path.
pub const PAGES: [&str; 12] = [
    "/",
    "/console",
    "/console/",
    "/console/index.html",
    "/single",
    "/single/",
    "/single/index.html",
    "/embed/{*path}",
    "/api",
    "/api/",
    "/api/{*path}",
    "/resources/{*path}",
];

/// Every path that the router has, as it is written there, but for [`PAGES`].
#[must_use]
pub fn call_paths() -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../http/src/router.rs");
    let router = std::fs::read_to_string(file).expect("the router's source is there");
    let after = router.split(".route(").skip(1);
    let paths = after.filter_map(|rest| rest.split('"').nth(1));
    let calls = paths.filter(|path| !PAGES.contains(path));
    calls.map(str::to_owned).collect()
}
