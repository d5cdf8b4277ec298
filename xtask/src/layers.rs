//! Which crate must not depend on which: the table of docs/ARCHITECTURE.md, as data.

/// How far a rule reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Neither the crate nor anything that it uses.
    Transitive,
    /// The crate's own manifest only.
    Direct,
}

/// A crate and what it must not use.
#[derive(Debug)]
pub struct Layer {
    /// The package.
    pub package: &'static str,
    /// How far the rule reaches.
    pub reach: Reach,
    /// Packages that must not be there.
    pub forbidden: &'static [&'static str],
}

const OURS: &[&str] = &[
    "fanlight-base",
    "fanlight-config",
    "fanlight-engine",
    "fanlight-expr",
    "fanlight-http",
    "fanlight-identity",
    "fanlight-ingest",
    "fanlight-jose",
    "fanlight-protocol",
    "fanlight-rpc",
    "fanlight-store",
    "fanlight-testkit",
    "fanlight",
    "serde",
    "tokio",
];

/// Every rule. The binary and the test kit are forbidden to all, by [`NOBODY_USES`].
pub const LAYERS: &[Layer] = &[
    forbid("fanlight-base", &["tokio", "serde_json", "axum"]),
    forbid("fanlight-jose", &["tokio", "axum"]),
    forbid("fanlight-identity", &["tokio", "axum", "fanlight-engine"]),
    forbid("fanlight-column", OURS),
    forbid("fanlight-expr", &["fanlight-engine", "fanlight-column", "serde"]),
    forbid("fanlight-engine", &["serde", "tokio", "axum", "fanlight-base"]),
    forbid(
        "fanlight-protocol",
        &["fanlight-engine", "fanlight-identity", "axum"],
    ),
    forbid(
        "fanlight-rpc",
        &["axum", "tokio-tungstenite", "tungstenite", "fanlight-identity"],
    ),
    forbid("fanlight-ingest", &["axum", "fanlight-identity"]),
    forbid("fanlight-store", &["axum", "fanlight-engine"]),
    Layer {
        package: "fanlight-http",
        reach: Reach::Direct,
        forbidden: &["fanlight-column", "fanlight-expr", "fanlight-engine"],
    },
    forbid("fanlight-config", &["axum", "fanlight-engine"]),
];

/// Packages that no other package of the workspace may use outside its tests.
pub const NOBODY_USES: &[&str] = &["fanlight", "fanlight-testkit"];

const fn forbid(package: &'static str, forbidden: &'static [&'static str]) -> Layer {
    Layer {
        package,
        reach: Reach::Transitive,
        forbidden,
    }
}
