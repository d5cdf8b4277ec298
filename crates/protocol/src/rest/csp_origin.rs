//! Origins for the content security policy.

use serde::{Deserialize, Serialize};

/// An origin and the directives that list it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CspOrigin {
    /// The entry's id.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `[scheme://][*.]host[:port]`.
    pub origin: String,
    /// ISO 8601, UTC.
    pub created_date: String,
    /// ISO 8601, UTC.
    pub modified_date: String,
    /// The directives that list the origin.
    #[serde(flatten)]
    pub directives: CspDirectives,
}

/// The body of `POST` and `PUT` under `/api/v1/csp-origins`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewCspOrigin {
    /// `[scheme://][*.]host[:port]`.
    pub origin: String,
    /// The name to show.
    #[serde(default)]
    pub name: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// The directives that list the origin.
    #[serde(flatten)]
    pub directives: CspDirectives,
}

macro_rules! directives {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// One switch per directive; a switch that is absent is off.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct CspDirectives {$(
            $(#[$doc])*
            pub $name: bool,
        )*}
    };
}

directives! {
    /// `child-src`
    child_src,
    /// `connect-src`
    connect_src,
    /// `connect-src`, for the WebSocket scheme
    #[serde(rename = "connectSrcWSS")]
    connect_src_wss,
    /// `font-src`
    font_src,
    /// `form-action`
    form_action,
    /// `frame-ancestors`
    frame_ancestors,
    /// `frame-src`
    frame_src,
    /// `img-src`
    img_src,
    /// `media-src`
    media_src,
    /// `object-src`
    object_src,
    /// `script-src`
    script_src,
    /// `style-src`
    style_src,
    /// `worker-src`
    worker_src,
}

/// The answer of `GET /api/v1/csp-origins/actions/generate-header`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CspHeader {
    /// The header's value.
    #[serde(rename = "Content-Security-Policy")]
    pub value: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_switch_is_off_and_the_web_socket_switch_keeps_its_capitals() {
        let body = r#"{"origin":"portal.example","frameAncestors":true,"connectSrcWSS":true}"#;
        let entry: NewCspOrigin = serde_json::from_str(body).unwrap();
        assert_eq!(
            entry.directives,
            CspDirectives {
                frame_ancestors: true,
                connect_src_wss: true,
                ..CspDirectives::default()
            }
        );
        assert!(
            serde_json::to_string(&entry)
                .unwrap()
                .contains(r#""connectSrcWSS":true"#)
        );
    }
}
