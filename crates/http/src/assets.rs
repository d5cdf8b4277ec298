//! Static files: which encoding a client gets, and for how long it may keep it.

use std::collections::HashMap;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};

/// How long a browser may keep a file without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// The name changes with the content: for good.
    Immutable,
    /// Not at all; it asks with the entity tag each time.
    Revalidate,
}

/// One file with its compressed forms.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The path at which it is served, such as `/single/assets/main-ab12cd34.js`.
    pub path: &'static str,
    /// The media type.
    pub content_type: &'static str,
    /// How long a browser may keep it.
    pub caching: Caching,
    /// Changes whenever the content does; without quotes.
    pub tag: &'static str,
    /// The file as it is.
    pub identity: Bytes,
    /// The file compressed by gzip, if that makes it smaller.
    pub gzip: Option<Bytes>,
    /// The file compressed by Brotli, if that makes it smaller.
    pub brotli: Option<Bytes>,
}

/// All static files of one site, by path.
#[derive(Debug, Default)]
pub struct Assets {
    by_path: HashMap<&'static str, Asset>,
}

impl Assets {
    /// Keeps `files`; a path such as `/single/index.html` also answers as `/single/`.
    pub fn new(files: impl IntoIterator<Item = Asset>) -> Self {
        let mut by_path = HashMap::new();
        for asset in files {
            if let Some(folder) = asset.path.strip_suffix("index.html") {
                by_path.insert(folder, asset.clone());
            }
            by_path.insert(asset.path, asset);
        }
        Self { by_path }
    }

    /// Whether the site was built at all.
    pub fn is_empty(&self) -> bool {
        self.by_path.is_empty()
    }

    /// The file at `path`, if there is one.
    pub fn get(&self, path: &str) -> Option<&Asset> {
        self.by_path.get(path)
    }
}

impl Asset {
    /// The answer to a GET or HEAD with `headers`: the smallest form that the client takes, or 304.
    pub fn respond(&self, headers: &HeaderMap) -> Response {
        let (encoding, body) = self.negotiate(headers);
        let tag = match encoding {
            Some(encoding) => format!("\"{}-{encoding}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        };
        let known = headers
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|candidate| candidate.trim().trim_start_matches("W/") == tag);
        let mut response = if known {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            Response::new(Body::from(body))
        };
        let out = response.headers_mut();
        out.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        out.insert(VARY, HeaderValue::from_static("accept-encoding"));
        out.insert(CACHE_CONTROL, HeaderValue::from_static(self.caching.header()));
        if let Ok(value) = HeaderValue::from_str(&tag) {
            out.insert(ETAG, value);
        }
        if let (Some(encoding), false) = (encoding, known) {
            out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }

    fn negotiate(&self, headers: &HeaderMap) -> (Option<&'static str>, Bytes) {
        let forms = [("br", &self.brotli), ("gzip", &self.gzip)];
        forms
            .into_iter()
            .find_map(|(name, form)| {
                let form = form.as_ref().filter(|_| accepts(headers, name))?;
                Some((Some(name), form.clone()))
            })
            .unwrap_or_else(|| (None, self.identity.clone()))
    }
}

impl Caching {
    const fn header(self) -> &'static str {
        match self {
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Revalidate => "no-cache",
        }
    }
}

/// RFC 9110 §12.5.3, as far as it decides between forms that we have: a coding is taken if it is named, or covered by
/// `*`, with a weight above zero.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let mut by_star = false;
    for item in headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or("");
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(1.0, |text| text.parse::<f64>().unwrap_or(0.0));
        if name.eq_ignore_ascii_case(coding) {
            return weight > 0.0;
        }
        by_star |= name == "*" && weight > 0.0;
    }
    by_star
}

#[cfg(test)]
mod tests;
