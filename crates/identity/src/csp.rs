//! The content security policy of framed pages.

use std::fmt;
use std::str::FromStr;

use fanlight_base::{Entropy, ParseIdError, Timestamp};

use crate::CspSource;

/// The most entries a tenant can have.
pub const MAX_CSP_ORIGINS: usize = 256;
/// The longest header, in characters. Proxies in front of a tenant refuse longer ones.
pub const MAX_CSP_HEADER_CHARS: usize = 6144;

/// Names an entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CspOriginId(String);

impl CspOriginId {
    /// A new id.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy.hex128())
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CspOriginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CspOriginId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let fits = (1..=128).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseIdError)
        }
    }
}

/// A directive that an entry can add its source to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Directive {
    /// `child-src`.
    ChildSrc,
    /// `connect-src`.
    ConnectSrc,
    /// `connect-src`, for WebSockets.
    ConnectSrcWss,
    /// `font-src`.
    FontSrc,
    /// `form-action`.
    FormAction,
    /// `frame-ancestors`: who may frame the tenant's pages.
    FrameAncestors,
    /// `frame-src`.
    FrameSrc,
    /// `img-src`.
    ImgSrc,
    /// `media-src`.
    MediaSrc,
    /// `object-src`.
    ObjectSrc,
    /// `script-src`.
    ScriptSrc,
    /// `style-src`.
    StyleSrc,
    /// `worker-src`.
    WorkerSrc,
}

impl Directive {
    /// All of them, in the order of the header.
    pub const ALL: [Self; 13] = [
        Self::ChildSrc,
        Self::ConnectSrc,
        Self::ConnectSrcWss,
        Self::FontSrc,
        Self::FormAction,
        Self::FrameAncestors,
        Self::FrameSrc,
        Self::ImgSrc,
        Self::MediaSrc,
        Self::ObjectSrc,
        Self::ScriptSrc,
        Self::StyleSrc,
        Self::WorkerSrc,
    ];

    /// Its name in the header.
    pub const fn header_name(self) -> &'static str {
        match self {
            Self::ChildSrc => "child-src",
            Self::ConnectSrc | Self::ConnectSrcWss => "connect-src",
            Self::FontSrc => "font-src",
            Self::FormAction => "form-action",
            Self::FrameAncestors => "frame-ancestors",
            Self::FrameSrc => "frame-src",
            Self::ImgSrc => "img-src",
            Self::MediaSrc => "media-src",
            Self::ObjectSrc => "object-src",
            Self::ScriptSrc => "script-src",
            Self::StyleSrc => "style-src",
            Self::WorkerSrc => "worker-src",
        }
    }

    /// Its name on the REST surface.
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::ChildSrc => "childSrc",
            Self::ConnectSrc => "connectSrc",
            Self::ConnectSrcWss => "connectSrcWSS",
            Self::FontSrc => "fontSrc",
            Self::FormAction => "formAction",
            Self::FrameAncestors => "frameAncestors",
            Self::FrameSrc => "frameSrc",
            Self::ImgSrc => "imgSrc",
            Self::MediaSrc => "mediaSrc",
            Self::ObjectSrc => "objectSrc",
            Self::ScriptSrc => "scriptSrc",
            Self::StyleSrc => "styleSrc",
            Self::WorkerSrc => "workerSrc",
        }
    }

    /// The directive with that name on the REST surface.
    pub fn from_wire_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|directive| directive.wire_name() == name)
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of directives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Directives(u16);

impl Directives {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// Whether `directive` is in it.
    pub const fn contains(self, directive: Directive) -> bool {
        self.0 & directive.bit() != 0
    }

    /// The set with `directive` in it.
    #[must_use]
    pub const fn with(self, directive: Directive) -> Self {
        Self(self.0 | directive.bit())
    }

    /// As kept in the store.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// From the store; bits without a meaning are dropped.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & ((1 << Directive::ALL.len()) - 1))
    }
}

impl FromIterator<Directive> for Directives {
    fn from_iter<I: IntoIterator<Item = Directive>>(directives: I) -> Self {
        directives.into_iter().fold(Self::NONE, Self::with)
    }
}

/// An origin that the policy lets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CspOrigin {
    /// Its id.
    pub id: CspOriginId,
    /// What an administrator calls it.
    pub name: String,
    /// What an administrator wrote about it.
    pub description: String,
    /// The source itself.
    pub source: CspSource,
    /// Where it is added.
    pub directives: Directives,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A policy that a browser or a proxy would not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CspError {
    /// Too many entries.
    #[error(
        "there are {0} content security entries; at most {MAX_CSP_ORIGINS} are allowed, so delete some or use `*.domain`"
    )]
    TooMany(usize),
    /// Too long.
    #[error(
        "the content security header is {0} characters long; at most {MAX_CSP_HEADER_CHARS} are allowed, so delete entries or use `*.domain`"
    )]
    TooLong(usize),
}

/// A page's policy with the tenant's entries added.
///
/// `base` holds what the page itself needs, as directive and sources, in the order of the header. An entry adds its
/// source to its directives; where the base has none, the directive begins with `'self'`. `frame-ancestors` is always
/// there. A base of `'none'` gives way to the entries.
///
/// # Errors
/// Too many entries or too long a header.
pub fn content_security_policy(base: &[(&str, &str)], origins: &[CspOrigin]) -> Result<String, CspError> {
    if origins.len() > MAX_CSP_ORIGINS {
        return Err(CspError::TooMany(origins.len()));
    }
    let mut policy: Vec<(&str, Vec<String>)> = base
        .iter()
        .map(|(name, sources)| (*name, sources.split_whitespace().map(str::to_owned).collect()))
        .collect();
    if !policy
        .iter()
        .any(|(name, _)| *name == Directive::FrameAncestors.header_name())
    {
        policy.push((Directive::FrameAncestors.header_name(), vec!["'self'".to_owned()]));
    }
    for directive in Directive::ALL {
        for origin in origins
            .iter()
            .filter(|origin| origin.directives.contains(directive))
        {
            let source = match directive {
                Directive::ConnectSrcWss => origin.source.to_websocket(),
                _ => origin.source.to_header(),
            };
            add(&mut policy, directive.header_name(), source);
        }
    }
    let header = policy
        .iter()
        .map(|(name, sources)| format!("{name} {}", sources.join(" ")))
        .collect::<Vec<_>>()
        .join("; ");
    if header.len() > MAX_CSP_HEADER_CHARS {
        Err(CspError::TooLong(header.len()))
    } else {
        Ok(header)
    }
}

/// The policy of the entries alone, which `GET /api/v1/csp-origins/actions/generate-header` shows.
///
/// # Errors
/// Too many entries or too long a header.
pub fn generate_header(origins: &[CspOrigin]) -> Result<String, CspError> {
    content_security_policy(&[("default-src", "'self'")], origins)
}

fn add<'a>(policy: &mut Vec<(&'a str, Vec<String>)>, name: &'a str, source: String) {
    let at = policy
        .iter()
        .position(|(known, _)| *known == name)
        .unwrap_or_else(|| {
            policy.push((name, vec!["'self'".to_owned()]));
            policy.len() - 1
        });
    let sources = &mut policy[at].1;
    sources.retain(|known| known != "'none'");
    if !sources.contains(&source) {
        sources.push(source);
    }
}

#[cfg(test)]
mod tests;
