//! Somebody who calls the tenant.

use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::TestTenant;

/// Somebody who calls the tenant's router, with the same headers each time.
#[derive(Clone)]
pub struct Caller<'a> {
    tenant: &'a TestTenant,
    headers: HeaderMap,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as text.
    pub body: String,
}

impl<'a> Caller<'a> {
    pub(crate) fn new(tenant: &'a TestTenant) -> Self {
        Self {
            tenant,
            headers: HeaderMap::new(),
        }
    }

    /// The same caller with one more header, or another value for it.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers
            .insert(name, HeaderValue::from_str(value).expect("a header's value"));
        self
    }

    /// The same caller without a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// What the caller sends as `name`.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &Value::Null).await
    }

    /// POST.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, body).await
    }

    /// Any method; no body when `body` is null.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::from(text))
            .expect("a request");
        *request.headers_mut() = self.headers.clone();
        if !body.is_null() {
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert("content-type", json);
        }
        let response = self
            .tenant
            .router()
            .oneshot(request)
            .await
            .expect("the router always answers");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body is in memory").to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

impl Answer {
    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.body))
    }

    /// The code of the first error.
    pub fn code(&self) -> String {
        let body = self.json();
        let code = body["errors"][0]["code"].as_str();
        code.unwrap_or_else(|| panic!("no error: {}", self.body))
            .to_owned()
    }

    /// The `Set-Cookie` headers.
    pub fn set_cookies(&self) -> Vec<&str> {
        let all = self.headers.get_all("set-cookie").iter();
        all.filter_map(|value| value.to_str().ok()).collect()
    }

    /// The cookies, as the browser sends them back.
    pub fn cookies(&self) -> String {
        let pairs: Vec<&str> = self
            .set_cookies()
            .into_iter()
            .filter_map(|cookie| cookie.split(';').next())
            .collect();
        pairs.join("; ")
    }
}
