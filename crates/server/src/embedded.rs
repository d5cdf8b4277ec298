//! What the build script put into the binary.

use bytes::Bytes;
use fanlight_http::{Asset, Caching};

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Said wherever pages are missing.
pub const NOT_BUILT: &str =
    "this binary holds no web pages: build it by `cargo xtask build`, which builds the pages first";
