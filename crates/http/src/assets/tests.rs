use super::*;

fn script() -> Asset {
    Asset {
        path: "/single/assets/main-ab12cd34.js",
        content_type: "text/javascript; charset=utf-8",
        caching: Caching::Immutable,
        tag: "0f0f",
        identity: Bytes::from_static(b"plain"),
        gzip: Some(Bytes::from_static(b"gz")),
        brotli: Some(Bytes::from_static(b"br")),
    }
}

fn encoding_for(accept: &str) -> Option<&'static str> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_ENCODING, accept.parse().unwrap());
    script().negotiate(&headers).0
}

#[test]
fn the_smallest_form_that_the_client_takes_is_sent() {
    assert_eq!(encoding_for("gzip, deflate, br, zstd"), Some("br"));
    assert_eq!(encoding_for("gzip"), Some("gzip"));
    assert_eq!(encoding_for("br;q=0, gzip;q=0.5"), Some("gzip"));
    assert_eq!(encoding_for("*"), Some("br"));
    assert_eq!(encoding_for("*;q=0"), None);
    assert_eq!(encoding_for("identity"), None);
    assert_eq!(script().negotiate(&HeaderMap::new()).0, None);
}

#[test]
fn a_known_tag_is_answered_without_a_body() {
    let first = script().respond(&HeaderMap::new());
    assert_eq!(
        first.headers()[CACHE_CONTROL],
        "public, max-age=31536000, immutable"
    );
    let mut headers = HeaderMap::new();
    headers.insert(IF_NONE_MATCH, first.headers()[ETAG].clone());
    assert_eq!(script().respond(&headers).status(), StatusCode::NOT_MODIFIED);
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("br"));
    assert_eq!(script().respond(&headers).status(), StatusCode::OK);
}

#[test]
fn an_index_page_answers_for_its_folder() {
    let page = Asset {
        path: "/single/index.html",
        ..script()
    };
    let assets = Assets::new([page]);
    assert!(assets.get("/single/").is_some());
    assert!(assets.get("/single/index.html").is_some());
    assert!(assets.get("/").is_none());
}
