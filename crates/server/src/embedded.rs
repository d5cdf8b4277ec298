//! What the build script put into the binary.

use bytes::Bytes;
use fanlight_http::{Asset, Assets, Caching};

use crate::output;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Said where pages are missing.
const NOT_BUILT: &str =
    "this binary holds no web pages: build it by `cargo xtask build`, which builds the pages first";

/// The tenant's pages. Without them the server is of use to programs only, which is said.
pub fn tenant_assets() -> Assets {
    let assets = Assets::new(tenant_pages());
    if assets.is_empty() {
        output::warning(NOT_BUILT);
    }
    assets
}
