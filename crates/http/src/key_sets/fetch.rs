//! Fetching one key set: a small client that does this and no more.
//!
//! HTTPS with the machine's own certificate authorities, so that an operator's private one counts too; HTTP on loopback
//! only. No proxy, no cookie, no credential, no redirect to another host; an answer has to come soon and be small.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use fanlight_identity::JwksUri;
use fanlight_jose::{KeySet, KeySetError};
use http::header::{ACCEPT, CONNECTION, HOST, LOCATION, USER_AGENT};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};
use url::{Host, Url};

const MAX_REDIRECTS: usize = 3;

/// What an answer may cost.
#[derive(Debug, Clone, Copy)]
pub struct FetchLimits {
    /// From the first packet to the last byte, redirects included.
    pub time: Duration,
    /// The longest body.
    pub bytes: usize,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(5),
            bytes: 256 << 10,
        }
    }
}

/// Why there is no key set.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No connection.
    #[error("the host cannot be reached: {0}")]
    Connect(#[source] std::io::Error),
    /// A certificate that is not trusted, most likely.
    #[error("no secure connection: {0}")]
    Tls(#[source] std::io::Error),
    /// Too slow.
    #[error("no whole answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    /// Not 200.
    #[error("the answer was {0}")]
    Status(StatusCode),
    /// To another host, to plain HTTP, to nowhere, or too often.
    #[error("the answer redirects elsewhere, which is not followed")]
    Redirect,
    /// Too long.
    #[error("the answer is longer than {0} bytes")]
    TooLarge(usize),
    /// Broken off, or no HTTP.
    #[error("the answer is no HTTP: {0}")]
    Http(#[source] hyper::Error),
    /// Something in the middle of the body.
    #[error("the answer broke off: {0}")]
    Body(Box<dyn std::error::Error + Send + Sync>),
    /// Not a key set.
    #[error(transparent)]
    Set(#[from] KeySetError),
}

/// Fetches key sets.
#[derive(Debug, Default)]
pub struct Fetcher {
    limits: FetchLimits,
    tls: OnceCell<Arc<ClientConfig>>,
}

/// A connection, with or without TLS.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

enum Step {
    Done(Bytes),
    Redirected(JwksUri),
}

impl Fetcher {
    /// With other limits than the usual ones.
    pub fn with_limits(limits: FetchLimits) -> Self {
        Self {
            limits,
            tls: OnceCell::new(),
        }
    }

    /// Trusts these certificate authorities instead of the machine's.
    #[must_use]
    pub fn trusting(self, roots: RootCertStore) -> Self {
        Self {
            tls: OnceCell::new_with(Some(client_config(roots))),
            ..self
        }
    }

    /// Fetches and reads a key set.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn fetch(&self, uri: &JwksUri) -> Result<KeySet, FetchError> {
        let body = tokio::time::timeout(self.limits.time, self.follow(uri.clone())).await;
        let body = body.map_err(|_| FetchError::TimedOut(self.limits.time))??;
        Ok(KeySet::parse(&body)?)
    }

    async fn follow(&self, mut uri: JwksUri) -> Result<Bytes, FetchError> {
        for _ in 0..=MAX_REDIRECTS {
            match self.step(&uri).await? {
                Step::Done(body) => return Ok(body),
                Step::Redirected(next) => uri = next,
            }
        }
        Err(FetchError::Redirect)
    }

    async fn step(&self, uri: &JwksUri) -> Result<Step, FetchError> {
        let stream = self.connect(uri.url()).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(FetchError::Http)?;
        let exchange = async {
            let answer = sender.send_request(request(uri.url())).await;
            self.read(uri, answer.map_err(FetchError::Http)?).await
        };
        tokio::pin!(exchange, connection);
        let mut is_over = false;
        loop {
            tokio::select! {
                biased;
                step = &mut exchange => return step,
                // What it ends with, the exchange learns too.
                _ = &mut connection, if !is_over => is_over = true,
            }
        }
    }

    async fn read(&self, uri: &JwksUri, answer: Response<Incoming>) -> Result<Step, FetchError> {
        if answer.status().is_redirection() {
            let location = answer
                .headers()
                .get(LOCATION)
                .and_then(|value| value.to_str().ok());
            let next = location.and_then(|location| uri.redirected(location).ok());
            return next.map(Step::Redirected).ok_or(FetchError::Redirect);
        }
        if answer.status() != StatusCode::OK {
            return Err(FetchError::Status(answer.status()));
        }
        let body = Limited::new(answer.into_body(), self.limits.bytes)
            .collect()
            .await;
        match body {
            Ok(body) => Ok(Step::Done(body.to_bytes())),
            Err(error) if error.is::<LengthLimitError>() => Err(FetchError::TooLarge(self.limits.bytes)),
            Err(error) => Err(FetchError::Body(error)),
        }
    }

    async fn connect(&self, url: &Url) -> Result<Box<dyn Stream>, FetchError> {
        let nowhere = || FetchError::Connect(std::io::ErrorKind::AddrNotAvailable.into());
        let host = url.host().ok_or_else(nowhere)?;
        let port = url.port_or_known_default().ok_or_else(nowhere)?;
        let tcp = match &host {
            // Browsers take every name below `localhost` for this machine; resolvers do not all.
            Host::Domain(name) if name.ends_with(".localhost") => {
                TcpStream::connect(("localhost", port)).await
            }
            Host::Domain(name) => TcpStream::connect((*name, port)).await,
            Host::Ipv4(address) => TcpStream::connect((*address, port)).await,
            Host::Ipv6(address) => TcpStream::connect((*address, port)).await,
        };
        let tcp = tcp.map_err(FetchError::Connect)?;
        if url.scheme() != "https" {
            return Ok(Box::new(tcp));
        }
        let name = match host {
            Host::Domain(name) => ServerName::try_from(name.to_owned()).map_err(|_| nowhere())?,
            Host::Ipv4(address) => ServerName::from(std::net::IpAddr::V4(address)),
            Host::Ipv6(address) => ServerName::from(std::net::IpAddr::V6(address)),
        };
        let tls = TlsConnector::from(Arc::clone(self.tls().await));
        let secured = tls.connect(name, tcp).await.map_err(FetchError::Tls)?;
        Ok(Box::new(secured))
    }

    /// The machine's certificate authorities are read at the first use, on a thread that may block.
    async fn tls(&self) -> &Arc<ClientConfig> {
        self.tls
            .get_or_init(async || {
                let roots = tokio::task::spawn_blocking(machine_roots).await;
                client_config(roots.unwrap_or_else(|_| RootCertStore::empty()))
            })
            .await
    }
}

/// A certificate that cannot be read is left out; without any, every host is refused, which the refusal says.
fn machine_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!("a certificate authority of this machine cannot be read: {error}");
    }
    roots.add_parsable_certificates(found.certs);
    roots
}

fn client_config(roots: RootCertStore) -> Arc<ClientConfig> {
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider speaks TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

fn request(url: &Url) -> Request<Empty<Bytes>> {
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    Request::get(path)
        .header(HOST, host)
        .header(ACCEPT, "application/jwk-set+json, application/json")
        .header(USER_AGENT, concat!("fanlight/", env!("CARGO_PKG_VERSION")))
        .header(CONNECTION, "close")
        .body(Empty::new())
        .expect("a parsed address makes a request")
}

#[cfg(test)]
mod tests;
